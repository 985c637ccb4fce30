"""Invitations and forgotten passwords: links by mail, good once and for a while; nobody learns who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.accounts.people import account_of, enter, is_in, link_in, person, post, signed_in, token_of
from tests.support.product import Statements
from tests.support.signing_in import PASSWORD, token
from tracker.accounts import links
from tracker.accounts.models import Account, AccountLink, ResetWish
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail import service as outbox
from tracker.mail.models import OutboxMail
from tracker.settings import Site

EMAIL, NEW = "officer@example.vn", "một câu dễ nhớ"
SITE = Site("http://localhost", "localhost")
OVER = "không còn dùng được"
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')  # another one each second


@pytest.fixture
def administrator(app: Flask) -> FlaskClient:
    """An administrator's browser."""
    return signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))


def answer_wishes(app: Flask) -> int:
    answered = 0
    with app.app_context():
        while True:
            now = clock.moment()
            with unit_of_work(now) as session:
                if not links.answer_wish(session, now, SITE):
                    return answered
            answered += 1


def mails(app: Flask) -> list[OutboxMail]:
    with app.app_context(), unit_of_work() as session:
        found = list(session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))
        session.expunge_all()
    return found


def choose(client: FlaskClient, path: str, new: str = NEW, again: str | None = None) -> int:
    return post(client, path, new=new, again=again or new).status_code


def invited(app: Flask, administrator: FlaskClient, email: str = EMAIL) -> str:
    """Invite somebody new; the path of the link."""
    answer = post(administrator, "/accounts/invite", name="Chuyên viên", email=email, language="vi")
    assert answer.status_code == 303, answer.text
    return link_in(mails(app)[-1].text)


def test_an_invitation_lets_somebody_set_a_password_once(
    app: Flask, client: FlaskClient, administrator: FlaskClient, session: Session
) -> None:
    path = invited(app, administrator)
    mail = mails(app)[-1]
    assert (mail.carries_token, mail.language) == (True, "vi")
    assert "Sổ cam kết" in mail.subject
    assert enter(client, EMAIL, "").status_code == 400
    assert client.get(path).status_code == 200
    assert client.get(path).status_code == 200, "looking at it uses nothing up"
    assert choose(client, path, "ngắn") == 400
    assert choose(client, path, NEW, NEW + ".") == 400
    assert choose(client, path) == 303
    assert not is_in(client), "whoever set it signs in with it"
    assert enter(client, EMAIL, NEW).status_code == 303
    gone = client.get(path)
    assert gone.status_code == 410
    assert OVER in gone.text
    events = session.scalars(sa.select(AuditEvent.event)).all()
    assert {"person.registered", "account.registered", "account.invited", "account.password_chosen"} <= set(events)


def test_no_secret_stands_in_the_database_or_in_the_log(
    app: Flask, administrator: FlaskClient, client: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    path = invited(app, administrator)
    key = path.rpartition("/")[2]
    client.get(path)
    choose(client, path)
    rows = [str(row) for row in session.execute(sa.select(AccountLink.digest, AccountLink.kind))]
    rows += [str(row) for row in session.execute(sa.select(AuditEvent.event, AuditEvent.detail))]
    assert all(key not in row and EMAIL not in row for row in rows)
    assert key not in caplog.text
    assert NEW not in caplog.text


def test_a_mail_that_was_sent_keeps_no_link(app: Flask, administrator: FlaskClient, session: Session) -> None:
    invited(app, administrator)
    now = clock.moment()
    with unit_of_work(now) as work:
        claimed = outbox.claim(work, now)
        assert claimed is not None
        assert "choose-password" in claimed.content.text
        outbox.sent(work, now, claimed)
    assert [mail.text for mail in mails(app)] == [""]


def test_a_second_invitation_ends_the_first(app: Flask, client: FlaskClient, administrator: FlaskClient) -> None:
    first = invited(app, administrator)
    with app.app_context(), unit_of_work() as session:
        person_id = session.scalars(sa.select(Account.person_id).where(Account.email == EMAIL)).one()
    page = f"/accounts/{token_of(app, person_id)}"
    assert "Đã mời" in administrator.get(page).text
    assert post(administrator, page + "/invite", page=page).status_code == 303
    second = link_in(mails(app)[-1].text)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    assert post(administrator, page + "/withdraw", page=page).status_code == 303
    assert client.get(second).status_code == 410
    assert post(administrator, page + "/withdraw", page=page).status_code == 404
    # What waited in the outbox says nothing any more, so it does not leave.
    now = clock.moment()
    with app.app_context(), unit_of_work(now) as session:
        assert outbox.claim(session, now) is None
    assert {mail.state for mail in mails(app)} == {"dropped"}


def test_whoever_signs_in_already_is_not_invited(app: Flask, administrator: FlaskClient) -> None:
    page = f"/accounts/{token_of(app, person(app, EMAIL))}"
    answer = post(administrator, page + "/invite", page=page)
    assert answer.status_code == 400
    assert "không cần mời nữa" in answer.text
    again = post(administrator, "/accounts/invite", name="Người khác", email=EMAIL.upper(), language="vi")
    assert again.status_code == 400
    assert 'id="email-error"' in again.text


@pytest.mark.parametrize("email", ["", "no address", "a@b", "a@example.vn\nBcc: x@example.vn"])
def test_an_invitation_needs_an_address(administrator: FlaskClient, email: str) -> None:
    answer = post(administrator, "/accounts/invite", name="A", email=email, language="vi")
    assert answer.status_code == 400
    assert 'id="email-error"' in answer.text


def test_links_end_with_their_time(
    app: Flask, client: FlaskClient, at: Callable[[datetime | str], clock.Moment]
) -> None:
    begun = at("2021-06-01").at
    administrator = signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))
    path = invited(app, administrator)
    at(begun + links.INVITATION_LASTS - timedelta(seconds=1))
    assert client.get(path).status_code == 200
    at(begun + links.INVITATION_LASTS)
    assert client.get(path).status_code == 410
    assert client.get("/choose-password/guessed").status_code == 410


