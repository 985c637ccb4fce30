"""Every refusal of the package format, one case each: what is spoilt, and the one pointer and code that come of it."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.unit.interchange.cases import C0, PERIODS, PROGRAMMES, REPORTED, REPORTS, SCHEMA, TERMS, TEXTS
from tests.unit.interchange.life import package_3
from tests.unit.interchange.life_cases import LIFE
from tests.unit.interchange.sample import RANGE, REACH, edited, package, read_bytes, spoilt, target, text_of, told
from tracker.interchange.judging import schema
from tracker.interchange.judging.faults import MESSAGES, Code
from tracker.interchange.judging.known import Known, Programme
from tracker.rule.calendar import WorkingCalendar

STORED = Known(
    calendars={"VN 2021": {"name": "VN 2021", "off_days": ["2021-01-01"], "working_days": []}},
    agencies={"SNV": {"code": "SNV", "classifications": [{"kind": "department"}], "name": {"vi": "Sở khác"}}},
    programmes={"PAR-2021": Programme("PAR-2021", WorkingCalendar())},
    numbers={"01/CK-SNV"},
)


def names(cases: list[Any]) -> list[str]:
    return [f"{code} at {pointer}" for code, pointer, _edits in cases]


CASES = SCHEMA + PROGRAMMES + TERMS + REPORTED


@pytest.mark.parametrize(("code", "pointer", "edits"), CASES, ids=names(CASES))
def test_what_is_spoilt_is_refused_at_the_exact_thing_and_nowhere_else(
    code: str, pointer: str, edits: dict[str, Any], tmp_path: Path
) -> None:
    faults, _parts = read_bytes(tmp_path, text_of(spoilt(edits)))
    assert told(faults) == [(pointer, code)]
    assert str(faults[0]).startswith(f"{pointer}: ")


@pytest.mark.parametrize(("code", "pointer", "edits"), LIFE, ids=names(LIFE))
def test_what_is_spoilt_of_a_life_is_refused_there_and_nowhere_else(
    code: str, pointer: str, edits: dict[str, Any], tmp_path: Path
) -> None:
    faults, _parts = read_bytes(tmp_path, text_of(edited(package_3(), edits)))
    assert told(faults) == [(pointer, code)]
    assert str(faults[0]).startswith(f"{pointer}: ")


@pytest.mark.parametrize(("code", "pointer", "data"), TEXTS, ids=names(TEXTS))
def test_what_is_no_json_is_refused_with_its_place(code: str, pointer: str, data: bytes, tmp_path: Path) -> None:
    faults, _parts = read_bytes(tmp_path, data)
    assert (pointer, code) in told(faults)


def test_what_stands_twice_in_one_object_is_refused(tmp_path: Path) -> None:
    data = text_of(package()).replace(b'"shape": "reach"', b'"goal": "1", "shape": "reach"')
    assert told(read_bytes(tmp_path, data)[0]) == [(f"{REACH}/goal", "duplicate_key")]


def test_what_follows_the_end_is_refused(tmp_path: Path) -> None:
    faults, _parts = read_bytes(tmp_path, text_of(package()) + b"\n{}")
    assert told(faults) == [("", "trailing_text")]
    assert faults[0].values == {"line": 2, "column": 1}


def test_a_text_with_half_a_sign_is_refused(tmp_path: Path) -> None:
    data = text_of(package()).replace("Sở Nội vụ".encode(), b"\\ud800")
    assert told(read_bytes(tmp_path, data)[0]) == [("/agencies/0/name/vi", "bad_text")]


def test_what_is_stored_otherwise_or_already_is_refused(tmp_path: Path) -> None:
    faults, _parts = read_bytes(tmp_path, text_of(package()), STORED)
    assert told(faults) == [
        ("/calendar", "calendar_differs"),
        ("/agencies/0", "agency_differs"),
        ("/programmes/0/code", "code_used"),
        ("/commitments/0/number", "code_used"),
    ]


OF_FORMAT_1 = {"code": "SNV", "kind": "department", "name": {"vi": "Sở Nội vụ"}}


@pytest.mark.parametrize(
    ("edits", "refused"),
    [
        ({}, []),
        ({"/agencies/0/peer_group": "departments"}, []),
        ({"/agencies/0/peer_group": "Sở ngành"}, [("/agencies/0/peer_group", "bad_kind")]),
        ({"/agencies/0/classifications": [{"kind": "department"}]}, [("/agencies/0/classifications", "unknown_key")]),
        ({"/format": "commitment-package/2"}, [("/agencies/0", "key_missing"), ("/agencies/0/kind", "unknown_key")]),
    ],
)
def test_each_format_has_its_own_bodies(edits: dict[str, Any], refused: list[tuple[str, str]], tmp_path: Path) -> None:
    """In format 1 a kind has no days, and means since ever; a validator with the shipped schema says the same."""
    older = {"/format": "commitment-package/1", "/agencies": [{**OF_FORMAT_1}], "/commitments": []}
    whole = spoilt({**older, **edits})
    faults, parts = read_bytes(tmp_path, text_of(whole))
    assert sorted(told(faults)) == sorted(refused)
    assert jsonschema.Draft202012Validator(schema.document()).is_valid(whole) == (not refused)
    if not refused:
        (body,) = (part.record for part in parts if part.kind == "agency")
        group = {key: text for key, text in whole["agencies"][0].items() if key in ("kind", "peer_group")}
        assert body["classifications"] == [group]


def test_codes_that_differ_by_their_case_are_one(tmp_path: Path) -> None:
    stored = Known(agencies={"SNV": package()["agencies"][0]}, programmes=STORED.programmes)
    edits = {"/agencies/0/code": "snv", "/agencies/1/code": "Snv", "/programmes/0/code": "par-2021"}
    faults, _parts = read_bytes(tmp_path, text_of(spoilt(edits)), stored)
    assert [place for place in told(faults) if place[1] == "code_other_case"] == [
        ("/agencies/0/code", "code_other_case"),
        ("/agencies/1/code", "code_other_case"),
        ("/programmes/0/code", "code_other_case"),
    ]


def test_what_nobody_sees_does_not_come_in(tmp_path: Path) -> None:
    edits = {"/agencies/0/name/vi": "Sở\u200b Nội vu\u0323\ufeff", f"{REACH}/title/vi": "Dịch\u00ad vụ"}
    faults, parts = read_bytes(tmp_path, text_of(spoilt(edits)))
    assert faults == []
    agency, commitment = parts[1].record, parts[-1].record
    assert (agency["name"]["vi"], commitment["targets"][0]["title"]["vi"]) == ("Sở Nội vụ", "Dịch vụ")


def test_what_is_stored_alike_is_known(tmp_path: Path) -> None:
    whole = package()
    stored = {record["code"]: {"exists_from": None, **record} for record in whole["agencies"]}
    known = Known({"VN 2021": whole["calendar"]}, stored)
    assert read_bytes(tmp_path, text_of(whole), known)[0] == []


def test_a_commitment_may_name_what_only_the_database_holds(tmp_path: Path) -> None:
    whole = package()
    known = Known(
        agencies={record["code"]: record for record in whole["agencies"]},
        programmes={
            "PAR-2021": Programme.of(whole["programmes"][0], WorkingCalendar(), STORED.programmes["PAR-2021"].policy)
        },
    )
    rest = {**whole, "agencies": [], "programmes": []}
    assert read_bytes(tmp_path, text_of(rest), known)[0] == []
    rest["commitments"][0]["targets"][0]["reports"][0]["period"] = "Q9"
    assert told(read_bytes(tmp_path, text_of(rest), known)[0]) == [(f"{REPORTS}/0/period", "unknown_period")]


def test_all_faults_are_listed_and_none_follows_from_another(tmp_path: Path) -> None:
    edits = {f"{PERIODS}/0/due_on": "2021-03-13", f"{REACH}/weight": "0", f"{RANGE}/low": "21", f"{C0}/agency": "?"}
    faults, parts = read_bytes(tmp_path, text_of(spoilt(edits)))
    assert told(faults) == [
        (f"{PERIODS}/0/due_on", "period_days"),
        (f"{C0}/agency", "bad_code"),
        (f"{REACH}/weight", "weight_not_positive"),
        (f"{RANGE}/low", "low_above_high"),
    ]
    assert [part.kind for part in parts] == ["calendar", "agency", "agency"]


def test_the_first_thousand_faults_are_listed(tmp_path: Path) -> None:
    whole = spoilt({f"{C0}/targets": [target("T01")] * 2000})
    assert len(read_bytes(tmp_path, text_of(whole))[0]) == 1000


def test_every_code_has_a_case_and_a_sentence(tmp_path: Path) -> None:
    told_elsewhere = {
        "agency_differs", "calendar_differs", "code_used", "code_other_case", "trailing_text", "too_long",
        "template_differs",
    }  # fmt: skip
    cases = (
        {code for code, _pointer, _edits in CASES + LIFE} | {code for code, _pointer, _data in TEXTS} | told_elsewhere
    )
    assert {code.value for code in Code} == cases
    assert set(MESSAGES) == set(Code)
