"""What goes by night, when it tells nobody anything any more."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner, tidy
from jobs.timetable import TIMETABLE, entry
from tests.factories import lives, signing_room
from tests.support.product import Scene
from tracker.commitments.dossiers import Dossier
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.people.models import Person
from tracker.signing.elsewhere.ended import KEPT
from tracker.signing.models import HandOver, MadeDocument, RemoteSigning


def test_what_a_crash_left_of_a_file_goes_by_night(app: Flask, context: None) -> None:
    """Whoever was killed while a file came in could clear up nothing; a file that comes in just now is left alone."""
    folder = settings_of(app).files_folder
    folder.mkdir(parents=True, exist_ok=True)
    old, new = folder / ".upload-old", folder / ".upload-new"
    for path in (old, new):
        path.write_bytes(b"%PDF-1.4")
    os.utime(old, times=(0, 0))
    line = entry("tidy")
    assert line is not None
    assert runner.run(app, line, clock.now()) == "done"
    assert [path.exists() for path in (old, new)] == [False, True]


def test_the_runs_of_every_job_that_runs_every_few_minutes_go_after_two_days() -> None:
    every_few = {line.name for line in TIMETABLE if "minute='*" in str(line.trigger)}
    assert every_few == set(tidy.MINUTE_JOBS)


def asked_elsewhere(at: clock.Moment, name: str) -> None:
    """Of a provider, which nobody ended; and of a program."""
    with unit_of_work(at) as session:
        made = session.scalars(sa.select(MadeDocument)).one()
        of_it = {
            "document_id": made.id,
            "dossier_id": session.scalars(sa.select(Dossier.id)).one(),
            "side": "body",
            "person_id": session.scalars(sa.select(Person.id).limit(1)).one(),
            "begins_with": made.pdf_sha256,
            "expires_at": at.at,
        }
        over = {"finished_at": at.at, "outcome": "refused"} if name == "new" else {}
        session.add(RemoteSigning(token=name, account="0912", asked_at=at.at, step="asked", **of_it, **over))
        session.add(HandOver(download=f"d-{name}", upload=f"u-{name}", made_at=at.at, **of_it))


def test_what_was_asked_elsewhere_goes_after_thirty_days(
    app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]
) -> None:
    now = at(lives.BEGUN_ON)
    scene(signing_room.frozen, settings_of(app))
    asked_elsewhere(clock.Moment(now.at - KEPT - timedelta(minutes=1), now.on), "old")
    asked_elsewhere(clock.Moment(now.at - KEPT + timedelta(minutes=1), now.on), "new")
    line = entry("tidy")
    assert line is not None
    assert runner.run(app, line, clock.now()) == "done"
    session.rollback()
    assert list(session.scalars(sa.select(RemoteSigning.token))) == ["new"]
    assert list(session.scalars(sa.select(HandOver.download))) == ["d-new"]
    assert session.scalars(sa.select(MadeDocument)).one()
