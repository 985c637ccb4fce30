"""Recalculations over a programme: every row and sum against the plain rule, and work that goes on after a crash."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import worked_examples
from tests.factories.histories import morning
from tests.factories.told_by_hand import weighted_mean
from tests.support.product import Scene
from tracker.commitments.models import Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.recalculations import known
from tracker.compliance.recalculations import service as recalculations
from tracker.compliance.recalculations.models import Recalculation, RecalculationRow, RecalculationSum, State
from tracker.compliance.records.facts import Record, records_of
from tracker.compliance.standings import queries as standings
from tracker.compliance.steps import verify
from tracker.compliance.steps.spans import hundredths
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.unit_of_work import Units, carry_out, unit_of_work
from tracker.core.errors import FieldError
from tracker.people.models import Person
from tracker.programmes import planning
from tracker.programmes import policy as policies
from tracker.programmes import queries as programmes
from tracker.programmes.models import Programme
from tracker.rule import Ledger, assess, ranks, weight_on
from tracker.rule.facts import Policy, PolicyVersion

TODAY, AHEAD = date(2021, 7, 1), date(2021, 8, 2)
NOW = morning(TODAY)
USUAL = policies.timeline([(None, {})])
OTHER = Policy(
    on_track=Decimal(1), grace_days=0, resubmit_days=0, late_floor=Decimal(20), punctuality_weight=Decimal("0.5"),
    judged_share=Decimal("0.98"),
)  # fmt: skip


@dataclass
class World:
    """A worked example's province as of TODAY."""

    session: Session
    programme_id: int
    person_id: int
    both: tuple[int, int] = (0, 0)  # a preview's answers of today and of its first day, where they were asked

    def ask_policy(
        self, policy: Policy = OTHER, from_on: date = AHEAD, versions: tuple[PolicyVersion, ...] = USUAL
    ) -> int:
        with unit_of_work(NOW) as session:
            return recalculations.ask_policy(
                session,
                NOW,
                actor_id=self.person_id,
                programme_id=self.programme_id,
                versions=versions,
                from_on=from_on,
                policy=policy,
                reason=None,
            ).id

    def ask_both(self) -> tuple[int, int]:
        asked = self.ask_policy()
        other = recalculations.beside(self.session, self.answered(asked))
        assert other is not None
        assert recalculations.beside(self.session, other) == self.session.get_one(Recalculation, asked)
        return asked, other.id

    def ask_known_on(self, on: date, known_on: date) -> int:
        with unit_of_work(NOW) as session:
            return recalculations.ask_known_on(
                session, NOW, actor_id=self.person_id, programme_id=self.programme_id, on=on, known_on=known_on
            ).id

    def answered(self, recalculation_id: int) -> Recalculation:
        work()
        self.session.rollback()
        found = self.session.get_one(Recalculation, recalculation_id)
        assert found.state == State.ANSWERED
        return found

    def rows(self, recalculation_id: int) -> dict[int, RecalculationRow]:
        self.session.rollback()
        found = self.session.scalars(sa.select(RecalculationRow).where(RecalculationRow.inquiry_id == recalculation_id))
        return {row.target_id: row for row in found}

    def records(self) -> list[Record]:
        return records_of(self.session, list(self.session.scalars(sa.select(Target.id))))


def build() -> tuple[int, int]:
    package = worked_examples.package(0)
    package["commitments"][1]["signed_on"] = package["commitments"][1]["in_force_from"] = "2021-05-03"
    worked_examples.enter(package, TODAY)
    return asker()


def build_previewed() -> tuple[int, int, tuple[int, int]]:
    programme_id, person_id = build()
    return programme_id, person_id, World(database.session(), programme_id, person_id).ask_both()


def build_whole(number: int) -> tuple[int, int]:
    worked_examples.entered(number, TODAY, targets=8)
    return asker()


def asker() -> tuple[int, int]:
    with unit_of_work(NOW) as session:
        person = Person(token="p", name="Phòng Tổng hợp, Văn phòng UBND tỉnh")
        session.add(person)
        session.flush()
        return session.scalars(sa.select(Programme.id)).one(), person.id


@pytest.fixture
def world(session: Session, scene: Scene, at: Callable[[date], Moment], monkeypatch: pytest.MonkeyPatch) -> World:
    at(TODAY)
    monkeypatch.setattr(recalculations, "BATCH", 7)  # so that bodies lie across batches
    return World(session, *scene(build))


@pytest.fixture
def shown(world: World, session: Session, scene: Scene) -> World:
    """The same, once a preview of another policy was answered."""
    return World(session, *scene(build_previewed))


