"""The form by which bodies are asked for reports, as it stands on the pages of who has not reported."""

from typing import Any

from flask import url_for
from wtforms import HiddenField

from tracker.core.actions import Action
from tracker.core.languages import Text, _, _l, format_day
from tracker.core.web.forms import AtMost, Form, Required, TextArea
from tracker.monitoring.viewpoint import Viewpoint
from tracker.permissions.guard import current_reader
from tracker.programmes.models import Period
from tracker.reminders.asking import hours
from tracker.reminders.asking.service import LONGEST
from tracker.rule import WorkingCalendar


class AskForm(Form):
    """What is said to whoever is asked. `seen`: who was shown before this press, and the sentence."""

    seen = HiddenField()
    sentence = TextArea(
        _l("What you say to it"),
        [Required(_l("Enter a sentence: why it is needed, or by when")), AtMost(LONGEST)],
        look={"rows": 3, "hint": _l("It stands on top of the mail, with your name.")},
    )


def values(seen: Viewpoint, period: Period, calendar: WorkingCalendar, *, owed: bool) -> dict[str, Any]:
    """What the pages show of it; nothing where the reader asks nobody, or nothing is owed."""
    if not owed or not current_reader().may(Action.ASK_FOR_REPORTS):
        return {"may_ask": False}
    form = AskForm(formdata=None)
    return {"may_ask": True, "form": form, "ask_url": address(seen, period), "asking_leaves": leaves(seen, calendar)}


def leaves(seen: Viewpoint, calendar: WorkingCalendar) -> Text:
    """When what is sent now leaves."""
    if hours.is_open(seen.now.at, calendar.is_working):
        return _("It leaves at once; whoever got a mail of reminders today gets it with the next working morning’s.")
    day = format_day(hours.next_morning(seen.now.at, calendar.is_working))
    return _("It is not a working hour: it leaves on %(day)s at 07:30.", day=day)


def address(seen: Viewpoint, period: Period) -> str:
    """Where the choice is sent, with the programme and the period that it is made in."""
    return url_for("monitoring.ask_for_reports", programme=seen.chosen.code, period=period.code)


def promised(count: int, broken: int) -> str:
    """What a body promised of its reports, and what of it it did not keep."""
    return "; ".join(
        text
        for number, text in (
            (count, _("%(num)s promised", num=count)),
            (broken, _("%(num)s promised and not kept", num=broken)),
        )
        if number
    )
