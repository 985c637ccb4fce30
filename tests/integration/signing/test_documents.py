"""A document that was made: kept as a fact with its bytes, told to whoever reads its code, opened by its own body."""

from __future__ import annotations

import io
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import documents as official
from tests.factories import errand
from tests.support.product import Scene
from tests.support.signing_in import sign_in
from tracker.agencies.offices import Office
from tracker.backup import queries as backup
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.core.extensions import settings_of
from tracker.core.files.store import path_of
from tracker.core.web.downloads import SANDBOX
from tracker.signing import originals
from tracker.signing.codes import digest
from tracker.signing.documents import documents, register
from tracker.signing.documents.canonical import Document, read
from tracker.signing.documents.rendering import Rendered, render
from tracker.signing.models import DocumentNumber, MadeDocument

made_once: dict[str, Rendered] = {}


def rendered_of(document: Document) -> Rendered:
    """Each is laid out once for all tests."""
    key = str(document)
    made_once[key] = made_once.get(key) or render(document, official.BASE_URL, sample=True)
    return made_once[key]


def keep(app: Flask, session: Session, document: Document, number: DocumentNumber, agency_id: int) -> MadeDocument:
    return documents.keep(
        session,
        clock.moment(),
        document=document,
        rendered=rendered_of(document),
        number=number,
        agency_id=agency_id,
        person_id=None,
        folder=settings_of(app).files_folder,
        sample=True,
    )


def frozen(app: Flask) -> tuple[str, dict[str, int]]:
    """The address of a document of Home Affairs, and people of it and of others by body."""
    with unit_of_work() as session:
        made = errand.province(session)
        agency_id = made.bodies["SNV"].id
        draw = partial(register.draw, session, clock.moment(), agency_id=agency_id, person_id=None)
        number = draw(symbol="CK-SNV", year=2026)
        kept = keep(app, session, official.commitment(2), number, agency_id)
        people = {code: made.people[(code, Office.HEAD)].id for code in ("SNV", "SYT")}
        return kept.address, people | {"VP": made.people[("VP", Office.MONITOR)].id}


def found(session: Session) -> MadeDocument:
    return session.scalars(sa.select(MadeDocument)).one()


def test_it_is_kept_byte_for_byte(app: Flask, scene: Scene, session: Session) -> None:
    scene(frozen, app)
    made, folder = found(session), settings_of(app).files_folder
    content = originals.content(made, folder)
    assert read(content) == official.commitment(2)
    assert digest(content) == made.content_sha256
    assert made.address == made.content_sha256[:32]
    assert originals.pdf(made, folder) == rendered_of(official.commitment(2)).pdf
    assert {made.content_sha256, made.pdf_sha256} <= backup.named_files(session)
    path_of(folder, made.pdf_sha256).write_bytes(b"another")
    with pytest.raises(ValueError, match="changed"):
        originals.pdf(made, folder)


def test_the_same_content_is_never_made_again(app: Flask, scene: Scene, session: Session) -> None:
    scene(frozen, app)
    with unit_of_work() as own:
        first = found(own)
        again = keep(app, own, official.commitment(2), own.get_one(DocumentNumber, first.number_id), first.agency_id)
        assert again is first
    assert len(session.scalars(sa.select(MadeDocument)).all()) == 1


@pytest.mark.parametrize("which", ["another number", "another year", "cancelled", "of another document"])
def test_a_number_that_is_not_its_own_is_refused(app: Flask, scene: Scene, session: Session, which: str) -> None:
    scene(frozen, app)
    with unit_of_work() as own:
        agency_id = found(own).agency_id
        number = own.get_one(DocumentNumber, found(own).number_id)
        if which != "of another document":
            moment = clock.moment()
            number = register.draw(own, moment, symbol="CK-SNV", year=2026, agency_id=agency_id, person_id=None)
        if which == "cancelled":
            register.cancel(own, clock.moment(), number.id, reason="why", agency_id=agency_id, person_id=None)
        said = {"number": number.text, **SAID.get(which, {})}
        with pytest.raises(DomainError):
            keep(app, own, official.commitment(2, version=2, **said), number, agency_id)


