"""What a template cannot say, by the words of what no target can be; what is left open is no fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tracker.commitments.terms.template_limits import refusals

OPEN: dict[str, Any] = {
    **dict.fromkeys(("low", "high", "goal", "baseline", "direction", "judged_by")),
    "weight": Decimal(1),
    "unit": "%",
    "milestones": [],
    "ratio": False,
    "cumulative": False,
}
HALF, LATER = {"share_of_term": "0.5", "value": "50"}, {"share_of_term": "0.6", "value": "40"}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"shape": "reach"}, []),
        ({"shape": "reach", "weight": Decimal(0)}, ["weight"]),
        ({"shape": "reach", "goal": Decimal(0), "baseline": Decimal(0)}, ["goal"]),
        ({"shape": "reach", "goal": Decimal(101), "baseline": Decimal(0)}, ["goal"]),
        ({"shape": "reach", "goal": Decimal(5), "baseline": Decimal(0), "milestones": [HALF]}, ["milestones"]),
        ({"shape": "reach", "goal": Decimal(95), "baseline": Decimal(0), "milestones": [HALF]}, []),
        ({"shape": "reach", "direction": "at_least"}, ["direction"]),
        ({"shape": "deliverable", "milestones": [HALF]}, []),
        ({"shape": "deliverable", "milestones": [LATER, HALF]}, ["milestones"]),
        ({"shape": "deliverable", "goal": Decimal(3), "low": Decimal(1)}, ["goal", "low"]),
        ({"shape": "keep"}, ["direction"]),
        ({"shape": "keep", "direction": "at_most", "goal": Decimal(0)}, []),
        ({"shape": "keep", "direction": "at_least", "goal": Decimal(0)}, ["goal"]),
        ({"shape": "keep", "low": Decimal(5), "high": Decimal(2)}, ["low"]),
        ({"shape": "keep", "low": Decimal(0), "goal": Decimal(2)}, ["low"]),
        ({"shape": "keep", "direction": "at_least", "judged_by": "whole_term"}, ["judged_by"]),
        ({"shape": "keep", "direction": "at_least", "cumulative": True}, ["cumulative"]),
        ({"shape": "keep", "direction": "at_least", "baseline": Decimal(0)}, ["baseline"]),
        ({"shape": "keep", "direction": "at_least", "unit": "files", "goal": Decimal("2.5")}, ["goal"]),
    ],
)
def test_what_stands_against_a_template_is_told_beside_its_field(given: dict[str, Any], fields: list[str]) -> None:
    assert [field for field, _message in refusals({**OPEN, **given})] == fields
