"""The reason behind each status: its code, and the figures that its sentences need."""

# ruff: noqa: E501 - a table, one case a line

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.factories.package_facts import facts_of_package
from tests.factories.targets_by_hand import (
    amended,
    completion,
    deliverable,
    ended,
    extended,
    keep,
    monthly,
    on,
    reach,
    returned,
    sent,
    suspended,
)
from tests.factories.told_by_hand import steps
from tests.unit.rule.test_invariants import REQUIRED
from tracker.rule import Facts, Ledger, ReasonCode, assess, owed_periods
from tracker.rule.facts import JudgedBy

SHARED = Path(__file__).parents[3] / "../shared/data/trials"
SO_FAR: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "cumulative": True}
TERM: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "ratio": True}

CASES: list[tuple[Facts, str, str, dict[str, str]]] = [
    (reach(starts_on=on("02-01"), in_force_from=on("02-04")), "01-31", "not_started", {"from_on": "2021-02-04"}),
    (reach(end=ended("02-03")), "03-01", "ended", {"ended_on": "2021-02-03"}),
    (keep(*(monthly(n, "n/a") for n in (1, 2, 3))), "04-01", "nothing_applicable", {"reports": "3"}),
    (reach(monthly(3, "100")), "04-12", "met", {"met_on": "2021-03-31", "deadline": "2021-06-30", "value": "100"}),
    (reach(completion(sent("07-14", "100", as_at="07-05"))), "07-14", "met_late", {"met_on": "2021-07-05", "days_late": "3"}),
    (reach(monthly(6, "50")), "07-05", "overdue", {"value": "50", "as_at": "2021-06-30", "percent": "50.00", "days_late": "3"}),
    (reach(), "07-05", "overdue_without_figure", {"goal": "100", "days_late": "3"}),
    (reach(suspensions=(suspended("02-03", "02-12"),)), "02-05", "suspended", {"from_on": "2021-02-03", "to_on": "2021-02-12"}),
    (keep(*(monthly(n, "95") for n in (1, 2, 3))), "04-01", "kept", {"kept": "3", "reports": "3", "goal": "95"}),
    (keep(*(monthly(n, "95/100") for n in (1, 2, 3)), **TERM), "04-01", "kept_overall", {"value": "95", "goal": "95"}),
    (keep(monthly(1, "95"), monthly(2, "90.5"), monthly(3, "1")), "04-01", "missed", {"kept": "1", "reports": "3", "period": "M02", "value": "90.5"}),
    (keep(*(monthly(n, "2/3") for n in (1, 2, 3)), **TERM), "04-01", "missed_overall", {"value": "66.67", "percent": "70.18"}),
    (reach(), "02-20", "silent", {"period": "M01", "due_on": "2021-02-05"}),
    (reach(monthly(1, "10"), completion(sent("02-02", "100", returned("02-03"), as_at="02-02"))), "02-09", "return_unanswered", {"period": "", "returned_on": "2021-02-03", "answer_by": "2021-02-08"}),
    (reach(), "01-20", "no_figure", {"next_period": "M01", "next_due_on": "2021-02-05", "needed": "15"}),
    (deliverable(monthly(1, "10"), milestones=""), "02-03", "no_milestones", {"next_period": "M02"}),
    (reach(monthly(1, "17")), "02-03", "on_plan", {"value": "17", "plan": "16.67", "percent": "100.00", "next_period": "M02", "needed": "29"}),
    (reach(monthly(1, "1")), "02-03", "below_plan", {"value": "1", "plan": "16.67", "percent": "6.00", "needed": "29"}),
    (keep(monthly(1, "25"), direction=None, low="20", high="30"), "02-03", "keeping", {"kept": "1", "reports": "1", "low": "20", "high": "30"}),
    (keep(monthly(1, "94")), "02-03", "keep_broken", {"kept": "0", "reports": "1", "period": "M01", "value": "94", "next_period": "M02"}),
    (keep(monthly(1, "96/100"), **TERM), "02-03", "keeping_overall", {"value": "96", "goal": "95"}),
    (keep(monthly(1, "19/40"), **TERM), "02-03", "below_overall", {"value": "47.5", "goal": "95", "percent": "50.00"}),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "code", "figures"), CASES, ids=[case[2] for case in CASES])
