"""The small inputs of shared/data/trials at the doors where they went wrong: each gives what its README says."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support.product import Scene
from tests.support.signing_in import account_of, sign_in, token
from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.core import clock, languages
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.files import incoming, store
from tracker.enrolment import rows as import_rows
from tracker.enrolment import service as enrolment
from tracker.enrolment.work import EnrolmentResult
from tracker.people.models import Person
from tracker.settings import Site

SITE = Site("http://localhost", "localhost")

# The file; what becomes of its rows; what is wrong in which cell, and a word of what is said.
TOLD: dict[str, tuple[list[tuple[int, str]], list[tuple[int, str, str]]]] = {
    "error_cell.xlsx": ([], [(2, "to_on", "An error of the sheet"), (3, "to_on", "An error of the sheet")]),
    "formula_without_value.xlsx": ([], [(2, "to_on", "A formula whose value is not in the file")]),
    "stray_far_cell.xlsx": ([(2, "new")], []),
    "hidden_first_sheet.xlsx": ([(2, "new"), (2, "asked")], []),
    "code_as_number_format.xlsx": ([], [(2, "code", "format the column"), (3, "code", "format the column")]),
    "tcvn3.xlsx": ([], [(2, "name", "TCVN3"), (3, "name", "TCVN3")]),
    "tcvn3_utf8.csv": ([], [(2, "name", "TCVN3"), (3, "name", "TCVN3")]),
    "invisible_letters.csv": ([(2, "unchanged"), (3, "unchanged")], []),
    "code_in_small_letters.csv": ([(2, "unchanged")], []),
    "kind_by_label.csv": ([(2, "unchanged"), (3, "unchanged")], []),
    "addresses.csv": ([(3, "new")], [(2, "email", "Before the @")]),
    "search_people.csv": ([(2, "new"), (3, "new"), (4, "new")], []),
    "sep_line.csv": ([(2, "new")], []),
    "utf16le_nobom.csv": ([(2, "new")], []),
}


# What a second trial found: a sheet, what becomes of its rows, what is wrong in which cell, a word of what is said.
BODY, PERSON = "code,name,kind\n", "email,name\n"
FOUND_LATER: list[tuple[str, list[tuple[int, str]], list[tuple[int, str, str]]]] = [
    (f"{BODY}2026-05-03,A,department\n3-May,B,department", [], [(2, "code", "a day"), (3, "code", "a day")]),
    (f"{BODY}1E+05,A,department\n03-Thg5,B,department", [], [(2, "code", "a number"), (3, "code", "a day")]),
    (f"{BODY}A1,A,department\n1E5,B,department\nT3-5,C,department", [(2, "new"), (3, "new"), (4, "new")], []),
    (f"{BODY}A1,#N/D,department\nA2,Loading...,department", [], [(2, "name", "An error"), (3, "name", "An error")]),
    (f"{BODY}A1,-,department\nA2,…,department", [], [(2, "name", "Enter the name"), (3, "name", "Enter the name")]),
    (f"{PERSON}a@b.vn,.\n{'x' * 65}@b.vn,B", [], [(2, "name", "Enter a name"), (3, "email", "Enter a mail")]),
    (f"{PERSON}{'x' * 64}@b.vn,B", [(2, "new")], []),
    (f"{BODY}A1,S? X?y d?ng,department\nA2,S&#7903; Y,department", [], [(2, "name", "lost"), (3, "name", "NCR")]),
    (f"{BODY}A1,Bé Y tÕ,department", [], [(2, "name", "TCVN3")]),
    (f"{BODY}A1,'=Tên,department", [(2, "new")], []),  # as our own exports write it
]


def build() -> int:
    """The small province, with the body of the trials that it has not; returns the id of an administrator."""
    with unit_of_work() as session:
        found = errand.province(session)
        name = {"vi": "Văn phòng UBND tỉnh"}
        session.add(Agency(code="VPUBND", kind="department", name=name, sort_key="v"))
        administrator: int = found.people[("VP", Office.ADMINISTRATOR)].id
    return administrator


@pytest.fixture
def administrator(scene: Scene, at: Callable[[date], clock.Moment]) -> int:
    """The id of an administrator of the province, in November 2026."""
    at(date(2026, 11, 29))
    found: int = scene(build)
    return found


@pytest.fixture
def trials(shared: Path) -> Path:
    """Where the inputs lie."""
    return shared / "data" / "trials"


def reading(path: Path) -> tuple[str, import_rows.Reading]:
    table = incoming.read(path.read_bytes(), path.name)
    kind = "people" if "email" in table.headings else "agencies"
    return kind, import_rows.read(kind, table)


def shown(session: Session, path: Path, actor_id: int) -> EnrolmentResult:
    kind, read = reading(path)
    outcome = enrolment.preview(session, clock.moment(), kind=kind, reading=read, actor_id=actor_id, site=SITE)
    session.rollback()
    return outcome


def test_each_sheet_comes_to_what_its_readme_says(session: Session, administrator: int, trials: Path) -> None:
    assert {path.name for path in trials.iterdir()} - {"README.md", "honest_chart.xlsx", "returned_report.json"} == set(
        TOLD
    )
    for name, (becomes, wrong) in TOLD.items():
        outcome = shown(session, trials / name, administrator)
        assert [(change.number, str(change.what)) for change in outcome.changes] == becomes, name
        assert [(fault.number, fault.column) for fault in outcome.faults] == [cell[:2] for cell in wrong], name
        with languages.in_language("en"):
            said = [str(fault.message) for fault in outcome.faults]
        assert [word in text for (*_cell, word), text in zip(wrong, said, strict=True)] == [True] * len(wrong), name


@pytest.mark.one_database
def test_each_sheet_of_the_second_trial_is_taken_or_told(session: Session, administrator: int, tmp_path: Path) -> None:
    for text, becomes, wrong in FOUND_LATER:
        path = tmp_path / "bang.csv"
        path.write_text(text)
        outcome = shown(session, path, administrator)
        assert [(change.number, str(change.what)) for change in outcome.changes] == becomes, text
        assert [(fault.number, fault.column) for fault in outcome.faults] == [cell[:2] for cell in wrong], text
        with languages.in_language("en"):
            said = [str(fault.message) for fault in outcome.faults]
        assert [word in told for (*_cell, word), told in zip(wrong, said, strict=True)] == [True] * len(wrong), said


@pytest.mark.one_database
def test_what_is_shown_of_a_row_is_what_will_be_stored(session: Session, administrator: int, tmp_path: Path) -> None:
    path = tmp_path / "bang.csv"
    for text, seen in (
        (f"{PERSON}Binh＠sởyte.vn,Bình", "Bình <binh@xn--syte-0z5a.vn>"),
        (f"{BODY}ＱＬＤＤ,Quản lý đất đai,department", "QLDD – Quản lý đất đai"),
    ):
        path.write_text(text)
        assert [change.text for change in shown(session, path, administrator).changes] == [seen]


def test_the_sheet_that_one_sees_is_named(trials: Path) -> None:
    assert reading(trials / "hidden_first_sheet.xlsx")[1].sheet == "2026"
    assert reading(trials / "error_cell.xlsx")[1].unread == ("Terms",)


def test_an_unknown_kind_is_refused_and_known_ones_are_listed(session: Session, administrator: int) -> None:
    for kind, taken in (("Sở, ban, ngành", True), ("Department or sector", True), ("Sở ban", False), ("phòng", False)):
        text = f'code,name,kind\nA,A,"{kind}"'
        read = import_rows.read("agencies", incoming.read(text.encode(), "a.csv"))
        outcome = enrolment.preview(
            session, clock.moment(), kind="agencies", reading=read, actor_id=administrator, site=SITE
        )
        session.rollback()
        assert [(fault.number, fault.column) for fault in outcome.faults] == ([] if taken else [(2, "kind")]), kind


def test_a_domain_is_stored_as_mail_servers_write_it(session: Session, administrator: int) -> None:
    text = "email,name\nbinh@sởyte.vn,Bình\nBINH@XN--SYTE-0Z5A.vn,Bình\n"
    read = import_rows.read("people", incoming.read(text.encode(), "a.csv"))
    now = clock.moment()
    with unit_of_work(now) as writing:
        enrolment.carry_out(
            writing, now, kind="people", reading=read, actor_id=administrator, site=SITE, reason="Quyết định 1"
        )
    assert session.query(Person).filter_by(email="binh@xn--syte-0z5a.vn").count() == 1


def test_a_code_is_one_whatever_its_case(session: Session, administrator: int) -> None:
    found = agencies.by_code(session, "sxd")
    assert found is not None
    assert found.code == "SXD"
    assert agencies.by_code(session, " SX\u200bD") == found
    assert agencies.by_code(session, "sx") is None


def test_an_honest_chart_is_taken_as_evidence(trials: Path, tmp_path: Path) -> None:
    with (trials / "honest_chart.xlsx").open("rb") as file:
        stored = store.store(file, "Biểu đồ.xlsx", tmp_path / "files", 10**7)
    assert stored.media_type.endswith("spreadsheetml.sheet")


@pytest.mark.one_database
def test_the_page_names_the_sheet_and_the_fault(app: Flask, scene: Scene, trials: Path) -> None:
    client = app.test_client()
    person_id = scene(build)
    with app.app_context():
        account_of(app, person_id)
    sign_in(app, client, person_id)
    address = "/accounts/import/people"
    for name, status, said in (
        ("hidden_first_sheet.xlsx", 200, "Đã đọc trang tính “2026”."),
        ("error_cell.xlsx", 400, "Không đọc: Terms."),
        ("error_cell.xlsx", 400, "#REF!"),
    ):
        file = io.BytesIO((trials / name).read_bytes())
        answer = client.post(address, data={"csrf_token": token(client, address), "file": (file, name)})
        assert (answer.status_code, said in unescape(answer.text)) == (status, True), name
        assert "đã đúng như hiện có" not in answer.text, "where every row is wrong nothing stands so already"
        if status == 200:
            hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
            again = client.post(f"{address}/confirm", data={**hidden, "reason": ""})
            assert said in unescape(again.text), "it is still named where a reason is missing"
