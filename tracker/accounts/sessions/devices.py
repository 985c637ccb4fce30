"""A browser in two words, "Firefox" and "Windows", so that people know their own devices again. No version is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

# The first one that is found; most browsers also name those whose pages they can show.
_BROWSERS = (
    ("CocCoc", "coc_coc_browser"),
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser"),
    ("Firefox", "Firefox/"),
    ("Firefox", "FxiOS/"),
    ("Chrome", "Chrome/"),
    ("Chrome", "CriOS/"),
    ("Safari", "Safari/"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Device:
    """What a browser says of itself; none where it says nothing that we know."""

    browser: str | None = None
    system: str | None = None


def read(user_agent: str | None) -> Device:
    """The device that a User-Agent header speaks of."""
    text = (user_agent or "")[:_LONGEST]
    return Device(_first(_BROWSERS, text), _first(_SYSTEMS, text))


def _first(known: Sequence[tuple[str, str]], text: str) -> str | None:
    return next((name for name, mark in known if mark in text), None)
