"""Forms of this door: a day of the working calendar."""

from wtforms import HiddenField

from tracker.core.languages import _l
from tracker.core.web.forms import AtMost, DayField, Form, Required, TextField


class CalendarDayForm(Form):
    """One day that differs from "Monday to Friday", and the notice or holiday that says so."""

    seen = HiddenField()  # the day whose effect was shown before this press
    day = DayField(_l("Day"), validators=[Required(_l("Enter the day"))])
    note = TextField(
        _l("Why"),
        validators=[Required(_l("Enter the holiday or the notice that says so")), AtMost(255)],
        look={"hint": _l("The holiday, or the number and day of the notice that swaps the days")},
    )


class ClearDayForm(Form):
    """Nothing to fill in: the second press of a step that is asked twice."""
