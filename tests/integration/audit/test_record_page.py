"""The record as a page and as a file, for an administrator."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests.factories.errand import province
from tests.support.product import Scene, Statements
from tests.support.signing_in import account_of, sign_in
from tracker.agencies.offices import Office
from tracker.audit import service as audit
from tracker.audit.chain import grouped
from tracker.audit.events import Event
from tracker.audit.queries import ChainState
from tracker.audit.service import record
from tracker.auditing.views import is_late
from tracker.core import clock
from tracker.core.db.unit_of_work import carry_out, unit_of_work

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def people(app: Flask, scene: Scene, client: FlaskClient) -> dict[str, int]:
    """Ids of persons and bodies; the client is signed in as administrator."""
    ids: dict[str, int] = scene(build)
    sign_in(app, client, ids["admin"])
    return ids


def build() -> dict[str, int]:
    """A record of 120 events, and an account of the administrator's."""
    with unit_of_work() as session:
        made = province(session)
        ids = {
            "head": made.people[("SYT", Office.HEAD)].id,
            "admin": made.people[("VP", Office.ADMINISTRATOR)].id,
            "SYT": made.bodies["SYT"].id,
        }
        for number in range(120):
            record(
                session,
                clock.moment(),
                Event.REPORT_SENT if number % 2 else Event.DRAFT_SAVED,
                actor_id=ids["head"],
                subject=("report" if number % 2 else "draft", number),
                agency_id=ids["SYT"],
                detail={"note": "=1+1"},
            )
    account_of(current_app, ids["admin"])
    return ids


def rows(page: str) -> int:
    return page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("", 50),
        ("event=draft.saved&subject=draft", 50),
        ("agency=SYT", 50),
        ("agency=SXD", 0),
        ("person=person-2", 50),
        ("person=nobody", 0),
        ("subject=account", 1),
        ("subject=draft+4", 1),
        ("subject=draft%234&event=draft.saved", 1),
        ("subject=Bản nháp 4", 1),
        ("subject=bản nháp", 50),
        ("subject=Draft+4", 1),
        ("subject=rubbish", 0),
        ("subject=draft+5", 0),
        ("subject=%27;drop", 0),
        ("who=Giám đốc Sở Y", 50),
        ("who=PERSON2@example.vn", 50),
        ("who=50%25", 0),
        ("who=person2", 50),
        ("from=01/01/2000&to=02/01/2000", 0),
        ("from=01/01/2000", 50),
        ("event=%27;drop", 0),
        ("from=yesterday", 0),
        ("page=rubbish", 50),
    ],
)
def test_filters_leave_what_they_say(client: FlaskClient, arguments: str, found: int) -> None:
    answer = client.get(f"/audit?{arguments}")
    assert answer.status_code == 200
    assert rows(answer.text) == found


def test_days_out_of_order_are_told_at_the_field_and_refused_as_a_file(client: FlaskClient) -> None:
    arguments = "from=20/06/2021&to=19/06/2021"
    page = client.get(f"/audit?{arguments}").text
    assert 'id="f-to-fault">Ngày cuối không được trước ngày đầu<' in page
    assert 'value="20/06/2021"' in page
    assert 'value="19/06/2021"' in page
    assert "Chưa hiển thị" in page
    assert client.get(f"/audit.csv?{arguments}").status_code == 400


def test_pages_show_every_row_once(client: FlaskClient) -> None:
    address, seen = "/audit?agency=SYT", 0
    for _page in range(3):
        page = client.get(address).text
        seen += rows(page)
        address = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        if not address:
            break
    assert seen == 120


def test_statements_do_not_grow_with_the_rows(client: FlaskClient, statements: Statements) -> None:
    counts = []
    for arguments in ("subject=draft+4", "subject=draft"):
        statements.clear()
        client.get(f"/audit?{arguments}")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_file_holds_what_the_filters_leave_and_no_formula(client: FlaskClient) -> None:
    answer = client.get("/audit.csv?event=report.sent")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(lines) == 61
    assert {line[2] for line in lines[1:]} == {"Gửi báo cáo"}
    assert not any(cell.startswith("=") for line in lines for cell in line)


def test_the_sheet_holds_the_same(client: FlaskClient) -> None:
    answer = client.get("/audit.xlsx?subject=draft+4")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert len(lines) == 2
    subject = "Số liệu, hoàn thành: chỉ tiêu không còn trong hệ thống"
    assert lines[1][1:6] == ["Giám đốc Sở Y tế", "Lưu bản nháp", subject, "Sở Y tế", "note: =1+1"]


def test_the_page_says_where_the_chain_stands(app: Flask, client: FlaskClient) -> None:
    assert "Chưa bắt đầu" in client.get("/audit").text
    with app.app_context():
        carry_out(audit.chain_units())
        with unit_of_work() as session:
            head = audit.publish(session, clock.moment(), clock.today())
            audit.record(session, clock.moment(), Event.REPORT_SENT, actor_id=None, subject=("report", 1))
    assert head is not None
    page = client.get("/audit").text
    for told in ("Đã nối và niêm phong", "121 bản ghi", "1 bản ghi từ", grouped(head.hash)):
        assert told in page, told


@pytest.mark.parametrize(
    ("waiting", "published", "late"),
    [(None, None, False), (14, None, False), (16, None, True), (None, 60 * 29, False), (None, 60 * 31, True)],
)
def test_the_chain_is_late_when_records_wait_or_nothing_was_published(
    waiting: int | None, published: int | None, late: bool
) -> None:
    now = clock.now()
    since, at = (minutes and now - timedelta(minutes=minutes) for minutes in (waiting, published))
    assert is_late(ChainState(3, now, 1, since or None, None, at or None), now) is late


def test_only_whoever_may_see_the_record_sees_it(app: Flask, client: FlaskClient, people: dict[str, int]) -> None:
    sign_in(app, client, people["head"])
    assert client.get("/audit").status_code == 403
    assert client.get("/audit.csv").status_code == 403
    assert client.get("/audit.xlsx").status_code == 403
