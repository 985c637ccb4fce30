"""Each form of bodies and offices: what is wrong stands beside its field, in the order of the page, and stays typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient

from tests.factories import errand
from tests.support.product import Scene
from tests.support.signing_in import account_of, seen, sign_in, token
from tracker.accounts.queries import led_now
from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency, OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person

pytestmark = pytest.mark.one_database

SUMMARY = re.compile(r'<a href="#([\w-]+)">')
LINKED = re.compile(r'id="([\w-]+)"[^>]*aria-invalid="true"')
CHOSEN = {"kind", "office", "person", "agency", "successors", "appraised_by"}  # a list shows only what it offers
HEAD = "head-of-SXD"  # stands in the table below for the token of that office


def build() -> int:
    """The small province; returns the id of its administrator."""
    with unit_of_work() as session:
        person_id: int = errand.province(session).people[("VP", Office.ADMINISTRATOR)].id
    account_of(current_app, person_id)
    return person_id


@pytest.fixture
def administrator(app: Flask, scene: Scene) -> FlaskClient:
    """An administrator's browser, in the small province."""
    person_id = scene(build)
    client = app.test_client()
    sign_in(app, client, person_id)
    return client


def typed_in(path: str, client: FlaskClient, typed: Mapping[str, str]) -> tuple[int, str]:
    """Open a form, fill it, send it: the status, and where it leads or what it shows."""
    if HEAD in path:
        with client.application.app_context():
            session = database.session()
            holding = (
                sa.select(OfficeHolding.token)
                .join(Agency, Agency.id == OfficeHolding.agency_id)
                .where(Agency.code == "SXD", OfficeHolding.office == Office.HEAD)
            )
            path = path.replace(HEAD, session.scalars(holding).one())
    answer = seen(client, client.post(path, data={"csrf_token": token(client, path), **typed}))
    return answer.status_code, answer.headers.get("Location") or unescape(answer.text)


