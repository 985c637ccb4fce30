"""The last twelve figures of a target as a line that fits a cell, drawn on the server; what it shows is told in words
too. Pure."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from markupsafe import Markup

from tracker.core.languages import _n, format_figure
from tracker.core.templates import written
from tracker.rule import FigureInForce
from tracker.rule.exact import half_up, whole_numbers
from tracker.rule.records import record

MOST = 12
WIDTH, HEIGHT, EDGE = 96, 24, 3  # of the drawing; what is at an edge is not cut there

Point = tuple[str, str]


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# Where the figures stand; the last at the right end, however many there are.
_ACROSS = tuple(_short(EDGE + place * (WIDTH - 2 * EDGE) / (MOST - 1)) for place in range(MOST))


@record(frozen=True, slots=True)
class Sparkline:
    """A line of the last twelve figures that fits a cell: lines (broken where a figure was not applicable), single
    points between two breaks, the last figure, and the same in words."""

    lines: tuple[str, ...]
    dots: tuple[Point, ...]
    last: Point
    told: str

    @property
    def svg(self) -> Markup:
        """The drawing."""
        lines = "".join(f'<polyline class="t-spark__line" points="{points}"/>' for points in self.lines)
        dots = "".join(f'<circle class="t-spark__dot" cx="{x}" cy="{y}" r="1.5"/>' for x, y in self.dots)
        return Markup(  # noqa: S704
            f'<svg class="t-spark" viewBox="0 0 96 24" width="96" height="24" role="img" '
            f'aria-label="{written(self.told)}">{lines}{dots}'
            f'<circle class="t-spark__last" cx="{self.last[0]}" cy="{self.last[1]}" r="2.5"/></svg>'
        )


def twelve(figures: Sequence[FigureInForce], until: date) -> Sparkline | None:
    """The last twelve of `figures` (in the rule's order) as of days until `until`; none where there is no figure."""
    shown = [one for one in figures if one.as_at <= until][-MOST:]
    values = [one.value for one in shown if one.value is not None]
    if not values:
        return None
    _below, heights = whole_numbers(values)
    lowest, highest = min(heights), max(heights)
    span, there = highest - lowest, iter(heights)
    lines: list[list[Point]] = [[]]
    for across, one in zip(_ACROSS[-len(shown) :], shown, strict=True):
        if one.value is None:
            lines.append([])
        else:
            # Figures that are all the same stand in the middle.
            share = (next(there) - lowest) / span if span else 0.5
            lines[-1].append((across, _short(EDGE + (1 - share) * (HEIGHT - 2 * EDGE))))
    ends = (values[heights.index(lowest)], values[heights.index(highest)], values[-1])
    return Sparkline(
        lines=tuple(" ".join(f"{x},{y}" for x, y in line) for line in lines if len(line) > 1),
        dots=tuple(line[0] for line in lines if len(line) == 1),
        last=next(line for line in reversed(lines) if line)[-1],
        told=_told(ends, len(values), len(shown) - len(values)),
    )


def _told(ends: Sequence[Fraction], count: int, blank: int) -> str:
    """From the lowest to the highest and the last of them, without the unit, which stands beside; how many there are,
    and how many were not applicable."""
    lowest, highest, last = (format_figure(half_up(one)) for one in ends)
    text = _n(
        "%(num)s figure: %(last)s",
        "%(num)s figures from %(lowest)s to %(highest)s, the last %(last)s",
        count,
        lowest=lowest,
        highest=highest,
        last=last,
    )
    return text + ("; " + _n("%(num)s time not applicable", "%(num)s times not applicable", blank) if blank else "")
