"""What a setting can be made of: a secret text, an address, a number within limits."""

import base64
import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})
POSTGRESQL = "postgresql+psycopg://"
WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that shows itself only to who asks for it by name: not in a log, not in a trace."""

    _text: str = field(repr=False)

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __str__(self) -> str:
        return "**********" if self._text else ""

    def __bool__(self) -> bool:
        return bool(self._text)


NO_SECRET = Secret("")


def split(address: str) -> SplitResult:
    """An address in its parts; all of them empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def with_driver(address: str) -> str:
    """A PostgreSQL address as SQLAlchemy wants it; any other as it is."""
    return POSTGRESQL + address.removeprefix("postgresql://") if address.startswith("postgresql://") else address


def is_loopback(host: str) -> bool:
    """Whether a host name or address can be reached from this machine only."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def value_of(text: str, kind: Any, limits: tuple[float, float] | None) -> Any:
    """A variable's text as a setting of its kind. Raises ValueError, which says what it must be."""
    if kind is bool:
        if text.strip().lower() not in WORDS:
            raise ValueError("must be 1 or 0")
        return WORDS[text.strip().lower()]
    if limits is not None:
        return _number(text, kind, *limits)
    return next((make(text) for make in (Path, Secret) if kind in (make, make | None)), text)


def _number(text: str, kind: Any, least: float, most: float) -> Any:
    try:
        value = kind(text)
    except ValueError:
        raise ValueError("must be a whole number" if kind is int else "must be a number") from None
    if not least <= value <= most:
        raise ValueError(f"must be {least} at least" if most == float("inf") else f"must be from {least} to {most}")
    return value


def is_safe_address(address: str) -> bool:
    """Whether something may be sent there: over https, or to this machine itself."""
    parts = split(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def webhook_key(text: str) -> bytes:
    """The bytes of a secret of Standard Webhooks. Raises ValueError where it is none."""
    key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    if not text.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError
    return key