GIVE = {"person": "person-1", "agency": "SXD", "office": "head", "from_on": "01/07/2021", "reason": "Quyết định 1"}
CLASSIFY = {"kind": "commune", "from_on": "01/07/2030", "reason": "Quyết định 1"}
STAND_IN = {"person": "person-1", "from_on": "01/07/2021", "to_on": "31/07/2021", "paper": "Giấy ủy quyền 1"}


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("/new-agency", {}, ["code", "name", "kind"]),
        ("/new-agency", {"code": "SXD", "name": "Sở Mới", "kind": "department"}, ["code"]),
        ("/new-agency", {"code": "sxd", "name": "Sở Mới", "kind": "department"}, ["code"]),
        ("/new-agency", {"code": "SХM", "name": "Sở Mới", "kind": "department"}, ["code"]),  # a Cyrillic letter
        ("/new-agency", {"code": "SM", "name": "Së Míi", "kind": "department"}, ["name"]),
        ("/new-agency", {"code": "SM", "name": "Sở", "kind": "department", "peer_group": "Khối 1"}, ["peer_group"]),
        ("/offices/SXD/classify", CLASSIFY | {"peer_group": "Khối, 1"}, ["peer_group"]),
        ("/offices/SXD/classify", {}, ["kind", "from_on", "reason"]),
        ("/offices/SXD/classify", CLASSIFY | {"kind": "party", "from_on": "31/2/21"}, ["kind", "from_on"]),
        ("/offices/SXD/classify", CLASSIFY | {"from_on": "01/07/2021"}, ["from_on"]),
        ("/offices/SXD/classify", CLASSIFY | {"reason": "QuyÕt ®Þnh"}, ["reason"]),
        ("/offices/SXD/change", {"name": "Sá»Ÿ"}, ["name"]),
        ("/holdings/give", GIVE | {"office": "officer", "reason": "QuyÕt ®Þnh"}, ["reason"]),
        (f"/holdings/{HEAD}/stand-in", STAND_IN | {"paper": "GiÊy uû quyÒn"}, ["paper"]),
        ("/accounts/invite", {"name": "An", "email": "nguyễn.an@example.vn", "language": "vi"}, ["email"]),
        ("/accounts/invite", {"name": "NguyÔn V¨n An", "email": "an@example.vn", "language": "vi"}, ["name"]),
        ("/new-agency", {"code": "X" * 41, "name": "Y" * 256, "kind": "department"}, ["code", "name"]),
        (
            "/new-agency",
            {"code": "SM", "name": "Sở", "kind": "party", "exists_from": "31/2/21"},
            ["kind", "exists_from"],
        ),
        (
            "/new-agency",
            {
                "code": "SM",
                "name": "Sở Mới",
                "kind": "department",
                "exists_from": "02/01/2021",
                "exists_to": "01/01/2021",
            },
            ["exists_to"],
        ),
        ("/offices/SXD/change", {"name": ""}, ["name"]),
        ("/offices/SXD/change", {"name": "Sở Xây dựng", "exists_from": "?"}, ["exists_from"]),
        ("/offices/SXD/change", {"name": "Sở Xây dựng", "exists_from": "02/01/2030"}, ["exists_from"]),  # it has a head
        ("/offices/SXD/end", {"to_on": ""}, ["to_on", "reason"]),
        ("/offices/SXD/end", {"to_on": "99/99/9999", "reason": "Quyết định 1"}, ["to_on"]),
        ("/offices/SXD/end", {"to_on": "01/01/1900", "reason": "Quyết định 1"}, ["to_on"]),  # an office begins later
        ("/offices/SXD/reopen", {}, ["reason"]),
        ("/offices/SXD/succeed", {"successors": "", "from_on": ""}, ["successors", "from_on"]),
        ("/offices/SXD/succeed", {"successors": "SXD", "from_on": "01/07/2021"}, ["successors"]),
        ("/offices/SXD/succeed", {"successors": "SYT", "from_on": "01/07/2031", "ends": "y"}, ["reason"]),
        ("/offices/SXD/appraiser", {"appraised_by": "SXD"}, ["appraised_by"]),
        ("/holdings/give", {}, ["person", "agency", "office", "from_on", "reason"]),
        ("/holdings/give", GIVE, ["from_on"]),  # there is a head on these days
        ("/holdings/give", GIVE | {"office": "king"}, ["office"]),
        ("/holdings/give", GIVE | {"office": "officer", "to_on": "30/06/2021"}, ["to_on"]),
        (f"/holdings/{HEAD}/correct", {"from_on": "", "reason": ""}, ["from_on", "reason"]),
        (f"/holdings/{HEAD}/correct", {"from_on": "02/01/2020", "to_on": "01/01/2020", "reason": "Nhầm"}, ["to_on"]),
        (f"/holdings/{HEAD}/end", {"to_on": ""}, ["to_on"]),
        (f"/holdings/{HEAD}/end", {"to_on": "31/12/2019"}, ["to_on"]),
        (f"/holdings/{HEAD}/stand-in", {}, ["person", "from_on", "to_on", "paper"]),
        (f"/holdings/{HEAD}/stand-in", STAND_IN | {"to_on": "30/06/2021"}, ["to_on"]),
        (f"/holdings/{HEAD}/stand-in", STAND_IN | {"person": "person-0"}, ["person"]),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    administrator: FlaskClient, path: str, typed: dict[str, str], wrong: list[str]
) -> None:
    with administrator.application.app_context():
        before = database.session().scalar(sa.select(sa.func.max(AuditEvent.id)))
    status, page = typed_in(path, administrator, typed)
    assert status == 400
    assert SUMMARY.findall(page) == wrong
    assert LINKED.findall(page) == wrong
    for name, text in typed.items():
        shown = (f'value="{text}"', f'<option value="{text}" selected', f">{text}</textarea>")
        ticked = re.search(rf'name="{name}"[^>]* checked', page) is not None
        assert ticked or any(way in page for way in shown) or name in CHOSEN.intersection(wrong), name
    with administrator.application.app_context():
        assert database.session().scalar(sa.select(sa.func.max(AuditEvent.id))) == before


@pytest.mark.parametrize("form", ["end", "correct"])
def test_an_office_that_ends_shows_what_hangs_on_it_and_asks(administrator: FlaskClient, form: str) -> None:
    path, typed = f"/holdings/{HEAD}/{form}", {"from_on": "01/01/2020", "to_on": "31/12/2030", "reason": "Quyết định 1"}
    status, page = typed_in(path, administrator, typed)
    assert status == 200
    assert "Từ 01/01/2031, Sở Xây dựng không có người đứng đầu" in page
    assert 'name="confirmed" value="2030-12-31"' in page
    status, _page = typed_in(path, administrator, typed | {"confirmed": "2030-11-30"})
    assert status == 200, "another day is asked about anew"
    status, _page = typed_in(path, administrator, typed | {"confirmed": "2030-12-31"})
    assert status == 303


@pytest.mark.parametrize("last", ["", "31/12/2030"])
def test_an_office_that_is_to_begin_later_asks_about_the_days_without(administrator: FlaskClient, last: str) -> None:
    path = f"/holdings/{HEAD}/correct"
    typed = {"from_on": "01/01/2030", "to_on": last, "reason": "Quyết định 1"}
    status, page = typed_in(path, administrator, typed)
    today = f"{clock.today():%d/%m/%Y}"
    assert status == 200
    assert f"Từ {today}, Sở Xây dựng không có người đứng đầu" in page
    assert ("Từ 01/01/2031, Sở Xây dựng không có người đứng đầu" in page) is bool(last)
    asked = shown(page)
    assert typed_in(path, administrator, typed | {"from_on": "01/02/2030", "confirmed": asked})[0] == 200
    assert typed_in(path, administrator, typed | {"confirmed": asked})[0] == 303


