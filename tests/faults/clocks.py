"""A clock for tests that can be set while the product runs, and a scheduler for which a minute is a moment.

The clock stands in a file that every process of an installation reads: (real seconds, that instant there, speed).
"""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from itsdangerous import TimestampSigner

from jobs import runner, scheduler
from jobs.timetable import TIMETABLE, entry
from tracker import create_app
from tracker.core import clock

FILE = "TEST_CLOCK"  # in the environment: where the file is
LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Clock:
    """The file of one installation's clock."""

    path: Path

    def set(self, at: datetime, speed: float = 1.0) -> None:
        """Let it be that instant now, and time pass so fast from here on."""
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps([time.time(), at.timestamp(), speed]))
        beside.replace(self.path)

    def now(self) -> datetime:
        """What the processes take for now."""
        since, at, speed = json.loads(self.path.read_text())
        return datetime.fromtimestamp(at, UTC) + timedelta(seconds=(time.time() - since) * speed)

    @property
    def environment(self) -> dict[str, str]:
        """What tells a process of it."""
        return {FILE: str(self.path)}


def app() -> Flask:
    """For gunicorn: the product by this clock."""
    _set_by_file()
    return create_app()


def _set_by_file() -> None:
    here = Clock(Path(os.environ[FILE]))
    clock.now = here.now

    def get_timestamp(_signer: TimestampSigner) -> int:
        return int(here.now().timestamp())

    setattr(TimestampSigner, "get_timestamp", get_timestamp)  # noqa: B010 - sessions and forms are signed by it too


def main() -> None:
    """Be a scheduler: the real lock, timetable, catching up and leases, each minute of this clock."""
    _set_by_file()
    scheduler.STANDBY_SECONDS = 1
    product, ended = create_app(), []
    signal.signal(signal.SIGTERM, lambda *_told: ended.append(True))
    with scheduler.alone(product):
        last = None
        while not ended:
            now = clock.now()
            if (minute := now.replace(second=0, microsecond=0)) == last:
                time.sleep(LOOK_SECONDS)
                continue
            last = minute
            scheduler.beat(product)
            scheduler.catch_up(product, now)
            for line in TIMETABLE:
                if not line.once_a_day:
                    runner.run(product, line, minute)


def run(product: Flask, name: str, now: datetime) -> str | None:
    """Run one job of the timetable, for an instant."""
    line = entry(name)
    assert line is not None
    return runner.run(product, line, now)


if __name__ == "__main__":
    main()
