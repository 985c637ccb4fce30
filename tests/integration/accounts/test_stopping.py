"""One administrator disables another's account alone: it is told at once, and what takes two goes on to take two."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.accounts.people import account_of, body, person, post, signed_in, token_of
from tests.support.at_once import at_once
from tests.support.product import Scene
from tracker.accounts import queries as accounts
from tracker.administration.hanging import hangs_on_account
from tracker.agencies import over_time
from tracker.agencies.offices import Office
from tracker.approvals import offices, stopping
from tracker.approvals import service as approvals
from tracker.approvals.service import ApprovalRequest, Matter
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError, Forbidden
from tracker.mail import service as outbox
from tracker.mail.models import OutboxMail
from tracker.settings import Site

SITE = Site("http://localhost", "localhost")
KIND = "test.thing"
OFFICES = {
    "a": Office.ADMINISTRATOR,
    "b": Office.ADMINISTRATOR,
    "c": Office.ADMINISTRATOR,
    "m": Office.MONITOR,
    "k": Office.CHAIR,
    "h": Office.HEAD,
    "o": Office.OFFICER,
}
Verb = Callable[..., None]


def build(app: Flask) -> dict[str, int]:
    return {letter: person(app, f"{letter}@example.vn", office) for letter, office in OFFICES.items()}


@pytest.fixture
def people(app: Flask, scene: Scene) -> dict[str, int]:
    """Ids of three administrators, a monitor, the chair, a head and an officer, by a letter."""
    made: dict[str, int] = scene(build, app)
    return made


@pytest.fixture
def done() -> list[ApprovalRequest]:
    """What was carried out of a kind for tests."""
    found: list[ApprovalRequest] = []
    approvals.register(Matter(KIND, "a thing", lambda _session, _now, asked: found.append(asked), lambda *_: "a thing"))
    return found


def press(verb: Verb, people: dict[str, int], by: str, whose: str) -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        account = accounts.by_person(session, people[whose])
        assert account is not None
        verb(session, now, account_id=account.id, actor_id=people[by], site=SITE)


def ask(people: dict[str, int], by: str, n: int = 1) -> str:
    now = clock.moment()
    with unit_of_work(now) as session:
        return approvals.ask(
            session, now, kind=KIND, actor_id=people[by], about_id=people["o"], reason="Lý do", detail={"n": n}
        ).token


def confirm(people: dict[str, int], token: str, by: str) -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        approvals.confirm(session, now, token=token, actor_id=people[by])


def end(app: Flask, people: dict[str, int], by: str, whose: str) -> None:
    agency_id, now = body(app), clock.moment()
    with unit_of_work(now) as session:
        held = next(one for one in over_time.of_agency(session, agency_id) if one.person_id == people[whose])
        offices.end(session, now, actor_id=people[by], holding_id=held.id, to_on=now.on, site=SITE)


def told(session: Session) -> list[tuple[int, str]]:
    rows = session.execute(
        sa.select(OutboxMail.person_id, OutboxMail.text).order_by(OutboxMail.person_id, OutboxMail.id)
    ).all()
    session.rollback()
    return [(person_id, text) for person_id, text in rows]


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(("whose", "receivers"), [("b", "acmk"), ("m", ""), ("k", ""), ("h", ""), ("o", "")])
def test_of_an_administrators_account_those_who_watch_are_told_at_once(
    people: dict[str, int], session: Session, whose: str, receivers: str
) -> None:
    """Both ways; whatever they wish to read, and once they hold such an office no more, no longer."""
    with unit_of_work() as work:
        work.execute(sa.text("UPDATE person SET wants_mail = :no"), {"no": False})
    press(stopping.disable, people, "a", whose)
    press(stopping.disable, people, "c", whose)  # it is disabled already: nobody is told twice
    press(stopping.enable, people, "c", whose)
    mails = told(session)
    assert [person_id for person_id, _text in mails] == sorted(people[one] for one in receivers for _way in range(2))
    if receivers:
        assert "Người a@example.vn đã khóa tài khoản của quản trị viên Người b@example.vn" in mails[0][1]
        assert "Người c@example.vn đã mở lại tài khoản của quản trị viên Người b@example.vn" in mails[1][1]
    events = sa.select(AuditEvent.event, AuditEvent.actor_id).where(AuditEvent.event.like("account.%abled"))
    kept = [tuple(row) for row in session.execute(events.order_by(AuditEvent.id))]
    assert kept == [("account.disabled", people["a"]), ("account.enabled", people["c"])]
    session.rollback()
    with unit_of_work() as work:
        work.execute(sa.text("UPDATE office_holding SET to_on = '2020-02-01' WHERE person_id = :p"), {"p": people["m"]})
    now, left = clock.moment(), []
    with unit_of_work(now) as work:
        while claimed := outbox.claim(work, now):
            left.append(claimed.address)
    assert sorted(left) == sorted(f"{one}@example.vn" for one in receivers.replace("m", "") for _way in range(2))


@pytest.mark.usefixtures("context")
def test_of_two_neither_is_shut_out_when_it_is_confirmed(people: dict[str, int], done: list[ApprovalRequest]) -> None:
    """What a stopped administrator asked for waits, whoever stopped him; what the others ask is confirmed by others."""
    asked, own = ask(people, "b"), ask(people, "a", n=2)
    press(stopping.disable, people, "a", "b")
    for by in ("a", "c"):
        with pytest.raises(Forbidden, match="tài khoản đang bị khóa"):
            confirm(people, asked, by)
    with pytest.raises(Forbidden):
        confirm(people, own, "b")  # a request that was on its way when the account was disabled
    press(stopping.disable, people, "a", "c")
    for by in "abc":  # whoever is alone satisfies nothing
        for token in (asked, own):
            with pytest.raises(Forbidden):
                confirm(people, token, by)
    assert done == []
    press(stopping.enable, people, "a", "b")
    confirm(people, asked, "a")
    confirm(people, own, "b")
    assert [one.asked_by_id for one in done] == [people["b"], people["a"]]


@pytest.mark.usefixtures("context")
def test_what_somebody_asked_who_is_administrator_no_more_is_not_confirmed(
    app: Flask, people: dict[str, int], done: list[ApprovalRequest]
) -> None:
    asked = ask(people, "b")
    with unit_of_work() as work:
        work.execute(sa.text("UPDATE office_holding SET to_on = '2020-02-01' WHERE person_id = :p"), {"p": people["b"]})
    with pytest.raises(Forbidden, match="không còn là quản trị viên"):
        confirm(people, asked, "c")
    assert done == []


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("disabled", "whose", "refused"), [("", "c", False), ("b", "c", True), ("c", "b", True), ("bc", "a", True)]
)
def test_nobody_ends_an_office_to_stay_the_only_administrator_who_can_sign_in(
    app: Flask, people: dict[str, int], disabled: str, whose: str, refused: bool
) -> None:
    for one in disabled:
        press(stopping.disable, people, "a", one)
    if refused:
        with pytest.raises(FieldError):
            end(app, people, "a", whose)
    else:
        end(app, people, "a", whose)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    "others",
    [
        "UPDATE account SET password = NULL WHERE person_id IN (:b, :c)",  # invited, and never came
        "DELETE FROM account WHERE person_id IN (:b, :c)",
        "UPDATE person SET erased_on = '2020-02-01' WHERE id IN (:b, :c)",
    ],
    ids=["invited", "no account", "erased"],
)
def test_who_cannot_sign_in_is_no_administrator_to_leave_it_to(
    app: Flask, people: dict[str, int], done: list[ApprovalRequest], session: Session, others: str
) -> None:
    """One answer for all who ask: who may confirm, who may end an office, and what hangs on an account."""
    own, now = ask(people, "a"), clock.moment()
    with unit_of_work() as work:
        work.execute(sa.text(others), {one: people[one] for one in "bc"})
    assert accounts.administrators(session, now.on) == {people["a"]}
    assert "Không còn ai khác giữ chức vụ này mà đăng nhập được." in str(hangs_on_account(session, now, people["a"]))
    session.rollback()
    for whose in "ab":
        with pytest.raises(FieldError):
            end(app, people, "a", whose)
    with pytest.raises(Forbidden):
        confirm(people, own, "b")
    assert done == []


def test_of_two_who_disable_each_other_at_once_one_stays(app: Flask, people: dict[str, int]) -> None:
    pairs = (("a", "b"), ("b", "a"))
    stops = [partial(press, stopping.disable, people, by, whose) for by, whose in pairs]
    assert at_once(app, *stops) == ["Forbidden", "done"]
    assert sorted(account_of(app, people[one]).active for one in "ab") == [False, True]


@pytest.mark.one_database
def test_the_page_says_who_is_told_and_that_one_stays_alone(app: Flask, people: dict[str, int]) -> None:
    first = signed_in(app, people["a"])
    pages = {one: f"/accounts/{token_of(app, people[one])}" for one in "bc"}
    assert "được báo ngay bằng thư" in first.get(pages["c"] + "/disable").text
    assert "chỉ còn ông/bà là quản trị viên đăng nhập được" not in first.get(pages["c"] + "/disable").text
    assert (
        post(first, pages["c"] + "/disable", confirmed=shown(first.get(pages["c"] + "/disable").text)).status_code
        == 303
    )
    page = first.get(pages["b"] + "/disable").text
    assert "chỉ còn ông/bà là quản trị viên đăng nhập được" in page
    assert post(first, pages["b"] + "/disable").status_code == 200, "it is shown before it is done"
    assert account_of(app, people["b"]).active
    assert "không có quản trị viên nào khác đăng nhập được" not in first.get("/accounts/requests").text
    assert post(first, pages["b"] + "/disable", confirmed=shown(page)).status_code == 303
    assert not account_of(app, people["b"]).active
    assert "không có quản trị viên nào khác đăng nhập được" in first.get("/accounts/requests").text


def shown(page: str) -> str:
    """What the form carries of what it showed."""
    return page.split('name="confirmed" value="')[1].split('"')[0]
