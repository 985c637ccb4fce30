"""A province at size, on either database: one body's targets with their reports and derived steps, copied body by body.

Equal facts give equal steps, so only the first body's are derived; the copies are `INSERT … SELECT` with shifted ids.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import service as accounts
from tracker.agencies import service as agencies
from tracker.agencies.models import Office
from tracker.commitments.models import Commitment, Target
from tracker.compliance.steps import service as compliance
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.programmes import public_holidays
from tracker.programmes import service as programmes
from tracker.programmes.models import Period, Programme
from tracker.progress.models import Decision, Report, ReportState, Revision

BODIES = 150  # as many as the province has: departments, boards, communes and wards
PERIODS, REPORTED, PERIOD_DAYS = 12, 5, 30
OWED = "M05"  # the last period that is over, which some owe
PASSWORD = "a bench needs a password too"
MONITOR, OFFICER, HEAD = (f"{office}@example.invalid" for office in ("monitor", "officer", "head"))
SHIFT = 10_000_000  # ids of the copies of body n begin at n × SHIFT
SHAPES: tuple[dict[str, Any], ...] = (
    {"shape": "reach", "baseline": Decimal(0), "goal": Decimal(240)},
    {"shape": "keep", "goal": Decimal(95), "direction": "at_least", "judged_by": "whole_term", "ratio": True},
    {"shape": "keep", "goal": Decimal(0), "direction": "at_most", "judged_by": "every_period"},
    {"shape": "deliverable", "milestones": []},
)
COPIED = (Target, Report, Revision, Decision)


@dataclass(frozen=True, slots=True)
class World:
    """What was built: the programme's code, how many rows, and a target of the officer's body with a figure owed."""

    programme: str
    targets: int
    reports: int


def build(targets: int) -> World:
    """Fill the migrated, empty database of this application context with about `targets` targets, five reports each."""
    each = targets // BODIES
    with unit_of_work() as session:
        programme_id, period_ids, agency_ids = _frame(session)
        _first_body(session, programme_id, period_ids, agency_ids[0], each)
    with unit_of_work() as session:
        ids = list(session.scalars(sa.select(Target.id)))
        compliance.rebuild(session, ids, clock.today())
    with unit_of_work() as session:
        _copy(session, programme_id, agency_ids)
    with unit_of_work() as session:
        _accounts(session, agency_ids[0])
    session = database.session()
    counts = [session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in (Target, Report)]
    session.rollback()
    return World("BENCH", *counts)


def owes(number: int) -> bool:
    """Whether a target's last report was not sent; no such target is past its deadline."""
    return number % 5 == 2 and number % 3 > 0


def _frame(session: Session) -> tuple[int, list[int], list[int]]:
    today, now = clock.today(), clock.moment()
    starts_on = today - timedelta(days=PERIOD_DAYS * (REPORTED + 1) - 8)
    calendar = programmes.seed_calendar(
        session, programmes.STANDARD_NAME, *public_holidays.of_vietnam(range(today.year - 1, today.year + 2))
    )
    programme = Programme(
        code="BENCH",
        title={"vi": "Chương trình đo tốc độ", "en": "Programme for the benchmark"},
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=PERIOD_DAYS * PERIODS),
        calendar_id=calendar.id,
    )
    session.add(programme)
    session.flush()
    periods = []
    for number in range(PERIODS):
        first = starts_on + timedelta(days=PERIOD_DAYS * number)
        cut_off = first + timedelta(days=PERIOD_DAYS - 1)
        periods.append(
            Period(
                programme_id=programme.id,
                frequency="monthly",
                code=f"M{number + 1:02}",
                starts_on=first,
                cut_off=cut_off,
                due_on=cut_off + timedelta(days=6),
            )
        )
    session.add_all(periods)
    bodies = [
        agencies.register(
            session,
            now,
            actor_id=None,
            code=f"B{number:03}",
            name={"vi": f"Cơ quan số {number}", "en": f"Body number {number}"},
            kind="department" if number < 20 else "commune",
        )
        for number in range(BODIES)
    ]
    session.flush()
    return programme.id, [period.id for period in periods], [body.id for body in bodies]


def _first_body(session: Session, programme_id: int, period_ids: list[int], agency_id: int, targets: int) -> None:
    programme = session.get_one(Programme, programme_id)
    signed_on = programme.starts_on
    commitment = Commitment(
        token="commitment-0", number="B000", programme_id=programme_id, agency_id=agency_id, signed_on=signed_on,
        in_force_from=signed_on,
    )  # fmt: skip
    session.add(commitment)
    session.flush()
    periods = [session.get_one(Period, period_id) for period_id in period_ids]
    for number in range(targets):
        chance = random.Random(number)
        target = target_of(commitment, programme, number, chance)
        session.add(target)
        session.flush()
        # Half the targets sent the last report late; some owe it still, so that there is something to send.
        for index, period in enumerate(periods[: REPORTED - (number % 2 or owes(number))]):
            report_of(session, target, period, index, chance)
        if number % 2 and not owes(number):
            report_of(session, target, periods[REPORTED - 1], REPORTED - 1, chance, late=True)


