"""Evidence looked at as pages: by whom, beside which figure; never the file itself; gone with its bytes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Town
from tracker.agencies.offices import Office
from tracker.core.extensions import settings_of
from tracker.core.files.store import path_of
from tracker.demo.pdf import small_pdf
from tracker.privacy import ledger, whole
from tracker.privacy.whole import Decision
from tracker.progress.models import Evidence

pytestmark = pytest.mark.one_database
FIGURE = "/figures/target-SXD-T01/2021-H1"
TEXT = b"Danh muc thu tuc"


def attached(town: Town, session: Session, content: bytes, name: str) -> str:
    """The token of a file that the officer attached to a draft."""
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(FIGURE)
    officer.post(FIGURE, value="120", do="save", evidence=(io.BytesIO(content), name))
    session.rollback()
    return session.scalars(sa.select(Evidence.token).order_by(Evidence.id.desc()).limit(1)).one()


def sent(town: Town) -> None:
    head = town.browser("SXD", Office.HEAD)
    head.get(FIGURE)
    head.post(FIGURE, value="120", do="send")
    head.get(FIGURE + "/send")
    head.post(FIGURE + "/send")


def pdf() -> bytes:
    return small_pdf(["Danh muc"])


def test_whoever_may_fetch_it_may_look_at_it_and_nobody_else(town: Town, session: Session) -> None:
    token = attached(town, session, pdf(), "minh chung.pdf")
    pages, first = f"/evidence/{token}/pages", f"/evidence/{token}/pages/1"
    own, others = ("SXD", Office.OFFICER), (("SYT", Office.OFFICER), ("SNV", Office.APPRAISER))
    town.browser(*own).get(pages)
    for who in others:  # of a draft it is the body's alone
        for address in (pages, first):
            town.browser(*who).get(address, 404)
    sent(town)
    appraiser = town.browser("SNV", Office.APPRAISER)
    page = appraiser.get(pages)
    assert f'src="{first}"' in page
    assert "120" in page, "the figure stands beside it"
    assert 'href="/appraisals/' in page, "and the way back to deciding on it"
    image = appraiser.client.get(first)
    assert (image.status_code, image.headers["Content-Type"]) == (200, "image/webp")
    assert image.headers["Cache-Control"] == "no-store"
    assert image.data[8:12] == b"WEBP"
    for address in (f"{pages}/2", f"{pages}/0", f"{pages}/99999", "/evidence/none/pages", "/evidence/none/pages/1"):
        appraiser.get(address, 404)
    for asked in ("page=7", "page=x", "page=-1"):
        appraiser.get(f"{pages}?{asked}")
    town.browser("SYT", Office.OFFICER).get(pages, 404)


def test_a_kind_without_pages_is_a_download_with_a_sentence(town: Town, session: Session) -> None:
    token = attached(town, session, TEXT, "ghi chu.txt")
    page = town.browser("SXD", Office.OFFICER).get(f"/evidence/{token}/pages")
    assert "Loại tệp này không hiển thị tại đây" in page
    assert f'href="/evidence/{token}"' in page
    town.browser("SXD", Office.OFFICER).get(f"/evidence/{token}/pages/1", 404)


def test_its_images_go_with_its_bytes(town: Town, session: Session, app: Flask) -> None:
    token = attached(town, session, pdf(), "minh chung.pdf")
    sent(town)
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.get(f"/evidence/{token}/pages")
    settings = settings_of(app)
    kept = list(Path(settings.instance).glob("page-images/*/*/shown/1.webp"))
    assert len(kept) == 1
    sha256 = session.scalars(sa.select(Evidence.sha256).where(Evidence.token == token)).one()
    assert path_of(settings.files_folder, sha256).is_file()
    session.rollback()
    list(whole.file(settings, sha256, Decision("5", "Quyết định 12/QĐ")))
    (settings.instance / ledger.NAME).unlink()
    assert not kept[0].exists()
    for address in (f"/evidence/{token}/pages", f"/evidence/{token}/pages/1"):
        appraiser.get(address, 404)
