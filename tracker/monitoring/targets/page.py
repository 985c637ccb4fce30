"""What the page of one target tells: its receipt, its plan against its figures, its reports and what was decided.

Statuses are the stored steps'. Facts are asked for what no step holds: the figures of a day, the plan, the periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.words import DueDay
from tracker.compliance.records.facts import Record
from tracker.compliance.steps.spans import hundredths
from tracker.compliance.telling import reasons
from tracker.compliance.telling.explain import turns_green, why
from tracker.compliance.telling.honesty import told
from tracker.core.actions import Action
from tracker.core.languages import _, format_day, format_figure, format_score, format_span
from tracker.monitoring import axes, words
from tracker.permissions.reader import Reader
from tracker.programmes.words import frequency_name, period_name, period_title
from tracker.progress import honesty
from tracker.progress.requests import queries as requests
from tracker.progress.requests import words as request_words
from tracker.progress.states import RequestState
from tracker.rule import (
    FigureInForce,
    Known,
    OwedPeriod,
    assess,
    deadline,
    figures_on,
    owed_periods,
    plan_on,
    terms_on,
)
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import RULE_VERSION, Direction, Facts, ReportKind, Terms


@dataclass(frozen=True, slots=True)
class AnswerOfDay:
    """The answer of a day, with its two sentences. Scores in hundredths."""

    status: str
    score: int | None
    delivery: int | None
    punctuality: int | None
    why: str
    turns_green: str
    next_change_on: date | None
    rule_version: int


class TargetPage:
    """One target as a day saw it. `known_on` none: as the stored steps say; else derived from what that day knew."""

    def __init__(self, target: Target, record: Record, spans: Sequence[Any], on: date, known_on: date | None) -> None:
        self.target = target
        self.record = record
        self.spans = spans
        self.on = on
        self.known_on = known_on
        self.known: Known = record.known_on(known_on or on)
        self.unit = target_words.unit_of(target)
        self.terms: Terms = terms_on(self.known, on)
        self.calendar = record.frame.calendar
        self.ends_on = deadline(self.known)  # where its plan ends: the day that was signed
        self.figures = figures_on(self.known, on)
        self.gaps = honesty.gaps(self.known, on)

    def span(self) -> Any:
        """The step that holds on the day; none before the commitment was signed."""
        return next((s for s in self.spans if s.from_on <= self.on and (s.to_on is None or s.to_on > self.on)), None)

    def standing(self) -> AnswerOfDay | None:
        """The answer of the day."""
        span = self.span()
        if span is None and self.known_on is None:
            return None
        found = assess(self.known, self.on)
        live = AnswerOfDay(
            status=str(found.status),
            score=hundredths(found.score),
            delivery=hundredths(found.delivery),
            punctuality=hundredths(found.punctuality),
            why=why(found.reason.as_json(), self.unit),
            turns_green=turns_green(found.reason.as_json(), self.unit),
            next_change_on=found.next_change_on,
            rule_version=RULE_VERSION,
        )
        if self.known_on is not None or span.status == live.status:
            return live
        # The nightly run has still to follow this step: what is stored is told, as everywhere else.
        reason = reasons.of_day(self.known, self.on, span.status, span.reason)
        return AnswerOfDay(
            span.status,
            span.score,
            span.delivery,
            span.punctuality,
            why(reason, self.unit),
            turns_green(reason, self.unit),
            span.next_change_on,
            span.rule_version,
        )

    def goal(self) -> str:
        """What is promised."""
        return target_words.goal(self.target, self.terms)

    def goal_and_first(self) -> str:
        """The same with what was promised first, where that was something else."""
        return target_words.goal_on(self.target, self.known, self.on)

    def latest(self) -> str | None:
        """The latest applicable figure, with its day."""
        figure = next((f for f in reversed(self.figures) if f.value is not None), None)
        if figure is None:
            return None
        told = target_words.in_force(self.target, figure)
        return _("%(figure)s as at %(day)s", figure=told, day=format_day(figure.as_at))

    def honesty(self) -> str | None:
        """What was reported less what was appraised, towards the goal: the mean of its appraised figures."""
        if not self.gaps:
            return None
        mean = sum((gap.amount for gap in self.gaps), Fraction(0)) / len(self.gaps)
        return told(honesty.of_gaps(self.gaps), target_words.gap(self.target, mean))

    def deadline(self, status: str) -> DueDay:
        """The deadline as the day sees it, under the status that it has then."""
        return target_words.deadline(self.known, self.on, status)

    def periods(self) -> list[dict[str, Any]]:
        """The periods up to the day and the next one, the latest first: figure, plan and how its report stands."""
        in_force = {id(figure.report): figure for figure in self.figures}
        owed = owed_periods(self.known, self.on)
        begun = [one for one in owed if one.period.cut_off <= self.on]
        ahead = [one for one in owed if one.period.cut_off > self.on and one.owed][:1]
        rows = [self._period(one, in_force.get(id(one.report))) for one in (*begun, *ahead)]
        rows += [self._completion(f) for f in self.figures if f.report.kind is ReportKind.COMPLETION]
        return sorted(rows, key=lambda row: row["sort"], reverse=True)

    def _period(self, one: OwedPeriod, figure: FigureInForce | None) -> dict[str, Any]:
        period = one.period
        return {
            "sort": period.cut_off,
            "code": period.code,
            "name": period_title(period.code),
            "days": format_span(period.starts_on, period.cut_off),
            "figure": target_words.in_force(self.target, figure),
            "reported": self._reported(period.code),
            "plan": target_words.plan(self.target, self.known, period.cut_off, self.on) or self.goal(),
            "mark": _mark(one, self.on),
        }

    def _reported(self, code: str) -> str | None:
        """What was reported for a period, where another figure counts."""
        found = next((gap for gap in self.gaps if gap.period == code and gap.changed), None)
        return None if found is None else target_words.amount(self.target, found.reported)

    def _completion(self, figure: FigureInForce) -> dict[str, Any]:
        return {
            "sort": figure.as_at,
            "code": "",
            "name": _("Completion"),
            "days": format_day(figure.as_at),
            "figure": target_words.in_force(self.target, figure),
            "plan": self.goal(),
            "mark": ("good", "check", _("Reported as complete")),
        }

    def chart(self, title: str) -> dict[str, Any] | None:
        """The numbers of the drawing, from the first figure to the day: plan, figures, goal, axes, and what is told
        below it; none where nothing could be drawn."""
        figures = [f for f in self.figures if f.value is not None]
        first, last = self._days(figures)
        plan = axes.within(self._plan(), first, last)
        drawn = [(f.as_at.toordinal(), float(f.value or 0), target_words.in_force(self.target, f)) for f in figures]
        levels = [self.terms.goal] if self.target.shape == "keep" else []
        levels += [self.terms.low, self.terms.high]
        goals = [float(level) for level in levels if level is not None]
        reported = self._reported_points(figures)
        marks = [*(y for _x, y in plan), *(y for _x, y, _text in (*reported, *drawn)), *goals]
        if not marks:
            return None
        upright = axes.upright(marks, whole=target_words.is_counted(self.target))
        worst = self._worst([y for _x, y, _text in drawn])
        return {
            "plan": plan,
            "figures": [(*point, "bad" if place == worst else None) for place, point in enumerate(drawn)],
            "reported": reported,
            "band": self._band(first, last),
            "ticks_x": axes.level(first, last),
            "ticks_y": upright,
            "goal": goals[0] if self.target.shape == "keep" and goals else None,
            "goal_text": self.goal(),
            "told": axes.told(title, [(x, text) for x, _y, text in drawn]),
            "notes": [*self._fall(figures, worst), *self._ahead(last), *filter(None, [axes.cut(upright)])],
        }

    def _days(self, figures: Sequence[FigureInForce]) -> tuple[int, int]:
        """From the first figure to the day; the whole plan where that is no span of time yet."""
        first = min((f.as_at for f in figures), default=self.target.starts_on)
        if first >= self.on:
            first = min(first, self.target.starts_on)
        last = self.on if first < self.on else max(self.ends_on, first + ONE_DAY)
        return first.toordinal(), last.toordinal()

    def _reported_points(self, figures: Sequence[FigureInForce]) -> list[tuple[int, float, str]]:
        """What was reported where another figure counts, on the day of that figure."""
        days = {figure.report.period: figure.as_at for figure in figures}
        changed = [gap for gap in self.gaps if gap.changed and gap.period in days]
        return [
            (days[gap.period].toordinal(), float(gap.reported), target_words.amount(self.target, gap.reported))
            for gap in changed
        ]

    def _band(self, first: int, last: int) -> list[tuple[int, int, str]]:
        """(from, to, status) of each step between the two days, up to the day that is shown."""
        last = min(last, self.on.toordinal())
        found = []
        for span in self.spans:
            begins = max(span.from_on.toordinal(), first)
            ends = min(last, span.to_on.toordinal() if span.to_on is not None else last)
            if begins < ends:
                found.append((begins, ends, str(span.status)))
        return found

    def _worst(self, figures: Sequence[float]) -> int | None:
        """Which figure fell most against the one before it; of a range nobody can say."""
        target, terms = self.target, self.terms
        if target.shape == "keep":
            downwards = {Direction.AT_LEAST.value: True, Direction.AT_MOST.value: False}.get(target.direction or "")
        else:
            downwards = terms.baseline is None or terms.goal is None or terms.goal >= terms.baseline
        return None if downwards is None else axes.fall(figures, 0, downwards=downwards)

    def _fall(self, figures: Sequence[FigureInForce], worst: int | None) -> list[str]:
        if worst is None:
            return []
        was, now = (target_words.in_force(self.target, figure) for figure in figures[worst - 1 : worst + 1])
        period = figures[worst].report.period
        words = _("report for %(period)s", period=period_name(period)) if period else _("report of completion")
        return [_("Worst step: from %(was)s to %(now)s, by the %(report)s.", was=was, now=now, report=words)]

    def _ahead(self, last: int) -> list[str]:
        """Where the plan goes on, beyond what is drawn."""
        if last >= self.ends_on.toordinal():
            return []
        return [_("Goal: %(goal)s by %(day)s.", goal=self.goal(), day=format_day(self.ends_on))]

    def _plan(self) -> list[tuple[int, float]]:
        """Corners of the plan's line; a deliverable's goes up in steps. A keep target's plan is its goal."""
        if self.target.shape == "keep":
            low, high = self.terms.low, self.terms.high
            ends = (self.target.starts_on.toordinal(), self.ends_on.toordinal())
            level = low if low is not None else high
            return [(x, float(level)) for x in ends] if level is not None else []
        days = [self.target.starts_on, *(milestone.on for milestone in self.terms.milestones), self.ends_on]
        corners: list[tuple[int, float]] = []
        for day in sorted(set(days)):
            planned = plan_on(self.known, day, self.on)
            if planned is None:
                continue
            if self.target.shape == "deliverable" and corners:
                corners.append((day.toordinal(), corners[-1][1]))
            corners.append((day.toordinal(), float(planned)))
        if self.target.shape == "deliverable" and corners:
            corners.append((self.ends_on.toordinal(), 100.0))
        return corners


