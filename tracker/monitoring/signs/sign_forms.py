"""The form of a word about a sign."""

from tracker.core.languages import Text, _l
from tracker.core.web.forms import AtMost, Form, Radios, TextArea, Version
from tracker.progress.rules import LONGEST_TEXT
from tracker.signs.moves import Conclusion
from tracker.signs.words import CONCLUSIONS


class SayForm(Form):
    """A question, or its answer; `version` of the sign, as it was seen."""

    version = Version()
    text = TextArea(_l("Text"), [AtMost(LONGEST_TEXT)], look={"rows": 5})

    def ask(self, label: Text, hint: Text | None = None) -> None:
        """What is to be said."""
        self.text.label.text = str(label)
        if hint is not None:
            self.text.look["hint"] = hint


class CloseForm(SayForm):
    """What it came to, with a word."""

    conclusion = Radios(_l("What it came to"), choices=[(one.value, CONCLUSIONS[one]) for one in Conclusion])
