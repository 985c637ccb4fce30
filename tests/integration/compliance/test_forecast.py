"""What will turn if nobody acts, held against judging every target on every day by what is known today."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.worked_examples import entered
from tests.support.free_hand import free_hand
from tests.support.product import Scene, Statements
from tracker.commitments.models import Target
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import hundredths
from tracker.compliance.telling import forecast
from tracker.programmes.models import Programme
from tracker.rule.assess import assess

DAYS = 40
AHEAD = ("next_period", "next_due_on", "needed")
WHEN = (date(2021, 2, 10), date(2021, 3, 12), date(2021, 6, 14))
Told = tuple[int, date, str, str, int | None, int | None, str]


def load(scene: Scene, on: date) -> None:
    """A worked example with what was recorded up to a day, and nothing later."""
    scene(entered, 0, on, on)


def day_by_day(session: Session, on: date) -> list[Told]:
    """Every turn of every target's status or score, found by judging it on each of the days."""
    found: list[Told] = []
    ids = list(session.scalars(sa.select(SPAN.target_id).where(SPAN.to_on.is_(None))))
    for start in range(0, len(ids), 500):
        for record in records_of(session, ids[start : start + 500]):
            facts = record.known_on(on)
            before = assess(facts, on)
            for number in range(1, DAYS + 1):
                day = on + timedelta(days=number)
                after = assess(facts, day)
                if before.status != after.status or before.score != after.score:
                    pair = hundredths(before.score), hundredths(after.score)
                    code, figures = str(after.reason.code), after.reason.figures
                    kept = {name: figure for name, figure in figures.items() if name not in AHEAD}
                    why = json.dumps({"code": code, "figures": kept}, sort_keys=True)
                    found.append((record.target_id, day, str(before.status), str(after.status), *pair, why))
                before = after
    return sorted(found)


def told(session: Session, on: date, scores: bool = False) -> list[Told]:
    return [
        (t.target.id, t.from_on, t.before, t.after, t.score_before, t.score_after, json.dumps(t.reason, sort_keys=True))
        for t in forecast.turns(session, on, DAYS, scores=scores)
    ]


@pytest.mark.parametrize("on", WHEN)
def test_what_turns_is_what_judging_each_day_finds(session: Session, scene: Scene, on: date) -> None:
    load(scene, on)
    judged = day_by_day(session, on)
    for scores in (False, True):
        found = told(session, on, scores)
        assert found
        assert [turn[1] for turn in found] == sorted(turn[1] for turn in found)
        assert sorted(found) == [turn for turn in judged if scores or turn[2] != turn[3]]


@pytest.mark.parametrize("on", WHEN)
def test_records_of_days_ahead_are_not_known_yet(session: Session, scene: Scene, on: date) -> None:
    """A loaded package may hold what is recorded only later: if nobody acts, none of it comes."""
    scene(entered, 1, on, None, 8)
    found = told(session, on, scores=True)
    assert found
    assert sorted(found) == day_by_day(session, on)


def test_nothing_turns_after_a_programmes_last_day(session: Session, scene: Scene) -> None:
    on = date(2021, 3, 12)
    load(scene, on)
    judged, last = day_by_day(session, on), on + timedelta(days=10)
    with free_hand(session.connection()):
        session.execute(sa.update(Programme).values(ends_on=last))
    found = sorted(told(session, on, scores=True))
    assert found == [turn for turn in judged if turn[1] <= last] != []
    assert found != judged
    with free_hand(session.connection()):
        session.execute(sa.update(Programme).values(ends_on=on))
    assert told(session, on, scores=True) == []


def test_a_night_that_did_not_run_changes_no_forecast(session: Session, scene: Scene) -> None:
    on = date(2021, 3, 12)
    load(scene, on)
    later = on + timedelta(days=10)
    assert sorted(told(session, later, scores=True)) == day_by_day(session, later)


def test_the_work_follows_what_turns(session: Session, scene: Scene, statements: Statements) -> None:
    on = date(2021, 3, 12)
    load(scene, on)
    statements.clear()
    assert len(list(forecast.turns(session, on, 0))) == 0
    few = len(statements)
    statements.clear()
    list(forecast.turns(session, on, DAYS))
    assert len(statements) <= few + 20  # whole batches, however many targets there are


def test_only_what_is_asked_for(session: Session, scene: Scene) -> None:
    on = date(2021, 3, 12)
    load(scene, on)
    every = list(forecast.turns(session, on, DAYS))
    body = every[0].target.agency_id
    own = list(forecast.turns(session, on, DAYS, SPAN.agency_id == body))
    assert own == [turn for turn in every if turn.target.agency_id == body] != every
    programme = session.scalars(sa.select(Programme.id)).one()
    assert list(forecast.turns(session, on, DAYS, SPAN.programme_id == programme + 1)) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Target))
