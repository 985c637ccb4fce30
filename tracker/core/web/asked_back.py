"""A question that a form asks back once: something is odd and possible, and stands when it is said to be right."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField


class AskedBack:
    """Asks whether what is odd is right; the answer holds for that alone (`asked`). For a `Form` to take along."""

    asked = HiddenField()  # a form adds `confirmed`, a Checkbox with its own words

    def answered(self) -> dict[str, str]:
        """The answer as it is sent once more."""
        form: Any = self
        return {"confirmed": "1"} if form.confirmed.data else {}

    def ask(self, about: str, odd: Iterable[object]) -> None:
        """Ask about this and say what is odd; "": nothing is asked."""
        form: Any = self
        form.confirmed.data = bool(form.confirmed.data and form.asked.data == about)
        form.asked.data = about
        form.confirmed.look["hint"] = " · ".join(map(str, odd))
        if not about:
            del form.confirmed, form.asked
