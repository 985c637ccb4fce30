"""The honesty gap of each shape of target, in both directions, by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.factories.package_facts import facts_of_package
from tests.unit.interchange.sample import package, periodic, target
from tracker.progress import honesty
from tracker.rule import Ledger
from tracker.rule.facts import Facts

ON = date(2021, 6, 30)
ACCEPTED = {"outcome": "accepted", "decided_on": "2021-03-22"}
KEEP = {"shape": "keep", "direction": "at_least", "goal": "80"}


def facts(terms: dict[str, Any], decision: dict[str, Any], **figure: Any) -> Facts:
    """A target with one report, sent and decided."""
    whole = package()
    report = periodic("Q1", "2021-03-16", **figure)
    report["revisions"][0]["decisions"] = [decision]
    whole["commitments"][0]["targets"] = [{**target("T01", **terms), "reports": [report]}]
    ((_number, _code, found),) = facts_of_package({**whole, "commitments": whole["commitments"][:1]})
    return found


def gap(terms: dict[str, Any], reported: dict[str, Any], appraised: dict[str, Any]) -> tuple[Fraction, Fraction | None]:
    known = Ledger(facts(terms, {**ACCEPTED, **appraised}, **reported)).known(ON)
    (found,) = honesty.gaps(known, ON)
    return found.amount, found.points


@pytest.mark.parametrize(
    ("terms", "reported", "appraised", "amount", "points"),
    [
        ({"shape": "reach", "baseline": "0", "goal": "200"}, "120", "110", 10, 5),
        ({"shape": "reach", "baseline": "30", "goal": "10"}, "12", "17", 5, 25),
        ({"shape": "reach", "baseline": "0", "goal": "200"}, "110", "120", -10, -5),
        ({"shape": "deliverable"}, "60", "50", 10, 10),
        (KEEP, "82", "78", 4, 5),
        ({**KEEP, "direction": "at_most", "goal": "5"}, "4", "6", 2, 40),
        ({"shape": "keep", "low": "1", "high": "2"}, "1.5", "3", 1, 50),
        ({"shape": "keep", "low": "1", "high": "2"}, "3", "1.5", -1, -50),
        ({"shape": "keep", "low": "1", "high": "2"}, "1.2", "1.8", 0, 0),
        ({**KEEP, "direction": "at_most", "goal": "0"}, "1", "3", 2, None),
    ],
)
def test_what_was_reported_less_what_was_appraised(
    terms: dict[str, Any], reported: str, appraised: str, amount: int, points: int | None
) -> None:
    assert gap(terms, {"value": reported}, {"value": appraised}) == (
        Fraction(amount),
        points if points is None else Fraction(points),
    )


def test_a_ratio_is_told_in_percent() -> None:
    terms = {**KEEP, "ratio": True, "unit": "%"}
    reported, appraised = {"numerator": "9", "denominator": "10"}, {"numerator": "2", "denominator": "3"}
    assert gap(terms, reported, appraised) == (Fraction(70, 3), Fraction(175, 6))


def test_the_mean_counts_what_was_left_as_it_was() -> None:
    told = honesty.Gap(None, None, Fraction(2), Fraction(1), Fraction(1), Fraction(10))  # type: ignore[arg-type]
    assert honesty.of_gaps([told], appraised=4) == honesty.Honesty(4, 1, Fraction(5, 2))
    assert honesty.of_gaps([]) == honesty.Honesty(0, 0, None)


def test_what_is_not_accepted_or_not_applicable_has_none() -> None:
    for decision, figure in (
        ({"outcome": "returned", "decided_on": "2021-03-22", "reason": "x"}, {"value": "81"}),
        (ACCEPTED, {"not_applicable": True}),
    ):
        assert honesty.gaps(Ledger(facts(KEEP, decision, **figure)).known(ON), ON) == []
    later = {**ACCEPTED, "value": "70", "recorded_on": "2021-07-05"}
    known = Ledger(facts(KEEP, later, value="81")).known(ON)
    assert honesty.gaps(known, ON) == [], "on that day nobody knew of the acceptance"
