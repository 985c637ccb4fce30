"""The timetable: what runs when, in Vietnam's time. Weekdays by name: APScheduler numbers them from Monday = 0."""

from dataclasses import dataclass

from apscheduler.triggers.cron import CronTrigger

from jobs import answer, assess, backup, chain, deliver, prove, publish, remind, tidy
from jobs.work import Job
from tracker.core.clock import VIETNAM


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timetable. `once_a_day`: a run that was missed is made up later on its day."""

    name: str
    run: Job
    trigger: CronTrigger
    once_a_day: bool = True


def _at(**fields: object) -> CronTrigger:
    return CronTrigger(timezone=VIETNAM, **fields)


TIMETABLE = (
    Entry("assess", assess.run, _at(hour=0, minute=15)),
    Entry("publish", publish.run, _at(hour=0, minute=45)),
    Entry("tidy", tidy.run, _at(hour=1, minute=30)),
    Entry("prove", prove.run, _at(hour=2, minute=30)),
    Entry("backup", backup.run, _at(hour=3, minute=30)),
    Entry("remind", remind.run, _at(hour=7, minute=30)),  # writes to nobody on a day off
    Entry("chain", chain.run, _at(minute="*"), once_a_day=False),
    Entry("answer", answer.run, _at(minute="*"), once_a_day=False),
    Entry("deliver", deliver.run, _at(minute="*"), once_a_day=False),
)


def entry(name: str) -> Entry | None:
    """The line with this name, or none."""
    return next((line for line in TIMETABLE if line.name == name), None)
