"""The worked examples: 2,299 answers of a second, plain reading of the rule."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.factories.package_facts import facts_of_package
from tracker.rule import Assessment, Ledger, assess

SHARED = Path(__file__).parents[3] / "../shared/data"


def examples(name: str) -> list[Any]:
    found: list[Any] = json.loads((SHARED / name).read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("example", "answers"),
    [
        *((example, 660) for example in examples("rule_examples.json")),
        (examples("rule_examples_suspensions.json")[0], 319),
    ],
    ids=["package 1", "package 2", "package 3", "several suspensions"],
)
def test_every_worked_answer_is_given(example: dict[str, Any], answers: int) -> None:
    records = {(number, code): facts for number, code, facts in facts_of_package(example["package"])}
    wrong = []
    for answer in example["answers"]:
        record = records[answer["commitment"], answer["target"]]
        known = Ledger(record).known(date.fromisoformat(answer["known_on"]))
        given = as_told(assess(known, date.fromisoformat(answer["on"])))
        if given != {key: answer[key] for key in given}:
            wrong.append((answer, given))
    assert len(example["answers"]) == answers
    assert wrong == []


def as_told(assessment: Assessment) -> dict[str, str | None]:
    """As the examples write it."""
    figures = {name: getattr(assessment, name) for name in ("score", "delivery", "punctuality")}
    return {"status": assessment.status.value} | {
        name: None if figure is None else str(figure) for name, figure in figures.items()
    }
