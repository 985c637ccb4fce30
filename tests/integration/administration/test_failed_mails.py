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
from tracker.signs import telling as signs_told
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
    for said in ("Thư sẽ được gửi trong vòng một phút", "Thư này đã có người xử lý"):
        answer = post(administrator, "/accounts/mails", mail=str(mail_id))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/accounts/mails")
        assert said in administrator.get("/accounts/mails").text
    with app.app_context():
        row = database.session().get_one(OutboxMail, mail_id)
        assert (row.state, row.attempts, row.last_error) == ("pending", 0, None)
        assert row.not_before <= clock.now()
        recorded = database.session().scalars(sa.select(AuditEvent).where(AuditEvent.event == "mail.queued_again"))
        assert [(one.subject_id, one.detail) for one in recorded] == [(mail_id, {"kind": "digest", "person_id": head})]


def test_all_that_the_filters_leave_are_sent_again(app: Flask, head: int, administrator: FlaskClient) -> None:
    refused = [mail(app, head, "failed", error) for error in ("550: recipient refused", "554: mail refused")]
    others = [mail(app, head, "failed", error) for error in ("came back 5.1.1", "TimeoutError", "451: later")]
    sent = mail(app, head, "sent", None)
    for why, count in (("refused", 2), ("returned", 1), ("given_up", 2)):
        page = administrator.get(f"/accounts/mails?why={why}").text
        assert page.count('name="do" value="drop"') == count
        rows = administrator.get(f"/accounts/mails.csv?why={why}").text.splitlines()
        assert len(rows) == 1 + count
        assert "Người đứng đầu" not in rows[0]
    assert administrator.get("/accounts/mails.xlsx?why=refused").data[:2] == b"PK"
    assert administrator.get("/accounts/mails.csv?why=nothing").status_code == 400
    assert post(administrator, "/accounts/mails?why=refused", do="all").status_code == 303
    assert "2 thư sẽ được gửi" in administrator.get("/accounts/mails").text
    with app.app_context():
        states = {row.id: row.state for row in database.session().scalars(sa.select(OutboxMail))}
    assert states == dict.fromkeys(refused, "pending") | dict.fromkeys(others, "failed") | {sent: "sent"}


def test_one_is_dropped_with_a_reason_that_stands_in_the_record(
    app: Flask, head: int, administrator: FlaskClient
) -> None:
    mail_id = mail(app, head, "failed", "550: recipient refused")
    unsaid = post(administrator, "/accounts/mails", mail=str(mail_id), do="drop", reason="  ")
    assert unsaid.status_code == 400
    assert f'aria-describedby="fault-{mail_id}"' in unsaid.text
    long = post(administrator, "/accounts/mails", mail=str(mail_id), do="drop", reason="x" * 256)
    assert "x" * 256 in long.text, "nothing typed is lost"
    for said in ("Thư không được gửi nữa", "Thư này đã có người xử lý"):
        post(administrator, "/accounts/mails", mail=str(mail_id), do="drop", reason="đã báo qua điện thoại")
        assert said in administrator.get("/accounts/mails").text
    with app.app_context():
        assert database.session().get_one(OutboxMail, mail_id).state == "dropped"
        (told,) = database.session().scalars(sa.select(AuditEvent).where(AuditEvent.event == "mail.dropped"))
        assert told.detail == {"kind": "digest", "person_id": head, "drop_reason": "đã báo qua điện thoại"}


@pytest.mark.parametrize("number", ["", "0", "-1", "x", str(2**63), "9" * 400])
def test_a_number_of_no_mail_is_told_calmly(administrator: FlaskClient, number: str) -> None:
    assert post(administrator, "/accounts/mails", mail=number).status_code == 303
    assert "Thư này đã có người xử lý" in administrator.get("/accounts/mails").text


def test_every_kind_of_mail_has_a_name(app: Flask) -> None:
    kinds = {notices.LINK, notices.NOTICE, approvals.MAIL, approvals_of_offices.NOTICE, administrators.KIND}
    kinds |= {reminders.KIND, requests.STOP_NOTICE, telling.KIND, telling.WAITS}
    kinds |= {turn_mails.KIND, plan_views.WAITS, questions_told.KIND}
    kinds |= {corrections_told.WAITS, corrections_told.DECIDED, corrections_told.REOPENED}
    kinds |= {letters_told.KIND, weekly.KIND, signs_told.KIND}
    assert kinds == set(words.KINDS)
