"""What turned a target on a day: a case and more for each kind of cause, on targets written by hand."""

# ruff: noqa: E501 - a table, one case a line

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

import pytest

from tests.factories.targets_by_hand import (
    accepted,
    amended,
    completion,
    deliverable,
    ended,
    extended,
    keep,
    monthly,
    on,
    reach,
    recalled,
    reopened,
    returned,
    sent,
    suspended,
)
from tests.factories.told_by_hand import steps
from tracker.compliance.records.facts import Record
from tracker.compliance.telling.causes import Kind, of_step
from tracker.rule import Facts
from tracker.rule.facts import Policy, PolicyVersion

FIRST_THREE = (monthly(1, "10"), monthly(2, "30"), monthly(3, "40"))
TO_JUNE = (*FIRST_THREE, monthly(4, "60"), monthly(5, "70"))
STRICTER = (PolicyVersion(None, Policy()), PolicyVersion(on("02-15"), Policy(on_track=Decimal(1))))

# what, the target, the day on which a step begins, what began it: kinds, and some of the figures of the first
CASES: list[tuple[str, Facts, str, list[Kind], dict[str, str]]] = [
    ("a figure", reach(monthly(1, "10")), "02-01", [Kind.SENT], {"period": "M01", "value": "10", "revision": "1"}),
    ("the goal reached", reach(completion(sent("02-10", "100", as_at="02-08"))), "02-10", [Kind.SENT], {"period": "", "value": "100"}),
    ("another figure appraised", reach(monthly(2, sent("03-01", "33", accepted("03-03", "20")))), "03-03", [Kind.ACCEPTED], {"period": "M02", "value": "20"}),
    ("sent back", reach(monthly(2, sent("03-01", "33", returned("03-03")))), "03-03", [Kind.RETURNED], {"period": "M02"}),
    ("reopened", reach(monthly(2, sent("03-01", "33", accepted("03-02"), reopened("03-20")))), "03-20", [Kind.REOPENED], {"period": "M02"}),
    ("recalled", reach(monthly(1, "10"), monthly(2, sent("03-01", "33", recalled("03-02")))), "03-02", [Kind.RECALLED], {"period": "M02"}),
    ("the deadline passed", reach(*TO_JUNE), "07-01", [Kind.DEADLINE_PASSED], {"due_on": "2021-06-30"}),
    ("a deadline on a Saturday", reach(*TO_JUNE[:4], due_on=on("05-29")), "06-01", [Kind.DEADLINE_PASSED], {"due_on": "2021-05-31"}),
    ("extended after it was overdue", reach(*TO_JUNE, extensions=(extended("07-05", "08-31"),)), "07-05", [Kind.EXTENDED], {"due_on": "2021-08-31"}),
    ("the extended deadline passed", reach(*TO_JUNE, extensions=(extended("06-25", "07-09"),)), "07-10", [Kind.DEADLINE_PASSED], {"due_on": "2021-07-09"}),
    ("the decision to suspend", reach(*FIRST_THREE, suspensions=(suspended("04-05", "05-05"),)), "04-05", [Kind.SUSPENDED], {"from_on": "2021-04-05", "to_on": "2021-05-05"}),
    ("the suspension over", reach(*FIRST_THREE, suspensions=(suspended("04-05", "05-05"),)), "05-06", [Kind.REST_OVER], {"to_on": "2021-05-05"}),
    ("withdrawn", reach(*FIRST_THREE, end=ended("04-02")), "04-02", [Kind.ENDED], {"ended_on": "2021-04-02"}),
    ("its first day", reach(starts_on=on("02-01")), "02-01", [Kind.BEGAN], {}),
    ("in force", reach(in_force_from=on("02-01")), "02-01", [Kind.BEGAN], {}),
    ("a report missing", reach(monthly(1, "17")), "03-11", [Kind.REPORT_MISSING], {"period": "M02", "due_on": "2021-03-05"}),
    ("a return not answered", reach(monthly(1, "17"), monthly(2, sent("03-01", "33", returned("03-03")))), "03-09", [Kind.ANSWER_LATE], {"period": "M02", "answer_by": "2021-03-08"}),
    ("nor after its days of grace", keep(monthly(1, "95"), monthly(2, sent("03-01", "95", returned("03-02")))), "03-11", [Kind.ANSWER_LATE], {"period": "M02", "answer_by": "2021-03-05"}),
    ("kept to the end", keep(monthly(1, "95"), monthly(2, "96"), monthly(3, sent("03-31", "99"))), "03-31", [Kind.SENT], {"period": "M03"}),
    ("a policy in force", reach(monthly(1, "16"), policies=STRICTER), "02-15", [Kind.POLICY_CHANGED], {"from_on": "2021-02-15"}),
    ("terms in force", reach(*FIRST_THREE, amendments=(amended("03-15", "04-10", goal="50"),)), "04-10", [Kind.TERMS_CHANGED], {"from_on": "2021-04-10"}),
    ("a deliverable's deadline", deliverable(monthly(1, "10"), monthly(2, "20"), monthly(3, "50"), monthly(4, "60"), monthly(5, "90")), "07-01", [Kind.DEADLINE_PASSED], {}),
]  # fmt: skip


