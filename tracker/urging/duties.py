"""Letters of urging and public apologies that wait for somebody, told to the ladder: whose turn it is, since when or by
when."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.core.clock import day_of
from tracker.core.languages import by_each_language
from tracker.programmes.models import Programme
from tracker.progress.models import Report
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import LETTER, Duty
from tracker.reminders.ladder import WAYS, Occasion
from tracker.urging.models import Letter
from tracker.urging.states import Kind, State
from tracker.urging.words import KINDS, TO_DO

_U, _A, _S = Kind.URGING, Kind.APOLOGY, State
OCCASIONS: Mapping[tuple[Kind, State], Occasion] = {
    **dict.fromkeys(((_U, one) for one in (_S.DRAFTED, _S.NUMBERED, _S.SIGNED, _S.ANSWERED)), Occasion.LETTER),
    (_U, _S.REVIEWED): Occasion.LETTER_SIGN,
    (_U, _S.SENT): Occasion.LETTER_ANSWER,
    **dict.fromkeys(((_A, one) for one in (_S.OWED, _S.NUMBERED, _S.SIGNED)), Occasion.APOLOGY),
    (_A, _S.DRAFTED): Occasion.APOLOGY_SIGN,
    (_A, _S.PUBLISHED): Occasion.LETTER,
}


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Whatever waits for one side, since it does. An apology is of its report's programme; a letter that urges of the
    newest in which its body has promised something."""
    promised = (
        sa.select(Target.programme_id)
        .join(Programme, Programme.id == Target.programme_id)
        .where(Target.agency_id == Letter.agency_id, Programme.starts_on <= min(days))
        .order_by(Programme.starts_on.desc(), Programme.id.desc())
        .limit(1)
        .correlate(Letter)
        .scalar_subquery()
    )
    programme_id = sa.func.coalesce(Target.programme_id, promised)
    where = within.where(LETTER, Letter.id, Letter.agency_id, programme_id)
    waits = sa.or_(*(sa.and_(Letter.kind == kind, Letter.state == state) for kind, state in OCCASIONS))
    statement = (
        sa.select(Letter.id, Letter.token, Letter.kind, Letter.state, Letter.state_since, Letter.answer_by)
        .add_columns(Letter.agency_id, Agency.code, programme_id.label("programme_id"))
        .join(Agency, Agency.id == Letter.agency_id)
        .outerjoin(Report, Report.id == Letter.report_id)
        .outerjoin(Target, Target.id == Report.target_id)
        .where(waits, *where)
        .order_by(Letter.state_since, Letter.id)
    )
    rows = [row for row in session.execute(statement) if row.programme_id is not None]
    calendars = within.calendars(session, {row.programme_id for row in rows})
    for row in rows:
        since = day_of(row.state_since)
        by = since if WAYS[_occasion(row)].since else row.answer_by or since
        for day in days:
            if since <= day:
                yield day, [_duty(row, by, calendars[row.programme_id].left(day, by))]


def _occasion(row: Any) -> Occasion:
    return OCCASIONS[Kind(row.kind), State(row.state)]


def _duty(row: Any, by: date, left: int) -> Duty:
    return Duty(
        occasion=_occasion(row),
        kind=LETTER,
        subject_id=row.id,
        agency_id=row.agency_id,
        at=row.agency_id,
        programme_id=row.programme_id,
        by=by,
        left=left,
        title=by_each_language(partial(str, KINDS[Kind(row.kind)])),
        what=partial(_what, Kind(row.kind), State(row.state)),
        page=f"/letters/{row.token}",
        order=(row.code,),
    )


def _what(kind: Kind, state: State) -> str:
    return str(TO_DO[kind, state])


SOURCE = Declared(tuple(dict.fromkeys(OCCASIONS.values())), LETTER, open_on)
