"""The rule's reasons in words: a sentence why a target stands as it does, one what would turn it green or keep it so.

`reason` is {"code": …, "figures": {…}}: what `Reason.as_json` gives, or what is stored with a step, which knows neither
the next report nor how late it is today, and is told more generally. `unit` is the
target's unit as it is stored ("%" for a ratio). Sentences come in the language of the context.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.commitments.terms.units import PERCENT, amount_text, number_text, planned
from tracker.commitments.terms.words import days_left
from tracker.core.languages import NOTHING, Text, _, _l, _n, format_day, format_number
from tracker.programmes.words import period_name
from tracker.rule.facts import Status
from tracker.rule.reasons import ReasonCode

STATUS_NAMES: Mapping[str, Text] = {
    Status.NOT_STARTED: _l("Not started"),
    Status.VOID: _l("Not counted"),
    Status.MET_ON_TIME: _l("Met on time"),
    Status.MET_LATE: _l("Met late"),
    Status.OVERDUE: _l("Overdue"),
    Status.SUSPENDED: _l("Suspended"),
    Status.MISSED: _l("Missed"),
    Status.UNREPORTED: _l("Unreported"),
    Status.PENDING: _l("Awaiting figures"),
    Status.ON_TRACK: _l("On track"),
    Status.AT_RISK: _l("At risk"),
    Status.BEHIND: _l("Behind plan"),
}
_DAYS = frozenset(
    {"from_on", "to_on", "ended_on", "met_on", "deadline", "as_at", "due_on", "returned_on", "answer_by", "next_due_on"}
)
_AMOUNTS = frozenset({"value", "goal", "low", "high"})
_PLANNED = frozenset({"plan", "needed"})


def status_name(status: str) -> str:
    """What a status is called."""
    return str(STATUS_NAMES[status])


def why(reason: Mapping[str, Any], unit: str = "") -> str:
    """One sentence: why the target stands as it does."""
    return _WHY[reason["code"]](_Told(reason["figures"], unit))


def turns_green(reason: Mapping[str, Any], unit: str = "") -> str:
    """One sentence: what turns the target green, or what keeps it so; where nothing does, that."""
    return _GREEN[reason["code"]](_Told(reason["figures"], unit))


class _Told(dict[str, str]):
    """The figures of a reason by name, each written when it is asked for; one that was not given is a dash."""

    def __init__(self, figures: Mapping[str, str], unit: str) -> None:
        super().__init__()
        self.figures, self.unit = figures, unit

    def __contains__(self, name: object) -> bool:
        return name in self.figures

    def __missing__(self, name: str) -> str:
        text = self.figures.get(name)
        found = self[name] = NOTHING if text is None else self._written(name, text)
        return found

    def _written(self, name: str, text: str) -> str:
        if name in _DAYS:
            return format_day(date.fromisoformat(text))
        if name in _PLANNED:
            of_goal = Decimal(self.figures["goal"]) if "goal" in self.figures else None
            return amount_text(planned(Decimal(text), self.unit, of_goal), self.unit)
        if name in _AMOUNTS:
            return number_text(text, self.unit)
        if name == "percent":
            return number_text(text, PERCENT)
        return format_number(text) if text.isdecimal() else text

    def number(self, name: str) -> int:
        """A count, for choosing between singular and plural."""
        return int(self.figures.get(name) or 0)

    @property
    def limits(self) -> str:
        """What a keep target promises: its goal, or the ends of its range."""
        if "goal" in self:
            return self["goal"]
        if "low" in self and "high" in self:
            return _("%(low)s to %(high)s", low=self["low"], high=self["high"])
        return _("at least %(low)s", low=self["low"]) if "low" in self else _("at most %(high)s", high=self["high"])

    @property
    def report(self) -> str:
        """The report that the reason is about."""
        return self._report("period")

    @property
    def next_report(self) -> str:
        """The next report that is owed."""
        return self._report("next_period")

    @property
    def has_next(self) -> bool:
        """Whether a report is still to come."""
        return "next_period" in self

    @property
    def nothing_but_the_goal(self) -> bool:
        """Whether the report to come is due when the term is over."""
        return self.has_next and "needed" not in self and "goal" in self

    def _report(self, name: str) -> str:
        code = self.figures.get(name)
        return _("report for %(period)s", period=period_name(code)) if code else _("report of completion")


def _days_late(f: _Told) -> str:
    return days_left(-f.number("days_late"))


def _not_started(f: _Told) -> str:
    return _("Judged from %(day)s on.", day=f["from_on"])


def _ended(f: _Told) -> str:
    return _("Ended on %(day)s, so it no longer counts.", day=f["ended_on"])


def _nothing_applicable(f: _Told) -> str:
    return _("Every report says that it does not apply, so there is nothing to judge.")


def _met(f: _Told) -> str:
    return _(
        "Met on %(day)s, in time for %(deadline)s: %(value)s, goal %(goal)s.",
        day=f["met_on"], deadline=f["deadline"], value=f["value"], goal=f["goal"],
    )  # fmt: skip


def _met_late(f: _Told) -> str:
    return _(
        "Met on %(day)s, %(late)s (deadline %(deadline)s): %(value)s, goal %(goal)s.",
        day=f["met_on"], late=_days_late(f), deadline=f["deadline"], value=f["value"], goal=f["goal"],
    )  # fmt: skip


def _overdue(f: _Told) -> str:
    if "days_late" not in f:
        return _(
            "%(value)s as at %(day)s, goal %(goal)s · deadline %(deadline)s.",
            value=f["value"], day=f["as_at"], goal=f["goal"], deadline=f["deadline"],
        )  # fmt: skip
    return _(
        "%(value)s as at %(day)s, goal %(goal)s · deadline %(deadline)s, %(late)s.",
        value=f["value"], day=f["as_at"], goal=f["goal"], deadline=f["deadline"], late=_days_late(f),
    )  # fmt: skip


def _overdue_without_figure(f: _Told) -> str:
    if "days_late" not in f:
        return _("No figure in force, goal %(goal)s · deadline %(deadline)s.", goal=f["goal"], deadline=f["deadline"])
    return _(
        "No figure in force, goal %(goal)s · deadline %(deadline)s, %(late)s.",
        goal=f["goal"], deadline=f["deadline"], late=_days_late(f),
    )  # fmt: skip


def _suspended(f: _Told) -> str:
    return _("Suspended from %(start)s to %(end)s.", start=f["from_on"], end=f["to_on"])


def _kept(f: _Told) -> str:
    return _n(
        "Kept in the %(num)s report of the term: %(limits)s.",
        "Kept in all %(num)s reports of the term: %(limits)s.",
        f.number("reports"), limits=f.limits,
    )  # fmt: skip


def _kept_overall(f: _Told) -> str:
    return _("Kept over the whole term: %(value)s, goal %(goal)s.", value=f["value"], goal=f.limits)


def _missed(f: _Told) -> str:
    return _(
        "Kept in %(kept)s of %(reports)s reports; %(report)s: %(value)s, goal %(limits)s.",
        kept=f["kept"], reports=f["reports"], report=f.report, value=f["value"], limits=f.limits,
    )  # fmt: skip


def _missed_overall(f: _Told) -> str:
    return _("Not kept over the whole term: %(value)s, goal %(goal)s.", value=f["value"], goal=f.limits)


def _silent(f: _Told) -> str:
    return _("No %(report)s is in force; it was due on %(day)s.", report=f.report, day=f["due_on"])


def _return_unanswered(f: _Told) -> str:
    return _(
        "The %(report)s was sent back on %(day)s and not answered by %(answer_by)s.",
        report=f.report, day=f["returned_on"], answer_by=f["answer_by"],
    )  # fmt: skip


def _no_figure(f: _Told) -> str:
    return _("No figure is in force yet.")


def _no_milestones(f: _Told) -> str:
    return _("There are no milestones that the work could be held against before its deadline.")


def _on_plan(f: _Told) -> str:
    return _(
        "%(value)s as at %(day)s, plan %(plan)s, goal %(goal)s.",
        value=f["value"], day=f["as_at"], plan=f["plan"], goal=f["goal"],
    )  # fmt: skip


def _below_plan(f: _Told) -> str:
    return _(
        "%(value)s as at %(day)s is %(percent)s of the plan, %(plan)s; goal %(goal)s.",
        value=f["value"], day=f["as_at"], percent=f["percent"], plan=f["plan"], goal=f["goal"],
    )  # fmt: skip


def _keeping(f: _Told) -> str:
    return _n(
        "Kept in the %(num)s report so far: %(limits)s.",
        "Kept in all %(num)s reports so far: %(limits)s.",
        f.number("reports"), limits=f.limits,
    )  # fmt: skip


def _keep_broken(f: _Told) -> str:
    return _(
        "Kept in %(kept)s of %(reports)s reports so far; %(report)s: %(value)s, goal %(limits)s.",
        kept=f["kept"], reports=f["reports"], report=f.report, value=f["value"], limits=f.limits,
    )  # fmt: skip


def _overall_so_far(f: _Told) -> str:
    return _("%(value)s so far over the whole term, goal %(goal)s.", value=f["value"], goal=f.limits)


def _when_it_starts(f: _Told) -> str:
    return _("Nothing is asked before %(day)s.", day=f["from_on"])


def _nothing_to_do(f: _Told) -> str:
    return _("Nothing more is asked.")


def _stays_met(f: _Told) -> str:
    return _("It stays so as long as the figure in force meets the goal.")


def _stays_late(f: _Told) -> str:
    return _("Nothing more is asked; the days late stay in the score.")


def _report_the_goal(f: _Told) -> str:
    return _("Report a figure that meets the goal, %(goal)s; the sooner, the better the score.", goal=f["goal"])


def _after_suspension(f: _Told) -> str:
    return _("It is judged again after %(day)s.", day=f["to_on"])


def _too_late(f: _Told) -> str:
    return _("The term is over: it can no longer be kept.")


def _send_it(f: _Told) -> str:
    return _("Send the %(report)s: the status follows the figure at once.", report=f.report)


def _answer_it(f: _Told) -> str:
    return _("Send a new %(report)s that answers the reasons of the return.", report=f.report)


def _first_figure(f: _Told) -> str:
    if not f.has_next:
        return _("It turns green with a first figure that keeps to the plan.")
    if "needed" in f:
        return _turns_with(f)
    return _("Send the %(report)s by %(day)s.", report=f.next_report, day=f["next_due_on"])


def _whole_work(f: _Told) -> str:
    return _("It turns green when the work is reported as complete.")


def _stays_with(f: _Told) -> str:
    if f.nothing_but_the_goal:
        return _the_goal_itself(f)
    if "needed" not in f:
        return _("It stays green while the figures keep to the plan.")
    return _(
        "It stays green with %(needed)s or better in the %(report)s, due on %(day)s.",
        needed=f["needed"], report=f.next_report, day=f["next_due_on"],
    )  # fmt: skip


def _the_goal_itself(f: _Told) -> str:
    return _("From here on only the goal itself counts: %(goal)s by %(day)s.", goal=f["goal"], day=f["deadline"])


def _turns_with(f: _Told) -> str:
    if f.nothing_but_the_goal:
        return _the_goal_itself(f)
    if "needed" not in f:
        return _("It turns green with a new figure that keeps to the plan.")
    return _(
        "It turns green with %(needed)s or better in the %(report)s, due on %(day)s.",
        needed=f["needed"], report=f.next_report, day=f["next_due_on"],
    )  # fmt: skip


def _keep_on(f: _Told) -> str:
    if not f.has_next:
        return _("It stays green while each report keeps %(limits)s.", limits=f.limits)
    return _(
        "It stays green while each report keeps %(limits)s; next the %(report)s, due on %(day)s.",
        limits=f.limits, report=f.next_report, day=f["next_due_on"],
    )  # fmt: skip


def _cannot_be_kept(f: _Told) -> str:
    return _("It can no longer be kept; every further report that keeps %(limits)s lifts the score.", limits=f.limits)


def _keep_overall_on(f: _Told) -> str:
    return _("It stays green while the figure over the whole term keeps %(goal)s.", goal=f.limits)


def _back_overall(f: _Told) -> str:
    if not f.has_next:
        return _("It turns green when the figure over the whole term keeps %(goal)s again.", goal=f.limits)
    return _(
        "It turns green when the figure over the whole term keeps %(goal)s again; next the %(report)s, due on %(day)s.",
        goal=f.limits, report=f.next_report, day=f["next_due_on"],
    )  # fmt: skip


_Sentence = Callable[[_Told], str]

_WHY: Mapping[str, _Sentence] = {
    ReasonCode.NOT_STARTED: _not_started,
    ReasonCode.ENDED: _ended,
    ReasonCode.NOTHING_APPLICABLE: _nothing_applicable,
    ReasonCode.MET: _met,
    ReasonCode.MET_LATE: _met_late,
    ReasonCode.OVERDUE: _overdue,
    ReasonCode.OVERDUE_WITHOUT_FIGURE: _overdue_without_figure,
    ReasonCode.SUSPENDED: _suspended,
    ReasonCode.KEPT: _kept,
    ReasonCode.KEPT_OVERALL: _kept_overall,
    ReasonCode.MISSED: _missed,
    ReasonCode.MISSED_OVERALL: _missed_overall,
    ReasonCode.SILENT: _silent,
    ReasonCode.RETURN_UNANSWERED: _return_unanswered,
    ReasonCode.NO_FIGURE: _no_figure,
    ReasonCode.NO_MILESTONES: _no_milestones,
    ReasonCode.ON_PLAN: _on_plan,
    ReasonCode.BELOW_PLAN: _below_plan,
    ReasonCode.KEEPING: _keeping,
    ReasonCode.KEEP_BROKEN: _keep_broken,
    ReasonCode.KEEPING_OVERALL: _overall_so_far,
    ReasonCode.BELOW_OVERALL: _overall_so_far,
}
_GREEN: Mapping[str, _Sentence] = {
    ReasonCode.NOT_STARTED: _when_it_starts,
    ReasonCode.ENDED: _nothing_to_do,
    ReasonCode.NOTHING_APPLICABLE: _nothing_to_do,
    ReasonCode.MET: _stays_met,
    ReasonCode.MET_LATE: _stays_late,
    ReasonCode.OVERDUE: _report_the_goal,
    ReasonCode.OVERDUE_WITHOUT_FIGURE: _report_the_goal,
    ReasonCode.SUSPENDED: _after_suspension,
    ReasonCode.KEPT: _nothing_to_do,
    ReasonCode.KEPT_OVERALL: _nothing_to_do,
    ReasonCode.MISSED: _too_late,
    ReasonCode.MISSED_OVERALL: _too_late,
    ReasonCode.SILENT: _send_it,
    ReasonCode.RETURN_UNANSWERED: _answer_it,
    ReasonCode.NO_FIGURE: _first_figure,
    ReasonCode.NO_MILESTONES: _whole_work,
    ReasonCode.ON_PLAN: _stays_with,
    ReasonCode.BELOW_PLAN: _turns_with,
    ReasonCode.KEEPING: _keep_on,
    ReasonCode.KEEP_BROKEN: _cannot_be_kept,
    ReasonCode.KEEPING_OVERALL: _keep_overall_on,
    ReasonCode.BELOW_OVERALL: _back_overall,
}