def target_of(commitment: Commitment, programme: Programme, number: int, chance: random.Random) -> Target:
    terms = SHAPES[number % len(SHAPES)]
    # A third of them are past their deadline by now, so that the list of overdue ones is long.
    days = chance.randint(70, 130) if number % 3 == 0 else chance.randint(200, 350)
    return Target(
        token=f"target-{number}",
        commitment_id=commitment.id,
        programme_id=programme.id,
        agency_id=commitment.agency_id,
        code=f"T{number:04}",
        title={"vi": f"Chỉ tiêu số {number} của cơ quan", "en": f"Target number {number} of the body"},
        domain=number % 8 + 1,
        unit="%",
        weight=Decimal(1),
        frequency="monthly",
        starts_on=programme.starts_on,
        due_on=programme.starts_on + timedelta(days=days),
        **{"milestones": [], **terms},
    )


def report_of(
    session: Session, target: Target, period: Period, index: int, chance: random.Random, *, late: bool = False
) -> None:
    sent_on = min(
        period.cut_off + timedelta(days=chance.randint(8, 12) if late else chance.randint(0, 6)), clock.today()
    )
    # What waits for an appraiser is of the last period: what came before was decided on.
    waits = index == REPORTED - 1 and chance.random() < 0.2
    state = ReportState.SENT if waits else ReportState.ACCEPTED
    report = Report(
        token=f"report-{target.id}-{index}",
        target_id=target.id,
        programme_id=target.programme_id,
        agency_id=target.agency_id,
        period_id=period.id,
        kind="periodic",
        state=state,
        sent_on=sent_on,
    )
    session.add(report)
    session.flush()
    figure = _figure(target, index, chance)
    revision = Revision(report_id=report.id, seq=1, submitted_on=sent_on, recorded_on=sent_on, **figure)
    session.add(revision)
    session.flush()
    if state == ReportState.ACCEPTED:
        decided_on = min(sent_on + timedelta(days=2), clock.today())
        session.add(
            Decision(revision_id=revision.id, seq=1, outcome="accepted", decided_on=decided_on, recorded_on=decided_on)
        )


def _figure(target: Target, index: int, chance: random.Random) -> dict[str, Decimal]:
    if target.ratio:
        return {"numerator": Decimal(chance.randint(180, 200)), "denominator": Decimal(200)}
    if target.shape == "keep":
        return {"value": Decimal(int(chance.random() < 0.2))}
    most = 100 if target.shape == "deliverable" else 200
    return {"value": Decimal(round(most * (index + 1) / 8 * chance.uniform(0.5, 1.1)) % (most + 1))}


def _copy(session: Session, programme_id: int, agency_ids: list[int]) -> None:
    """The first body's rows, once for each other body."""
    first = agency_ids[0]
    for number, agency_id in enumerate(agency_ids[1:], start=1):
        shift = number * SHIFT
        _copy_rows(session, Commitment, shift, first, agency_id)
        for model in COPIED:
            _copy_rows(session, model, shift, first, agency_id)
        for table in ("status_span", "span_ahead", "agency_sum"):
            _copy_table(session, database.Base.metadata.tables[table], shift, first, agency_id)


def _copy_rows(session: Session, model: Any, shift: int, first: int, agency_id: int) -> None:
    _copy_table(session, model.__table__, shift, first, agency_id)


def _copy_table(session: Session, table: Any, shift: int, first: int, agency_id: int) -> None:
    moved = {"id", "commitment_id", "target_id", "report_id", "revision_id"}
    columns: list[Any] = []
    for column in table.columns:
        if column.name in moved:
            columns.append(column + shift)
        elif column.name == "agency_id":
            columns.append(sa.literal(agency_id))
        elif column.name in {"token", "number"}:
            columns.append(column + sa.literal(f"-{agency_id}"))
        else:
            columns.append(column)
    key = table.c.id if "id" in table.c else table.c.target_id
    origin = table.c.agency_id == first if "agency_id" in table.c else key < SHIFT
    session.execute(
        table.insert().from_select([column.name for column in table.columns], sa.select(*columns).where(origin))
    )


def _accounts(session: Session, agency_id: int) -> None:
    for email, office in ((MONITOR, Office.MONITOR), (OFFICER, Office.OFFICER), (HEAD, Office.HEAD)):
        account(session, agency_id, email, office)


def account(session: Session, agency_id: int, email: str, office: Office) -> None:
    now = clock.moment()
    person = people.register(session, now, actor_id=None, name=f"Chuyên viên ({office})", email=email, language="vi")
    agencies.open_holding(
        session,
        now,
        actor_id=None,
        person_id=person.id,
        agency_id=agency_id,
        office=office,
        from_on=date(2020, 1, 1),
    )
    accounts.register(session, now, person, PASSWORD)


def settle() -> None:
    """Statistics for the planner; PostgreSQL's sequences behind the ids that were written."""
    engine = database.db.engine
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
            return
        for name in ("commitment", "target", "report", "revision", "decision", "status_span", "agency_sum"):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            )
        connection.exec_driver_sql("VACUUM ANALYZE")