def units(most: int | None = None) -> Units[None]:
    """The units of the job, with no clock in the way; `most`: then the process dies."""
    count = 0
    while True:
        recalculation_id = yield recalculations.take
        if recalculation_id is None:
            return None
        more = True
        while more:
            if count == most:
                raise ConnectionAbortedError
            more = yield partial(recalculations.go_on, recalculation_id=recalculation_id, now=NOW)
            count += 1


def work(most: int | None = None) -> None:
    carry_out(units(most))


def said(found: Any) -> tuple[str, int | None, int | None]:
    return str(found.status), hundredths(found.score), hundredths(found.punctuality)


def before(row: RecalculationRow) -> tuple[str | None, int | None, int | None]:
    return row.status_before, row.score_before, row.punctuality_before


def after(row: RecalculationRow) -> tuple[str, int | None, int | None]:
    return row.status_after, row.score_after, row.punctuality_after


def test_a_preview_says_of_every_target_what_the_rule_says_under_both_policies(shown: World) -> None:
    """Of today, as if the new one counted already, and of its first day, by what is known today."""
    for asked, on in zip(shown.both, (TODAY, AHEAD), strict=True):
        found = shown.session.get_one(Recalculation, asked)
        rows, proposed = shown.rows(asked), policies.with_version(USUAL, on, OTHER)
        assert recalculations.days_of(found) == (on, TODAY)
        assert found.done == found.total == len(rows) == len(shown.records())
        for record in shown.records():
            other = Ledger(replace(record.facts, policies=proposed))
            row = rows[record.target_id]
            assert before(row) == said(assess(record.known_on(TODAY), on))
            assert after(row) == said(assess(other.known(TODAY), on))
            assert row.differs == (before(row)[:2] != after(row)[:2])
        assert 0 < found.result["moved"] == sum(row.differs for row in rows.values())
        pairs = Counter(f"{row.status_before}>{row.status_after}" for row in rows.values())
        assert found.result["matrix"] == dict(pairs)


def board_of(session: Session, programme_id: int, policy: Policy) -> dict[int, tuple[int | None, int | None]]:
    """(score, rank) of every body, as the board of today shows them."""
    places = standings.ranks_on(session, programme_id, None, TODAY, policy)
    return {row.id: (row.score, places[row.id].rank) for row in standings.bodies_on(session, programme_id, None, TODAY)}


@pytest.mark.parametrize("number", [0, 1])  # by the usual policy, and by versions of its own
def test_under_the_policy_in_force_every_body_has_the_scores_and_ranks_of_the_board(
    session: Session, scene: Scene, at: Callable[[date], Moment], number: int
) -> None:
    """What judges today agrees with the board of today, be it asked of a policy or of a day as it is known."""
    at(TODAY)
    world = World(session, *scene(build_whole, number))
    stored = programmes.policy_versions(session, world.programme_id)
    versions = policies.timeline([(row.from_on, row.values) for row in stored])
    in_force = policies.in_force(versions, TODAY)
    asked = world.ask_policy(in_force, versions=versions), world.ask_known_on(TODAY, TODAY)
    board = board_of(session, world.programme_id, in_force)
    assert len({score for score, _rank in board.values()}) > 1
    for one in asked:
        assert world.answered(one).result["moved"] == 0
        sums = list(session.scalars(sa.select(RecalculationSum).where(RecalculationSum.inquiry_id == one)))
        assert {s.agency_id: (s.score_before, s.rank_before) for s in sums} == board
        assert {s.agency_id: (s.score_after, s.rank_after) for s in sums} == board


def test_what_an_earlier_version_asked_is_told_of_the_day_that_it_judged(world: World) -> None:
    """It judged the day ahead alone, and nothing stands beside it."""
    asked = world.ask_policy()
    with unit_of_work(NOW) as session:
        found = session.get_one(Recalculation, asked)
        found.parameters = {name: found.parameters[name] for name in ("from_on", "values", "versions", "reason")}
    world.session.rollback()
    found = world.session.get_one(Recalculation, asked)
    assert recalculations.days_of(found) == (AHEAD, TODAY)
    assert recalculations.beside(world.session, found) is None


def ranked_by(
    found: RecalculationSum, side: str, policy: Policy, rows: list[tuple[RecalculationRow, Decimal]]
) -> Decimal | None:
    """The score by which a body is ranked: none where its judged targets carry too little of the weight."""
    carried = sum(weight for row, weight in rows if getattr(row, f"score_{side}") is not None)
    counted = sum(weight for row, weight in rows if getattr(row, f"status_{side}") != "void")
    return None if carried < policy.judged_share * counted else points(getattr(found, f"score_{side}"))


