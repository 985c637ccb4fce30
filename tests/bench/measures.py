"""What the engine's bench measures, each in a process of its own, so that its memory and its time are its own.

A measure takes the arguments of its process and returns figures by name: seconds unless the name says otherwise.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.bench import province, server
from tracker import create_app
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.cli.statuses import rebuild_share
from tracker.commitments.models import Target
from tracker.compliance.models import RebuiltBody, SpanAhead, StatusSpan
from tracker.compliance.standings import queries as standings
from tracker.compliance.steps import rebuilding, verify
from tracker.core import clock, processes
from tracker.core.db import database, migrating
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.mail.models import OutboxMail
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader
from tracker.programmes.models import Period, Programme
from tracker.progress import queries as places
from tracker.progress import service as progress
from tracker.progress.models import Draft, Report
from tracker.rule.facts import RULE_VERSION
from tracker.settings import Secret, Settings

Figures = dict[str, float]
ROUNDS, WARM_UP = 50, 5
HOUR = 2  # of the fixed day, in UTC


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measure works: the address of the database, a folder of its own, and a number for the measure."""

    address: str
    folder: str
    number: int = 0


def build(place: Place, targets: int, bodies: int, waking: int) -> dict[int, int]:
    """The model bodies in an empty database; returns which body is like which."""
    with _context(place, province.DAY):
        migrating.upgrade()
        return province.build_models(province.Size(targets, bodies, waking)).like


def idle(place: Place) -> Figures:
    """The nightly run of a day that is done already."""
    return _jobs(place, province.DAY, "assess")


def assess(place: Place) -> Figures:
    """The nightly run that follows the steps which end on the next day."""
    return _jobs(place, province.NEXT, "assess")


def remind(place: Place) -> Figures:
    """The digests of that day, after its nightly run; with how many mails there are."""
    found = _jobs(place, province.NEXT, "remind")
    with _context(place, province.NEXT):
        found["mails"] = database.session().scalar(sa.select(sa.func.count()).select_from(OutboxMail)) or 0
    return found


def report(place: Place) -> Figures:
    """Reports sent one by one through the service: draft, revision, re-assessment, sums, audit, commit.

    `driver` is the part that the database takes with its driver, on its way there and back and for the commit.
    """
    times = []
    with _context(place, province.NEXT):
        moment, driver = clock.moment(), _driver(database.db.engine)
        with unit_of_work(moment) as session:
            wanted = _drafts(session, place.number or 200)
        for reader, token in wanted:
            database.session().expunge_all()
            driver.seconds, start, used = 0.0, time.perf_counter(), time.process_time()
            with unit_of_work(moment) as session:
                found = places.find_slot(session, sa.true(), token, "M12")
                assert found is not None
                progress.send(session, moment, reader=reader, slot=found, version=1)
            times.append((time.perf_counter() - start, time.process_time() - used, driver.seconds))
    seconds, cpu, in_driver = (sorted(found) for found in zip(*times[WARM_UP:], strict=True))
    return {
        "median": statistics.median(seconds),
        "p95": seconds[int(len(seconds) * 0.95)],
        "cpu": statistics.median(cpu),
        "driver": statistics.median(in_driver),
    }


def sums(place: Place) -> Figures:
    """The sums of all bodies as the board reads them: of today and of two past days."""
    with _context(place, province.NEXT):
        session = database.session()
        programme_id = session.scalars(sa.select(Programme.id)).one()
        days = {"today": None, "this spring": date(2026, 3, 31), "last year": date(2025, 12, 31)}
        found: Figures = {}
        for name, day in days.items():
            times = []
            for _ in range(ROUNDS):
                start, used = time.perf_counter(), time.process_time()
                rows = standings.sums_on(session, programme_id, day)
                times.append((time.perf_counter() - start, time.process_time() - used))
            found[name], found[f"{name}: cpu"] = map(statistics.median, zip(*times, strict=True))
            found["bodies"] = len(rows)
    return found


def derive(place: Place) -> Figures:
    """A year of steps derived from the facts of some bodies that have none, written with their sums."""
    with _context(place, province.NEXT):
        bodies, count = _without_steps(place)
        figures = _timed(lambda: carry_out(rebuilding.units(province.NEXT, Target.agency_id.in_(bodies))))
    return {**figures, "targets": count}


def derive_shared(place: Place) -> Figures:
    """The same by as many processes as there are cores: `spans rebuild --workers` where all other bodies are done."""
    with _context(place, province.NEXT):
        bodies, count = _without_steps(place)
        with unit_of_work() as session:
            done = {"until": province.NEXT, "rule_version": RULE_VERSION, "differed": 0}
            session.execute(
                sa.insert(RebuiltBody),
                [
                    {"programme_id": programme_id, "agency_id": agency_id, **done}
                    for programme_id, agency_id in rebuilding.every_body(session)
                    if agency_id not in bodies
                ],
            )
        os.environ |= server.environment(place.address, Path(place.folder), 0)
        figures = _timed(lambda: processes.share_out(rebuild_share, province.NEXT, os.cpu_count() or 1, lambda: None))
        with unit_of_work() as session:
            rebuilding.finish(session)
    return {**figures, "targets": count, "processes": os.cpu_count() or 1}


def _without_steps(place: Place) -> tuple[list[int], int]:
    """The last bodies, so many as the place says, less all that was derived of them; and how many targets they have."""
    session = database.session()
    bodies = _last_bodies(session, place.number)
    targets = sa.select(Target.id).where(Target.agency_id.in_(bodies))
    with unit_of_work() as session:
        count = session.scalar(sa.select(sa.func.count()).select_from(targets.subquery())) or 0
        for model in (StatusSpan, SpanAhead):
            session.execute(sa.delete(model).where(model.target_id.in_(targets)))
    return bodies, count


