"""Commitments on their way that wait for one side: an answer, a signature, the second one, being closed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import Dossier, DossierMove
from tracker.commitments.life.concluding import named_in
from tracker.commitments.life.life_words import STATES
from tracker.commitments.life.states import Move, State
from tracker.core import languages
from tracker.core.clock import day_of
from tracker.core.languages import _, format_day, text_by_language
from tracker.programmes.models import Programme
from tracker.reminders.declared import Declared, Opened, Within
from tracker.reminders.duty import DOSSIER, Duty
from tracker.reminders.ladder import Occasion

# What the other side may do and need not (a statement to an assessment) is told to nobody above.
OCCASIONS: Mapping[State, Occasion] = {
    State.OFFERED: Occasion.ANSWER,
    State.NEGOTIATED: Occasion.REPLY,
    State.AGREED: Occasion.REPLY,
    State.FROZEN: Occasion.SIGNATURE,
    State.SIGNED: Occasion.COUNTERSIGN,
    State.COUNTERSIGNED: Occasion.REPLY,
    State.ASSESSED: Occasion.SIGNATURE,
    State.HEARD: Occasion.COUNTERSIGN,
}
# Until when each can be done, where a day says so.
UNTIL = {State.FROZEN: "expires_on", State.SIGNED: "countersign_until", State.ASSESSED: "statement_until"}
_SHOWN = (
    *(Dossier.id, Dossier.token, Dossier.agency_id, Dossier.programme_id, Dossier.state, Dossier.state_since),
    *(Dossier.expires_on, Dossier.countersign_until, Dossier.statement_until),
    *(Agency.code.label("agency_code"), Agency.name.label("agency_name"), Programme.title),
)


def open_on(session: Session, days: Sequence[date], within: Within) -> Opened:
    """Whatever waits for one side, since it does."""
    where = within.where(DOSSIER, Dossier.id, Dossier.agency_id, Dossier.programme_id)
    statement = (
        sa.select(*_SHOWN)
        .join(Agency, Agency.id == Dossier.agency_id)
        .join(Programme, Programme.id == Dossier.programme_id)
        .where(Dossier.state.in_(list(OCCASIONS)), *where)
        .order_by(Dossier.id)
    )
    rows = session.execute(statement).all()
    calendars = within.calendars(session, {row.programme_id for row in rows})
    named = _named(session, [row.id for row in rows if row.state == State.SIGNED])
    for row in rows:
        since, calendar = day_of(row.state_since), calendars[row.programme_id]
        for day in days:
            if since <= day:
                yield day, [_duty(row, since, calendar.left(day, since), named.get(row.id))]


def _duty(row: Any, since: date, left: int, named: Collection[int] | None) -> Duty:
    state = State(row.state)
    return Duty(
        occasion=OCCASIONS[state],
        kind=DOSSIER,
        subject_id=row.id,
        agency_id=row.agency_id,
        at=row.agency_id,
        programme_id=row.programme_id,
        by=since,
        left=left,
        title=row.title,
        what=partial(_what, row, state),
        page=f"/commitments/{row.token}{'/sign' if state in (State.FROZEN, State.SIGNED) else ''}",
        page_above=f"/commitments/{row.token}",
        only=named,
        optional=state is State.ASSESSED,
        order=(row.agency_code,),
    )


def _what(row: Any, state: State) -> str:
    body = text_by_language(row.agency_name)
    told = _("The commitment of %(body)s: %(state)s", body=body, state=languages.within(str(STATES[state])))
    until = getattr(row, UNTIL[state]) if state in UNTIL else None
    return f"{told}, {_('until %(day)s', day=format_day(until))}" if until else told


def _named(session: Session, dossier_ids: Collection[int]) -> Mapping[int, Collection[int]]:
    """Whom the documents name to sign for the People's Committee, by the id of the dossier."""
    if not dossier_ids:
        return {}
    frozen = sa.select(DossierMove.dossier_id, DossierMove.detail).where(
        DossierMove.dossier_id.in_(dossier_ids), DossierMove.move == str(Move.FREEZE)
    )
    last = {dossier_id: named_in(detail) for dossier_id, detail in session.execute(frozen.order_by(DossierMove.seq))}
    return {dossier_id: {one["person_id"]} for dossier_id, one in last.items() if one is not None}


SOURCE = Declared((Occasion.ANSWER, Occasion.REPLY, Occasion.SIGNATURE, Occasion.COUNTERSIGN), DOSSIER, open_on)
