"""Steps follow facts at once, and time by night; what was said of a past day stays said; what is altered is found."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province, province, target
from tests.factories.histories import morning
from tests.factories.units import run
from tests.factories.worked_examples import entered_late
from tests.support.free_hand import free_hand
from tests.support.product import Scene
from tracker.commitments.models import Amendment, Extension, Suspension, Target
from tracker.compliance.models import AgencySum, AssessedDay, StatusSpan
from tracker.compliance.steps import nightly, rebuilding, verify
from tracker.compliance.telling.export import span_rows
from tracker.core.db.unit_of_work import carry_out, touch, unit_of_work
from tracker.programmes.models import CalendarDay, PolicyVersion
from tracker.progress.models import Decision, Report, Revision

SIGNED = date(2021, 2, 4)
LATER = date(2021, 10, 1)


def build() -> None:
    with unit_of_work(morning(SIGNED)) as session:
        touch(session, "target", target(session, province(session)).id)


@pytest.fixture
def made(session: Session, scene: Scene) -> Province:
    """A province whose one target was signed today, 4 February 2021: 234 procedures by the end of the year."""
    scene(build)
    return errand.found(session)


def send(session: Session, made: Province, period: str, on: date, value: str) -> Revision:
    """The first revision of a period's report, sent on a day."""
    row = made.targets["SXD-T01"]
    with unit_of_work(morning(on)):
        report = Report(
            token=period, target_id=row.id, programme_id=row.programme_id, agency_id=row.agency_id,
            period_id=made.periods[period].id, kind="periodic", state="sent", sent_on=on,
        )  # fmt: skip
        session.add(report)
        session.flush()
        revision = Revision(report_id=report.id, seq=1, submitted_on=on, recorded_on=on, value=Decimal(value))
        session.add(revision)
        touch(session, "target", row.id)
    return revision


def decide(session: Session, made: Province, revision: Revision, on: date, outcome: str, value: str | None) -> None:
    """One more decision on a revision."""
    with unit_of_work(morning(on)):
        seq = session.scalar(sa.select(sa.func.count()).where(Decision.revision_id == revision.id)) or 0
        session.add(
            Decision(
                revision_id=revision.id, seq=seq + 1, outcome=outcome, decided_on=on, recorded_on=on,
                value=Decimal(value) if value else None,
            )
        )  # fmt: skip
        touch(session, "target", made.targets["SXD-T01"].id)


def steps(session: Session) -> list[tuple[str, str]]:
    return [(str(row["from_on"]), str(row["status"])) for row in span_rows(session)]


def test_the_night_follows_what_nobody_does(session: Session, made: Province) -> None:
    assert steps(session) == [("2021-02-04", "pending")]
    run(nightly.units(date(2022, 1, 15)), date(2022, 1, 15))
    assert steps(session) == [
        ("2021-02-04", "pending"),
        ("2021-03-23", "pending"),  # the first report is late: punctuality
        ("2021-03-26", "unreported"),
        ("2022-01-01", "overdue"),
    ]
    assert nightly.assessed_on(session) == date(2022, 1, 15)
    assert list(verify.differences(session, date(2022, 1, 15))) == []


def test_the_last_word_of_a_day_counts(session: Session, made: Province) -> None:
    """A figure, its appraisal down, its return and another appraisal, all on one day: one step that begins on it."""
    day = date(2021, 3, 16)
    revision = send(session, made, "2021-Q1", day, "60")
    assert steps(session)[-1] == ("2021-03-16", "on_track")
    decide(session, made, revision, day, "accepted", "1")
    assert steps(session)[-1] == ("2021-03-16", "behind")
    decide(session, made, revision, day, "reopened", None)
    assert len(steps(session)) == 2
    decide(session, made, revision, day, "accepted", "60")
    assert steps(session)[-1] == ("2021-03-16", "on_track")
    assert list(verify.differences(session, day)) == []


def test_of_two_amendments_of_one_day_the_last_counts(session: Session, made: Province) -> None:
    send(session, made, "2021-Q1", date(2021, 3, 16), "30")
    day, row = date(2021, 3, 18), made.targets["SXD-T01"]

    def opened() -> tuple[date, int, str]:
        found = sa.select(StatusSpan.from_on, StatusSpan.score, StatusSpan.digest).where(StatusSpan.to_on.is_(None))
        return tuple(session.execute(found).one())  # type: ignore[return-value]

    with unit_of_work(morning(day)):
        days = {"signed_on": day, "from_on": day, "recorded_on": day}
        session.add_all(Amendment(target_id=row.id, goal=Decimal(goal), **days) for goal in ("400", "1200"))
        touch(session, "target", row.id)
    begun, far_to_go, digest = opened()
    with unit_of_work(morning(day)):
        first, second = session.scalars(sa.select(Amendment).order_by(Amendment.id))
        with free_hand(session.connection()):
            first.goal, second.goal = second.goal, first.goal
            session.flush()
        touch(session, "target", row.id)
    begun_again, not_so_far, other_digest = opened()
    assert begun == begun_again == day
    assert far_to_go < not_so_far
    assert digest != other_digest


