"""Files of scans that wait to be sorted: noted when they come in, read page by page by the scheduler, then sorted in
the name of whoever sent them.

What was read is kept with each step, so whoever is cut short goes on where it was.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import queries as audit
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.files import kinds
from tracker.core.files.store import StoredUpload, path_of
from tracker.core.languages import Text, _l, by_each_language
from tracker.permissions.reader import Reader
from tracker.signing import asker
from tracker.signing.codes import PageCode
from tracker.signing.models import PaperFile, ScanReading
from tracker.signing.paper import paper, paper_queries, reading_apart

MOST_LOST = 3  # pages at which whoever read them ended: what has more of them is no scan
MOST_TRIES = 3  # runs of the job in a row that came to nothing
SORTED, REFUSED = "sorted", "refused"  # what comes of one
CANNOT_BE_READ = _l("The pages of this file cannot be drawn. Scan the papers anew, or print the file as a new PDF")
CANNOT_BE_SORTED = _l("The file could not be sorted. The administrator finds the fault in the log")


class Work(NamedTuple):
    """A file that is to be gone on with: from which page (none is left: it is to be sorted), of how many."""

    id: int
    sha256: str
    next_page: int
    pages: int


def count(file: StoredUpload, folder: Path) -> int:
    """How many pages an upload has. Takes a while, and no transaction.

    Raises FieldError where it is no PDF, or none that can be read.
    """
    if file.media_type != kinds.PDF:
        raise FieldError("file", _l("Scans are taken as PDF. Let the scanner write one"))
    try:
        return reading_apart.count(path_of(folder, file.sha256))
    except kinds.ContentError as fault:
        raise FieldError("file", fault.message) from None


def ask(
    session: Session, now: Moment, *, reader: Reader, file: StoredUpload, pages: int
) -> tuple[PaperFile | None, ScanReading | None]:
    """Note a file that is to be sorted: its reading; or the file itself, where it was sorted before.

    Raises Forbidden, FieldError where it was erased.
    """
    if not reader.may(Action.KEEP_PAPER):
        raise Forbidden(paper.NO_RIGHT)
    audit.refuse_erased(session, file.sha256, "file")
    standing = paper_queries.file_of(session, file.sha256)
    if standing is not None:
        return standing, None
    under_way = sa.select(ScanReading).where(ScanReading.sha256 == file.sha256, ScanReading.finished_at.is_(None))
    found = session.scalars(under_way).one_or_none()
    if found is None:
        found = ScanReading(
            token=secrets.token_urlsafe(paper.TOKEN_BYTES),
            sha256=file.sha256,
            size=file.size,
            pages=pages,
            read=[],
            asked_by_id=reader.person_id,
            asked_at=now.at,
        )
        session.add(found)
        session.flush()
    return None, found


def take(session: Session) -> Work | None:
    """The oldest file that is not sorted; none where there is none."""
    query = sa.select(ScanReading).where(ScanReading.finished_at.is_(None)).order_by(ScanReading.id).limit(1)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        return None
    found.tries += 1
    return Work(found.id, found.sha256, len(found.read) + 1, found.pages)


def note(session: Session, now: Moment, *, work: Work, texts: Sequence[str | None]) -> str | None:
    """Keep what the codes on the next pages say. Returns what came of the file, where that is known now."""
    found = _at_hand(session, work)
    if found is None:
        return None
    codes = [PageCode.read(text) if isinstance(text, str) else None for text in texts]
    found.read = [*found.read, *(None if code is None else [code.prefix, code.page, code.pages] for code in codes)]
    found.tries = 0
    return None


def lose(session: Session, now: Moment, *, work: Work) -> str | None:
    """Whoever read the next page ended at it: it counts as one without a code, and too many of them end the reading."""
    found = _at_hand(session, work)
    if found is None:
        return None
    found.lost += 1
    if found.lost > MOST_LOST:
        return _refused(found, now.at, CANNOT_BE_READ)
    return note(session, now, work=work, texts=[None])


def refuse(session: Session, now: Moment, *, work: Work, reason: Text) -> str | None:
    """Nothing comes of a file."""
    found = _at_hand(session, work)
    return None if found is None else _refused(found, now.at, reason)


def sort(session: Session, now: Moment, *, work: Work, folder: Path) -> str | None:
    """Sort a file whose pages were read, by the offices that whoever sent it holds now. Returns what came of it."""
    found = _at_hand(session, work)
    if found is None:
        return None
    if found.tries > MOST_TRIES:
        return _refused(found, now.at, CANNOT_BE_SORTED)
    codes = [None if one is None else PageCode("", *one) for one in found.read]
    file = StoredUpload(found.sha256, found.size, kinds.PDF, "")
    given: dict[str, Any] = {"file": file, "codes": codes, "folder": folder, "sent_at": found.asked_at}
    try:
        with session.begin_nested():
            received = paper.receive(session, now, reader=asker.of(session, now, found.asked_by_id), **given)
    except (DomainError, kinds.ContentError) as refusal:
        return _refused(found, now.at, refusal.message)
    found.file_id, found.finished_at = received.file.id, now.at
    return SORTED


def _at_hand(session: Session, work: Work) -> ScanReading | None:
    """What is being read, locked; none where somebody else went on with it."""
    found = session.get_one(ScanReading, work.id, with_for_update=True, populate_existing=True)
    as_seen = found.finished_at is None and len(found.read) == work.next_page - 1
    return found if as_seen else None


def _refused(found: ScanReading, at: datetime, reason: Text) -> str:
    found.finished_at, found.reason = at, by_each_language(lambda: str(reason))
    return REFUSED
