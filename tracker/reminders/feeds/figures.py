"""Days of reports, of answers to what came back, and deadlines of targets: by the rule, for the bodies that are asked
for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tracker.commitments.models import Target
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import settled
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_figures
from tracker.core.actions import Action
from tracker.core.languages import _, _n, text_by_language
from tracker.programmes.models import Period, Programme
from tracker.programmes.queries import not_long_over
from tracker.programmes.words import period_name
from tracker.reminders.feeds import moves
from tracker.reminders.feeds.entries import Asked, Entry, Kind, late, rung_on
from tracker.reminders.feeds.moves import NEVER, Moved
from tracker.rule import Status

MOST_NAMED = 12  # targets in one entry
OPEN = (
    *(Status.NOT_STARTED, Status.OVERDUE, Status.SUSPENDED, Status.UNREPORTED, Status.PENDING),
    *(Status.ON_TRACK, Status.AT_RISK, Status.BEHIND),
)


def days(asked: Asked) -> Iterator[Entry]:
    """All of these."""
    if asked.bodies:
        yield from _reports(asked)
        yield from _deadlines(asked)


def _where(asked: Asked) -> tuple[sa.ColumnElement[bool], ...]:
    running = sa.select(Programme.id).where(not_long_over(asked.on))
    return Target.agency_id.in_(asked.bodies), Target.programme_id.in_(running), Target.closed_on.is_(None)


def _reports(asked: Asked) -> Iterator[Entry]:
    """What is owed and what will be: of a body and period one entry, by itself what has a day of its own."""
    figures = owed_figures(asked.session, asked.on, *_where(asked), frames=asked.frames, ahead=True)
    if not figures:
        return
    periods = _periods(asked, figures)
    calendars = asked.calendars({one.programme_id for one in figures})
    moved = _Moves(asked, figures)
    together: dict[tuple[int, int], list[OwedFigure]] = defaultdict(list)
    for one in figures:
        calendar = calendars[one.programme_id]
        period = periods.get(one.period_id or 0)
        if one.why is WhyOwed.RETURNED:
            yield _answer(asked, one, calendar, moved.of_answer(one))
        elif period is not None and one.by == settled(period.due_on, calendar):
            together[one.agency_id, period.id].append(one)
        else:
            yield _alone(asked, one, calendar, moved.of_figure(one))
    for (agency_id, period_id), some in together.items():
        yield _sheet(asked, agency_id, periods[period_id], some, calendars, moved.of_sheet(some[0]))


def _periods(asked: Asked, figures: Sequence[OwedFigure]) -> Mapping[int, Any]:
    ids = {one.period_id for one in figures if one.period_id is not None}
    rows = asked.session.execute(sa.select(Period.id, Period.code, Period.due_on).where(Period.id.in_(ids)))
    return {row.id: row for row in rows}


class _Moves:
    """How often the days of these figures were moved."""

    def __init__(self, asked: Asked, figures: Sequence[OwedFigure]) -> None:
        session, targets = asked.session, {one.target_id for one in figures}
        self._targets = moves.of_targets(session, targets, asked.on)
        self._periods = moves.of_periods(session, {one.period_id for one in figures if one.period_id is not None})
        self._programmes = moves.of_programmes(session, {one.programme_id for one in figures}, asked.on)
        self._reports = moves.of_reports(session, targets)

    def of_sheet(self, one: OwedFigure) -> Moved:
        """Of the day of a period."""
        return self._periods.get(one.period_id or 0, NEVER) + self._programmes.get(one.programme_id, NEVER)

    def of_figure(self, one: OwedFigure) -> Moved:
        """Of a day of its own."""
        return self.of_sheet(one) + self._targets.get(one.target_id, NEVER)

    def of_answer(self, one: OwedFigure) -> Moved:
        """Of the day by which a return is answered."""
        return self.of_figure(one) + self._reports.get((one.target_id, one.period_id), NEVER)


def _sheet(
    asked: Asked, agency_id: int, period: Any, some: Sequence[OwedFigure], calendars: Mapping[int, Any], moved: Moved
) -> Entry:
    first = some[0]
    title = _("Figures for %(period)s are due", period=period_name(period.code))
    left = len(some) - MOST_NAMED
    return Entry(
        name=f"report-{agency_id}-{period.id}",
        kind=Kind.REPORT,
        day=first.by,
        title=late(f"{title} – {asked.body(agency_id)}", first.by, asked),
        text=[
            _n("%(num)s figure is still to be sent:", "%(num)s figures are still to be sent:", len(some)),
            *(f"· {one.target_code} {text_by_language(one.title)}" for one in some[:MOST_NAMED]),
            *([_n("and %(num)s more", "and %(num)s more", left)] if left > 0 else []),
        ],
        page=_page(asked, agency_id, period.code),
        moved=moved,
        rung_on=rung_on(first.by, calendars[first.programme_id], 1, asked.on),
    )


def _alone(asked: Asked, one: OwedFigure, calendar: Any, moved: Moved) -> Entry:
    title = _("Figure for %(period)s is due: %(target)s", period=_period(one), target=text_by_language(one.title))
    return _figure(asked, f"figure-{_place(one)}", Kind.REPORT, title, one, calendar, moved)


def _answer(asked: Asked, one: OwedFigure, calendar: Any, moved: Moved) -> Entry:
    title = _(
        "Returned figure for %(period)s is to be answered: %(target)s",
        period=_period(one),
        target=text_by_language(one.title),
    )
    return _figure(asked, f"answer-{_place(one)}", Kind.ANSWER, title, one, calendar, moved)


def _figure(asked: Asked, name: str, kind: Kind, title: str, one: OwedFigure, calendar: Any, moved: Moved) -> Entry:
    place = f"{one.target_token}/{one.period_code or 'completion'}"
    return Entry(
        name=name,
        kind=kind,
        day=one.by,
        title=late(title, one.by, asked),
        text=[f"{asked.body(one.agency_id)} · {one.commitment} · {one.target_code}"],
        page=f"/figures/{place}" if asked.writes(one.agency_id) else f"/targets/{one.target_token}",
        moved=moved,
        rung_on=rung_on(one.by, calendar, 1, asked.on),
    )


def _place(one: OwedFigure) -> str:
    return f"{one.target_token}-{one.period_code or 'completion'}"


def _period(one: OwedFigure) -> str:
    return period_name(one.period_code) if one.period_code else _("the completion")


def _page(asked: Asked, agency_id: int, period_code: str) -> str:
    """Where one goes on: whoever writes the sheet there, others where it is told."""
    code = asked.bodies[agency_id][0]
    if asked.writes(agency_id):
        return f"/sheets/{code}/{period_code}"
    return f"/unreported/{code}?period={period_code}" if asked.reader.may(Action.SEE_BOARD) else f"/agencies/{code}"


def _deadlines(asked: Asked) -> Iterator[Entry]:
    """Deadlines of targets, as long as the goal is not met."""
    statement = (
        sa.select(Target.id, Target.token, Target.title, Target.code, Target.agency_id, Target.programme_id)
        .add_columns(SPAN.deadline_on)
        .join(SPAN.id.table, sa.and_(SPAN.target_id == Target.id, SPAN.to_on.is_(None)))
        .where(SPAN.status.in_(OPEN), *_where(asked))
        .order_by(SPAN.deadline_on, Target.id)
    )
    rows = asked.session.execute(statement).all()
    calendars = asked.calendars({row.programme_id for row in rows})
    of_targets = moves.of_targets(asked.session, [row.id for row in rows], asked.on)
    of_programmes = moves.of_programmes(asked.session, {row.programme_id for row in rows}, asked.on)
    for row in rows:
        calendar = calendars[row.programme_id]
        day = settled(row.deadline_on, calendar)
        yield Entry(
            name=f"deadline-{row.token}",
            kind=Kind.DEADLINE,
            day=day,
            title=late(_("Deadline: %(target)s", target=text_by_language(row.title)), day, asked),
            text=[f"{asked.body(row.agency_id)} · {row.code}", _("The goal is to be reached by this day.")],
            page=f"/targets/{row.token}",
            moved=of_targets.get(row.id, NEVER) + of_programmes.get(row.programme_id, NEVER),
            rung_on=rung_on(day, calendar, 3, asked.on),
        )
