"""Random keys, what is stored of them, and what is sealed with the product's key to travel through a page."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

KEY_BYTES = 32
TOKEN_BYTES = 16
CODE_BYTES = 15
CODES = 10
Secret = str | tuple[str, ...]  # the product's key; or several, the one that signs and seals first, then older ones
_CONFUSED = str.maketrans({"0": "O", "1": "I", "8": "B"})  # signs that are none of a code's, as people read them


def new_key() -> str:
    """A key for a session or a link: nobody guesses it, so a plain digest of it may be stored."""
    return secrets.token_urlsafe(KEY_BYTES)


def new_token() -> str:
    """A name for addresses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(key: str) -> str:
    """What is stored of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_codes() -> list[str]:
    """Recovery codes as they are shown, such as ABCD-EFGH-IJKL-MNOP-QRST-UVWX: 120 random bits each."""
    plain = (base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode() for _number in range(CODES))
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in plain]


def plain_code(typed: str) -> str:
    """A recovery code without what people put between its signs; also small letters and confused digits."""
    return "".join(typed.upper().translate(_CONFUSED).split()).replace("-", "")


def ring(secret: Secret) -> Sequence[str]:
    """The keys, the one that signs and seals first."""
    return (secret,) if isinstance(secret, str) else secret


def serializer(secret: Secret, purpose: str) -> URLSafeTimedSerializer:
    """Signs with the first key, and reads what any of them signed."""
    return URLSafeTimedSerializer(list(reversed(ring(secret))), salt=purpose)  # it wants the latest last


def seal(secret: Secret, purpose: str, value: Any) -> str:
    """A value that may travel through a page and comes back unchanged, for this purpose only."""
    sealed: str = serializer(secret, purpose).dumps(value)
    return sealed


def unseal(secret: Secret, purpose: str, sealed: str | None, lasts_seconds: int) -> Any:
    """What was sealed; none where it was tampered with, is for something else, or is too old."""
    try:
        return serializer(secret, purpose).loads(sealed or "", max_age=lasts_seconds)
    except BadData:
        return None