def test_an_account_that_is_disabled_shows_what_hangs_on_it_and_asks(administrator: FlaskClient) -> None:
    """A sole head's; somebody's who stands in for another one; an officer's, of whom nothing hangs."""
    app = administrator.application
    with app.app_context(), unit_of_work() as session:
        people = {one.token: one.id for one in session.scalars(sa.select(Person))}
        other = session.scalars(
            sa.select(OfficeHolding.id).join(Agency).where(Agency.code == "SYT", OfficeHolding.office == Office.HEAD)
        ).one()
        days = {"from_on": date(2021, 1, 1), "to_on": date(2031, 1, 1)}
        session.add(StandIn(holding_id=other, person_id=people["person-0"], paper="Giấy ủy quyền 1", **days))
    for person_id in people.values():
        account_of(app, person_id)
    path = "/accounts/person-0/disable"
    page = unescape(administrator.get(path).text)
    assert "Không ai gửi được báo cáo của Sở Xây dựng: người đứng đầu không đăng nhập được." in page
    assert "Đang được Giám đốc Sở Y tế ủy quyền đến ngày 01/01/2031." in page
    assert typed_in(path, administrator, {})[0] == 200, "asked, and not done"
    assert typed_in(path, administrator, {"confirmed": shown(page)})[0] == 303
    assert headless(administrator) == {"VP", "SXD"}
    assert "Giám đốc Sở Xây dựng (tài khoản bị khóa)" in unescape(administrator.get("/agencies").text)
    assert "tài khoản bị khóa" not in unescape(administrator.get("/agencies?on=2021-06-01").text)
    # Now nobody acts for the other head either, who alone is left.
    page = unescape(administrator.get("/accounts/person-2/disable").text)
    assert "Không ai gửi được báo cáo của Sở Y tế" in page
    administrator.post("/accounts/person-0/enable", data={"csrf_token": token(administrator, "/accounts/person-0")})
    assert headless(administrator) == {"VP"}
    page = unescape(administrator.get("/accounts/person-2/disable").text)
    assert "Không ai gửi được báo cáo của Sở Y tế" not in page
    assert "Giám đốc Sở Xây dựng đang được ủy quyền giữ chức vụ này đến ngày 01/01/2031 và tiếp tục làm việc" in page
    assert typed_in("/accounts/person-2/disable", administrator, {"confirmed": shown(page)})[0] == 303
    assert headless(administrator) == {"VP"}, "somebody acts for this head"
    assert typed_in("/accounts/person-7/disable", administrator, {})[0] == 200  # the only monitor
    assert typed_in("/accounts/person-5/disable", administrator, {})[0] == 200  # the appraiser that SNV has


def shown(page: str) -> str:
    """What the form carries of what it showed."""
    return page.split('name="confirmed" value="')[1].split('"')[0]


def headless(client: FlaskClient) -> set[str]:
    """The bodies without a head, listed and counted alike."""
    listed = set(re.findall(r'href="/offices/(\w+)"', client.get("/agencies?head=none").text))
    with client.application.app_context():
        led = led_now(clock.today())
        assert database.session().scalar(sa.select(agencies.without_head_on(clock.today(), led))) == len(listed)
    return listed


def test_the_bodies_without_a_head_are_counted_and_listed_alike(administrator: FlaskClient) -> None:
    assert headless(administrator) == {"VP"}


@pytest.mark.parametrize(
    ("last", "next_from", "listed"),
    [(0, None, True), (29, None, True), (30, None, False), (-1, None, False), (10, 11, False), (10, 20, False)],
)
def test_a_body_whose_heads_last_day_comes_is_listed_before(
    administrator: FlaskClient, last: int, next_from: int | None, listed: bool
) -> None:
    """Not once somebody is entered who comes after; from the day after its last one it has no head."""
    today = clock.today()
    with administrator.application.app_context(), unit_of_work() as session:
        heads = sa.and_(OfficeHolding.office == Office.HEAD, OfficeHolding.agency_id == Agency.id, Agency.code == "SXD")
        held = session.scalars(sa.select(OfficeHolding).join(Agency, heads)).one()
        held.to_on = today + timedelta(days=last)
        if next_from is not None:
            days = {"from_on": today + timedelta(days=next_from)}
            session.add(OfficeHolding(person_id=held.person_id, agency_id=held.agency_id, office=Office.HEAD, **days))
    page = administrator.get("/agencies?head=ending").text
    assert set(re.findall(r'href="/offices/(\w+)"', page)) == ({"SXD"} if listed else set())
    assert headless(administrator) == ({"VP", "SXD"} if last < 0 else {"VP"})


