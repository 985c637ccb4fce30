"""Which texts a page asked for that its language does not have."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.core import languages


class Listening:
    """A catalogue that writes down what it was asked for in vain; whatever else is asked of it, it does as before."""

    def __init__(self, catalogue: Any, missed: set[str]) -> None:
        self.catalogue, self.missed = catalogue, missed

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.catalogue, name)
        if "gettext" not in name:
            return found

        def asked(text: str, *more: Any) -> Any:
            if text and not {text, (text, 0)} & self.catalogue._catalog.keys():
                self.missed.add(text)
            return found(text, *more)

        return asked


def listen(monkeypatch: pytest.MonkeyPatch, language: str) -> set[str]:
    """What pages in this language ask for in vain from now on."""
    missed: set[str] = set()
    real = languages.QuickDomain.get_translations

    def listened(self: Any) -> Any:
        found = real(self)
        if languages.current_language() != language or isinstance(found, Listening):
            return found
        kept = languages._kept()
        kept.babel_translations = Listening(found, missed)
        return kept.babel_translations

    monkeypatch.setattr(languages.QuickDomain, "get_translations", listened)
    return missed
