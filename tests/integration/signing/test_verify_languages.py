"""Verification in the languages of pages for everybody: by the address, by the browser; complete in each state."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import signed_files, signing_room
from tests.factories.lives import Table
from tests.factories.signing_room import authority, holder
from tests.integration.signing import test_verify
from tests.integration.signing.test_verify import made_of
from tests.jobs import test_seal
from tests.support.listening import listen
from tests.support.pki import sign
from tests.support.signing_in import sign_in, token
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import amending, concluding, drafting, negotiating
from tracker.core import clock
from tracker.core.extensions import settings_of
from tracker.core.web.pace import Pace
from tracker.signing import originals
from tracker.signing.codes import digest
from tracker.signing.models import MadeDocument
from tracker.signing.verifying import verify_views

own_key = test_seal.own_key  # fixture
table = test_verify.table  # fixture
_unhurried = test_verify._unhurried  # fixture
pytestmark = pytest.mark.one_database
RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing that a page says in this test lacks its Russian."""
    missed = listen(monkeypatch, "ru")
    yield
    assert missed == set()


def page(app: Flask, address: str, status: int = 200, headers: dict[str, str] = RUSSIAN, **asked: str) -> str:
    answer = app.test_client().get(address, query_string=asked, headers=headers)
    told = unescape(answer.get_data(as_text=True))
    assert answer.status_code == status, told[-800:]
    return told


def send(app: Flask, content: bytes, address: str = "/verify/file") -> str:
    client = app.test_client()
    given = {"csrf_token": token(client), "file": (io.BytesIO(content), "van-ban.pdf")}
    answer = client.post(address, data=given, content_type="multipart/form-data", headers=RUSSIAN)
    return unescape(answer.get_data(as_text=True))


def test_the_language_is_the_address_then_the_browser_and_goes_along(app: Flask, table: Table) -> None:
    made, vietnamese = made_of(table), {"Accept-Language": "vi"}
    address = f"/verify/{made.address}"
    assert "Проверка документа" in page(app, "/verify")
    told = page(app, "/verify", headers=vietnamese, lang="ru")
    assert '<html lang="ru"' in told
    assert 'name="lang" value="ru"' in told, "the form of the code carries it on"
    assert 'action="/verify/file?lang=ru"' in told
    assert 'href="/verify?lang=vi" lang="vi"' in told
    assert 'href="/verify/keys.json"' in told
    led = app.test_client().get("/verify", query_string={"code": made.address, "lang": "ru"})
    assert led.headers["Location"] == f"{address}?lang=ru"
    told = page(app, address, headers=vietnamese, lang="ru")
    assert "Подписан обеими сторонами" in told
    assert 'href="/verify?lang=ru"' in told
    assert '<html lang="en"' in page(app, address, lang="en")
    assert '<html lang="ru"' in page(app, address, lang="xx"), "a language that there is none of says nothing"
    assert "Сверьте код знак за знаком" in page(app, f"/verify/{'0' * 32}", 404), "it can be corrected there"
    assert 'lang="ru"' not in page(app, "/sign-in"), "the product itself has no Russian"
    assert '<html lang="en"' in page(app, "/sign-in", lang="ru")


def test_who_has_signed_in_reads_it_in_a_language_of_the_product(app: Flask, table: Table) -> None:
    made, client = made_of(table), app.test_client()
    sign_in(app, client, table.head.person_id)
    told = client.get(f"/verify/{made.address}?lang=ru", headers=RUSSIAN).get_data(as_text=True)
    assert '<html lang="vi"' in told
    assert 'hreflang="ru"' not in told


def test_verifying_is_found_from_the_way_in(app: Flask) -> None:
    for address in ("/sign-in", "/sign-in/forgotten", "/verify"):
        assert 'href="/verify"' in page(app, address, headers={"Accept-Language": "vi"}), address


