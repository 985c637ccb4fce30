"""What somebody holds in their hand in a test: an authenticator app, and a device that makes passkeys."""

from __future__ import annotations

from datetime import datetime

from passlib.totp import TOTP

from tracker.demo.devices import HOST, ORIGIN, Device

__all__ = ["HOST", "ORIGIN", "Device", "code_of"]


def code_of(key: str, at: datetime) -> str:
    """The code that an app shows at an instant, for the key as the page shows it."""
    return str(TOTP(key=key.replace(" ", "")).generate(time=at).token)
