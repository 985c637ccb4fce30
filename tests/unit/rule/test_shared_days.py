"""What targets of one calendar share of their days is what each would work out by itself."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.factories.targets_by_hand import CALENDAR, MONTHS, on
from tracker.rule import Facts, Ledger, WorkingCalendar, owed_periods
from tracker.rule.facts import Direction, Extension, Policy, PolicyVersion, Shape, Suspension, Terms

FIRST, LAST, DAY = on("01-01"), on("06-15"), on("04-20")
PLAIN = Facts(Shape.REACH, FIRST, LAST, FIRST, Terms(goal=Decimal(10), baseline=Decimal(0)), MONTHS, CALENDAR)
KEPT = replace(PLAIN, shape=Shape.KEEP, direction=Direction.AT_LEAST)
PATIENT = (PolicyVersion(None, Policy(grace_days=9)),)
OTHERS = {
    "the same": PLAIN,
    "another shape": KEPT,
    "another beginning": replace(PLAIN, starts_on=on("03-01")),
    "another end": replace(PLAIN, due_on=on("04-15")),
    "another day in force": replace(PLAIN, in_force_from=on("03-20")),
    "another policy": replace(PLAIN, policies=PATIENT),
    "other periods": replace(PLAIN, periods=MONTHS[:4]),
    "extended": replace(PLAIN, due_on=on("03-31"), extensions=(Extension(on("03-10"), LAST, on("03-10")),)),
    "resting": replace(PLAIN, suspensions=(Suspension(on("02-01"), on("03-31"), on("02-01"), on("02-01")),)),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS.keys())
def test_periods_are_those_of_the_target_alone(other: Facts) -> None:
    shared = WorkingCalendar(CALENDAR.off_days, CALENDAR.working_days)
    for facts in (PLAIN, other, KEPT, PLAIN):
        alone = replace(facts, calendar=WorkingCalendar(CALENDAR.off_days, CALENDAR.working_days))
        known = Ledger(replace(facts, calendar=shared)).known(DAY)
        assert owed_periods(known, DAY) == owed_periods(Ledger(alone).known(DAY), DAY)
