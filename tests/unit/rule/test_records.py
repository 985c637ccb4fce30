"""What a record means where it says nothing, and what is no part of one."""

from decimal import Decimal

import pytest

from tests.factories.targets_by_hand import CALENDAR, MONTHS, on
from tracker.rule import Facts
from tracker.rule.facts import (
    Amendment,
    Decision,
    JudgedBy,
    Outcome,
    Policy,
    PolicyVersion,
    Revision,
    Shape,
    Terms,
)

DAY = on("02-01")
PLAIN = Facts(Shape.REACH, DAY, DAY, DAY, Terms(), MONTHS, CALENDAR)
UNSAID: list[tuple[object, dict[str, object]]] = [
    (Terms(), {"goal": None, "baseline": None, "low": None, "high": None, "milestones": (), "weight": 1}),
    (
        Amendment(DAY, DAY, DAY),
        {"goal": None, "baseline": None, "low": None, "high": None, "milestones": None, "weight": None},
    ),
    (Amendment(DAY, DAY, DAY), {"seq": 0}),
    (Decision(Outcome.ACCEPTED, DAY, DAY), {"value": None, "numerator": None, "denominator": None, "seq": 0}),
    (Revision(1, DAY, DAY), {"value": None, "numerator": None, "denominator": None, "as_at": None, "decisions": ()}),
    (Revision(1, DAY, DAY), {"not_applicable": False}),
    (PLAIN, {"policies": (PolicyVersion(None, Policy()),), "end": None}),
    (PLAIN, {"direction": None, "judged_by": JudgedBy.EVERY_PERIOD, "cumulative": False, "ratio": False}),
    (PLAIN, {"amendments": (), "extensions": (), "suspensions": (), "reports": ()}),
    (
        Policy(),
        {
            "on_track": Decimal("0.90"),
            "at_risk": Decimal("0.70"),
            "keep_at_risk": Decimal("0.90"),
            "grace_days": 3,
            "resubmit_days": 3,
            "late_penalty": 1,
            "late_floor": 50,
            "punctuality_weight": Decimal("0.10"),
            "judged_share": Decimal("0.30"),
            "bands": (90, 80, 70, 50),
        },
    ),
]


@pytest.mark.parametrize(("record", "meant"), UNSAID)
def test_what_a_record_does_not_say(record: object, meant: dict[str, object]) -> None:
    assert {name: getattr(record, name) for name in meant} == meant


def test_records_are_equal_by_what_they_say_and_can_be_kept_by_it() -> None:
    one, same, other = (
        Decision(Outcome.ACCEPTED, DAY, DAY),
        Decision(Outcome.ACCEPTED, DAY, DAY),
        Decision(Outcome.RETURNED, DAY, DAY),
    )
    assert one == same != other
    assert {one: 1}[same] == 1
