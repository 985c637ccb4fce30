"""Delivery, punctuality and score: one case and more for each line."""

# ruff: noqa: E501 - a table, one case a line

from decimal import Decimal
from typing import Any

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
from tracker.rule import Facts, Ledger, WorkingCalendar, assess
from tracker.rule.facts import JudgedBy, Policy, PolicyVersion

LATE = completion(sent("07-14", "100", as_at="07-05"))  # D is Wednesday 30 June: 1, 2 and 5 July are three working days
SO_FAR: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "cumulative": True}
TERM: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "ratio": True}


def strict(**figures: str) -> tuple[PolicyVersion, ...]:
    return (PolicyVersion(None, Policy(**{name: Decimal(figure) for name, figure in figures.items()})),)  # type: ignore[arg-type]


DELIVERY: list[tuple[str, Facts, str, str | None]] = [
    ("met in time", reach(monthly(3, "100")), "04-12", "100.00"),
    ("three working days late", reach(LATE), "07-14", "97.00"),
    ("late, never below the floor", reach(LATE, policies=strict(late_penalty="20")), "07-14", "50.00"),
    ("late on a weekend only is one day late", reach(completion(sent("07-04", "100", as_at="07-03")), due_on=on("07-02")), "07-05", "99.00"),
    ("half a point a day", reach(LATE, policies=strict(late_penalty="0.5")), "07-14", "98.50"),
    ("no penalty", reach(LATE, policies=strict(late_penalty="0")), "07-14", "100.00"),
    ("a floor of its own", reach(LATE, policies=strict(late_floor="98")), "07-14", "98.00"),
    ("late after the D of an extension", reach(LATE, extensions=(extended("06-20", "07-02"),)), "07-14", "99.00"),
    ("late over a holiday", reach(LATE, calendar=WorkingCalendar([on("07-01")])), "07-14", "98.00"),
    ("overdue, half of the way", reach(monthly(6, "50")), "07-05", "25.00"),
    ("overdue, the wrong way", reach(monthly(6, "-5")), "07-05", "0.00"),
    ("overdue without a figure", reach(), "07-05", "0.00"),
    ("overdue downwards", reach(monthly(6, "8"), baseline="18", goal="5"), "07-05", "38.46"),
    ("overdue product", deliverable(monthly(6, "80")), "07-05", "40.00"),
    ("overdue, by another floor", reach(monthly(6, "50"), policies=strict(late_floor="80")), "07-05", "40.00"),
    ("overdue: the way of the latest figure", reach(monthly(5, "90"), monthly(6, "50")), "07-05", "25.00"),
    ("overdue: a report for a period after the deadline is one", reach(monthly(6, "50"), monthly(7, "60")), "08-02", "30.00"),
    ("overdue, not applicable at last", reach(monthly(5, "40/100"), monthly(6, "0/0"), ratio=True), "07-05", "20.00"),
    ("r of the latest figure", reach(monthly(1, "13.5"), due_on=on("06-30")), "02-04", "81.00"),
    ("r is 1 at most", reach(monthly(1, "40")), "02-04", "100.00"),
    ("r is 0 at least", reach(monthly(1, "-1")), "02-04", "0.00"),
    ("r downwards", reach(monthly(1, "117.5"), baseline="120", goal="90"), "02-04", "50.00"),
    ("the plan still at the baseline, and no worse", reach(monthly(1, "10"), goal="20", baseline="10", milestones="02-15: 10"), "02-04", "100.00"),
    ("the plan still at the baseline, and worse", reach(monthly(1, "9.9"), goal="20", baseline="10", milestones="02-15: 10"), "02-04", "0.00"),
    ("the same downwards, no worse", reach(monthly(1, "20"), goal="10", baseline="20", milestones="02-15: 20"), "02-04", "100.00"),
    ("the same downwards, worse", reach(monthly(1, "20.1"), goal="10", baseline="20", milestones="02-15: 20"), "02-04", "0.00"),
    ("as far as the milestone asks", reach(monthly(1, "5"), milestones="01-31: 10"), "02-04", "50.00"),
    ("by the longer plan of an extension", reach(monthly(1, "5"), due_on=on("03-02"), extensions=(extended("01-20", "03-02"), extended("02-01", "06-30"))), "02-04", "30.00"),
    ("a product between its steps", deliverable(monthly(4, "40"), milestones="03-31: 50, 05-31: 80"), "05-03", "80.00"),
    ("a product on the day of its step", deliverable(monthly(5, "40"), milestones="03-31: 50, 05-31: 80"), "06-02", "50.00"),
    ("a product before its first step", deliverable(monthly(1, "0")), "02-04", "100.00"),
    ("the mean r of a keep target", keep(monthly(1, "95"), monthly(2, "47.5")), "03-04", "75.00"),
    ("not applicable stays out of the mean", keep(monthly(1, "n/a"), monthly(2, "47.5")), "03-04", "50.00"),
    ("missed likewise", keep(monthly(1, "95"), monthly(2, "47.5"), monthly(3, "95")), "04-01", "83.33"),
    ("the whole term's r", keep(monthly(1, "0/40"), monthly(2, "76/160"), **TERM), "03-04", "40.00"),
    ("the whole term missed", keep(monthly(1, "0/40"), monthly(2, "76/160"), monthly(3, "0/0"), **TERM), "04-01", "40.00"),
    ("the latest of cumulative reports", keep(monthly(1, "95"), monthly(2, "38"), **SO_FAR), "03-04", "40.00"),
    ("missed cumulatively", keep(monthly(1, "95"), monthly(2, "95"), monthly(3, "38"), **SO_FAR), "04-01", "40.00"),
    ("kept", keep(monthly(1, "95"), monthly(2, "95"), monthly(3, "99")), "04-01", "100.00"),
    ("each month by the goal of its own", keep(monthly(1, "45"), monthly(2, "45"), goal="90", amendments=(amended("02-10", "02-28", goal="60"),)), "03-04", "62.50"),
    ("the appraised value counts", reach(monthly(6, sent("07-01", "50", accepted("07-02", "40")))), "07-05", "20.00"),
    ("at most: goal / v", keep(monthly(1, "8"), goal="5", direction="at_most"), "02-04", "62.50"),
    ("at most 1", keep(monthly(1, "2"), goal="1", direction="at_most"), "02-04", "50.00"),
    ("at most something below 0", keep(monthly(1, "-1"), goal="-2", direction="at_most"), "02-04", "0.00"),
    ("at most something below 0, and 0", keep(monthly(1, "0"), goal="-2", direction="at_most"), "02-04", "0.00"),
    ("at least a half", keep(monthly(1, "0.25"), goal="0.5"), "02-04", "50.00"),
    ("at the lower end of a range that begins at 0", keep(monthly(1, "0"), direction=None, low="0", high="30"), "02-04", "100.00"),
    ("at the lower end of one that begins below 0", keep(monthly(1, "-2"), direction=None, low="-2", high="30"), "02-04", "100.00"),
    ("at most 0", keep(monthly(1, "1"), goal="0", direction="at_most"), "02-04", "0.00"),
    ("at least, with a negative figure", keep(monthly(1, "-1")), "02-04", "0.00"),
    ("above a range", keep(monthly(1, "40"), direction=None, low="20", high="30"), "02-04", "75.00"),
    ("below a range", keep(monthly(1, "5"), direction=None, low="20", high="30"), "02-04", "25.00"),
    ("below a range, negative", keep(monthly(1, "-5"), direction=None, low="20", high="30"), "02-04", "0.00"),
    ("below a range that begins at 0", keep(monthly(1, "-5"), direction=None, low="0", high="30"), "02-04", "0.00"),
    ("below a range that begins below 0", keep(monthly(1, "-5"), direction=None, low="-2", high="30"), "02-04", "0.00"),
    ("above a range that ends at 0", keep(monthly(1, "5"), direction=None, low="-20", high="0"), "02-04", "0.00"),
    ("a range without a lower end", keep(monthly(1, "-50"), direction=None, high="30"), "02-04", "100.00"),
    ("a range without an upper end", keep(monthly(1, "500"), direction=None, low="20"), "02-04", "100.00"),
    ("a range of which the lower end is amended", keep(monthly(1, "40"), direction=None, low="20", high="30", amendments=(amended("01-10", "01-10", low="10"),)), "02-04", "75.00"),
    ("a range of which the upper end is amended", keep(monthly(1, "5"), direction=None, low="20", high="30", amendments=(amended("01-10", "01-10", high="40"),)), "02-04", "25.00"),
    ("unreported", reach(), "02-20", "0.00"),
    ("pending", reach(), "01-20", None),
    ("not started", reach(starts_on=on("02-01")), "01-20", None),
    ("suspended", reach(monthly(1, "17"), suspensions=(suspended("02-03", "02-12"),)), "02-04", None),
    ("void", reach(monthly(1, "17"), end=ended("02-03")), "02-04", None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "expected"), [c[1:] for c in DELIVERY], ids=[c[0] for c in DELIVERY])