class Rulings:
    """What was asked and decided on a target by itself, as of a day, and what the reader can do about it today."""

    def __init__(self, session: Session, reader: Reader, target: Target, facts: Facts, on: date) -> None:
        self.who = requests.deciders(session, target.id, facts)
        self.rows = [self._row(one, on) for one in requests.of_target(session, target.id) if one.asked_on <= on]
        over = target.ended_on is not None or target.closed_on is not None
        self.may_ask = reader.may(Action.ASK_ON_TARGET, target.agency_id) and not over
        self.may_decide = reader.may(Action.DECIDE_ON_TARGET) and not over
        self.waits = any(row["waits"] for row in self.rows)

    @staticmethod
    def _row(one: Any, on: date) -> dict[str, Any]:
        settled_on = requests.settled_on(one)
        state = RequestState(one.state) if settled_on is None or settled_on <= on else RequestState.WAITING
        return {
            "token": one.token,
            "what": request_words.wanted(one),
            "asked": format_day(one.asked_on),
            "by": requests.asked_by(one),
            "outcome": str(requests.STATES[state]),
            "waits": state is RequestState.WAITING,
            "days": (on - one.asked_on).days,
        }


def _mark(one: OwedPeriod, on: date) -> tuple[str, str, str]:
    """(tone, shape, words) of how the report of a period stands on the day."""
    if one.returned_on is not None and one.answer_by is not None:
        return "bad", "cross", _("Returned, to be answered by %(day)s", day=format_day(one.answer_by))
    if one.silent:
        return "silent", "ring", _("No report, due %(day)s", day=format_day(one.due_on))
    if one.sent_on is not None and one.revision is not None:
        if one.in_time:
            return "good", "check", _("In time, sent %(day)s", day=format_day(one.sent_on))
        return "warn", "triangle", _("Late, sent %(day)s", day=format_day(one.sent_on))
    if not one.owed:
        return "silent", "dash", _("Not owed")
    if on > one.due_on:
        return "warn", "triangle", _("Late, due %(day)s", day=format_day(one.due_on))
    return "info", "ring", _("Due %(day)s", day=format_day(one.due_on))


