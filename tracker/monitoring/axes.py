"""Where the axes of a drawing begin and end, what stands beside them, and where a line falls most. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor
from typing import Any

from tracker.core.languages import Text, _, format_day, format_number
from tracker.core.numbers import MOST_DECIMALS

WORTH_CUTTING = 0.4  # an axis begins at 0, unless all that is drawn lies in its upper part
MOST_DAYS = 366  # within a year a day needs no year

Corners = Sequence[tuple[int, float]]


def upright(figures: Sequence[float], *, whole: bool = False, most: float | None = None) -> list[tuple[float, str]]:
    """The level lines of what is drawn, from the lowest up, each with its text; none above `most`."""
    low, high = min(figures), max(figures)
    if 0 < low < high * WORTH_CUTTING:
        low = 0
    levels = levels_between(low, high, whole=whole)
    return [(float(y), format_number(Decimal(f"{y.normalize():f}"))) for y in levels if most is None or y <= most]


def cut(ticks: Sequence[tuple[float, str]]) -> Text | None:
    """What must be said where the upright axis does not begin at 0."""
    if not ticks or ticks[0][0] <= 0:
        return None
    return _("The upright axis begins at %(figure)s, not at 0.", figure=ticks[0][1])


def level(first: int, last: int) -> list[tuple[int, str]]:
    """The days below what is drawn: its first, its middle and its last, as ordinals."""
    pattern = "%d/%m" if last - first < MOST_DAYS else "%m/%Y"
    return [(x, date.fromordinal(x).strftime(pattern)) for x in dict.fromkeys((first, (first + last) // 2, last))]


def within(corners: Corners, first: int, last: int) -> list[tuple[int, float]]:
    """The part of a line between two days, cut off where it goes on beyond them."""
    found = [corner for corner in corners if first <= corner[0] <= last]
    for edge in (first, last):
        for (x0, y0), (x1, y1) in pairwise(corners):
            if x0 < edge < x1:
                found.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
                break
    return sorted(found, key=lambda corner: corner[0])  # (stable: upright parts keep their order)


def told(title: str, points: Sequence[tuple[int, str]]) -> str:
    """A drawing in one sentence, for whoever does not see it; `points` are its days with their figures."""
    if not points:
        return title
    (first, was), (last, now) = points[0], points[-1]
    days: dict[str, Any] = {"start": format_day(date.fromordinal(first)), "end": format_day(date.fromordinal(last))}
    if len(points) == 1:
        return _("%(title)s: %(now)s on %(end)s", title=title, now=now, **days)
    return _("%(title)s: from %(was)s on %(start)s to %(now)s on %(end)s", title=title, was=was, now=now, **days)


def fall(figures: Sequence[float | None], least: float, *, downwards: bool = True) -> int | None:
    """The place of the figure that is worse than the one before it by the most, and by `least` at least; none: none is.

    Where there is no figure nothing falls.
    """
    falls = [
        (0.0 if was is None or now is None else (was - now) * (1 if downwards else -1), -place)
        for place, (was, now) in enumerate(pairwise(figures), 1)
    ]
    most, place = max(falls, default=(0.0, 0))
    return -place if most >= least and most > 0 else None


def levels_between(low: float, high: float, *, whole: bool = False) -> list[Decimal]:
    """Round numbers from just below to just above, three to five of them: where a drawing's level lines go.

    Where nothing is below zero no line is; of `whole` things there is none between two numbers, and never more
    decimals are told than a figure may have.
    """
    least = Decimal(1) if whole else Decimal(1).scaleb(-MOST_DECIMALS)
    bottom, top = Decimal(repr(low)), Decimal(repr(high))  # (as typed: not the float a hair above or below)
    width = top - bottom or abs(top) or Decimal(1)
    power = Decimal(1).scaleb((width / 3).adjusted())
    step = max(least, next(power * factor for factor in (1, 2, 5, 10) if width / (power * factor) <= 3))
    first, last = floor(bottom / step), ceil(top / step)
    if first == last:
        first, last = (0, 2) if first == 0 <= low else (first - 1, last + 1)
    return [n * step for n in range(first, last + 1)]
