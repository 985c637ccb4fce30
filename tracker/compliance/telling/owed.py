"""Who owes which report, by when: what the rule says of targets' periods, with what a person needs to see of it.

In whose hands a report lies before it is sent (drafts) is not told here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Extension, Suspension, Target
from tracker.compliance.records.facts import Record, records_of, stream_ids
from tracker.programmes.frames import Frames
from tracker.programmes.models import Period
from tracker.progress.models import STANDS, Decision, Report, Revision
from tracker.progress.states import ReportState
from tracker.rule import WorkingCalendar
from tracker.rule.assess import OwedPeriod, met_on, owed_periods
from tracker.rule.facts import ReportKind
from tracker.rule.stretch import Stretches

AHEAD_DAYS = 15  # calendar days that surely hold three working days, also around Tết
SENT_BACK = (ReportState.RETURNED, ReportState.REOPENED)


class WhyOwed(StrEnum):
    """Why a report is asked for."""

    RETURNED = "returned"  # it came back
    OWED = "owed"  # its cut-off has come and nothing was sent
    COMING = "coming"  # the next cut-off


Demand = tuple[WhyOwed, date, date | None]  # why, by when, and when it came back


@dataclass(frozen=True, slots=True)
class OwedFigure:
    """One report that somebody owes. `by`: P, or the last day to answer a return in time.

    `left`: working days from the day that was asked to `by`; negative where it has passed.
    """

    target_id: int
    target_token: str
    target_code: str
    title: dict[str, str]
    unit: str
    commitment: str  # its number
    agency_id: int
    programme_id: int
    period_id: int | None  # none: the report of completion
    period_code: str | None
    cut_off: date | None
    why: WhyOwed
    by: date
    left: int
    silent: bool  # the status says so already
    returned_on: date | None
    reason: str | None  # why it came back


def owed_figures(
    session: Session, on: date, *where: sa.ColumnElement[bool], frames: Frames | None = None, ahead: bool = False
) -> list[OwedFigure]:
    """What the targets that meet the conditions (on Target) owe on a day, most urgent first, in a few statements. Of
    what lies ahead the next one of each; `ahead`: every one.

    For a body or two; `owed_soon` is for whole provinces.
    """
    found = [figure for owed_on in _batches(session, where, frames, ahead) for figure in owed_on(on)]
    return sorted(found, key=lambda figure: (figure.by, figure.commitment, figure.target_code))


def owed_soon(session: Session, on: date, *where: sa.ColumnElement[bool]) -> Iterator[list[OwedFigure]]:
    """The same, batch by batch and body after body, of the targets alone of which something may be due about then."""
    for owed_on in _batches(session, (*where, _near(session, on))):
        yield owed_on(on)


def owed_of_period(session: Session, on: date, period: Any, *where: sa.ColumnElement[bool]) -> list[OwedFigure]:
    """What is owed for one period, of the targets that meet the conditions: those alone that nothing stands of are
    looked at, so that it costs what is open and not what was sent."""
    asked = (_of((period.programme_id, period.frequency)), _unanswered(period.id), *where)
    return [one for owed_on in _batches(session, asked) for one in owed_on(on) if one.period_id == period.id]


def owed_on_days(
    session: Session, days: Sequence[date], *where: sa.ColumnElement[bool], frames: Frames | None = None
) -> Iterator[tuple[date, list[OwedFigure]]]:
    """The same of several days ahead, by what is known now: nothing that is done meanwhile is foreseen. Batch by batch,
    the days of each in their order."""
    for owed_on in _batches(session, (*where, _near(session, max(days))), frames):
        yield from ((day, owed_on(day)) for day in days)


def _batches(
    session: Session, where: tuple[sa.ColumnElement[bool], ...], frames: Frames | None = None, ahead: bool = False
) -> Iterator[Callable[[date], list[OwedFigure]]]:
    """What the targets owe on a day that is asked, batch by batch of them."""
    frames = frames or Frames(session)
    for ids in stream_ids(session, *where):
        targets = {row.id: row for row in session.execute(_SHOWN.where(Target.id.in_(ids)))}
        reasons = _Reasons(session, ids)
        records = sorted(records_of(session, ids, frames), key=lambda record: (record.agency_id, record.target_id))

        def owed_on(on: date, records: Any = records, targets: Any = targets, reasons: Any = reasons) -> Any:
            return [
                figure
                for record in records
                for figure in _of_target(record, targets[record.target_id], reasons, on, ahead)
            ]

        yield owed_on


class _Reasons:
    """Why reports of these targets came back, by target and period; read once somebody asks."""

    def __init__(self, session: Session, target_ids: list[int]) -> None:
        self._session, self._ids = session, target_ids
        self._read: dict[tuple[int, int | None], str] | None = None

    def get(self, place: tuple[int, int | None]) -> str | None:
        """The words of the last decision."""
        if self._read is None:
            self._read = _reasons(self._session, self._ids)
        return self._read.get(place)


def working_day_after(calendar: WorkingCalendar, day: date, count: int) -> date:
    """So many working days after a day by which something is owed, or from which it is asked."""
    return calendar.plus(day, count)


_SHOWN = sa.select(Target.id, Target.token, Target.title, Target.unit)


def owed_slots(record: Record, on: date) -> set[tuple[int, int | None]]:
    """What a target owes on a day as slots: its id and the period's, none for a completion."""
    return {(record.target_id, _period_id(record, period)) for period, _ in _demands(record, on)}


