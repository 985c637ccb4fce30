"""Works off units of work as the runner of jobs does: each in a transaction of its own."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.histories import morning
from tracker.core.db.unit_of_work import unit_of_work


def run(units: Any, day: date, most: int | None = None) -> Any:
    """Commit the units one by one, as of the day; with `most`, be killed after so many. Returns what sums them up."""
    answer: Any = None
    done = 0
    while most is None or done < most:
        try:
            unit = units.send(answer)
        except StopIteration as end:
            return end.value
        with unit_of_work(morning(day)) as session:
            answer = unit(session)
        done += 1
    return None
