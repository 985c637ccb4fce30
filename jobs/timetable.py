"""The timetable: what runs when, in Vietnam's time. Weekdays by name: APScheduler numbers them from Monday = 0."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.triggers.cron import CronTrigger

from jobs.work import Job, Occasion
from tracker.core.clock import VIETNAM
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark
from tracker.settings import Settings


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timetable. `once_a_day`: a run that was missed is made up later on its day. `apart`: it speaks
    with what may stall (a server, a mounted disk), or has minutes of work: no other job waits for it."""

    name: str
    run: Job
    trigger: CronTrigger
    once_a_day: bool = True
    apart: bool = False

    @property
    def queue(self) -> str:
        """Jobs of one queue run one after another: those that stand apart in their own."""
        return self.name if self.apart else COMMON


COMMON = "common"


def always(_settings: Settings) -> bool:
    """In every installation."""
    return True


def _seals(settings: Settings) -> bool:
    """Where there is a key of the seal; the demo makes its own."""
    return bool(settings.seal_key or settings.seal_module or settings.demo)


def _tells_otherwise(settings: Settings) -> bool:
    """Where browsers or a gateway are told; the demo has a key for browsers."""
    return bool(settings.push_key or settings.webhook_url or settings.demo)


def _nothing() -> Units[Remark | None]:
    yield from ()
    return None


def _entry(
    name: str,
    *,
    once_a_day: bool = True,
    apart: bool = False,
    where: Callable[[Settings], object] = always,
    **fields: object,
) -> Entry:
    """The line of the job in the file of that name. It is loaded when it runs: most need what no other one does.
    `where`: the installations that have something for it; elsewhere it is never loaded (some take 20 MB)."""

    def run(occasion: Occasion) -> Units[Remark | None]:
        if not where(occasion.settings):
            return _nothing()
        job: Job = pkgutil.resolve_name(f"{__package__}.{name}:run")
        return job(occasion)

    return Entry(name, run, CronTrigger(timezone=VIETNAM, **fields), once_a_day, apart)


TIMETABLE = (
    _entry("assess", hour=0, minute=15),
    _entry("expire", hour=0, minute=30),
    _entry("publish", hour=0, minute=45),
    _entry("look", hour=1, minute=0),
    _entry("tidy", hour=1, minute=30),
    _entry("prove", hour=2, minute=30),
    _entry("backup", apart=True, hour=3, minute=30),
    _entry("remind", hour=7, minute=30),  # writes to nobody on a day off
    _entry("urge", hour=7, minute=45),  # drafts, and sends nothing
    _entry("chain", once_a_day=False, minute="*"),
    _entry("answer", once_a_day=False, minute="*"),
    _entry("freeze", once_a_day=False, apart=True, minute="*"),
    _entry("sort_scans", once_a_day=False, apart=True, minute="*"),
    _entry("sign_remotely", once_a_day=False, apart=True, where=lambda here: here.csc_url, minute="*"),
    _entry("seal", once_a_day=False, apart=True, where=_seals, minute="*"),
    _entry("bounces", once_a_day=False, apart=True, where=lambda here: here.bounce_folder, minute="*/5"),
    _entry("lists", once_a_day=False, apart=True, minute=20),
    _entry("notify", once_a_day=False, apart=True, where=_tells_otherwise, minute="*"),
    _entry("deliver", once_a_day=False, apart=True, minute="*"),
)


def entry(name: str) -> Entry | None:
    """The line with this name, or none."""
    return next((line for line in TIMETABLE if line.name == name), None)
