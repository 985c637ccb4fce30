"""The pages of sending where the programme asks for a key: what they say, the press, and the receipt that tells it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import signing_keys
from tests.integration.home.conftest import Browser, Town, town  # noqa: F401 - the fixture of that name
from tests.integration.home.test_receipts import by_command
from tests.support.factors import Device
from tests.support.listening import listen
from tests.support.signing_in import token
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.permissions.queries import reader_of
from tracker.progress.models import Report, ReportReceipt
from tracker.signing.confirmations import proof

pytestmark = pytest.mark.one_database
PERIOD = "2021-H1"
_QUESTION = re.compile(r'data-t-question="([^"]+)"')


@pytest.fixture
def device(town: Town) -> Device:  # noqa: F811
    """Not yet a key; the programme asks for one."""
    with unit_of_work() as session:
        signing_keys.ask_to_send(session, clock.moment(), town.made.programme.id)
    return Device()


def enrol(town: Town, device: Device) -> None:  # noqa: F811
    person, now = town.made.people[("SXD", Office.HEAD)], clock.moment()
    with unit_of_work() as session:
        reader = reader_of(session, now.on, person_id=person.id, account_id=person.id, name="x", language="vi")
        signing_keys.enrol(session, now, reader, device)


def handed_on(town: Town, key: str, period: str = PERIOD, **typed: Any) -> str:  # noqa: F811
    address = f"/figures/{town.made.targets[key].token}/{period}"
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(address)
    officer.post(address, **typed, do="hand")
    return address


def confirmed(browser: Browser, device: Device) -> dict[str, Any]:
    """What the script of the open page would send."""
    question = unescape(_QUESTION.findall(browser.page)[0])
    drafts = re.findall(r'name="draft" value="([^"]+)"', browser.page)
    answer = browser.client.get("&".join([question, *(f"draft={one}" for one in drafts)]))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = json.loads(answer.get_data(as_text=True))
    return {"challenge": told["challenge"], "answer": device.sign(told["options"])}


def test_one_figure_is_sent_with_a_key_and_its_receipt_tells_so(
    town: Town,  # noqa: F811
    device: Device,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = handed_on(town, "SXD-T01", value="120")
    head = town.browser("SXD", Office.HEAD)
    told = head.get(f"{address}/send")
    assert "chưa có khóa" in told
    assert "/account/signing-keys/new" in told
    without = head.client.post(f"{address}/send", data={"csrf_token": token(head.client), "version": "2"})
    assert "yêu cầu xác nhận bằng khóa ký" in without.get_data(as_text=True)
    enrol(town, device)
    told = head.get(f"{address}/send")
    assert "<noscript>" in told
    assert "Chưa có đủ hai người xác nhận khóa là của ông/bà" in told
    other = confirmed(head, Device())
    refused = head.client.post(f"{address}/send", data={**head.hidden(), **other})
    assert "không phải khóa ký" in refused.get_data(as_text=True)
    head.get(f"{address}/send")
    head.post(f"{address}/send", **confirmed(head, device))
    with unit_of_work() as session:
        code = session.scalars(sa.select(ReportReceipt.code)).one()
    missed = listen(monkeypatch, "ru")
    anybody = town.app.test_client()
    assert "Xác nhận bằng khóa" in anybody.get(f"/verify/reports/{code}").get_data(as_text=True)
    russian = anybody.get(f"/verify/reports/{code}?lang=ru").get_data(as_text=True)
    assert "Подтверждение ключом" in russian
    assert "Отчёт за первое полугодие 2021 года" in russian
    assert "Принадлежность ключа ещё не удостоверена" in russian
    assert anybody.get(f"/verify/reports/{'0' * 32}?lang=ru").status_code == 404
    assert missed == set()
    record = anybody.get(f"/verify/reports/{code}/confirmation.json").get_json()
    assert proof.verify_sending(record).holds
    assert by_command(town, monkeypatch, code) == (0, True)


def test_several_are_sent_by_one_confirmation(town: Town, device: Device) -> None:  # noqa: F811
    handed_on(town, "SXD-T01", value="120")
    handed_on(town, "SXD-T03", value="40")
    enrol(town, device)
    head, address = town.browser("SXD", Office.HEAD), f"/sheets/SXD/{PERIOD}/send"
    head.get(address)
    drafts = re.findall(r'name="draft" value="([^"]+)"', head.page)
    assert len(drafts) == 2
    given: dict[str, Any] = {"csrf_token": token(head.client), "draft": drafts}
    without = head.client.post(address, data=given)
    assert "yêu cầu xác nhận bằng khóa ký" in without.get_data(as_text=True)
    head.get(address)
    answer = confirmed(head, device)
    fewer = head.client.post(address, data={**given, "draft": drafts[:1], **answer})
    assert "không còn đúng" in fewer.get_data(as_text=True), "what was confirmed is sent, or nothing"
    head.get(address)
    done = head.client.post(address, data={**given, **confirmed(head, device)})
    assert (done.status_code, "/sent/" in done.location) == (303, True)
    with unit_of_work() as session:
        kept = session.scalars(sa.select(ReportReceipt.confirmation_id)).all()
    assert len(kept) == 2
    assert set(kept) == {kept[0]}
    assert kept[0] is not None


def test_the_question_is_the_senders_alone(town: Town, device: Device) -> None:  # noqa: F811
    address = handed_on(town, "SXD-T01", value="120")
    asked = f"/sending/question?period={PERIOD}&draft={town.made.targets['SXD-T01'].token}:"
    officer, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    other = town.browser("SNV", Office.HEAD)
    assert officer.client.get(f"{asked}2").status_code == 403
    assert other.client.get(f"{asked}2").status_code == 404
    assert head.client.get(f"{asked}2").status_code == 200
    stale = head.client.get(f"{asked}9")
    assert stale.status_code == 409
    assert stale.get_json()["refused"]
    assert head.client.get(f"/sending/question?period={PERIOD}").status_code == 409
    enrol(town, device)
    head.get(f"{address}/send")
    answer = confirmed(head, device)
    assert "Chưa có xác nhận" in head.client.post(
        f"{address}/send", data={**head.hidden(), **answer, "challenge": "x"}
    ).get_data(as_text=True)


def test_what_came_back_goes_with_the_rest_in_one_press(
    town: Town,  # noqa: F811
    device: Device,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of one target the later figure is judged as it was confirmed, whatever the earlier one changes."""
    enrol(town, device)
    earlier = handed_on(town, "SXD-T01", "2021-Q1", value="120")
    head = town.browser("SXD", Office.HEAD)
    head.get(f"{earlier}/send")
    head.post(f"{earlier}/send", **confirmed(head, device))
    with unit_of_work() as session:
        report = session.scalars(sa.select(Report.token)).one()
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{report}", outcome="return", reason="Thiếu tài liệu")
    handed_on(town, "SXD-T01", "2021-Q1", value="125")
    handed_on(town, "SXD-T01", value="125")  # the same to the digit, once the other counts again
    address = f"/sheets/SXD/{PERIOD}/send"
    head.get(address)
    drafts = re.findall(r'name="draft" value="([^"]+)"', head.page)
    assert len(drafts) == 2
    given: dict[str, Any] = {"csrf_token": token(head.client), "draft": drafts}
    done = head.client.post(address, data={**given, **confirmed(head, device)})
    assert "/sent/" in done.location
    with unit_of_work() as session:
        rows = session.execute(sa.select(ReportReceipt.code, ReportReceipt.confirmation_id).order_by(ReportReceipt.id))
        _first, *both = rows.all()
    assert len({confirmation for _code, confirmation in both}) == 1
    assert [by_command(town, monkeypatch, code) for code, _confirmation in both] == [(0, True)] * 2
