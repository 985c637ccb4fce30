"""Over random histories each open duty of each day is in exactly the mails that the ladder says, by a second, plain
reading of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.errand import Province
from tests.jobs.test_reminders import DUE, At, build, decide, report, run
from tests.support.product import Scene
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.compliance.models import StatusSpan
from tracker.compliance.telling.owed import WhyOwed, owed_figures
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.models import Draft, Report, Revision
from tracker.reminders.ladder import PRESET, Occasion
from tracker.reminders.models import ReminderSent

DAYS = 26
FIRST = date.fromisoformat(DUE) - timedelta(days=7)
O = Occasion  # noqa: E741 - a table reads better
DOING = {
    **dict.fromkeys((O.RETURN, O.REPORT, O.WITH_HEAD, O.QUESTION, O.ANSWER), ("officer", "deputy", "head")),
    **dict.fromkeys((O.STATUS, O.DECISION), ("officer", "deputy", "head")),
    **dict.fromkeys((O.APPRAISAL,), ("appraiser",)),
    **dict.fromkeys((O.REPLY, O.VACANT), ("monitor",)),
    O.SIGNATURE: ("head",),
}
NEWS = (O.STATUS, O.DECISION)
ONE_FIGURE = (O.RETURN, O.REPORT, O.WITH_HEAD, O.DECISION)
NEWS_DAYS = 15  # of the preset, as `declared.calendar_days` reckons them
DOSSIER = {"offered": O.ANSWER, "negotiated": O.REPLY, "agreed": O.REPLY, "frozen": O.SIGNATURE}
Told = tuple[int, str, str, int, int, str]  # the person, occasion, kind, id, part, step


def weekdays(after: date, until: date) -> int:
    """How many Mondays to Fridays lie in (after, until]."""
    return sum((after + timedelta(days=1 + n)).weekday() < 5 for n in range((until - after).days))


def left(on: date, by: date) -> int:
    return weekdays(on, by) if by >= on else -max(1, weekdays(by, on))


def step(occasion: Occasion, audience: str, to_go: int) -> int | None:
    """The highest step of the usual ladder that an audience has reached, by going up it."""
    reached: list[int] = []
    for rung in PRESET:
        if (rung.occasion, rung.audience) == (occasion, audience):
            reached += range(rung.after, -to_go + 1, rung.every or 1000)
    return max(reached, default=None)


@dataclass
class World:
    """What was done, told by whoever did it."""

    made: Province
    waits: dict[int, date] = field(default_factory=dict)  # by target: since when its report waits for appraisal
    handed: dict[int, date] = field(default_factory=dict)
    asked: dict[int, date] = field(default_factory=dict)
    decided: list[tuple[int, date]] = field(default_factory=list)
    turn: tuple[str, date] = ("offered", FIRST)
    vacant: date | None = None
    led: date = FIRST  # since when by the present head
    lines: int = 0

    def duties(self, session: Session, on: date) -> Iterator[tuple[Occasion, tuple[str, int, int], str, date, bool]]:
        """(occasion, place, body, the day that counts, whether it lies with a head) of whatever is open on a day."""
        period = self.made.periods["2021-H1"].id
        bodies = {body.id: code for code, body in self.made.bodies.items()}
        of_target = {target.id: bodies[target.agency_id] for target in self.made.targets.values()}
        for one in owed_figures(session, on):
            kind = O.RETURN if one.why is WhyOwed.RETURNED else O.REPORT
            handed = one.period_id == period and one.target_id in self.handed
            yield kind, ("target", one.target_id, one.period_id or 0), bodies[one.agency_id], one.by, handed
        for occasion, since in ((O.APPRAISAL, self.waits), (O.WITH_HEAD, self.handed), (O.QUESTION, self.asked)):
            for key, day in since.items():
                yield occasion, ("target", key, period), of_target[key], day, False
        for key, day in self.decided:
            if on - timedelta(days=NEWS_DAYS) < day < on:
                yield O.DECISION, ("target", key, period), of_target[key], day, False
        for key, day in turned(session, on):
            yield O.STATUS, ("target", key, 0), of_target[key], day, False
        dossier = session.scalars(sa.select(Dossier.id)).one()
        yield DOSSIER[self.turn[0]], ("dossier", dossier, 0), "SYT", self.turn[1], False
        if self.vacant is not None:
            yield O.VACANT, ("agency", self.made.bodies["SYT"].id, 0), "SYT", self.vacant, False


def turned(session: Session, on: date) -> Iterator[tuple[int, date]]:
    """Which targets turned for the worse lately and stand so, since when: step by step."""
    spans: dict[int, list[Any]] = {}
    for span in session.scalars(sa.select(StatusSpan).where(StatusSpan.from_on <= on).order_by(StatusSpan.from_on)):
        spans.setdefault(span.target_id, []).append(span)
    for key, its in spans.items():
        first = len(its) - 1
        while first and its[first - 1].status == its[-1].status:
            first -= 1
        lately = its[first].from_on > on - timedelta(days=NEWS_DAYS)
        if first and its[-1].status in ("at_risk", "behind", "unreported") and lately:
            yield key, its[first].from_on


def expected(world: World, session: Session, on: date, told: dict[tuple[Any, ...], bool]) -> set[Told]:
    """What each person is to be told on a day; `told`: what was told before."""
    held = session.execute(
        sa.select(OfficeHolding.agency_id, OfficeHolding.office, OfficeHolding.person_id, OfficeHolding.from_on).where(
            OfficeHolding.from_on <= on, sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on >= on)
        )
    ).all()
    bodies = {body.id: code for code, body in world.made.bodies.items()}
    mails: dict[int, dict[Any, Any]] = {}
    for occasion, place, body, by, handed in world.duties(session, on):
        for agency_id, office, person_id, since in held:
            own = bodies[agency_id] == body
            told_there = own if office in ("officer", "deputy", "head") else not own or office != "appraiser"
            reached = step(occasion, office, left(on, by))
            does_it = office in DOING[occasion]
            if reached is None or not told_there or (occasion in NEWS and since > by):
                continue
            if occasion is O.APPRAISAL and office == "head":  # of the body that appraises, which nobody is named to
                continue
            if does_it and handed and office != "head":
                continue
            group = "figure" if occasion in ONE_FIGURE else occasion
            rank = (not does_it, list(O).index(occasion), -reached)
            mine = mails.setdefault(person_id, {})
            if (group, place) not in mine or rank < mine[(group, place)][0]:
                mine[(group, place)] = (rank, (occasion, place, reached, by))
    found: set[Told] = set()
    for person_id, mine in mails.items():
        lines = [line for _rank, line in mine.values()]
        if any((person_id, *line) not in told for line in lines):
            found |= {
                (person_id, str(occasion), *place, str(reached))
                for occasion, place, reached, by in lines
                if occasion not in NEWS or (person_id, occasion, place, reached, by) not in told
            }
            told |= {(person_id, *line): True for line in lines}
    return found


def happen(world: World, session: Session, day: date, chance: random.Random) -> None:
    """Something is done on a day, or nothing."""
    target = chance.choice(list(world.made.targets.values()))
    at, period = clock.moment().at, world.made.periods["2021-H1"]
    rows = {row.target_id: row for row in session.scalars(sa.select(Report).where(Report.period_id == period.id))}
    row = rows.get(target.id)
    last = session.scalars(sa.select(Revision).where(Revision.report_id == row.id)).one() if row else None
    match chance.choice(["send", "send", "hand", "decide", "ask", "answer", "turn", "leave", "nothing"]):
        case "send" if row is None:
            body = next(code for code, one in world.made.bodies.items() if one.id == target.agency_id)
            report(session, world.made, target.id, "2021-H1", day, body=body)
            session.execute(sa.delete(Draft).where(Draft.target_id == target.id))
            world.waits[target.id] = day
            world.handed.pop(target.id, None)
        case "hand" if row is None and target.id not in world.handed:
            draft = {"target_id": target.id, "agency_id": target.agency_id, "period_id": period.id, "kind": "periodic"}
            writer = session.scalars(sa.select(Person.id)).first()
            more = {"state": "with_head", "typed": {"value": "5"}, "language": "vi", "entered_by_id": writer}
            session.add(Draft(token=f"draft-{target.id}", updated_at=at, handed_at=at, **draft, **more))
            world.handed[target.id] = day
        case "decide" if last is not None and target.id in world.waits:
            decide(session, last, chance.choice(["accepted", "returned"]), day)
            del world.waits[target.id]
            world.asked.pop(target.id, None)
            world.decided.append((target.id, day))
            touch(session, "target", target.id)
        case "ask" | "answer" as said if last is not None and target.id in world.waits:
            if (said == "ask") is (target.id not in world.asked):
                world.lines += 1
                side = "appraiser" if said == "ask" else "body"
                who = session.scalars(sa.select(Person.id)).first()
                line = {"report_id": last.report_id, "revision_id": last.id, "seq": world.lines, "side": side}
                session.add(QuestionLine(text="Vì sao?", said_by_id=who, said_at=at, **line))
                world.asked.pop(target.id, None) if said == "answer" else world.asked.update({target.id: day})
        case "turn":
            state = chance.choice([one for one in DOSSIER if one != world.turn[0]])
            session.execute(sa.update(Dossier).values(state=state, state_since=at, version=Dossier.version + 1))
            world.turn = (state, day)
        case "leave" if world.vacant is None and world.led <= day:
            its = (OfficeHolding.agency_id == world.made.bodies["SYT"].id, OfficeHolding.to_on.is_(None))
            head = (*its, OfficeHolding.office == Office.HEAD)
            session.execute(sa.update(OfficeHolding).where(*head).values(to_on=day))
            world.vacant = day + timedelta(days=1)
        case "leave" if world.vacant is not None and world.vacant <= day:
            new = Person(token=f"head-{day}", name="Giám đốc mới", email=f"head-{day}@example.vn", language="vi")
            session.add(new)
            session.flush()
            held = {"agency_id": world.made.bodies["SYT"].id, "office": Office.HEAD, "from_on": day + timedelta(days=1)}
            session.add(OfficeHolding(token=f"head-{day}", person_id=new.id, **held))
            world.vacant, world.led = None, day + timedelta(days=1)
        case _:
            pass


def build_two() -> None:
    build()
    with unit_of_work() as session:
        made = errand.found(session)
        for body, code in (("SXD", "T02"), ("SYT", "T01")):
            target = errand.target(session, made, body, code, due_on=date(2021, 12, 31))
            sent = report(session, made, target.id, "2021-Q1", date(2021, 3, 16), body=body)
            decide(session, sent, "accepted", date(2021, 3, 17))
        since = datetime.combine(FIRST, time(1), tzinfo=clock.now().tzinfo)
        about = {"programme_id": made.programme.id, "agency_id": made.bodies["SYT"].id, "version": 2}
        session.add(Dossier(token="turn", kind="commitment", state="offered", state_since=since, **about))


@pytest.mark.parametrize("seed", range(3))
def test_each_open_duty_is_in_exactly_the_mails_of_the_ladder(
    app: Flask, session: Session, scene: Scene, at: At, seed: int
) -> None:
    at("2021-06-01")
    scene(build_two)
    world, chance = World(errand.found(session, detached=True)), random.Random(seed)
    told: dict[tuple[Any, ...], bool] = {}
    mails = 0
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        at(day)
        run(app, "remind")
        rows = session.scalars(sa.select(ReminderSent).where(ReminderSent.told_on == day)).all()
        came = {(row.person_id, row.occasion, *row.place, row.rung) for row in rows}
        due = expected(world, session, day, told) if day.weekday() < 5 else set()
        session.rollback()
        assert came == due, day
        mails += len({person_id for person_id, *_rest in came})
        with unit_of_work(clock.moment()) as writing:
            writing.execute(sa.update(OutboxMail).values(state="sent"))  # what had not left would be told anew
            for _event in range(2):
                happen(world, writing, day, chance)
                writing.flush()
    assert mails > 20
