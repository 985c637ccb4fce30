"""Reminding the side whose turn it is in a commitment: one mail a day to each of its people, by one press."""

from contextlib import suppress

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life_words import STATES
from tracker.commitments.states import Side, State, turn
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, Forbidden
from tracker.core.languages import _, _l, format_day, format_instant, in_language, text_by_language
from tracker.mail import service as outbox
from tracker.mail.composing import compose
from tracker.permissions.reader import Reader
from tracker.planning import dossiers
from tracker.programmes.models import Programme
from tracker.settings import Site

KIND = "commitment_turn"
_OFFICES = {
    State.FROZEN: (Office.HEAD,),
    State.SIGNED: (Office.CHAIR, Office.VICE_CHAIR),
    State.COUNTERSIGNED: (Office.MONITOR, Office.CHAIR),
    State.ASSESSED: (Office.HEAD,),
    State.HEARD: (Office.CHAIR, Office.VICE_CHAIR),
}
_USUAL = {Side.BODY: (Office.HEAD, Office.OFFICER), Side.PPC: (Office.MONITOR,)}


def remind(session: Session, now: Moment, *, reader: Reader, dossier: Dossier, site: Site) -> int:
    """Queue a mail to each whose turn it is; returns how many. Raises Forbidden, DomainError where all were reminded
    today already, or nobody holds such an office."""
    if not dossiers.may_remind(reader, dossier):
        raise Forbidden(_l("Your office does not allow this."))
    state = State(dossier.state)
    side = turn(state)
    whose = dossier.agency_id if side is Side.BODY else None
    offices = _OFFICES.get(state) or (_USUAL[side] if side else ())
    holders = agencies.holders(session, now.on, agency_id=whose, offices=offices)
    holders += agencies.stand_ins(session, now.on, agency_id=whose, offices=offices)
    if not holders:
        raise DomainError(_l("Nobody holds the office today whose turn it is."))
    letters = [
        outbox.Letter(
            key=f"{KIND}:{dossier.id}:{now.on.isoformat()}:{one.person_id}",
            kind=KIND,
            person_id=one.person_id,
            language=one.language or "vi",
            content=_content(session, dossier, one.name, one.language, site),
            host=site.host,
            ref=dossier.token,
        )
        for one in {holder.person_id: holder for holder in holders}.values()
    ]
    queued = sum(one is not None for one in outbox.queue_all(session, now, letters))
    if not queued:
        raise DomainError(_l("They were reminded today already."))
    return queued


def tell(session: Session, now: Moment, *, reader: Reader, dossier: Dossier, site: Site) -> None:
    """The same of a turn that just came, for which nobody presses; where nobody holds the office, nobody is told."""
    with suppress(DomainError):
        remind(session, now, reader=reader, dossier=dossier, site=site)


def _content(session: Session, dossier: Dossier, name: str, language: str | None, site: Site) -> outbox.Content:
    programme = session.get_one(Programme, dossier.programme_id)
    with in_language(language or "vi"):
        sentence = _(
            "The commitment of %(body)s in “%(programme)s” waits for you: %(state)s.",
            body=dossiers.body_of(session, dossier),
            programme=text_by_language(programme.title),
            state=str(STATES[State(dossier.state)]).lower(),
        )
        if dossier.state == State.ASSESSED:
            until = format_day(dossier.statement_until)
            sentence += " " + _("You can make a statement to it until %(day)s.", day=until)
        when = format_instant(dossier.state_since)
    home = site.base_url + url_for("planning.commitment", token=dossier.token)
    return compose(KIND, language or "vi", receiver=name, sentence=sentence, when=when, home=home)
