"""How every move of a dossier is made: locked, permitted by the table of `states`, written down as a fact, recorded.

The verbs themselves are in `drafting`, `negotiating` and `concluding`.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.commitments.closed import READ_ONLY
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, DossierMove, DraftTarget, TermProposal
from tracker.commitments.life.states import (
    OVER,
    TABLE,
    Move,
    Must,
    Side,
    State,
    Transition,
    Way,
    after,
    transition,
    unsettled,
)
from tracker.commitments.models import Target
from tracker.commitments.terms import limits
from tracker.commitments.terms.limits import Periods
from tracker.commitments.terms.terms import Terms, difference, faults, stored
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.db.database import Base
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames

LONGEST_TEXT = 4_000
TOKEN_BYTES = 16
LAST_OF_ALL = "9999-12-31"
EVENTS: Mapping[Move, Event] = {
    Move.DRAFT: Event.DOSSIER_DRAFTED,
    Move.ASK: Event.DOSSIER_ASKED,
    Move.CHANGE: Event.DOSSIER_CHANGED,
    Move.OFFER: Event.DOSSIER_OFFERED,
    Move.COMMENT: Event.DOSSIER_COMMENTED,
    Move.PROPOSE: Event.DOSSIER_PROPOSAL_MADE,
    Move.ACCEPT: Event.DOSSIER_PROPOSAL_ACCEPTED,
    Move.REFUSE: Event.DOSSIER_PROPOSAL_REFUSED,
    Move.TAKE_BACK: Event.DOSSIER_PROPOSAL_TAKEN_BACK,
    Move.AGREE: Event.DOSSIER_AGREED,
    Move.DECLINE: Event.DOSSIER_DECLINED,
    Move.WITHDRAW: Event.DOSSIER_WITHDRAWN,
    Move.FREEZE: Event.DOSSIER_FROZEN,
    Move.REOPEN: Event.DOSSIER_REOPENED,
    Move.SET_DAYS: Event.DOSSIER_DAYS_SET,
    Move.SIGN: Event.DOSSIER_SIGNED,
    Move.COUNTERSIGN: Event.DOSSIER_COUNTERSIGNED,
    Move.COME_INTO_FORCE: Event.DOSSIER_PUT_IN_FORCE,
    Move.EXPIRE: Event.DOSSIER_EXPIRED,
    Move.TAKE_IN: Event.DOSSIER_TAKEN_IN,
    Move.ASSESS: Event.DOSSIER_ASSESSED,
    Move.STATE: Event.DOSSIER_STATED,
    Move.LAPSE: Event.DOSSIER_LAPSED,
    Move.CLOSE: Event.DOSSIER_CLOSED,
}
NOT_NOW = _l("As the commitment stands now, this cannot be done.")
UNSETTLED = _l("A proposed change is still without an answer.")
NOT_YOURS = _l("Your office does not allow this.")


class StaleTerms(StaleEdit):
    """Somebody else changed the same target meanwhile: `current` are its terms now, `given` what would have been
    stored."""

    current: Terms

    def __init__(self, current: Terms, given: Terms) -> None:
        super().__init__(_l("These terms were changed while you were writing, by somebody else."), current)
        self.given = given


class OpenTerms(DomainError):
    """Terms that are missing or wrong: by target's id, by term."""

    def __init__(self, faults: Mapping[int, Mapping[str, Text]]) -> None:
        super().__init__(_l("Some terms are still missing or wrong."))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes a move; nobody (`reader` none): the nightly job."""

    line: Transition
    way: Way
    reader: Reader | None
    for_person_id: int | None = None

    @property
    def side(self) -> Side:
        """For which side."""
        return self.way.side

    @property
    def person_id(self) -> int | None:
        """Who it is."""
        return self.reader.person_id if self.reader else None


def locked(session: Session, dossier_id: int) -> Dossier:
    """The dossier, locked until the transaction ends. Raises NotFound."""
    query = sa.select(Dossier).where(Dossier.id == dossier_id).with_for_update()
    dossier = session.scalar(query.execution_options(populate_existing=True))
    if dossier is None:
        raise NotFound(_l("There is no such commitment."))
    return dossier


def permitted(
    reader: Reader,
    dossier: Dossier | None,
    move: Move,
    side: Side | None = None,
    on_paper: bool = False,
    agency_id: int | None = None,
) -> Actor:
    """Whoever makes this move, by the table (`dossier` none: a first one, of the body `agency_id` where it is asked).
    `side`: of one who may act for both.

    Raises Forbidden where no office of the reader makes it, NotFound of what a body was not offered yet, DomainError
    where it is not to be made now.
    """
    state = State(dossier.state) if dossier else None
    agency_id = dossier.agency_id if dossier else agency_id
    ways = [way for way in _ways(move) if way.side in (side or way.side,) and way.on_paper == on_paper]
    able = [way for way in ways if _may(reader, way, agency_id)]
    if not able:
        raise Forbidden(NOT_YOURS)
    for way in able:
        line = transition(move, state, way.side)
        if line is not None and way in line.ways:
            holder = reader.acts_for(way.action, agency_id) if way.action and agency_id else None
            return Actor(line, way, reader, holder)
    if state is State.DRAFTED and all(way.side is Side.BODY for way in able):
        raise NotFound(_l("There is no such commitment."))
    raise DomainError(READ_ONLY if state is State.CLOSED else NOT_NOW)


def same_version(dossier: Dossier, version: int | None) -> None:
    """Raises StaleEdit where another version stands than the one that was seen; none: any will do."""
    if version is not None and dossier.version != version:
        raise StaleEdit(_l("The commitment was changed meanwhile. Look at it again, then decide."), dossier)


def hold(session: Session, dossier: Dossier, actor: Actor, from_on: date, frames: Frames | None = None) -> None:
    """Raises DomainError where what a move needs does not hold: an open proposal, terms that are missing or wrong, a
    target of which nothing could be reported from the day on which it comes into force at the earliest."""
    if actor.line.must:
        sides = session.scalars(
            sa.select(TermProposal.side).where(TermProposal.dossier_id == dossier.id, TermProposal.outcome.is_(None))
        ).all()
        if unsettled(actor.line, actor.side, sides):
            raise DomainError(UNSETTLED)
    if Must.COMPLETE in actor.line.must:
        found = open_terms(session, dossier, frames)
        if found:
            raise OpenTerms(found)
    if Must.IN_REACH in actor.line.must:
        _in_reach(session, dossier, from_on, frames)


def _in_reach(session: Session, dossier: Dossier, from_on: date, frames: Frames | None) -> None:
    """Raises DomainError for a target that would begin to count when it is over (those that an amendment changes count
    already)."""
    frame = (frames or Frames(session)).of({dossier.programme_id})[dossier.programme_id]
    for one in targets_of(session, dossier.id):
        if one.base is not None:
            continue
        told = [
            limits.SENTENCES[fault.code] for fault in limits.left(one.terms, frame.periods, frame.calendar, from_on)
        ]
        if dossier.kind == AMENDMENT and one.terms.get("due_on", LAST_OF_ALL) < from_on.isoformat():
            told.append(_l("The deadline is over on the day from which the amendment counts."))
        if told:
            raise DomainError(_l("%(target)s: %(message)s", target=one.code, message=told[0]))


def targets_of(session: Session, dossier_id: int, dropped: bool = False) -> list[DraftTarget]:
    """The drafted targets of a dossier, in order of their codes; `dropped`: those too that were taken out."""
    query = sa.select(DraftTarget).where(DraftTarget.dossier_id == dossier_id).order_by(DraftTarget.code)
    query = query if dropped else query.where(DraftTarget.dropped.is_(False))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def open_terms(session: Session, dossier: Dossier, frames: Frames | None = None) -> dict[int, dict[str, Text]]:
    """What is missing or wrong before anything can be frozen: by target's id, by term; by 0: the whole."""
    whole = targets_of(session, dossier.id, dropped=True)
    targets, ends = [one for one in whole if not one.dropped], any(one.dropped and one.base for one in whole)
    if not targets:
        return {0: {"": _l("A commitment needs a target.")}}
    if not ends and all(one.base and not difference(stored(one.base), stored(one.terms)) for one in targets):
        return {0: {"": _l("An amendment needs a term that is changed.")}}
    periods = periods_of(session, dossier.programme_id, frames)
    found = {}
    for one in targets:
        base = stored(one.base) if one.base else None
        told = faults(stored(one.terms), periods, base, complete=True)
        if told:
            found[one.id] = told
    return found