def forget(client: FlaskClient, email: str) -> tuple[int, str]:
    answer = post(client, "/sign-in/forgotten", email=email)
    return answer.status_code, answer.text.partition("<main")[2]


def test_a_forgotten_password_is_set_anew_and_ends_all_sessions(app: Flask, client: FlaskClient) -> None:
    inside = signed_in(app, person(app, EMAIL))
    assert forget(client, f" {EMAIL.upper()} ")[0] == 200
    assert mails(app) == []
    assert answer_wishes(app) == 1
    path = link_in(mails(app)[-1].text)
    assert is_in(inside)
    assert choose(client, path, PASSWORD) == 400, "the one that is in use"
    assert choose(client, path) == 303
    assert not is_in(inside)
    assert enter(client, EMAIL, NEW).status_code == 303
    assert "vừa được đổi" in mails(app)[-1].text


def test_nobody_learns_who_has_an_account(app: Flask, client: FlaskClient, statements: Statements) -> None:
    """The same answer, by the same statements: what differs is done later, by a job."""
    person(app, EMAIL)
    found = []
    for email in (EMAIL, "nobody@example.vn"):
        form = {"csrf_token": token(client, "/sign-in/forgotten"), "email": email}
        statements.clear()
        answer = client.post("/sign-in/forgotten", data=form)
        found.append((answer.status_code, TOKEN.sub("", answer.text), list(statements)))
    assert found[0][0] == found[1][0]
    assert found[0][2] == found[1][2]
    assert len(found[0][1]) == len(found[1][1])
    assert answer_wishes(app) == 2
    assert len(mails(app)) == 1


def test_who_cannot_sign_in_gets_no_mail(app: Flask, client: FlaskClient, administrator: FlaskClient) -> None:
    invited(app, administrator, "invited@example.vn")
    disabled = person(app, EMAIL)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Account, account_of(app, disabled).id).active = False
    before = len(mails(app))
    for email in (EMAIL, "invited@example.vn", "nobody@example.vn"):
        forget(client, email)
    assert answer_wishes(app) == 3
    assert len(mails(app)) == before
    with app.app_context(), unit_of_work() as session:
        assert session.scalars(sa.select(ResetWish)).all() == []


def test_asking_often_fills_no_mailbox_and_ends_no_link(app: Flask, client: FlaskClient) -> None:
    person(app, EMAIL)
    for _time in range(6):
        forget(client, EMAIL)
    answer_wishes(app)
    assert len(mails(app)) == links.MOST_RESETS
    assert client.get(link_in(mails(app)[0].text)).status_code == 200, "the first one is as good as the last"
    for _time in range(4):
        forget(client, EMAIL)
    code, page = forget(client, EMAIL)
    assert code == 429
    assert "quá nhiều lần" in page


def test_a_link_of_a_disabled_account_is_good_for_nothing(app: Flask, client: FlaskClient) -> None:
    person_id = person(app, EMAIL)
    forget(client, EMAIL)
    answer_wishes(app)
    path = link_in(mails(app)[-1].text)
    administrator = signed_in(app, person(app, "admin@example.vn", Office.ADMINISTRATOR))
    page = f"/accounts/{token_of(app, person_id)}"
    assert post(administrator, page + "/disable").status_code == 303
    assert client.get(path).status_code == 410
    assert post(administrator, page + "/enable", page=page).status_code == 303
    assert client.get(path).status_code == 410


def test_a_link_by_mail_lets_in_whom_others_hold_up(app: Flask, client: FlaskClient) -> None:
    person(app, EMAIL)
    thief = app.test_client()
    for _time in range(9):
        enter(thief, EMAIL, "wrong password")
    assert enter(client, EMAIL).status_code == 429
    forget(client, EMAIL)
    answer_wishes(app)
    assert choose(client, link_in(mails(app)[-1].text)) == 303
    assert enter(thief, EMAIL, NEW).status_code == 429
    assert enter(client, EMAIL, NEW).status_code == 303


def test_two_presses_at_once_set_one_password(app: Flask, client: FlaskClient) -> None:
    """The link is locked while it is used: the second press finds it used up."""
    person(app, EMAIL)
    forget(client, EMAIL)
    answer_wishes(app)
    path = link_in(mails(app)[-1].text)
    other = app.test_client()
    kept = token(other, path)
    assert choose(client, path) == 303
    assert (
        other.post(path, data={"csrf_token": kept, "new": "một câu khác hẳn", "again": "một câu khác hẳn"}).status_code
        == 410
    )
    assert enter(other, EMAIL, NEW).status_code == 303
