"""A package at size, made as a stream, and what loading it costs: `python -m tests.bench.package --targets N`.

The file has its fixed form, so a dump of what was loaded must be the file again, byte for byte.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil

from tests.bench.server import environment, free_port
from tests.support.postgres import postgres_server
from tracker.core import clock
from tracker.interchange.dumping.writing import write

OF_A_COMMITMENT, OF_A_BODY = 25, 250
TOLD = 12  # last lines of a command's messages that are repeated
REPORTED, PLANNED = 12, 15  # months: deadlines may lie ahead
TRACKER = (sys.executable, "-c", "from tracker.cli import main; main()")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Months:
    """The reporting calendar: `REPORTED` whole months up to the last one before `today`, and those to come."""

    today: date
    firsts: tuple[date, ...]

    @classmethod
    def before(cls, today: date) -> Months:
        """The months around a day."""
        begins = today.year * 12 + today.month - 1 - REPORTED
        return cls(today, tuple(date(*_month(begins + number)) for number in range(PLANNED + 1)))

    def cut_off(self, index: int) -> date:
        """The last day of a month."""
        return self.firsts[index + 1] - timedelta(days=1)


def _month(number: int) -> tuple[int, int, int]:
    return number // 12, number % 12 + 1, 1


def generate(path: Path, targets: int, today: date) -> None:
    """Write a package of so many targets with a report for each of the twelve months before the day."""
    months = Months.before(today)
    bodies = max(1, targets // OF_A_BODY)
    with path.open("w", encoding="utf-8") as file:
        for text in write(_calendar(months), _agencies(bodies), [_programme(months)], _commitments(targets, months)):
            file.write(text)


def _calendar(months: Months) -> Record:
    days = (months.firsts[0] + timedelta(days=number) for number in range((PLANNED + 1) * 31))
    return {"name": "Bench", "off_days": [str(day) for day in days if day.day in {1, 19}], "working_days": []}


def _agencies(bodies: int) -> Iterator[Record]:
    for number in range(bodies):
        name = {"vi": f"Cơ quan số {number}", "en": f"Body number {number}"}
        classified = {"kind": "department", "peer_group": "departments"}
        yield {"code": _agency(number), "classifications": [classified], "name": name}


def _agency(number: int) -> str:
    return f"B{number:04}"


def _programme(months: Months) -> Record:
    periods = [
        {
            "frequency": "monthly",
            "code": _code(index),
            "starts_on": str(months.firsts[index]),
            "cut_off": str(months.cut_off(index)),
            "due_on": str(months.cut_off(index) + timedelta(days=5)),
        }
        for index in range(PLANNED)
    ]
    days = {"starts_on": str(months.firsts[0]), "ends_on": str(months.cut_off(PLANNED - 1))}
    return {"code": "BENCH", "title": {"vi": "Chương trình đo tốc độ"}, **days, "policy": {}, "periods": periods}


def _code(index: int) -> str:
    return f"M{index + 1:02}"


def _commitments(targets: int, months: Months) -> Iterator[Record]:
    for number, first in enumerate(range(0, targets, OF_A_COMMITMENT)):
        chance = random.Random(number)
        yield {
            "number": f"{number + 1:06}/CK",
            "programme": "BENCH",
            "agency": _agency(number % max(1, targets // OF_A_BODY)),  # a body's commitments lie far apart
            "signed_on": str(months.firsts[0]),
            "in_force_from": str(months.firsts[0]),
            "targets": [
                _target(index, months, chance) for index in range(first, min(targets, first + OF_A_COMMITMENT))
            ],
        }


def _target(number: int, months: Months, chance: random.Random) -> Record:
    shape = ("reach", "ratio", "zero", "deliverable", "reach")[number % 5]
    # Some deadlines are past, the others up to three months ahead; what is kept is kept over the twelve months.
    first = 0 if "keep" in TERMS[shape].values() else -8
    due_on = months.cut_off(REPORTED - 1) + timedelta(days=chance.randint(first, 80))
    record: Record = {
        "code": f"T{number % OF_A_COMMITMENT + 1:02}",
        "title": {"vi": f"Chỉ tiêu số {number} của cơ quan", "en": f"Target number {number} of the body"},
        "domain": number % 8 + 1,
        "unit": "%" if shape == "ratio" else "hồ sơ",
        "weight": str(1 + number % 3),
        "frequency": "monthly",
        "starts_on": str(months.firsts[0]),
        "due_on": str(due_on),
        **TERMS[shape],
    }
    if shape in {"reach", "deliverable"}:
        record |= _granted(record, months, chance, due_on)
    reports = [_report(shape, index, months, chance) for index in range(REPORTED)]
    if shape == "deliverable" and chance.random() < 0.3:
        reports.append(_completion(months, chance))
    return record | {"reports": reports}


TERMS: dict[str, Record] = {
    "reach": {"shape": "reach", "baseline": "0", "goal": "240"},
    "ratio": {"shape": "keep", "direction": "at_least", "goal": "95", "ratio": True, "judged_by": "whole_term"},
    "zero": {"shape": "keep", "direction": "at_most", "goal": "0"},
    "deliverable": {"shape": "deliverable"},
}


def _granted(record: Record, months: Months, chance: random.Random, due_on: date) -> Record:
    """Milestones, and now and then an extension, a suspension, an amendment, an end."""
    most = 240 if record["shape"] == "reach" else 100
    stones = [{"on": str(months.cut_off(index)), "value": str(most * (index + 1) // 16)} for index in (3, 7)]
    found: Record = {"milestones": stones}
    if chance.random() < 0.08:
        granted_on = months.firsts[10] + timedelta(days=chance.randint(0, 30))
        later = due_on + timedelta(days=30)
        found["extensions"] = [{"granted_on": str(granted_on), "due_on": str(later), "reason": "mưa lũ kéo dài"}]
    if chance.random() < 0.04:
        since = months.firsts[5] + timedelta(days=chance.randint(0, 20))
        rest = {"from": str(since), "to": str(since + timedelta(days=20)), "decided_on": str(since)}
        found["suspensions"] = [rest]
    if record["shape"] == "reach" and chance.random() < 0.03:
        since = months.firsts[6]
        found["amendments"] = [{"signed_on": str(since - timedelta(days=5)), "from": str(since), "goal": "200"}]
    if chance.random() < 0.01:
        found["ended"] = {"on": str(months.firsts[11]), "decided_on": str(months.firsts[11] - timedelta(days=9))}
    return found


def _report(shape: str, index: int, months: Months, chance: random.Random) -> Record:
    """A month's report: one in twelve is returned and sent again, one in a hundred reopened; the last may wait."""
    cut_off, today = months.cut_off(index), months.today
    sent_on = min(cut_off + timedelta(days=chance.randint(0, 8)), today)
    decided_on = min(sent_on + timedelta(days=chance.randint(1, 6)), today)
    revisions = [{"seq": 1, "submitted_on": str(sent_on), **_figure(shape, index, chance)}]
    if chance.random() < 1 / 12:
        revisions[0]["decisions"] = [{"outcome": "returned", "decided_on": str(decided_on), "reason": "thiếu phụ lục"}]
        sent_on = decided_on
        decided_on = min(sent_on + timedelta(days=chance.randint(0, 4)), today)
        revisions.append({"seq": 2, "submitted_on": str(sent_on), **_figure(shape, index, chance)})
    if index < REPORTED - 1 or chance.random() < 0.8:
        accepted: Record = {"outcome": "accepted", "decided_on": str(decided_on)}
        if shape == "reach" and chance.random() < 0.05:
            accepted["value"] = str(Decimal(revisions[-1]["value"]) - 1)
        revisions[-1]["decisions"] = [accepted]
        if chance.random() < 0.01:
            revisions[-1]["decisions"].append({"outcome": "reopened", "decided_on": str(decided_on)})
    return {"period": _code(index), "kind": "periodic", "revisions": revisions}


