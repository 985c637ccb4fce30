"""A mail that did not leave is told: on the page of its receiver, on a page of its own, and apart from "not yet"."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.integration.accounts.people import person, post, signed_in, token_of
from tracker.accounts import notices
from tracker.agencies.offices import Office
from tracker.approvals import offices as approvals_of_offices
from tracker.approvals import queries as requests
from tracker.approvals import service as approvals
from tracker.audit.models import AuditEvent
from tracker.commitments.life import turn_mails
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail import words
from tracker.mail.models import OutboxMail
from tracker.permissions import administrators
from tracker.planning.programmes import plan_views
from tracker.progress.corrections import telling as corrections_told
from tracker.progress.requests import telling
from tracker.progress.threads import telling as questions_told
from tracker.reminders import service as reminders
from tracker.reminders.weekly import kind as weekly
from tracker.urging import telling as letters_told

pytestmark = pytest.mark.one_database
NAME = "head@example.vn"


@pytest.fixture
def head(app: Flask) -> int:
    return person(app, NAME, Office.HEAD)


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    return signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))


def mail(app: Flask, person_id: int, state: str, error: str | None, *, tries: int = 1, kind: str = "digest") -> int:
    now = clock.now()
    with app.app_context(), unit_of_work() as session:
        number = session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) or 0
        row = OutboxMail(
            message_id=f"<{number}@h>", key=f"k{number}", kind=kind, person_id=person_id, language="vi", subject="S",
            text="T", created_at=now, not_before=now + timedelta(minutes=5), state=state, attempts=tries,
            last_error=error,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


@pytest.mark.parametrize(
    ("state", "error", "tries", "said", "counted"),
    [
        ("failed", "550: recipient refused", 1, "Bị từ chối hẳn: 550, không có hộp thư này", True),
        ("failed", "554: mail refused", 1, "Bị từ chối hẳn: 554, máy chủ thư không nhận thư từ hệ thống này", True),
        ("failed", "521: mail refused", 1, "Bị từ chối hẳn: máy chủ thư trả lời mã 521", True),
        ("failed", "TimeoutError", 8, "Đã thôi gửi sau 8 lần thử: máy chủ thư không trả lời (TimeoutError)", True),
        ("pending", "451: mail refused", 2, "Chưa gửi được: máy chủ thư trả lời mã 451; sẽ gửi lại từ", False),
        ("claimed", "TimeoutError", 2, "Chưa gửi được: máy chủ thư không trả lời (TimeoutError)", False),
        ("pending", None, 0, None, False),
        ("sent", None, 1, None, False),
        ("dropped", "451: mail refused", 1, None, False),
    ],
)
def test_what_became_of_a_mail_is_told(
    app: Flask, head: int, administrator: FlaskClient, state: str, error: str, tries: int, said: str | None,
    counted: bool,
) -> None:  # fmt: skip
    mail(app, head, state, error, tries=tries)
    for address in (f"/people/{token_of(app, head)}", f"/accounts/{token_of(app, head)}"):
        page = administrator.get(address).text
        assert ("Nhắc báo cáo" in page) is (said is not None)
        assert said is None or said in page
    listed = administrator.get("/accounts/mails").text
    assert (said is not None and said in listed) is counted
    for address in ("/accounts", "/jobs"):
        page = administrator.get(address).text
        assert ("1 thư không gửi được" in page and 'href="/accounts/mails"' in page) is counted


def test_a_press_sends_it_again_once(app: Flask, head: int, administrator: FlaskClient) -> None:
    mail_id = mail(app, head, "failed", "550: recipient refused", tries=8)
    for said in ("Thư sẽ được gửi trong vòng một phút", "Thư này đã có người cho gửi lại"):
        answer = post(administrator, "/accounts/mails", mail=str(mail_id))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/accounts/mails")
        assert said in administrator.get("/accounts/mails").text
    with app.app_context():
        row = database.session().get_one(OutboxMail, mail_id)
        assert (row.state, row.attempts, row.last_error) == ("pending", 0, None)
        assert row.not_before <= clock.now()
        recorded = database.session().scalars(sa.select(AuditEvent).where(AuditEvent.event == "mail.queued_again"))
        assert [(one.subject_id, one.detail) for one in recorded] == [(mail_id, {"kind": "digest", "person_id": head})]


@pytest.mark.parametrize("number", ["", "0", "-1", "x", str(2**63), "9" * 400])
def test_a_number_of_no_mail_is_told_calmly(administrator: FlaskClient, number: str) -> None:
    assert post(administrator, "/accounts/mails", mail=number).status_code == 303
    assert "Thư này đã có người cho gửi lại" in administrator.get("/accounts/mails").text


def test_every_kind_of_mail_has_a_name(app: Flask) -> None:
    kinds = {notices.LINK, notices.NOTICE, approvals.MAIL, approvals_of_offices.NOTICE, administrators.KIND}
    kinds |= {reminders.KIND, requests.STOP_NOTICE, telling.KIND, telling.WAITS}
    kinds |= {turn_mails.KIND, plan_views.WAITS, questions_told.KIND}
    kinds |= {corrections_told.WAITS, corrections_told.DECIDED, corrections_told.REOPENED}
    kinds |= {letters_told.KIND, weekly.KIND}
    assert kinds == set(words.KINDS)
