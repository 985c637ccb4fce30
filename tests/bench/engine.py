"""`make bench`: the assessment engine at a million targets with twelve monthly reports each, on both databases.

Told beside a floor of the same run on the same rows: one SQL statement that computes a plain case of deadline and
progress for every target and inserts the result.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.bench import copies
from tests.bench.province import NEXT
from tests.support.postgres import OPTIONS, PostgresServer, postgres_server

SMALL, MIDDLE, WAKING = 20_000, 100_000, 10_000
EACH = 250  # targets of a body
ALONE, SHARED = 12, 60  # bodies of which the steps are derived; by many, so that the start of processes says little
FLOOR_ROUNDS = 5
# While a province is being built nothing waits for the disk; while it is measured everything does, as on a server.
WAITING = ("fsync", "full_page_writes", "synchronous_commit")
OF_A_SERVER = {"shared_buffers": "1GB", "effective_cache_size": "8GB", "max_wal_size": "8GB"}
PLAIN = """
CREATE TABLE bench_plain AS
SELECT t.id, t.starts_on, t.due_on, s.score AS value, 10000 AS goal
FROM target t JOIN status_span s ON s.target_id = t.id AND s.to_on IS NULL
"""
STATUS = "CREATE TABLE bench_status (target_id BIGINT, day DATE, status VARCHAR(16))"
FLOOR = f"""
INSERT INTO bench_status
SELECT id, '{NEXT}', CASE
    WHEN value >= goal THEN 'met'
    WHEN due_on < '{NEXT}' THEN 'overdue'
    WHEN starts_on > '{NEXT}' THEN 'not_started'
    WHEN value IS NULL THEN 'pending'
    WHEN value * 10 >= goal * 9 THEN 'on_track'
    WHEN value * 10 >= goal * 7 THEN 'at_risk'
    ELSE 'behind' END