def test_a_step_that_was_begun_today_goes_where_the_answer_is_yesterdays_again(
    session: Session, made: Province
) -> None:
    first = date(2021, 3, 16)
    revision = send(session, made, "2021-Q1", first, "60")
    day = date(2021, 3, 18)
    decide(session, made, revision, day, "accepted", "20")
    assert len(steps(session)) == 3
    decide(session, made, revision, day, "accepted", "60")
    assert len(steps(session)) == 2
    assert session.scalars(sa.select(StatusSpan.to_on).order_by(StatusSpan.from_on.desc())).first() is None
    assert list(verify.differences(session, day)) == []


def test_a_deadline_that_moves_closes_no_step_and_is_kept_by_day(session: Session, made: Province) -> None:
    row = made.targets["SXD-T01"]
    day = date(2021, 3, 1)
    with unit_of_work(morning(day)):
        session.add(Extension(target_id=row.id, granted_on=day, due_on=date(2022, 1, 14), recorded_on=day))
        touch(session, "target", row.id)
    assert len(steps(session)) == 1
    assert session.scalars(sa.select(StatusSpan.deadline_on)).one() == date(2022, 1, 14)
    with unit_of_work(morning(day)):
        rest = Suspension(target_id=row.id, from_on=day, to_on=date(2021, 3, 5), decided_on=day, recorded_on=day)
        session.add(rest)
        touch(session, "target", row.id)
    deadlines = session.scalars(sa.select(StatusSpan.deadline_on).order_by(StatusSpan.from_on)).all()
    assert deadlines == [date(2021, 12, 31), date(2022, 1, 14)]
    assert list(verify.differences(session, day)) == []


def test_what_was_said_of_a_past_day_stays_said(session: Session, made: Province) -> None:
    run(nightly.units(date(2021, 4, 30)), date(2021, 4, 30))
    said = steps(session)
    row = made.targets["SXD-T01"]
    with unit_of_work(morning(date(2021, 5, 4))):
        report = Report(
            token="late", target_id=row.id, programme_id=row.programme_id, agency_id=row.agency_id,
            period_id=made.periods["2021-Q1"].id, kind="periodic", state="sent", sent_on=date(2021, 3, 16),
        )  # fmt: skip
        session.add(report)
        session.flush()
        day = date(2021, 3, 16)  # it lay in a drawer
        session.add(
            Revision(
                report_id=report.id, seq=1, submitted_on=day, recorded_on=date(2021, 5, 4), value=Decimal(60)
            )
        )  # fmt: skip
        touch(session, "target", row.id)
    assert steps(session) == [*said, ("2021-05-04", "on_track")]
    assert list(verify.differences(session, date(2021, 5, 4))) == []


def test_changes_ahead_of_policy_calendar_and_periods_leave_the_past_alone(session: Session, made: Province) -> None:
    send(session, made, "2021-Q1", date(2021, 3, 16), "15")
    today = date(2021, 4, 1)
    said = list(span_rows(session))
    with unit_of_work(morning(today)):
        session.add(
            PolicyVersion(programme_id=made.programme.id, from_on=date(2021, 5, 3), values={"on_track": "0.50"})
        )
        session.add(CalendarDay(calendar_id=made.programme.calendar_id, day=date(2021, 6, 21), works=False))
        with free_hand(session.connection()):
            made.periods["2021-H1"].due_on = date(2021, 6, 18)
            session.flush()
        touch(session, "programme", made.programme.id)
        touch(session, "calendar", made.programme.calendar_id)
    now = list(span_rows(session))
    ahead = ("next_change_on", "wake_on")
    assert [{k: v for k, v in row.items() if k not in ahead} for row in now] == [
        {k: v for k, v in row.items() if k not in ahead} for row in said
    ]
    assert now[-1]["wake_on"] == "2021-05-03"
    assert list(verify.differences(session, today)) == []
    run(nightly.units(date(2021, 5, 3)), date(2021, 5, 3))
    assert steps(session)[-1] == ("2021-05-03", "on_track")


