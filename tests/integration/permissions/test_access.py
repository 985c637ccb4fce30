"""“Who can see this, and why” says of everybody what the routes then really do; and the table can be taken along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import errand
from tests.support.free_hand import free_hand
from tests.support.signing_in import sign_in, token
from tracker.accounts.models import Account
from tracker.agencies.models import OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.actions import Action
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.permissions import table
from tracker.permissions.predicates import Apart
from tracker.progress.models import Report, Revision

pytestmark = pytest.mark.one_database("sqlite")

ON = date(2021, 6, 16)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FIGURE = "/figures/target-SXD-T01/2021-H1"
STANDS_IN = "Deputy who stands in for the head"
# Further people, whose access is less plain: (name, (body, office, until), …).
FURTHER: list[tuple[str, list[tuple[str, Office, date | None]]]] = [
    ("Deputy of Construction", [("SXD", Office.DEPUTY, None)]),
    ("Appraiser who is an officer there too", [("SNV", Office.APPRAISER, None), ("SXD", Office.OFFICER, None)]),
    ("Appraiser who wrote it", [("SNV", Office.APPRAISER, None)]),
    ("Appraiser who sent it", [("SNV", Office.APPRAISER, None)]),
    ("Appraiser who was there then", [("SNV", Office.APPRAISER, None), ("SXD", Office.OFFICER, ON)]),
    ("Officer of long ago", [("SXD", Office.OFFICER, date(2020, 12, 31))]),
    ("Nobody in particular", []),
    (STANDS_IN, []),
]
SHOWN = (Action.SEE_TARGET, Action.ENTER_FIGURE, Action.SEND_REPORT, Action.APPRAISE)
KEPT_APART = {
    "Appraiser who is an officer there too": Apart.BELONGS,
    "Appraiser who wrote it": Apart.ENTERED,
    "Appraiser who sent it": Apart.SENT,
    "Appraiser who was there then": Apart.BELONGED,
    "Phòng Nội chính, Văn phòng UBND tỉnh": Apart.ELSEWHERE,
}


@dataclass
class World:
    """The province with one sent report, its file, and a draft's file; everybody's id by name."""

    app: Flask
    people: dict[str, int]
    report: str
    sent_file: str
    draft_file: str

    def client(self, name: str) -> FlaskClient:
        client = self.app.test_client()
        sign_in(self.app, client, self.people[name])
        return client


@pytest.fixture
def world(app: Flask, session: Any, at: Callable[[date | str], clock.Moment]) -> World:
    now = at(ON)
    with unit_of_work(now):
        made = errand.province(session)
        for code in ("T01", "T02"):
            errand.target(session, made, "SXD", code)
        made.bodies["SXD"].appraised_by_id = made.bodies["SNV"].id
        found = {person.name: person.id for person in made.people.values()}
        for name, offices in FURTHER:
            address = f"further{len(found)}@example.vn"
            found[name] = people.register(session, now, actor_id=None, name=name, email=address).id
            for body, office, until in offices:
                agency_id = made.bodies[body].id
                session.add(
                    OfficeHolding(
                        person_id=found[name], agency_id=agency_id, office=office, from_on=date(2020, 1, 1), to_on=until
                    )
                )
        held = session.query(OfficeHolding).filter_by(person_id=found["Giám đốc Sở Xây dựng"]).one()
        days = {"from_on": date(2021, 6, 1), "to_on": date(2021, 6, 30)}
        session.add(StandIn(holding_id=held.id, person_id=found[STANDS_IN], paper="Giấy ủy quyền 1", **days))
    files = [reported(app, found["Giám đốc Sở Xây dựng"], FIGURE.replace("T01", code)) for code in ("T01", "T02")]
    client = app.test_client()
    sign_in(app, client, found["Giám đốc Sở Xây dựng"])
    version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(FIGURE + "/send").get_data(as_text=True))
    assert version
    answer = client.post(
        FIGURE + "/send", data={"csrf_token": token(client, FIGURE + "/send"), "version": version.group(1)}
    )
    assert answer.status_code == 303
    with unit_of_work(now) as writing, free_hand(writing.connection()):
        revision = writing.query(Revision).one()
        revision.entered_by_id = found["Appraiser who wrote it"]
        revision.sent_by_id = found["Appraiser who sent it"]
        writing.flush()
        report = writing.query(Report).one().token
    at(date(2021, 6, 17))
    return World(app, found, report, *files)


def reported(app: Flask, head_id: int, figure: str) -> str:
    """The head writes a figure with a file; returns the file's address."""
    client = app.test_client()
    sign_in(app, client, head_id)
    page = client.get(figure).get_data(as_text=True)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page[page.index("<main") :]))
    typed = {"value": "120", "as_at": "14/06/2021", "narrative": "Đã cắt giảm", "do": "save"}
    data = {**hidden, **typed, "evidence": (io.BytesIO(PDF), "minh chung.pdf")}
    assert client.post(figure, data=data).status_code == 303
    found = re.search(r'href="(/evidence/[^"]+)"', client.get(figure).get_data(as_text=True))
    assert found
    return found.group(1)


