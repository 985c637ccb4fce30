"""Texts that may be left out: what is typed says something, and a translation stands beside its Vietnamese."""

from typing import Any

from wtforms.validators import ValidationError

from tracker.core import letters
from tracker.core.languages import _l


class Says:
    """Where something is typed, it says something: dots and dashes alone are no text, and no package takes them."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse signs alone."""
        if field.data and letters.says_nothing(field.data):
            raise ValidationError(str(_l("Enter a text, or leave it empty")))


class Translates(Says):
    """A text that is a translation: never instead of the Vietnamese one (the field `of`)."""

    def __init__(self, of: str) -> None:
        self.of = of

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse one of signs alone, and one whose Vietnamese is missing."""
        super().__call__(form, field)
        if field.data and not form[self.of].data:
            raise ValidationError(str(_l("Enter it in Vietnamese too, or leave it empty")))
