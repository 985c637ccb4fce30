"""What takes two administrators: one asks, another confirms, nobody else; proved on the service and on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.integration.accounts.people import account_of, enter, is_in, person, post, signed_in, token_of
from tests.support.at_once import at_once
from tests.support.factors import code_of
from tests.support.product import Scene
from tracker.accounts import queries
from tracker.accounts.factors import totp
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.approvals import resetting
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.approvals.service import ApprovalRequest, Matter
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound
from tracker.mail import service as outbox
from tracker.mail.models import OutboxMail

SECRET = "a key for tests only, forty characters long"
KIND = "test.thing"


@pytest.fixture
def done() -> list[ApprovalRequest]:
    """What was carried out of a kind for tests."""
    found: list[ApprovalRequest] = []
    approvals.register(Matter(KIND, "a thing", lambda _session, _now, asked: found.append(asked), lambda *_: "a thing"))
    return found


def build(app: Flask) -> dict[str, int]:
    return {
        "a": person(app, "a@example.vn", Office.ADMINISTRATOR),
        "b": person(app, "b@example.vn", Office.ADMINISTRATOR),
        "c": person(app, "c@example.vn", Office.ADMINISTRATOR),
        "h": person(app, "h@example.vn", Office.HEAD),
        "o": person(app, "o@example.vn", Office.OFFICER),
    }


@pytest.fixture
def people(app: Flask, scene: Scene) -> dict[str, int]:
    """Ids of three administrators, a head and an officer, by a letter."""
    found: dict[str, int] = scene(build, app)
    return found


def ask(people: dict[str, int], by: str = "a", about: str = "o", reason: str = "Mất điện thoại", n: int = 1) -> str:
    now = clock.moment()
    with unit_of_work(now) as session:
        return approvals.ask(
            session, now, kind=KIND, actor_id=people[by], about_id=people[about], reason=reason, detail={"n": n}
        ).token


def decide(verb: Callable[..., None], people: dict[str, int], token: str, by: str) -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        verb(session, now, token=token, actor_id=people[by])


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("verb", "by", "refusal"),
    [
        (approvals.confirm, "b", None),
        (approvals.confirm, "a", Forbidden),
        (approvals.confirm, "h", Forbidden),
        (approvals.confirm, "o", Forbidden),
        (approvals.refuse, "b", None),
        (approvals.refuse, "a", Forbidden),
        (approvals.refuse, "h", Forbidden),
        (approvals.withdraw, "a", None),
        (approvals.withdraw, "b", Forbidden),
    ],
)
def test_who_decides(
    people: dict[str, int],
    done: list[ApprovalRequest],
    verb: Callable[..., None],
    by: str,
    refusal: type[DomainError] | None,
) -> None:
    token = ask(people)
    if refusal:
        with pytest.raises(refusal):
            decide(verb, people, token, by)
        assert done == []
        decide(approvals.confirm, people, token, "b")
    else:
        decide(verb, people, token, by)
        for again in (approvals.confirm, approvals.refuse, approvals.withdraw):
            with pytest.raises(NotFound):
                decide(again, people, token, "c")
    assert len(done) == (1 if refusal or verb is approvals.confirm else 0)


@pytest.mark.one_database
@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("by", "about", "reason", "refusal"),
    [
        ("a", "a", "x", Forbidden),
        ("h", "o", "x", Forbidden),
        ("a", "o", "  ", FieldError),
        ("a", "o", "x" * 256, FieldError),
    ],
)
def test_who_asks(
    people: dict[str, int], done: list[ApprovalRequest], by: str, about: str, reason: str, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        ask(people, by, about, reason)


@pytest.mark.usefixtures("context")
def test_whom_it_concerns_confirms_nothing(people: dict[str, int], done: list[ApprovalRequest]) -> None:
    token = ask(people, "a", "b")
    with pytest.raises(Forbidden):
        decide(approvals.confirm, people, token, "b")
    decide(approvals.confirm, people, token, "c")
    assert [one.about_id for one in done] == [people["b"]]


@pytest.mark.usefixtures("context")
def test_the_same_is_asked_for_once_at_a_time(people: dict[str, int], done: list[ApprovalRequest]) -> None:
    first = ask(people)
    with pytest.raises(FieldError):
        ask(people, "b")
    ask(people, n=2)
    decide(approvals.withdraw, people, first, "a")
    ask(people, "b")


def test_it_expires_after_a_week_and_can_be_asked_for_anew(
    people: dict[str, int], done: list[ApprovalRequest], session: Session, at: Callable[..., clock.Moment]
) -> None:
    begun = at("2026-06-01").at
    token = ask(people)
    at(begun + approvals.LASTS)
    with pytest.raises(NotFound):
        decide(approvals.confirm, people, token, "b")
    ask(people)
    assert session.scalars(sa.select(Approval.outcome).order_by(Approval.id)).all() == ["expired", None]
    assert done == []


@pytest.mark.usefixtures("context")
def test_an_administrator_who_no_longer_is_one_confirms_nothing(
    people: dict[str, int], done: list[ApprovalRequest], session: Session
) -> None:
    token = ask(people)
    with unit_of_work() as work:
        work.execute(sa.text("UPDATE office_holding SET to_on = '2020-02-01' WHERE person_id = :p"), {"p": people["b"]})
    with pytest.raises(Forbidden):
        decide(approvals.confirm, people, token, "b")


def test_what_the_kind_refuses_is_not_confirmed(people: dict[str, int], session: Session) -> None:
    def fail(_session: Session, _now: clock.Moment, _asked: ApprovalRequest) -> None:
        raise FieldError("", "no longer possible")

    approvals.register(Matter(KIND, "a thing", fail, lambda *_: "a thing"))
    token = ask(people)
    with pytest.raises(FieldError):
        decide(approvals.confirm, people, token, "b")
    assert session.scalars(sa.select(Approval.outcome)).one() is None


def test_both_stand_in_the_record(people: dict[str, int], done: list[ApprovalRequest], session: Session) -> None:
    decide(approvals.confirm, people, ask(people), "b")
    columns = (AuditEvent.event, AuditEvent.actor_id, AuditEvent.detail)
    events = [tuple(row) for row in session.execute(sa.select(*columns).where(AuditEvent.subject_kind == "second_say"))]
    for _event, _actor, told in events:
        assert told.pop("facts")  # the digests of what was asked and decided, which tests of the record hold
    detail = {"kind": KIND, "person_id": people["o"], "n": 1}
    assert events == [
        ("second_say.asked", people["a"], detail),
        ("second_say.confirmed", people["b"], detail),
    ]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("decided_by", ["a", "o", None])
def test_the_database_itself_demands_two_others(
    people: dict[str, int], done: list[ApprovalRequest], decided_by: str | None
) -> None:
    ask(people)
    with pytest.raises(IntegrityError), unit_of_work() as session:
        session.execute(
            sa.update(Approval).values(
                outcome="confirmed", open_key=None, decided_by_id=people[decided_by] if decided_by else None
            )
        )


def test_the_other_administrators_are_written_to_until_somebody_decided(
    people: dict[str, int], done: list[ApprovalRequest], session: Session
) -> None:
    first, second = ask(people, about="c"), ask(people, n=2)
    mails = session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [mail.person_id for mail in mails] == [people["b"], people["b"], people["c"]]
    assert f"http://localhost/accounts/requests/{first}" in mails[0].text
    session.rollback()
    decide(approvals.refuse, people, second, "b")
    now, left = clock.moment(), []
    with unit_of_work(now) as work:
        while claimed := outbox.claim(work, now):
            left.append(claimed.content.text)
    assert [first in text for text in left] == [True]


def test_two_presses_at_once_do_it_once(app: Flask, people: dict[str, int], done: list[ApprovalRequest]) -> None:
    with app.app_context():
        token = ask(people)
    presses = [partial(decide, approvals.confirm, people, token, by) for by in ("b", "c")]
    assert at_once(app, *presses) == ["NotFound", "done"]
    assert len(done) == 1


def with_app(app: Flask, person_id: int) -> str:
    """Give an account an authenticator app; its key."""
    stored = totp.new(SECRET)
    with app.app_context(), unit_of_work() as session:
        session.get_one(Account, account_of(app, person_id).id).totp = stored
    return totp.shown(SECRET, stored)


def test_a_lost_phone_is_helped_by_two_administrators(app: Flask, people: dict[str, int], session: Session) -> None:
    key = with_app(app, people["h"])
    owner = app.test_client()
    enter(owner, "h@example.vn")
    post(owner, "/sign-in/second-factor", factor_code=code_of(key, clock.now()))
    assert is_in(owner)
    first, second = signed_in(app, people["a"]), signed_in(app, people["b"])
    page = f"/accounts/{token_of(app, people['h'])}"
    assert page + "/remove-factors" in first.get(page).text
    assert post(first, page + "/remove-factors").status_code == 400
    asked = post(first, page + "/remove-factors", reason="Mất điện thoại, đã gọi xác minh")
    assert asked.status_code == 303
    assert re.fullmatch(r"/accounts/requests/[\w-]+", asked.location)
    again = post(first, page + "/remove-factors", reason="Lần nữa")
    assert again.status_code == 400
    assert "đang chờ quản trị viên thứ hai" in again.text

    own = first.get(asked.location).text
    assert 'value="confirm"' not in own
    assert post(first, asked.location, page="/account", decision="confirm").status_code == 403
    assert account_of(app, people["h"]).totp
    others = second.get(asked.location).text
    assert "Mất điện thoại, đã gọi xác minh" in others
    listed = second.get("/accounts/requests").text
    assert asked.location in listed
    assert listed.count(">1 dòng<") == 1
    assert post(second, asked.location, page="/account", decision="anything").status_code == 404
    assert post(second, asked.location, decision="confirm").status_code == 303

    assert account_of(app, people["h"]).totp is None
    assert not is_in(owner), "whoever sits at the lost phone is put out"
    assert enter(owner, "h@example.vn").location == "/"
    listed = second.get("/accounts/requests").text
    assert "Đã xác nhận" in listed
    assert listed.count(">1 dòng<") == 1
    assert 'value="refuse"' not in second.get(asked.location).text
    event = sa.select(AuditEvent.actor_id).where(AuditEvent.event == "account.factors_removed")
    assert session.scalars(event).one() == people["b"]


def test_nothing_is_asked_for_where_there_is_nothing(app: Flask, people: dict[str, int], session: Session) -> None:
    administrator = signed_in(app, people["a"])
    assert administrator.get(f"/accounts/{token_of(app, people['h'])}/remove-factors").status_code == 404
    with_app(app, people["a"])
    assert administrator.get(f"/accounts/{token_of(app, people['a'])}/remove-factors").status_code == 404
    account = queries.by_person(session, people["h"])
    assert account is not None
    account_id = account.id
    session.rollback()
    with pytest.raises(FieldError), unit_of_work() as work:
        resetting.ask(work, clock.moment(), account_id=account_id, actor_id=people["a"], reason="x")


def test_an_expired_one_says_so(app: Flask, people: dict[str, int], at: Callable[..., clock.Moment]) -> None:
    begun = at("2026-06-01").at
    with_app(app, people["h"])
    path = post(
        signed_in(app, people["a"]), f"/accounts/{token_of(app, people['h'])}/remove-factors", reason="x"
    ).location
    at(begun + approvals.LASTS + timedelta(minutes=1))
    page = signed_in(app, people["b"]).get(path).text
    assert "Quá hạn, chưa ai quyết định" in page
    assert 'value="confirm"' not in page
