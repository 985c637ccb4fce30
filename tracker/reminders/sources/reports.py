"""What waits for somebody's hand in reports: with the head, asked, to be appraised, to be corrected; and requests about
targets. Each counts from the day since which it waits."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.compliance.steps.queries import SPAN
from tracker.core.clock import day_of
from tracker.core.languages import _, capital
from tracker.programmes.frames import Frames
from tracker.programmes.models import Period, Programme
from tracker.programmes.queries import not_long_over
from tracker.programmes.words import period_name
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.corrections.models import Correction, CorrectionEnd
from tracker.progress.models import Draft, Report, Revision, TargetRequest
from tracker.progress.requests import words as request_words
from tracker.progress.states import DraftState, ReportState, RequestState
from tracker.progress.threads.turns import Side
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import TARGET, Duty
from tracker.reminders.ladder import Audience, Occasion
from tracker.rule import Status

_AT_REST = (Status.NOT_STARTED, Status.VOID, Status.SUSPENDED)  # nobody is asked for a figure
_SHOWN = (
    Target.id.label("target_id"),
    Target.token.label("target_token"),
    Target.title,
    Target.code,
    Target.agency_id,
    Target.programme_id,
    Commitment.number.label("commitment"),
)
_PERIOD: tuple[Any, ...] = (Period.id.label("period_id"), Period.code.label("period_code"))


def _with_head(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Drafts that lie with a head."""
    rests = sa.exists().where(SPAN.target_id == Target.id, SPAN.to_on.is_(None), SPAN.status.in_(_AT_REST))
    statement: sa.Select[Any] = (
        sa.select(*_SHOWN, *_PERIOD, sa.func.coalesce(Draft.handed_at, Draft.updated_at).label("since"))
        .select_from(Draft)
        .join(Target, Target.id == Draft.target_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .join(Programme, Programme.id == Target.programme_id)
        .join(Period, Period.id == Draft.period_id, isouter=True)
        .where(Draft.state == DraftState.WITH_HEAD, not_long_over(days[0]), ~rests)
    )
    for row, duty in _found(session, statement, within):
        yield from duty(
            Occasion.WITH_HEAD,
            day_of(row.since),
            days,
            page=f"/figures/{row.target_token}/{row.period_code or 'completion'}",
            what=partial(_of_period, _handed, row.period_code),
            handed_to=Audience.HEAD,
        )


def _questions(session: Session, days: Sequence[date], within: Within) -> Opened:
    """What appraisers ask of bodies, and nobody answered."""
    later = aliased(QuestionLine)
    newer = sa.exists().where(later.report_id == QuestionLine.report_id, later.seq > QuestionLine.seq)
    statement: sa.Select[Any] = (
        sa.select(*_SHOWN, *_PERIOD, Report.token, QuestionLine.said_at, QuestionLine.text)
        .select_from(QuestionLine)
        .join(Report, Report.id == QuestionLine.report_id)
        .join(Target, Target.id == Report.target_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .where(Report.state == ReportState.SENT, QuestionLine.side == Side.APPRAISER, ~newer)
    )
    for row, duty in _found(session, statement, within):
        yield from duty(
            Occasion.QUESTION,
            day_of(row.said_at),
            days,
            page=f"/questions/{row.token}",
            page_above=f"/targets/{row.target_token}",
            what=partial(_of_period, _asked, row.period_code),
            text=row.text,
        )


def _appraisals(session: Session, days: Sequence[date], within: Within) -> Opened:
    """What was sent and waits for a decision; whoever wrote or sent it does not take it."""
    newer = aliased(Revision)
    later = sa.exists().where(newer.report_id == Revision.report_id, newer.seq > Revision.seq)
    statement: sa.Select[Any] = (
        sa.select(*_SHOWN, *_PERIOD, Report.token, Report.sent_on, Agency.appraised_by_id, Revision.entered_by_id)
        .add_columns(Revision.sent_by_id)
        .select_from(Report)
        .join(Target, Target.id == Report.target_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .join(Agency, Agency.id == Report.agency_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .join(Revision, sa.and_(Revision.report_id == Report.id, ~later))
        .where(Report.state == ReportState.SENT, Report.sent_on.is_not(None))
    )
    for row, duty in _found(session, statement, within):
        yield from duty(
            Occasion.APPRAISAL,
            row.sent_on,
            days,
            at=row.appraised_by_id,
            page=f"/appraisals/{row.token}",
            page_above=f"/targets/{row.target_token}",
            what=partial(_of_period, _sent, row.period_code),
            apart=_persons(row.entered_by_id, row.sent_by_id),
        )


def _corrections(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Corrections that were asked for and wait."""
    ended = sa.exists().where(CorrectionEnd.correction_id == Correction.id)
    statement: sa.Select[Any] = (
        sa.select(*_SHOWN, *_PERIOD, Correction.token, Correction.asked_on, Correction.reason, Agency.appraised_by_id)
        .add_columns(Correction.asked_by_id, Correction.asked_for_id)
        .select_from(Correction)
        .join(Target, Target.id == Correction.target_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .join(Agency, Agency.id == Correction.agency_id)
        .join(Revision, Revision.id == Correction.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .where(~ended)
    )
    for row, duty in _found(session, statement, within):
        yield from duty(
            Occasion.CORRECTION,
            row.asked_on,
            days,
            at=row.appraised_by_id,
            page=f"/corrections/{row.token}",
            page_above=f"/targets/{row.target_token}",
            what=partial(_of_period, _to_correct, row.period_code),
            apart=_persons(row.asked_by_id, row.asked_for_id),
            text=row.reason,
        )


def _requests(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Requests about targets that wait for the leaders; never decided by who asked."""
    asked = (TargetRequest.token, TargetRequest.asked_on, TargetRequest.due_on, TargetRequest.from_on)
    statement: sa.Select[Any] = (
        sa.select(*_SHOWN, *asked, TargetRequest.to_on, TargetRequest.reason, TargetRequest.asked_by_id)
        .add_columns(TargetRequest.asked_for_id, sa.null().label("period_id"))
        .select_from(TargetRequest)
        .join(Target, Target.id == TargetRequest.target_id)
        .join(Commitment, Commitment.id == Target.commitment_id)
        .where(TargetRequest.state == RequestState.WAITING)
    )
    for row, duty in _found(session, statement, within):
        yield from duty(
            Occasion.REQUEST,
            row.asked_on,
            days,
            page=f"/requests/{row.token}",
            what=partial(_wanted, row),
            apart=_persons(row.asked_by_id, row.asked_for_id),
            text=row.reason or "",
        )


def _found(session: Session, statement: sa.Select[Any], within: Within) -> Iterator[tuple[Any, Any]]:
    """The rows of a statement on Target, each with what makes duties of it on days."""
    where = within.where(TARGET, Target.id, Target.agency_id, Target.programme_id)
    frames = Frames(session)
    rows = session.execute(statement.where(Target.closed_on.is_(None), *where)).all()
    calendars = frames.of({row.programme_id for row in rows}) if rows else {}
    for row in rows:
        yield row, partial(_duties, row, calendars[row.programme_id].calendar)


def _duties(row: Any, calendar: Any, occasion: Occasion, since: date, days: Sequence[date], **more: Any) -> Opened:
    for day in days:
        if since <= day:
            duty = Duty(
                occasion=occasion,
                kind=TARGET,
                subject_id=row.target_id,
                part=row.period_id,
                agency_id=row.agency_id,
                programme_id=row.programme_id,
                by=since,
                left=calendar.left(day, since),
                title=row.title,
                order=(row.commitment, row.code),
                **{"at": row.agency_id, **more},
            )
            yield day, [duty]


def _persons(*ids: int | None) -> Collection[int]:
    return {one for one in ids if one is not None}


def _of_period(say: Any, period_code: str | None) -> str:
    text: str = say(period_name(period_code) if period_code else _("the completion"))
    return capital(text)


def _handed(place: str) -> str:
    return _("The figure for %(place)s waits for the head to send it", place=place)


def _asked(place: str) -> str:
    return _("The appraiser asks, %(place)s", place=place)


def _sent(place: str) -> str:
    return _("The report for %(place)s waits for appraisal", place=place)


def _to_correct(place: str) -> str:
    return _("A correction is asked for, %(place)s", place=place)


def _wanted(row: Any) -> str:
    return _("Asked for: %(what)s", what=request_words.wanted(row))


SOURCES = (
    Declared((Occasion.WITH_HEAD,), TARGET, _with_head),
    Declared((Occasion.QUESTION,), TARGET, _questions),
    Declared((Occasion.APPRAISAL,), TARGET, _appraisals),
    Declared((Occasion.CORRECTION,), TARGET, _corrections),
    Declared((Occasion.REQUEST,), TARGET, _requests),
)
