"""Why nothing is sealed just now: as a code, and in words. What waits is sealed when it is over."""

from collections.abc import Mapping
from enum import StrEnum

from tracker.core.errors import DomainError
from tracker.core.languages import Text, _l


class Why(StrEnum):
    """What is missing."""

    NOT_SET = "not_set"
    UNREADABLE = "unreadable"
    NOT_RSA = "not_rsa"
    NO_LIBRARY = "no_library"
    NO_TOKEN = "no_token"  # noqa: S105 - a code
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    NOT_ON_TOKEN = "not_on_token"  # noqa: S105 - a code
    TOKEN_FAILED = "token_failed"  # noqa: S105 - a code
    OTHER_KEY = "other_key"
    STAMPS_AWAY = "stamps_away"
    STAMP_REFUSED = "stamp_refused"
    STAMP_OF_OTHER = "stamp_of_other"
    STAMP_UNTRUSTED = "stamp_untrusted"
    STAMP_UNDETERMINED = "stamp_undetermined"


SENTENCES: Mapping[Why, Text] = {
    Why.NOT_SET: _l("No key of the seal is set: TRACKER_SEAL_KEY or TRACKER_SEAL_MODULE."),
    Why.UNREADABLE: _l("The key of the seal cannot be read: no such file, another password, or no PKCS#12."),
    Why.NOT_RSA: _l("The key of the seal is none of RSA: another kind takes the file out of PDF/A-3."),
    Why.NO_LIBRARY: _l("The library of the seal's token cannot be loaded: look at TRACKER_SEAL_MODULE."),
    Why.NO_TOKEN: _l("The token of the seal is not there: plug it in, or look at TRACKER_SEAL_TOKEN."),
    Why.WRONG_PIN: _l(
        "The token of the seal refuses the PIN. It is not tried again before the service starts anew, so that the "
        "token does not lock itself: set the right one in TRACKER_SEAL_PASSWORD, then start anew."
    ),
    Why.PIN_LOCKED: _l("The token of the seal has locked itself after wrong PINs: unlock it with its own program."),
    Why.NOT_ON_TOKEN: _l(
        "On the token there is no key with its certificate of this label: look at TRACKER_SEAL_LABEL."
    ),
    Why.TOKEN_FAILED: _l("The token of the seal did not sign: was it taken out?"),
    Why.OTHER_KEY: _l("The key of the seal is another one than was entered last. “tracker seal change” enters it."),
    Why.STAMPS_AWAY: _l("The server of timestamps does not answer, or too slowly."),
    Why.STAMP_REFUSED: _l("The server of timestamps refuses."),
    Why.STAMP_OF_OTHER: _l(
        "The answer of the server of timestamps does not fit: it is of another question, another file or another time."
    ),
    Why.STAMP_UNTRUSTED: _l(
        "The certificate of the server of timestamps comes from no authority that is trusted here, or was revoked: put "
        "its authority's into the folder “trust”."
    ),
    Why.STAMP_UNDETERMINED: _l(
        "Whether the certificate of the server of timestamps was revoked cannot be told: there is no fresh list of its "
        "authority here."
    ),
}


class NotSealed(DomainError):
    """Nothing can be sealed as things stand."""

    def __init__(self, why: Why) -> None:
        super().__init__(SENTENCES[why])
        self.why = why


class NoKey(NotSealed):
    """The key of the seal cannot be opened, or does not sign."""


class NoStamp(NotSealed):
    """There is no timestamp to be had that holds."""