@pytest.mark.parametrize(("number", "on"), [(0, TODAY), (1, AHEAD)])
def test_sums_and_ranks_are_those_of_the_rows(shown: World, number: int, on: date) -> None:
    world, asked = shown, shown.both[number]
    scored: dict[int, list[tuple[RecalculationRow, Decimal]]] = defaultdict(list)
    rows = world.rows(asked)
    for record in world.records():
        scored[record.agency_id].append((rows[record.target_id], weight_on(record.known_on(TODAY), on)))
    of_it = sa.select(RecalculationSum).where(RecalculationSum.inquiry_id == asked)
    sums = {s.agency_id: s for s in world.session.scalars(of_it)}
    assert sums.keys() == scored.keys()
    for agency_id, pairs in scored.items():
        found = sums[agency_id]
        for side in ("before", "after"):
            right = weighted_mean((points(getattr(row, f"score_{side}")), weight) for row, weight in pairs)
            assert getattr(found, f"score_{side}") == hundredths(right)
        assert (found.targets, found.moved) == (len(pairs), sum(row.differs for row, _ in pairs))
    groups: dict[str, list[int]] = defaultdict(list)
    for agency_id, group in known.peers(world.session, sums, AHEAD).items():
        groups[group].append(agency_id)
    for some in groups.values():
        for side, present in (("before", Policy()), ("after", OTHER)):
            right_ranks = ranks({one: ranked_by(sums[one], side, present, scored[one]) for one in some})
            assert {one: getattr(sums[one], f"rank_{side}") for one in some} == right_ranks


@pytest.mark.parametrize(
    ("on", "known_on"),
    [
        (date(2021, 6, 20), date(2021, 7, 1)),
        (date(2021, 7, 1), date(2021, 7, 1)),
        (date(2021, 7, 1), date(2021, 5, 15)),
        (date(2021, 4, 20), date(2021, 4, 20)),
    ],
)
def test_a_day_as_known_on_another_beside_what_was_said(world: World, on: date, known_on: date) -> None:
    asked = world.ask_known_on(on, known_on)
    found = world.answered(asked)
    rows = world.rows(asked)
    signed = sa.select(Target.id).join(Commitment).where(Commitment.signed_on <= min(on, known_on))
    assert rows.keys() == set(world.session.scalars(signed))  # before its signing nothing is said of a target
    holds = (StatusSpan.from_on <= on, sa.or_(StatusSpan.to_on.is_(None), StatusSpan.to_on > on))
    spans = {span.target_id: span for span in world.session.scalars(sa.select(StatusSpan).where(*holds))}
    for record in world.records():
        if record.target_id in rows:
            row, span = rows[record.target_id], spans[record.target_id]
            assert after(row) == said(assess(record.known_on(known_on), on))
            assert before(row) == (span.status, span.score, span.punctuality)
    assert found.result["moved"] == 0 if on == known_on else found.result["moved"] >= 0


def test_a_body_live_is_what_is_filed_for_the_province(world: World) -> None:
    on, known_on = date(2021, 6, 20), TODAY
    asked = world.ask_known_on(on, known_on)
    world.answered(asked)
    rows = world.rows(asked)
    for agency_id in set(world.session.scalars(sa.select(Target.agency_id))):
        live = known.of_body(world.session, world.programme_id, agency_id, on, known_on, 100)
        assert live is not None
        of_body = {target_id: row for target_id, row in rows.items() if row.agency_id == agency_id}
        assert {pair.target_id: (pair.after.status, pair.after.score, pair.shift) for pair in live} == {
            target_id: (row.status_after, row.score_after, row.shift) for target_id, row in of_body.items()
        }
    assert known.of_body(world.session, world.programme_id, agency_id, on, known_on, 3) is None


@pytest.mark.parametrize("units_until_death", [0, 1, 3, 5])
def test_work_goes_on_where_it_was_after_a_crash(shown: World, units_until_death: int) -> None:
    whole, again = shown.both[0], shown.ask_policy()
    with pytest.raises(ConnectionAbortedError):
        work(units_until_death)
    shown.session.rollback()
    half = shown.session.get_one(Recalculation, again)
    assert (half.state, half.done) == (State.WORKING, 7 * units_until_death)
    found = shown.answered(again)
    assert (found.done, found.total, found.result) == (60, 60, shown.session.get_one(Recalculation, whole).result)
    columns = [c for c in RecalculationSum.__table__.c if c.name != "inquiry_id"]
    of = sa.select(*columns).order_by("agency_id")
    sums = [shown.session.execute(of.where(RecalculationSum.inquiry_id == one)).all() for one in (whole, again)]
    assert sums[0] == sums[1]


