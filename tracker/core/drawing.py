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
