"""Steps and what is owed: right for any day, in statements whose number does not grow with the rows."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import worked_examples
from tests.factories.histories import delayed, morning
from tests.factories.package_rows import PackageRows
from tests.support.product import Scene
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import signed
from tracker.compliance.models import StatusSpan
from tracker.compliance.records.facts import known_of, records_of
from tracker.compliance.steps import queries
from tracker.compliance.telling import owed
from tracker.core.db.unit_of_work import unit_of_work
from tracker.programmes.models import PolicyVersion
from tracker.rule.assess import owed_periods

TODAY = date(2021, 10, 1)
DAYS = [date(2021, 1, 1) + timedelta(days=n) for n in range(0, 274, 13)]


def load(scene: Scene, targets: int) -> None:
    """A few targets of each of three bodies, as of TODAY."""
    scene(worked_examples.entered_late, 0, TODAY, targets, targets)


def standing(session: Session, target_id: int, day: date) -> list[StatusSpan]:
    held = (StatusSpan.target_id == target_id, queries.holds_on(day))
    return list(session.scalars(sa.select(StatusSpan).where(*held)))


def test_steps_of_a_target(session: Session, scene: Scene) -> None:
    load(scene, targets=2)
    target_id = session.scalars(sa.select(Target.id)).first()
    assert target_id is not None
    spans = queries.spans_of(session, target_id)
    assert [span.from_on for span in spans] == sorted((span.from_on for span in spans), reverse=True)
    assert spans[0].to_on is None
    assert standing(session, target_id, spans[-1].from_on - timedelta(days=1)) == []
    for span in spans:
        assert [one.id for one in standing(session, target_id, span.from_on)] == [span.id]


def test_what_was_signed_is_read_as_where_a_target_is_judged(session: Session, scene: Scene) -> None:
    """By the programme's own policy, calendar and periods, though the reports are left out."""
    load(scene, targets=12)
    with unit_of_work(morning(TODAY)):
        session.execute(sa.update(PolicyVersion).values(values={"resubmit_days": 7}))
    found = session.execute(sa.select(Target, Commitment).join(Commitment, Commitment.id == Target.commitment_id)).all()
    records = {record.target_id: record for record in records_of(session, [target.id for target, _ in found])}
    for target, commitment in found:
        facts = signed(session, target, commitment)
        assert facts == replace(records[target.id].facts, reports=())
        assert {version.policy.resubmit_days for version in facts.policies} == {7}
    assert any(record.facts.extensions for record in records.values())


def test_what_is_owed_is_what_the_rule_says(session: Session, scene: Scene) -> None:
    load(scene, targets=12)
    ids = list(session.scalars(sa.select(Target.id)))
    reasons = set()
    for day in (date(2021, 3, 18), date(2021, 6, 21), TODAY):
        found = owed.owed_figures(session, day)
        reasons |= {figure.why for figure in found}
        told = {(figure.target_id, figure.period_code): figure for figure in found if figure.period_id is not None}
        for target_id, known in known_of(session, ids, day).items():
            for period in owed_periods(known, day):
                figure = told.pop((target_id, period.period.code), None)
                if period.owed and period.sent_on is None and period.period.cut_off <= day:
                    assert figure is not None
                    assert (figure.why, figure.by) == (owed.WhyOwed.OWED, period.due_on)
                    assert (figure.left < 0) == (period.due_on < day)
                elif figure is not None:
                    assert figure.why is not owed.WhyOwed.OWED
                    assert figure.by == (period.answer_by if figure.returned_on else period.due_on)
        assert told == {}
    assert reasons == set(owed.WhyOwed)


def test_reminders_read_only_what_may_be_due_and_miss_nothing(session: Session) -> None:
    with unit_of_work(morning(TODAY)):
        rows = PackageRows(session, delayed(worked_examples.package(0), random.Random(1), 12))
    for day in (date(2021, 3, 18), date(2021, 6, 21), TODAY):
        with unit_of_work(morning(day)):
            while rows.days and rows.days[0] <= day:
                rows.enter(rows.days[0])
        every = {(f.target_id, f.period_id): f for f in owed.owed_figures(session, day) if f.left <= 3}
        soon = {(f.target_id, f.period_id): f for some in owed.owed_soon(session, day) for f in some}
        assert every
        assert {key: soon.get(key) for key in every} == every


def test_a_return_is_told_with_its_reason(session: Session, scene: Scene) -> None:
    load(scene, targets=20)
    came_back = [figure for figure in owed.owed_figures(session, TODAY) if figure.returned_on is not None]
    assert came_back
    assert any(figure.reason for figure in came_back)


@pytest.fixture
def counted(session: Session, statements: list[str]) -> Callable[[Callable[[], Any]], int]:
    def count(ask: Callable[[], Any]) -> int:
        session.execute(sa.text("SELECT 1"))  # the transaction has begun
        statements.clear()
        ask()
        return len(statements)

    return count


def test_statements_do_not_grow_with_the_rows(
    session: Session, scene: Scene, counted: Callable[[Callable[[], Any]], int]
) -> None:
    load(scene, targets=1)
    asked: list[Callable[[], Any]] = [
        lambda: owed.owed_figures(session, TODAY),
        lambda: list(owed.owed_soon(session, TODAY)),
    ]
    few = [counted(ask) for ask in asked]
    with unit_of_work(morning(TODAY)):
        PackageRows(session, worked_examples.package(1), "more-").enter_all()
    assert [counted(ask) for ask in asked] == few
    assert max(few) <= 14
