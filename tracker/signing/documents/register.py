"""The number register: drawn at the freeze, one after the other from 01 through the year, each once and for ever.

What is registered under one symbol is a register. A number is drawn in the transaction that freezes: where that is
rolled back, the number was never drawn, and the next one takes it.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l
from tracker.signing.models import DocumentNumber

LOCK_KEY = 7_116_821  # any number: PostgreSQL's name for "the end of a register", beside the register's own
MOST_DIGITS = 9  # of a number that is looked for
BODY, YEAR = "{body}", "{year}"  # what a symbol may hold


def symbol_of(pattern: str, body_code: str, year: int) -> str:
    """The symbol of a body's documents in a year: of "CK-{body}", CK-SNV."""
    return pattern.replace(BODY, body_code).replace(YEAR, str(year))


def draw(
    session: Session, now: Moment, *, symbol: str, year: int, agency_id: int, person_id: int | None
) -> DocumentNumber:
    """The next number of the symbol's register in the year. Until the transaction ends nobody else draws from it."""
    _alone(session, symbol, year)
    of_register = DocumentNumber.symbol == symbol, DocumentNumber.year == year
    last = session.scalar(sa.select(sa.func.max(DocumentNumber.number)).where(*of_register))
    drawn = DocumentNumber(symbol=symbol, year=year, number=(last or 0) + 1, drawn_at=now.at, drawn_by_id=person_id)
    session.add(drawn)
    session.flush()
    _record(session, now, Event.NUMBER_TAKEN, drawn, agency_id, person_id, digests.of_objects(drawn))
    return drawn


def coming(session: Session, symbol: str, year: int, after: int = 0) -> str:
    """The number that comes next in the symbol's register, as it stands on a document; `after` others that will be
    drawn before it."""
    of_register = DocumentNumber.symbol == symbol, DocumentNumber.year == year
    last = session.scalar(sa.select(sa.func.max(DocumentNumber.number)).where(*of_register)) or 0
    return DocumentNumber(symbol=symbol, year=year, number=last + 1 + after).text


def cancel(
    session: Session, now: Moment, number_id: int, *, reason: str, agency_id: int, person_id: int | None
) -> DocumentNumber:
    """Say that a number is used for nothing any more; it stays in the register, and no other document gets it.

    Raises DomainError where it was cancelled already.
    """
    number = session.get_one(DocumentNumber, number_id, with_for_update=True, populate_existing=True)
    if number.cancelled_at is not None:
        raise DomainError(_l("This number was cancelled already."))
    number.cancelled_at, number.cancelled_by_id, number.cancel_reason = now.at, person_id, reason
    session.flush()
    added = [fact for fact in digests.of_objects(number) if fact.kind == "number_cancelled"]
    _record(session, now, Event.NUMBER_CANCELLED, number, agency_id, person_id, added)
    return number


def of_year(session: Session, symbol: str, year: int) -> Sequence[DocumentNumber]:
    """Every number that was drawn from a register in a year, the cancelled ones too, in their order."""
    of_register = DocumentNumber.symbol == symbol, DocumentNumber.year == year
    return session.scalars(sa.select(DocumentNumber).where(*of_register).order_by(DocumentNumber.number)).all()


def standing(session: Session, text: str, year: int) -> int | None:
    """The id of the number that stands so on a document (01/CK-SNV) and is not cancelled; none where there is none."""
    number, _slash, symbol = text.partition("/")
    if not number.isdecimal() or len(number) > MOST_DIGITS:
        return None
    of_it = DocumentNumber.symbol == symbol, DocumentNumber.year == year, DocumentNumber.number == int(number)
    return session.scalar(sa.select(DocumentNumber.id).where(*of_it, DocumentNumber.cancelled_at.is_(None)))


def _alone(session: Session, symbol: str, year: int) -> None:
    """One at a time draws from a register. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        register = sa.func.hashtext(f"{symbol}/{year}")
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_KEY, register)))


def _record(
    session: Session,
    now: Moment,
    event: Event,
    number: DocumentNumber,
    agency_id: int,
    person_id: int | None,
    facts: Iterable[digests.Fact],
) -> None:
    subject, detail = ("document_number", number.id), {"number": number.text, "year": number.year}
    record(session, now, event, actor_id=person_id, subject=subject, agency_id=agency_id, detail=detail, facts=facts)
