"""A reporting calendar as a picture of the year: where each period lies, when its report is due, what no period covers.

The numbers of the drawing in days; `templates/planning/_year.html` draws it, and the tables below tell the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.core.languages import _, _n, capital, format_day
from tracker.programmes import reporting
from tracker.programmes.reporting import Days, Gap
from tracker.programmes.words import FREQUENCIES, period_with_days


@dataclass(frozen=True, slots=True)
class Bar:
    """A period, or a gap: from which day to which, and the day on which its report is due."""

    x: int
    width: int
    due: int | None
    short: str
    told: str


@dataclass(frozen=True, slots=True)
class Row:
    """One frequency."""

    label: str
    bars: Sequence[Bar]
    gaps: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Year:
    """All of it: `days` long, with the first day of each month and the programme's own days."""

    days: int
    months: Sequence[tuple[int, str]]
    first: int
    last: int
    rows: Sequence[Row]
    today: int | None
    told: str


def year_of(periods: Sequence[Days], starts_on: date, ends_on: date, today: date) -> Year | None:
    """The picture; none where no period stands yet."""
    if not periods:
        return None
    begin = min(starts_on, *(one.starts_on for one in periods))
    end = max(ends_on, *(one.due_on for one in periods))
    gaps = list(reporting.gaps(periods, starts_on, ends_on))
    by_frequency = {one.frequency: label_of(one.frequency) for one in periods}
    rows = [
        Row(
            label,
            [_bar(one, begin) for one in periods if one.frequency == frequency],
            [_gap(one, begin) for one in gaps if one.frequency == frequency],
        )
        for frequency, label in by_frequency.items()
    ]
    counts = ", ".join(f"{row.label}: {len(row.bars)}" for row in rows)
    return Year(
        days=(end - begin).days + 1,
        months=[((day - begin).days, str(day.month)) for day in _months(begin, end)],
        first=(starts_on - begin).days,
        last=(ends_on - begin).days + 1,
        rows=rows,
        today=(today - begin).days if begin <= today <= end else None,
        told=_(
            "The reporting calendar from %(first)s to %(last)s. %(counts)s",
            first=format_day(begin),
            last=format_day(end),
            counts=counts,
        ),
    )


def label_of(frequency: str) -> str:
    """A frequency in words; one that we do not know by its name."""
    return capital(str(FREQUENCIES.get(frequency, frequency)))


def told(one: Days) -> str:
    """A period with its days and the day on which its report is due."""
    return _("%(period)s, due %(day)s", period=period_with_days(one), day=format_day(one.due_on))


def gap_words(gaps: Sequence[Gap]) -> list[str]:
    """Each gap as a sentence."""
    found = []
    for one in gaps:
        days = (one.last - one.first).days + 1
        span = _("from %(first)s to %(last)s", first=format_day(one.first), last=format_day(one.last))
        count = _n("%(num)s day", "%(num)s days", days)
        text = _("%(frequency)s: nothing is reported %(span)s (%(count)s).")
        found.append(text % {"frequency": label_of(one.frequency), "span": span, "count": count})
    return found


def _bar(one: Days, begin: date) -> Bar:
    _year, _dash, part = one.code.rpartition("-")
    return Bar(
        (one.starts_on - begin).days,
        (one.cut_off - one.starts_on).days + 1,
        (one.due_on - begin).days,
        part.removeprefix("M").lstrip("0") if part.startswith("M") else part,
        told(one),
    )


def _gap(one: Gap, begin: date) -> Bar:
    return Bar((one.first - begin).days, (one.last - one.first).days + 1, None, "", "")


def _months(begin: date, end: date) -> list[date]:
    """The first days of the months that begin inside."""
    found, day = [], begin.replace(day=1)
    while day <= end:
        if day >= begin:
            found.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return found
