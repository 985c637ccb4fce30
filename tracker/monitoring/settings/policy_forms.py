"""The form of a policy version: every figure with what it does, shares in percent; and forms without a field."""

from decimal import Decimal
from typing import Any

from tracker.core.languages import Text, _l
from tracker.core.web.forms import AtMost, DayField, Form, NumberField, Required, TextField, WholeNumberField
from tracker.programmes.policy import BANDS, NAMES, SHARES
from tracker.rule.facts import Policy

_POINTS, _DAYS = _l("points"), _l("working days")
_NEEDED = _l("Enter a number")

LABELS: dict[str, Text] = {
    "on_track": _l("On track from"),
    "at_risk": _l("At risk from"),
    "keep_at_risk": _l("At risk from, for a standard kept over its whole term"),
    "grace_days": _l("Grace for a report"),
    "resubmit_days": _l("Time to answer a return"),
    "late_penalty": _l("Penalty for a day late"),
    "late_floor": _l("Least for a goal met late"),
    "punctuality_weight": _l("Share of punctuality in the score"),
    "judged_share": _l("Ranked from"),
    "excellent": _l("Excellent from"),
    "good": _l("Good from"),
    "fair": _l("Fair from"),
    "average": _l("Average from"),
}
HINTS: dict[str, Text] = {
    "on_track": _l("Of what the plan asks for by the day of the latest figure. Below it a target is at risk."),
    "at_risk": _l("Below this share of the plan a target is behind plan."),
    "keep_at_risk": _l("Of the goal, with all figures so far together. Below this share it is behind plan."),
    "grace_days": _l("How long after its due day a missing report is waited for before the target is unreported."),
    "resubmit_days": _l("A returned report that is sent again within this time is still in time."),
    "late_penalty": _l("Taken off 100 for each working day between the deadline and the day the goal was met."),
    "late_floor": _l(
        "A goal met late scores no less. An overdue target gets the part of this that it has gone of its way."
    ),
    "punctuality_weight": _l("How much of a target's score is reports sent in time; the rest is delivery."),
    "judged_share": _l(
        "A body is ranked once the targets that have a score carry this share of the weight of all that count."
    ),
    "average": _l("Below it a score is weak."),
}


def unit(name: str) -> Text:
    """In what a figure is counted: percent, working days or points."""
    if name in SHARES:
        return "%"
    found: Text = _DAYS if name in {"grace_days", "resubmit_days"} else _POINTS
    return found


def shown(name: str, value: Any) -> Any:
    """A figure as people read it: shares in percent, without zeros at the end."""
    if not isinstance(value, Decimal):
        return value
    scaled = value.scaleb(2) if name in SHARES else value
    return Decimal(format(scaled.normalize(), "f"))


def figures(policy: Policy) -> dict[str, Any]:
    """Name → figure as people read it, bands one by one."""
    found = {name: shown(name, getattr(policy, name)) for name in NAMES if name != "bands"}
    return found | {name: shown(name, edge) for name, edge in zip(BANDS, policy.bands, strict=True)}


def _figure(name: str) -> NumberField:
    kind = WholeNumberField if name in {"grace_days", "resubmit_days"} else NumberField
    look = {"hint": HINTS.get(name), "suffix": unit(name), "width": 5}
    return kind(LABELS[name], validators=[Required(_NEEDED)], look=look)


class PolicyForm(Form):
    """All figures of a policy, the day from which they count and the decision that sets them."""

    from_on = DayField(_l("Counts from"), validators=[Required(_l("Enter the day"))])
    on_track = _figure("on_track")
    at_risk = _figure("at_risk")
    keep_at_risk = _figure("keep_at_risk")
    grace_days = _figure("grace_days")
    resubmit_days = _figure("resubmit_days")
    late_penalty = _figure("late_penalty")
    late_floor = _figure("late_floor")
    punctuality_weight = _figure("punctuality_weight")
    judged_share = _figure("judged_share")
    excellent = _figure("excellent")
    good = _figure("good")
    fair = _figure("fair")
    average = _figure("average")
    reason = TextField(
        _l("Decision that sets it"),
        validators=[AtMost(255)],
        look={"hint": _l("Number and day of the document, if there is one already")},
    )

    def policy(self) -> Policy:
        """What was typed, shares again as shares."""
        typed = {name: self._fields[name].data for name in NAMES if name != "bands"}
        given = {name: value.scaleb(-2) if name in SHARES else value for name, value in typed.items()}
        return Policy(**given, bands=tuple(self._fields[name].data for name in BANDS))


class PressForm(Form):
    """Nothing to fill in: a step that is asked twice, or pressed on a page that has said what follows."""


class KnownOnForm(Form):
    """The day that is judged, and the day whose knowledge counts."""

    on = DayField(_l("Day that is judged"), validators=[Required(_l("Enter the day"))])
    known_on = DayField(_l("As known on"), validators=[Required(_l("Enter the day"))])
