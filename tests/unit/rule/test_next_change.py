"""The day of the next change: one case for each kind of day on which the rule says that an answer can change."""

# ruff: noqa: E501 - a table, one case a line

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.factories.targets_by_hand import (
    amended,
    completion,
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
from tracker.rule import Facts, Ledger, assess
from tracker.rule.facts import End, Policy, PolicyVersion

TO_MARCH = (monthly(1, "17"), monthly(2, "33"), monthly(3, "50"))
LOOSER = (
    PolicyVersion(None, Policy()),
    PolicyVersion(on("04-20"), Policy(on_track=Decimal("0.5"), at_risk=Decimal("0.4"))),
)
SLOW = (monthly(1, "17"), monthly(2, "33"), monthly(3, "35"))

CASES: list[tuple[str, Facts, str, str | None]] = [
    ("starts_on", reach(starts_on=on("02-10")), "01-20", "02-10"),
    ("in_force_from", reach(in_force_from=on("01-12")), "01-05", "01-12"),
    ("the first day of an amendment", reach(*SLOW, amendments=(amended("04-05", "04-20", goal="75"),)), "04-12", "04-20"),
    ("not before its signing", reach(*SLOW, amendments=(amended("04-20", "04-05", goal="75"),)), "04-20", "05-06"),
    ("the first day of a policy version", reach(*SLOW, policies=LOOSER), "04-12", "04-20"),
    ("the day of the end", reach(*TO_MARCH, end=End(on("04-21"), on("04-01"), on("04-01"))), "04-12", "04-21"),
    ("the first day of a suspension", reach(*TO_MARCH, suspensions=(replace(suspended("04-19", "04-28"), decided_on=on("04-01"), recorded_on=on("04-01")),)), "04-12", "04-19"),
    ("the day after its last", reach(*TO_MARCH, suspensions=(suspended("04-19", "04-28"),)), "04-19", "04-29"),
    ("D + 1", reach(*TO_MARCH, due_on=on("04-21")), "04-12", "04-22"),
    ("D + 1 of the extended deadline", reach(*TO_MARCH, due_on=on("04-15"), extensions=(extended("04-10", "04-22"),)), "04-12", "04-23"),
    ("P + 1: not sent, so punctuality falls", reach(*TO_MARCH), "04-12", "05-06"),
    ("plus(P, grace_days) + 1: silence", reach(*TO_MARCH), "05-06", "05-11"),
    ("answer_by(t) + 1: the return is late", reach(*TO_MARCH[:2], monthly(3, sent("04-01", "50", returned("04-14")))), "04-14", "04-20"),
    ("an as-at day, known later: the completion", reach(*TO_MARCH, completion(sent("04-26", "100", as_at="04-21"))), "04-12", "04-21"),
    ("a cut_off, known later: the figure of the month", reach(*TO_MARCH, monthly(4, sent("05-03", "40"))), "04-12", "04-30"),
    ("a cut_off after the deadline, known later", reach(monthly(6, "50"), monthly(7, "60")), "07-20", "07-31"),
    ("a submission, known later: sent in time", keep(*(monthly(n, "94") for n in (1, 2)), monthly(3, sent("04-02", "94")), due_on=on("06-30")), "03-31", "05-06"),
    ("never again, once it is met and all is in", reach(*TO_MARCH[:2], completion(sent("03-12", "100", as_at="03-10"))), "03-12", None),
    ("nor after its end", reach(end=ended("02-03")), "02-06", None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "changes_on"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_the_next_change(facts: Facts, day: str, changes_on: str | None) -> None:
    """Everything is known, but for amendments: what lies ahead counts as well."""
    assert assess(Ledger(facts).known(), on(day)).next_change_on == (None if changes_on is None else on(changes_on))


def test_a_submission_makes_punctuality_before_p_comes() -> None:
    """k after `on`: the report of March counts from the day it was first sent, four days before its P."""
    record = keep(*(monthly(n, "95") for n in (1, 2)), monthly(3, sent("04-02", "95", returned("04-05"))))
    assert assess(Ledger(record).known(), on("04-01")).punctuality == 100
    late = keep(monthly(1, sent("02-08", "95")), monthly(2, sent("03-02", "95")), due_on=on("02-28"))
    assert (
        assess(Ledger(late).known(), on("03-01")).punctuality,
        assess(Ledger(late).known(), on("03-01")).next_change_on,
    ) == (
        Decimal(0),
        on("03-02"),
    )
    assert assess(Ledger(late).known(), on("03-02")).punctuality == 50