def test_how_a_document_stands_in_each_state(
    app: Flask, table: Table, at: Callable[[date | str], clock.Moment], complete: None
) -> None:
    first, made = table.session.scalars(sa.select(Dossier.id)).one(), made_of(table)
    assert "Подписан обеими сторонами" in page(app, f"/verify/{made.address}/1-{made.pages}")
    assert "Код указывает на страницу, которой в документе нет" in page(app, f"/verify/{made.address}/9-9")
    assert "Сверьте код знак за знаком" in page(app, "/verify", 404, code="0" * 32)
    page(app, f"/verify/{'0' * 32}", 404)
    table.do(concluding.come_into_force, table.monitor, dossier_id=first)
    assert "Содержание документа сегодня действует" in page(app, f"/verify/{made.address}")
    day = table.now.on + timedelta(days=20)
    later = table.amend(first, day)
    (target,) = table.targets(later).values()
    values = {"weight": "2", "goal": "96.5"}
    given: dict[str, Any] = {"draft_target_id": target.id, "version": target.version, "values": values}
    table.do(drafting.change, table.monitor, **given)
    table.do(amending.offer, table.monitor, dossier_id=later)
    table.do(negotiating.agree, table.head, dossier_id=later, version=table.dossier(later).version)
    signing_room.freeze(table.session, table, later, settings_of(app))
    amendment = table.session.scalars(sa.select(MadeDocument).where(MadeDocument.id != made.id)).one()
    assert "Ещё не подписан" in page(app, f"/verify/{amendment.address}")
    table.do(concluding.sign, table.head, dossier_id=later, sha256=amendment.content_sha256)
    assert "Подписан только органом" in page(app, f"/verify/{amendment.address}")
    table.do(concluding.countersign, table.chair, dossier_id=later, sha256=amendment.content_sha256)
    table.do(concluding.come_into_force, table.monitor, dossier_id=later)
    assert f"Ещё не действует (с {day:%d.%m.%Y})" in page(app, f"/verify/{amendment.address}")
    at(day)
    told = page(app, f"/verify/{made.address}")
    assert "Действует с изменениями" in told
    for text in ("Целевое значение", "96,5\u00a0%", "95\u00a0%", "До изменения", "Вес"):
        assert text in told, text


def test_what_holds_of_a_file(app: Flask, table: Table, session: Session, own_key: Path, complete: None) -> None:
    settings, ca = settings_of(app), authority(table.now.at)
    signing_room.trust(settings.instance, ca)
    sealed = test_seal.direct(session, settings, own_key)
    frozen = originals.pdf(made_of(table), settings.files_folder)
    begin, head = digest(frozen), holder(ca.at, table.head.name)
    assert "документ с электронной печатью" in page(app, "/verify/file", whole=digest(sealed), begin=begin)
    assert "добавленное к нему здесь неизвестно" in page(app, "/verify/file", whole="0" * 64, begin=begin)
    assert "не документ этой системы" in page(app, "/verify/file", 404, whole="0" * 64, begin="1" * 64)
    assert "Файл подлинный" in send(app, sealed)
    assert "все подписи в файле действительны" in send(app, sign(frozen, head, "body"))
    assert "Добавлены примечание" in send(app, signed_files.appended(sealed, signed_files.note))
    assert "Файл намного больше" in send(app, b"0" * 17 * 1024 * 1024)


def test_what_is_refused(app: Flask, table: Table, monkeypatch: pytest.MonkeyPatch, complete: None) -> None:
    monkeypatch.setattr(verify_views, "_PACE", Pace(0, 3.0, lambda: 0.0))
    assert "Сейчас проверяется много файлов" in send(app, b"%PDF-")
    told = app.test_client().post("/verify/file", headers={**RUSSIAN, "Sec-Fetch-Site": "same-origin"})
    assert told.status_code == 400
    assert "Запрос не удалось прочитать" in told.get_data(as_text=True), "its mark is too old: nobody has to sign in"
    assert app.test_client().put("/verify", headers=RUSSIAN).status_code == 405
