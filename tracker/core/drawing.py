"""A small grammar of drawings: SVG written on the server over the classes of the look. Pure.

Attributes and classes alone, so that a drawing stands under the strict policy, in print, in dark, and without scripts.
What is drawn is told in words too: a drawing is an image with a name, and each mark tells its own value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

Point = tuple[float, float]


def short(number: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0")


def path(points: Iterable[Point]) -> str:
    """Points as a polyline has them."""
    return " ".join(f"{short(x)},{short(y)}" for x, y in points)


@dataclass(frozen=True, slots=True)
class Scale:
    """From figures to places: `low` stands at `first`, `high` at `last`."""

    low: float
    high: float
    first: float
    last: float

    def __call__(self, figure: float) -> float:
        """Where a figure stands; all in the middle where there is no width."""
        if self.high == self.low:
            return (self.first + self.last) / 2
        return self.first + (figure - self.low) / (self.high - self.low) * (self.last - self.first)


def runs(points: Sequence[Point | None]) -> list[list[Point]]:
    """The unbroken parts of a line."""
    found: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [run for run in found if run]


def curve(figures: Sequence[float | None], low: float, high: float, told: str, width: int = 60) -> Markup:
    """A line that fits a cell, the last point marked; nothing where there is no figure. `low` and `high` are those of
    all that stand below each other, so that they can be compared."""
    height, edge = 20, 3
    across = Scale(0, max(1, len(figures) - 1), edge, width - edge)
    up = Scale(low, high, height - edge, edge)
    parts = runs([None if one is None else (across(x), up(one)) for x, one in enumerate(figures)])
    if not parts:
        return Markup()
    lines = "".join(f'<polyline class="t-spark__line" points="{path(run)}"/>' for run in parts if len(run) > 1)
    x, y = map(short, parts[-1][-1])
    return Markup(  # noqa: S704 - numbers, and what is told escaped
        f'<svg class="t-spark" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(told)}">{lines}<circle class="t-spark__last" cx="{x}" cy="{y}" r="2"/></svg>'
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One kind in a stack of bars: its class, its name, how many on each day."""

    tone: str
    name: str
    counts: Sequence[int]


def stacked(days: Sequence[str], parts: Sequence[Part], told: str, table: str) -> Markup:
    """Bars one beside another, each of parts one above another; every part tells its day, its name and its number.

    `told` is the whole in one sentence, `table` the id of the table with the same figures.
    """
    left, right, top, bottom = 40, 472, 12, 190
    totals = [sum(part.counts[place] for part in parts) for place in range(len(days))]
    up = Scale(0, max(totals, default=0) or 1, bottom, top)
    step = (right - left) / max(1, len(days))
    marks, every = [], -(-len(days) // 7)
    for place, day in enumerate(days):
        x, under = left + step * place + step * 0.12, 0
        for part in parts:
            if count := part.counts[place]:
                high, low = up(under + count), up(under)
                name = escape(f"{day} · {part.name}: {count}")
                marks.append(
                    f'<rect class="t-flow__{part.tone}" x="{short(x)}" y="{short(high)}" width="{short(step * 0.76)}" '
                    f'height="{short(low - high)}"><title>{name}</title></rect>'
                )
                under += count
        if (len(days) - 1 - place) % every == 0:
            middle = short(x + step * 0.38)
            marks.append(f'<text x="{middle}" y="{bottom + 18}" text-anchor="middle">{escape(day[:5])}</text>')
    most = max(totals, default=0)
    axis = f'<path class="t-chart__axis" d="M{left} {bottom}H{right}"/><text x="{left - 6}" y="{top + 4}"'
    return Markup(  # noqa: S704 - numbers, and all texts escaped
        f'<svg viewBox="0 0 480 220" role="img" aria-label="{escape(told)}" aria-describedby="{table}">'
        f'{"".join(marks)}{axis} text-anchor="end">{most}</text>'
        f'<text x="{left - 6}" y="{bottom + 4}" text-anchor="end">0</text></svg>'
    )