def test_what_never_gets_further_is_given_up_and_the_next_is_answered(world: World) -> None:
    stuck, other = world.ask_policy(), world.ask_known_on(TODAY, TODAY)
    for _ in range(recalculations.MOST_TRIES):
        with pytest.raises(ConnectionAbortedError):
            work(0)
    world.answered(other)
    failed = world.session.get_one(Recalculation, stuck)
    assert (failed.state, failed.done) == (State.FAILED, 0)
    assert failed.error is not None


def test_a_day_ahead_and_too_many_at_once_are_refused(world: World) -> None:
    with pytest.raises(FieldError) as refused:
        world.ask_known_on(TODAY, TODAY + timedelta(days=1))
    assert refused.value.field == "known_on"
    for number in range(recalculations.MOST_OPEN):
        world.ask_known_on(TODAY - timedelta(days=number), TODAY)
    with pytest.raises(FieldError):
        world.ask_policy()


def test_what_waits_for_an_answer_is_asked_once_by_each_person(world: World) -> None:
    """A button pressed twice; what is answered, or another question, is asked anew."""
    asked = [world.ask_policy(), world.ask_known_on(TODAY, TODAY)]
    assert [world.ask_policy(), world.ask_known_on(TODAY, TODAY)] == asked
    assert world.ask_known_on(TODAY - timedelta(days=1), TODAY) not in asked
    for one in asked:
        world.answered(one)
    assert world.ask_known_on(TODAY, TODAY) not in asked
    assert world.ask_policy() not in asked


def test_old_ones_are_tidied_away_with_their_rows(world: World) -> None:
    old, new = world.ask_policy(), world.ask_known_on(TODAY - timedelta(days=9), TODAY)
    work()
    later = Moment(NOW.at + recalculations.KEPT + timedelta(seconds=1), TODAY)
    with unit_of_work(NOW) as session:
        session.get_one(Recalculation, new).asked_at = NOW.at + timedelta(days=1)
    carry_out(recalculations.tidy(later))
    world.session.rollback()
    assert world.session.scalars(sa.select(Recalculation.id)).all() == [new]
    assert world.rows(old) == {}
    assert len(world.rows(new)) == 60
    assert set(world.session.scalars(sa.select(RecalculationSum.inquiry_id))) == {new}


@pytest.mark.parametrize("most_at_once", [1_000, 10])
def test_a_version_changes_the_steps_ahead_at_once_or_by_the_scheduler(
    world: World, monkeypatch: pytest.MonkeyPatch, at: Callable[[date], Moment], most_at_once: int
) -> None:
    """Of a large programme nobody waits for all targets; either way the stored steps are what the facts say."""
    monkeypatch.setattr(recalculations, "MOST_AT_ONCE", most_at_once)
    asked = world.ask_policy(from_on=TODAY + timedelta(days=1))
    world.answered(asked)
    with unit_of_work(NOW) as session:
        recalculations.plan(session, NOW, actor_id=world.person_id, recalculation_id=asked)
    stale = list(verify.differences(world.session, TODAY))
    assert bool(stale) is (most_at_once == 10)
    world.session.rollback()
    work()
    assert list(verify.differences(world.session, TODAY)) == []
    world.session.rollback()
    wakes = set(world.session.scalars(sa.select(StatusSpan.wake_on).where(StatusSpan.to_on.is_(None))))
    assert TODAY + timedelta(days=1) in wakes
    with unit_of_work(NOW) as session, pytest.raises(FieldError):
        recalculations.plan(session, NOW, actor_id=world.person_id, recalculation_id=asked)


def test_a_preview_of_yesterday_sets_nothing(world: World, at: Callable[[date], Moment]) -> None:
    asked = world.ask_policy(from_on=TODAY + timedelta(days=1))
    world.answered(asked)
    later = morning(TODAY + timedelta(days=1))
    with unit_of_work(later) as session, pytest.raises(FieldError) as refused:
        recalculations.plan(session, later, actor_id=world.person_id, recalculation_id=asked)
    assert str(refused.value).startswith("Đã đến ngày quy định này dự kiến có hiệu lực")
    programme = world.session.get_one(Programme, world.programme_id)
    with unit_of_work(NOW) as session, pytest.raises(FieldError):
        planning.withdraw_policy(session, NOW, actor_id=world.person_id, programme=programme, from_on=AHEAD)


def points(stored: int | None) -> Decimal | None:
    return None if stored is None else Decimal(stored).scaleb(-2)
