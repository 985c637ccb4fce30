"""The forms of a period's ranking: showing it, appealing against a cell, answering, freezing, withdrawing."""

from tracker.core.languages import Text, _l
from tracker.core.web.forms import (
    AtMost,
    DayField,
    Form,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
    WholeNumberField,
)
from tracker.editions.service import LONGEST_DECISION, LONGEST_TEXT
from tracker.editions.words import REFUSED, UPHELD


class ShowForm(Form):
    """Which period, for which day, for how long."""

    period = Select(_l("Period"))
    judged_on = DayField(
        _l("Ranked as of"),
        [Required(_l("Enter the day"))],
        look={"hint": _l("Every figure is judged for this day, also in later editions.")},
    )
    days = WholeNumberField(
        _l("Shown for"),
        [Required(_l("Enter a number of working days"))],
        look={"suffix": _l("working days"), "hint": _l("So long heads can appeal before it is frozen.")},
    )


class ReasonForm(Form):
    """A reason."""

    reason = TextArea(_l("Reason"), [Required(_l("Say why")), AtMost(LONGEST_TEXT)], look={"rows": 6})

    def ask(self, label: Text) -> None:
        """What the reason is called."""
        self.reason.label.text = str(label)


class AnswerForm(ReasonForm):
    """Upheld or refused, and why."""

    outcome = Radios(
        _l("Answer"),
        [Required(_l("Choose upheld or refused"))],
        choices=[
            (UPHELD, _l("Upheld: the figure is wrong, and is corrected where it stands")),
            (REFUSED, _l("Refused: the figure stays")),
        ],
    )


class FreezeForm(Form):
    """By which decision."""

    decision = TextField(
        _l("Decision"),
        [Required(_l("Enter number and name of the decision")), AtMost(LONGEST_DECISION)],
        look={"hint": _l("Number and name, as 15/QĐ-UBND")},
    )
    decided_on = DayField(_l("Day of the decision"), [Required(_l("Enter the day"))])
