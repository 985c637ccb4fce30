"""From what was agreed to what is in force: frozen as a document, signed by both sides. The end is in `closing`.

Signing makes the document and draws its number, then calls `freeze`; who signs says by its digest which one is signed.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.service import changes
from tracker.commitments.dossiers import FIRST, Dossier, DossierMove
from tracker.commitments.life import amending, document, moving
from tracker.commitments.life.entering import write_amendments, write_commitment
from tracker.commitments.life.moving import NOT_NOW, Actor, make, not_before, permitted
from tracker.commitments.life.states import JOB, TABLE, Move, State
from tracker.commitments.models import Commitment
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.languages import _l, format_day
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.programmes.models import Programme

SIGNATORY = "signatory"  # in the detail of the move by which a document was made
PAPER, IN_PRODUCT = "paper", "product"  # how a document was signed
ANOTHER = _l("Another document is to be signed by now. Look at it again.")
AT_ONCE = 100  # dossiers that expire in one unit of work, so that nobody waits long to write
(EXPIRING,) = (line for line in TABLE if line.move is Move.EXPIRE)


def freeze(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    version: int,
    number: str,
    day: date,
    sha256: str,
    frames: Frames | None = None,
    signatory: Mapping[str, Any] | None = None,
) -> DossierMove:
    """What was agreed is a document now: with this number and day, and these bytes. `frames`: of many frozen in a row;
    `signatory`: the person whom it names to sign for the PPC.

    Raises StaleEdit where it is another version by now, OpenTerms, DomainError where a proposal is open, FieldError
    where another commitment has the number.
    """
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.FREEZE)
    moving.same_version(dossier, version)
    moving.hold(session, dossier, actor, amending.earliest(session, dossier, now.on), frames)
    amending.frozen_from(session, now, dossier)
    _must_be_new(session, dossier, number)
    dossier.number, dossier.document_on, dossier.document_sha256 = number, day, sha256
    dossier.terms_sha256 = document.agreed(moving.targets_of(session, dossier_id, dropped=True))
    dossier.document_version += 1
    told = {"number": number, "day": day.isoformat(), "sha256": sha256}
    detail = {**told, "version": dossier.document_version, **({SIGNATORY: dict(signatory)} if signatory else {})}
    return make(session, now, actor, dossier, detail=detail, told=told)


def reopen(session: Session, now: Moment, *, reader: Reader, dossier_id: int, reason: str) -> DossierMove:
    """Negotiate again what was agreed or frozen, and say why. Its document is none any more: the next has another
    number."""
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.REOPEN)
    detail = {"number": dossier.number, "sha256": dossier.document_sha256} if dossier.number else None
    dossier.number = dossier.document_on = dossier.document_sha256 = dossier.terms_sha256 = None
    dossier.countersign_until = None
    return make(session, now, actor, dossier, reason=reason, detail=detail)


def set_days(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    version: int | None = None,
    sign_until: date | None,
    countersign_until: date | None,
) -> DossierMove:
    """Say until when the head signs, and until when the People's Committee; none: without a last day.

    What the head does not sign in time expires; what the People's Committee does not sign in time waits for another
    day. Raises FieldError of a day that cannot be, DomainError where nothing differs.
    """
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.SET_DAYS)
    moving.same_version(dossier, version)
    before = (dossier.expires_on, dossier.countersign_until)
    if before == (sign_until, countersign_until):
        raise DomainError(_l("Nothing differs from the days that count."))
    if sign_until != before[0]:
        if dossier.state == State.SIGNED:
            raise FieldError("sign_until", _l("The head has signed already."))
        not_before(sign_until or now.on, now.on, "sign_until", _l("This day is over."))
    if countersign_until is not None and countersign_until != before[1]:
        not_before(countersign_until, now.on, "countersign_until", _l("This day is over."))
    if countersign_until is not None and sign_until is not None and dossier.state != State.SIGNED:
        first = _l("The head signs first, until %(day)s.", day=format_day(sign_until))
        not_before(countersign_until, sign_until, "countersign_until", first)
    dossier.expires_on, dossier.countersign_until = sign_until, countersign_until
    days = {"sign_until": sign_until, "countersign_until": countersign_until}
    detail = {name: day.isoformat() for name, day in days.items() if day is not None}
    was = dict(zip(days, before, strict=True))
    told = changes(**{name: (was[name], day) for name, day in days.items()})
    return make(session, now, actor, dossier, detail=detail or None, told=told)


def sign(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    sha256: str,
    on_paper: bool = False,
    day: date | None = None,
    how: str = IN_PRODUCT,
) -> DossierMove:
    """The head signs, in person, the document with these bytes; or a clerk enters that it was signed on paper (`day`).
    `how`: by which way; what proves it is kept by whoever calls (`signing.signatures`).

    Raises StaleEdit where another document is frozen by now, FieldError of a day that cannot be, DomainError where the
    last day to sign is over.
    """
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.SIGN, on_paper=on_paper)
    signed_on = _signed_on(now, dossier, actor, sha256, day, dossier.document_on)
    _not_after(signed_on, dossier.expires_on)
    moving.hold(session, dossier, actor, amending.earliest(session, dossier, signed_on))
    dossier.signed_on, dossier.signed_how = signed_on, PAPER if on_paper else how
    told = {"number": dossier.number, "day": signed_on.isoformat(), "sha256": sha256, "signed_how": dossier.signed_how}
    return make(session, now, actor, dossier, detail=told, told=told)


def countersign(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    sha256: str,
    on_paper: bool = False,
    day: date | None = None,
    how: str = IN_PRODUCT,
) -> DossierMove:
    """The PPC signs, after the head and by another person. Raises as `sign` does, Forbidden for who signed first."""
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.COUNTERSIGN, on_paper=on_paper)
    if not on_paper:
        may_countersign(session, dossier, reader)
    signed_on = _signed_on(now, dossier, actor, sha256, day, dossier.signed_on)
    _not_after(signed_on, dossier.countersign_until)
    moving.hold(session, dossier, actor, amending.earliest(session, dossier, signed_on))
    dossier.countersigned_on = signed_on
    way = PAPER if on_paper else how
    told = {"number": dossier.number, "day": signed_on.isoformat(), "sha256": sha256, "signed_how": way}
    return make(session, now, actor, dossier, detail=told, told=told)


def may_countersign(session: Session, dossier: Dossier, reader: Reader) -> None:
    """Raises Forbidden for who signed first, DomainError for whom the document does not name."""
    if reader.person_id in _signatories(session, dossier):
        raise Forbidden(_l("You signed this for the body: somebody else signs it for the People's Committee."))
    named = signatory_of(session, dossier)
    if named is not None and named["person_id"] != reader.person_id:
        name = session.get_one(Person, named["person_id"]).name
        told_of = _l("The document names %(name)s to sign: open it again to name somebody else.", name=name)
        raise DomainError(told_of)


def signatory_of(session: Session, dossier: Dossier) -> Mapping[str, Any] | None:
    """Whom the document names to sign for the PPC; none where it names nobody, or a package brought it."""
    frozen = sa.select(DossierMove.detail).where(
        DossierMove.dossier_id == dossier.id, DossierMove.move == str(Move.FREEZE)
    )
    detail = session.scalar(frozen.order_by(DossierMove.seq.desc()).limit(1))
    return named_in(detail)


def named_in(detail: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The same, of the move that made the document. (What a package brings tells the authority alone.)"""
    found: Mapping[str, Any] = (detail or {}).get(SIGNATORY) or {}
    return found if "person_id" in found else None


