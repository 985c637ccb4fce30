"""`make bench`: a programme of 500 bodies × 30 targets drafted, offered, frozen and rendered, and its bulk table.

Told beside two floors of the same run: as many documents as bodies laid out one after the other and kept nowhere, and a
static 50-row table.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.bench import server, world
from tests.bench.client import Client, median_ms
from tests.bench.engine import Report
from tests.factories import documents as official
from tests.support.postgres import postgres_server
from tracker import create_app
from tracker.accounts import service as accounts
from tracker.agencies import service as agencies
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import drafting, negotiating
from tracker.commitments.life.drafting import Line
from tracker.commitments.terms.terms import parse
from tracker.core import clock
from tracker.core.clock import Moment
from tracker.core.db import database, migrating
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people import service as people
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader
from tracker.programmes import public_holidays
from tracker.programmes import service as programmes
from tracker.programmes.models import Period, Programme
from tracker.settings import Secret, Settings
from tracker.signing.documents import bulk
from tracker.signing.documents.rendering import render
from tracker.signing.models import FreezeItem

BODIES, TARGETS = 500, 30
FLOOR_DOCUMENTS = 25


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=BODIES * TARGETS, help="30 of each body")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    chosen = parser.parse_args()
    for kind in ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]:
        with tempfile.TemporaryDirectory() as folder, address_of(kind, Path(folder)) as address:
            _measure(kind, address, Path(folder), min(BODIES, chosen.targets // TARGETS))


@contextmanager
def address_of(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    with postgres_server() as running:
        yield running.url(running.new_database())


def _measure(kind: str, address: str, folder: Path, bodies: int) -> None:
    report = Report()
    report.note(f"\n{kind}: {bodies} bodies × {TARGETS} targets")
    app = create_app(Settings(database_url=address, secret_key=Secret(server.SECRET), instance=folder))
    with app.app_context():
        migrating.upgrade()
        now = clock.moment()
        with unit_of_work(now) as session:
            programme_id, monitor, heads = _province(session, now, bodies)
        lines = [Line(parse({**one, **_days(now.on)}), template_code=one["code"]) for one in _terms()]
        _timed(report, "drafted for all", 10, lambda: _draft(now, monitor, programme_id, heads, lines))
        _timed(report, "offered to all", 20, lambda: _offer(now, monitor))
        _agree(now, heads)
        database.db.engine.dispose()
        _table(report, address, folder)
        _documents(report, app, now, monitor, programme_id, bodies)
        database.db.engine.dispose()


def _timed(report: Report, name: str, goal: float | None, act: object, floor: float = 0) -> float:
    start, used = time.perf_counter(), time.process_time()
    act()  # type: ignore[operator]
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    report.floor = floor
    report.line(name, seconds, "s", goal, cpu=cpu)
    return cpu


def _table(report: Report, address: str, folder: Path) -> None:
    port = server.free_port()
    with server.serve(address, folder, port):
        client = Client(port)
        client.sign_in(world.MONITOR, world.PASSWORD)
        report.floor = median_ms(lambda: client.get("/bench/floor/")) / 1000
        table = median_ms(lambda: client.get("/programmes/BENCH/drafts?target=T02"), 20, 3)
        report.line("the table of one target in all bodies", table, "ms", 50)
        chosen = median_ms(lambda: client.get("/programmes/BENCH/documents"), 20, 3)
        report.line("the page that asks for their documents", chosen, "ms", 50)


def _documents(report: Report, app: Flask, now: Moment, monitor: Reader, programme_id: int, bodies: int) -> None:
    render(official.commitment(TARGETS, number="1/CK"), "http://localhost:8000")
    start, used = time.perf_counter(), time.process_time()
    for number in range(2, FLOOR_DOCUMENTS + 2):
        render(official.commitment(TARGETS, number=f"{number}/CK"), "http://localhost:8000")
    of_one = (time.perf_counter() - start) / FLOOR_DOCUMENTS
    cpu_of_one = (time.process_time() - used) / FLOOR_DOCUMENTS
    report.floor = 0
    report.line("floor: so many laid out by one thread", of_one * bodies, "s", cpu=cpu_of_one * bodies)
    with unit_of_work(now) as session:
        chosen = {one.id: one.version for one in bulk.waiting(session, programme_id)}
        bulk.ask(session, now, reader=monitor, programme_id=programme_id, chosen=chosen)
    line = entry("freeze")
    assert line is not None
    cpu = _timed(report, "frozen, rendered and kept", 120, lambda: runner.run(app, line, clock.now()), of_one * bodies)
    report.line("   processor time of one document", cpu / bodies * 1000, "ms")
    report.line("   … against laying it out", cpu / bodies / cpu_of_one, "×", 2)
    outcomes = database.session().execute(sa.select(FreezeItem.outcome, sa.func.count()).group_by(FreezeItem.outcome))
    report.note(f"  {dict(outcomes.all())}")


def _province(session: Session, now: Moment, bodies: int) -> tuple[int, Reader, dict[int, Reader]]:
    year = now.on.year
    days = public_holidays.of_vietnam(range(year - 1, year + 2))
    calendar = programmes.seed_calendar(session, programmes.STANDARD_NAME, *days)
    programme = Programme(
        code="BENCH",
        title={"vi": "Chương trình đo tốc độ", "en": "Programme for the benchmark"},
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        calendar_id=calendar.id,
    )
    session.add(programme)
    session.flush()
    for frequency in ("monthly", "quarterly", "half_yearly", "yearly"):
        span = {"programme_id": programme.id, "starts_on": programme.starts_on, "cut_off": programme.ends_on}
        session.add(Period(frequency=frequency, code=frequency[0].upper(), due_on=date(year + 1, 1, 10), **span))
    found = [
        agencies.register(
            session,
            now,
            actor_id=None,
            code=f"B{number:03}",
            name={"vi": f"Cơ quan số {number}", "en": f"Body number {number}"},
            kind="department",
        )
        for number in range(bodies)
    ]
    name = "Chuyên viên theo dõi"
    person = people.register(session, now, actor_id=None, name=name, email=world.MONITOR, language="vi")
    session.flush()
    accounts.register(session, now, person, world.PASSWORD)
    office = {"agency_id": found[0].id, "from_on": programme.starts_on}
    session.add(OfficeHolding(person_id=person.id, office=Office.MONITOR, **office))
    heads = {one.id: _reader(person.id, now.on, Office.HEAD, one) for one in found}
    return programme.id, _reader(person.id, now.on, Office.MONITOR, found[0]), heads


def _reader(person_id: int, on: date, office: Office, body: Agency) -> Reader:
    return Reader(person_id, 0, "", "vi", (Held(office, body.id, body.code, body.name),), on)


def _terms() -> list[dict[str, Any]]:
    """Of every shape, each without the milestones of its own year."""
    left_out = {"milestones", "template"}
    return [{name: one[name] for name in one if name not in left_out} for one in official.targets(TARGETS)]


def _days(on: date) -> dict[str, str]:
    return {"starts_on": f"{on.year}-01-01", "due_on": f"{on.year}-12-31"}


def _draft(now: Moment, monitor: Reader, programme_id: int, heads: dict[int, Reader], lines: list[Line]) -> None:
    with unit_of_work(now) as session:
        bodies = dict.fromkeys(heads, lines)
        drafting.draft_many(session, now, reader=monitor, programme_id=programme_id, bodies=bodies)


def _offer(now: Moment, monitor: Reader) -> None:
    with unit_of_work(now) as session:
        for dossier_id in session.scalars(sa.select(Dossier.id)).all():
            negotiating.offer(session, now, reader=monitor, dossier_id=dossier_id)


def _agree(now: Moment, heads: dict[int, Reader]) -> None:
    with unit_of_work(now) as session:
        for one in session.scalars(sa.select(Dossier)).all():
            head = heads[one.agency_id]
            negotiating.agree(session, now, reader=head, dossier_id=one.id, version=one.version)


if __name__ == "__main__":
    main()