def terms_rows(page: TargetPage) -> list[tuple[str, Any]]:
    """(term, text) of what was signed and what has changed it since, as known on the day."""
    target, known = page.target, page.known
    rows: list[tuple[str, Any]] = [
        (_("Kind"), words.SHAPES[target.shape]),
        (_("Goal"), page.goal_and_first()),
        (_("Baseline"), target_words.amount(target, page.terms.baseline) if page.terms.baseline is not None else None),
        (_("Reports"), frequency_name(target.frequency)),
        (_("Weight"), format_figure(page.terms.weight)),
        (_("Term"), f"{format_day(target.starts_on)}\u2013{format_day(target.due_on)}"),
    ]
    rows += [
        (
            _("Extended"),
            _("to %(day)s, granted on %(granted)s", day=format_day(x.due_on), granted=format_day(x.granted_on)),
        )
        for x in known.deadline.extensions
    ]
    rows += [(_("Suspended"), f"{format_day(s.from_on)}\u2013{format_day(s.to_on)}") for s in known.rests.suspensions]
    rows += [
        (
            _("Amended"),
            _("signed on %(signed)s, in force from %(day)s", signed=format_day(a.signed_on), day=format_day(a.from_on)),
        )
        for a in known.facts.amendments
        if a.recorded_on <= known.day
    ]
    if known.end is not None:
        rows.append((_("Ended"), format_day(known.end.on)))
    return rows


def step_rows(spans: Sequence[Any], on: date) -> list[dict[str, Any]]:
    """The steps that had begun by the day, the last one first."""
    return [
        {
            "from": format_day(span.from_on),
            "to": format_day(span.to_on) if span.to_on is not None and span.to_on <= on else None,
            "status": span.status,
            "score": format_score(span.score),
            "punctuality": format_score(span.punctuality),
        }
        for span in spans
        if span.from_on <= on
    ]
