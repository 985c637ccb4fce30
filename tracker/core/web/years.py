"""The field of a year."""

from typing import Any

from tracker.core.web.forms import WholeNumberField


class YearField(WholeNumberField):
    """A year, which has no thousands."""

    def write(self, value: Any) -> str:
        """Its four digits."""
        return str(value)
