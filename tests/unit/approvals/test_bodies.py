"""What the record says of a request about bodies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracker.approvals import bodies
from tracker.approvals.service import matter_of
from tracker.settings import Site

LATE, EARLY = date(2031, 12, 31), date(2031, 6, 30)


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (bodies.to_end((7, LATE)), {"to_on": "2031-12-31"}),
        (bodies.to_end((7, LATE), (9, LATE)), {"agencies": [7, 9], "to_on": "2031-12-31"}),
        (bodies.to_end((7, LATE), (9, EARLY)), {"agencies": [7, 9], "to_on": ["2031-06-30", "2031-12-31"]}),
        (bodies.to_reopen(7), {}),
    ],
)
def test_the_record_of_a_request_says_which_bodies_end_and_when(wish: bodies.Wish, told: dict[str, Any]) -> None:
    bodies.register(Site("http://localhost", "localhost"))
    assert matter_of(wish.kind).told(wish.detail) == told
