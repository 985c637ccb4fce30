"""The reporting calendar: what clashes, what no period covers, the usual calendars, and another year's."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.programmes import reporting
from tracker.programmes.reporting import PRESETS, Clash, Days, Gap, Wrong
from tracker.rule.calendar import WorkingCalendar

ONE_DAY = timedelta(days=1)
# A Monday and a Tuesday off, and a Saturday that is worked.
CALENDAR = WorkingCalendar([date(2027, 2, 8), date(2027, 2, 9)], [date(2027, 3, 20)])


def quarter(code: str, starts_on: date, cut_off: date, due_on: date | None = None) -> Days:
    return Days("quarterly", code, starts_on, cut_off, due_on or cut_off + timedelta(days=6))


FIRST = quarter("2027-Q1", date(2027, 1, 1), date(2027, 3, 31))
SECOND = quarter("2027-Q2", date(2027, 4, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    ("periods", "clashes"),
    [
        ([FIRST, SECOND], []),
        ([FIRST, SECOND._replace(code="2027-Q1")], [Clash(1, "code", Wrong.CODE_TWICE, "2027-Q1")]),
        ([FIRST._replace(code="2027/Q1")], [Clash(0, "code", Wrong.CODE_SIGNS, "2027/Q1")]),
        ([FIRST._replace(starts_on=date(2027, 4, 1))], [Clash(0, "cut_off", Wrong.OUT_OF_ORDER, "2027-Q1")]),
        ([FIRST._replace(due_on=date(2027, 3, 30))], [Clash(0, "due_on", Wrong.OUT_OF_ORDER, "2027-Q1")]),
        ([SECOND._replace(starts_on=date(2027, 3, 31)), FIRST], [Clash(0, "starts_on", Wrong.OVERLAP, "2027-Q1")]),
        ([FIRST, SECOND._replace(frequency="yearly", starts_on=date(2027, 1, 1))], []),
    ],
)
def test_what_clashes_is_told_by_its_place_and_field(periods: list[Days], clashes: list[Clash]) -> None:
    assert list(reporting.clashes(periods)) == clashes


def test_a_gap_is_what_no_period_of_a_frequency_covers() -> None:
    periods = [FIRST._replace(starts_on=date(2027, 1, 5)), SECOND._replace(starts_on=date(2027, 4, 11))]
    assert list(reporting.gaps(periods, date(2027, 1, 1), date(2027, 12, 31))) == [
        Gap("quarterly", date(2027, 1, 1), date(2027, 1, 4), "2027-Q1"),
        Gap("quarterly", date(2027, 4, 1), date(2027, 4, 10), "2027-Q2"),
        Gap("quarterly", date(2027, 7, 1), date(2027, 12, 31), None),
    ]
    ministry = PRESETS["ministry"].periods(2027, CALENDAR)
    assert list(reporting.gaps(ministry, date(2026, 12, 15), date(2027, 12, 31))) == [], "its year ends on 14 December"


# As the ministry's letter and design/domain.md have them: code → (from, cut-off, due).
USUAL = {
    ("ministry", "2027-Q1"): (date(2026, 12, 15), date(2027, 3, 14), date(2027, 3, 20)),  # a Saturday that is worked
    ("ministry", "2027-H1"): (date(2027, 3, 15), date(2027, 6, 14), date(2027, 6, 21)),  # the 20th is a Sunday
    ("ministry", "2027-S1"): (date(2026, 12, 15), date(2027, 6, 14), date(2027, 6, 21)),
    ("ministry", "2027-Q3"): (date(2027, 6, 15), date(2027, 9, 14), date(2027, 9, 20)),
    ("ministry", "2027-YR"): (date(2026, 12, 15), date(2027, 12, 14), date(2027, 12, 20)),
    ("months_15", "2027-M01"): (date(2026, 12, 15), date(2027, 1, 14), date(2027, 1, 20)),
    ("months_15", "2027-M03"): (date(2027, 2, 15), date(2027, 3, 14), date(2027, 3, 20)),
    ("months", "2027-M02"): (date(2027, 2, 1), date(2027, 2, 28), date(2027, 3, 5)),
    ("months", "2028-M02"): (date(2028, 2, 1), date(2028, 2, 29), date(2028, 3, 6)),
    ("months", "2027-M12"): (date(2027, 12, 1), date(2027, 12, 31), date(2028, 1, 5)),
    ("quarters", "2027-Q4"): (date(2027, 10, 1), date(2027, 12, 31), date(2028, 1, 5)),
}


@pytest.mark.parametrize(("which", "days"), USUAL.items(), ids=lambda value: "-".join(map(str, value)))
def test_the_usual_calendars_are_those_of_the_ministry_and_of_the_year(
    which: tuple[str, str], days: tuple[date, date, date]
) -> None:
    name, code = which
    periods = PRESETS[name].periods(int(code[:4]), CALENDAR)
    assert next(one for one in periods if one.code == code)[2:] == days


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("year", [2027, 2028])
def test_a_usual_calendar_neither_clashes_nor_leaves_a_day_out_and_its_reports_fall_on_working_days(
    name: str, year: int
) -> None:
    periods = PRESETS[name].periods(year, CALENDAR)
    assert list(reporting.clashes(periods)) == []
    assert all(CALENDAR.is_working(one.due_on) for one in periods)
    first, last = min(one.starts_on for one in periods), max(one.cut_off for one in periods)
    assert list(reporting.gaps(periods, first, last)) == []


def test_a_usual_calendar_takes_the_place_of_its_own_frequencies_alone() -> None:
    monthly = PRESETS["months"].periods(2027, CALENDAR)
    both = reporting.with_preset([*monthly, FIRST], "ministry", 2027, CALENDAR)
    assert [one for one in both if one.frequency == "monthly"] == monthly
    assert FIRST not in both


@pytest.mark.parametrize(("name", "year"), [(name, year) for name in PRESETS for year in (2026, 2027, 2028)])
def test_another_years_calendar_is_the_usual_one_of_that_year(name: str, year: int) -> None:
    """Whole in itself, over leap years too: no day is left out or counted twice, and what is due falls on a working
    day."""
    shifted = reporting.shifted(PRESETS[name].periods(year, CALENDAR), 1, CALENDAR)
    usual = PRESETS[name].periods(year + 1, CALENDAR)
    assert [one[:4] for one in shifted] == [one[:4] for one in usual]
    assert all(CALENDAR.is_working(one.due_on) for one in shifted)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Năm 2026", "Năm 2027"),
        ("PAR-2026", "PAR-2027"),
        ("2026-M12", "2027-M12"),
        ("12026 2026x 20260", "12026 2027x 20260"),
        ("Quý 1", "Quý 1"),
    ],
)
def test_a_text_of_another_year(before: str, after: str) -> None:
    assert reporting.another_year(before, 1) == after
    assert reporting.another_year(after, -1) == before
