"""Every refusal of the package format, one case each: what is spoilt, and the one pointer and code that come of it."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.interchange.sample import (
    CUMULATIVE,
    DELIVERABLE,
    GONE,
    KEEP,
    RANGE,
    RATIO,
    REACH,
    package,
    periodic,
    read_bytes,
    spoilt,
    target,
    text_of,
    told,
)
from tracker.interchange.faults import MESSAGES, Code
from tracker.interchange.known import Known, Programme
from tracker.rule.calendar import WorkingCalendar

PERIODS = "/programmes/0/periods"
POLICY = "/programmes/0/policy"
C0 = "/commitments/0"
REPORTS = f"{REACH}/reports"
Q1 = f"{REPORTS}/0/revisions"
DONE = f"{REPORTS}/1/revisions/0"
QUARTER = {"frequency": "quarterly", "starts_on": "2021-09-15", "cut_off": "2021-12-14", "due_on": "2021-12-20"}
BANDS = {"excellent": "90", "good": "80", "fair": "70", "average": "50"}
ACCEPTED = {"outcome": "accepted", "decided_on": "2021-06-30"}

Case = tuple[str, str, dict[str, Any]]

SCHEMA: list[Case] = [
    ("unknown_key", "/extra", {"/extra": 1}),
    ("unknown_key", "/a~1b", {"/a~1b": 1}),
    ("unknown_key", "/calendar/note", {"/calendar/note": "x"}),
    ("unknown_key", "/agencies/0/note", {"/agencies/0/note": "x"}),
    ("unknown_key", "/agencies/0/name/fr", {"/agencies/0/name/fr": "x"}),
    ("unknown_key", f"{POLICY}/colour", {f"{POLICY}/colour": "x"}),
    ("unknown_key", f"{PERIODS}/0/note", {f"{PERIODS}/0/note": "x"}),
    ("unknown_key", f"{C0}/note", {f"{C0}/note": "x"}),
    ("unknown_key", f"{REACH}/note", {f"{REACH}/note": "x"}),
    ("unknown_key", f"{REACH}/milestones/0/note", {f"{REACH}/milestones/0/note": "x"}),
    ("unknown_key", f"{REACH}/ended/note", {f"{REACH}/ended/note": "x"}),
    ("unknown_key", f"{Q1}/0/decisions/0/note", {f"{Q1}/0/decisions/0/note": "x"}),
    ("key_missing", "", {"/calendar": GONE}),
    ("key_missing", "", {"/format": GONE}),
    ("key_missing", "", {"/commitments": GONE}),
    ("key_missing", "/agencies/0/name", {"/agencies/0/name": {"en": "Home Affairs"}}),
    ("key_missing", C0, {f"{C0}/signed_on": GONE}),
    ("key_missing", REACH, {f"{REACH}/baseline": GONE}),
    ("key_missing", KEEP, {f"{KEEP}/direction": GONE}),
    ("key_missing", f"{REPORTS}/0", {f"{REPORTS}/0/period": GONE}),
    ("key_missing", DONE, {f"{DONE}/as_at": GONE}),
    ("key_not_here", f"{DELIVERABLE}/goal", {f"{DELIVERABLE}/goal": "100"}),
    ("key_not_here", f"{REACH}/judged_by", {f"{REACH}/judged_by": "whole_term"}),
    ("key_not_here", f"{KEEP}/milestones", {f"{KEEP}/milestones": []}),
    ("key_not_here", f"{REACH}/amendments/0/low", {f"{REACH}/amendments/0/low": "1"}),
    ("key_not_here", f"{REPORTS}/1/period", {f"{REPORTS}/1/period": "Q2"}),
    ("no_goal", RANGE, {f"{RANGE}/low": GONE, f"{RANGE}/high": GONE}),
    ("not_object", "/calendar", {"/calendar": []}),
    ("not_object", "/calendar", {"/calendar": "VN"}),
    ("not_object", "/agencies/0", {"/agencies/0": 3, "/agencies/1/successors": [], "/commitments": []}),
    ("not_list", "/agencies", {"/agencies": {}, "/commitments": []}),
    ("not_list", "/commitments", {"/commitments": {}}),
    ("not_list", f"{C0}/targets", {f"{C0}/targets": None}),
    ("not_text", f"{REACH}/goal", {f"{REACH}/goal": 234}),
    ("not_text", f"{REACH}/due_on", {f"{REACH}/due_on": None}),
    ("not_text", "/agencies/0/exists_to", {"/agencies/0/exists_to": 2021}),
    ("not_whole_number", f"{REACH}/domain", {f"{REACH}/domain": 3.5}),
    ("not_whole_number", f"{REACH}/domain", {f"{REACH}/domain": float("nan")}),
    ("not_whole_number", f"{POLICY}/grace_days", {f"{POLICY}/grace_days": "3"}),
    ("not_whole_number", f"{POLICY}/grace_days", {f"{POLICY}/grace_days": True}),
    ("not_true_or_false", f"{RATIO}/ratio", {f"{RATIO}/ratio": "true"}),
    ("number_too_small", f"{REACH}/domain", {f"{REACH}/domain": 0}),
    ("number_too_large", f"{REACH}/domain", {f"{REACH}/domain": 9}),
    ("not_one_of", f"{REACH}/frequency", {f"{REACH}/frequency": "weekly"}),
    ("not_one_of", f"{Q1}/0/decisions/0/outcome", {f"{Q1}/0/decisions/0/outcome": "lost"}),
    ("wrong_format", "/format", {"/format": "commitment-package/2"}),
    ("wrong_format", "/format", {"/format": ["commitment-package/1"]}),
    ("bad_day", f"{REACH}/starts_on", {f"{REACH}/starts_on": "2021-02-30"}),
    ("bad_day", f"{REACH}/starts_on", {f"{REACH}/starts_on": "4/2/2021"}),
    ("bad_day", f"{REACH}/starts_on", {f"{REACH}/starts_on": "2021-02-04\n"}),
    ("bad_day", f"{REACH}/starts_on", {f"{REACH}/starts_on": "0021-02-04"}),
    ("bad_figure", f"{REACH}/goal", {f"{REACH}/goal": "1e3"}),
    ("bad_figure", f"{REACH}/goal", {f"{REACH}/goal": "07"}),
    ("bad_figure", f"{REACH}/goal", {f"{REACH}/goal": "1,5"}),
    ("bad_figure", f"{REACH}/goal", {f"{REACH}/goal": "١٢"}),
    ("bad_figure", f"{REACH}/goal", {f"{REACH}/goal": "9" * 19}),
    ("bad_code", "/agencies/1/code", {"/agencies/1/code": "S DL"}),
    ("bad_code", f"{REACH}/code", {f"{REACH}/code": "T/01"}),
    ("bad_kind", "/agencies/0/kind", {"/agencies/0/kind": "Department"}),
    ("bad_text", f"{REACH}/title/vi", {f"{REACH}/title/vi": " "}),
    ("bad_text", f"{REACH}/title/vi", {f"{REACH}/title/vi": "a\x00b"}),
    ("bad_text", f"{C0}/number", {f"{C0}/number": "01/CK "}),
    ("text_too_long", f"{REACH}/unit", {f"{REACH}/unit": "x" * 41}),
    ("list_too_short", f"{REPORTS}/0/revisions", {f"{REPORTS}/0/revisions": []}),
    (
        "list_too_long",
        f"{Q1}/0/decisions",
        {f"{Q1}/0/decisions": [{"outcome": "returned", "decided_on": "2021-03-18"}] * 1000},
    ),
]

PROGRAMMES: list[Case] = [
    ("day_twice", "/calendar/off_days/2", {"/calendar/off_days/-": "2021-01-01"}),
    ("day_twice", "/calendar/working_days/1", {"/calendar/working_days/-": "2021-01-01"}),
    ("code_twice", "/agencies/1/code", {"/agencies/1/code": "SNV", "/agencies/1/successors": []}),
    ("unknown_agency", "/agencies/1/successors/0", {"/agencies/1/successors/0": "SXD"}),
    ("own_successor", "/agencies/1/successors/0", {"/agencies/1/successors/0": "SDL"}),
    ("code_twice", "/agencies/1/successors/1", {"/agencies/1/successors/-": "SNV"}),
    ("ends_before_start", "/agencies/1/exists_to", {"/agencies/1/exists_from": "2025-03-01"}),
    ("code_twice", "/programmes/1/code", {"/programmes/-": package()["programmes"][0]}),
    ("ends_before_start", "/programmes/0/ends_on", {"/programmes/0/ends_on": "2020-12-14"}),
    ("code_twice", f"{PERIODS}/4/code", {f"{PERIODS}/-": {**QUARTER, "code": "Q1"}}),
    (
        "periods_overlap",
        f"{PERIODS}/4/starts_on",
        {f"{PERIODS}/-": {**QUARTER, "code": "Q4", "starts_on": "2021-09-14"}},
    ),
    ("period_days", f"{PERIODS}/4/cut_off", {f"{PERIODS}/-": {**QUARTER, "code": "Q4", "cut_off": "2021-09-14"}}),
    ("period_days", f"{PERIODS}/4/due_on", {f"{PERIODS}/-": {**QUARTER, "code": "Q4", "due_on": "2021-12-13"}}),
    ("policy_range", f"{POLICY}/on_track", {f"{POLICY}/on_track": "1.01"}),
    ("policy_range", f"{POLICY}/at_risk", {f"{POLICY}/at_risk": "-0.1"}),
    ("policy_range", f"{POLICY}/keep_at_risk", {f"{POLICY}/keep_at_risk": "90"}),
    ("policy_range", f"{POLICY}/late_penalty", {f"{POLICY}/late_penalty": "-1"}),
    ("policy_range", f"{POLICY}/late_floor", {f"{POLICY}/late_floor": "101"}),
    ("policy_range", f"{POLICY}/punctuality_weight", {f"{POLICY}/punctuality_weight": "2"}),
    ("number_too_small", f"{POLICY}/grace_days", {f"{POLICY}/grace_days": -1}),
    ("policy_order", f"{POLICY}/at_risk", {f"{POLICY}/at_risk": "0.95"}),
    ("policy_order", f"{POLICY}/on_track", {f"{POLICY}/on_track": "0.60", f"{POLICY}/at_risk": GONE}),
    ("bands_rise", f"{POLICY}/bands/fair", {f"{POLICY}/bands": {**BANDS, "fair": "80"}}),
    ("policy_range", f"{POLICY}/bands/excellent", {f"{POLICY}/bands": {**BANDS, "excellent": "101"}}),
]

TERMS: list[Case] = [
    ("code_twice", "/commitments/1/number", {"/commitments/-": {**package()["commitments"][0], "targets": []}}),
    ("unknown_programme", f"{C0}/programme", {f"{C0}/programme": "PAR-2020"}),
    ("unknown_agency", f"{C0}/agency", {f"{C0}/agency": "SXD"}),
    ("in_force_before_signing", f"{C0}/in_force_from", {f"{C0}/in_force_from": "2021-02-03"}),
    ("code_twice", f"{KEEP}/code", {f"{KEEP}/code": "T01"}),
    ("due_before_start", f"{CUMULATIVE}/due_on", {f"{CUMULATIVE}/due_on": "2021-02-04"}),
    ("deadline_past_periods", f"{CUMULATIVE}/due_on", {f"{CUMULATIVE}/due_on": "2021-10-16"}),
    ("deadline_past_periods", f"{REACH}/extensions/1/due_on", {f"{REACH}/extensions/1/due_on": "2021-10-16"}),
    ("no_periods", f"{CUMULATIVE}/frequency", {f"{CUMULATIVE}/frequency": "monthly"}),
    ("weight_not_positive", f"{REACH}/weight", {f"{REACH}/weight": "0.00"}),
    ("weight_not_positive", f"{REACH}/amendments/0/weight", {f"{REACH}/amendments/0/weight": "-1"}),
    ("goal_is_baseline", f"{REACH}/goal", {f"{REACH}/goal": "0.0", f"{REACH}/milestones": []}),
    ("goal_is_baseline", f"{REACH}/amendments/0/goal", {f"{REACH}/amendments/0/goal": "0"}),
    (
        "goal_is_baseline",
        f"{REACH}/amendments/0/baseline",
        {f"{REACH}/amendments/0": {"signed_on": "2021-05-10", "from": "2021-05-15", "baseline": "234"}},
    ),
    ("goal_not_positive", f"{KEEP}/goal", {f"{KEEP}/goal": "0"}),
    (
        "goal_not_positive",
        f"{KEEP}/amendments/0/goal",
        {f"{KEEP}/amendments": [{"signed_on": "2021-05-10", "from": "2021-05-15", "goal": "-1"}]},
    ),
    ("low_above_high", f"{RANGE}/low", {f"{RANGE}/low": "20.01"}),
    (
        "low_above_high",
        f"{RANGE}/amendments/0/high",
        {f"{RANGE}/amendments": [{"signed_on": "2021-05-10", "from": "2021-05-15", "high": "9"}]},
    ),
    ("range_beside_goal", f"{KEEP}/high", {f"{KEEP}/high": "99"}),
    (
        "range_beside_goal",
        f"{KEEP}/amendments/0/low",
        {f"{KEEP}/amendments": [{"signed_on": "2021-05-10", "from": "2021-05-15", "low": "9"}]},
    ),
    (
        "range_beside_goal",
        f"{RANGE}/amendments/0/goal",
        {f"{RANGE}/amendments": [{"signed_on": "2021-05-10", "from": "2021-05-15", "goal": "9"}]},
    ),
    ("range_direction", f"{RANGE}/direction", {f"{RANGE}/direction": "at_most"}),
    ("whole_term_range", f"{RANGE}/judged_by", {f"{RANGE}/judged_by": "whole_term"}),
    ("whole_term_sum", f"{KEEP}/judged_by", {f"{KEEP}/judged_by": "whole_term"}),
    ("cumulative_every_period", f"{KEEP}/cumulative", {f"{KEEP}/cumulative": True}),
    ("milestone_twice", f"{REACH}/milestones/1/on", {f"{REACH}/milestones/1/on": "2021-04-30"}),
    ("milestone_outside_term", f"{REACH}/milestones/0/on", {f"{REACH}/milestones/0/on": "2021-02-04"}),
    ("milestone_outside_term", f"{REACH}/milestones/1/on", {f"{REACH}/milestones/1/on": "2021-09-30"}),
    ("milestone_backwards", f"{REACH}/milestones/1/value", {f"{REACH}/milestones/1/value": "89"}),
    ("milestone_backwards", f"{REACH}/milestones/0/value", {f"{REACH}/milestones/0/value": "-1"}),
    ("milestone_backwards", f"{DELIVERABLE}/milestones/0/value", {f"{DELIVERABLE}/milestones/0/value": "101"}),
    (
        "milestone_backwards",
        f"{REACH}/amendments/0/milestones/0/value",
        {f"{REACH}/amendments/0/milestones": [{"on": "2021-05-01", "value": "201"}]},
    ),
    ("milestone_backwards", f"{REACH}/amendments/0/goal", {f"{REACH}/amendments/0/goal": "100"}),
    ("extension_shorter", f"{REACH}/extensions/0/due_on", {f"{REACH}/extensions/0/due_on": "2021-09-30"}),
    ("extension_shorter", f"{REACH}/extensions/1/due_on", {f"{REACH}/extensions/1/due_on": "2021-10-05"}),
    ("extension_earlier", f"{REACH}/extensions/1/granted_on", {f"{REACH}/extensions/1/granted_on": "2021-06-24"}),
    ("suspension_days", f"{REACH}/suspensions/0/to", {f"{REACH}/suspensions/0/to": "2021-05-04"}),
    ("suspensions_overlap", f"{REACH}/suspensions/1/from", {f"{REACH}/suspensions/0/to": "2021-06-05"}),
    ("amended_before_signing", f"{REACH}/amendments/0/from", {f"{REACH}/amendments/0/from": "2021-05-09"}),
    ("recorded_before", f"{REACH}/extensions/0/recorded_on", {f"{REACH}/extensions/0/recorded_on": "2021-06-24"}),
    ("recorded_before", f"{REACH}/suspensions/1/recorded_on", {f"{REACH}/suspensions/1/recorded_on": "2021-06-04"}),
    ("recorded_before", f"{REACH}/amendments/0/recorded_on", {f"{REACH}/amendments/0/recorded_on": "2021-05-09"}),
    ("recorded_before", f"{REACH}/ended/recorded_on", {f"{REACH}/ended/recorded_on": "2021-08-24"}),
]

ANSWER = {"seq": 2, "submitted_on": "2021-06-29", "as_at": "2021-06-25", "value": "234"}
REPORTED: list[Case] = [
    (
        "keep_without_period",
        CUMULATIVE,
        {f"{CUMULATIVE}/starts_on": "2021-06-15", f"{CUMULATIVE}/due_on": "2021-09-13"},
    ),
    ("unknown_period", f"{REPORTS}/0/period", {f"{REPORTS}/0/period": "Q9"}),
    ("other_frequency", f"{KEEP}/reports/1/period", {f"{KEEP}/reports/-": periodic("Y", "2021-12-16", value="1")}),
    (
        "period_reported_twice",
        f"{KEEP}/reports/1/period",
        {f"{KEEP}/reports/-": periodic("Q1", "2021-03-16", value="1")},
    ),
    ("outside_periods", f"{KEEP}/reports/0/period", {f"{KEEP}/starts_on": "2021-03-15"}),
    ("outside_periods", f"{KEEP}/reports/0/period", {f"{C0}/in_force_from": "2021-03-23", f"{RATIO}/reports": []}),
    (
        "second_completion",
        f"{REPORTS}/2/kind",
        {f"{REPORTS}/-": package()["commitments"][0]["targets"][0]["reports"][1]},
    ),
    (
        "completion_of_keep",
        f"{RANGE}/reports/0/kind",
        {f"{RANGE}/reports/0": {"kind": "completion", "revisions": [{**ANSWER, "seq": 1}]}},
    ),
    ("completion_below_goal", f"{DONE}/value", {f"{DONE}/value": "199.99"}),
    (
        "sent_before_cut_off",
        f"{KEEP}/reports/0/revisions/0/submitted_on",
        {f"{KEEP}/reports/0": periodic("Q1", "2021-03-13", value="1")},
    ),
    ("as_at_outside_period", f"{Q1}/1/as_at", {f"{Q1}/1/as_at": "2020-12-14"}),
    ("as_at_outside_period", f"{Q1}/1/as_at", {f"{Q1}/1/as_at": "2021-03-15"}),
    ("as_at_after_sending", f"{DONE}/as_at", {f"{DONE}/as_at": "2021-06-29"}),
    ("seq_broken", f"{Q1}/0/seq", {f"{Q1}/0/seq": 2}),
    ("seq_broken", f"{Q1}/1/seq", {f"{Q1}/1/seq": 3}),
    ("follows_undecided", f"{Q1}/1", {f"{Q1}/0/decisions": GONE}),
    ("follows_undecided", f"{Q1}/1", {f"{Q1}/0/decisions/0/outcome": "accepted"}),
    ("sent_before_decision", f"{Q1}/1/submitted_on", {f"{Q1}/1/submitted_on": "2021-03-17"}),
    ("figure_missing", f"{Q1}/0", {f"{Q1}/0/value": GONE}),
    ("figure_missing", f"{RATIO}/reports/0/revisions/0", {f"{RATIO}/reports/0/revisions/0/denominator": GONE}),
    (
        "figure_missing",
        f"{RATIO}/reports/0/revisions/0/decisions/0",
        {f"{RATIO}/reports/0/revisions/0/decisions/0/denominator": GONE},
    ),
    ("figure_not_here", f"{RATIO}/reports/0/revisions/0/value", {f"{RATIO}/reports/0/revisions/0/value": "95"}),
    ("figure_not_here", f"{Q1}/0/numerator", {f"{Q1}/0/numerator": "95"}),
    (
        "not_applicable_here",
        f"{DELIVERABLE}/reports/0/revisions/0/not_applicable",
        {f"{DELIVERABLE}/reports/0/revisions/0": {"seq": 1, "submitted_on": "2021-03-16", "not_applicable": True}},
    ),
    (
        "figure_beside_not_applicable",
        f"{KEEP}/reports/0/revisions/0/value",
        {f"{KEEP}/reports/0/revisions/0/value": "1"},
    ),
    (
        "denominator_negative",
        f"{RATIO}/reports/0/revisions/0/denominator",
        {f"{RATIO}/reports/0/revisions/0/denominator": "-1"},
    ),
    (
        "denominator_negative",
        f"{RATIO}/reports/0/revisions/0/decisions/0/denominator",
        {f"{RATIO}/reports/0/revisions/0/decisions/0/denominator": "-1"},
    ),
    (
        "percent_range",
        f"{DELIVERABLE}/reports/0/revisions/0/value",
        {f"{DELIVERABLE}/reports/0/revisions/0/value": "100.01"},
    ),
    (
        "percent_range",
        f"{DELIVERABLE}/reports/0/revisions/0/decisions/0/value",
        {f"{DELIVERABLE}/reports/0/revisions/0/decisions/0/value": "-1"},
    ),
    ("decided_before_sending", f"{Q1}/0/decisions/0/decided_on", {f"{Q1}/0/decisions/0/decided_on": "2021-03-15"}),
    ("decision_order", f"{Q1}/1/decisions/1/decided_on", {f"{Q1}/1/decisions/1/decided_on": "2021-03-21"}),
    (
        "reopened_unaccepted",
        f"{Q1}/1/decisions/1/outcome",
        {f"{Q1}/1/decisions/0": {"outcome": "returned", "decided_on": "2021-03-22"}},
    ),
    ("recalled_late", f"{Q1}/1/decisions/1/outcome", {f"{Q1}/1/decisions/1/outcome": "recalled"}),
    ("decided_after_recall", f"{DONE}/decisions/1/outcome", {f"{DONE}/decisions/-": ACCEPTED}),
    ("value_not_of_acceptance", f"{Q1}/0/decisions/0/value", {f"{Q1}/0/decisions/0/value": "37"}),
    ("value_of_completion", f"{DONE}/decisions/0/value", {f"{DONE}/decisions/0": {**ACCEPTED, "value": "234"}}),
    (
        "value_of_not_applicable",
        f"{KEEP}/reports/0/revisions/0/decisions/0/value",
        {f"{KEEP}/reports/0/revisions/0/decisions/0/value": "95"},
    ),
    ("recorded_before", f"{Q1}/0/recorded_on", {f"{Q1}/0/recorded_on": "2021-03-15"}),
    ("recorded_before", f"{Q1}/0/decisions/0/recorded_on", {f"{Q1}/0/decisions/0/recorded_on": "2021-03-17"}),
]

TEXTS: list[tuple[str, str, bytes]] = [
    ("not_json", "", b""),
    ("not_json", "", b"{"),
    ("not_json", "/agencies/1", b'{"agencies": [1,]}'),
    ("not_json", "/calendar", b'{"calendar": {"name": }}'),
    ("not_json", "", b'{"format": "commitment-package/1",}'),
    ("not_json", "/format", b'{"format": "commitment'),
    ("wrong_encoding", "/format", b'{"format": "\xff"}'),
    ("wrong_encoding", "", "{}".encode("utf-16")),
    ("byte_order_mark", "", b"\xef\xbb\xbf{}"),
    ("too_deep", "/calendar/0", b'{"calendar": ' + b"[" * 100_000),
    ("not_object", "", b"[]"),
    ("not_object", "", b"3"),
    ("duplicate_key", "/format", b'{"format": 1, "format": 2}'),
]

STORED = Known(
    calendars={"VN 2021": {"name": "VN 2021", "off_days": ["2021-01-01"], "working_days": []}},
    agencies={"SNV": {"code": "SNV", "kind": "department", "name": {"vi": "Sở khác"}}},
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
        "agency_differs", "calendar_differs", "code_used", "trailing_text", "too_long",
    }  # fmt: skip
    cases = {code for code, _pointer, _edits in CASES} | {code for code, _pointer, _data in TEXTS} | told_elsewhere
    assert {code.value for code in Code} == cases
    assert set(MESSAGES) == set(Code)
