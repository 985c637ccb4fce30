"""Around whatever day the demo is first started, something is due soon and something has just become late."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.demo_calendar import calendar_record
from tracker.demo import layout, packages
from tracker.demo.layout import Layout

CALENDAR = packages.working_calendar(calendar_record(range(2025, 2042)))
days = st.dates(date(2026, 1, 1), date(2039, 12, 31))


def period(laid: Layout, code: str) -> tuple[date, date, date]:
    found = next(one for one in laid.periods if one["code"] == code)
    starts_on, cut_off, due_on = (date.fromisoformat(found[name]) for name in ("starts_on", "cut_off", "due_on"))
    return starts_on, cut_off, due_on


@given(days)
def test_a_month_is_due_in_two_working_days_and_its_cut_off_has_come(today: date) -> None:
    _starts, cut_off, due_on = period(laid := layout.lay_out(today, CALENDAR), laid_month(today))
    assert CALENDAR.is_working(due_on)
    assert CALENDAR.wd(today, due_on) == 2
    assert cut_off < laid.today


@given(days)
def test_a_quarter_was_due_two_working_days_ago_and_is_within_its_grace(today: date) -> None:
    laid = layout.lay_out(today, CALENDAR)
    _starts, _cut_off, due_on = period(laid, laid.late_quarter)
    assert CALENDAR.is_working(due_on)
    assert CALENDAR.wd(due_on, today) == 2


@given(days)
def test_the_programme_contains_today_and_its_periods_follow_one_another(today: date) -> None:
    laid = layout.lay_out(today, CALENDAR)
    assert laid.starts_on < laid.signed_on < today <= laid.ends_on
    for frequency in ("monthly", "quarterly", "half_yearly", "yearly"):
        own = [period(laid, one["code"]) for one in laid.periods if one["frequency"] == frequency]
        assert own[0][0] == laid.starts_on
        assert all(starts_on <= cut_off <= due_on for starts_on, cut_off, due_on in own)
        assert all(later[0] == earlier[1] + timedelta(days=1) for earlier, later in pairwise(own))
    assert len({one["code"] for one in laid.periods}) == len(laid.periods)


def laid_month(today: date) -> str:
    return layout.lay_out(today, CALENDAR).due_month
