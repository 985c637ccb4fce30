"""Variations of a package's history: facts that come in later than their own day, as paper does."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tracker.core.clock import Moment

Json = dict[str, Any]
OWN_DAYS = {"extensions": "granted_on", "suspensions": "decided_on", "amendments": "signed_on"}


def delayed(package: Json, chance: random.Random, targets: int) -> Json:
    """A copy with some of its targets, a third of whose records became known up to three weeks late, in their order."""
    made = copy.deepcopy(package)
    for commitment in made["commitments"]:
        commitment["targets"] = chance.sample(commitment["targets"], targets)
        for target in commitment["targets"]:
            target["domain"] = chance.choice((1, 3, 8))
            for key, own_day in OWN_DAYS.items():
                for record in target.get(key, ()):
                    _delay(record, own_day, date.min, chance)
            if "ended" in target:
                _delay(target["ended"], "decided_on", date.min, chance)
            for report in target.get("reports", ()):
                _delay_report(report, chance)
    return made


def _delay_report(report: Json, chance: random.Random) -> None:
    known = date.min
    for record, own_day in _records(report):
        known = _delay(record, own_day, known, chance)


def _records(report: Json) -> Iterator[tuple[Json, str]]:
    for revision in report["revisions"]:
        yield revision, "submitted_on"
        for decision in revision.get("decisions", ()):
            yield decision, "decided_on"


def _delay(record: Json, own_day: str, earliest: date, chance: random.Random) -> date:
    day = date.fromisoformat(record["recorded_on"] if "recorded_on" in record else record[own_day])
    late = timedelta(days=chance.randint(1, 21)) if chance.random() < 0.3 else timedelta(0)
    recorded_on = max(day + late, earliest)
    record["recorded_on"] = recorded_on.isoformat()
    return recorded_on


def morning(day: date) -> Moment:
    """Nine o'clock of the day in Vietnam."""
    return Moment(datetime(day.year, day.month, day.day, 2, tzinfo=UTC), day)
