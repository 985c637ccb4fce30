"""Codes of an authenticator app (TOTP, RFC 6238): the shared secret, encrypted with our key, and its codes."""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from typing import Any

from passlib.exc import TokenError
from passlib.totp import TOTP

from tracker.accounts.keys import Secret, ring

WINDOW_SECONDS = 30  # one code before and one after: clocks of phones differ


UNNAMED = "1"  # so stands with what was encrypted when no key had a name: then there was one, now the oldest


@lru_cache(maxsize=8)
def _maker(secret: Secret) -> Any:
    """passlib's class with our keys, which are made from the product's: another use must not share a key."""
    keys = {_name(one): _key(one) for one in ring(secret)}
    return TOTP.using(secrets={UNNAMED: _key(ring(secret)[-1]), **keys}, default_tag=_name(ring(secret)[0]))


def _key(secret: str) -> str:
    return hmac.new(secret.encode(), b"secrets of authenticator apps", hashlib.sha256).hexdigest()


def _name(secret: str) -> str:
    """The name of a key, which stands with what it encrypted and tells nothing of it."""
    return "k" + hmac.new(secret.encode(), b"name of the key of authenticator apps", hashlib.sha256).hexdigest()[:16]


def new(secret_key: Secret) -> str:
    """A new shared secret, encrypted, as it is stored."""
    return str(_maker(secret_key).new().to_json(encrypt=True))


def renewed(secret_key: Secret, stored: str) -> str | None:
    """The shared secret encrypted with the first key; none where it is already. Raises KeyError where none of the keys
    encrypted it."""
    otp = _maker(secret_key).from_json(stored)
    return str(otp.to_json(encrypt=True)) if otp.changed else None


def shown(secret_key: Secret, stored: str) -> str:
    """The secret as one types it into an app: letters and digits in groups of four."""
    key: str = _maker(secret_key).from_json(stored).base32_key
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def address(secret_key: Secret, stored: str, *, label: str, issuer: str) -> str:
    """The otpauth:// address that an app reads from a picture. A colon would end the issuer's name."""
    otp = _maker(secret_key).from_json(stored)
    return str(otp.to_uri(label=label.replace(":", " "), issuer=issuer.replace(":", " ")))


def counter_of(secret_key: Secret, stored: str, code: str, at: datetime, last: int | None) -> int | None:
    """The counter of a code that is right at an instant; none for a wrong one, and for one that was taken before.

    Where the secret was encrypted with another key, no code is right.
    """
    try:
        otp = _maker(secret_key).from_json(stored)
        return int(otp.match(code, time=at, window=WINDOW_SECONDS, last_counter=last).counter)
    except (TokenError, KeyError):
        return None
