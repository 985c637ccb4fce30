"""A score over time as it is drawn and told: a line that goes in steps, and the table of the same steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.compliance.standings.queries import ScoreStep
from tracker.core.languages import _, format_day, format_score
from tracker.monitoring import axes
from tracker.rule.calendar import ONE_DAY

SHOWN = 12  # rows of the table; the rest opens by a press
LEAST_FALL = 100  # hundredths

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


def chart(title: str, steps: Sequence[ScoreStep], on: date) -> dict[str, Any] | None:
    """The numbers of the drawing, from `told` steps, from the first score to the day: lines (broken where there is no
    score), axes, its largest fall, and what is told below it; none without a score.
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
    upright = axes.upright([y for line in lines for _x, y in line], most=100)
    scored = [(step.from_on.toordinal(), format_score(step.score)) for step in steps if step.score is not None]
    ended = [(on.toordinal(), format_score(steps[-1].score))] if steps[-1].score is not None else []
    fallen = fall(steps)
    return {
        "lines": lines,
        "ticks_x": axes.level(lines[0][0][0], on.toordinal()),
        "ticks_y": upright,
        "last": format_score(steps[-1].score) if steps[-1].score is not None else "",
        "fall": (fallen.day.toordinal(), fallen.now / 100) if fallen else None,
        "told": axes.told(title, scored + ended),
        "notes": list(filter(None, [axes.cut(upright)])),
    }


@dataclass(frozen=True, slots=True)
class Fall:
    """The largest fall of a score, in hundredths, and the day on which it came."""

    day: date
    was: int
    now: int

    @property
    def words(self) -> str:
        """It, as it stands below the drawing."""
        was, now = format_score(self.was), format_score(self.now)
        return _("Largest fall: from %(was)s to %(now)s on %(day)s", was=was, now=now, day=format_day(self.day))


def fall(steps: Sequence[ScoreStep]) -> Fall | None:
    """The largest fall of `told` steps that is worth a word; none where there is none."""
    place = axes.fall([step.score for step in steps], LEAST_FALL)
    was, now = (steps[place - 1].score, steps[place].score) if place else (None, None)
    return None if place is None or was is None or now is None else Fall(steps[place].from_on, was, now)


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
