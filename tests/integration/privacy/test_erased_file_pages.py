"""Where an erased file stood, pages say so; nobody is led to it, nobody is given it, and no new draft takes it over."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town, town  # noqa: F401 - the fixture of that name
from tests.integration.home.test_errand import PDF, T01
from tracker.agencies.offices import Office
from tracker.core.extensions import settings_of
from tracker.core.files.store import path_of
from tracker.privacy import ledger, whole
from tracker.privacy.whole import Decision
from tracker.progress.models import Evidence

pytestmark = pytest.mark.one_database

GONE = "Tệp đã xóa theo quyết định ngày 16/06/2021"
NAME = "minh chung.pdf"


@pytest.fixture(autouse=True)
def _no_ledger(app: Flask) -> Iterator[None]:
    path = settings_of(app).instance / ledger.NAME
    path.unlink(missing_ok=True)
    yield
    path.unlink(missing_ok=True)


def sent_with_a_file(town: Town) -> Browser:  # noqa: F811 - as above
    """The officer's figure with a file, sent by the head; the head's browser."""
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    officer.get(T01)
    officer.post(T01, value="120", do="hand", evidence=(io.BytesIO(PDF), NAME))
    head.get(T01)
    head.post(T01, value="120", do="send")
    head.get(T01 + "/send")
    head.post(T01 + "/send")
    return head


def test_pages_say_that_it_is_gone(app: Flask, session: Session, town: Town) -> None:  # noqa: F811 - as above
    head = sent_with_a_file(town)
    row = session.scalars(sa.select(Evidence)).one()
    token, sha256 = row.token, row.sha256
    session.rollback()
    pages = [T01, "/targets/target-SXD-T01"]
    assert all(NAME in head.get(page) and f"/evidence/{token}" in head.page for page in pages)
    assert head.client.get(f"/evidence/{token}").status_code == 200

    list(whole.file(settings_of(app), sha256, Decision("5", "Quyết định 12/QĐ")))
    for page in pages:
        assert GONE in head.get(page)
        assert NAME not in head.page
        assert f"/evidence/{token}" not in head.page
    head.get(f"/evidence/{token}", status=404)
    stored = path_of(settings_of(app).files_folder, sha256)
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.write_bytes(PDF)
    head.get(f"/evidence/{token}", status=404)

    appraiser, officer = town.browser("SNV", Office.APPRAISER), town.browser("SXD", Office.OFFICER)
    queue = appraiser.get("/appraisals")
    address = queue[queue.index('row"><a href="/appraisals/') + 14 :].split('"')[0]
    assert GONE in appraiser.get(address)
    appraiser.decide(address, outcome="return", reason="Thiếu danh mục thủ tục")
    officer.get(T01)
    officer.post(T01, value="118", do="save")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Evidence).where(Evidence.draft_id.is_not(None))) == 0
    officer.get(T01)
    officer.post(T01, status=422, value="118", do="save", evidence=(io.BytesIO(PDF), NAME))
    assert "không được nhận lại" in officer.page
    session.rollback()
