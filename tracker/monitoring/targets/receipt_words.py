"""The trace of a judgment in words: each comparison with its two sides, each reckoning with what went in."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tracker.core.languages import Text, _, _l, format_day, format_figure
from tracker.programmes.words import period_name
from tracker.rule.exact import half_up
from tracker.rule.reasons import told
from tracker.rule.trace import What

LABELS: Mapping[str, Text] = {
    What.BEGINS: _l("The day is before the first day that is judged"),
    What.ENDED: _l("The target ended on or before the day"),
    What.DONE_BEFORE_END: _l("It was met, or wholly reported, before it ended"),
    What.GOAL_MET: _l("The latest figure meets the goal"),
    What.MET_IN_TIME: _l("It was met by the deadline"),
    What.PAST_DEADLINE: _l("The day is past the deadline"),
    What.SUSPENDED: _l("The day lies inside a suspension"),
    What.COMPLETE: _l("The last period is over, and no figure is missing"),
    What.KEPT: _l("Everything reported keeps the goal"),
    What.SILENT: _l("A report is missing past its days of grace"),
    What.UNANSWERED: _l("A return was not answered in its time"),
    What.ON_TRACK: _l("The share of the plan is enough for green"),
    What.AT_RISK: _l("The share of the plan is enough for amber"),
    What.RATIO: _l("Share of the plan on the figure's day"),
    What.KEPT_RATIO: _l("How far one figure keeps the goal"),
    What.MEAN_RATIO: _l("Mean of the figures"),
    What.WAY: _l("Share of the way to the goal"),
    What.DELIVERY_FULL: _l("Delivery: met in time"),
    What.DELIVERY_NONE: _l("Delivery: nothing in force"),
    What.DELIVERY_RATIO: _l("Delivery: 100 × share"),
    What.DELIVERY_LATE: _l("Delivery: 100 less the days late, never below the floor"),
    What.DELIVERY_OVERDUE: _l("Delivery: floor × share of the way"),
    What.PUNCTUALITY: _l("Punctuality: 100 × reports in time / reports that count"),
    What.SCORE: _l("Score"),
    What.SCORE_ALONE: _l("Score: delivery alone, since no report counts yet"),
}
_SIGNS = {"<=": "≤", ">=": "≥"}
_SUMS: Mapping[str, str] = {
    What.RATIO: "({value} − {baseline}) / ({plan} − {baseline})",
    What.MEAN_RATIO: "{total} / {count}",
    What.WAY: "({value} − {baseline}) / ({goal} − {baseline})",
    What.DELIVERY_RATIO: "100 × {ratio}",
    What.DELIVERY_LATE: "max({floor}, 100 − {penalty} × {days})",
    What.DELIVERY_OVERDUE: "{floor} × {way}",
    What.PUNCTUALITY: "100 × {in_time} / {counted}",
    What.SCORE: "(1 − {weight}) × {delivery} + {weight} × {punctuality}",
    What.SCORE_ALONE: "{delivery}",
}


def line(one: Mapping[str, Any]) -> dict[str, Any]:
    """One line of a trace (as JSON) for its row: rule, label, reckoning, result, and whether it held."""
    figures = {name: _value(text) for name, text in one["figures"].items() if name != "period"}
    beside = []
    if one["figures"].get("period"):
        beside.append(period_name(one["figures"]["period"]))
    if "as_at" in figures:
        beside.append(_("as at %(day)s", day=figures["as_at"]))
    if "holds" in one:
        sum_ = f"{figures['left']} {_SIGNS.get(figures['sign'], figures['sign'])} {figures['right']}"
        result = _("yes") if one["holds"] else _("no")
    else:
        sum_, result = _sum(one["what"], figures), _value(one["result"])
    return {
        "rule": one["rule"] or "",
        "label": LABELS[one["what"]],
        "beside": " · ".join(beside),
        "sum": sum_,
        "result": result,
        "holds": one.get("holds"),
    }


def _sum(what: str, figures: Mapping[str, str]) -> str:
    if what == What.KEPT_RATIO:
        edges = [f"≥ {figures['low']}"] if "low" in figures else []
        edges += [f"≤ {figures['high']}"] if "high" in figures else []
        return ": ".join((figures["value"], ", ".join(edges)))
    if what == What.RATIO and figures["plan"] == figures["baseline"]:
        return f"{figures['value']} : {figures['plan']}"
    return _SUMS.get(what, "").format(**figures)


def _value(text: str) -> str:
    """A day, a figure, or a sign as it stands."""
    if text[:1].isdigit() and text[4:5] == "-":
        return format_day(date.fromisoformat(text))
    if text.lstrip("-")[:1].isdigit():
        exact = Fraction(text)
        return format_figure(told(exact)) if abs(exact) >= 1 or not exact else format_figure(half_up(exact, 4))
    return text
