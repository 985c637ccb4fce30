"""Scans of signed paper: sorted by their codes however the scanner took them in, attested by a second person."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import documents as official
from tests.factories import errand
from tests.integration.signing.test_documents import keep, rendered_of
from tests.support.product import Scene
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Commitment
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload, store
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.signing.codes import PageCode
from tracker.signing.documents import queries, register
from tracker.signing.models import Paper, PaperFile
from tracker.signing.originals import whole
from tracker.signing.paper import paper, paper_queries, readings, scans

FIRST, SECOND = official.commitment(2), official.commitment(3, number="02/CK-SNV", version=1)
scanned: dict[tuple[Any, ...], bytes] = {}


def clerks(app: Flask) -> dict[str, int]:
    """Two documents that were made and signed on paper; two clerks, a monitor and a head by their numbers."""
    with unit_of_work() as session:
        made = errand.province(session)
        agency_id = made.bodies["SNV"].id
        for document in (FIRST, SECOND):
            number = register.draw(
                session, clock.moment(), symbol="CK-SNV", year=2026, agency_id=agency_id, person_id=None
            )
            keep(app, session, document, number, agency_id)
        people = {"monitor": made.people[("VP", Office.MONITOR)].id, "head": made.people[("SNV", Office.HEAD)].id}
        for name in ("clerk", "other clerk"):
            person = Person(token=name.replace(" ", "-"), name=name, email=f"{name[0]}@example.vn", language="vi")
            session.add(person)
            session.flush()
            since = errand.SIGNED_ON
            session.add(
                OfficeHolding(person_id=person.id, agency_id=made.bodies["VP"].id, office=Office.CLERK, from_on=since)
            )
            people[name] = person.id
        return people


class Desk:
    """Acts as somebody; each press is committed."""

    def __init__(self, app: Flask, people: dict[str, int]) -> None:
        self.people, self.folder = people, settings_of(app).files_folder

    def reader(self, who: str) -> Reader:
        number = self.people[who]
        asked: dict[str, Any] = {"person_id": number, "account_id": number, "name": who, "language": "vi"}
        return reader_of(database.session(), clock.today(), **asked)

    def upload(self, pages: Sequence[Any], who: str = "clerk") -> paper.Received:
        """Send a file of these pages as a scanner writes it."""
        content = scan(tuple(pages))
        file = store(io.BytesIO(content), "scan.pdf", self.folder, 50_000_000)
        texts = scans.texts(content, range(1, scans.count_pages(content) + 1))
        given: dict[str, Any] = {"file": file, "folder": self.folder}
        codes = [None if text is None else PageCode.read(text) for text in texts]
        with unit_of_work() as session:
            return paper.receive(session, clock.moment(), reader=self.reader(who), codes=codes, **given)

    def judge(self, who: str, which: Paper, reason: str | None = None) -> None:
        with unit_of_work() as session:
            given: dict[str, Any] = {"reader": self.reader(who), "paper_id": which.id}
            if reason is None:
                paper.attest(session, clock.moment(), **given)
            else:
                paper.refuse(session, clock.moment(), reason=reason, **given)


@pytest.fixture
def desk(app: Flask, scene: Scene) -> Desk:
    return Desk(app, scene(clerks, app))


def scan(pages: tuple[Any, ...]) -> bytes:
    """(document, page, turned by) as gray pictures; None: a page of something else."""
    if pages not in scanned:
        images = []
        for place in pages:
            if place is None:
                images.append(Image.new("L", (1240, 1754), 250))
                continue
            which, number, turned = place
            with pypdfium2.PdfDocument(rendered_of((FIRST, SECOND)[which]).pdf) as opened:
                image = opened[number - 1].render(scale=170 / 72, grayscale=True).to_pil()
            images.append(image.rotate(turned, fillcolor=255, expand=turned % 180 == 90))
        written = io.BytesIO()
        images[0].save(written, "PDF", save_all=True, append_images=images[1:], resolution=170)
        scanned[pages] = written.getvalue()
    return scanned[pages]


ALL = [(1, 2, 0), (0, 1, 180), (0, 2, 2.5), (1, 1, 90)]


def test_a_file_of_many_sorts_itself(desk: Desk, session: Session) -> None:
    """Mixed up, upside down, on its side and askew; a page without a code is left for sorting by hand."""
    received = desk.upload([*ALL, None])
    assert [(one.from_pages, one.missing) for one in received.papers] == [([4, 1], []), ([2, 3], [])]
    assert (received.unknown, received.unread) == ([], [5])
    assert paper_queries.unsorted_pages(session, received.file) == [5]
    for one in received.papers:
        with pypdfium2.PdfDocument(whole(desk.folder, one.sha256)) as opened:
            assert len(opened) == 2
    names = [one.document.number.text for one in paper_queries.of_file(session, received.file.id) if one.document]
    assert names == ["02/CK-SNV", "01/CK-SNV"]
    assert {one.sha256 for one in received.papers} <= set(queries.stored_files(session))


def test_what_is_missing_is_named_and_cannot_be_attested(desk: Desk) -> None:
    received = desk.upload([(0, 2, 0)])
    (one,) = received.papers
    assert (one.from_pages, one.missing) == ([1], [1])
    with pytest.raises(DomainError, match="1"):
        desk.judge("other clerk", one)


def test_a_second_person_attests_and_is_told_of(desk: Desk, session: Session) -> None:
    one = desk.upload(ALL).papers[1]
    with pytest.raises(Forbidden):
        desk.judge("clerk", one)
    with pytest.raises(Forbidden):
        desk.judge("head", one)
    desk.judge("monitor", one)
    with pytest.raises(DomainError):
        desk.judge("other clerk", one)
    assert one.document_id is not None
    attested = queries.attested_paper(session, one.document_id)
    assert attested is not None
    assert attested.id == one.id
    told = session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert told[-4:] == ["paper_file.sent", "paper.sorted", "paper.sorted", "paper.attested"]


def test_the_database_itself_wants_a_second_person(desk: Desk) -> None:
    one = desk.upload(ALL).papers[0]
    change = sa.text(
        f"UPDATE paper SET judged_at = sorted_at, attested = TRUE, judged_by_id = sorted_by_id WHERE id = {one.id}"
    )
    with database.db.engine.connect() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(change)


def test_pages_of_a_refused_scan_lie_free_again(desk: Desk, session: Session) -> None:
    received = desk.upload(ALL)
    with pytest.raises(FieldError):
        desk.judge("other clerk", received.papers[0], "  ")
    desk.judge("other clerk", received.papers[0], "Thiếu chữ ký trang cuối")
    assert paper_queries.unsorted_pages(session, received.file) == [1, 4]


def test_pages_without_a_code_are_sorted_by_hand(desk: Desk, session: Session) -> None:
    """So a commitment of 2021 enters, of which no document was made here."""
    received = desk.upload([None, (0, 1, 0), None, (0, 2, 0)])
    commitment = session.scalars(sa.select(Commitment).where(Commitment.number == "01/CK-SYT")).one()
    signed = (commitment.id, commitment.agency_id)
    session.rollback()

    def by_hand(pages: list[int]) -> Paper:
        with unit_of_work() as own:
            file = own.get_one(PaperFile, received.file.id)
            given: dict[str, Any] = {
                "reader": desk.reader("clerk"),
                "file": file,
                "folder": desk.folder,
                "commitment": signed,
            }
            return paper.sort_by_hand(own, clock.moment(), pages=pages, **given)

    for wrong in ([], [9], [0], [1, 2]):
        with pytest.raises(FieldError):
            by_hand(wrong)
    one = by_hand([3, 1])
    assert (one.from_pages, one.agency_id, one.document_id) == ([3, 1], signed[1], None)
    assert paper_queries.unsorted_pages(session, received.file) == []
    desk.judge("other clerk", one)


def test_the_same_file_twice_is_one_file(desk: Desk, session: Session) -> None:
    first, again = desk.upload(ALL), desk.upload(ALL, "other clerk")
    assert again.file.id == first.file.id
    assert [one.id for one in again.papers] == [one.id for one in first.papers]
    assert len(session.scalars(sa.select(PaperFile)).all()) == 1


def test_a_code_of_a_document_that_is_not_held_is_told(desk: Desk, session: Session) -> None:
    other = official.commitment(1, number="77/CK-SNV")
    with pypdfium2.PdfDocument(rendered_of(other).pdf) as opened:
        count = len(opened)
        image = opened[0].render(scale=2, grayscale=True).to_pil()
    written = io.BytesIO()
    image.save(written, "PDF")
    scanned[("other",)] = written.getvalue()
    received = desk.upload(["other"])
    (pile,) = received.unknown
    assert (pile.address, pile.pages) == (rendered_of(other).sha256[:32], count)
    assert received.papers == []
    assert paper_queries.unsorted_pages(session, received.file) == [1]


def test_only_a_clerk_uploads_and_only_pdf(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        desk.upload(ALL, "monitor")
    picture = StoredUpload("0" * 64, 1, "image/png", "scan.png")
    with pytest.raises(FieldError):
        readings.count(picture, desk.folder)
