"""The rule's worked examples, as packages and in a database: to be entered as a scene (`scene(entered, 0, DAY)`)."""

from __future__ import annotations

import functools
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

from tests.factories.histories import delayed, morning
from tests.factories.package_rows import PackageRows
from tracker.core.db.unit_of_work import unit_of_work

Json = dict[str, Any]
FILE = Path(__file__).resolve().parents[3] / "shared/data/rule_examples.json"


@functools.cache
def _text() -> str:
    return FILE.read_text(encoding="utf-8")


def example(number: int) -> Json:
    """A worked example: its package and its answers; a copy of its own."""
    found: Json = json.loads(_text())[number]
    return found


def package(number: int) -> Json:
    """The package of a worked example."""
    found: Json = example(number)["package"]
    return found


def entered(number: int, day: date, last: date | None = None, targets: int | None = None) -> None:
    """A worked example, entered in the morning of the day: all of it, or what was recorded up to `last`; with all
    targets of each commitment, or its first few."""
    whole = package(number)
    for commitment in whole["commitments"]:
        commitment["targets"] = commitment["targets"][:targets]
    enter(whole, day, last)


def entered_late(number: int, day: date, seed: int, targets: int) -> None:
    """A few targets of each body of a worked example, many of whose records came in late."""
    enter(delayed(package(number), random.Random(seed), targets), day)


def enter(whole: Json, day: date, last: date | None = None) -> None:
    """A package, in one unit of work of the day's morning."""
    with unit_of_work(morning(day)) as session:
        PackageRows(session, whole).enter_all(last or date.max)
