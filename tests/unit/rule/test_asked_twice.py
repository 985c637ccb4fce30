"""What is prepared for one answer serves others: whatever was asked before, the answer is that of fresh facts."""

# ruff: noqa: E501 - a table, one case a line

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
from tracker.rule import Facts, assess, ledger, owed_periods
from tracker.rule.facts import Policy, PolicyVersion

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
    ledger.of(record)
    days = [on("01-28") + timedelta(days=n) for n in range(0, 96, 5)]
    for known_on in days[::-1] if backwards else days:
        for day in days[::2]:
            known = record.as_known_on(known_on)
            fresh = replace(record, known_on=known_on)
            assert assess(known, day) == assess(fresh, day), (known_on, day)
            assert owed_periods(known, day) == owed_periods(fresh, day), (known_on, day)


@pytest.mark.parametrize("record", [record[1] for record in RECORDS], ids=[record[0] for record in RECORDS])
def test_what_is_recorded_later_counts_for_nothing(record: Facts) -> None:
    """Whether it stands in the facts or not."""
    days = [on("02-01") + timedelta(days=n) for n in range(0, 91, 9)]
    for known_on in days[::2]:
        alone = replace(record.as_known_on(known_on), known_on=date.max)
        for day in days:
            told = replace(record, known_on=known_on)
            assert assess(told, day) == assess(alone, day), (known_on, day)
            assert owed_codes(told, day) == owed_codes(alone, day), (known_on, day)


def owed_codes(facts: Facts, day: date) -> list[str]:
    return [p.period.code for p in owed_periods(facts, day) if p.owed]


def test_what_was_prepared_can_be_let_go() -> None:
    """It is parted, since it refers to itself in circles; the facts are as before, and can be asked again."""
    record = reach(*FIRST_TWO)
    told, prepared, known = assess(record, on("03-05")), ledger.of(record), ledger.known(record)
    assert (prepared.just_before(known.place + 1), len(known.stretches)) == (known, 1)
    ledger.forget(record)
    ledger.forget(record)
    assert (record.ledger, prepared.just_before(known.place + 1), known.stretches) == (None, None, {})
    assert assess(record, on("03-05")) == told


def test_facts_as_known_on_a_day_hold_nothing_that_was_recorded_later() -> None:
    first, second = sent("03-01", "33", returned("03-03"), accepted("03-20")), sent("03-18", "30")
    record = reach(
        monthly(1, "17"),
        monthly(2, first, second),
        monthly(3, "50"),
        amendments=(amended("02-01", "02-01", goal="90"), amended("03-20", "03-20", goal="80")),
        extensions=(extended("03-15", "07-15"), extended("03-16", "07-30")),
        suspensions=(suspended("02-03", "02-05"), suspended("04-05", "04-09")),
        end=ended("05-03"),
    )
    known = record.as_known_on(on("03-15"))
    assert known.reports[0] is record.reports[0]
    assert known.reports[1] == monthly(2, sent("03-01", "33", returned("03-03")))
    assert (len(known.reports), known.known_on, known.end) == (2, on("03-15"), None)
    assert (known.amendments, known.extensions) == (record.amendments[:1], record.extensions[:1])
    assert known.suspensions == record.suspensions[:1]
    assert known.as_known_on(on("03-15")) is known
    assert known.as_known_on(on("03-16")) is known
    assert record.as_known_on(on("05-03")).end == record.end
