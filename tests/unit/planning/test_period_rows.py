"""The rows of the form in which periods are entered."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.planning.programmes.forms import rows_for
from tracker.programmes.reporting import Days

ONE = Days("monthly", "2027-M01", date(2027, 1, 1), date(2027, 1, 31), date(2027, 2, 5))


@pytest.mark.parametrize(("periods", "rows"), [(0, 2), (12, 14), (23, 24), (24, 24), (26, 26)])
def test_every_period_has_its_row_and_some_are_to_spare(periods: int, rows: int) -> None:
    """A programme lasts 26 months at most: none of their periods is lost on a form that has no row for it."""
    assert rows_for([ONE] * periods) == rows