def come_into_force(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, from_on: date | None = None
) -> DossierMove:
    """What both signed is a commitment now, or an amendment of one, from a day on (none: that of the second signature).

    Raises FieldError of a day before the signing, DomainError where the terms are not those that were frozen.
    """
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.COME_INTO_FORCE)
    signed_on = dossier.countersigned_on
    if signed_on is None or dossier.number is None:
        raise DomainError(NOT_NOW)
    from_on = amending.in_force_on(session, dossier, signed_on, from_on)
    ends_on = session.get_one(Programme, dossier.programme_id).ends_on
    if from_on > ends_on:
        raise FieldError("from_on", _l("The programme ends on %(day)s.", day=format_day(ends_on)))
    drafted = moving.targets_of(session, dossier.id, dropped=True)
    last = max((one.terms["due_on"] for one in drafted if not one.dropped), default="")
    if dossier.kind == FIRST and from_on.isoformat() > last:
        told = _l("By then every target is past its deadline (%(day)s).", day=format_day(date.fromisoformat(last)))
        raise FieldError("from_on", told)
    before = _l("It cannot take effect before it was signed (%(day)s).", day=format_day(signed_on))
    not_before(from_on, signed_on, "from_on", before)
    if document.agreed(drafted) != dossier.terms_sha256:
        raise DomainError(_l("The terms are not those of the document that was signed."))
    write = write_commitment if dossier.kind == FIRST else write_amendments
    written = write(session, now, dossier, drafted, signed_on, from_on)
    dossier.in_force_from = from_on
    for target_id in written.target_ids:
        touch(session, "target", target_id)
    told = {"number": dossier.number, "from_on": from_on.isoformat()}
    return make(session, now, actor, dossier, detail=told, told=told, new=tuple(written.facts), facts=written.ends)


