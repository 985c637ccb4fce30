"""Amending a commitment in force: a draft of its terms as they are agreed, why, and the day from which others count.

The day is the PPC's word in the first move and in each offer, so the body agrees with it together with the terms. It
stands in the document, and what is signed later than that counts from the signing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments import present
from tracker.commitments.closed import READ_ONLY
from tracker.commitments.constraints import ONE_AMENDMENT
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, DossierMove
from tracker.commitments.life import drafting, moving
from tracker.commitments.life.closing import UNDER_WAY
from tracker.commitments.life.states import Move, State
from tracker.commitments.models import Amendment, Commitment, Target
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, NotFound
from tracker.core.languages import Text, _l, format_day
from tracker.permissions.reader import Reader
from tracker.programmes.models import Programme

FROM_ON = "from_on"  # the day, in the detail of a move
_TELLING = (str(Move.DRAFT), str(Move.ASK), str(Move.OFFER))


def amend(
    session: Session, now: Moment, *, reader: Reader, commitment_id: int, reason: str, from_on: date | None
) -> Dossier:
    """Draft an amendment of a commitment, from its terms as they are known and agreed today.

    Raises NotFound, Forbidden, FieldError of a reason or day that cannot be, DomainError where one is under way, the
    commitment is closed, or no target of it goes on.
    """
    return _begin(session, now, reader, Move.DRAFT, commitment_id, reason, from_on)


def ask(
    session: Session, now: Moment, *, reader: Reader, commitment_id: int, reason: str, from_on: date | None
) -> Dossier:
    """Ask for an amendment, for the body: the same terms, of which it proposes others, and the PPC has the turn.

    Raises as `amend` does.
    """
    return _begin(session, now, reader, Move.ASK, commitment_id, reason, from_on)


def _begin(
    session: Session, now: Moment, reader: Reader, move: Move, commitment_id: int, reason: str, from_on: date | None
) -> Dossier:
    commitment = session.get(Commitment, commitment_id, with_for_update=True)
    if commitment is None:
        raise NotFound(_l("There is no such commitment."))
    actor = moving.permitted(reader, None, move, agency_id=commitment.agency_id)
    refused = refusal(session, commitment)
    if refused is not None:
        raise DomainError(refused)
    reason = moving.reason_of(reason)
    _must_be_possible(session, now, commitment_id, from_on)
    rows = [
        drafting.target_row(terms) | {"base": terms.record(), "target_id": target_id}
        for target_id, terms in present.terms_of(session, commitment, now.on).items()
    ]
    if not rows:
        raise DomainError(_l("No target of this commitment goes on."))
    head = {"kind": AMENDMENT, "programme_id": commitment.programme_id, "commitment_id": commitment_id}
    first = {"reason": reason, "detail": _told(from_on)}
    bodies = {commitment.agency_id: rows}
    made = drafting.write(session, now, actor, head | {"expires_on": None}, bodies, first)
    return session.get_one(Dossier, made[commitment.agency_id])


def refusal(session: Session, commitment: Commitment) -> Text | None:
    """Why no amendment of a commitment can be begun now: another one is under way, or it is closed."""
    of_it = sa.select(Dossier.kind, Dossier.state).where(Dossier.commitment_id == commitment.id)
    found: Text | None = None
    for kind, state in session.execute(of_it):
        if kind == FIRST and state == State.CLOSED:
            found = READ_ONLY
        elif kind == AMENDMENT and state not in UNDER_WAY:
            found = found or ONE_AMENDMENT
    return found


def offer(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    version: int | None = None,
    from_on: date | None = None,
) -> DossierMove:
    """Offer an amendment to the body, from this day on (none: as it was said before).

    Raises FieldError of a day that cannot be, and as `negotiating.offer` does.
    """
    dossier = moving.locked(session, dossier_id)
    actor = moving.permitted(reader, dossier, Move.OFFER)
    moving.same_version(dossier, version)
    from_on = from_on or takes_effect(session, dossier)
    moving.hold(session, dossier, actor, max(now.on, from_on or now.on))
    if dossier.commitment_id is not None:
        _must_be_possible(session, now, dossier.commitment_id, from_on)
    return moving.make(session, now, actor, dossier, detail=_told(from_on))


def takes_effect(session: Session, dossier: Dossier) -> date | None:
    """The day from which an amendment is to count, as it was said last; none of a commitment."""
    if dossier.kind != AMENDMENT:
        return None
    moves = sa.select(DossierMove.detail).where(DossierMove.dossier_id == dossier.id, DossierMove.move.in_(_TELLING))
    return _named(session.scalars(moves.order_by(DossierMove.seq)))


def named_in(moves: Iterable[DossierMove]) -> date | None:
    """The same, from all moves of an amendment in their order."""
    return _named(one.detail for one in moves if one.move in _TELLING)


def frozen_from(session: Session, now: Moment, dossier: Dossier) -> date | None:
    """The same for the document that is made now. Raises DomainError where it is over: terms never count backwards."""
    day = takes_effect(session, dossier)
    if day is not None and day < now.on:
        told = _l(
            "It was to take effect on %(day)s, which is over: open it again, and offer it with another day.",
            day=format_day(day),
        )
        raise DomainError(told)
    return day


def in_force_on(session: Session, dossier: Dossier, signed_on: date, asked: date | None) -> date:
    """From which day what both signed counts: the one that the document names, not before the second signature.

    Raises FieldError where another one is asked for.
    """
    named = takes_effect(session, dossier)
    if named is None:
        return asked or signed_on
    day = max(named, signed_on)
    if asked is not None and asked != day:
        raise FieldError(FROM_ON, _l("By what was signed it takes effect on %(day)s.", day=format_day(day)))
    return day


def earliest(session: Session, dossier: Dossier, on: date) -> date:
    """The first day on which what is signed on a day can come into force."""
    named = takes_effect(session, dossier)
    return max(on, named) if named else on


def first_terms(session: Session, dossier: Dossier) -> Mapping[str, dict[str, Any]]:
    """What an amendment's targets promised when they were signed first, by code: figures and days as texts."""
    of_it = sa.select(Target).where(Target.commitment_id == dossier.commitment_id)
    return {one.code: present.as_signed(one).record() for one in session.scalars(of_it)}