SAID = {"another number": {"number": "09/CK-SNV"}, "another year": {"date": "2027-02-04"}}


@pytest.mark.parametrize("change", ["UPDATE document SET pages = 9", "DELETE FROM document"])
def test_the_database_refuses_to_change_it(app: Flask, scene: Scene, change: str) -> None:
    scene(frozen, app)
    with database.db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError):
        connection.exec_driver_sql(change)


@pytest.mark.one_database
def test_anybody_who_reads_the_code_is_told_what_is_held(app: Flask, scene: Scene, client: FlaskClient) -> None:
    address, _people = scene(frozen, app)
    page = client.get(f"/verify/{address}/1-2").get_data(as_text=True)
    for text in ("Bản cam kết số 01/CK-SNV", "04/02/2026", "Sở Nội vụ", "trang 1 trên tổng số 2", "văn bản mẫu"):
        assert text in page, text
    assert "không cho biết văn bản đã được ký hay chưa" in page
    assert official.commitment(2)["targets"][0]["title"]["vi"] not in page
    assert f"/documents/{address}" not in page
    assert "bản giấy không phải là bản sao" in client.get(f"/verify/{address}/1-3").get_data(as_text=True)
    for wrong in (f"/verify/{address}/x", "/verify/" + "0" * 32, f"/verify/{address[:-1]}"):
        assert client.get(wrong).status_code == 404


@pytest.mark.one_database
def test_a_cancelled_number_is_told(app: Flask, scene: Scene, client: FlaskClient) -> None:
    address, _people = scene(frozen, app)
    with unit_of_work() as session:
        made = found(session)
        register.cancel(session, clock.moment(), made.number_id, reason="why", agency_id=made.agency_id, person_id=None)
    assert "đã bị hủy" in client.get(f"/verify/{address}").get_data(as_text=True)


@pytest.mark.one_database
def test_its_own_body_and_the_ppc_open_it_and_nobody_else(app: Flask, scene: Scene, client: FlaskClient) -> None:
    address, people = scene(frozen, app)
    base = f"/documents/{address}"
    sign_in(app, client, people["SYT"])
    for place in ("", "/document.pdf", "/content.json", "/pages/1"):
        assert client.get(base + place).status_code == 404
    assert base not in client.get(f"/verify/{address}").get_data(as_text=True)
    for who in ("SNV", "VP"):
        other = app.test_client()
        sign_in(app, other, people[who])
        assert base in other.get(f"/verify/{address}").get_data(as_text=True)
        assert f"{base}/pages/2" in other.get(base).get_data(as_text=True)
        pdf = other.get(f"{base}/document.pdf")
        assert pdf.data == rendered_of(official.commitment(2)).pdf
        assert pdf.headers["Content-Disposition"].startswith('attachment; filename="01-CK-SNV-2026.pdf"')
        assert (pdf.mimetype, pdf.headers["Content-Security-Policy"]) == ("application/pdf", SANDBOX)
        assert other.get(f"{base}/content.json").data == rendered_of(official.commitment(2)).content


@pytest.mark.one_database
def test_a_page_is_an_image_that_is_drawn_once(app: Flask, scene: Scene, client: FlaskClient) -> None:
    address, people = scene(frozen, app)
    sign_in(app, client, people["SNV"])
    first = client.get(f"/documents/{address}/pages/1")
    with Image.open(io.BytesIO(first.data)) as image:
        assert (image.format, image.size) == ("WEBP", (1241, 1754))
    with app.app_context():
        made = found(database.session())
        path_of(settings_of(app).files_folder, made.pdf_sha256).unlink()
    assert client.get(f"/documents/{address}/pages/1").data == first.data
    assert client.get(f"/documents/{address}/pages/2").status_code == 404
