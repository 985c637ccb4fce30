"""Verification for everybody: by the code, by fingerprints that the reader's machine took, by a file that is sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives, signed_files, signing_room
from tests.factories.lives import Table
from tests.factories.signing_room import authority, holder
from tests.jobs import test_seal
from tests.support.pki import sign
from tests.support.product import Scene
from tests.support.signing_in import token
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import amending, concluding, drafting, negotiating
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.core.web.pace import Gate, Pace
from tracker.signing import originals
from tracker.signing.codes import digest, frozen_part
from tracker.signing.documents import freezing
from tracker.signing.models import MadeDocument, SealKey
from tracker.signing.verifying import verify_views

own_key = test_seal.own_key  # fixture
pytestmark = pytest.mark.one_database


@pytest.fixture
def table(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Table:
    now = at(lives.BEGUN_ON)
    scene(test_seal.signed_by_both, settings_of(app))
    return Table(session, errand.found(session), at, now)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_views, "_PACE", Pace(10, 3.0, lambda: 0.0))


def made_of(table: Table) -> MadeDocument:
    table.session.rollback()
    return table.session.scalars(sa.select(MadeDocument)).one()


def page(app: Flask, address: str, status: int = 200, **asked: str) -> str:
    answer = app.test_client().get(address, query_string=asked, headers={"Accept-Language": "vi"})
    assert answer.status_code == status, answer.get_data(as_text=True)[-800:]
    return unescape(answer.get_data(as_text=True))


def send(app: Flask, content: bytes) -> tuple[int, str]:
    client = app.test_client()
    given = {"csrf_token": token(client), "file": (io.BytesIO(content), "van-ban.pdf")}
    answer = client.post(
        "/verify/file", data=given, content_type="multipart/form-data", headers={"Accept-Language": "vi"}
    )
    return answer.status_code, unescape(answer.get_data(as_text=True))


def test_by_its_code_however_it_is_typed(app: Flask, table: Table) -> None:
    made = made_of(table)
    whole = f"https://cu.example.vn/verify/{made.address}/1-{made.pages}"
    grouped = " ".join(made.address[place : place + 4] for place in range(0, 32, 4))
    for code in (made.address, made.address.upper(), grouped, whole, whole.rpartition("/")[0]):
        answer = app.test_client().get("/verify", query_string={"code": code})
        assert (answer.status_code, answer.location) == (303, f"/verify/{made.address}"), code
    for code in ("", "0" * 32, "khong phai ma"):
        assert "không có văn bản nào mang mã này" in page(app, "/verify", 404, code=code)
    assert "Kiểm tra mà không gửi tệp" in page(app, "/verify")


def test_how_it_stands_and_who_signed_is_told(app: Flask, table: Table) -> None:
    made = made_of(table)
    address, dossier = f"/verify/{made.address}", table.session.scalars(sa.select(Dossier)).one()
    told = page(app, address)
    assert "Hai bên đã ký" in told
    assert table.head.name in told
    assert table.chair.name in told
    table.do(concluding.come_into_force, table.monitor, dossier_id=dossier.id)
    assert "Đang có hiệu lực" in page(app, address)


def test_what_counts_from_a_later_day_does_not_count_before(
    app: Flask, table: Table, at: Callable[[date | str], clock.Moment]
) -> None:
    made, day = made_of(table), table.now.on + timedelta(days=20)
    dossier = table.session.scalars(sa.select(Dossier)).one()
    table.do(concluding.come_into_force, table.monitor, dossier_id=dossier.id, from_on=day)
    told = page(app, f"/verify/{made.address}")
    assert f"Chưa có hiệu lực (từ {day:%d/%m/%Y})" in told
    assert "Đang có hiệu lực" not in told
    at(day)
    assert "Đang có hiệu lực" in page(app, f"/verify/{made.address}")


def test_an_amendment_is_told_and_counts_from_its_day(
    app: Flask, table: Table, at: Callable[[date | str], clock.Moment]
) -> None:
    first, made = table.session.scalars(sa.select(Dossier.id)).one(), made_of(table)
    table.do(concluding.come_into_force, table.monitor, dossier_id=first)
    day = table.now.on + timedelta(days=20)
    later = table.amend(first, day)
    (target,) = table.targets(later).values()
    given: dict[str, Any] = {"draft_target_id": target.id, "version": target.version, "values": {"weight": "2"}}
    table.do(drafting.change, table.monitor, **given)
    table.do(amending.offer, table.monitor, dossier_id=later)
    table.do(negotiating.agree, table.head, dossier_id=later, version=table.dossier(later).version)
    signing_room.freeze(table.session, table, later, settings_of(app))
    amendment = table.session.scalars(sa.select(MadeDocument).where(MadeDocument.id != made.id)).one()
    for verb, who in ((concluding.sign, table.head), (concluding.countersign, table.chair)):
        table.do(verb, who, dossier_id=later, sha256=amendment.content_sha256)
    table.do(concluding.come_into_force, table.monitor, dossier_id=later)
    before = page(app, f"/verify/{made.address}")
    assert "Đang có hiệu lực, đã được sửa đổi" not in before
    assert f"từ {day:%d/%m/%Y}" in before, "what will change is told already"
    assert "Chưa có hiệu lực" in page(app, f"/verify/{amendment.address}")
    at(day)
    after = page(app, f"/verify/{made.address}")
    assert "Đang có hiệu lực, đã được sửa đổi" in after
    assert f"/verify/{amendment.address}" in after
    assert "Đang có hiệu lực" in page(app, f"/verify/{amendment.address}")


def test_by_fingerprints_alone(app: Flask, table: Table, session: Session, own_key: Path) -> None:
    settings = settings_of(app)
    sealed = test_seal.direct(session, settings, own_key)
    made = made_of(table)
    frozen = originals.pdf(made, settings.files_folder)
    begin = digest(frozen)
    assert frozen_part(sealed) == frozen
    for content, what in ((frozen, "chưa có chữ ký số trong tệp"), (sealed, "văn bản đã đóng dấu điện tử")):
        assert what in page(app, "/verify/file", whole=digest(content), begin=begin)
    assert "phần thêm vào thì ở đây không biết" in page(app, "/verify/file", whole="0" * 64, begin=begin)
    assert "không phải văn bản của hệ thống" in page(app, "/verify/file", 404, whole="0" * 64, begin="1" * 64)
    assert app.test_client().get("/verify/file?whole=x&begin=y").status_code == 303


def test_by_a_file_that_is_sent_and_not_kept(app: Flask, table: Table, session: Session, own_key: Path) -> None:
    settings, ca = settings_of(app), authority(table.now.at)
    signing_room.trust(settings.instance, ca)
    sealed = test_seal.direct(session, settings, own_key)
    before = sorted(settings.files_folder.rglob("*"))
    frozen = originals.pdf(made_of(table), settings.files_folder)
    head = holder(ca.at, table.head.name)
    cases: list[tuple[bytes, int, str]] = [
        (sealed, 200, "Tệp này là thật"),
        (sign(frozen, head, "body"), 200, "mọi chữ ký trong tệp đều hợp lệ"),
        (signed_files.appended(sealed, signed_files.note), 200, "thêm ghi chú, con dấu hoặc hình ảnh"),
        (sign(signed_files.appended(frozen, signed_files.other_content), head, "body"), 200, "đã bị thay đổi"),
        (frozen[:5_000] + b"x" + frozen[5_001:], 404, "không phải văn bản của hệ thống"),
        (b"%PDF-1.7 khong", 404, "không phải văn bản của hệ thống"),
        (b"0" * 17 * 1024 * 1024, 400, "lớn hơn nhiều"),
    ]
    for content, status, told in cases:
        got, text = send(app, content)
        assert (got, told in text) == (status, True), told
    assert sorted(settings.files_folder.rglob("*")) == before


def test_who_sends_many_waits_and_is_not_locked_out(app: Flask, table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    clock_: list[float] = [0.0]
    monkeypatch.setattr(verify_views, "_PACE", Pace(2, 3.0, lambda: clock_[0]))
    assert [send(app, b"%PDF-")[0] for _ in range(3)] == [404, 404, 429]
    assert "thử lại sau 3 giây" in send(app, b"%PDF-")[1]
    assert page(app, f"/verify/{made_of(table).address}")
    clock_[0] += 3
    assert send(app, b"%PDF-")[0] == 404
    monkeypatch.setattr(verify_views, "_GATE", Gate(0))
    clock_[0] += 30
    assert send(app, b"%PDF-")[0] == 429


def test_keys_are_published(app: Flask, table: Table, session: Session, own_key: Path) -> None:
    assert app.test_client().get("/verify/keys.json").json == {"format": "seal-keys/1", "keys": []}
    test_seal.direct(session, settings_of(app), own_key)
    found: Any = app.test_client().get("/verify/keys.json").json
    (key,) = session.scalars(sa.select(SealKey)).all()
    assert [one["fingerprint"] for one in found["keys"]] == [key.fingerprint]


def test_what_was_opened_again_is_cancelled(app: Flask, session: Session, scene: Scene, at: Any) -> None:
    now = at(lives.BEGUN_ON)
    one = scene(signing_room.frozen, settings_of(app))
    table = Table(session, errand.found(session), at, now)
    address = f"/verify/{made_of(table).address}"
    assert "Chưa ký" in page(app, address)
    table.do(freezing.reopen, table.monitor, dossier_id=one, reason="Số liệu chưa đúng")
    assert "đã bị hủy" in page(app, address)