def _named(details: Iterable[Any]) -> date | None:
    days = [one[FROM_ON] for one in details if one and FROM_ON in one]
    return date.fromisoformat(days[-1]) if days else None


def _told(from_on: date | None) -> dict[str, Any] | None:
    return {FROM_ON: from_on.isoformat()} if from_on else None


def _must_be_possible(session: Session, now: Moment, commitment_id: int, day: date | None) -> None:
    if day is None:
        raise FieldError(FROM_ON, _l("Enter the day from which it is to take effect"))
    if day < now.on:
        raise FieldError(FROM_ON, _l("It cannot take effect before it is signed: name today or a later day"))
    commitment = session.get_one(Commitment, commitment_id)
    ends_on = session.get_one(Programme, commitment.programme_id).ends_on
    if day > ends_on:
        raise FieldError(FROM_ON, _l("The programme ends on %(day)s.", day=format_day(ends_on)))
    if day < commitment.in_force_from:
        told = _l("The commitment itself is in force from %(day)s on.", day=format_day(commitment.in_force_from))
        raise FieldError(FROM_ON, told)
    of_it = sa.select(Target.id).where(Target.commitment_id == commitment_id)
    amended = session.scalar(sa.select(sa.func.max(Amendment.from_on)).where(Amendment.target_id.in_(of_it)))
    added = session.scalar(sa.select(sa.func.max(Target.added_on)).where(Target.commitment_id == commitment_id))
    last = max(filter(None, (amended, added)), default=None)
    if last is not None and day < last:
        told = _l("An earlier amendment takes effect on %(day)s: this one cannot do so before.", day=format_day(last))
        raise FieldError(FROM_ON, told)
