"""Reading the record: what waits for the chain, where the chain ends, and what of it was published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.chain import Entry, Head, Link
from tracker.audit.models import AuditEvent, AuditHead, AuditLink, Erasure
from tracker.audit.sealing import BUNDLE, FACTS
from tracker.core.errors import FieldError
from tracker.core.languages import _l

# What is at hand with one seek: records that come late, with a lower number than one that is linked already, are
# looked for among so many numbers before it. The daily publication looks at all.
LOOK_BACK = 5_000

# The detail as its stored text, and the instant as SQLite keeps it: a forged one must not stop whoever looks for it.
ENTRY = (
    AuditEvent.id,
    sa.type_coerce(AuditEvent.at, sa.String).label("at"),
    AuditEvent.actor_id,
    AuditEvent.event,
    AuditEvent.subject_kind,
    AuditEvent.subject_id,
    AuditEvent.agency_id,
    sa.type_coerce(AuditEvent.detail, sa.Text).label("detail"),
)
FILE = "file"  # a kind of erasure
_LINK = (AuditLink.seq, AuditLink.entry_id, AuditLink.hash)


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where the chain stands. `linked_up_to`: the instant of the last linked record; `waiting_since`: of the oldest
    one that waits. `head`: what was published last, at `published_at`."""

    seq: int
    linked_up_to: datetime | None
    waiting: int
    waiting_since: datetime | None
    head: Head | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """One erasure: `kind` person or file, `subject` the person's token or the file's SHA-256."""

    kind: str
    subject: str
    reason: str
    decided_by_id: int | None
    at: datetime


def last_link(session: Session) -> Link | None:
    """The end of the chain, if there is any yet."""
    row = session.execute(sa.select(*_LINK).order_by(AuditLink.seq.desc()).limit(1)).one_or_none()
    return Link(*row) if row else None


def link_of(session: Session, entry_id: int) -> Link | None:
    """The place of a record in the chain; none while it waits."""
    row = session.execute(sa.select(*_LINK).where(AuditLink.entry_id == entry_id)).one_or_none()
    return Link(*row) if row else None


def waiting(session: Session, after: int, up_to: int | None, most: int) -> list[Entry]:
    """Records without a link whose number is above `after` and not above `up_to`, in the order of their numbers."""
    statement = sa.select(*ENTRY).where(*_unlinked(after)).order_by(AuditEvent.id).limit(most)
    if up_to is not None:
        statement = statement.where(AuditEvent.id <= up_to)
    return [entry_of(row) for row in session.execute(statement)]


def look_from(session: Session) -> int:
    """The number above which records may wait: a little below the highest one that is linked."""
    highest: int | None = session.scalar(sa.select(sa.func.max(AuditLink.entry_id)))
    return -1 if highest is None else highest - LOOK_BACK


def numbers(session: Session) -> tuple[int, int] | None:
    """The lowest and the highest number of a record, if there is any."""
    lowest, highest = session.execute(sa.select(sa.func.min(AuditEvent.id), sa.func.max(AuditEvent.id))).one()
    return None if lowest is None else (lowest, highest)


def heads(session: Session) -> list[Head]:
    """Every published head, by the day."""
    columns = (AuditHead.day, AuditHead.seq, AuditHead.hash)
    return [Head(*row) for row in session.execute(sa.select(*columns).order_by(AuditHead.day))]


def head_of(session: Session, day: Any) -> Head | None:
    """The head that was published on a day, if one was."""
    row = session.get(AuditHead, day)
    return Head(row.day, row.seq, row.hash) if row else None


def state(session: Session) -> ChainState:
    """Where the chain stands, for the page: a few seeks, however long the record is."""
    last = last_link(session)
    up_to = session.scalar(sa.select(AuditEvent.at).where(AuditEvent.id == last.entry_id)) if last else None
    unlinked = _unlinked(look_from(session))
    count, since = session.execute(sa.select(sa.func.count(), sa.func.min(AuditEvent.at)).where(*unlinked)).one()
    head = session.scalars(sa.select(AuditHead).order_by(AuditHead.day.desc()).limit(1)).one_or_none()
    return ChainState(
        seq=last.seq if last else 0,
        linked_up_to=up_to,
        waiting=count,
        waiting_since=since,
        head=Head(head.day, head.seq, head.hash) if head else None,
        published_at=head.published_at if head else None,
    )


def links(session: Session, after: int, most: int) -> list[tuple[Link, Entry | None]]:
    """Links after a place, in order, each with its record, or none where that is gone."""
    statement = (
        sa.select(*_LINK, *ENTRY)
        .outerjoin(AuditEvent, AuditEvent.id == AuditLink.entry_id)
        .where(AuditLink.seq > after)
        .order_by(AuditLink.seq)
        .limit(most)
    )
    return [
        (Link(row[0], row[1], row[2]), None if row[3] is None else entry_of(row[3:]))
        for row in session.execute(statement)
    ]


def holding_digests(session: Session, after: int, most: int) -> list[Entry]:
    """Records above a number that hold digests of facts, in the order of their numbers."""
    detail = sa.type_coerce(AuditEvent.detail, sa.Text)
    holds = sa.or_(*(detail.contains(f'"{key}":', autoescape=True) for key in (FACTS, BUNDLE)))
    rows = session.execute(sa.select(*ENTRY).where(AuditEvent.id > after, holds).order_by(AuditEvent.id).limit(most))
    return [entry_of(row) for row in rows]


def erasures(session: Session) -> Iterator[Erased]:
    """Everything that was erased, in its order."""
    columns = (Erasure.kind, Erasure.subject, Erasure.reason, Erasure.decided_by_id, Erasure.at)
    for row in session.execute(sa.select(*columns).order_by(Erasure.id)):
        yield Erased(*row)


def erased_files(session: Session) -> frozenset[str]:
    """The SHA-256 of every file that was erased."""
    return frozenset(session.scalars(sa.select(Erasure.subject).where(Erasure.kind == FILE)))


def is_erased(session: Session, kind: str, subject: str) -> bool:
    """Whether this erasure stands in the database's own list."""
    return bool(session.scalar(sa.select(sa.exists().where(Erasure.kind == kind, Erasure.subject == subject))))


def refuse_erased(session: Session, sha256: str, field: str) -> None:
    """Raises FieldError where a file was erased, whatever it was sent for."""
    if is_erased(session, FILE, sha256):
        raise FieldError(field, _l("This file was removed by a decision, and is not taken again."))


def entry_of(row: Any) -> Entry:
    """A row of `ENTRY` as the chain takes it."""
    return Entry(row[0], _instant(row[1]), *row[2:])


def _instant(stored: Any) -> datetime | str:
    if isinstance(stored, datetime):
        return stored
    try:
        found = datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return str(stored)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _unlinked(after: int) -> tuple[sa.ColumnElement[bool], ...]:
    linked = sa.exists().where(AuditLink.entry_id == AuditEvent.id)
    return AuditEvent.id > after, ~linked
