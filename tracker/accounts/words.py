"""By what one signs in, and what a link is for, in words."""

from collections.abc import Mapping

from tracker.core.languages import Text, _l

MEANS: Mapping[str, Text] = {
    "password": _l("password"),
    "app": _l("authenticator app"),
    "passkey": _l("passkey"),
    "code": _l("recovery code"),
}
LINKS: Mapping[str, Text] = {
    "invitation": _l("invitation"),
    "reset": _l("new password that was asked for"),
}
