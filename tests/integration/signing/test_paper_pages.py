"""The clerk's pages of signed papers, and those of the second person."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from jobs import runner
from jobs.timetable import entry
from tests.factories import documents as official
from tests.integration.signing.test_documents import keep
from tests.integration.signing.test_paper import ALL, Desk, clerks, scan
from tests.support.product import Scene
from tests.support.signing_in import sign_in, token
from tracker.commitments.dossiers import FIRST, Dossier
from tracker.commitments.models import Commitment
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.signing.documents import register
from tracker.signing.models import Paper
from tracker.signing.paper import paper_queries

pytestmark = pytest.mark.one_database


@pytest.fixture
def desk(app: Flask, scene: Scene) -> Desk:
    return Desk(app, scene(clerks, app))


@pytest.fixture
def clerk(app: Flask, client: FlaskClient, desk: Desk) -> FlaskClient:
    sign_in(app, client, desk.people["clerk"])
    return client


def post(client: FlaskClient, address: str, page: str = "/papers", **fields: object) -> TestResponse:
    return client.post(address, data={"csrf_token": token(client, page), **fields}, follow_redirects=True)


def text(answer: TestResponse) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", answer.get_data(as_text=True))


def test_a_clerk_uploads_and_the_file_sorts_itself(clerk: FlaskClient) -> None:
    """Before it is, its page tells how far it is, with a script and without; after that it leads to the scans."""
    answer = post(clerk, "/papers", file=(io.BytesIO(scan((*ALL, None))), "quet.pdf"))
    told, reading = answer.get_data(as_text=True), answer.request.path
    assert "Việc đọc các trang bắt đầu trong vòng một phút." in told
    assert (f'hx-get="{reading}"' in told, 'http-equiv="refresh" content="5"' in told) == (True, True)
    again = post(clerk, "/papers", file=(io.BytesIO(scan((*ALL, None))), "quet.pdf"))
    assert again.request.path == reading, "one file is sorted once"
    assert "Đã đọc 0 trên 5 trang" in text(clerk.get("/papers"))
    assert clerk.get(reading, headers={"HX-Request": "true"}).status_code == 200
    line = entry("sort_scans")
    assert line is not None
    assert runner.run(clerk.application, line, clock.now()) == "done"
    assert clerk.get(reading, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    answer = clerk.get(reading, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "Tệp chưa sắp xếp" not in text(clerk.get("/papers"))
    once_more = post(clerk, "/papers", file=(io.BytesIO(scan((*ALL, None))), "quet.pdf"))
    assert "Tệp này đã được sắp xếp trước đây" in text(once_more)
    assert ("Bản quét 01/CK-SNV" in page, "Bản quét 02/CK-SNV" in page) == (True, True)
    assert len(re.findall(r"/pages/\d+\"", page)) == 1  # the page without a code, to be looked at
    address = answer.request.path
    wrong = post(clerk, address, address, pages="x", number="77/CK-SNV")
    assert wrong.status_code == 400
    assert 'value="x"' in wrong.get_data(as_text=True)
    assert "Hãy ghi các trang theo dạng" in text(wrong)
    assert "Không có bản cam kết" in text(post(clerk, address, address, pages="5", number="77/CK-SNV"))
    assert "đã được xếp" in text(post(clerk, address, address, pages="4", number="01/CK-SYT"))
    done = post(clerk, address, address, pages="5", number="01/CK-SYT")
    assert "Tất cả các trang đã được xếp" in text(done)
    assert "Bản quét 01/CK-SYT" in text(done)


def test_the_year_tells_papers_of_one_number_apart(clerk: FlaskClient, desk: Desk, session: Session) -> None:
    """A document of this year has the number that a commitment of 2021 has, of which none was made here."""
    with unit_of_work():
        old = session.scalars(sa.select(Commitment).where(Commitment.number == "01/CK-SYT")).one()
        body, old_year = old.agency_id, old.signed_on.year
        number = register.draw(session, clock.moment(), symbol="CK-SYT", year=2026, agency_id=body, person_id=None)
        keep(clerk.application, session, official.commitment(1, number="01/CK-SYT"), number, body)
    received = desk.upload([None, None])
    address = f"/papers/{received.file.token}"
    typed = {"pages": "1", "number": "01/CK-SYT"}
    assert "Hãy nhập năm của văn bản" in text(post(clerk, address, address, **typed))
    assert "Không có bản cam kết" in text(post(clerk, address, address, **typed, year="1999"))
    assert post(clerk, address, address, **typed, year=str(old_year)).status_code == 200
    assert post(clerk, address, address, **typed | {"pages": "2"}, year="2026").status_code == 200
    session.rollback()
    papers = session.scalars(sa.select(Paper).order_by(Paper.id)).all()
    assert [one.commitment_id is not None for one in papers] == [True, False]
    assert str(old_year) in text(clerk.get(f"/papers/scans/{papers[0].token}")), "the second person sees which"
    now = clock.moment()
    given = {"token": "d", "kind": FIRST, "state": "in_force", "state_since": now.at, "version": 9}
    session.add(Dossier(**given, programme_id=old.programme_id, agency_id=body, commitment_id=papers[0].commitment_id))
    assert len(paper_queries.named(session, "01/CK-SYT")) == 1, "the document of a commitment, not both"


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "quet.pdf", "Tệp không có nội dung"),
        (b"%PDF-1.7\nx\n%%EOF\n", "quet.pdf", "hỏng"),
        (b"a;b", "quet.csv", "PDF"),
    ],
)
def test_what_is_no_scan_is_refused_beside_the_field(clerk: FlaskClient, content: bytes, name: str, told: str) -> None:
    answer = post(clerk, "/papers", file=(io.BytesIO(content), name))
    assert answer.status_code == 400
    assert told in text(answer)


def test_a_second_person_decides_and_the_first_one_does_not(app: Flask, clerk: FlaskClient, desk: Desk) -> None:
    one, two = (f"/papers/scans/{paper.token}" for paper in desk.upload(ALL).papers)
    assert "phải do người thứ hai xác nhận" in text(clerk.get(one))
    assert post(clerk, one, decision="attest").status_code == 403
    second = app.test_client()
    sign_in(app, second, desk.people["monitor"])
    assert "Tải lên và xếp" not in text(second.get("/papers"))
    refused = post(second, one, one, decision="refuse")
    assert refused.status_code == 400
    assert "Hãy nêu lý do" in text(refused)
    unsure = post(second, two, two, decision="attest", reason="Mờ")
    assert unsure.status_code == 400, "what was typed is not left out"
    assert "Lý do chỉ dùng khi từ chối" in text(unsure)
    assert "Đã từ chối bản quét" in text(post(second, one, one, decision="refuse", reason="Mờ, không đọc được"))
    assert "Đã xác nhận bản quét" in text(post(second, two, two, decision="attest"))
    assert "Mờ, không đọc được" in text(second.get(one))
    pdf = second.get(f"{two}/scan.pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"].startswith("attachment")


def test_of_a_scan_with_missing_pages_there_is_nothing_to_attest(app: Flask, client: FlaskClient, desk: Desk) -> None:
    (one,) = desk.upload([(0, 2, 0)]).papers
    sign_in(app, client, desk.people["monitor"])
    page = text(client.get(f"/papers/scans/{one.token}"))
    assert "Còn thiếu trang 1" in page
    assert "Đúng là văn bản đã ký" not in page
    told = post(client, f"/papers/scans/{one.token}", decision="attest")
    assert told.status_code == 400
    assert "Hãy quét lại" in text(told)