def expire(session: Session, now: Moment, day: date | None = None) -> list[int]:
    """Whatever was not signed before `day` (none: today), and should have been, expires: at most AT_ONCE of them; the
    ids. For the nightly job."""
    states = [str(state) for state in EXPIRING.sources]
    due = sa.select(Dossier.id).where(Dossier.expires_on < (day or now.on), Dossier.state.in_(states))
    expired = []
    for dossier_id in session.scalars(due.order_by(Dossier.id).limit(AT_ONCE)).all():
        dossier = moving.locked(session, dossier_id)
        if dossier.state in states:  # somebody may have signed meanwhile
            make(session, now, Actor(EXPIRING, JOB, None), dossier)
            expired.append(dossier_id)
    return expired


def _must_be_new(session: Session, dossier: Dossier, number: str) -> None:
    """Raises FieldError where a commitment that is in force, or a document on its way, has this number."""
    signed = sa.select(Commitment.id).where(Commitment.number == number)
    others = sa.select(Dossier.id).where(Dossier.number == number, Dossier.id != dossier.id)
    if session.scalar(sa.union_all(signed, others).limit(1)) is not None:
        raise FieldError("number", _l("Another commitment has this number."))


def _signed_on(now: Moment, dossier: Dossier, actor: Actor, sha256: str, day: date | None, first: date | None) -> date:
    """The day of a signature: today, or the one on the paper."""
    if sha256 != dossier.document_sha256:
        raise StaleEdit(ANOTHER, dossier)
    signed_on = day if actor.way.on_paper and day else now.on
    if signed_on > now.on:
        raise FieldError("day", _l("This day lies ahead."))
    not_before(signed_on, first, "day", _l("It was not to be signed before %(day)s.", day=format_day(first)))
    return signed_on


def _not_after(signed_on: date, until: date | None) -> None:
    if until is not None and signed_on > until:
        told = _l("It was to be signed by %(day)s. Whoever prepares it can set another day.", day=format_day(until))
        raise DomainError(told)


def _signatories(session: Session, dossier: Dossier) -> set[int | None]:
    """Who signed for the body."""
    query = sa.select(DossierMove.person_id).where(
        DossierMove.dossier_id == dossier.id, DossierMove.move == str(Move.SIGN)
    )
    return set(session.scalars(query))
