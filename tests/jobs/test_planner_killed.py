"""Who plans the mails of a day is killed before each statement and each commit of a run, one process after the other.
The next ones go on, and nobody is told twice or never."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.jobs.conftest import Postbox
from tests.jobs.test_reminders import HEAD, OFFICER, build, reminded, run
from tests.support.forked import forked, status_of
from tests.support.product import Scene
from tracker.core import clock
from tracker.mail.models import OutboxMail
from tracker.reminders import service as reminders
from tracker.reminders.models import ReminderSent

MOST = 400  # more steps than a run of this small province has


def planning_until(app: Flask, step: int) -> None:
    """A run in a minute of its own, a person a unit of work, that dies at a step; exit code 0 if it ends first."""
    steps: list[int] = []

    def passed(*_given: object) -> None:
        steps.append(1)
        if len(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        sa.event.listen(Engine, name, passed)
    reminders.BATCH = 1
    line = entry("remind")
    assert line is not None
    assert runner.run(app, line, clock.now() + timedelta(minutes=step)) == "done"


def test_killed_at_every_step_it_tells_each_once(
    app: Flask, session: Session, scene: Scene, postbox: Postbox, at: Callable[[date | str], clock.Moment]
) -> None:
    at("2021-06-01")
    scene(build)
    at("2021-06-16")
    killed, queued = 0, set()
    for step in range(1, MOST):
        ended = status_of(forked(app, lambda step=step: planning_until(app, step), out=1, err=2))  # type: ignore[misc]
        mails = set(session.scalars(sa.select(OutboxMail.id)))
        # A mail never stands without what it tells, nor the other way about.
        assert set(session.scalars(sa.select(ReminderSent.mail_id))) == mails
        queued.add(len(mails))
        session.close()
        session.get_bind().engine.dispose()  # one connection less for every process that is killed
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
        killed += 1
    assert ended == 0
    assert killed > 10
    assert len(queued) > 2, "no run was killed between two persons"
    run(app, "remind", "deliver")
    rows = session.scalars(sa.select(ReminderSent)).all()
    told = Counter((row.person_id, row.occasion, row.subject_kind, row.subject_id, row.part, row.rung) for row in rows)
    assert set(told.values()) == {1}
    assert reminded(postbox) == [HEAD, OFFICER]