@pytest.mark.parametrize(
    ("path", "typed", "leads_to"),
    [
        ("/new-agency", {"code": "SM", "name": "Sở Mới", "kind": "department"}, "/offices/SM"),
        (
            "/new-agency",
            {"code": " ＳM\u200b", "name": "Sở Mới", "kind": "department", "peer_group": "Sở, ban, ngành"},
            "/offices/SM",
        ),
        ("/offices/SXD/change", {"name": "Sở Xây dựng tỉnh"}, "/offices/SXD"),
        ("/offices/SXD/succeed", {"successors": "SYT", "from_on": "01/07/2021"}, "/offices/SXD"),
        ("/offices/SXD/appraiser", {"appraised_by": "VP"}, "/offices/SXD"),
        (f"/holdings/{HEAD}/end", {"to_on": "31/12/2030", "confirmed": "2030-12-31"}, "/offices/SXD"),
        (f"/holdings/{HEAD}/correct", {"from_on": "02/01/2020", "reason": "Nhầm ngày"}, "/offices/SXD"),
    ],
)
def test_what_is_right_is_done_and_leads_back(
    administrator: FlaskClient, path: str, typed: dict[str, str], leads_to: str
) -> None:
    status, location = typed_in(path, administrator, typed)
    assert (status, location) == (303, leads_to), location
    assert administrator.get(leads_to).status_code == 200


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/holdings/give", GIVE | {"office": "officer", "person": "person-3"}),
        (f"/holdings/{HEAD}/correct", {"from_on": "01/12/2019", "reason": "Nhầm ngày"}),
        (f"/holdings/{HEAD}/stand-in", STAND_IN | {"from_on": "01/07/2030", "to_on": "31/07/2030"}),
        (
            "/offices/SXD/succeed",
            {"successors": "SYT", "from_on": "01/07/2031", "ends": "y", "reason": "Quyết định 1"},
        ),
    ],
)
def test_what_gives_rights_or_takes_many_waits_for_a_second_administrator(
    administrator: FlaskClient, path: str, typed: dict[str, str]
) -> None:
    status, location = typed_in(path, administrator, typed)
    assert (status, location.rpartition("/")[0]) == (303, "/accounts/requests"), location


def test_a_second_body_of_one_name_is_asked_about_once(administrator: FlaskClient) -> None:
    """Whatever its case and blanks; the answer holds for that name alone, and nothing that was typed is lost."""
    new = {"code": "SM", "name": "SỞ  XÂY DỰNG", "name_en": "New", "kind": "department"}
    status, page = typed_in("/new-agency", administrator, new)
    assert (status, SUMMARY.findall(page), LINKED.findall(page)) == (400, ["confirmed"], ["confirmed"])
    assert "SXD" in page.partition("<main")[2]
    assert 'value="New"' in page
    asked = re.findall(r'name="asked" value="([^"]*)"', page)[0]
    status, page = typed_in("/new-agency", administrator, new | {"name": "Sở Y tế", "asked": asked, "confirmed": "y"})
    assert (status, SUMMARY.findall(page)) == (400, ["confirmed"]), "it was said of another name"
    status, page = typed_in("/new-agency", administrator, new | {"exists_to": "31/12/2020", "kind": "?"})
    assert SUMMARY.findall(page) == ["confirmed", "kind"], "all of it is told together"
    assert typed_in("/new-agency", administrator, new | {"asked": asked, "confirmed": "y"})[0] == 303
    assert typed_in("/offices/SM/change", administrator, {"name": "Sở Xây dựng "})[0] == 303, "it is called so already"
    other = {"code": "SN", "name": "Sở Mới", "kind": "department"}
    assert typed_in("/new-agency", administrator, other)[0] == 303
    status, page = typed_in("/offices/SN/change", administrator, {"name": "Sở Xây dựng"})
    assert (status, SUMMARY.findall(page)) == (400, ["confirmed"])


def test_a_body_that_began_when_another_of_its_name_ended_is_not_asked_about(administrator: FlaskClient) -> None:
    with administrator.application.app_context(), unit_of_work() as session:
        session.execute(sa.update(Agency).where(Agency.code == "SXD").values(exists_to=date(2025, 2, 28)))
    new = {"code": "SXD25", "name": "Sở Xây dựng", "kind": "department"}
    assert typed_in("/new-agency", administrator, new | {"exists_from": "28/02/2025"})[0] == 400
    assert typed_in("/new-agency", administrator, new | {"exists_from": "01/03/2025"})[0] == 303