def periods_of(session: Session, programme_id: int, frames: Frames | None = None) -> Periods:
    """The reporting calendar of a programme, by frequency."""
    return (frames or Frames(session)).of({programme_id})[programme_id].periods


def calendar_so_far(session: Session, programme_id: int) -> Periods | None:
    """The same; none where there is none yet: a year is drafted before its calendar stands, and frozen after."""
    return periods_of(session, programme_id) or None


def reason_of(typed: str | None, field: str = "reason") -> str:
    """A reason or a comment as it is stored. Raises FieldError where it says nothing, or cannot be taken."""
    text = letters.passage(typed or "")
    wrong = letters.fault(typed or "")
    if wrong is not None:
        raise FieldError(field, wrong)
    if letters.says_nothing(text):
        raise FieldError(field, _l("Say why, so that the other side can understand it"))
    if len(text) > LONGEST_TEXT:
        raise FieldError(field, _l("Use %(most)s characters or fewer", most=LONGEST_TEXT))
    return text


def make(
    session: Session,
    now: Moment,
    actor: Actor,
    dossier: Dossier,
    *,
    reason: str | None = None,
    comment_id: int | None = None,
    proposal_id: int | None = None,
    detail: dict[str, Any] | None = None,
    told: dict[str, Any] | None = None,
    new: tuple[Base, ...] = (),
    facts: Iterable[Fact] = (),
) -> DossierMove:
    """Make the move: the dossier's state and version, the fact, the record. `detail` is kept with the fact, `told` in
    the record; `new` and `facts`: other facts that it added."""
    if actor.line.reason:
        reason = reason_of(reason)
    before, move = dossier.state, actor.line.move
    dossier.state = after(actor.line, State(before))
    if dossier.state != before:
        dossier.state_since = now.at
    dossier.version += 1
    made = DossierMove(
        **move_row(dossier, now, actor, before),
        reason=reason,
        comment_id=comment_id,
        proposal_id=proposal_id,
        detail=detail,
    )
    session.add(made)
    session.flush()
    whom = {"for_person_id": actor.for_person_id} if actor.for_person_id else {}
    record(
        session,
        now,
        EVENTS[move],
        actor_id=actor.person_id,
        subject=("dossier", dossier.id),
        agency_id=dossier.agency_id,
        detail={**whom, **(told or {}), **changes(state=(before, dossier.state))} or None,
        facts=[*digests.of_objects(made, *new), *facts],
    )
    return made


