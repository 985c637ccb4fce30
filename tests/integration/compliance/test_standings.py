"""Scores as steps, ranks and heads, held against judging all targets on the day."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.histories import morning
from tests.factories.told_by_hand import weighted_mean
from tests.factories.worked_examples import entered
from tests.support.product import Scene, Statements
from tracker.agencies.classifications import group_on
from tracker.agencies.models import Agency, AgencyClassification, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Commitment, Target
from tracker.compliance.records.facts import Record, records_of
from tracker.compliance.standings import leaders, moving, ranking
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.as_of import AGENCY
from tracker.compliance.steps.queries import SPAN, holds_on
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.sums import STATUSES
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person
from tracker.programmes.frames import Frames
from tracker.programmes.models import PolicyVersion, Programme
from tracker.rule import Weighed, ranks, weighed, weight_on
from tracker.rule import facts as rule
from tracker.rule.assess import assess
from tracker.rule.facts import Policy, Status

TODAY = date(2021, 10, 1)
FIRST = date(2021, 1, 1)
USUAL = (rule.PolicyVersion(None, Policy()),)
STRICTER_FROM, STRICTER = date(2021, 6, 1), Policy(judged_share=Decimal("0.95"))
DAYS = (date(2021, 4, 10), date(2021, 6, 15), date(2021, 8, 1))  # bodies move to another peer group
Scored = tuple[Record, Decimal | None, Decimal]


@pytest.fixture
def programme_id(session: Session, scene: Scene) -> int:
    """A worked example as of TODAY."""
    scene(entered, 0, TODAY, TODAY, 12)
    return session.scalars(sa.select(Programme.id)).one()


def judged(session: Session, day: date) -> list[Scored]:
    """Every target that had been signed by the day, with the score and the weight that the rule gives it."""
    found = []
    for record in records_of(session, list(session.scalars(sa.select(Target.id)))):
        if record.signed_on <= day:
            facts = record.known_on(day)
            found.append((record, assess(facts, day).score, weight_on(facts, day)))
    return found


def mean_of(scored: Iterable[Scored], which: Callable[[Record], bool] = lambda record: True) -> int | None:
    return hundredths(weighted_mean((score, weight) for record, score, weight in scored if which(record)))


def on(steps: list[standings.ScoreStep], day: date) -> int | None:
    step = standings.standing_on(steps, day)
    return step.score if step else None


def test_steps_add_up_to_what_the_rule_says_of_all_targets(session: Session, programme_id: int) -> None:
    bodies = session.scalars(sa.select(Agency.id)).all()
    commitments = {row.id: row.number for row in session.execute(sa.select(Commitment.id, Commitment.number))}
    of_body = {(b, d): standings.steps_of_body(session, programme_id, b, d) for b in bodies for d in range(9)}
    of_domain = standings.steps_of_domains(session, programme_id, range(9))
    for steps in (*of_body.values(), *of_domain.values()):
        for before, after in pairwise(steps):
            assert before.to_on == after.from_on
            assert before.scores != after.scores
        assert not steps or steps[-1].to_on is None
    draw = random.Random(3)
    for day in [FIRST, TODAY, *(FIRST + timedelta(days=draw.randrange(273)) for _ in range(12))]:
        scored = judged(session, day)
        for (body, domain), steps in of_body.items():
            assert on(steps, day) == mean_of(
                scored,
                lambda r, body=body, domain=domain: r.agency_id == body and domain in (0, r.domain),  # type: ignore[misc]
            )
        for domain, steps in of_domain.items():
            assert on(steps, day) == mean_of(scored, lambda r, domain=domain: domain in (0, r.domain))  # type: ignore[misc]
        shown = standings.commitments_on(session, day, list(commitments))
        for commitment_id, number in commitments.items():
            right = mean_of(scored, lambda r, number=number: r.commitment == number)  # type: ignore[misc]
            assert shown.get(commitment_id) == right


def test_some_bodies_of_a_domain(session: Session, programme_id: int) -> None:
    code = session.scalars(sa.select(Agency.code).order_by(Agency.code)).first()
    some = standings.steps_of_domains(session, programme_id, [0], AGENCY.code == code)[0]
    body = session.scalars(sa.select(Agency.id).where(Agency.code == code)).one()
    assert some == standings.steps_of_body(session, programme_id, body)


def score_ranked(scored: list[Scored], policy: Policy, day: date) -> Decimal | None:
    """The mean by which a body is ranked, from its targets; none where those judged carry too little of the weight."""
    carried = sum(weight for _record, score, weight in scored if score is not None)
    counted = sum(w for r, _score, w in scored if assess(r.known_on(day), day).status != Status.VOID)
    if carried < policy.judged_share * counted:
        return None
    return weighted_mean((score, weight) for _record, score, weight in scored)


def test_ranks_of_any_day_share_a_place(session: Session, programme_id: int) -> None:
    """A policy that begins on a day changes from that day on who is ranked; no sum changes. A body that moves to
    another group is ranked there from its day on, and where it was on the days before."""
    entered_in = dict(session.execute(sa.select(Agency.id, sa.func.coalesce(Agency.peer_group, Agency.kind))).all())
    one, other, third, *_ = sorted(entered_in)
    moves = [(one, DAYS[0], "movers"), (other, DAYS[1], "movers"), (one, DAYS[2], entered_in[one])]
    moves.append((third, TODAY + timedelta(days=1), "movers"))
    with unit_of_work(morning(TODAY)):
        values = {"judged_share": "0.95"}
        session.add(PolicyVersion(programme_id=programme_id, from_on=STRICTER_FROM, values=values))
        session.add_all(
            AgencyClassification(agency_id=body, from_on=since, kind="department", peer_group=group)
            for body, since, group in moves
        )
    policies = Frames(session).of([programme_id])[programme_id].policies
    paths = {body: standings.rank_steps(session, programme_id, body, policies) for body in entered_in}
    draw, unranked = random.Random(5), set()
    drawn = (FIRST + timedelta(days=draw.randrange(273)) for _ in range(12))
    for day in [FIRST, TODAY, *(moved + timedelta(days=days) for moved in DAYS for days in (-1, 0)), *drawn]:
        groups = entered_in | {body: group for body, since, group in moves if since <= day}
        scored = judged(session, day)
        policy = Policy() if day < STRICTER_FROM else STRICTER
        found = standings.ranks_on(session, programme_id, day, day, policy)
        for group in set(groups.values()):
            scores = {
                body: score_ranked([one for one in scored if one[0].agency_id == body], policy, day)
                for body in groups
                if groups[body] == group and any(r.agency_id == body for r, _, _ in scored)
            }
            right = ranks(scores)
            assert {body: found[body].rank for body in scores} == right
            for body, rank in right.items():
                path = [place for since, place in paths[body] if since <= day]
                assert path[-1].rank == rank, (body, day)
                assert path[-1].among == found[body].among == sum(score is not None for score in scores.values())
                unranked.add((day < STRICTER_FROM, rank is None))
    assert unranked >= {(False, True), (True, False)}


def test_the_preview_of_a_move_says_where_everybody_stands_then(session: Session, programme_id: int) -> None:
    """Held against the ranks after the move was made: before and after, of every body, and nobody else moves."""
    ahead, policy = TODAY + timedelta(days=9), Policy()
    groups = dict(session.execute(sa.select(Agency.id, group_on(ahead))).all())
    moved = 0
    for body in groups:
        for group in (*sorted(set(groups.values())), "of its own"):
            told = moving.moves(session, programme_id, ahead, policy, body, group)
            before = standings.ranks_on(session, programme_id, None, ahead, policy)
            with session.begin_nested() as trial:
                session.add(AgencyClassification(agency_id=body, from_on=ahead, kind="x", peer_group=group))
                session.flush()
                after = standings.ranks_on(session, programme_id, None, ahead, policy)
                today = standings.ranks_on(session, programme_id, None, TODAY, policy)
                trial.rollback()
            assert today == before, "until its day nothing moves"
            assert {one.agency_id: one.ranks for one in told} == {
                one: (before[one], after[one])
                for one in before
                if before[one].rank != after[one].rank or (one == body and group != groups[body])
            }
            moved += len(told)
    assert moved > len(groups)


def test_the_range_of_ranks_is_that_of_every_single_flip(session: Session, programme_id: int) -> None:
    """Held against the ranks of the rule with each judged target of each body at 100 and at 0, one after the other."""
    wide = 0
    for day in (date(2021, 5, 14), TODAY):
        rows = standings.bodies_on(session, programme_id, day, day)
        scored = session.execute(
            sa.select(SPAN.agency_id, SPAN.weight, SPAN.score).where(
                SPAN.programme_id == programme_id, holds_on(day), SPAN.score.is_not(None)
            )
        ).all()
        by_score = {one.id: standings.score_ranked(one, Policy()) for one in rows}
        stands = [ranking.Standing(one.id, one.peer, Weighed(one.total, one.weight), by_score[one.id]) for one in rows]
        found = ranking.firmness(stands, ranking.flips(session, programme_id, day, [one.id for one in rows]))
        assert set(found) == {one.agency_id for one in stands if one.ranked is not None} != set()
        for one in stands:
            if one.ranked is None:
                continue
            possible = set()
            for target in (target for target in scored if target.agency_id == one.agency_id):
                for score in (Decimal(0), Decimal(100)):
                    flipped = one.scores - weighed(points(target.score), target.weight) + weighed(score, target.weight)
                    among = {other.agency_id: (other.group, other.ranked) for other in stands}
                    places = standings.ranked(among | {one.agency_id: (one.group, flipped.mean)})
                    possible.add(places[one.agency_id].rank or 0)
            firm = found[one.agency_id]
            assert (firm.best, firm.worst) == (min(possible), max(possible))
            wide += firm.best != firm.worst
    assert wide


def bodies_of(on: date, session: Session, programme_id: int, day: date | None) -> Sequence[Any]:
    return standings.bodies_on(session, programme_id, day, on)


def test_all_sums_are_one_statement(session: Session, programme_id: int, statements: Statements) -> None:
    for read in (standings.sums_on, partial(bodies_of, TODAY)):
        statements.clear()
        now = sorted(read(session, programme_id, None))
        assert len(statements) == 1
        assert sorted(read(session, programme_id, TODAY)) == now != []
        assert len(statements) == 2
    bodies = standings.bodies_on(session, programme_id, date(2021, 5, 14), date(2021, 5, 14))
    sums = {row.agency_id: row for row in standings.sums_on(session, programme_id, date(2021, 5, 14))}
    assert len(sums) == len(bodies)
    for body in bodies:
        told = ("score", "punctuality", "targets", *STATUSES)
        assert [body._mapping[name] for name in told] == [sums[body.id]._mapping[name] for name in told]
    only = AGENCY.id == bodies[0].id
    assert standings.bodies_on(session, programme_id, date(2021, 5, 14), date(2021, 5, 14), only) == [bodies[0]]


def appoint(session: Session, body: int, name: str, office: Office, first: date, last: date | None) -> None:
    person = session.scalar(sa.select(Person).where(Person.name == name))
    if person is None:
        person = Person(token=name, name=name, email=f"{len(name)}@example.vn")
        session.add(person)
        session.flush()
    session.add(OfficeHolding(person_id=person.id, agency_id=body, office=office, from_on=first, to_on=last))


def test_a_head_answers_for_the_days_in_office(session: Session, programme_id: int) -> None:
    """Days with a score weigh alike; a deputy that stood in between two heads does not count."""
    one, other, *_ = session.scalars(sa.select(Agency.id).order_by(Agency.id)).all()
    days = {name: date(2021, *month_day) for name, month_day in {"a": (4, 30), "b": (6, 1), "c": (7, 31)}.items()}
    with unit_of_work(morning(TODAY)):
        appoint(session, one, "head before", Office.HEAD, date(2020, 1, 1), days["a"])
        appoint(session, one, "stand-in", Office.DEPUTY, days["a"], days["b"])
        appoint(session, one, "head after", Office.HEAD, days["b"], None)
        appoint(session, other, "head before", Office.HEAD, days["b"], days["c"])
        appoint(session, other, "head to come", Office.HEAD, TODAY + timedelta(days=1), None)
    path = {body: standings.steps_of_body(session, programme_id, body) for body in (one, other)}
    for day in (date(2021, 5, 15), date(2021, 7, 15), TODAY):
        found = leaders.tenures(session, programme_id, day)
        by_person: dict[str, list[leaders.Tenure]] = defaultdict(list)
        for tenure in found:
            by_person[tenure.name].append(tenure)
            last = min(day, tenure.to_on or day)
            scores = [
                score
                for number in range((last - tenure.from_on).days + 1)
                if (score := on(path[tenure.agency_id], tenure.from_on + timedelta(days=number))) is not None
            ]
            assert (tenure.days, tenure.sum) == (len(scores), sum(scores))
            assert tenure.mean == (None if not scores else (2 * sum(scores) + len(scores)) // (2 * len(scores)))
            assert tenure.score == on(path[tenure.agency_id], last)
            assert tenure.steps[0].from_on >= tenure.from_on
        assert set(by_person) <= {"head before", "head after"}
        assert len(by_person["head before"]) == (1 if day < days["b"] else 2)
        both = by_person["head before"]
        total, count = sum(t.sum for t in both), sum(t.days for t in both)
        assert leaders.mean_of_days(both) == (2 * total + count) // (2 * count)
        ranked = leaders.ranks_at_the_end(session, programme_id, found, day, TODAY, USUAL)
        for tenure in found:
            then = standings.ranks_on(session, programme_id, tenure.last_on(day), tenure.last_on(day), Policy())
            assert ranked[tenure] == then[tenure.agency_id]
    assert leaders.mean_of_days(()) is None
    assert leaders.tenures(session, programme_id, TODAY, leaders.HOLDING.agency_id == other + 100) == []
