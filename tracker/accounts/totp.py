"""Codes of an authenticator app (TOTP, RFC 6238): the shared secret, encrypted with our key, and its codes."""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from typing import Any

from passlib.exc import TokenError
from passlib.totp import TOTP

STEP_SECONDS = 30
WINDOW_SECONDS = 30  # one code before and one after: clocks of phones differ


@lru_cache(maxsize=8)
def _maker(secret_key: str) -> Any:
    """passlib's class with our key, which is made from the product's: another use must not share a key."""
    key = hmac.new(secret_key.encode(), b"secrets of authenticator apps", hashlib.sha256).hexdigest()
    return TOTP.using(secrets={"1": key})


def new(secret_key: str) -> str:
    """A new shared secret, encrypted, as it is stored."""
    return str(_maker(secret_key).new().to_json(encrypt=True))


def shown(secret_key: str, stored: str) -> str:
    """The secret as one types it into an app: letters and digits in groups of four."""
    key: str = _maker(secret_key).from_json(stored).base32_key
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def address(secret_key: str, stored: str, *, label: str, issuer: str) -> str:
    """The otpauth:// address that an app reads from a picture. A colon would end the issuer's name."""
    otp = _maker(secret_key).from_json(stored)
    return str(otp.to_uri(label=label.replace(":", " "), issuer=issuer.replace(":", " ")))


def counter_of(secret_key: str, stored: str, code: str, at: datetime, last: int | None) -> int | None:
    """The counter of a code that is right at an instant; none for a wrong one, and for one that was taken before.

    Where the secret was encrypted with another key, no code is right.
    """
    otp = _maker(secret_key).from_json(stored)
    try:
        return int(otp.match(code, time=at, window=WINDOW_SECONDS, last_counter=last).counter)
    except TokenError:
        return None