def move_row(dossier: Any, now: Moment, actor: Actor, before: str | None) -> dict[str, Any]:
    """What a move's row says whatever it is."""
    return {
        "dossier_id": dossier.id,
        "seq": dossier.version,
        "move": str(actor.line.move),
        "state_before": before,
        "state_after": str(dossier.state),
        "side": str(actor.side),
        "person_id": actor.person_id,
        "for_person_id": actor.for_person_id,
        "at": now.at,
        "day": now.on,
    }


def new_token() -> str:
    """A random name for addresses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def not_before(day: date, first: date | None, field: str, message: Text) -> None:
    """Raises FieldError where a day lies before another."""
    if first is not None and day < first:
        raise FieldError(field, message)


def _ways(move: Move) -> list[Way]:
    found = dict.fromkeys(way for line in TABLE if line.move is move for way in line.ways if way.action)
    return sorted(found, key=lambda way: way.side)  # the body's first


def _may(reader: Reader, way: Way, agency_id: int | None) -> bool:
    if way.action is None:
        return False
    grounds = reader.grounds(way.action, agency_id)
    return any(ground.held.for_id is None or not way.in_person for ground in grounds)


def having_one(session: Session, programme_id: int) -> set[int]:
    """The bodies that promised something in a programme, or are about to: nobody drafts for them again. Also where a
    package brought it."""
    query = sa.select(Dossier.agency_id).where(Dossier.programme_id == programme_id, Dossier.kind == FIRST)
    signed = sa.select(Target.agency_id).where(Target.programme_id == programme_id)
    return set(session.scalars(sa.union(query.where(Dossier.state.not_in([str(state) for state in OVER])), signed)))