def told(world: World, address: str) -> dict[Action, set[str]]:
    """By action: the names that the page says may do it."""
    response = world.client("Phòng Tổng hợp, Văn phòng UBND tỉnh").get(address)
    assert response.status_code == 200
    page = response.get_data(as_text=True)
    sections = re.findall(r'<section class="t-card" aria-labelledby="may-(\w+)">(.*?)</section>', page, re.DOTALL)
    names = sorted(world.people, key=len, reverse=True)
    return {
        Action(action): {name for name in names if f"<span>{name}<" in text.partition("<h3")[0]}
        for action, text in sections
    }


def opens(client: FlaskClient, address: str, holding: str = "") -> bool:
    """Whether a page answers at all, and with that in it."""
    response = client.get(address)
    assert response.status_code in {200, 403, 404}, (address, response.status_code)
    return response.status_code == 200 and holding in response.get_data(as_text=True)


def really(world: World) -> dict[Action, set[str]]:
    """By action: the names to whom the routes open it."""
    found: dict[Action, set[str]] = {action: set() for action in SHOWN}
    for name in world.people:
        client = world.client(name)
        sees, writes = opens(client, "/targets/target-SXD-T01"), opens(client, FIGURE)
        assert opens(client, world.sent_file) == sees, name
        assert opens(client, world.draft_file) == writes, name
        answers = (sees, writes, opens(client, FIGURE + "/recall"), opens(client, f"/appraisals/{world.report}"))
        for action, yes in zip(SHOWN, answers, strict=True):
            found[action] |= {name} if yes else set()
    return found


def test_the_pages_say_of_everybody_what_the_routes_do(world: World) -> None:
    truth = really(world)
    assert told(world, "/permissions/targets/target-SXD-T01") == truth
    assert told(world, "/permissions/agencies/SXD") == truth
    # Whoever opens the page of a report does not always decide on it.
    deciding = {
        name
        for name in truth[Action.APPRAISE]
        if opens(world.client(name), f"/appraisals/{world.report}", 'name="outcome"')
    }
    assert told(world, f"/permissions/reports/{world.report}") == truth | {Action.APPRAISE: deciding}
    assert deciding == {"Phòng Cải cách hành chính, Sở Nội vụ"}


def test_who_stands_in_is_shown_with_the_days_of_the_authority(world: World) -> None:
    page = world.client("Phòng Tổng hợp, Văn phòng UBND tỉnh").get("/permissions/agencies/SXD").get_data(as_text=True)
    sends = page.partition(f'id="may-{Action.SEND_REPORT}"')[2].partition("</section>")[0]
    row = sends.partition(f"<span>{STANDS_IN}<")[2].partition("</tr>")[0]
    assert "Giám đốc Sở Xây dựng" in row
    assert re.findall(r"\d\d/\d\d/\d{4}", row) == ["01/06/2021", "30/06/2021"]


def test_a_report_tells_why_somebody_is_kept_apart(world: World) -> None:
    page = world.client("Phòng Tổng hợp, Văn phòng UBND tỉnh").get(f"/permissions/reports/{world.report}")
    text = page.get_data(as_text=True)
    left_out = text.partition(f'id="may-{Action.APPRAISE}"')[2].partition("<h3")[2].partition("</section>")[0]
    rows = dict(re.findall(r"<tr>.*?<span>([^<]+)<.*?<td[^>]*>([^<]+)</td>\s*</tr>", left_out, re.DOTALL))
    with world.app.test_request_context(headers={"Accept-Language": "vi"}):
        assert rows == {name: str(table.WHY_APART[why]) for name, why in KEPT_APART.items()}


def test_who_cannot_sign_in_is_told_and_whoever_may_not_ask_is_refused(world: World) -> None:
    with world.app.app_context(), unit_of_work() as session:
        session.query(Account).filter_by(person_id=world.people["Giám đốc Sở Xây dựng"]).one().active = False
    monitor, officer = world.client("Phòng Tổng hợp, Văn phòng UBND tỉnh"), world.client("Chuyên viên Sở Xây dựng")
    assert "không đăng nhập được" in monitor.get("/permissions/agencies/SXD").get_data(as_text=True)
    assert officer.get("/permissions/agencies/SXD").status_code == 403
    for address in ("agencies/NONE", "targets/none", "reports/none"):
        assert monitor.get(f"/permissions/{address}").status_code == 404
    assert monitor.get("/permissions/agencies?agency=SXD").location == "/permissions/agencies/SXD"
    # An administrator sees no target, and is not told its title.
    page = world.client("Trung tâm Tin học, Văn phòng UBND tỉnh").get("/permissions/targets/target-SXD-T01")
    assert page.status_code == 200
    assert "Cắt giảm thời gian" not in page.get_data(as_text=True)


def test_the_table_is_filtered_and_taken_along(app: Flask, session: Any) -> None:
    with unit_of_work():
        person = errand.province(session).people[("VP", Office.MONITOR)]
    monitor = app.test_client()
    sign_in(app, monitor, person.id)
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        all_lines, of_head = len(table.lines()), len(table.lines(Office.HEAD))
    page = monitor.get("/permissions?office=head").get_data(as_text=True)
    assert page.count("<tr>") == of_head + 1
    rows = list(csv.reader(io.StringIO(monitor.get("/permissions.csv").get_data(as_text=True).lstrip("\ufeff"))))
    assert len(rows) == all_lines + 1
    assert monitor.get("/permissions.xlsx?office=head").data[:2] == b"PK"
