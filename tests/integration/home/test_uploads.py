"""Files that officers send: counted by person and day, looked at by a scanner; what was typed is kept in any case."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tests.support.clamd import VIRUS, Clamd, clamd
from tracker.agencies.offices import Office
from tracker.people.models import UploadCount
from tracker.progress.models import Evidence

T01 = "/figures/target-SXD-T01/2021-H1"
T03 = "/figures/target-SXD-T03/2021-H1"


def document(number: int, size: int = 0) -> bytes:
    return f"%PDF-1.4\n% {number}\n".encode() + b"x" * size + b"\n%%EOF\n"


def send(officer: Browser, content: bytes, status: int = 303, value: str = "5", address: str = T01) -> str:
    officer.get(address)
    officer.post(address, status=status, value=value, do="save", evidence=(io.BytesIO(content), "minh chung.pdf"))
    return officer.page if status == 422 else ""


def beside(page: str) -> str:
    """What stands beside the field of the file."""
    start = page.index('id="evidence-error"')
    return " ".join(page[start : page.index("</p>", start)].split())


@pytest.fixture
def scanned(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clamd]:
    """With a clamd, which may take its time."""
    with clamd() as server:
        settings = replace(app.extensions["settings"], clamd=server.address, clamd_seconds=60.0)
        monkeypatch.setitem(app.extensions, "settings", settings)
        yield server


def limit(app: Flask, monkeypatch: pytest.MonkeyPatch, **changes: int) -> None:
    settings = replace(app.extensions["settings"], **changes)
    monkeypatch.setitem(app.extensions, "settings", settings)


def test_so_many_files_a_day_and_no_more(
    app: Flask, town: Town, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(app, monkeypatch, upload_daily_files=2)
    officer = town.browser("SXD", Office.OFFICER)
    send(officer, document(1))
    page = send(officer, b"MZ no kind that is taken", status=422)  # counted all the same
    assert "Không nhận loại tệp này" in beside(page)
    page = send(officer, document(2), status=422, value="77")
    assert "Hôm nay ông/bà đã gửi 2 tệp, là số tệp tối đa" in beside(page)
    assert 'value="77"' in officer.get(T01), "what was typed is kept"
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 1
    assert len([path for path in app.extensions["settings"].files_folder.rglob("*") if path.is_file()]) == 1
    send(town.browser("SXD", Office.HEAD), document(3))  # another person
    town.at("2021-06-17")
    send(town.browser("SXD", Office.OFFICER), document(4))
    session.rollback()
    rows = session.execute(sa.select(UploadCount.files, sa.cast(UploadCount.day, sa.String))).all()
    assert sorted(rows) == [(1, "2021-06-16"), (1, "2021-06-17")]


def test_so_many_bytes_a_day_and_the_message_says_how_many_are_left(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(app, monkeypatch, upload_daily_bytes=100 * 1024)
    officer = town.browser("SXD", Office.OFFICER)
    send(officer, document(1, 60 * 1024))
    page = send(officer, document(2, 50 * 1024), status=422)
    assert "dung lượng 50 KB, hôm nay ông/bà chỉ còn gửi được 40 KB" in beside(page)
    send(officer, document(3, 30 * 1024))
    town.at("2021-06-17")  # another day begins at nothing
    officer = town.browser("SXD", Office.OFFICER)
    send(officer, document(4, 50 * 1024))
    send(officer, document(5, 40 * 1024))


def test_the_count_holds_over_all_that_send_at_once(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(app, monkeypatch, upload_daily_files=3)
    browsers = [town.browser("SXD", Office.OFFICER) for _ in range(5)]
    statuses: list[int] = []

    def press(number: int) -> None:
        browser = browsers[number]
        hidden = browser.hidden() | {"version": "0"}
        answer = browser.client.post(
            T01,
            data={**hidden, "value": "5", "do": "save", "evidence": (io.BytesIO(document(number)), "a.pdf")},
            content_type="multipart/form-data",
        )
        statuses.append(answer.status_code)

    for browser in browsers:
        browser.get(T01)
    threads = [threading.Thread(target=press, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert all(status in {303, 409, 422} for status in statuses)
        assert len([path for path in app.extensions["settings"].files_folder.rglob("*") if path.is_file()]) <= 3


def test_a_virus_stands_beside_the_field_and_what_was_typed_is_kept(
    town: Town, scanned: Clamd, session: Session
) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    page = send(officer, VIRUS, status=422, value="66")
    assert "Tệp có chứa vi-rút" in beside(page)
    assert 'value="66"' in officer.get(T01)
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 0
    session.rollback()
    send(officer, document(1), value="66")
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence)) == 1


def test_a_scanner_that_hangs_holds_up_nobody_else(town: Town, scanned: Clamd) -> None:
    scanned.behaviour = "hangs"
    officer, other = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    pages: list[str] = []
    sending = threading.Thread(target=lambda: pages.append(send(officer, document(1), status=422, value="55")))
    sending.start()
    assert scanned.asked.wait(120)
    other.get(T03)
    other.post(T03, value="20", do="save")
    assert sending.is_alive(), "no transaction is open while a scanner is asked"
    scanned.go_on.set()
    sending.join()
    assert "Hiện chưa kiểm tra được vi-rút" in beside(pages[0])
    assert 'value="55"' in officer.get(T01)
