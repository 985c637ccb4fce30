"""The reason behind each status: its code, and the figures that its sentences need."""

# ruff: noqa: E501 - a table, one case a line

from typing import Any

import pytest

from tests.factories.targets_by_hand import (
    completion,
    deliverable,
    ended,
    keep,
    monthly,
    on,
    reach,
    returned,
    sent,
    suspended,
)
from tracker.rule import Facts, ReasonCode, assess
from tracker.rule.facts import JudgedBy

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
    why = assess(facts.as_known_on(on(day)), on(day)).reason
    assert why.code == code
    assert why.figures | figures == why.figures


def test_every_code_has_its_case() -> None:
    assert {case[2] for case in CASES} == {code.value for code in ReasonCode}
