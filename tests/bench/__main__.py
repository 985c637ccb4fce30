"""`make bench`: the pages of the main errand at 100,000 targets and 500,000 reports, on both databases.

Told as ratios to a floor: a static 50-row table served by the same stack in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import psutil

from tests.bench import server, sheets, world
from tests.bench.client import Client, hidden_fields, median_ms, per_second
from tests.support.postgres import postgres_server
from tracker import create_app
from tracker.core.db import database, migrating
from tracker.settings import Secret, Settings

LATE = "/targets"
CLIENTS = 4
SENT, SENT_FIRST = 12, 5  # reports whose sending is measured, and those before

FIGURE = {"value": "1", "numerator": "190", "denominator": "200"}  # of whatever shape the target is


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of the report."""

    name: str
    value: float
    unit: str
    goal: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    chosen = parser.parse_args()
    kinds = ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, _address(kind, Path(folder)) as address:
            _run(kind, address, Path(folder), chosen.targets)


@contextmanager
def _address(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    with postgres_server() as running:
        yield running.url(running.new_database())


def _run(kind: str, address: str, folder: Path, targets: int) -> None:
    start = time.perf_counter()
    app = create_app(Settings(database_url=address, secret_key=Secret(server.SECRET), instance=folder))
    with app.app_context():
        migrating.upgrade()
        built = world.build(targets)
        sheets.build()
        world.settle()
        database.db.engine.dispose()
    print(
        f"\n{kind}: {built.targets:,} targets, {built.reports:,} reports, built in {time.perf_counter() - start:.0f} s"
    )
    port = server.free_port()
    with server.serve(address, folder, port) as process:
        floor, lines = _measure(port, process)
    print(f"floor: static 50-row table {floor:.2f} ms")
    for line in lines:
        ratio = f"{line.value / floor:6.1f} × floor" if line.unit == "ms" else " " * 14
        mark = "met" if line.met else "MISSED"
        sign = "≥" if line.at_least else "≤"
        print(f"  {line.name:<44} {line.value:9.1f} {line.unit:<4} {ratio}   goal {sign} {line.goal:g}  {mark}")


def _measure(port: int, process: psutil.Process) -> tuple[float, list[Measured]]:
    monitor, officer, head = Client(port), Client(port), Client(port)
    for client, email in ((monitor, world.MONITOR), (officer, world.OFFICER), (head, world.HEAD)):
        client.sign_in(email, world.PASSWORD)
    floor = median_ms(lambda: monitor.get("/bench/floor/"))
    lines = [
        Measured("overdue targets by deadline, first 50", median_ms(lambda: monitor.get(LATE)), "ms", 10),
        Measured("bodies × status", median_ms(lambda: monitor.get("/board?programme=BENCH&view=status")), "ms", 15),
        Measured("a target with its history", median_ms(lambda: monitor.get("/targets/target-3")), "ms", 10),
        Measured("saving a figure", median_ms(_saving(officer), rounds=60, warm_up=5), "ms", 7),
        Measured("a report sent by its head", median_ms(_sending(officer, head), SENT, SENT_FIRST), "ms", 10),
        Measured(f"the list with {CLIENTS} clients", per_second(_clients(port)), "/s", 200, at_least=True),
    ]
    lines += [
        Measured(f"{name} (processor)", value, "ms", goal) for name, value, goal in sheets.measured(port, process)
    ]
    before = server.memory(process)
    start = time.perf_counter()
    size = monitor.download(f"{LATE}.csv?status=all&programme=BENCH")
    seconds = time.perf_counter() - start
    after = server.memory(process)
    lines += [
        Measured(f"CSV of all ({size / 1e6:.0f} MB)", seconds, "s", 1.5),
        Measured("memory of the workers after it", after, "MB", 260),
        Measured("what the CSV added", max(0.0, after - before), "MB", 150),
    ]
    return floor, lines


def _clients(port: int) -> list[Callable[[], object]]:
    asks: list[Callable[[], object]] = []
    for _ in range(CLIENTS):
        client = Client(port)
        client.sign_in(world.MONITOR, world.PASSWORD)
        asks.append(lambda client=client: client.get(LATE))  # type: ignore[misc]
    return asks


def _saving(officer: Client) -> Callable[[], object]:
    """Saving a draft of one figure again and again, each time another number, with the version that was seen."""
    path = "/figures/target-0/M06"
    fields = hidden_fields(officer.get(path))
    versions = count(int(fields.get("version") or 0))

    def save() -> None:
        version = next(versions)
        officer.post(path, {**fields, "version": str(version), "value": str(version % 200), "do": "save"})

    return save


def _sending(officer: Client, head: Client) -> Callable[[], object]:
    """Sending one report after the other, each of a target that owes it; they were handed to the head before."""
    numbers = filter(world.owes, count())
    paths = [f"/figures/target-{number}/{world.OWED}" for number in islice(numbers, SENT + SENT_FIRST)]
    for path in paths:
        fields = hidden_fields(officer.get(path))
        officer.post(path, {**fields, **FIGURE, "do": "hand"})
    asked = iter([(path, hidden_fields(head.get(f"{path}/send"))) for path in paths])

    def send() -> None:
        path, fields = next(asked)
        head.post(f"{path}/send", fields)

    return send


if __name__ == "__main__":
    main()
