"""What was signed on paper: files of scans that the PPC's clerk uploads, sorted by the codes on their pages, and
attested by a second person. Attested is not verified: two people looked at it, no computer did."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit import queries as audit
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.files import store
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.signing.codes import PageCode
from tracker.signing.documents import queries
from tracker.signing.models import MadeDocument, Paper, PaperFile
from tracker.signing.originals import whole
from tracker.signing.paper import paper_queries, piles, scans
from tracker.signing.paper.piles import Pile

TOKEN_BYTES = 16
NO_RIGHT = _l("Your office does not hold this right on this day.")


@dataclass(slots=True)
class Received:
    """What became of a file: scans that were taken out of it, and what is left for sorting by hand."""

    file: PaperFile
    papers: list[Paper] = field(default_factory=list)
    unknown: list[Pile] = field(default_factory=list)  # with a code of ours, of documents that are not held here
    unread: list[int] = field(default_factory=list)


def receive(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    file: StoredUpload,
    codes: Sequence[PageCode | None],
    folder: Path,
    sent_at: datetime | None = None,
) -> Received:
    """Keep a file of scans and sort it by the codes on its pages; `sent_at`: when it came, where that is not now. The
    same file twice is one file, sorted once."""
    _permit(reader, Action.KEEP_PAPER)
    audit.refuse_erased(session, file.sha256, "file")
    found, unread = piles.piled(codes)
    standing = paper_queries.file_of(session, file.sha256)
    if standing is not None:
        return Received(standing, paper_queries.of_file(session, standing.id), [], unread)
    row = PaperFile(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        sha256=file.sha256,
        size=file.size,
        pages=len(codes),
        read=[None if code is None else [code.prefix, code.page, code.pages] for code in codes],
        uploaded_by_id=reader.person_id,
        uploaded_at=sent_at or now.at,
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.PAPER_SENT,
        actor_id=reader.person_id,
        subject=("paper_file", row.id),
        detail={"sha256": row.sha256, "pages": row.pages},
        facts=digests.of_objects(row),
    )
    received = Received(row, unread=unread)
    held = queries.of_addresses(session, [pile.address for pile in found])
    content = whole(folder, file.sha256)
    for pile in found:
        made = held.get(pile.address)
        if made is None or made.pages != pile.pages:
            received.unknown.append(pile)
            continue
        missing = pile.missing
        received.papers.append(
            _take_out(session, now, reader, row, content, pile.in_order, missing, folder, document=made)
        )
    return received


def sort_by_hand(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    file: PaperFile,
    pages: Sequence[int],
    folder: Path,
    document: MadeDocument | None = None,
    commitment: tuple[int, int] | None = None,
) -> Paper:
    """Take pages out of a file for a document that is held, or for a commitment (its id and its body's) of before there
    were any. Raises FieldError (on `pages`) where the file has no such page, or one lies with another scan."""
    _permit(reader, Action.KEEP_PAPER)
    if document is None and commitment is None:
        raise FieldError("number", _l("Say which commitment these pages are of"))
    paper_queries.lock(session, file.id)
    audit.refuse_erased(session, file.sha256, "pages")
    if not pages or not all(1 <= page <= file.pages for page in pages):
        raise FieldError("pages", _l("The file has the pages 1 to %(last)s", last=file.pages))
    taken = sorted(paper_queries.sorted_pages(session, file.id) & set(pages))
    if taken:
        raise FieldError("pages", _l("Sorted already: page %(pages)s", pages=piles.runs(taken)))
    missing = list(range(len(pages) + 1, document.pages + 1)) if document is not None else []
    content = whole(folder, file.sha256)
    return _take_out(
        session, now, reader, file, content, pages, missing, folder, document=document, commitment=commitment
    )


def attest(session: Session, now: Moment, *, reader: Reader, paper_id: int) -> Paper:
    """Say as the second person that a scan shows what was signed. Raises DomainError where a page is missing, where it
    was judged already, and for whoever uploaded or sorted it."""
    paper = _to_judge(session, reader, paper_id)
    if paper.missing:
        raise DomainError(
            _l("Pages are missing: %(pages)s. Scan the whole paper anew", pages=piles.runs(paper.missing))
        )
    return _judge(session, now, reader, paper, attested=True, reason=None)


def refuse(session: Session, now: Moment, *, reader: Reader, paper_id: int, reason: str) -> Paper:
    """Say as the second person that a scan does not show it, and why; its pages can be sorted anew."""
    paper = _to_judge(session, reader, paper_id)
    if not reason.strip():
        raise FieldError("reason", _l("Say why"))
    return _judge(session, now, reader, paper, attested=False, reason=reason.strip())


def _take_out(
    session: Session,
    now: Moment,
    reader: Reader,
    file: PaperFile,
    content: bytes,
    pages: Sequence[int],
    missing: Sequence[int],
    folder: Path,
    *,
    document: MadeDocument | None = None,
    commitment: tuple[int, int] | None = None,
) -> Paper:
    taken = scans.taken_out(content, pages)
    commitment_id, agency_id = commitment or (None, document.agency_id if document is not None else 0)
    paper = Paper(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        file_id=file.id,
        document_id=document.id if document is not None else None,
        commitment_id=commitment_id,
        agency_id=agency_id,
        from_pages=list(pages),
        missing=list(missing),
        sha256=store.keep(taken, folder),
        size=len(taken),
        sorted_by_id=reader.person_id,
        sorted_at=now.at,
    )
    session.add(paper)
    session.flush()
    record(
        session,
        now,
        Event.PAPER_SORTED,
        actor_id=reader.person_id,
        subject=("paper", paper.id),
        agency_id=agency_id,
        detail={"sha256": paper.sha256, "pages": piles.runs(paper.from_pages), "missing": piles.runs(paper.missing)},
        facts=digests.of_objects(paper),
    )
    return paper


def evidence(scan: Paper) -> dict[str, Any]:
    """What a signature on paper rests on: the scan, and that a second person attested it."""
    return {
        "format": "paper-evidence/1",
        "scan": scan.token,
        "scan_sha256": scan.sha256,
        "attested_at": scan.judged_at.isoformat() if scan.judged_at else None,
    }


def _to_judge(session: Session, reader: Reader, paper_id: int) -> Paper:
    _permit(reader, Action.ATTEST_PAPER)
    paper = session.get_one(Paper, paper_id, with_for_update=True, populate_existing=True)
    uploaded_by = session.get_one(PaperFile, paper.file_id).uploaded_by_id
    if reader.person_id in {paper.sorted_by_id, uploaded_by}:
        raise Forbidden(_l("Who uploaded or sorted a scan does not attest it: a second person does."))
    if paper.judged_at is not None:
        raise DomainError(_l("Somebody decided on this scan already."))
    return paper


def _judge(session: Session, now: Moment, reader: Reader, paper: Paper, *, attested: bool, reason: str | None) -> Paper:
    paper.judged_at, paper.judged_by_id = now.at, reader.person_id
    paper.attested, paper.refuse_reason = attested, reason
    session.flush()
    record(
        session,
        now,
        Event.PAPER_ATTESTED if attested else Event.PAPER_REFUSED,
        actor_id=reader.person_id,
        subject=("paper", paper.id),
        agency_id=paper.agency_id,
        facts=[fact for fact in digests.of_objects(paper) if fact.kind == "paper_judged"],
    )
    return paper


def _permit(reader: Reader, action: Action) -> None:
    if not reader.may(action):
        raise Forbidden(NO_RIGHT)
