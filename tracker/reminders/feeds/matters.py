"""Days of commitments on their way, and (for whoever sees to all bodies) the days by which these report."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier, DossierMove
from tracker.commitments.life.states import State
from tracker.compliance.steps.spans import settled
from tracker.core.actions import Action
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.permissions.scope import restrict
from tracker.programmes.models import Period, Programme
from tracker.programmes.words import period_name, period_title
from tracker.reminders.feeds import moves
from tracker.reminders.feeds.entries import Asked, Entry, Kind, late, rung_on
from tracker.reminders.feeds.moves import NEVER, Moved
from tracker.reminders.sources.commitments import UNTIL

TITLES: Mapping[State, Text] = {
    State.FROZEN: _l("Last day for the head to sign the commitment of %(body)s"),
    State.SIGNED: _l("Last day for the People's Committee to sign the commitment of %(body)s"),
    State.ASSESSED: _l("Last day for the head of %(body)s to say something to the assessment"),
}


def commitments(asked: Asked) -> Iterator[Entry]:
    """Until when each commitment of the bodies can be signed; for those who sign for the Committee, every one that
    waits for them."""
    within = sa.and_(
        Dossier.agency_id.in_(asked.bodies), restrict(Dossier.agency_id, asked.reader, Action.SEE_COMMITMENTS)
    )
    if asked.own and asked.reader.holds(Office.CHAIR, Office.VICE_CHAIR):
        within = sa.or_(within, Dossier.state == State.SIGNED)
    told = sa.select(sa.func.max(DossierMove.at)).where(DossierMove.dossier_id == Dossier.id).scalar_subquery()
    statement = (
        sa.select(Dossier, Agency.name, Programme.title, told.label("told_at"))
        .join(Agency, Agency.id == Dossier.agency_id)
        .join(Programme, Programme.id == Dossier.programme_id)
        .where(Dossier.state.in_(list(UNTIL)), within)
        .order_by(Dossier.id)
    )
    rows = asked.session.execute(statement).all()
    calendars = asked.calendars({row.Dossier.programme_id for row in rows})
    for dossier, name, title, told_at in rows:
        state = State(dossier.state)
        day = getattr(dossier, UNTIL[state])
        if day is not None:
            yield Entry(
                name=f"{state}-{dossier.token}",
                kind=Kind.COMMITMENT,
                day=day,
                title=late(str(TITLES[state]) % {"body": text_by_language(name)}, day, asked),
                text=[text_by_language(title)],
                page=f"/commitments/{dossier.token}",
                moved=Moved(dossier.version, told_at),
                rung_on=rung_on(day, calendars[dossier.programme_id], 1, asked.on),
            )


def periods(asked: Asked) -> Iterator[Entry]:
    """For whoever sees the whole province: by when all bodies report, of programmes that run."""
    if not (asked.own and asked.reader.may(Action.SEE_BOARD)):
        return
    statement = (
        sa.select(Period.id, Period.code, Period.due_on, Period.programme_id, Programme.title)
        .add_columns(Programme.code.label("programme_code"))
        .join(Programme, Programme.id == Period.programme_id)
        .where(Programme.ends_on >= asked.on, Period.due_on >= asked.on)
        .order_by(Period.due_on, Period.id)
    )
    rows = asked.session.execute(statement).all()
    calendars = asked.calendars({row.programme_id for row in rows})
    of_periods = moves.of_periods(asked.session, [row.id for row in rows])
    of_programmes = moves.of_programmes(asked.session, {row.programme_id for row in rows}, asked.on)
    for row in rows:
        day = settled(row.due_on, calendars[row.programme_id])
        yield Entry(
            name=f"period-{row.id}",
            kind=Kind.REPORT,
            day=day,
            title=_("All bodies report for %(period)s", period=period_name(row.code)),
            text=[f"{text_by_language(row.title)} · {period_title(row.code)}"],
            page=f"/unreported?programme={row.programme_code}&period={row.code}",
            moved=of_periods.get(row.id, NEVER) + of_programmes.get(row.programme_id, NEVER),
            rung_on=rung_on(day, calendars[row.programme_id], 1, asked.on),
        )