def _figure(shape: str, index: int, chance: random.Random) -> Record:
    if shape == "ratio":
        return {"numerator": str(chance.randint(180, 200)), "denominator": "200"}
    if shape == "zero":
        return {"value": str(int(chance.random() < 0.1))}
    most = 240 if shape == "reach" else 100
    return {"value": str(min(most, round(most * (index + 1) / 13 * chance.uniform(0.7, 1.2))))}


def _completion(months: Months, chance: random.Random) -> Record:
    sent_on = months.cut_off(REPORTED - 1) - timedelta(days=chance.randint(0, 40))
    accepted = {"outcome": "accepted", "decided_on": str(sent_on + timedelta(days=2))}
    days = {"submitted_on": str(sent_on), "as_at": str(sent_on)}
    revision = {"seq": 1, **days, "value": "100", "decisions": [accepted]}
    return {"kind": "completion", "revisions": [revision]}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took. `memory` is its largest resident size in MB."""

    name: str
    status: int
    seconds: float
    cpu: float
    memory: float
    told: str

    def __str__(self) -> str:
        sizes = f"{self.seconds:8.1f} s {self.cpu:8.1f} s CPU {self.memory:7.0f} MB"
        return f"  {self.name:<14} {sizes}   exit {self.status}" + (f"\n{self.told}" if self.told else "")


def run(name: str, arguments: list[str], env: dict[str, str], output: Path) -> Cost:
    """Run a command of the product in a process of its own; what it prints goes to a file."""
    start = time.perf_counter()
    told: deque[str] = deque(maxlen=TOLD)
    with output.open("wb") as out:
        process = subprocess.Popen([*TRACKER, *arguments], env=env, stdout=out, stderr=subprocess.PIPE, text=True)
    if process.stderr is not None:
        for line in process.stderr:
            told.append(f"      {_so_far(process.pid, start)}  {line.rstrip()}")
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = used.ru_maxrss / 1024
    return Cost(name, process.returncode, seconds, used.ru_utime + used.ru_stime, memory, "\n".join(told))


def _so_far(pid: int, start: float) -> str:
    """What a running process has used when it says something."""
    process = psutil.Process(pid)
    cpu, memory = process.cpu_times(), process.memory_info().rss / (1 << 20)
    return f"{time.perf_counter() - start:6.0f} s {cpu.user + cpu.system:6.0f} s CPU {memory:5.0f} MB"


def measure(path: Path, address: str, folder: Path, *, verify: bool = True) -> list[Cost]:
    """Load the package into an empty database, dump it, and verify its steps."""
    env = environment(address, folder, free_port())
    run("upgrade", ["db", "upgrade"], env, folder / "upgrade")
    costs = [run("package load", ["package", "load", str(path)], env, folder / "load")]
    dumped = folder / "dump"
    dump = run("package dump", ["package", "dump"], env, dumped)
    same = "the file again, byte for byte" if digest(dumped) == digest(path) else "NOT the file"
    costs.append(replace(dump, told=f"      {same}"))
    if verify:
        costs.append(run("spans verify", ["spans", "verify"], env, folder / "verify"))
    return costs


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def address_of(kind: str, folder: Path) -> Iterator[str]:
    """An empty database of a kind ("sqlite", "postgresql")."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    with postgres_server() as running:
        yield running.url(running.new_database())


def main() -> None:
    """Make, load, dump, verify; print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--file", type=Path, help="keep the package here, or take the one that stands here")
    parser.add_argument("--no-verify", action="store_true", help="leave out `spans verify`, the longest of them")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = chosen.file or folder / "package.json"
        if not path.exists():
            generate(path, chosen.targets, clock.today())
        print(f"{chosen.database}: {chosen.targets:,} targets, a file of {path.stat().st_size / 1e6:.0f} MB")
        with address_of(chosen.database, folder) as address:
            for cost in measure(path, address, folder, verify=not chosen.no_verify):
                print(cost, flush=True)


if __name__ == "__main__":
    main()
