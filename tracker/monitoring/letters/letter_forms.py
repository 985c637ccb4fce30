"""The forms of letters: their words, what is said with a move, the signed paper, who signs."""

from collections.abc import Sequence

from wtforms import HiddenField

from tracker.core.files.kinds import ACCEPT
from tracker.core.languages import Text, _l
from tracker.core.web.forms import AtMost, DayField, FileUpload, Form, Required, Select, TextArea, Version
from tracker.urging.moving import LONGEST_TEXT


class LetterPressForm(Form):
    """A press on what was seen: `version` of the letter, `seen` the fingerprint of its figures."""

    version = Version()
    seen = HiddenField()


class UrgingWordsForm(LetterPressForm):
    """What a letter of urging says beside its figures."""

    opening = TextArea(
        _l("What the letter begins with"),
        [Required(_l("Write what the letter begins with")), AtMost(LONGEST_TEXT)],
        look={"rows": 6, "hint": _l("In Vietnamese, as it is printed. The table with all that is late follows it.")},
    )
    demand = TextArea(
        _l("What is asked of the body"),
        [Required(_l("Write what is asked of the body")), AtMost(LONGEST_TEXT)],
        look={"rows": 8, "hint": _l("It stands behind the table, and ends with the day of the answer.")},
    )
    answer_by = DayField(_l("To be answered by"), [Required(_l("Enter the day"))])


class ApologyWordsForm(LetterPressForm):
    """What an apology says beside its figures."""

    opening = TextArea(
        _l("The apology"),
        [Required(_l("Write the apology")), AtMost(LONGEST_TEXT)],
        look={"rows": 5, "hint": _l("In Vietnamese, as it is printed. How many files were late stands before it.")},
    )
    cause = TextArea(
        _l("Why the files were late"),
        [Required(_l("Say why the files were late")), AtMost(LONGEST_TEXT)],
        look={"rows": 5},
    )
    remedy = TextArea(
        _l("What is done, and by when"),
        [Required(_l("Say what is done, and by when")), AtMost(LONGEST_TEXT)],
        look={"rows": 5, "hint": _l("With the new day for each file, or where one asks for it")},
    )


class SayForm(LetterPressForm):
    """A press with a text."""

    text = TextArea(_l("Text"), look={"rows": 6})

    def ask(self, label: Text, hint: Text | None = None) -> None:
        """What is to be said."""
        self.text.label.text = str(label)
        if hint is not None:
            self.text.look["hint"] = hint


class SayWithFileForm(SayForm):
    """The same with a file, if there is one."""

    file = FileUpload(_l("A file, if there is one"), look={"accept": ACCEPT})


class SignedPaperForm(LetterPressForm):
    """The signed paper."""

    file = FileUpload(
        _l("Scan of the signed paper (PDF)"),
        [Required(_l("Choose a file"))],
        look={"accept": ".pdf", "hint": _l("Whole, with number, signature and stamp")},
    )


class SignatoryForm(LetterPressForm):
    """Whom the letter names to sign on paper."""

    signatory = Select(_l("Signs for the People's Committee"))

    def offer(self, people: Sequence[tuple[str, str]]) -> None:
        """Those who can sign; where nobody holds the office today, the chair is named by title alone."""
        if people:
            self.signatory.choices = list(people)
        else:
            del self.signatory
