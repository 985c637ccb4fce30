"""Importing people and bodies: every wrong row is told, what is shown is what is done, offices wait for another one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories.errand import Province, province
from tests.support.shell import environment_of
from tests.support.signing_in import PASSWORD, sign_in, token
from tracker.accounts.service import register
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEvent
from tracker.cli import told_in_a_line, tracker
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError, Forbidden
from tracker.core.extensions import settings_of
from tracker.core.files import incoming
from tracker.enrolment import rows as import_rows
from tracker.enrolment import service as enrolment
from tracker.enrolment.work import EnrolmentResult, What
from tracker.people.models import Person
from tracker.settings import Site

SITE = Site("http://localhost", "localhost")
ON = date(2021, 6, 16)
PEOPLE = """email,name,language,agency,office,from_on,to_on
moi@example.vn,Chuyên viên mới,vi,SXD,officer,16/06/2021,
MOI@example.vn,Chuyên viên mới,vi,SYT,Chuyên viên,2021-06-16,31/12/2021
person1@example.vn,Chuyên viên Sở Xây dựng,vi,SXD,officer,01/01/2020,30/06/2021
person0@example.vn,Giám đốc Sở Xây dựng (mới),,,,,
person3@example.vn,Chuyên viên Sở Y tế,vi,SYT,officer,01/01/2020,
"""
BODIES = """Mã,Tên tiếng Việt,Tên tiếng Anh,Loại cơ quan,Ngày bắt đầu,Ngày cuối,Cơ quan thẩm định
SNNPTNT,Sở Nông nghiệp,Department of Agriculture,department,01/01/2021,,SXD
SXD,Sở Xây dựng tỉnh,,department,,,SNNPTNT
SYT,Sở Y tế,,department,,30/06/2021,
SNV,Sở Nội vụ,,department,,,VP
"""


WRONG: list[tuple[str, str, list[tuple[int, str]]]] = [
    ("people", "email,nam\na@b.vn,A", [(1, ""), (1, "name")]),
    ("people", "email,name,Họ tên\na@b.vn,A,B", [(1, "")]),
    ("people", "email,name,email\na@b.vn,A,b@b.vn", [(1, "email")]),
    ("people", "email,name\n,A\nno address,B\na@b.vn,", [(2, "email"), (3, "email"), (4, "name")]),
    ("people", "email,name,language\na@b.vn,A,fr", [(2, "language")]),
    ("people", f"email,name\na@b.vn,{'A' * 300}", [(2, "name")]),
    ("people", "email,name\na@b.vn,A\na@b.vn,B", [(3, "name")]),
    ("people", "email,name\na@b.vn,A,more", [(2, "")]),
    ("people", "email,name,agency,office,from_on\na@b.vn,A,SXD,,", [(2, "office"), (2, "from_on")]),
    ("people", "email,name,agency,office,from_on\na@b.vn,A,SXD,king,1/1/2021", [(2, "office")]),
    ("people", "email,name,agency,office,from_on\na@b.vn,A,SXD,officer,31/2/2021", [(2, "from_on")]),
    ("people", "email,name,agency,office,from_on\na@b.vn,A,NONE,officer,1/1/2021", [(2, "agency")]),
    ("people", "email,name,agency,office,from_on\na@b.vn,A,SXD,head,1/1/2021", [(2, "from_on")]),
    ("people", "email,name,agency,office,from_on,to_on\na@b.vn,A,SXD,officer,2/1/2021,1/1/2021", [(2, "to_on")]),
    ("people", "email,name,agency,office,from_on" + "\na@b.vn,A,SXD,officer,1/1/2021" * 2, [(3, "office")]),
    (
        "people",
        "email,name,agency,office,from_on\na@b.vn,A,SXD,monitor,1/1/2021\na@b.vn,A,SXD,monitor,1/2/2021",
        [(3, "from_on")],
    ),
    ("people", "email,name,agency,office,from_on\nperson8@example.vn,Ai đó,VP,auditor,1/1/2021", [(2, "")]),
    ("agencies", "code,name,kind\nA B,A,department\nC,,department", [(2, "code"), (3, "name")]),
    ("agencies", "code,name,kind\nC,A,department\nC,B,department", [(3, "code")]),
    ("agencies", "code,name,kind,appraised_by\nC,A,department,NONE", [(2, "appraised_by")]),
    ("agencies", "code,name,kind\nSXD,Sở Xây dựng,commune", [(2, "kind")]),
    ("agencies", "code,name,kind,peer_group\nSXD,Sở Xây dựng,department,khoi-1", [(2, "peer_group")]),
    ("agencies", "code,name,kind,exists_to\nSXD,Sở Xây dựng,department,1/1/1900", [(2, "exists_to")]),
    ("agencies", "code,name,kind,appraised_by\nC,A,department,C", [(2, "appraised_by")]),
    ("agencies", "code,name,kind,exists_from,exists_to\nC,A,department,2/1/2021,1/1/2021", [(2, "exists_to")]),
]


@pytest.fixture
def made(session: Session, at: Callable[[date | str], clock.Moment]) -> Province:
    now = at(ON)
    with unit_of_work(now):
        found = province(session)
        administrator = Person(token="second", name="Phòng Hành chính, Văn phòng UBND tỉnh", email="second@example.vn")
        session.add(administrator)
        session.flush()
        session.add(
            OfficeHolding(
                person_id=administrator.id,
                agency_id=found.bodies["VP"].id,
                office=Office.ADMINISTRATOR,
                from_on=date(2020, 1, 1),
            )
        )
        for one in (found.people[("VP", Office.ADMINISTRATOR)], administrator):
            register(session, now, one, PASSWORD)
        found.people[("VP", Office.CLERK)] = administrator  # the second administrator of these tests
    return found


def rows(kind: str, text: str) -> import_rows.Reading:
    return import_rows.read(kind, incoming.read(text.encode(), "table.csv"))


def shown(session: Session, actor_id: int, kind: str, text: str) -> EnrolmentResult:
    outcome = enrolment.preview(
        session, clock.moment(), kind=kind, reading=rows(kind, text), actor_id=actor_id, site=SITE
    )
    session.rollback()
    return outcome


def done(actor_id: int, kind: str, text: str, digest: str | None = None, *, confirmed: bool = False) -> EnrolmentResult:
    now = clock.moment()
    with unit_of_work(now) as session:
        return enrolment.carry_out(
            session,
            now,
            kind=kind,
            reading=rows(kind, text),
            actor_id=actor_id,
            site=SITE,
            reason="Quyết định 12/QĐ-UBND",
            shown=digest,
        )


def told(outcome: EnrolmentResult) -> list[tuple[int, str]]:
    return [(change.number, str(change.what)) for change in outcome.changes]


def state(session: Session) -> list[Any]:
    """Everything that an import could change."""
    models = (Person, Agency, OfficeHolding, Approval, AuditEvent)
    found = [session.execute(sa.select(model.__table__).order_by(model.__table__.c.id)).all() for model in models]
    session.rollback()
    return found


@pytest.mark.one_database
def test_every_wrong_row_is_told_by_its_number_and_nothing_is_done(made: Province, session: Session) -> None:
    actor, before = made.people[("VP", Office.ADMINISTRATOR)].id, state(session)
    for kind, text, faults in WRONG:
        assert [(fault.number, fault.column) for fault in shown(session, actor, kind, text).faults] == faults, text
        with pytest.raises(enrolment.NotImported):
            done(actor, kind, text)
        assert state(session) == before, text


def test_people_come_in_and_their_offices_wait_for_the_second_administrator(made: Province, session: Session) -> None:
    first, second = made.people[("VP", Office.ADMINISTRATOR)].id, made.people[("VP", Office.CLERK)].id
    before = state(session)
    outcome = shown(session, first, "people", PEOPLE)
    assert state(session) == before, "a preview changes nothing"
    assert (outcome.faults, told(outcome)) == (
        [],
        [(2, "new"), (2, "asked"), (3, "asked"), (4, "ended"), (5, "changed"), (6, "unchanged")],
    )
    assert told(done(first, "people", PEOPLE, outcome.digest)) == told(outcome)
    person = session.query(Person).filter_by(email="moi@example.vn").one()
    assert session.query(OfficeHolding).filter_by(person_id=person.id).count() == 0
    say = session.query(Approval).one()
    assert (say.kind, say.about_id, len(say.detail["offices"])) == (enrolment.KIND, person.id, 2)
    asked = session.query(AuditEvent).filter_by(event="second_say.asked").one()
    assert (asked.detail or {})["offices"] == 2
    assert approvals.matter_of(say.kind).lines is not None
    session.rollback()

    again, between = shown(session, first, "people", PEOPLE), state(session)
    assert [what for _, what in told(again)] == ["waiting", "waiting", "unchanged", "unchanged", "unchanged"]
    done(first, "people", PEOPLE)
    assert state(session) == between, "the same file twice changes nothing"

    confirm(say.token, second)
    held = session.query(OfficeHolding).filter_by(person_id=person.id).order_by(OfficeHolding.id)
    assert [(one.office, one.from_on, one.to_on) for one in held] == [
        ("officer", ON, None),
        ("officer", ON, date(2021, 12, 31)),
    ]
    session.rollback()
    final = state(session)
    done(first, "people", PEOPLE)
    assert state(session) == final


def test_an_office_that_a_file_ends_is_shown_with_what_hangs_on_it(made: Province, session: Session) -> None:
    """As its form shows it, row by row: what an earlier row ends is left to nobody of a later one."""
    first = made.people[("VP", Office.ADMINISTRATOR)].id
    text = (
        "email,name,agency,office,from_on,to_on\n"
        "person0@example.vn,Giám đốc Sở Xây dựng,SXD,head,01/01/2020,30/06/2021\n"
        "person1@example.vn,Chuyên viên Sở Xây dựng,SXD,officer,01/01/2020,30/06/2021\n"
        "person3@example.vn,Chuyên viên Sở Y tế,SYT,officer,01/01/2020,\n"
    )
    outcome = shown(session, first, "people", text)
    assert [(change.number, change.hanging) for change in outcome.changes] == [
        (2, ("Từ 01/07/2021, Sở Xây dựng không có người đứng đầu: không ai gửi được báo cáo của cơ quan.",)),
        (3, ("Từ 01/07/2021, không ai giữ chức vụ này của Sở Xây dựng: Chuyên viên.",)),
        (4, ()),
    ]


def confirm(saying: str, actor_id: int) -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        approvals.confirm(session, now, token=saying, actor_id=actor_id)


def test_nobody_confirms_a_file_that_gives_an_office_to_themselves(made: Province, session: Session) -> None:
    first, second = made.people[("VP", Office.ADMINISTRATOR)].id, made.people[("VP", Office.CLERK)].id
    text = (
        "email,name,agency,office,from_on\na@b.vn,A,SXD,officer,1/1/2021\n"
        'second@example.vn,"Phòng Hành chính, Văn phòng UBND tỉnh",VP,auditor,1/1/2021\n'
    )
    done(first, "people", text)
    saying = session.query(Approval).one().token
    session.rollback()
    before = state(session)
    with pytest.raises(Forbidden):
        confirm(saying, second)
    assert state(session) == before


def test_what_no_longer_fits_when_it_is_confirmed_gives_none_of_the_offices(made: Province, session: Session) -> None:
    first, second = made.people[("VP", Office.ADMINISTRATOR)].id, made.people[("VP", Office.CLERK)].id
    done(
        first, "people", "email,name,agency,office,from_on\na@b.vn,A,SXD,officer,1/1/2021\nb@b.vn,B,VP,head,1/1/2021\n"
    )
    saying = session.query(Approval).one().token
    with unit_of_work(clock.moment()) as writing:
        writing.add(
            OfficeHolding(
                person_id=second, agency_id=made.bodies["VP"].id, office=Office.HEAD, from_on=date(2021, 1, 1)
            )
        )
    before = state(session)
    with pytest.raises(FieldError):
        confirm(saying, second)
    assert state(session) == before


def test_bodies_come_in_change_and_end(made: Province, session: Session) -> None:
    actor = made.people[("VP", Office.ADMINISTRATOR)].id
    outcome = shown(session, actor, "agencies", BODIES)
    assert (outcome.faults, told(outcome)) == ([], [(2, "new"), (3, "changed"), (4, "asked"), (5, "unchanged")])
    done(actor, "agencies", BODIES, outcome.digest)
    assert told(shown(session, actor, "agencies", BODIES))[2] == (4, "waiting")
    confirm(session.query(Approval).one().token, made.people[("VP", Office.CLERK)].id)
    session.rollback()
    found = {agency.code: agency for agency in session.query(Agency)}
    assert found["SXD"].name == {"vi": "Sở Xây dựng tỉnh", "en": "Department of Construction"}
    assert found["SXD"].appraised_by_id == found["SNNPTNT"].id
    assert found["SNNPTNT"].appraised_by_id == found["SXD"].id
    assert found["SYT"].exists_to == date(2021, 6, 30)
    ended = session.query(OfficeHolding).filter_by(agency_id=found["SYT"].id)
    assert {one.to_on for one in ended} == {date(2021, 6, 30)}
    session.rollback()
    before = state(session)
    assert {what for _, what in told(done(actor, "agencies", BODIES))} == {"unchanged"}
    assert state(session) == before


def test_what_is_no_longer_as_it_was_shown_is_not_done(made: Province, session: Session) -> None:
    actor = made.people[("VP", Office.ADMINISTRATOR)].id
    digest = shown(session, actor, "agencies", BODIES).digest
    done(actor, "agencies", "code,name,kind\nSXD,Sở Xây dựng tỉnh,department\nSNNPTNT,Sở Nông nghiệp,department")
    before = state(session)
    with pytest.raises(enrolment.NotImported):
        done(actor, "agencies", BODIES, digest)
    assert state(session) == before


addresses = st.sampled_from(["person0@example.vn", "person1@example.vn", "neu@example.vn", "x@example.vn", "bad"])
offices = st.sampled_from(["", "officer", "head", "deputy", "auditor"])
days = st.sampled_from(["", "1/1/2020", "1/6/2021", "1/7/2021"])
lines = st.tuples(
    addresses, st.sampled_from(["A", "Giám đốc"]), st.sampled_from(["", "SXD", "SYT"]), offices, days, days
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(table=st.lists(lines, min_size=1, max_size=5))
def test_an_import_does_what_its_preview_said(made: Province, session: Session, table: list[tuple[str, ...]]) -> None:
    actor = made.people[("VP", Office.ADMINISTRATOR)].id
    text = "email,name,agency,office,from_on,to_on\n" + "\n".join(",".join(line) for line in table)
    seen = shown(session, actor, "people", text)
    with taken_back(session):
        now = clock.moment()
        reading = rows("people", text)
        try:
            outcome = enrolment.carry_out(
                session, now, kind="people", reading=reading, actor_id=actor, site=SITE, reason="Quyết định"
            )
        except enrolment.NotImported as refusal:
            outcome = refusal.outcome
            assert seen.faults
        assert [(one.number, one.column) for one in seen.faults] == [(one.number, one.column) for one in outcome.faults]
        assert (seen.digest, told(seen)) == (outcome.digest, told(outcome))
        if not outcome.faults:
            new = sum(change.what is What.NEW for change in outcome.changes)
            count = session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.id > len(made.people)))
            assert count == new


@contextmanager
def taken_back(session: Session) -> Iterator[None]:
    try:
        yield
    finally:
        session.info.clear()
        session.rollback()


@pytest.mark.one_database
def test_the_pages_show_mend_and_import(app: Flask, made: Province, session: Session) -> None:
    client = app.test_client()
    sign_in(app, client, made.people[("VP", Office.ADMINISTRATOR)].id)
    assert "/accounts/import/people" in client.get("/accounts").get_data(as_text=True)
    assert client.get("/accounts/import/people/template.xlsx").data[:2] == b"PK"
    heading = client.get("/accounts/import/agencies/template.csv").get_data(as_text=True)
    assert "Cơ quan thẩm định" in heading
    assert client.get("/accounts/import/nothing").status_code == 404
    refused = send(client, b"MZ\x90\x00")
    assert refused[0] == 400
    status, page = send(client, PEOPLE.replace("2021-06-16", "2021-06-31").encode())
    assert (status, "31/12" in page, "Không có ngày này" in page or "2021-06-31" in page) == (400, False, True)
    assert "/confirm" not in page
    status, page = send(client, PEOPLE.encode("utf-16"), "bang.txt")
    assert (status, page.count("/confirm")) == (200, 1)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page[page.index("<main") :]))
    address = "/accounts/import/people/confirm"
    assert client.post(address, data={**hidden, "reason": ""}).status_code == 400
    assert client.post(address, data={**hidden, "rows": "forged", "reason": "x"}).location.endswith("/import/people")
    answer = client.post(address, data={**hidden, "reason": "Quyết định 12"})
    assert (answer.status_code, answer.location) == (303, "/accounts/requests")
    stale = client.post(address, data={**hidden, "reason": "Quyết định 12"})
    assert stale.status_code == 409
    session.rollback()
    say = session.query(Approval).one()
    second = app.test_client()
    sign_in(app, second, made.people[("VP", Office.CLERK)].id)
    page = second.get(f"/accounts/requests/{say.token}").get_data(as_text=True)
    assert page.count("Chuyên viên mới") >= 2
    typed = {"csrf_token": token(second, f"/accounts/requests/{say.token}"), "decision": "confirm"}
    assert second.post(f"/accounts/requests/{say.token}", data=typed).status_code == 303


def send(client: FlaskClient, content: bytes, name: str = "bang.csv") -> tuple[int, str]:
    data = {"csrf_token": token(client, "/accounts/import/people"), "file": (io.BytesIO(content), name)}
    answer = client.post("/accounts/import/people", data=data)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.one_database
def test_the_command_imports_and_only_looks(
    app: Flask, made: Province, session: Session, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    configured = settings_of(app)
    shell = CliRunner(env={**environment_of(configured), "TRACKER_BASE_URL": configured.base_url})  # mails name it
    file = tmp_path / "bodies.csv"
    file.write_text(BODIES)
    before = state(session)
    by, reason = ("--by", "person8@example.vn"), ("--reason", "Nghị quyết 5")
    looked = shell.invoke(tracker, ["import", "agencies", str(file), "--dry-run", *by, *reason])
    assert (looked.exit_code, "1 new, 1 changed, 1 asked" in looked.stderr) == (0, True)
    assert state(session) == before
    for dry_run in ((), ("--dry-run",)):
        for words, said in (((), "by: Việc giao chức vụ"), (reason, "by: Việc giao"), (by, "reason: Nêu lý do")):
            refused = shell.invoke(tracker, ["import", "agencies", str(file), *dry_run, *words])
            assert isinstance(refused.exception, FieldError), refused.output
            with pytest.raises(SystemExit) as ended, told_in_a_line():
                raise refused.exception
            told_so = capsys.readouterr().err
            assert (ended.value.code, told_so.startswith(f"tracker: {said}")) == (2, True), "a body ends by two"
            assert state(session) == before
    nobody = shell.invoke(tracker, ["import", "agencies", str(file), "--by", "x@example.vn"])
    assert (nobody.exit_code, "--by" in nobody.stderr) == (2, True)
    file.write_text(BODIES.replace("SNNPTNT,Sở", "S N,Sở"))
    wrong = shell.invoke(tracker, ["import", "agencies", str(file)])
    assert (wrong.exit_code, "row 2, code" in wrong.stderr) == (2, True)
    (tmp_path / "none.csv").write_bytes(b"%PDF-1.4")
    assert shell.invoke(tracker, ["import", "agencies", str(tmp_path / "none.csv")]).exit_code == 2
    assert state(session) == before
    file.write_text(BODIES)
    assert shell.invoke(tracker, ["import", "agencies", str(file), *by, *reason]).exit_code == 0
    assert session.query(Agency).filter_by(code="SNNPTNT").count() == 1
