"""Fields of a text in a further language: it stands beside its Vietnamese, and says something."""

from typing import Any

from wtforms.validators import ValidationError

from tracker.core import letters
from tracker.core.languages import _l


class Translates:
    """A text that is a translation: never instead of the Vietnamese one (the field `of`)."""

    def __init__(self, of: str) -> None:
        self.of = of

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse one of signs alone, and one whose Vietnamese is missing."""
        if not field.data:
            return
        if letters.says_nothing(field.data):
            raise ValidationError(str(_l("Enter a text, or leave it empty")))
        if not form[self.of].data:
            raise ValidationError(str(_l("Enter it in Vietnamese too, or leave it empty")))