def test_delivery(facts: Facts, day: str, expected: str | None) -> None:
    found = assess(Ledger(facts).known(on(day)), on(day)).delivery
    assert (None if found is None else str(found)) == expected


PUNCTUALITY: list[tuple[str, Facts, str, str | None]] = [
    ("nothing due yet", reach(), "02-05", None),
    ("P has passed", reach(), "02-06", "0.00"),
    ("P rolls over a weekend", reach(starts_on=on("05-10")), "06-05", None),
    ("P on a Monday", reach(starts_on=on("08-10"), due_on=on("09-30")), "09-06", None),
    ("the day after that Monday", reach(starts_on=on("08-10"), due_on=on("09-30")), "09-07", "0.00"),
    ("sent on P", reach(monthly(1, sent("02-05", "17"))), "02-06", "100.00"),
    ("sent before P counts at once", reach(monthly(1, "17")), "02-01", "100.00"),
    ("sent after P", reach(monthly(1, sent("02-08", "17"))), "02-08", "0.00"),
    ("one of two", reach(monthly(1, sent("02-08", "17")), monthly(2, "30")), "03-01", "50.00"),
    ("faults do not make it late", reach(monthly(1, sent("02-01", "1", returned("02-10")), sent("02-15", "17"))), "02-20", "100.00"),
    ("an answer after answer_by does", reach(monthly(1, sent("02-01", "1", returned("02-10")), sent("02-16", "17"))), "02-20", "0.00"),
    ("a return still to be answered", reach(monthly(1, sent("02-01", "1", returned("02-10")))), "02-15", "100.00"),
    ("no answer in time", reach(monthly(1, sent("02-01", "1", returned("02-10")))), "02-16", "0.00"),
    ("recalled was never sent", reach(monthly(1, sent("02-01", "1", recalled("02-02")), sent("02-08", "17"))), "02-09", "0.00"),
    ("the completion is its month's report", reach(completion(sent("01-20", "100", as_at="01-20"))), "02-20", "100.00"),
    ("met, so nothing more is owed", reach(monthly(1, "100")), "06-01", "100.00"),
    ("sent all the same, in time", reach(monthly(1, sent("02-08", "100")), monthly(2, "100")), "06-01", "50.00"),
    ("sent all the same, late", reach(monthly(1, "100"), monthly(2, sent("03-20", "100"))), "06-01", "100.00"),
    ("a later month's completion counts before an earlier P", reach(completion(sent("02-03", "100", as_at="02-02"))), "02-04", "100.00"),
    ("not sent yet as of the day", reach(monthly(1, "17"), monthly(2, sent("03-20", "30"))), "03-05", "100.00"),
    ("reopened after its acceptance, and answered late", reach(monthly(1, sent("02-01", "17", accepted("02-02"), reopened("02-10")), sent("02-16", "18"))), "02-20", "0.00"),
    ("reopened, and answered on the last day", reach(monthly(1, sent("02-01", "17", accepted("02-02"), reopened("02-10")), sent("02-15", "18"))), "02-20", "100.00"),
    ("answered in time, then late", reach(monthly(1, sent("02-01", "1", returned("02-02")), sent("02-03", "2", returned("02-10")), sent("02-16", "17"))), "02-20", "0.00"),
    ("a month inside a suspension is not owed", reach(monthly(1, "17"), suspensions=(suspended("02-01", "03-05"),)), "03-09", "100.00"),
    ("nor one that the target ended in", reach(monthly(1, "17"), end=ended("02-28")), "03-09", "100.00"),
    ("one before its end is", reach(monthly(1, "17"), end=ended("03-01")), "03-09", "50.00"),
    ("of two reports of a month, the periodic one on the same day", reach(monthly(1, sent("02-01", "1", returned("02-02"))), completion(sent("02-01", "100", as_at="01-31"))), "02-06", "0.00"),
    ("whole term, silent in one of three", keep(monthly(1, "95/100"), monthly(2, "95/100"), **TERM), "04-06", "66.67"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "expected"), [c[1:] for c in PUNCTUALITY], ids=[c[0] for c in PUNCTUALITY])
