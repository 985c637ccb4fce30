"""What stands of a person or a file: what an erasure blanks, what it keeps by number, and where else a name stands."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.agencies.models import OfficeHolding
from tracker.audit.models import AuditEvent
from tracker.channels.models import ChannelChoice, PushSubscription
from tracker.core.clock import Moment
from tracker.core.db.database import Base
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.people.service import normal_address
from tracker.programmes.models import ProgrammePlan
from tracker.progress.models import Evidence
from tracker.signing.key_sheets import KeySheet
from tracker.signing.models import MadeDocument, Paper, PaperFile, ScanReading, SignedFile
from tracker.urging.models import LetterFile

# What says who a person is, and is blanked. Everything else that holds text is searched.
_BLANKED = frozenset({"person", "account", "outbox_mail", "channel_choice", "push_subscription", "calendar_feed"})
# Texts that the product makes of random or fixed signs, or of another column: no name stands in them alone.
_RANDOM = ("token", "digest", "hash", "sha256", "fs_uniquifier", "message_id", "key", "open_key")
# Rows that name a file and are facts: they stay as they are when its bytes are removed.
_STAYING = (
    PaperFile.__table__.c.sha256,
    Paper.__table__.c.sha256,
    ScanReading.__table__.c.sha256,
    KeySheet.__table__.c.sha256,
    ProgrammePlan.__table__.c.basis_sha256,
    LetterFile.__table__.c.sha256,
)
LONGEST_NUMBER = 19  # digits that no database has a number for
_NO_WORDS = (*_RANDOM, "search_key", "sort_key")


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of a preview: what happens to so many rows of a table (or column)."""

    what: str
    where: str
    rows: int

    def __str__(self) -> str:
        return f"{self.what:<8} {self.where:<34} {self.rows}"


def find_person(session: Session, key: str) -> Person | None:
    """A person by number or mail address."""
    if key.isascii() and key.isdigit() and len(key) < LONGEST_NUMBER:
        return session.get(Person, int(key))
    return session.scalars(sa.select(Person).where(Person.email == normal_address(key))).one_or_none()


def by_token(session: Session, token: str) -> Person | None:
    """A person by the token that an erasure keeps."""
    return session.scalars(sa.select(Person).where(Person.token == token)).one_or_none()


def holds_office(session: Session, now: Moment, person_id: int) -> bool:
    """Whether the person holds an office today or later."""
    ended = sa.and_(OfficeHolding.to_on.is_not(None), OfficeHolding.to_on < now.on)
    return bool(session.scalar(sa.select(sa.exists().where(OfficeHolding.person_id == person_id, ~ended))))


def preview_person(session: Session, person: Person) -> Iterator[PreviewLine]:
    """What erasing a person blanks, what stays by its number alone, and which texts name it (they stay as they are)."""
    yield PreviewLine("blank", "person", 1)
    yield PreviewLine("blank", "account", _count(session, Account.__table__, Account.person_id == person.id))
    yield PreviewLine("blank", "outbox_mail", _count(session, OutboxMail.__table__, OutboxMail.person_id == person.id))
    for model in (ChannelChoice, PushSubscription):
        if found := _count(session, model.__table__, model.person_id == person.id):
            yield PreviewLine("blank", model.__tablename__, found)
    for column in (AuditEvent.__table__.c.actor_id, *_columns_of_persons()):
        found = _count(session, column.table, column == person.id)
        if found and column.table.name not in _BLANKED:
            yield PreviewLine("keep", str(column), found)
    for word in filter(None, (person.name, person.email)):
        yield from texts_with(session, word, without=_BLANKED)


def preview_file(session: Session, sha256: str, size: int | None) -> Iterator[PreviewLine]:
    """What erasing a file removes and keeps. `size`: of its bytes, none where they are gone."""
    yield PreviewLine("remove", "bytes", size or 0)
    yield PreviewLine("blank", "evidence.name", _count(session, Evidence.__table__, Evidence.sha256 == sha256))
    for column in _STAYING:
        if found := _count(session, column.table, column == sha256):
            yield PreviewLine("keep", str(column), found)
    for other in sorted(_of_the_same_pages(session, sha256)):
        yield PreviewLine("same in", other, 1)


def places(session: Session, sha256: str) -> int:
    """In how many rows a file stands that can be erased."""
    return sum(_count(session, column.table, column == sha256) for column in (Evidence.__table__.c.sha256, *_STAYING))


def is_document(session: Session, sha256: str) -> bool:
    """Whether it is a file of a document that was made here."""
    one_of_two = sa.or_(MadeDocument.content_sha256 == sha256, MadeDocument.pdf_sha256 == sha256)
    signed = sa.exists().where(SignedFile.sha256 == sha256)
    return bool(session.scalar(sa.select(sa.or_(sa.exists().where(one_of_two), signed))))


def _of_the_same_pages(session: Session, sha256: str) -> set[str]:
    """Scans that were taken out of a file of scans, or the file that a scan was taken out of."""
    pairs = sa.select(Paper.sha256, PaperFile.sha256).join(PaperFile, Paper.file_id == PaperFile.id)
    found = session.execute(pairs.where(sa.or_(Paper.sha256 == sha256, PaperFile.sha256 == sha256)))
    return {one for pair in found for one in pair} - {sha256}


def texts_with(session: Session, word: str, without: frozenset[str] = frozenset()) -> Iterator[PreviewLine]:
    """Where a word stands in a text of the database, in the tables but those of `without`. Reads all of them."""
    for table in Base.metadata.sorted_tables:
        columns = [column for column in table.columns if column.name not in _NO_WORDS and _holds_text(column)]
        if table.name in without or not columns:
            continue
        named = (sa.type_coerce(column, sa.Text).icontains(word, autoescape=True) for column in columns)
        counts = session.execute(sa.select(*(sa.func.count().filter(one) for one in named)).select_from(table)).one()
        for column, found in zip(columns, counts, strict=True):
            if found:
                yield PreviewLine("names it", str(column), found)


def _holds_text(column: sa.Column[object]) -> bool:
    kind = column.type
    return isinstance(kind.impl if isinstance(kind, sa.types.TypeDecorator) else kind, sa.String)


def _columns_of_persons() -> Iterator[sa.Column[object]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.target_fullname == "person.id" for key in column.foreign_keys):
                yield column


def _count(session: Session, table: sa.FromClause, condition: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(condition)) or 0
