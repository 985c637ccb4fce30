"""Delivery, punctuality and score: one case and more for each line."""

# ruff: noqa: E501 - a table, one case a line

from decimal import Decimal
from typing import Any

import pytest

from tests.factories.targets_by_hand import (
    accepted,
    completion,
    deliverable,
    keep,
    monthly,
    on,
    reach,
    recalled,
    returned,
    sent,
)
from tracker.rule import Facts, assess
from tracker.rule.facts import JudgedBy, Policy, PolicyVersion

LATE = completion(sent("07-14", "100", as_at="07-05"))  # D is Wednesday 30 June: 1, 2 and 5 July are three working days
TERM: dict[str, Any] = {"judged_by": JudgedBy.WHOLE_TERM, "ratio": True}


def strict(**figures: str) -> tuple[PolicyVersion, ...]:
    return (PolicyVersion(None, Policy(**{name: Decimal(figure) for name, figure in figures.items()})),)  # type: ignore[arg-type]


DELIVERY: list[tuple[str, Facts, str, str | None]] = [
    ("met in time", reach(monthly(3, "100")), "04-12", "100.00"),
    ("three working days late", reach(LATE), "07-14", "97.00"),
    ("late, never below the floor", reach(LATE, policies=strict(late_penalty="20")), "07-14", "50.00"),
    ("late on a weekend only is one day late", reach(completion(sent("07-04", "100", as_at="07-03")), due_on=on("07-02")), "07-05", "99.00"),
    ("overdue, half of the way", reach(monthly(6, "50")), "07-05", "25.00"),
    ("overdue, the wrong way", reach(monthly(6, "-5")), "07-05", "0.00"),
    ("overdue without a figure", reach(), "07-05", "0.00"),
    ("overdue downwards", reach(monthly(6, "8"), baseline="18", goal="5"), "07-05", "38.46"),
    ("overdue product", deliverable(monthly(6, "80")), "07-05", "40.00"),
    ("r of the latest figure", reach(monthly(1, "13.5"), due_on=on("06-30")), "02-04", "81.00"),
    ("r is 1 at most", reach(monthly(1, "40")), "02-04", "100.00"),
    ("the mean r of a keep target", keep(monthly(1, "95"), monthly(2, "47.5")), "03-04", "75.00"),
    ("not applicable stays out of the mean", keep(monthly(1, "n/a"), monthly(2, "47.5")), "03-04", "50.00"),
    ("missed likewise", keep(monthly(1, "95"), monthly(2, "47.5"), monthly(3, "95")), "04-01", "83.33"),
    ("the whole term's r", keep(monthly(1, "0/40"), monthly(2, "76/160"), **TERM), "03-04", "40.00"),
    ("the appraised value counts", reach(monthly(6, sent("07-01", "50", accepted("07-02", "40")))), "07-05", "20.00"),
    ("at most: goal / v", keep(monthly(1, "8"), goal="5", direction="at_most"), "02-04", "62.50"),
    ("at most 0", keep(monthly(1, "1"), goal="0", direction="at_most"), "02-04", "0.00"),
    ("above a range", keep(monthly(1, "40"), direction=None, low="20", high="30"), "02-04", "75.00"),
    ("below a range", keep(monthly(1, "5"), direction=None, low="20", high="30"), "02-04", "25.00"),
    ("unreported", reach(), "02-20", "0.00"),
    ("pending", reach(), "01-20", None),
    ("not started", reach(starts_on=on("02-01")), "01-20", None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "expected"), [c[1:] for c in DELIVERY], ids=[c[0] for c in DELIVERY])
def test_delivery(facts: Facts, day: str, expected: str | None) -> None:
    found = assess(facts.as_known_on(on(day)), on(day)).delivery
    assert (None if found is None else str(found)) == expected


PUNCTUALITY: list[tuple[str, Facts, str, str | None]] = [
    ("nothing due yet", reach(), "02-05", None),
    ("P has passed", reach(), "02-06", "0.00"),
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
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "expected"), [c[1:] for c in PUNCTUALITY], ids=[c[0] for c in PUNCTUALITY])
def test_punctuality(facts: Facts, day: str, expected: str | None) -> None:
    found = assess(facts.as_known_on(on(day)), on(day)).punctuality
    assert (None if found is None else str(found)) == expected


SCORES: list[tuple[str, Facts, str, str | None]] = [
    ("nine parts delivery, one part punctuality", reach(monthly(1, sent("02-08", "100"))), "02-09", "90.00"),
    ("delivery alone where nothing counts yet", keep(monthly(1, "95"), monthly(2, "95"), monthly(3, "95")), "04-01", "100.00"),
    ("none where delivery is none", reach(), "01-20", None),
    ("rounded once, half-up", reach(monthly(6, sent("07-01", "50.01")), policies=strict(punctuality_weight="0", late_floor="50")), "07-05", "25.01"),
    ("the policy's weight", reach(monthly(1, sent("02-08", "100")), policies=strict(punctuality_weight="0.25")), "02-09", "75.00"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "day", "expected"), [c[1:] for c in SCORES], ids=[c[0] for c in SCORES])
def test_score(facts: Facts, day: str, expected: str | None) -> None:
    found = assess(facts.as_known_on(on(day)), on(day)).score
    assert (None if found is None else str(found)) == expected


def test_a_policy_counts_from_its_first_day() -> None:
    policies = (
        *strict(on_track="0.9"),
        PolicyVersion(on("03-01"), Policy(on_track=Decimal("0.5"), at_risk=Decimal("0.4"))),
    )
    record = reach(monthly(1, "9"), monthly(2, sent("03-01", "16.5")), policies=policies)
    assert assess(record.as_known_on(on("02-28")), on("02-28")).status == "behind"
    assert assess(record.as_known_on(on("02-28")), on("03-01")).status == "on_track"
