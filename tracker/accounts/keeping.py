"""What somebody typed into a form whose session had ended, carried through signing in; and where one may be sent back.

The text travels in the page itself, sealed with the product's key: nothing is stored for somebody not yet known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer

LONGEST = 200_000  # characters of the sealed text
LASTS_SECONDS = 12 * 3600
_SALT = "kept-form"
_SECRET = frozenset({"csrf_token", "password", "new", "again", "current", "kept"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent: where to, and its fields. Passwords, tokens and files are not among them."""

    path: str
    fields: tuple[tuple[str, str], ...]


def keep(path: str, fields: Iterable[tuple[str, str]]) -> Kept:
    """What to keep of a form."""
    return Kept(path, tuple((name, value) for name, value in fields if name not in _SECRET))


def seal(kept: Kept, secret: str) -> str | None:
    """The sealed text of a form; none where it is too long to travel."""
    sealed = URLSafeTimedSerializer(secret, salt=_SALT).dumps([kept.path, list(kept.fields)])
    return sealed if len(sealed) <= LONGEST else None


def unseal(sealed: str, secret: str) -> Kept | None:
    """The form in a sealed text; none where it was tampered with or is too old."""
    try:
        path, fields = URLSafeTimedSerializer(secret, salt=_SALT).loads(sealed, max_age=LASTS_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return Kept(path, tuple((name, value) for name, value in fields))


def local_address(text: str | None) -> str | None:
    """The path and query of an address on this site; none for anything that a browser could read as another site.

    Browsers take a backslash for a slash, drop tabs and line ends, and read "//host" as a host.
    """
    if not text or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return None
    if any(ord(sign) < 0x21 or ord(sign) == 0x7F for sign in text):
        return None
    parts = urlsplit(text)
    return None if parts.scheme or parts.netloc else text