def _of_target(record: Record, shown: Any, reasons: _Reasons, on: date, ahead: bool) -> Iterator[OwedFigure]:
    for period, demand in _demands(record, on, ahead):
        yield _figure(record, shown, reasons, on, period, demand)


def _demands(record: Record, on: date, ahead: bool = False) -> Iterator[tuple[OwedPeriod | None, Demand]]:
    """Each report that a target is asked for, with its period; none: the one of completion. Of those whose cut-off lies
    ahead the next one, or each."""
    known = record.known_on(on)
    coming = False
    for period in owed_periods(known, on):
        demand = _demand(period, on)
        if demand is None or (coming and not ahead and demand[0] is WhyOwed.COMING):
            continue
        coming = coming or demand[0] is WhyOwed.COMING
        yield period, demand
    finished = met_on(known, on) is not None or (known.end is not None and known.end.on <= on)
    for sent in known.completions:
        if sent.returned_on is not None and not finished:
            answer_by = Stretches().at(known, on).days.answer_by
            yield None, (WhyOwed.RETURNED, answer_by(sent.returned_on), sent.returned_on)


def _period_id(record: Record, period: OwedPeriod | None) -> int | None:
    return record.frame.period_ids[period.period.code] if period is not None else None


def _demand(period: OwedPeriod, on: date) -> Demand | None:
    """Why the period's own report is asked for, by when, and when it came back; none where nobody asks for it."""
    if period.report is not None and period.report.kind is ReportKind.COMPLETION:
        return None  # told by itself
    if period.owed and period.returned_on is not None and period.answer_by is not None:
        return WhyOwed.RETURNED, period.answer_by, period.returned_on
    if not period.owed or period.sent_on is not None:
        return None
    return WhyOwed.COMING if on < period.period.cut_off else WhyOwed.OWED, period.due_on, None


def _figure(
    record: Record,
    shown: Any,
    reasons: _Reasons,
    on: date,
    period: OwedPeriod | None,
    demand: Demand,
) -> OwedFigure:
    why, by, returned_on = demand
    period_id = _period_id(record, period)
    return OwedFigure(
        target_id=record.target_id,
        target_token=shown.token,
        target_code=record.code,
        title=shown.title,
        unit=shown.unit,
        commitment=record.commitment,
        agency_id=record.agency_id,
        programme_id=record.programme_id,
        period_id=period_id,
        period_code=period.period.code if period is not None else None,
        cut_off=period.period.cut_off if period is not None else None,
        why=why,
        by=by,
        left=record.facts.calendar.left(on, by),
        silent=period is not None and period.silent,
        returned_on=returned_on,
        reason=reasons.get((record.target_id, period_id)) if returned_on is not None else None,
    )


def _reasons(session: Session, target_ids: list[int]) -> dict[tuple[int, int | None], str]:
    """Why reports of these targets came back: the words of the last decision, by target and period."""
    statement = (
        sa.select(Report.target_id, Report.period_id, Decision.reason)
        .join(Revision, Revision.report_id == Report.id)
        .join(Decision, Decision.revision_id == Revision.id)
        .where(Report.target_id.in_(target_ids), Report.state.in_(SENT_BACK), Decision.outcome.in_(SENT_BACK), STANDS)
        .order_by(Revision.seq, Decision.seq)
    )
    return {(target_id, period_id): reason for target_id, period_id, reason in session.execute(statement) if reason}


def _near(session: Session, on: date) -> sa.ColumnElement[bool]:
    """Condition on Target: something of it may be due about the day, or was and is open. Wider than the rule.

    Periods are few and read first: on most days none is due, and then nothing is looked up target by target.
    """
    until = on + timedelta(days=AHEAD_DAYS)
    due: dict[tuple[int, str], list[int]] = defaultdict(list)
    begun: set[tuple[int, str]] = set()
    columns = (Period.id, Period.programme_id, Period.frequency, Period.due_on, Period.cut_off)
    found = sa.select(*columns).where(Period.cut_off <= until)
    for period_id, programme_id, frequency, due_on, cut_off in session.execute(found):
        begun.add((programme_id, frequency))
        if due_on <= until or cut_off <= on:  # ahead of its day, or waiting since its cut-off
            due[programme_id, frequency].append(period_id)
    near = [sa.and_(_of(calendar), sa.or_(*map(_unanswered, periods))) for calendar, periods in due.items()]
    # These two move the day on which a report is due, however far.
    rested = Target.id.in_(sa.select(Suspension.target_id))
    extended = Target.id.in_(sa.select(Extension.target_id))
    near.append(sa.and_(sa.or_(*map(_of, sorted(begun)), sa.false()), sa.or_(rested, extended)))
    near.append(Target.id.in_(sa.select(Report.target_id).where(Report.state.in_(SENT_BACK))))
    return sa.or_(*near)


def _of(calendar: tuple[int, str]) -> sa.ColumnElement[bool]:
    """Condition on Target: reports in this programme at this frequency."""
    programme_id, frequency = calendar
    return sa.and_(Target.programme_id == programme_id, Target.frequency == frequency)


def _unanswered(period_id: int) -> sa.ColumnElement[bool]:
    """Condition on Target: no report of it stands for the period."""
    answered = sa.exists().where(
        Report.target_id == Target.id,
        Report.period_id == period_id,
        Report.kind == sa.literal_column("'periodic'"),  # literal, so that the index of these answers it
        Report.state.in_((ReportState.SENT, ReportState.ACCEPTED)),
    )
    return ~answered.correlate(Target)
