"""Packages into a real database and out again: all or nothing, digit for digit, byte for byte."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.support.product import Product
from tests.unit.interchange.sample import REACH, package, spoilt, told
from tests.unit.interchange.test_writing import written
from tracker.agencies.models import Agency, AgencySuccession
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.interchange import service
from tracker.programmes.models import PolicyVersion, Programme, WorkingCalendar
from tracker.progress.models import Decision, Report, Revision


def file_of(folder: Path, whole: Any) -> Path:
    path = folder / "package.json"
    path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return path


def count(session: Session, model: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def dumped(code: str | None = None) -> str:
    database.session().rollback()
    return "".join(service.dump(code))


@pytest.mark.parametrize("index", range(3))
def test_what_was_loaded_is_dumped_and_loads_again_byte_for_byte(
    index: int, installed: Product, session: Session, shared: Path, tmp_path: Path
) -> None:
    whole = json.loads((shared / "data" / "rule_examples.json").read_text(encoding="utf-8"))[index]["package"]
    assert service.load(file_of(tmp_path, whole)) == []
    once = dumped()
    assert once == written(whole)
    session.rollback()
    installed.empty()
    path = tmp_path / "dump.json"
    path.write_text(once, encoding="utf-8")
    assert service.load(path) == []
    assert dumped() == once
    assert dumped("PAR-2021") == once


def test_every_fact_keeps_its_digits_and_days(session: Session, tmp_path: Path) -> None:
    whole = package()
    assert service.load(file_of(tmp_path, whole)) == []
    assert dumped() == written(whole)
    decision = session.scalars(sa.select(Decision).where(Decision.value.is_not(None))).first()
    assert format(decision.value, "f") == "37.0" if decision else False
    ended = session.scalars(sa.select(Target).where(Target.code == "T01")).one()
    assert (ended.ended_on, ended.end_recorded_on) == (date(2021, 10, 1), date(2021, 8, 26))
    states = {
        row.kind: row.state
        for row in session.execute(sa.select(Report.kind, Report.state).where(Report.target_id == ended.id))
    }
    assert states == {"periodic": "reopened", "completion": "recalled"}


def test_a_loaded_commitment_is_signed_on_paper_and_has_its_steps(session: Session, tmp_path: Path, at: Any) -> None:
    now: Moment = at("2022-01-10")
    heard: list[str] = []
    assert service.load(file_of(tmp_path, package()), heard.append) == []
    assert set(session.scalars(sa.select(Commitment.signed_how))) == {"paper"}
    judged = set(session.scalars(sa.select(StatusSpan.target_id).where(StatusSpan.to_on.is_(None))))
    assert judged == set(session.scalars(sa.select(Target.id)))
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "package.loaded")).one()
    assert (event.actor_id, event.at) == (None, now.at)
    assert event.detail is not None
    assert event.detail["programmes"] == ["PAR-2021"]
    assert (event.detail["commitments"], event.detail["targets"], event.detail["reports"]) == (1, 6, 6)
    assert len(heard) == 2


def test_a_package_with_a_fault_leaves_nothing_behind(session: Session, tmp_path: Path) -> None:
    whole = spoilt({f"{REACH}/weight": "0", "/commitments/-": {**package()["commitments"][0], "number": "02/CK-SNV"}})
    whole["commitments"].reverse()  # a good one first: it is staged, and must be taken back
    faults = service.load(file_of(tmp_path, whole))
    assert told(faults) == [("/commitments/1/targets/0/weight", "weight_not_positive")]
    for model in (WorkingCalendar, Agency, Programme, Commitment, Target, Report, Revision, AuditEvent, StatusSpan):
        assert count(session, model) == 0


def test_loading_twice_is_refused_for_what_cannot_stand_twice(session: Session, tmp_path: Path) -> None:
    path = file_of(tmp_path, package())
    assert service.load(path) == []
    assert told(service.load(path)) == [("/programmes/0/code", "code_used"), ("/commitments/0/number", "code_used")]


def test_a_further_package_shares_bodies_calendar_and_programme(session: Session, tmp_path: Path) -> None:
    assert service.load(file_of(tmp_path, package())) == []
    further = spoilt({"/commitments/0/number": "02/CK-SDL", "/commitments/0/agency": "SDL"})
    further["programmes"] = []
    assert service.load(file_of(tmp_path, further)) == []
    assert (count(session, Agency), count(session, AgencySuccession), count(session, WorkingCalendar)) == (2, 1, 1)
    assert (count(session, Programme), count(session, Commitment), count(session, Target)) == (1, 2, 12)
    assert len(set(session.scalars(sa.select(StatusSpan.target_id)))) == 12
    both = json.loads(dumped())
    assert [record["number"] for record in both["commitments"]] == ["01/CK-SNV", "02/CK-SDL"]


@pytest.mark.parametrize(
    ("edits", "refused"),
    [
        ({"/calendar/off_days/-": "2021-09-02"}, [("/calendar", "calendar_differs")]),
        ({"/agencies/0/name/vi": "Sở Nội vụ tỉnh"}, [("/agencies/0", "agency_differs")]),
        ({"/agencies/0/classifications/1/peer_group": "others"}, [("/agencies/0", "agency_differs")]),
        ({"/agencies/1/successors": []}, [("/agencies/1", "agency_differs")]),
    ],
)
def test_what_stands_otherwise_is_refused(
    edits: dict[str, Any], refused: list[tuple[str, str]], session: Session, tmp_path: Path
) -> None:
    assert service.load(file_of(tmp_path, package())) == []
    other = spoilt({**edits, "/programmes/0/code": "PAR-2022", "/commitments/0/programme": "PAR-2022"})
    other["commitments"][0]["number"] = "02/CK-SNV"
    assert told(service.load(file_of(tmp_path, other))) == refused


def test_a_programme_is_dumped_with_the_bodies_it_needs(session: Session, tmp_path: Path) -> None:
    further = {"code": "SXD", "classifications": [{"kind": "department"}], "name": {"vi": "Sở Xây dựng"}}
    whole = spoilt({"/agencies/-": further})
    whole["commitments"][0]["agency"] = "SDL"
    assert service.load(file_of(tmp_path, whole)) == []
    assert [record["code"] for record in json.loads(dumped("PAR-2021"))["agencies"]] == ["SDL", "SNV"]
    assert [record["code"] for record in json.loads(dumped())["agencies"]] == ["SDL", "SNV", "SXD"]


def test_programmes_with_different_calendars_are_dumped_one_by_one(session: Session, tmp_path: Path) -> None:
    assert service.load(file_of(tmp_path, package())) == []
    other = spoilt({"/calendar/name": "VN 2022", "/programmes/0/code": "PAR-2022", "/commitments": []})
    assert service.load(file_of(tmp_path, other)) == []
    with pytest.raises(DomainError, match=r"PAR-2021 \(VN 2021\), PAR-2022 \(VN 2022\)"):
        dumped()
    assert json.loads(dumped("PAR-2022"))["calendar"]["name"] == "VN 2022"


def test_what_one_package_cannot_hold_is_not_dumped(session: Session, tmp_path: Path) -> None:
    assert service.load(file_of(tmp_path, package())) == []
    with pytest.raises(DomainError):
        dumped("PAR-2020")
    with unit_of_work() as writer:
        programme_id = writer.scalars(sa.select(Programme.id)).one()
        writer.add(PolicyVersion(programme_id=programme_id, from_on=date(2030, 1, 1), values={"grace_days": 1}))
    with pytest.raises(DomainError, match="PAR-2021"):
        dumped()


@pytest.mark.parametrize("calendars", [[], ["VN 2022", "VN 2021"]])
def test_a_province_without_a_programme_is_dumped_too(
    calendars: list[str], installed: Product, session: Session, tmp_path: Path
) -> None:
    """Its bodies, and the first calendar by name, without one the usual week: a load of it is dumped alike."""
    bodies = package()["agencies"]
    for name in calendars:
        part = {**package(), "programmes": [], "commitments": [], "agencies": bodies}
        part["calendar"]["name"] = name
        assert service.load(file_of(tmp_path, part)) == []
    if not calendars:
        with unit_of_work() as writer:
            writer.add(Agency(code="SNV", kind="department", name={"vi": "Sở Nội vụ"}, sort_key="so noi vu"))
    once = dumped()
    whole = json.loads(once)
    assert [body["code"] for body in whole["agencies"]] == (["SDL", "SNV"] if calendars else ["SNV"])
    assert whole["calendar"]["name"] == ("VN 2021" if calendars else "Thứ Hai đến thứ Sáu")
    session.rollback()
    installed.empty()
    path = tmp_path / "dump.json"
    path.write_text(once, encoding="utf-8")
    assert service.load(path) == []
    assert dumped() == once


def test_nothing_at_all_is_dumped_and_loaded(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    path.write_text(dumped(), encoding="utf-8")
    assert service.load(path) == []
    assert dumped() == path.read_text(encoding="utf-8")


def test_what_a_unit_does_not_have_is_loaded_and_told(session: Session, tmp_path: Path) -> None:
    """Up to a limit one by one; what no past can have been is refused with all the rest."""
    heard: list[str] = []
    odd = spoilt({f"{REACH}/unit": "files", f"{REACH}/reports/0/revisions/0/value": "-3.5"})
    assert service.load(file_of(tmp_path, odd), heard.append) == []
    place = f"{REACH}/reports/0/revisions/0/value"
    assert [text for text in heard if place in text] == heard[:2]
    assert Decimal("-3.5") in session.scalars(sa.select(Revision.value)).all()
    share = "/commitments/0/targets/4/reports/0/revisions/0/numerator"
    refused = spoilt({share: "101", "/commitments/0/number": "02", "/programmes/0/code": "PAR-2022"})
    refused["commitments"][0]["programme"] = "PAR-2022"
    assert told(service.load(file_of(tmp_path, refused))) == [(share, "numerator_above_denominator")]