def prove(place: Place) -> Figures:
    """`spans verify` over some bodies (number: how many; 0 is all), then again with one step altered in them."""
    with _context(place, province.NEXT):
        session = database.session()
        bodies = _last_bodies(session, place.number) if place.number else None
        where = [Target.agency_id.in_(bodies)] if bodies else []
        altered = session.execute(
            sa.select(StatusSpan.id, Target.code, Target.agency_id)
            .join(Target, Target.id == StatusSpan.target_id)
            .where(StatusSpan.score.is_not(None), *where)
            .order_by(StatusSpan.id.desc())
            .limit(1)
            .offset(777)
        ).one()
        session.rollback()
        count = session.scalar(sa.select(sa.func.count()).select_from(Target).where(*where)) or 0
        wrong: list[str] = []
        figures = _timed(lambda: wrong.extend(map(str, verify.differences(session, province.NEXT, *where))))
        session.rollback()
        with unit_of_work() as session:
            change = sa.update(StatusSpan).where(StatusSpan.id == altered.id)
            session.execute(change.values(score=StatusSpan.score + 1))
        only = Target.agency_id == altered.agency_id
        named = [str(found) for found in verify.differences(session, province.NEXT, only) if altered.code in str(found)]
        session.rollback()
        with unit_of_work() as session:
            session.execute(change.values(score=StatusSpan.score - 1))
    return {**figures, "targets": count, "differences": len(wrong), "altered steps named": len(named)}


MEASURES: dict[str, Callable[[Place], Figures]] = {
    measure.__name__: measure for measure in (idle, assess, remind, report, sums, derive, derive_shared, prove)
}


def main() -> None:
    """Run the measure that the arguments name; print its figures as JSON."""
    name, *arguments = sys.argv[1:]
    place = Place(arguments[0], arguments[1], int(arguments[2]))
    answer: Any = build(place, *map(int, arguments[3:])) if name == "build" else MEASURES[name](place)
    print(json.dumps(answer))


@contextmanager
def _context(place: Place, day: date) -> Iterator[None]:
    at = datetime(day.year, day.month, day.day, HOUR, tzinfo=UTC)
    with time_machine.travel(at):
        app = create_app(
            Settings(database_url=place.address, secret_key=Secret(server.SECRET), instance=Path(place.folder))
        )
        with app.app_context():
            yield
            database.session().close()
            database.db.engine.dispose()


def _jobs(place: Place, day: date, name: str) -> Figures:
    at = datetime(day.year, day.month, day.day, HOUR, tzinfo=UTC)
    with time_machine.travel(at):
        app = create_app(
            Settings(database_url=place.address, secret_key=Secret(server.SECRET), instance=Path(place.folder))
        )
        line = entry(name)
        assert line is not None
        return _timed(lambda: _done(runner.run(app, line, clock.now())))


def _done(result: str | None) -> None:
    if result != "done":
        raise RuntimeError(f"the job did not go well: {result}")


def _timed(act: Callable[[], object]) -> Figures:
    start, used = time.perf_counter(), time.process_time()
    act()
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    return {"seconds": seconds, "cpu": cpu, "MB": _peak_memory()}


@dataclass(slots=True)
class _Driver:
    """Seconds spent in the driver of a database and in what lies behind it."""

    seconds: float = 0.0

    def timed(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self.seconds += time.perf_counter() - start

        return run


def _driver(engine: sa.Engine) -> _Driver:
    """Measure from now on what the engine's driver takes: for statements, and for commits."""
    found = _Driver()
    for name in ("do_execute", "do_executemany", "do_commit"):
        setattr(engine.dialect, name, found.timed(getattr(engine.dialect, name)))
    return found


def _peak_memory() -> float:
    """The most memory that this process held at once, in MB (getrusage would count what started it, too)."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def _last_bodies(session: Session, count: int) -> list[int]:
    """The last bodies, which are copies and owe nothing."""
    found = list(session.scalars(sa.select(Agency.id).order_by(Agency.id.desc()).limit(count)))
    session.rollback()
    return found


def _drafts(session: Session, count: int) -> list[tuple[Reader, str]]:
    """Drafts of figures that are owed, with the head who is to send each, and the target's token."""
    period_id = session.scalars(sa.select(Period.id).where(Period.code == "M12")).one()
    sent = sa.exists().where(Report.target_id == Target.id, Report.period_id == period_id)
    owing = (
        sa.select(Target, Agency, OfficeHolding.person_id)
        .join(Agency, Agency.id == Target.agency_id)
        .join(OfficeHolding, sa.and_(OfficeHolding.agency_id == Agency.id, OfficeHolding.office == Office.HEAD))
        .where(Agency.code < f"B{province.OWING_BODIES:05}", ~sent)
        .order_by(Target.code, Target.agency_id)  # one body after the other, as they send
        .limit(count)
    )
    found = []
    for target, agency, person_id in session.execute(owing):
        typed = {"numerator": "190", "denominator": "200"} if target.ratio else {"value": "90"}
        session.add(
            Draft(
                token=f"draft-{target.id}",
                target_id=target.id,
                agency_id=agency.id,
                period_id=period_id,
                kind="periodic",
                typed=typed,
                language="vi",
                entered_by_id=person_id,
                updated_at=clock.now(),
            )
        )
        held = Held(Office.HEAD, agency.id, agency.code, agency.name)
        found.append((Reader(person_id, 0, "", "vi", (held,), province.NEXT), target.token))
    return found


if __name__ == "__main__":
    main()