def record(facts: Facts) -> Record:
    return Record(1, 1, 1, 1, "T01", "01/CK", facts.starts_on, "monthly", facts, cast(Any, None))


@pytest.mark.parametrize(("facts", "day", "kinds", "figures"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_what_turned_a_target(facts: Facts, day: str, kinds: list[Kind], figures: dict[str, str]) -> None:
    found = of_step(record(facts), on(day), first=False, status_only=True)
    assert [cause.kind for cause in found] == kinds
    assert figures.items() <= found[0].figures.items()


def test_the_time_for_a_report_that_came_back_is_that_of_its_answer() -> None:
    """P and the last day for the answer are one day; what was sent by P is not said to be missing after it."""
    kept = keep(monthly(1, "95"), monthly(2, sent("03-01", "95", returned("03-02"))))
    assert [c.kind for c in of_step(record(kept), on("03-06"), first=False, status_only=False)] == [Kind.ANSWER_LATE]


def test_the_first_step_began_with_the_signing() -> None:
    assert [c.kind for c in of_step(record(reach()), on("01-01"), first=True, status_only=True)] == [Kind.SIGNED]


def test_a_fact_that_came_in_late_says_its_own_day() -> None:
    late = reach(*TO_JUNE, extensions=(extended("06-25", "08-31"),))
    extension = late.extensions[0]
    facts = reach(*TO_JUNE, extensions=(type(extension)(extension.granted_on, extension.due_on, on("07-08")),))
    found = of_step(record(facts), on("07-08"), first=False, status_only=True)
    assert [(cause.kind, cause.figures["own_on"]) for cause in found] == [(Kind.EXTENDED, "2021-06-25")]


def test_what_did_not_turn_it_that_day_is_not_named() -> None:
    """On the day after the deadline a new figure also comes in: the deadline made it overdue, the figure did not."""
    facts = reach(*TO_JUNE, monthly(6, sent("07-01", "80")))
    found = of_step(record(facts), on("07-01"), first=False, status_only=True)
    assert [cause.kind for cause in found] == [Kind.DEADLINE_PASSED]
    both = of_step(record(facts), on("07-01"), first=False, status_only=False)
    assert [cause.kind for cause in both] == [Kind.SENT, Kind.DEADLINE_PASSED]


def test_an_amended_weight_is_a_cause_of_a_step_with_the_same_score() -> None:
    facts = reach(*FIRST_THREE, amendments=(amended("04-10", "04-10", weight="2"),))
    found = of_step(record(facts), on("04-10"), first=False, status_only=False)
    assert [cause.kind for cause in found] == [Kind.AMENDED]


def test_a_calendar_that_was_changed_is_all_that_is_left() -> None:
    """A step that neither a fact nor the day explains: some day ahead was turned over since."""
    found = of_step(record(reach(*FIRST_THREE)), on("04-13"), first=False, status_only=True)
    assert [cause.kind for cause in found] == [Kind.SETTINGS]


@pytest.mark.parametrize("facts", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_no_step_is_without_a_cause(facts: Facts) -> None:
    found = steps(facts, date(2021, 12, 31))
    for before, step in pairwise(found):
        another = before.assessment.status != step.assessment.status
        causes = of_step(record(facts), step.from_on, first=False, status_only=another)
        assert Kind.SETTINGS not in {cause.kind for cause in causes}, (step.from_on, step.assessment)
    assert found[0].from_on - timedelta(days=1) < facts.due_on
