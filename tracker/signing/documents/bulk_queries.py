"""Documents that were asked for of many commitments at once, as their pages show them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import Dossier
from tracker.core.db.database import Condition
from tracker.people.models import Person
from tracker.signing.models import DocumentNumber, FreezeItem, FreezeRun, MadeDocument

MADE, REFUSED = "made", "refused"  # outcomes


class Progress(NamedTuple):
    """How far a run has come."""

    run: FreezeRun
    asked_by: str
    total: int
    made: int
    refused: int

    @property
    def percent(self) -> int:
        """Of all that were asked for, made or refused."""
        return 100 * (self.made + self.refused) // self.total if self.total else 100


def by_token(session: Session, programme_id: int, token: str) -> Progress | None:
    """The run of a programme that is called so in addresses. One statement."""
    found = _progress(session, FreezeRun.programme_id == programme_id, FreezeRun.token == token)
    return found[0] if found else None


def latest(session: Session, programme_id: int, most: int) -> list[Progress]:
    """The runs of a programme, the latest first. One statement."""
    return _progress(session, FreezeRun.programme_id == programme_id, most=most)


def refused(session: Session, run_id: int) -> Sequence[Any]:
    """(token of the commitment, its body's name and code, reason) of what was refused, in the order of the run."""
    query = sa.select(Dossier.token, Agency.name, Agency.code, FreezeItem.reason).join_from(
        FreezeItem, Dossier, Dossier.id == FreezeItem.dossier_id
    )
    return _of_run(session, query, run_id, REFUSED)


def made(session: Session, run_id: int) -> Sequence[Any]:
    """(address of the document, its number, pages, its body's name and code) of what was made, in that order."""
    query: Any = (
        sa.select(
            MadeDocument.address,
            MadeDocument.pages,
            Agency.name,
            Agency.code,
            DocumentNumber.number,
            DocumentNumber.symbol,
            DocumentNumber.cancelled_at,
        )
        .join_from(FreezeItem, MadeDocument, MadeDocument.id == FreezeItem.document_id)
        .join(DocumentNumber, DocumentNumber.id == MadeDocument.number_id)
        .join(Dossier, Dossier.id == FreezeItem.dossier_id)
    )
    return _of_run(session, query, run_id, MADE)


def _of_run(session: Session, query: Any, run_id: int, outcome: str) -> Sequence[Any]:
    of_it = query.join(Agency, Agency.id == Dossier.agency_id).where(
        FreezeItem.run_id == run_id, FreezeItem.outcome == outcome
    )
    return session.execute(of_it.order_by(FreezeItem.id)).all()


def _progress(session: Session, *where: Condition, most: int = 1) -> list[Progress]:
    counts: list[Any] = [sa.func.count(FreezeItem.id)]
    counts += [sa.func.count(sa.case((FreezeItem.outcome == outcome, 1))) for outcome in (MADE, REFUSED)]
    query = (
        sa.select(FreezeRun, Person.name, *counts)
        .join(Person, Person.id == FreezeRun.asked_by_id)
        .outerjoin(FreezeItem, FreezeItem.run_id == FreezeRun.id)
        .where(*where)
        .group_by(FreezeRun.id, Person.id)
    )
    return [Progress(*tuple(row)) for row in session.execute(query.order_by(FreezeRun.id.desc()).limit(most))]
