"""The difference between two days, held against the answers of both, and what turned each target."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.worked_examples import entered
from tests.support.product import Scene, Statements
from tracker.commitments.models import Target
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import hundredths
from tracker.compliance.telling import difference
from tracker.compliance.telling.causes import Kind
from tracker.rule.assess import assess

TODAY = date(2021, 9, 1)
PAIRS = [
    (date(2021, 1, 20), date(2021, 2, 10)),
    (date(2021, 3, 1), date(2021, 3, 31)),
    (date(2021, 5, 31), date(2021, 6, 30)),
    (date(2021, 6, 30), TODAY),
    (date(2021, 8, 31), TODAY),
]
Standing = tuple[str | None, int | None]


def load(scene: Scene, example: int = 0) -> None:
    scene(entered, example, TODAY, TODAY)


def standings(session: Session, day: date) -> dict[int, Standing]:
    """What the rule says of every target on a day; of none whose commitment is signed later."""
    found: dict[int, Standing] = {}
    ids = list(session.scalars(sa.select(Target.id)))
    for start in range(0, len(ids), 500):
        for record in records_of(session, ids[start : start + 500]):
            if record.signed_on <= day:
                answer = assess(record.known_on(day), day)
                found[record.target_id] = (str(answer.status), hundredths(answer.score))
    return found


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_difference_is_that_of_the_answers(session: Session, scene: Scene, first: date, second: date) -> None:
    load(scene)
    before, after = standings(session, first), standings(session, second)
    bodies: dict[int, int] = dict(map(tuple, session.execute(sa.select(Target.id, Target.agency_id))))  # type: ignore[arg-type]
    nothing: Standing = (None, None)
    for scores in (False, True):
        expected = {
            target_id: (before.get(target_id, nothing), now)
            for target_id, now in after.items()
            if (before.get(target_id, nothing) != now if scores else before.get(target_id, nothing)[0] != now[0])
        }
        found = list(difference.between(session, first, second, scores=scores))
        told = {one.target.id: ((one.before, one.score_before), (one.after, one.score_after)) for one in found}
        assert told == expected
        assert len(found) == len(expected)
        counted = Counter((bodies[key], was[0], now[0]) for key, (was, now) in expected.items())
        assert difference.counts(session, first, second, scores=scores) == counted


@pytest.mark.parametrize("example", [0, 1, 2])
def test_every_step_has_its_cause(session: Session, scene: Scene, example: int) -> None:
    """Nobody changed the calendar here, so each step began with a fact of its day, or with the day itself."""
    load(scene, example)
    kinds: Counter[Kind] = Counter()
    for one in difference.between(session, date(2020, 12, 1), TODAY, scores=True):
        assert one.steps
        assert (one.steps[-1].status, one.steps[-1].score) == (one.after, one.score_after)
        assert [step.on for step in one.steps] == sorted({step.on for step in one.steps})
        for step in one.steps:
            assert step.causes
            kinds.update(cause.kind for cause in step.causes)
    assert kinds[Kind.SETTINGS] == 0
    assert kinds[Kind.SIGNED]
    assert kinds[Kind.SENT]


def test_one_statement_and_the_facts_of_what_is_shown(session: Session, scene: Scene, statements: Statements) -> None:
    load(scene)
    statements.clear()
    list(difference.between(session, date(2021, 8, 31), TODAY))
    assert len(statements) <= 20
    statements.clear()
    assert difference.steps_between(session, [], TODAY - timedelta(days=1), TODAY) == {}
    assert statements == []


def test_only_the_bodies_asked_for(session: Session, scene: Scene) -> None:
    load(scene)
    first, second = PAIRS[2]
    every = list(difference.between(session, first, second))
    body = every[0].target.agency_id
    own = list(difference.between(session, first, second, SPAN.agency_id == body))
    assert own == [one for one in every if one.target.agency_id == body] != every
    told = next(iter(difference.rows(own)))
    assert set(told) == set(difference.COLUMNS)
    assert told["steps"][0]["causes"][0]["kind"]
