"""Telling the side whose turn it is in a commitment by mail: once as the turn passes to the People's Committee, and
again, once a day, where the other side presses."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from tracker.agencies import waiting
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import concluding
from tracker.commitments.life.life_words import STATES
from tracker.commitments.life.states import Side, State, turn
from tracker.commitments.life.turn_mails import KIND
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, Forbidden
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l, format_day, text_by_language, within
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.planning.dossiers import dossiers
from tracker.programmes.models import Programme
from tracker.settings import Site
from tracker.signing.confirmations import signatures

TITLE = _l("A commitment waits for you")
_OFFICES = {
    State.FROZEN: (Office.HEAD,),
    State.SIGNED: (Office.CHAIR, Office.VICE_CHAIR),
    State.COUNTERSIGNED: (Office.MONITOR, Office.CHAIR),
    State.ASSESSED: (Office.HEAD,),
    State.HEARD: (Office.CHAIR, Office.VICE_CHAIR),
    State.DECLINED: (Office.MONITOR,),
}
_UNTIL = {State.FROZEN: "expires_on", State.SIGNED: "countersign_until"}  # where the last day to sign stands
_USUAL = {Side.BODY: (Office.HEAD, Office.OFFICER), Side.PPC: (Office.MONITOR,)}
# What the body brought about, or the second signature: then somebody of the People's Committee has to do something.
_TOLD = (State.NEGOTIATED, State.AGREED, State.SIGNED, State.COUNTERSIGNED, State.DECLINED, State.HEARD)


def remind(session: Session, now: Moment, *, reader: Reader, dossier: Dossier, site: Site) -> int:
    """Queue a mail to each whose turn it is; returns how many. Raises Forbidden, DomainError where all were reminded
    today already, or nobody holds such an office."""
    if not dossiers.may_remind(reader, dossier):
        raise Forbidden(_l("Your office does not allow this."))
    to = _receivers(session, now, dossier)
    if not to:
        raise DomainError(_l("Nobody holds the office today whose turn it is."))
    queued = _tell(session, now, dossier, to, now.on.isoformat(), site)
    if not queued:
        raise DomainError(_l("They were reminded today already."))
    return queued


def tell(session: Session, now: Moment, *, reader: Reader, dossier: Dossier, site: Site) -> None:
    """Tell those whose turn it is by now, save whoever brought it there; where nobody holds the office, nobody is."""
    to = [one for one in _receivers(session, now, dossier) if one.person_id != reader.person_id]
    _tell(session, now, dossier, to, f"v{dossier.version}", site)


def told(verb: Callable[..., Any], dossier: Dossier) -> Callable[..., Any]:
    """The verb of a press on this commitment; where the turn has passed to somebody else by it, they are told."""
    dossier_id, before = dossier.id, dossier.state

    def carried(session: Session, now: Moment, **given: Any) -> Any:
        result = verb(session, now, **given)
        after = session.get_one(Dossier, dossier_id)
        reader = current_reader()
        own = after.state == State.NEGOTIATED and reader.may(Action.PREPARE_PROGRAMME)  # the PPC opened it again
        if after.state != before and after.state in _TOLD and not own:
            tell(session, now, reader=reader, dossier=after, site=settings_of(current_app).site)
        return result

    return carried


def _receivers(session: Session, now: Moment, dossier: Dossier) -> list[Holder]:
    """Whoever has to do something now. Of a document that names who signs it: that person."""
    state = State(dossier.state)
    side = turn(state)
    whose = dossier.agency_id if side is Side.BODY else None
    found = waiting.receivers(session, now, _OFFICES.get(state) or (_USUAL[side] if side else ()), whose)
    named = concluding.signatory_of(session, dossier) if state is State.SIGNED else None
    return [one for one in found if named is None or one.person_id == named["person_id"]]


def _tell(session: Session, now: Moment, dossier: Dossier, to: list[Holder], key: str, site: Site) -> int:
    programme = session.get_one(Programme, dossier.programme_id)

    def sentence() -> str:
        told = _(
            "The commitment of %(body)s in “%(programme)s” waits for you: %(state)s.",
            body=dossiers.body_of(session, dossier),
            programme=text_by_language(programme.title),
            state=within(str(STATES[State(dossier.state)])),
        )
        last = _UNTIL.get(State(dossier.state))
        if last is not None and (day := getattr(dossier, last)) is not None:
            told += " " + _("It is to be signed by %(day)s.", day=format_day(day))
        if dossier.state == State.ASSESSED:
            until = format_day(dossier.statement_until)
            told += " " + _("You can make a statement to it until %(day)s.", day=until)
        return told

    about: dict[str, Any] = {"title": TITLE, "sentence": sentence, "since": dossier.state_since, "site": site}
    about["thread"] = ("commitment", dossier.token)
    signing = dossier.state in (State.FROZEN, State.SIGNED)
    page = f"/commitments/{dossier.token}{'/sign' if signing else ''}"  # a job knows no routes
    return waiting.tell(session, now, to, kind=KIND, key=f"{dossier.id}:{key}", page=page, ref=dossier.token, **about)


def _signed(session: Session, now: Moment, reader: Reader, dossier: Dossier) -> None:
    """A signature came in by another door."""
    tell(session, now, reader=reader, dossier=dossier, site=settings_of(current_app).site)


def listen() -> None:
    """Hear in this process of signatures that come in by other doors. Pages do by themselves."""
    if _signed not in signatures.TELLING:
        signatures.TELLING.append(_signed)


listen()
