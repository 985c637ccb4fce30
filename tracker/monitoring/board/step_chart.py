"""A score over time as it is drawn and told: a line that goes in steps, and the table of the same steps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.compliance.standings.queries import ScoreStep
from tracker.core.languages import format_day, format_score
from tracker.monitoring.targets.page import levels_between
from tracker.rule.calendar import ONE_DAY

SHOWN = 12  # rows of the table; the rest opens by a press

Corners = list[tuple[int, float]]


def told(steps: Sequence[ScoreStep], on: date) -> list[ScoreStep]:
    """The steps that had begun by a day, those of one score as one."""
    found: list[ScoreStep] = []
    for step in steps:
        if step.from_on > on:
            break
        to_on = None if step.to_on is None or step.to_on > on else step.to_on
        if found and found[-1].score == step.score:
            last = found.pop()
            found.append(ScoreStep(last.from_on, to_on, step.scores))
        else:
            found.append(ScoreStep(step.from_on, to_on, step.scores))
    return found


def chart(steps: Sequence[ScoreStep], on: date) -> dict[str, Any] | None:
    """The numbers of the drawing, from `told` steps: lines (broken where there is no score) and ticks; none without
    a score.
    """
    lines: list[Corners] = []
    goes_on = False
    for step in steps:
        if step.score is None:
            goes_on = False
            continue
        if not goes_on:
            lines.append([])
        goes_on = True
        end = step.to_on or on + ONE_DAY
        lines[-1] += [(step.from_on.toordinal(), step.score / 100), (end.toordinal(), step.score / 100)]
    if not lines:
        return None
    levels = [y for line in lines for _x, y in line]
    first, last = lines[0][0][0], on.toordinal() + 1
    days = [date.fromordinal(x) for x in (first, (first + last) // 2, last - 1)]
    return {
        "lines": lines,
        "ticks_x": [(day.toordinal(), f"{day:%d/%m}") for day in dict.fromkeys(days)],
        "ticks_y": [(y, f"{y:g}") for y in levels_between(min(levels), max(levels)) if 0 <= y <= 100],
        "last": format_score(steps[-1].score) if steps[-1].score is not None else "",
    }


def rows(steps: Sequence[ScoreStep]) -> list[dict[str, Any]]:
    """The same as rows of a table, the latest first, from `told` steps."""
    return [
        {
            "from": format_day(step.from_on),
            "iso": step.from_on.isoformat(),
            "from_on": step.from_on,
            "to": format_day(step.to_on) if step.to_on else None,
            "score": step.score,
        }
        for step in reversed(steps)
    ]
