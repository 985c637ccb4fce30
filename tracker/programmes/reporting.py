"""The reporting calendar of a programme: what may not stand in one, where it has gaps, the usual ones, and another
year's. Pure; the names of periods stand in `words`."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, NamedTuple, Self

from tracker.core import letters
from tracker.core.languages import Text, _l, format_day
from tracker.programmes.words import CODE_SIGNS, DAYS, FREQUENCIES
from tracker.rule.calendar import ONE_DAY, WorkingCalendar

_FEBRUARY, _MONTHS = 2, 12
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")


class Days(NamedTuple):
    """A period of a reporting calendar. Days as dates, or as ISO texts, which compare alike."""

    frequency: str
    code: str
    starts_on: Any
    cut_off: Any
    due_on: Any

    @classmethod
    def read(cls, stored: Mapping[str, str]) -> Self:
        """A period as a plan stores it."""
        return cls(stored["frequency"], stored["code"], *(date.fromisoformat(stored[name]) for name in DAYS))

    def stored(self) -> dict[str, str]:
        """It, as a plan stores it."""
        days = {name: getattr(self, name).isoformat() for name in DAYS}
        return {"frequency": self.frequency, "code": self.code, **days}


class Wrong(StrEnum):
    """What may not stand in a reporting calendar."""

    CODE_SIGNS = "code_signs"
    CODE_TWICE = "code_twice"
    OUT_OF_ORDER = "out_of_order"
    OVERLAP = "overlap"


WORDS: Mapping[Wrong, Text] = {
    Wrong.CODE_SIGNS: CODE_SIGNS,
    Wrong.CODE_TWICE: _l("“%(value)s” stands here twice."),
    Wrong.OUT_OF_ORDER: _l("A period starts, is cut off and falls due in this order."),
    Wrong.OVERLAP: _l("The period overlaps with “%(value)s” of the same frequency."),
}


class Clash(NamedTuple):
    """One of them: of which period, in which field, and the period that it clashes with."""

    place: int
    field: str
    what: Wrong
    other: str


def clashes(periods: Sequence[Days]) -> Iterator[Clash]:
    """What is no code, codes used twice, days out of order, periods of one frequency that overlap. Packages and forms
    refuse these."""
    seen: set[str] = set()
    for index, one in enumerate(periods):
        if not letters.CODE.fullmatch(one.code):
            yield Clash(index, "code", Wrong.CODE_SIGNS, one.code)
        elif one.code in seen:
            yield Clash(index, "code", Wrong.CODE_TWICE, one.code)
        seen.add(one.code)
    by_frequency: dict[str, list[tuple[Any, Any, str, int]]] = {}
    for index, one in enumerate(periods):
        if not one.starts_on <= one.cut_off:
            yield Clash(index, "cut_off", Wrong.OUT_OF_ORDER, one.code)
        if not one.cut_off <= one.due_on:
            yield Clash(index, "due_on", Wrong.OUT_OF_ORDER, one.code)
        by_frequency.setdefault(one.frequency, []).append((one.starts_on, one.cut_off, one.code, index))
    for entries in by_frequency.values():
        for before, after in pairwise(sorted(entries)):
            if after[0] <= before[1]:
                yield Clash(after[3], "starts_on", Wrong.OVERLAP, before[2])


LATEST = timedelta(days=366)  # from a cut-off to its due day: beyond it the year is a slip


def strays(periods: Sequence[Days], starts_on: date, ends_on: date) -> Iterator[tuple[int, str, Text]]:
    """(place, field, sentence) of each period that has no day of its programme, or falls due a year after its cut-off:
    where one types them the year is a slip. A package is a record, and is loaded."""
    for place, one in enumerate(periods):
        if one.cut_off < starts_on:
            yield place, "cut_off", _l("The programme begins on %(day)s: check the year", day=format_day(starts_on))
        elif one.starts_on > ends_on:
            yield place, "starts_on", _l("The programme ends on %(day)s: check the year", day=format_day(ends_on))
        if one.due_on > one.cut_off + LATEST:
            yield place, "due_on", _l("This is over a year after the cut-off: check the year")


class Gap(NamedTuple):
    """Days of a programme for which nothing is reported at a frequency, both ends inside. `before`: the period that
    they stand before, by its code; none: behind the last one."""

    frequency: str
    first: date
    last: date
    before: str | None


def gaps(periods: Iterable[Days], starts_on: date, ends_on: date) -> Iterator[Gap]:
    """What lies between periods of one frequency, and before the first one. A year may end before the programme does:
    the ministry's ends on 14 December."""
    by_frequency: dict[str, list[Days]] = {}
    for one in periods:
        by_frequency.setdefault(one.frequency, []).append(one)
    for frequency, some in by_frequency.items():
        told_until = starts_on - ONE_DAY
        for one in sorted(some, key=lambda period: period.starts_on):
            if told_until + ONE_DAY < one.starts_on:
                yield Gap(frequency, told_until + ONE_DAY, one.starts_on - ONE_DAY, one.code)
            told_until = max(told_until, one.cut_off)
        if told_until + timedelta(days=31) < ends_on:
            yield Gap(frequency, told_until + ONE_DAY, ends_on, None)


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual reporting calendar: what it is called, its cut-offs of a year, and how soon after them one reports."""

    label: Text
    last_day: int  # of the month in which a period ends; 31: its last day
    parts: Mapping[str, tuple[tuple[str, int], ...]]  # frequency → (code, month of the cut-off), in order
    days_to_report: int

    def periods(self, year: int, calendar: WorkingCalendar) -> list[Days]:
        """The periods of a year, each due on a working day."""
        return [one for frequency in self.parts for one in self._chain(frequency, year, calendar)]

    def _chain(self, frequency: str, year: int, calendar: WorkingCalendar) -> Iterator[Days]:
        starts_on = self._end(year, 0) + ONE_DAY
        for code, month in self.parts[frequency]:
            cut_off = self._end(year, month)
            due_on = calendar.roll(cut_off + timedelta(days=self.days_to_report))
            yield Days(frequency, f"{year}-{code}", starts_on, cut_off, due_on)
            starts_on = cut_off + ONE_DAY

    def _end(self, year: int, month: int) -> date:
        year, month = (year, month) if month else (year - 1, _MONTHS)
        if self.last_day <= 28:
            return date(year, month, self.last_day)
        return date(year + month // _MONTHS, month % _MONTHS + 1, 1) - ONE_DAY


_MONTHLY = tuple((f"M{month:02}", month) for month in range(1, _MONTHS + 1))
# Ministry letter 581/BNV-CCHC: the year from 15 December, reports by the 20th. What is reported after six months and
# after the year is reported at the same frequency as the two quarters between them.
PRESETS: Mapping[str, Preset] = {
    "ministry": Preset(
        _l("The ministry's reports: quarter 1, six months, quarter 3, year"),
        14,
        {
            "quarterly": (("Q1", 3), ("H1", 6), ("Q3", 9), ("Y", 12)),
            "half_yearly": (("S1", 6), ("S2", 12)),
            "yearly": (("YR", 12),),
        },
        6,
    ),
    "months_15": Preset(_l("Months from the 15th to the 14th"), 14, {"monthly": _MONTHLY}, 6),
    "months": Preset(_l("Calendar months"), 31, {"monthly": _MONTHLY}, 5),
    "quarters": Preset(_l("Calendar quarters"), 31, {"quarterly": (("Q1", 3), ("Q2", 6), ("Q3", 9), ("Q4", 12))}, 5),
}


def with_preset(periods: Iterable[Days], name: str, year: int, calendar: WorkingCalendar) -> list[Days]:
    """A calendar in which a usual one stands in place of whatever stood at its frequencies."""
    preset = PRESETS[name]
    return in_order([*(one for one in periods if one.frequency not in preset.parts), *preset.periods(year, calendar)])


def in_order(periods: Iterable[Days]) -> list[Days]:
    """Frequencies as they are known, each by its days."""
    known = list(FREQUENCIES)
    return sorted(
        periods,
        key=lambda one: (
            known.index(one.frequency) if one.frequency in known else len(known),
            one.frequency,
            one.cut_off,
            one.code,
        ),
    )


def years_on(day: date, years: int) -> date:
    """The same day of another year; 29 February, where that has none, is the 28th."""
    leap = (day.month, day.day) == (_FEBRUARY, 29)
    return day.replace(year=day.year + years, day=28) if leap else day.replace(year=day.year + years)


def shifted(periods: Iterable[Days], years: int, calendar: WorkingCalendar) -> list[Days]:
    """The calendar of another year. A day on which somebody has to do something moves on to a working day; days from
    which and until which one counts stay as they are, so that no day is left out or counted twice."""
    found = []
    for one in periods:
        starts_on, cut_off = years_on(one.starts_on, years), _month_end(one.cut_off, years)
        due_on = calendar.roll(max(years_on(one.due_on, years), cut_off))
        found.append(Days(one.frequency, another_year(one.code, years), starts_on, cut_off, due_on))
    return found


def _month_end(day: date, years: int) -> date:
    """The same day of another year; the last day of February stays that."""
    is_last = day.month == _FEBRUARY and (day + ONE_DAY).month != _FEBRUARY
    return date(day.year + years, _FEBRUARY + 1, 1) - ONE_DAY if is_last else years_on(day, years)


def another_year(text: str, years: int) -> str:
    """A text in which every year of this century is that many years on: "Năm 2026" → "Năm 2027"."""
    return _YEAR.sub(lambda found: str(int(found[0]) + years), text)
