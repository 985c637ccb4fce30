"""What a state of the database says of itself: its migration, the end of its record's chain, the files it needs."""

from dataclasses import dataclass
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import queries as audit
from tracker.programmes import plans
from tracker.progress import evidence_files
from tracker.signing.documents import queries as documents
from tracker.urging import queries as letters


@dataclass(frozen=True, slots=True)
class State:
    """A state of the database. `files`: the SHA-256 of files that figures, documents and programmes name and that
    nobody erased."""

    revision: str
    audit_seq: int
    audit_hash: str | None
    files: frozenset[str]


def named_files(session: Session) -> frozenset[str]:
    """The SHA-256 of every file that has to be there."""
    named = chain.from_iterable(room.stored_files(session) for room in (evidence_files, documents, plans, letters))
    return frozenset(named) - audit.erased_files(session)


def state(session: Session) -> State:
    """Read it, in the session's transaction."""
    revision = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
    last = audit.last_link(session)
    return State(
        revision=str(revision),
        audit_seq=last.seq if last else 0,
        audit_hash=last.hash if last else None,
        files=named_files(session),
    )