def test_punctuality(facts: Facts, day: str, expected: str | None) -> None:
    found = assess(Ledger(facts).known(on(day)), on(day)).punctuality
    assert (None if found is None else str(found)) == expected


SCORES: list[tuple[str, Facts, str, str | None]] = [
    ("nine parts delivery, one part punctuality", reach(monthly(1, sent("02-08", "100"))), "02-09", "90.00"),
    ("delivery alone where nothing counts yet", keep(monthly(1, "95"), monthly(2, "95"), monthly(3, "95")), "04-01", "100.00"),
    ("none where delivery is none", reach(), "01-20", None),
    ("not from the rounded delivery: 3/4 of 5.8333 is 4.375", reach(monthly(1, sent("02-08", "1.75")), goal="180", policies=strict(punctuality_weight="0.25")), "02-09", "4.38"),
    ("punctuality is all", reach(monthly(1, sent("02-08", "17")), policies=strict(punctuality_weight="1")), "02-09", "0.00"),
    ("unreported, and late", reach(monthly(1, "17")), "03-11", "5.00"),
    ("rounded once, half-up", reach(monthly(6, sent("07-01", "50.01")), policies=strict(punctuality_weight="0", late_floor="50")), "07-05", "25.01"),
    ("the policy's weight", reach(monthly(1, sent("02-08", "100")), policies=strict(punctuality_weight="0.25")), "02-09", "75.00"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "expected"), [c[1:] for c in SCORES], ids=[c[0] for c in SCORES])
def test_score(facts: Facts, day: str, expected: str | None) -> None:
    found = assess(Ledger(facts).known(on(day)), on(day)).score
    assert (None if found is None else str(found)) == expected


def test_a_policy_counts_from_its_first_day() -> None:
    policies = (
        *strict(on_track="0.9"),
        PolicyVersion(on("03-01"), Policy(on_track=Decimal("0.5"), at_risk=Decimal("0.4"))),
    )
    record = reach(monthly(1, "9"), monthly(2, sent("03-01", "16.5")), policies=policies)
    assert assess(Ledger(record).known(on("02-28")), on("02-28")).status == "behind"
    assert assess(Ledger(record).known(on("02-28")), on("03-01")).status == "on_track"
