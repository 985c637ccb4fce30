"""Playing days: the clock is set from hour to hour, and what the timetable has for it runs as the scheduler would."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from flask import Flask

from jobs import notify, runner, scheduler
from jobs.simulation import outages
from jobs.simulation.outages import MINUTES, Day, Died
from jobs.timetable import TIMETABLE, Entry
from tracker.channels.models import ChannelCall
from tracker.channels.protocol import Answer, Call, Name
from tracker.core import clock
from tracker.core.clock import VIETNAM
from tracker.core.db import database
from tracker.mail.models import OutboxMail

# What changes who is told what. Backups, proofs, seals and scans have nothing to say, and some of them call outside.
PLAYED = ("assess", "expire", "publish", "tidy", "remind", "urge")
LAST = MINUTES - 60  # who runs from here on has done all of the day by its end
LINES = tuple(line for line in TIMETABLE if line.name in PLAYED)
AWAKE = (15, 30, 45, 90, 7 * 60 + 30, 7 * 60 + 45)  # minutes of the day at which these have something to do
POSTING = (7 * 60 + 31, 7 * 60 + 46, *range(0, MINUTES, 60), MINUTES - 1)
AGAIN = timedelta(minutes=2)  # then the lease of a process that died has run out


@dataclass
class Clock:
    """Stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        """As `clock.now`."""
        return self.at

    def put(self, day: date, minute: int) -> None:
        """A minute of a day in Vietnam. It never goes back."""
        at = datetime.combine(day, time(minute // 60, minute % 60), VIETNAM).astimezone(UTC)
        self.at = max(self.at, at)


def play(app: Flask, first: date, last: date, plans: Mapping[date, Day]) -> Iterator[date]:
    """Play these days, and give each as it ends, with the clock at its last minute. `app` is one of a copy."""
    wound = Clock(clock.now())
    with clock.read_from(wound.now):
        for day in outages.all_days(first, last):
            _play_day(app, wound, day, plans[day])
            yield day


def _play_day(app: Flask, wound: Clock, day: date, plan: Day) -> None:
    begin = wound.at
    for minute in sorted({*AWAKE, *POSTING, *([plan.runs_from] if plan.runs_from else [])}):
        if plan.runs_from is None or minute < plan.runs_from:
            continue
        wound.put(day, minute)
        if wound.at < begin or clock.day_of(wound.at) != day:
            continue
        if minute in (*AWAKE, plan.runs_from) or wound.at == begin:
            _survived(wound, lambda: scheduler.catch_up(app, wound.at, LINES), plan.dies.get(minute))
        if not plan.no_mail[0] <= minute < plan.no_mail[1]:
            _post(app, wound, plan.dies.get(-minute))
    wound.put(day, MINUTES - 1)


def _survived(wound: Clock, work: Callable[[], object], statement: int | None) -> None:
    """Do it; where its process is to die, another one goes on a while later."""
    try:
        with outages.dying(statement):
            work()
    except Died:
        wound.at += AGAIN
        work()


def _post(app: Flask, wound: Clock, statement: int | None) -> None:
    """Mails and words leave, where any are due."""
    with app.app_context():
        due = [line for line, kind in _POSTING.items() if _waits(kind, wound.at)]
    for line in due:
        _survived(wound, lambda line=line: runner.run(app, line, wound.at), statement)  # type: ignore[misc]


def _waits(kind: type[OutboxMail] | type[ChannelCall], at: datetime) -> bool:
    waits = sa.and_(kind.state.in_(("pending", "claimed")), kind.not_before <= at)
    return bool(database.session().scalar(sa.select(sa.exists().where(waits))))


def _taken(_call: Call) -> Answer:
    return Answer("200")


_POSTING: Mapping[Entry, type[OutboxMail] | type[ChannelCall]] = {
    **{line: OutboxMail for line in TIMETABLE if line.name == "deliver"},
    **{
        replace(line, run=lambda _occasion: notify.leave(dict.fromkeys((Name.PUSH, Name.GATEWAY), _taken))): ChannelCall
        for line in TIMETABLE
        if line.name == "notify"
    },
}