def test_a_reason_names_what_it_rests_on(facts: Facts, day: str, code: str, figures: dict[str, str]) -> None:
    why = assess(Ledger(facts).known(on(day)), on(day)).reason
    assert why.code == code
    assert why.figures | figures == why.figures
    assert REQUIRED[why.code] <= why.figures.keys()


def test_every_code_has_its_case() -> None:
    assert {case[2] for case in CASES} == {code.value for code in ReasonCode}


MORE: list[tuple[str, Facts, str, dict[str, str], tuple[str, ...]]] = [
    ("a range without an upper end names the lower one", keep(monthly(1, "25"), direction=None, low="20"), "02-03", {"low": "20"}, ("high", "goal")),
    ("a range without a lower end names the upper one", keep(monthly(1, "25"), direction=None, high="30"), "02-03", {"high": "30"}, ("low",)),
    ("none applicable is counted", keep(monthly(1, "n/a"), monthly(2, "95")), "03-03", {"kept": "1", "reports": "1"}, ("period", "value")),
    ("the first that broke it is named, not the worst", keep(monthly(1, "94"), monthly(2, "1")), "03-03", {"period": "M01", "value": "94", "kept": "0"}, ()),
    ("the report that comes next is one without a figure yet", reach(monthly(1, "17"), monthly(2, sent("03-01", "33", returned("03-02")))), "03-03", {"next_period": "M02", "next_due_on": "2021-03-05"}, ()),
    ("one that came back is due on the last day for its answer", reach(monthly(1, "17"), monthly(2, sent("03-01", "33", returned("03-04")))), "03-05", {"next_period": "M02", "next_due_on": "2021-03-09"}, ()),
    ("a silent one that came back lacks its answer", reach(monthly(1, "17"), monthly(2, sent("03-01", "33", returned("03-04")))), "03-11", {"code": "return_unanswered", "period": "M02", "returned_on": "2021-03-04", "answer_by": "2021-03-09"}, ("due_on",)),
    ("so does one sent late", reach(monthly(1, "17"), monthly(2, sent("03-08", "33", returned("03-10")))), "03-16", {"code": "return_unanswered", "period": "M02", "answer_by": "2021-03-15"}, ("due_on",)),
    ("a completion that came back lacks its answer too", reach(monthly(1, "17"), completion(sent("02-10", "100", returned("02-12"), as_at="02-08"))), "03-11", {"code": "return_unanswered", "period": "", "answer_by": "2021-02-17"}, ("due_on",)),
    ("the deadline named is D", reach(monthly(1, "17"), due_on=on("06-27")), "02-03", {"deadline": "2021-06-28"}, ()),
    ("a figure whose day has come answers it", reach(monthly(1, sent("02-02", "17"))), "01-31", {"next_period": "M02"}, ()),
    ("none is next where none is owed any more", reach(*(monthly(n, str(16 * n)) for n in range(1, 7))), "06-30", {"code": "on_plan"}, ("next_period", "next_due_on", "needed")),
    ("what a plan downwards asks for", reach(monthly(1, "117.5"), baseline="120", goal="90"), "02-03", {"value": "117.5", "plan": "115", "percent": "50.00", "needed": "111.3"}, ()),
    ("what it needs is rounded to what is enough", reach(goal="234", due_on=on("07-31")), "01-20", {"next_period": "M01", "needed": "29.95"}, ()),
    ("downwards too", reach(goal="0", baseline="234"), "01-20", {"next_period": "M01", "needed": "198.9"}, ()),
    ("downwards, rounded", reach(goal="0", baseline="100", due_on=on("07-01")), "01-20", {"next_period": "M01", "needed": "85.08"}, ()),
    ("the next report is one whose figure would be the latest", reach(monthly(2, "10")), "03-03", {"next_period": "M03", "next_due_on": "2021-04-05", "needed": "44.5"}, ()),
    ("a report due on D still counts for nothing but the goal", reach(monthly(1, "17"), due_on=on("03-05")), "02-03", {"next_period": "M02"}, ("needed",)),
    ("one due the day before D does", reach(monthly(1, "30"), due_on=on("03-08")), "02-03", {"next_period": "M02", "next_due_on": "2021-03-05"}, ()),
    ("after D only the goal itself will do", reach(*(monthly(n, str(20 * n)) for n in (1, 2, 3, 4)), due_on=on("05-20")), "05-10", {"next_period": "M05", "goal": "100"}, ("needed",)),
    ("six places are enough", reach(milestones="01-31: 33.35"), "01-20", {"next_period": "M01", "needed": "30.015"}, ()),
    ("seven are too many", reach(milestones="01-31: 3.323334"), "01-20", {"next_period": "M01", "needed": "3"}, ()),
    ("of a keep target each report counts, also an earlier one", keep(monthly(1, sent("02-01", "95", returned("03-02"))), monthly(2, "95")), "03-03", {"next_period": "M01"}, ("needed",)),
    ("a deliverable needs none before its first milestone", deliverable(), "01-20", {"next_period": "M01"}, ("needed",)),
    ("from a milestone on it does, however small", deliverable(milestones="01-20: 0.5"), "01-20", {"next_period": "M01", "needed": "0.45"}, ()),
    ("a keep target needs no figure of a plan", keep(monthly(1, "95")), "02-03", {"next_period": "M02", "next_due_on": "2021-03-05", "goal": "95"}, ("needed", "plan")),
    ("of a silent one only the silence is told", reach(), "02-11", {"period": "M01"}, ("next_period", "next_due_on", "needed")),
    ("on the day of its end it has ended", reach(end=ended("02-05")), "02-05", {"code": "ended", "ended_on": "2021-02-05"}, ("reports",)),
    ("a closed one has nothing next", keep(*(monthly(n, "95") for n in (1, 2, 3))), "04-01", {}, ("next_period",)),
    ("met: by which figure", reach(monthly(3, "100"), monthly(4, "104.5")), "05-05", {"met_on": "2021-03-31", "value": "104.5", "as_at": "2021-04-30", "goal": "100"}, ("days_late",)),
    ("met on D itself", reach(completion(sent("07-02", "100", as_at="06-30"))), "07-02", {"code": "met", "met_on": "2021-06-30"}, ("days_late",)),
    ("met late: working days after D", reach(completion(sent("07-05", "100", as_at="07-03"))), "07-05", {"days_late": "2", "deadline": "2021-06-30"}, ()),
    ("met late on a weekend: one day at least", reach(completion(sent("07-05", "100", as_at="07-03")), due_on=on("07-02")), "07-05", {"days_late": "1"}, ()),
    ("overdue over a weekend: one day at least", reach(due_on=on("07-02")), "07-03", {"days_late": "1", "deadline": "2021-07-02"}, ()),
    ("overdue downwards: the way gone", reach(monthly(6, "8"), baseline="18", goal="5"), "07-05", {"percent": "76.92", "goal": "5"}, ()),
    ("the extended deadline is the one named", reach(extensions=(extended("06-01", "07-30"),)), "07-31", {"deadline": "2021-07-30"}, ()),
    ("a cumulative figure with the goal of its day", keep(monthly(1, "90"), goal="90", **SO_FAR, amendments=(amended("02-01", "02-02", goal="95"),)), "02-03", {"value": "90", "goal": "90", "percent": "100.00"}, ("kept",)),
    ("the whole term with the goal of today", keep(monthly(1, "90/100"), goal="90", **TERM, amendments=(amended("02-01", "02-02", goal="95"),)), "02-03", {"value": "90", "goal": "95", "percent": "94.74"}, ("kept",)),
    ("the whole term weighs its months by their size", keep(monthly(1, "90/100"), monthly(2, "98/300"), **TERM), "03-03", {"value": "47", "percent": "49.47"}, ()),
    ("as far as the day has come", keep(monthly(1, "90/100"), monthly(2, "98/300"), **TERM), "02-03", {"value": "90", "percent": "94.74"}, ()),
    ("of the months only those that have come count", keep(monthly(1, "96"), monthly(2, "90")), "02-03", {"code": "keeping", "kept": "1", "reports": "1"}, ("period", "value")),
    ("the second of two suspensions", reach(suspensions=(suspended("01-11", "01-15"), suspended("02-03", "02-12"))), "02-05", {"from_on": "2021-02-03", "to_on": "2021-02-12"}, ()),
    ("of a return: which report, since when, until when", reach(monthly(2, "30"), monthly(1, sent("02-01", "10", returned("02-15"))), completion(sent("03-12", "100", returned("03-15"), as_at="03-10"))), "03-19", {"code": "return_unanswered", "period": "", "returned_on": "2021-03-15", "answer_by": "2021-03-18"}, ()),
    ("numbers without noughts at the end", reach(monthly(1, "16.5000"), goal="100.00"), "02-03", {"value": "16.5", "goal": "100"}, ()),
    ("nought is nought", reach(monthly(1, "0.00")), "02-03", {"value": "0", "percent": "0.00"}, ()),
    ("negative numbers", reach(monthly(1, "-10.50")), "02-03", {"value": "-10.5"}, ()),
    ("six places are told, more are rounded to two", reach(monthly(1, "1.000001")), "02-03", {"value": "1.000001"}, ()),
    ("as here", reach(monthly(1, "1.0000001")), "02-03", {"value": "1.00"}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "figures", "lacking"), [c[1:] for c in MORE], ids=[c[0] for c in MORE])
