"""What `tracker assess` says of loaded packages, against the worked examples of the rule."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from tests.factories.histories import morning
from tests.factories.package_rows import PackageRows
from tracker.compliance.telling.export import assess_rows
from tracker.core.db.unit_of_work import unit_of_work

ANSWERED = ("status", "score", "delivery", "punctuality")


def test_every_worked_example_is_answered_alike(session: Session, shared: Path) -> None:
    """1,980 answers over three packages, as known on the day itself, earlier and later."""
    for number, example in enumerate(json.loads((shared / "data/rule_examples.json").read_text())):
        tag = f"{number}-"
        with unit_of_work(morning(date(2021, 1, 1))):
            PackageRows(session, example["package"], tag).enter_all()
        asked: dict[tuple[date, date], list[dict[str, str]]] = {}
        for answer in example["answers"]:
            asked.setdefault((_day(answer["on"]), _day(answer["known_on"])), []).append(answer)
        for (on, known_on), answers in asked.items():
            rows = {(row["commitment"], row["target"]): row for row in assess_rows(session, on, known_on)}
            for answer in answers:
                row = rows[(tag + answer["commitment"], answer["target"])]
                assert {key: row[key] for key in ANSWERED} == {key: answer[key] for key in ANSWERED}, answer


def _day(text: str) -> date:
    return date.fromisoformat(text)
