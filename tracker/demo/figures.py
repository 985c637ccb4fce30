"""Sample figures for the typical targets: what a body reports in a good period, in a bad one, and on its way to a goal.

Pure, and the same for the same random numbers. Figures are texts, as a package writes them.
"""

from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

Record = dict[str, Any]

# How many things a body counts in a period, by the code of the target: the whole of a ratio.
WHOLES = {
    "T04": (12, 40),
    "T07": (4, 24),
    "T08": (1, 4),
    "T09": (90, 900),
    "T10": (0, 6),
    "T12": (60, 150),
    "T14": (60, 150),
    "T16": (40, 220),
    "T20": (3, 14),
    "T21": (90, 900),
}
FEW = 8  # wholes up to this are counted anew in every period; larger ones move around the body's size
WORST_RATIO, WORST_COUNT, WORST_VALUE = 9.0, 5, 6.0
REPORTS = "reports"


def size_of(rng: Random, code: str) -> int:
    """How large a body's whole usually is."""
    low, high = WHOLES.get(code, (10, 40))
    return rng.randint(low, high)


def kept(rng: Random, target: Record, size: int, good: bool) -> Record:
    """The figure of a target to keep: it holds the goal or misses it."""
    if target.get("ratio"):
        return _ratio(rng, target, size, good)
    if target["direction"] == "at_most":
        return {"value": target["goal"] if good else str(int(target["goal"]) + rng.randint(1, WORST_COUNT))}
    goal = float(target["goal"])
    value = rng.uniform(goal, min(100.0, goal + WORST_VALUE)) if good else rng.uniform(goal - WORST_VALUE, goal - 0.2)
    tenths = ceil(value * 10) if good else floor(value * 10)
    return {"value": f"{tenths / 10:.1f}"}


def _ratio(rng: Random, target: Record, size: int, good: bool) -> Record:
    low, high = WHOLES.get(target["code"], (10, 40))
    whole = rng.randint(low, high) if high <= FEW else max(1, round(size * rng.uniform(0.85, 1.15)))
    goal = Fraction(target["goal"]) / 100
    if not good:
        part = floor(whole * max(Fraction(0), goal - Fraction(rng.uniform(0.5, WORST_RATIO)) / 100))
    elif goal == 1:
        part = whole
    else:
        part = ceil(whole * (goal + (1 - goal) * Fraction(rng.uniform(0.05, 0.9))))
    return {"numerator": str(part), "denominator": str(whole)}


def on_the_way(target: Record, share: float) -> Record:
    """The figure of a reach target or deliverable that has gone this share of its way, and is not there yet."""
    share = min(max(share, 0.0), 0.98)
    if target["shape"] == "deliverable":
        return {"value": str(5 * floor(share * 20))}
    start, goal = float(target["baseline"]), float(target["goal"])
    value = start + (goal - start) * share
    if target["unit"] == "%":
        return {"value": f"{floor(value * 10) / 10:.1f}"}
    return {"value": str(min(floor(value), int(goal) - 1))}


def arrived(target: Record) -> Record:
    """The figure that meets the goal."""
    return {"value": "100" if target["shape"] == "deliverable" else target["goal"]}


def appraised(figure: Record) -> Record:
    """What an appraiser finds instead: a little less."""
    if "numerator" in figure:
        return {**figure, "numerator": str(max(0, int(figure["numerator"]) - 1))}
    value = figure["value"]
    return {"value": f"{float(value) * 0.97:.1f}" if "." in value else str(max(0, int(value) - 1))}