FROM bench_plain
"""


@dataclass(frozen=True, slots=True)
class World:
    """A province that was built."""

    address: str
    folder: str
    targets: int

    def measure(self, name: str, number: int = 0) -> dict[str, float]:
        """Figures of one measure (see `measures`), in a process of its own."""
        found: dict[str, float] = _process(name, self, number)
        return found


class Report:
    """Prints a line for each figure: its goal, and how often the floor fits into it where that says something."""

    def __init__(self) -> None:
        self.floor = 0.0

    def line(
        self, name: str, value: float, unit: str, goal: float | None = None, *, least: bool = False, cpu: float = 0
    ) -> None:
        """One figure; `goal` is the most that it may be, or the least; `cpu`: seconds that the process worked."""
        seconds = {"s": value, "ms": value / 1000}.get(unit)
        ratio = f"{seconds / self.floor:8.2f} × floor" if seconds is not None and self.floor else " " * 16
        told = ""
        if goal is not None:
            met = value >= goal if least else value <= goal
            told = f"goal {'≥' if least else '≤'} {goal:g}  {'met' if met else 'MISSED'}"
        worked = f"cpu {cpu * (1000 if unit == 'ms' else 1):8.2f} {unit}" if cpu else ""
        print(f"  {name:<62} {value:10.2f} {unit:<4} {ratio:<18} {worked:<16} {told}".rstrip(), flush=True)

    def note(self, text: str) -> None:
        """A line that is no figure."""
        print(text, flush=True)


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    chosen = parser.parse_args()
    if chosen.targets % EACH or chosen.targets < SMALL:
        parser.error(f"--targets must be a multiple of {EACH}, at least {SMALL}")
    for kind in ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]:
        _measure(kind, chosen.targets)


def _measure(kind: str, targets: int) -> None:
    """Everything on one kind of database, one province after the other: each is gone before the next is built."""
    report = Report()
    bodies = targets // EACH
    report.note(f"\n{kind}")
    few: float | None = None
    if targets > SMALL:
        with _world(kind, SMALL, bodies) as small:
            night = small.measure("assess")
        report.note(f"{SMALL:,} targets in {bodies:,} bodies")
        report.line(f"nightly: {WAKING:,} steps", night["seconds"], "s", cpu=night["cpu"])
        few = night["seconds"]
    if targets > MIDDLE:
        with _world(kind, MIDDLE, MIDDLE // EACH) as middle:
            report.note(f"{MIDDLE:,} targets in {MIDDLE // EACH:,} bodies")
            report.floor = _floor(middle)
            _night(report, middle)
    with _world(kind, targets, bodies) as large:
        _large(report, large, few)


def _large(report: Report, world: World, few: float | None) -> None:
    """What is asked of the province at full size; `few`: seconds of the same steps in a small one, if there is one."""
    bodies = world.targets // EACH
    report.note(f"{world.targets:,} targets in {bodies:,} bodies, {copies.size_of(world.address) / 1e9:.1f} GB")
    report.floor = _floor(world)
    report.line("floor: one statement with a plain CASE, inserted", report.floor, "s")
    idle = world.measure("idle")
    report.line("nightly: nothing to do", idle["seconds"], "s", 1, cpu=idle["cpu"])
    seconds = _night(report, world)
    if few is not None:
        report.line(f"… against {SMALL:,} targets in as many bodies", seconds / few, "×", 1.3)
    _rest(report, world)


def _night(report: Report, world: World) -> float:
    """The nightly run and the digests after it; returns the seconds of the first."""
    night = world.measure("assess")
    report.line(f"nightly: {WAKING:,} steps", night["seconds"], "s", 5, cpu=night["cpu"])
    report.line("   its memory", night["MB"], "MB", 200)
    mails = world.measure("remind")
    report.line(f"   {mails['mails']:.0f} digests", mails["seconds"], "s", cpu=mails["cpu"])
    both, cpu = night["seconds"] + mails["seconds"], night["cpu"] + mails["cpu"]
    report.line("   both", both, "s", 3 if world.targets <= MIDDLE else None, cpu=cpu)
    report.line("   memory of the digests", mails["MB"], "MB")
    return night["seconds"]


def _rest(report: Report, world: World) -> None:
    sent = world.measure("report", 200)
    report.line(
        "a submitted report with its re-assessment, committed: median", sent["median"] * 1000, "ms", 7, cpu=sent["cpu"]
    )
    report.line("   95 of 100", sent["p95"] * 1000, "ms", 15)
    report.line("   of the median, in the database and its driver", sent["driver"] * 1000, "ms")
    sums = world.measure("sums")
    for name in ("today", "this spring", "last year"):
        found = f"sums of {sums['bodies']:,.0f} bodies as of {name}"
        report.line(found, sums[name] * 1000, "ms", 15, cpu=sums[f"{name}: cpu"])
    derived = world.measure("derive", ALONE)
    report.line("a year of steps derived and written", derived["targets"] / derived["seconds"], "/s", 300, least=True)
    report.line("   for each second of its process", derived["targets"] / derived["cpu"], "/s")
    report.line("   its memory", derived["MB"], "MB", 300)
    if not world.address.startswith("sqlite"):
        derived = world.measure("derive_shared", SHARED)
        rate = derived["targets"] / derived["seconds"]
        report.line(f"   by {derived['processes']:.0f} processes, their start included", rate, "/s")
    proved = world.measure("prove", ALONE)
    rate = proved["targets"] / proved["seconds"]
    report.line(f"spans verify, {proved['targets']:,.0f} of the targets", rate, "/s")
    report.line("   for each second of its process", proved["targets"] / proved["cpu"], "/s")
    report.line("   all of them would take", world.targets / rate / 60, "min")
    report.line("   its memory", proved["MB"], "MB", 300)
    report.line("   differences before one step was altered", proved["differences"], "", 0)
    report.line("   the altered step was named", proved["altered steps named"], "", 1, least=True)


@contextmanager
def _world(kind: str, targets: int, bodies: int) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder, _address(kind, Path(folder)) as (address, server):
        world = World(address, folder, targets)
        _build(world, bodies, server)
        yield world


def _build(world: World, bodies: int, server: PostgresServer | None) -> None:
    start = time.perf_counter()
    _wait_for_disk(server, wait=False)
    like: dict[str, int] = _process("build", world, 0, world.targets, bodies, WAKING)
    copies.copy(world.address, {int(body): model for body, model in like.items()})
    _wait_for_disk(server, wait=True)
    print(f"({world.targets:,} targets built in {time.perf_counter() - start:.0f} s)", flush=True)


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[tuple[str, PostgresServer | None]]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}", None
        return
    options = {name: value for name, value in OPTIONS.items() if name not in WAITING}
    with postgres_server(options={**options, **OF_A_SERVER}) as running:
        yield running.url(running.new_database()), running


def _wait_for_disk(server: PostgresServer | None, *, wait: bool) -> None:
    if server is None:
        return
    with psycopg.connect(host="127.0.0.1", port=server.port, user="postgres", autocommit=True) as connection:
        for name in WAITING:
            connection.execute(f"ALTER SYSTEM SET {name} = {'on' if wait else 'off'}".encode())
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CHECKPOINT")


def _floor(world: World) -> float:
    """Seconds of the plainest way: the best of some rounds, committed."""
    with copies.connection_to(world.address) as raw:
        raw.execute(PLAIN)
        times = []
        for _ in range(FLOOR_ROUNDS):
            raw.execute(STATUS)
            start = time.perf_counter()
            raw.execute(FLOOR)
            times.append(time.perf_counter() - start)
            raw.execute("DROP TABLE bench_status")
        raw.execute("DROP TABLE bench_plain")
    return min(times)


def _process(name: str, world: World, *numbers: int) -> Any:
    arguments = [sys.executable, "-m", "tests.bench.measures", name, world.address, world.folder, *map(str, numbers)]
    done = subprocess.run(arguments, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-6000:]}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    main()
