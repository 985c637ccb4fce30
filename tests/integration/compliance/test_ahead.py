"""What is kept of the days ahead: right after every change, followed by night without a fact, proved by `verify`."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province, province, target
from tests.factories.histories import delayed, morning
from tests.factories.package_rows import PackageRows
from tests.factories.units import run
from tests.support.free_hand import free_hand
from tests.support.product import Scene
from tracker.commitments.models import Extension, Target
from tracker.compliance.models import SpanAhead, StatusSpan
from tracker.compliance.records.facts import records_of
from tracker.compliance.steps import ahead, nightly, rebuilding, verify
from tracker.compliance.steps.ahead import Span
from tracker.compliance.steps.spans import derive
from tracker.compliance.telling.export import span_rows
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.programmes.models import CalendarDay, PolicyVersion

SIGNED, TODAY = date(2021, 2, 4), date(2021, 3, 16)
FIRST, LAST, FAR = date(2020, 12, 20), date(2022, 2, 1), date(2030, 1, 1)


def build() -> None:
    with unit_of_work(morning(SIGNED)) as session:
        touch(session, "target", target(session, province(session)).id)


@pytest.fixture
def made(session: Session, scene: Scene) -> Province:
    """A province whose one target was signed on 4 February 2021 and never reported."""
    scene(build)
    return errand.found(session)


def kept(session: Session) -> dict[int, list[Span]]:
    """The steps ahead of every target."""
    return ahead.of(session, list(session.scalars(sa.select(Target.id).order_by(Target.id))))


def derived(session: Session) -> dict[int, list[Span]]:
    """The same from the facts: every step to a day by which nothing moves any more, less those until the open one."""
    begun = sa.select(StatusSpan.target_id, StatusSpan.from_on).where(StatusSpan.to_on.is_(None))
    opened = dict(session.execute(begun).all())
    return {
        record.target_id: [
            span
            for span in derive(record, FAR).spans
            if record.target_id in opened and span.from_on > opened[record.target_id]
        ]
        for record in records_of(session, list(session.scalars(sa.select(Target.id))))
    }


def test_what_is_kept_is_what_the_facts_say_after_any_history(
    session: Session, shared: Path, database_kind: str
) -> None:
    """Each database has a history of its own."""
    seed = int(database_kind == "postgresql")
    chance = random.Random(seed)
    package = json.loads((shared / "data/rule_examples.json").read_text())[seed]["package"]
    with unit_of_work(morning(FIRST)):
        rows = PackageRows(session, delayed(package, chance, targets=3))
    day = FIRST
    while day <= LAST:
        if chance.random() < 0.4:
            run(nightly.units(day), day)
        if day in rows.days:
            with unit_of_work(morning(day)):
                rows.enter(day)
        if chance.random() < 0.04:
            run(nightly.units(day), day)
            assert kept(session) == derived(session)
        day += timedelta(days=1)


def test_nights_load_no_fact(session: Session, made: Province, statements: list[str]) -> None:
    told = kept(session)[made.targets["SXD-T01"].id]
    assert [(span.from_on.isoformat(), span.status) for span in told] == [
        ("2021-03-23", "pending"),
        ("2021-03-26", "unreported"),
        ("2022-01-01", "overdue"),
    ]
    statements.clear()
    for day in (date(2021, 3, 22), date(2021, 3, 23), LAST):  # the day before a step ends, that day, after many
        run(nightly.units(day), day)
    assert not [sql for sql in statements if "revision" in sql or "extension" in sql or "period" in sql]
    assert not [sql for sql in statements if sql.startswith(("INSERT INTO span_ahead", "UPDATE span_ahead"))]
    assert kept(session) == {made.targets["SXD-T01"].id: []}
    assert [row["from_on"] for row in span_rows(session)][1:] == [span.from_on.isoformat() for span in told]
    assert list(verify.differences(session, LAST)) == []
    assert run(rebuilding.units(LAST), LAST) == 0


def extend(session: Session, made: Province) -> None:
    row = made.targets["SXD-T01"]
    session.add(Extension(target_id=row.id, granted_on=TODAY, due_on=date(2022, 3, 31), recorded_on=TODAY))
    touch(session, "target", row.id)


def turn_a_day(session: Session, made: Province) -> None:
    """The first Monday after the first report is due is off."""
    session.add(CalendarDay(calendar_id=made.programme.calendar_id, day=date(2021, 3, 22), works=False))
    touch(session, "calendar", made.programme.calendar_id)


def set_policy(session: Session, made: Province) -> None:
    session.add(PolicyVersion(programme_id=made.programme.id, from_on=date(2021, 3, 18), values={"grace_days": 9}))
    touch(session, "programme", made.programme.id)


def move_period(session: Session, made: Province) -> None:
    with free_hand(session.connection()):
        made.periods["2021-Q1"].first_due_on = date(2021, 3, 30)
        session.flush()
    touch(session, "programme", made.programme.id)


@pytest.mark.parametrize("change", [extend, turn_a_day, set_policy, move_period])
def test_a_change_of_what_lies_ahead_changes_what_is_kept(
    session: Session, made: Province, change: Callable[[Session, Province], None]
) -> None:
    before, stored = kept(session), list(span_rows(session))
    with unit_of_work(morning(TODAY)):
        change(session, made)
    assert kept(session) == derived(session) != before
    assert [row["from_on"] for row in span_rows(session)] == [row["from_on"] for row in stored]
    run(nightly.units(LAST), LAST)
    assert list(verify.differences(session, LAST)) == []
    assert run(rebuilding.units(LAST), LAST) == 0


def test_days_that_have_come_are_left_in_the_row_until_something_changes(
    session: Session, made: Province, statements: list[str]
) -> None:
    night = date(2021, 3, 24)
    run(nightly.units(night), night)
    statements.clear()
    with unit_of_work(morning(night)):
        touch(session, "target", made.targets["SXD-T01"].id)
    assert not [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert kept(session) == derived(session)


def test_what_is_not_kept_or_older_is_derived_when_it_comes(session: Session, made: Province) -> None:
    row_id = made.targets["SXD-T01"].id
    with unit_of_work(morning(SIGNED)):
        session.execute(sa.delete(SpanAhead))
    assert kept(session) == {row_id: []}
    assert list(verify.differences(session, SIGNED)) == []
    first = date(2021, 3, 23)
    run(nightly.units(first), first)
    assert kept(session) == derived(session) != {row_id: []}

    with unit_of_work(morning(first)):
        session.execute(sa.update(SpanAhead).values(rule_version=0, looks="[]"))
    assert list(verify.differences(session, first)) == []
    second = date(2021, 3, 26)
    run(nightly.units(second), second)
    assert kept(session) == derived(session) != {row_id: []}
    assert list(verify.differences(session, second)) == []


def test_one_altered_day_ahead_is_found_and_mended(session: Session, made: Province) -> None:
    row = session.scalars(sa.select(SpanAhead)).one()
    right = row.looks
    with unit_of_work(morning(SIGNED)):
        row.looks = right.replace("unreported", "on_track")
    found = list(verify.differences(session, SIGNED))
    assert [(d.subject, d.day, d.column) for d in found] == [("01/CK-SXD T01", date(2021, 3, 26), "ahead")]
    session.rollback()
    assert run(rebuilding.units(SIGNED), SIGNED) == 1
    session.expire_all()
    assert session.scalars(sa.select(SpanAhead.looks)).one() == right


def test_a_record_of_a_day_ahead_is_seen_on_its_day(session: Session, made: Province) -> None:
    """It moves the deadline and begins no step: the open row is seen anew, by night and without a fact."""
    row = made.targets["SXD-T01"]
    day = date(2021, 5, 4)
    with unit_of_work(morning(TODAY)):
        session.add(Extension(target_id=row.id, granted_on=day, due_on=date(2022, 3, 31), recorded_on=day))
        touch(session, "target", row.id)
    run(nightly.units(day), day)
    opened = session.scalars(sa.select(StatusSpan).where(StatusSpan.to_on.is_(None))).one()
    assert (opened.from_on, opened.deadline_on, opened.weight) == (date(2021, 3, 26), date(2022, 3, 31), Decimal(1))
    assert kept(session) == derived(session)
    assert list(verify.differences(session, day)) == []
