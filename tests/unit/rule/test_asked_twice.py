"""What is prepared for one answer serves others: whatever was asked before, the answer is that of fresh facts."""

# ruff: noqa: E501 - a table, one case a line

import gc
from dataclasses import replace
from datetime import date, timedelta

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
    returned,
    sent,
    suspended,
)
from tests.factories.told_by_hand import as_known_on, steps
from tracker.rule import Facts, Known, Ledger, assess, owed_periods
from tracker.rule.changes import judge
from tracker.rule.facts import Policy, PolicyVersion
from tracker.rule.stretch import Stretches

FIRST_TWO = (monthly(1, "17"), monthly(2, "33"))
STRICT = (PolicyVersion(None, Policy()), PolicyVersion(on("03-20"), Policy(resubmit_days=0, grace_days=0)))
EARLY = monthly(3, sent("04-01", "96", as_at="03-20"))

RECORDS: list[tuple[str, Facts]] = [
    ("a return and its answer", reach(*FIRST_TWO, monthly(3, sent("04-01", "50", returned("04-07")), sent("04-16", "40", accepted("04-20", "45"))))),
    ("a completion beside a month's report", reach(*FIRST_TWO, monthly(3, "50"), completion(sent("04-02", "100", returned("04-08"), as_at="03-30"), sent("04-13", "101", as_at="03-12")))),
    ("a completion sent before a P", reach(*FIRST_TWO, completion(sent("04-02", "100", as_at="03-20")))),
    ("an extension", reach(*FIRST_TWO, due_on=on("03-31"), extensions=(extended("03-15", "04-20"), extended("04-16", "05-10")))),
    ("a suspension", reach(*FIRST_TWO, suspensions=(suspended("03-01", "03-12"), suspended("04-05", "04-16")))),
    ("an end", reach(*FIRST_TWO, end=ended("03-25"))),
    ("two amendments from one day, the second learnt of late", reach(*FIRST_TWO, EARLY, amendments=(amended("02-01", "02-01", goal="95"), replace(amended("02-01", "02-01", goal="97"), recorded_on=on("04-12"))))),
    ("a product's milestones", deliverable(monthly(1, "10"), monthly(3, "60"), amendments=(amended("03-18", "03-18", milestones=()),))),
    ("a keep target's goal", keep(monthly(1, "96"), monthly(2, "94"), monthly(3, "95"), amendments=(amended("03-10", "02-10", goal="94"),))),
    ("a policy", reach(*FIRST_TWO, monthly(3, sent("04-07", "50", returned("04-09"))), policies=STRICT)),
]  # fmt: skip


@pytest.mark.parametrize("record", [record[1] for record in RECORDS], ids=[record[0] for record in RECORDS])
@pytest.mark.parametrize("backwards", [False, True], ids=["days forwards", "days backwards"])
def test_what_was_asked_before_changes_no_answer(record: Facts, backwards: bool) -> None:
    ledger, stretches = Ledger(record), Stretches()
    days = [on("01-28") + timedelta(days=n) for n in range(0, 96, 5)]
    for known_on in days[::-1] if backwards else days:
        for day in days[::2]:
            known, fresh = ledger.known(known_on), Ledger(record).known(known_on)
            told = assess(fresh, day)
            answer = (told.status, told.score, told.delivery, told.punctuality)
            assert judge(stretches.at(known, day), day)[0] == answer, (known_on, day)
            assert assess(known, day) == told, (known_on, day)
            assert owed_periods(known, day) == owed_periods(fresh, day), (known_on, day)


@pytest.mark.parametrize("record", [record[1] for record in RECORDS], ids=[record[0] for record in RECORDS])
def test_what_is_recorded_later_counts_for_nothing(record: Facts) -> None:
    """Whether it stands in the facts or not."""
    days = [on("02-01") + timedelta(days=n) for n in range(0, 91, 9)]
    for known_on in days[::2]:
        told, alone = Ledger(record).known(known_on), Ledger(as_known_on(record, known_on)).known()
        for day in days:
            assert assess(told, day) == assess(alone, day), (known_on, day)
            assert owed_codes(told, day) == owed_codes(alone, day), (known_on, day)


def owed_codes(known: Known, day: date) -> list[str]:
    return [p.period.code for p in owed_periods(known, day) if p.owed]


def test_what_was_prepared_goes_with_the_last_who_holds_it() -> None:
    """It refers to itself in no circle: many such, left to the collector, make a derivation slow."""
    gc.freeze()  # what other tests of this process left is none of ours, whenever it can be collected
    try:
        for record in (record[1] for record in RECORDS):
            steps(record, on("05-31"))
            assess(Ledger(record).known(), on("05-31"))
        assert gc.collect() == 0
    finally:
        gc.unfreeze()