def test_the_figures_of_a_reason(facts: Facts, day: str, figures: dict[str, str], lacking: tuple[str, ...]) -> None:
    """All is known, also what came in later than the day."""
    why = assess(Ledger(facts).known(), on(day)).reason
    told = why.figures | {"code": why.code}
    assert told | figures == told
    assert not told.keys() & set(lacking)


def test_a_reason_as_it_is_stored() -> None:
    """Under these two names stored reasons are read, and sent to others."""
    why = assess(Ledger(reach()).known(), on("02-11")).reason
    assert why.as_json() == {"code": "silent", "figures": {"period": "M01", "due_on": "2021-02-05"}}


def test_a_step_says_nothing_of_the_next_report() -> None:
    """It would have to be written anew with each report."""
    record = reach(monthly(1, "17"))
    step = steps(record, on("02-01"))[-1]
    told = assess(Ledger(record).known(), on("02-01")).reason
    ahead = {"next_period": "M02", "next_due_on": "2021-03-05", "needed": "29.5"}
    assert step.assessment.reason.figures | ahead == told.figures | ahead
    assert step.assessment.reason.figures.keys() == told.figures.keys() - ahead.keys()


@pytest.mark.parametrize(
    "day", [f"2026-11-{day}" for day in range(25, 31)] + [f"2026-12-0{day}" for day in range(1, 8)]
)
def test_every_day_told_of_a_returned_report_is_that_of_its_answer(day: str) -> None:
    """A trial: P is 25 November, the day of the return; it is to be answered by the 30th."""
    package = json.loads((SHARED / "returned_report.json").read_text(encoding="utf-8"))
    [(_number, _code, facts)] = facts_of_package(package)
    then = date.fromisoformat(day)
    known = Ledger(facts).known(then)
    told = assess(known, then).reason.figures
    named = [told[name] for name in ("due_on", "next_due_on", "answer_by") if name in told]
    assert named == ["2026-11-30"]
    assert next(one for one in owed_periods(known, then) if one.period.code == "Q3").asked_by == date(2026, 11, 30)
