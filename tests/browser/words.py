"""The product's texts in a language, by message id: what a person looks for on the screen."""

from __future__ import annotations

import functools
import re

from babel.messages.pofile import read_po

from tests.browser import gallery

PLACE = re.compile(r"%\\\((\w+)\\\)s|%\((\w+)\)s")


@functools.cache
def vietnamese() -> dict[str, str]:
    """Every text of the catalogues, by its message id; of a plural, the one form that Vietnamese has."""
    found: dict[str, str] = {}
    for path in gallery.ROOT.glob("tracker/translations/*/vi/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
                texts = message.string if isinstance(message.string, tuple | list) else (message.string or "",)
                found.update(dict.fromkeys(ids, texts[0]))
    return found


class Words:
    """`words("Hand to the head")` in the language of the reader. Raises KeyError where there is no such text."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, text: str, **values: object) -> str:
        told = vietnamese()[text] if self.language == "vi" else text
        return told % values if values else told

    def like(self, text: str) -> re.Pattern[str]:
        """The text with anything in its places: for a count or a day that a test does not need to know."""
        parts = PLACE.split(self(text))
        return re.compile(".+".join(re.escape(part) for part in parts[:: PLACE.groups + 1]))
