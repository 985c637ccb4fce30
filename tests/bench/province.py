"""A whole province for the engine: any number of targets with twelve monthly reports each, on a fixed day.

A few model bodies are built and derived as the product does it; equal facts give equal steps, so all other bodies are
copies of these, `INSERT … SELECT` with shifted ids. Which steps end on the next day is chosen target by target.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import gcd
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Commitment, Target
from tracker.compliance.steps import nightly
from tracker.compliance.steps import service as compliance
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.people.models import Person
from tracker.programmes import public_holidays
from tracker.programmes import service as programmes
from tracker.programmes.models import Period, Programme
from tracker.progress.models import Decision, Report, ReportState, Revision

DAY = date(2026, 6, 15)  # a Monday: everything is brought to it
NEXT = date(2026, 6, 16)  # the nightly run that is measured
REPORTS, PERIODS = 12, 18
OWING_BODIES, OWING = 25, 10  # bodies, and figures in each, that are due three working days after NEXT
PEOPLE_OF_A_BODY = (Office.HEAD, Office.OFFICER)
SHAPES: tuple[dict[str, Any], ...] = (
    {"shape": "reach", "baseline": Decimal(0), "goal": Decimal(240)},
    {"shape": "keep", "goal": Decimal(95), "direction": "at_least", "judged_by": "whole_term", "ratio": True},
    {"shape": "keep", "goal": Decimal(0), "direction": "at_most", "judged_by": "every_period"},
    {"shape": "deliverable"},
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many targets in how many bodies, and of how many of them the step ends on the day NEXT."""

    targets: int
    bodies: int
    waking: int

    @property
    def each(self) -> int:
        """Targets of a body."""
        return self.targets // self.bodies

    @property
    def stride(self) -> int:
        """Every how manyth target wakes."""
        return self.targets // self.waking

    def kind(self, body: int) -> tuple[int, bool]:
        """Bodies of one kind are alike: where their waking targets stand, and whether they owe figures."""
        return body % (self.stride // gcd(self.each, self.stride)), body < OWING_BODIES

    def wakes(self, body: int, number: int) -> bool:
        """Whether the step of a body's target ends on NEXT."""
        return (body * self.each + number) % self.stride == 0

    def owing(self, body: int) -> set[int]:
        """The targets of a body that still owe the last report."""
        if body >= OWING_BODIES:
            return set()
        return set([number for number in range(self.each) if not self.wakes(body, number)][:OWING])


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows that all bodies share, and the ids of the bodies."""

    programme_id: int
    period_ids: list[int]
    agency_ids: list[int]


@dataclass(frozen=True, slots=True)
class Models:
    """The bodies that were really built, and which of them each body is like (ids of bodies)."""

    like: dict[int, int]

    @property
    def ids(self) -> list[int]:
        """The model bodies."""
        return sorted(set(self.like.values()))


def build_models(size: Size) -> Models:
    """Fill the migrated, empty database of this application context: all bodies and people, the model bodies' targets.

    Their steps are derived from the facts up to DAY, and the nightly run of DAY is done.
    """
    with unit_of_work() as session:
        frame = _frame(session, size.bodies)
    first: dict[tuple[int, bool], int] = {}
    like: dict[int, int] = {}
    for number, agency_id in enumerate(frame.agency_ids):
        kind = size.kind(number)
        if kind not in first:
            first[kind] = agency_id
            with unit_of_work() as session:
                _model(session, frame, size, number)
        like[agency_id] = first[kind]
    with unit_of_work() as session:
        compliance.rebuild(session, list(session.scalars(sa.select(Target.id))), DAY)
    carry_out(nightly.units(DAY))
    return Models(like)


def _frame(session: Session, bodies: int) -> Frame:
    calendar = programmes.seed_calendar(
        session, programmes.STANDARD_NAME, *public_holidays.of_vietnam(range(DAY.year - 1, DAY.year + 2))
    )
    months = list(_months(PERIODS + 1))
    programme = Programme(
        code="BENCH",
        title={"vi": "Chương trình đo tốc độ", "en": "Programme for the benchmark"},
        starts_on=months[0],
        ends_on=months[-1] + timedelta(days=30),
        calendar_id=calendar.id,
    )
    session.add(programme)
    session.flush()
    periods = [
        Period(
            programme_id=programme.id,
            frequency="monthly",
            code=f"M{number + 1:02}",
            starts_on=starts_on,
            cut_off=months[number + 1] - timedelta(days=1),
            due_on=months[number + 1] + timedelta(days=4),
        )
        for number, starts_on in enumerate(months[:-1])
    ]
    session.add_all(periods)
    session.flush()
    agencies = _agencies(session, bodies)
    return Frame(programme.id, [period.id for period in periods], agencies)


def _months(count: int) -> Iterator[date]:
    """The fifteenth of each month: the twelfth period ends on the day before DAY."""
    for number in range(count):
        years, month = divmod(DAY.month - 1 + number, 12)
        yield date(DAY.year - 1 + years, month + 1, 15)


def _agencies(session: Session, bodies: int) -> list[int]:
    rows = [
        {
            "code": f"B{number:05}",
            "kind": "department" if number < 20 else "commune",
            "name": {"vi": f"Cơ quan số {number}", "en": f"Body number {number}"},
            "sort_key": f"{number:05}",
        }
        for number in range(bodies)
    ]
    session.execute(sa.insert(Agency), rows)
    ids = list(session.scalars(sa.select(Agency.id).order_by(Agency.code)))
    people = [
        {
            "token": f"{office}-{agency_id}",
            "name": f"Chuyên viên số {agency_id} ({office})",
            "email": f"{office}{agency_id}@example.invalid",
            "language": "vi",
        }
        for agency_id in ids
        for office in PEOPLE_OF_A_BODY
    ]
    session.execute(sa.insert(Person), people)
    holding = [
        {"person_id": person_id, "agency_id": int(token.split("-")[1]), "office": Office(token.split("-")[0])}
        for person_id, token in session.execute(sa.select(Person.id, Person.token))
    ]
    session.execute(sa.insert(OfficeHolding), [{**row, "from_on": date(2020, 1, 1)} for row in holding])
    return ids


def _model(session: Session, frame: Frame, size: Size, body: int) -> None:
    agency_id, signed_on = frame.agency_ids[body], next(_months(1))
    commitment = Commitment(
        token=f"{body:05}-c", number=f"{body:05}", programme_id=frame.programme_id, agency_id=agency_id,
        signed_on=signed_on, in_force_from=signed_on,
    )  # fmt: skip
    session.add(commitment)
    session.flush()
    periods = [session.get_one(Period, period_id) for period_id in frame.period_ids]
    owing = size.owing(body)
    for number in range(size.each):
        chance = random.Random(number)
        wakes = size.wakes(body, number)
        terms = {"milestones": [], **SHAPES[0 if wakes else number % len(SHAPES)]}
        target = Target(
            token=f"{body:05}-{number:05}",
            commitment_id=commitment.id,
            programme_id=frame.programme_id,
            agency_id=agency_id,
            code=f"T{number:05}",
            title={"vi": f"Chỉ tiêu số {number} của cơ quan", "en": f"Target number {number} of the body"},
            domain=number % 8 + 1,
            unit="%",
            weight=Decimal(1),
            frequency="monthly",
            starts_on=signed_on,
            due_on=DAY if wakes else DAY + timedelta(days=chance.randint(20, 180)),
            **terms,
        )
        session.add(target)
        session.flush()
        _reports(session, target, periods[: REPORTS - 1 if number in owing else REPORTS], chance)


def _reports(session: Session, target: Target, periods: list[Period], chance: random.Random) -> None:
    """A report for each period; all but the last one's are decided on."""
    sent_on = [
        min(
            period.cut_off + timedelta(days=chance.randint(8, 12) if chance.random() < 0.1 else chance.randint(0, 5)),
            DAY,
        )
        for period in periods
    ]
    states = [
        ReportState.SENT if index == REPORTS - 1 and target.id % 2 else ReportState.ACCEPTED
        for index in range(len(periods))
    ]
    reports = [
        Report(
            token=f"{target.token}-{index:02}",
            target_id=target.id,
            programme_id=target.programme_id,
            agency_id=target.agency_id,
            period_id=period.id,
            kind="periodic",
            state=states[index],
            sent_on=sent_on[index],
        )
        for index, period in enumerate(periods)
    ]
    session.add_all(reports)
    session.flush()
    revisions = [
        Revision(
            report_id=report.id,
            seq=1,
            submitted_on=report.sent_on,
            recorded_on=report.sent_on,
            **_figure(target, index, chance),
        )
        for index, report in enumerate(reports)
    ]
    session.add_all(revisions)
    session.flush()
    for revision, state in zip(revisions, states, strict=True):
        if state == ReportState.ACCEPTED:
            on = min(revision.submitted_on + timedelta(days=2), DAY)
            session.add(Decision(revision_id=revision.id, seq=1, outcome="accepted", decided_on=on, recorded_on=on))


def _figure(target: Target, index: int, chance: random.Random) -> dict[str, Decimal]:
    if target.ratio:
        return {"numerator": Decimal(chance.randint(180, 200)), "denominator": Decimal(200)}
    if target.shape == "keep":
        return {"value": Decimal(int(chance.random() < 0.2))}
    most = 100 if target.shape == "deliverable" else 240
    return {"value": Decimal(int(most * (index + 1) / PERIODS * chance.uniform(0.6, 1.1)))}
