"""What the record tells whoever reads it: of every event the subject by name, with its page, and values in words,
before and after. It holds ids, so what is erased is told as erased."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.integration.home.conftest import Town, town  # noqa: F401 - the fixture of that name
from tests.integration.home.test_errand import test_the_whole_errand as whole_errand
from tests.support.product import Statements
from tests.support.signing_in import sign_in
from tracker.agencies import holdings
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.events import Event, label
from tracker.audit.service import changes, record
from tracker.auditing.subjects import KINDS
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.programmes import planning
from tracker.programmes.models import Programme, WorkingCalendar
from tracker.rule.facts import Policy

pytestmark = pytest.mark.one_database

# A code, JSON, a day as it is stored, a figure as it is stored.
CODE = re.compile(r"[a-z]+[._][a-z]+|[{}=\[\]]|None|True|False|\d{4}-\d\d-\d\d|\b[a-z]+ \d+$")
DAYS = {"from_on": "2021-02-01", "to_on": "2021-12-31"}
SHA = "0123456789abcdef" * 4


def details(ids: dict[str, int]) -> dict[str, dict[str, Any]]:
    """For a thing of each kind all that is recorded of it."""
    seat = {"person_id": ids["person"], "office": "head", **DAYS, **changes(to_on=(None, date(2021, 12, 31)))}
    slot = {"target": ids["target"], "place": "2021-H1", "version": 3, "for_person_id": ids["person"]}
    return {
        "account": {"means": "code", "kind": "passkey", "sessions": 2, "link": "reset"},
        "agency": {
            "fields": ["name", "peer_group"],
            "to_on": "2021-12-31",
            "offices": 4,
            "successors": [ids["agency"]],
            **changes(
                kind=("department", "district"),
                exists_to=(None, date(2021, 12, 31)),
                appraised_by_id=(None, ids["agency"]),
            ),
        },
        "calendar": {"day": "2021-04-30", "works": False},
        "document": {"number": "01/2021/CK-SXD", "kind": "commitment", "version": 1, "sha256": SHA},
        "document_number": {"number": "01/2021/CK-SXD"},
        "dossier": {
            "for_person_id": ids["person"],
            "number": "01/2021/CK-SXD",
            "day": "2021-02-04",
            "sha256": SHA,
            "signed_how": "paper",
            "from_on": "2021-02-05",
            **changes(state=("signed", "countersigned")),
        },
        "draft": {**slot, "yours": ["figure"], "theirs": ["narrative"], "sha256": SHA},
        "evidence": {**slot, "sha256": SHA},
        "facts": {"report": 2, "revision": 3, "target_end": 1, "facts": {"report": {"1": "ab"}}},
        "file": {"erasure": 1, "sha256": SHA},
        "holding": seat,
        "key": {"apps": 2},
        "letter": {
            "letter_kind": "urging",
            "late": 3,
            "number": "01/UBND-VP",
            "sha256": SHA,
            "for_person_id": ids["person"],
            **changes(letter_state=("drafted", "reviewed")),
        },
        "sign": {
            "sign_kind": "last_hour",
            "for_person_id": ids["person"],
            **changes(sign_state=("found", "asked")),
        },
        "mail": {"kind": "digest", "person_id": ids["person"]},
        "package": {"sha256": SHA, "programmes": ["2021"], "commitments": 1, "targets": 2, "reports": 3},
        "paper": {"sha256": SHA, "pages": "1-2", "missing": "3"},
        "paper_file": {"sha256": SHA, "pages": 3},
        "person": {
            "fields": ["name"],
            **changes(
                language=("vi", "en"), wants_mail=(False, True), by_gateway=(False, True), hour=("07:30", "09:00")
            ),
            "erasure": 1,
            "status": "5.1.1",
        },
        "programme": {
            "kind": "known_on",
            "inquiry": 1,
            "from": "2021-07-01",
            "values": {"grace_days": 5},
            "was": {},
            "document": 3,
            "office": "monitor",
            **changes(
                ways=(["pades", "paper"], ["pades", "passkey"]), apologies_for=([], ["T08"]), apology_days=(None, 5)
            ),
        },
        "programme_plan": changes(
            ways=(None, ["paper"]),
            code=("PAR-2022", "PAR-2023"),
            title=({"vi": "Cải cách"}, {"vi": "Cải cách hành chính"}),
            year=(2022, 2023),
            slogan=(None, {"vi": "Kỷ cương"}),
            starts_on=(date(2022, 1, 3), date(2023, 1, 3)),
            responsible_id=(None, ids["agency"]),
            calendar_id=(None, ids["calendar"]),
            agencies=([], [ids["agency"]]),
            basis=([], ["Căn cứ Quyết định"]),
        ),
        "report": {
            "target": ids["target"],
            "place": "2021-H1",
            "seq": 1,
            "line": 2,
            "ground": "finding",
            "number": "12/KL-TTr",
            "day": "2021-12-01",
        },
        "cell_comment": {"target": ids["target"], "place": "2021-H1"},
        "correction": {"target": ids["target"], "place": "2021-H1", "seq": 1},
        "return_reason": {"version": 2, **changes(text=({"vi": "Thiếu"}, {"vi": "Thiếu minh chứng"}))},
        "seal_key": {"sha256": SHA, "kind": "changed"},
        "second_say": {
            "kind": "office.give",
            "person_id": ids["person"],
            "office": "head",
            "holding_id": 1,
            **DAYS,
            "ends": 2,
            "agencies": [ids["agency"]],
            "agency_kind": "department",
        },
        "signature": {"number": "01/2021/CK-SXD", "way": "passkey", "sha256": SHA},
        "signing_key": {"person_id": ids["person"], "sha256": SHA},
        "target": {"target": ids["target"], "matter": "suspension", **DAYS},
        "target_request": {"target": ids["target"], "matter": "extension", "due_on": "2021-12-31", "version": 2},
        "template": {"version": 2},
        "signed_file": {"number": "01/2021/CK-SXD", "sha256": SHA, "kind": "body"},
        "stand_in": {**seat, "for_person_id": ids["person"]},
    }


KIND_OF = {"policy": "programme", "inquiry": "programme", "documents": "programme"}


def reader(town: Town, office: Office = Office.AUDITOR) -> FlaskClient:  # noqa: F811 - the fixture
    """Somebody who reads the record, and holds that office alone."""
    who: dict[str, Any] = {"name": "Kiểm soát viên", "email": f"{office}@example.vn"}
    with town.app.app_context(), unit_of_work() as session:
        made = people.register(session, clock.moment(), actor_id=None, **who)
        body = town.made.bodies["VP"].id
        session.add(OfficeHolding(person_id=made.id, agency_id=body, office=office, from_on=date(2020, 1, 1)))
        person_id = made.id
    client = town.app.test_client()
    sign_in(town.app, client, person_id)
    return client


def rows(client: FlaskClient, address: str = "/audit") -> list[str]:
    """The rows of the list, the latest first."""
    page = client.get(address).text.partition("<tbody>")[2].partition("</tbody>")[0]
    return page.split("<tr>")[1:]


def text(row: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())


def exported(client: FlaskClient) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get("/audit.csv").get_data().decode("utf-8-sig"))))[1:]


def test_every_event_is_told_in_words(town: Town) -> None:  # noqa: F811
    head, body = town.made.people[("SXD", Office.HEAD)].id, town.made.bodies["SXD"].id
    with town.app.app_context(), unit_of_work() as session:
        own: dict[str, Any] = {
            "person": head,
            "agency": body,
            "target": session.scalar(sa.select(sa.func.min(Target.id))),
        }
        own |= {"programme": town.made.programme.id, "calendar": session.scalar(sa.select(WorkingCalendar.id))}
        made = details(own)
        for event in Event:
            kind = KIND_OF.get(event.partition(".")[0], event.partition(".")[0])
            subject = (kind, own.get(kind, 1))
            record(session, clock.moment(), event, actor_id=head, subject=subject, detail=made[kind])
    client = reader(town)
    lines = exported(client)
    assert {line[2] for line in lines} >= {label(event.value) for event in Event}
    told = [cell for line in lines for cell in line[1:6]]
    told += [text(row) for row in rows(client)]
    alone = [client.get(f"/audit/{line[6]}").text for line in lines[-len(Event) :: 7]]
    told += [text(page.partition("</h1>")[2].partition("</main>")[0]) for page in alone]
    assert [cell for cell in told if CODE.search(cell)] == []
    assert any("Cơ quan kết thúc hoạt động: 2" in cell for cell in told)
    assert set(made) == set(KINDS)


def test_an_errand_is_told_with_names_pages_and_figures_before_and_after(town: Town) -> None:  # noqa: F811
    whole_errand(town)
    client = reader(town)
    found = [text(row) for row in rows(client)]

    def line(*words: str) -> str:
        return next((row for row in found if all(word in row for word in words)), "")

    assert line("Gửi báo cáo", "T01", "Lần gửi thứ: 2", "120 ", "→", "118 ")
    assert line("Chấp nhận báo cáo", "118 ", "→", "117 ", "Lý do: Một thủ tục tính trùng")
    assert line("Trả lại báo cáo", "Lý do: Thiếu danh mục thủ tục")
    assert line("Tệp “minh chung.pdf”", "6 tháng đầu năm 2021")
    links = {unescape(to) for row in rows(client) for to in re.findall(r'<a href="([^"]+)"', row)}
    assert {to.partition("?")[0] for to in links} >= {"/targets/target-SXD-T01"}
    assert {to: client.get(to).status_code for to in links} == dict.fromkeys(links, 200)
    assert not any("/targets/" in row for row in rows(reader(town, Office.ADMINISTRATOR))), "they see no targets"


def test_what_was_changed_stands_there_before_and_after(town: Town) -> None:  # noqa: F811
    person = town.made.people[("SYT", Office.HEAD)]
    with town.app.app_context(), unit_of_work() as session:
        now = clock.moment()
        own = session.scalars(sa.select(OfficeHolding).where(OfficeHolding.person_id == person.id)).one()
        first, last = own.from_on, date(2021, 12, 31)
        holdings.correct_holding(session, now, actor_id=None, holding_id=own.id, from_on=first, to_on=last)
        holdings.close_holding(session, now, actor_id=None, holding_id=own.id, to_on=date(2021, 11, 30))
        people.choose_language(session, now, actor_id=person.id, language="en")
        people.wish_for_mail(session, now, actor_id=person.id, wants_mail=False)
        programme = session.get_one(Programme, town.made.programme.id)
        planned: dict[str, Any] = {"actor_id": person.id, "programme": programme}
        for day, grace in ((date(2021, 7, 1), 5), (date(2021, 8, 1), 7)):
            policy = replace(Policy(), grace_days=grace)
            planning.plan_policy(
                session, now, **planned, from_on=day, policy=policy, reason=None, first_signed_on=date(2021, 1, 1)
            )
        planning.withdraw_policy(session, now, **planned, from_on=date(2021, 8, 1))
    found = [text(row) for row in rows(reader(town))]
    for words in (
        ("Sửa thời gian giữ chức vụ", "Ngày cuối: – → đổi thành 31/12/2021"),
        ("Thôi giữ chức vụ", "Ngày cuối: 31/12/2021 → đổi thành 30/11/2021"),
        ("Chọn ngôn ngữ", "→ đổi thành English"),
        ("Nhận thư nhắc: có → đổi thành không",),
        ("Lập phiên bản", "Từ ngày: 01/07/2021", "3 ngày làm việc → đổi thành 5 ngày làm việc"),
        ("Lập phiên bản", "Từ ngày: 01/08/2021", "5 ngày làm việc → đổi thành 7 ngày làm việc"),
        ("Rút phiên bản", "Từ ngày: 01/08/2021", "7 ngày làm việc → đổi thành 5 ngày làm việc"),
    ):
        assert any(all(word in row for word in words) for row in found), (words, found)


def test_an_erased_person_is_told_as_erased_everywhere(town: Town) -> None:  # noqa: F811
    person = town.made.people[("SXD", Office.OFFICER)]
    with town.app.app_context(), unit_of_work() as session:
        subject = ("person", person.id)
        record(session, clock.moment(), Event.PERSON_CHANGED, actor_id=person.id, subject=subject)
        detail = {"kind": "digest", "person_id": person.id}
        record(session, clock.moment(), Event.MAIL_QUEUED_AGAIN, actor_id=None, subject=("mail", 1), detail=detail)
    client = reader(town)
    assert str(exported(client)).count(person.name) == 3
    with town.app.app_context(), unit_of_work() as session:
        people.erase(session, clock.moment(), person.id)
    assert person.name not in str(exported(client))
    assert str(exported(client)).count("Người đã xóa số") == 3


def test_names_of_a_page_are_read_together(town: Town, statements: Statements) -> None:  # noqa: F811
    whole_errand(town)
    client, counts = reader(town), []
    one = next(row for row in exported(client) if "báo cáo" in row[2])
    for address in (f"/audit/{one[6]}", "/audit?subject=report", "/audit"):
        statements.clear()
        client.get(address)
        counts.append(len(statements))
    assert counts[2] <= counts[0] + 8, counts  # names of each kind, and how many rows there are
