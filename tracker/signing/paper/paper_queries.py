"""Files of scans and what was taken out of them, as they are looked for."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.commitments.dossiers import FIRST, Dossier
from tracker.commitments.models import Commitment
from tracker.core.db.database import Condition
from tracker.signing.models import DocumentNumber, MadeDocument, Paper, PaperFile, ScanReading

LONGEST_NUMBER = 9  # digits
_COUNTS = sa.or_(Paper.attested.is_(None), Paper.attested.is_(True))  # the pages of a refused one lie free again


def file_of(session: Session, sha256: str) -> PaperFile | None:
    """The file with this SHA-256."""
    return session.scalars(sa.select(PaperFile).where(PaperFile.sha256 == sha256)).one_or_none()


def file_at(session: Session, token: str) -> PaperFile | None:
    """A file by its token."""
    return session.scalars(sa.select(PaperFile).where(PaperFile.token == token)).one_or_none()


def reading_at(session: Session, token: str) -> ScanReading | None:
    """A file that is being read, or was, by its token."""
    return session.scalars(sa.select(ScanReading).where(ScanReading.token == token)).one_or_none()


def unsorted_readings(session: Session, most: int) -> list[ScanReading]:
    """The files that came last of which there are no scans: being read, or refused."""
    query = sa.select(ScanReading).where(ScanReading.file_id.is_(None)).order_by(ScanReading.id.desc()).limit(most)
    return list(session.scalars(query))


def latest_files(session: Session, most: int) -> list[tuple[PaperFile, int]]:
    """The files that came last, the latest first, each with how many of its pages lie in no scan. Two statements."""
    files = session.scalars(sa.select(PaperFile).order_by(PaperFile.id.desc()).limit(most)).all()
    lying = dict.fromkeys((file.id for file in files), 0)
    of_them = sa.select(Paper.file_id, Paper.from_pages).where(Paper.file_id.in_(lying), _COUNTS)
    for file_id, pages in session.execute(of_them):
        lying[file_id] += len(pages)
    return [(file, file.pages - lying[file.id]) for file in files]


def of_file(session: Session, file_id: int) -> list[Paper]:
    """What was taken out of a file, with the document and body that each is of, in the order in which it was."""
    return list(session.scalars(_with_all(sa.select(Paper).where(Paper.file_id == file_id))))


def by_token(session: Session, token: str, visible: Condition) -> Paper | None:
    """A scan by its token; `visible` is a condition on Paper."""
    found: Paper | None = session.scalars(
        _with_all(sa.select(Paper).where(Paper.token == token, visible))
    ).one_or_none()
    return found


def to_judge(session: Session, most: int) -> list[Paper]:
    """Scans that wait for a second person, the oldest first."""
    waiting = sa.select(Paper).where(Paper.judged_at.is_(None)).limit(most)
    return list(session.scalars(_with_all(waiting)))


def sorted_pages(session: Session, file_id: int) -> set[int]:
    """The pages of a file that lie with a scan."""
    found = session.scalars(sa.select(Paper.from_pages).where(Paper.file_id == file_id, _COUNTS))
    return {page for pages in found for page in pages}


def unsorted_pages(session: Session, file: PaperFile) -> list[int]:
    """The pages of a file that lie with none: to be sorted by hand."""
    return sorted(set(range(1, file.pages + 1)) - sorted_pages(session, file.id))


def lock(session: Session, file_id: int) -> None:
    """Let one at a time sort a file. SQLite has one writer anyway."""
    session.execute(sa.select(PaperFile.id).where(PaperFile.id == file_id).with_for_update())


def named(session: Session, number: str, year: int | None = None) -> list[dict[str, Any]]:
    """What has this number (in a year, or in any), each as `paper.sort_by_hand` takes it: documents that were made
    here, and commitments of which none was, as those of before."""
    digits, _slash, symbol = number.partition("/")
    if not digits.isdecimal() or len(digits) > LONGEST_NUMBER:
        return []
    of_it = DocumentNumber.symbol == symbol, DocumentNumber.number == int(digits), DocumentNumber.cancelled_at.is_(None)
    made = session.scalars(sa.select(MadeDocument).join(MadeDocument.number).where(*of_it).order_by(MadeDocument.id))
    of_document = sa.exists().where(Dossier.commitment_id == Commitment.id, Dossier.kind == FIRST)
    columns = (Commitment.id, Commitment.agency_id, Commitment.signed_on)
    signed = session.execute(sa.select(*columns).where(Commitment.number == number, ~of_document))
    found: list[tuple[int, dict[str, Any]]] = [(one.dated_on.year, {"document": one}) for one in made]
    found += [(one.signed_on.year, {"commitment": (one.id, one.agency_id)}) for one in signed]
    return [what for its_year, what in found if year in (None, its_year)]


def _with_all(asked: sa.Select[Any]) -> sa.Select[Any]:
    of_document = joinedload(Paper.document).joinedload(MadeDocument.number)
    of_others = joinedload(Paper.commitment), joinedload(Paper.agency), joinedload(Paper.file)
    return asked.options(of_document, *of_others).order_by(Paper.id)