def test_a_commitment_signed_in_future_begins_on_its_day(session: Session) -> None:
    early = SIGNED - timedelta(days=30)
    with unit_of_work(morning(early)):
        touch(session, "target", target(session, province(session)).id)
    run(nightly.units(early), early)
    assert steps(session) == []
    run(nightly.units(SIGNED), SIGNED)
    assert steps(session) == [("2021-02-04", "pending")]


def test_a_night_cut_short_goes_on_where_it_was(session: Session, scene: Scene, monkeypatch: Any) -> None:
    monkeypatch.setattr(nightly, "BATCH", 7)
    load(scene, date(2021, 3, 1))
    run(nightly.units(LATER), LATER, most=3)
    assert nightly.assessed_on(session) is None
    assert list(verify.differences(session, LATER)) == []  # behind, but nothing wrong
    run(nightly.units(LATER), LATER)
    cut_short = list(span_rows(session))
    assert run(nightly.units(LATER), LATER) == 0
    assert session.scalars(sa.select(AssessedDay.day)).one() == LATER
    assert list(span_rows(session)) == cut_short
    assert list(verify.differences(session, LATER)) == []


def test_a_night_that_left_steps_behind_is_found(session: Session, made: Province) -> None:
    with unit_of_work(morning(LATER)):
        session.add(AssessedDay(id=1, day=LATER))
    assert {d.column for d in verify.differences(session, LATER)} >= {"to_on", "from_on"}


ALTERED = {
    "to_on": date(2021, 12, 31), "status": "void", "score": 1, "delivery": 1, "punctuality": 1,
    "weight": Decimal("1.5"), "reason": {"code": "silent", "figures": {}}, "digest": "0", "rule_version": 9,
    "next_change_on": date(2030, 1, 1), "wake_on": date(2030, 1, 1), "deadline_on": date(2030, 1, 1), "domain": 7,
}  # fmt: skip


@pytest.mark.parametrize("column", ALTERED)
def test_one_altered_step_is_found_and_named(session: Session, scene: Scene, column: str) -> None:
    load(scene, LATER)
    span = session.scalars(sa.select(StatusSpan).where(StatusSpan.to_on.is_(None)).order_by(StatusSpan.id)).all()[7]
    number, code = session.execute(
        sa.text(
            "SELECT number, code FROM target JOIN commitment ON commitment.id = commitment_id WHERE target.id = :id"
        ),
        {"id": span.target_id},
    ).one()
    with unit_of_work(morning(LATER)):
        setattr(span, column, ALTERED[column])
    found = [d for d in verify.differences(session, LATER) if " domain " not in d.subject]
    assert [(d.subject, d.day, d.column) for d in found] == [(f"{number} {code}", span.from_on, column)]


def test_a_step_removed_or_put_in_is_found(session: Session, scene: Scene) -> None:
    load(scene, LATER)
    spans = session.scalars(sa.select(StatusSpan).where(StatusSpan.to_on.is_not(None)).order_by(StatusSpan.id)).all()
    gone = spans[40].from_on
    with unit_of_work(morning(LATER)):
        session.delete(spans[40])
    found = [d for d in verify.differences(session, LATER) if " domain " not in d.subject]
    assert [(d.day, d.column, d.stored, d.derived) for d in found] == [(gone, "from_on", None, gone)]


@pytest.mark.parametrize("column", ["total", "targets", "score", "overdue"])
def test_an_altered_sum_is_found_and_mended(session: Session, scene: Scene, column: str) -> None:
    load(scene, LATER)
    row = session.scalars(sa.select(AgencySum).where(AgencySum.domain == 0).order_by(AgencySum.id)).all()[5]
    with unit_of_work(morning(LATER)):
        setattr(row, column, 77)
    found = list(verify.differences(session, LATER))
    assert [(d.day, d.column) for d in found] == [(row.from_on, column)]
    assert found[0].subject.startswith("PAR-2021 A0")
    assert found[0].subject.endswith(" domain 0")
    session.rollback()
    carry_out(rebuilding.units(LATER))
    assert list(verify.differences(session, LATER)) == []


def test_nothing_is_written_where_nothing_changes(session: Session, scene: Scene, statements: list[str]) -> None:
    load(scene, LATER)
    statements.clear()
    with unit_of_work(morning(LATER)):
        for target_id in session.scalars(sa.select(Target.id)):
            touch(session, "target", target_id)
    assert not [sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert list(verify.differences(session, LATER)) == []


def load(scene: Scene, day: date) -> None:
    """Four targets of each of three bodies, with all their records, as of the day."""
    scene(entered_late, 0, day, 3, 4)
