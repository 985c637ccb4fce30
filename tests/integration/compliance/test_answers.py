"""Worked examples in a database: loaded they are the facts that they tell, and the command's rows are the rule's word.

What the rule makes of these facts, 1,980 answers, is held against it in tests/unit/rule/test_examples.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import worked_examples
from tests.factories.package_facts import facts_of_package
from tests.support.product import Scene
from tracker.commitments.models import Target
from tracker.compliance.records.facts import stream
from tracker.compliance.telling.export import assess_rows
from tracker.rule.facts import Facts

ANSWERED = ("status", "score", "delivery", "punctuality")


@pytest.fixture(params=range(3), ids=["package 1", "package 2", "package 3"])
def example(request: pytest.FixtureRequest, scene: Scene) -> dict[str, Any]:
    """A package, entered, and its answers."""
    scene(worked_examples.entered, request.param, date(2021, 1, 1))
    return worked_examples.example(request.param)


def test_every_fact_is_loaded_as_it_was_told(example: dict[str, Any], session: Session) -> None:
    told = {(number, code): in_order(facts) for number, code, facts in facts_of_package(example["package"])}
    records = [record for some in stream(session, sa.true()) for record in some]
    assert {(record.commitment, record.code): in_order(record.facts) for record in records} == told
    assert len(records) == len(told) == session.scalar(sa.select(sa.func.count(Target.id)))


def in_order(facts: Facts) -> Facts:
    """The same facts, each kind in one order, on which no answer hangs."""
    kinds = ("periods", "amendments", "extensions", "suspensions", "reports")
    ordered: dict[str, Any] = {kind: tuple(sorted(getattr(facts, kind), key=repr)) for kind in kinds}
    return replace(facts, **ordered)


@pytest.mark.one_database
def test_the_rows_of_the_command_are_the_answers_of_a_day_as_known_on_another(
    example: dict[str, Any], session: Session
) -> None:
    days = {(answer["on"], answer["known_on"]) for answer in example["answers"]}
    asked = [min(days), max(days), *((on, known_on) for on, known_on in sorted(days) if on != known_on)][:4]
    for on, known_on in asked:
        answers = [answer for answer in example["answers"] if (answer["on"], answer["known_on"]) == (on, known_on)]
        found = assess_rows(session, date.fromisoformat(on), date.fromisoformat(known_on))
        rows = {(row["commitment"], row["target"]): row for row in found}
        for answer in answers:
            row = rows[answer["commitment"], answer["target"]]
            assert {key: row[key] for key in ANSWERED} == {key: answer[key] for key in ANSWERED}, answer
