"""The last twelve figures of a target as a line that fits a cell, drawn on the server; what it shows is told in words
too. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.words import Promise
from tracker.core.languages import _, _n, format_day
from tracker.programmes.words import period_name
from tracker.rule import FigureInForce

MOST = 12
WIDTH, HEIGHT, EDGE = 96, 24, 3  # of the drawing; what is at an edge is not cut there

Point = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """What components/sparkline.html draws: lines (broken where a figure was not applicable), single points between
    two breaks, the last figure, and the same in words."""

    lines: tuple[str, ...]
    dots: tuple[Point, ...]
    last: Point
    told: str


def twelve(target: Promise, figures: Sequence[FigureInForce], until: date) -> Sparkline | None:
    """The last twelve of `figures` (in the rule's order) as of days until `until`; none where there is no figure."""
    shown = [one for one in figures if one.as_at <= until][-MOST:]
    applicable = [one for one in shown if one.value is not None]
    if not applicable:
        return None
    numbers = [one.value for one in applicable if one.value is not None]
    lowest, highest = min(numbers), max(numbers)
    step = Fraction(WIDTH - 2 * EDGE, MOST - 1)
    begin = MOST - len(shown)  # the last figure stands at the right end, however many there are
    lines: list[list[Point]] = [[]]
    for place, one in enumerate(shown, start=begin):
        if one.value is None:
            lines.append([])
        else:
            lines[-1].append((_short(EDGE + place * step), _short(_up(one.value, lowest, highest))))
    return Sparkline(
        lines=tuple(" ".join(f"{x},{y}" for x, y in line) for line in lines if len(line) > 1),
        dots=tuple(line[0] for line in lines if len(line) == 1),
        last=next(line for line in reversed(lines) if line)[-1],
        told=_told(target, applicable, len(shown) - len(applicable)),
    )


def _up(value: Fraction, lowest: Fraction, highest: Fraction) -> Fraction:
    """From the top; figures that are all the same stand in the middle."""
    share = (value - lowest) / (highest - lowest) if highest > lowest else Fraction(1, 2)
    return EDGE + (1 - share) * (HEIGHT - 2 * EDGE)


def _short(number: Fraction) -> str:
    return f"{float(number):.1f}".removesuffix(".0")


def _told(target: Promise, figures: Sequence[FigureInForce], blank: int) -> str:
    """First and last with their periods, lowest and highest; how many there are, and how many were not applicable."""
    first, last = figures[0], figures[-1]
    text = _n("%(num)s figure", "%(num)s figures", len(figures)) + ": "
    if len(figures) == 1:
        text += _figure(target, last)
    else:
        low, high = (pick(figures, key=_value) for pick in (min, max))
        text += _(
            "from %(first)s to %(last)s; lowest %(low)s, highest %(high)s",
            first=_figure(target, first),
            last=_figure(target, last),
            low=target_words.in_force(target, low),
            high=target_words.in_force(target, high),
        )
    return text + ("; " + _n("%(num)s time not applicable", "%(num)s times not applicable", blank) if blank else "")


def _value(figure: FigureInForce) -> Fraction:
    return figure.value or Fraction(0)


def _figure(target: Promise, figure: FigureInForce) -> str:
    code = figure.report.period
    of = period_name(code) if code else format_day(figure.as_at)
    return f"{target_words.in_force(target, figure)} ({of})"
