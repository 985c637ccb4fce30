"""Every stored file is known to the erasure, whatever it was kept for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.privacy import test_erasing as erasing
from tests.integration.privacy.test_erasing import WHY
from tracker.agencies.offices import Office
from tracker.backup.queries import named_files
from tracker.commitments.models import Commitment
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload, keep, path_of
from tracker.privacy import queries, whole
from tracker.privacy.whole import Decision
from tracker.programmes import preparing
from tracker.programmes.models import Programme, ProgrammePlan
from tracker.signing import originals
from tracker.signing.key_sheets import KeySheet
from tracker.signing.models import DocumentNumber, MadeDocument, Paper, PaperFile, SigningKey

folder, made = erasing.folder, erasing.made  # fixtures


def stored_otherwise(session: Session, made: errand.Province, files: Path) -> list[str]:
    """The SHA-256 of what a document, a file of scans, a scan, a key's sheet and a programme name, in this order."""
    shas = [keep(content, files) for content in (b"document", b"scans", b"scan", b"sheet", b"basis")]
    actor, agency, now = made.people[("VP", Office.ADMINISTRATOR)].id, made.bodies["SXD"].id, clock.moment()
    signed = session.scalars(sa.select(Commitment).limit(1)).one()
    number = DocumentNumber(symbol="CK", year=2021, number=1, drawn_at=now.at)
    scans = PaperFile(token="f", sha256=shas[1], size=5, pages=1, read=[None], uploaded_by_id=actor, uploaded_at=now.at)
    session.add_all([number, scans])
    session.flush()
    told: dict[str, Any] = {"address": "a", "kind": "commitment", "dated_on": now.on, "version": 1, "sample": True}
    bytes_: dict[str, Any] = {"content_sha256": "0" * 64, "content_size": 1, "pdf_sha256": shas[0], "pdf_size": 8}
    session.add(MadeDocument(**told, **bytes_, pages=1, number_id=number.id, agency_id=agency, made_at=now.at))
    taken: dict[str, Any] = {"sorted_by_id": actor, "sorted_at": now.at, "from_pages": [1], "missing": []}
    what: dict[str, Any] = {"sha256": shas[2], "size": 4, "file_id": scans.id, "commitment_id": signed.id}
    session.add(Paper(token="p", **what, **taken, agency_id=signed.agency_id))
    key = SigningKey(token="k", person_id=actor, credential="c", public_key="p", fingerprint="0" * 64, enrolment="{}")
    key.made_at = now.at
    session.add(key)
    session.flush()
    sheet: dict[str, Any] = {"sha256": shas[3], "size": 5, "media_type": "application/pdf"}
    session.add(KeySheet(key_id=key.id, **sheet, uploaded_by_id=actor, uploaded_at=now.at))
    values = {name: getattr(session.get_one(Programme, signed.programme_id), name, None) for name in preparing.HEAD}
    plan = preparing.begin(session, now, actor_id=actor, values=values | {"code": "SAU", "year": 2021})
    file = StoredUpload(shas[4], 5, "application/pdf", "QĐ 1.pdf")
    preparing.attach_basis(session, now, actor_id=actor, token=plan.token, version=plan.version, file=file)
    return shas


def test_every_stored_file_is_known(app: Flask, session: Session, made: errand.Province, folder: Path) -> None:
    """Scans, sheets of keys, and documents that order programmes, lose their bytes; what was made here is kept."""
    files = settings_of(app).files_folder
    with unit_of_work():
        document, *others = stored_otherwise(session, made, files)
    told = {line.what: line.where for line in queries.preview_file(session, others[0], 5)}
    assert (told["keep"], told["same in"]) == ("paper_file.sha256", others[1])
    assert {document, *others} < named_files(session)
    session.rollback()
    picture = originals.page_images(folder, others[0]) / "1.webp"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.touch()
    with pytest.raises(DomainError, match="lưu giữ"):
        list(whole.file(settings_of(app), document, Decision("5", WHY)))
    for sha256 in others:
        list(whole.file(settings_of(app), sha256, Decision("5", WHY)))
    assert [path_of(files, sha256).exists() for sha256 in (document, *others)] == [True, False, False, False, False]
    assert not picture.exists()
    assert named_files(session) & {document, *others} == {document}, "no backup looks for the others"
    plan = session.scalars(sa.select(ProgrammePlan)).one()
    asked: dict[str, Any] = {"actor_id": 5, "token": plan.token, "version": plan.version}
    asked["file"] = StoredUpload(others[3], 5, "application/pdf", "QĐ 1.pdf")
    session.rollback()
    with pytest.raises(FieldError, match="không được nhận lại"), unit_of_work():
        preparing.attach_basis(session, clock.moment(), **asked)
