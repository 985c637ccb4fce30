"""A sheet of bodies asks once about those that are called like others."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support.product import Scene
from tests.support.shell import environment_of
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.cli import tracker
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import FieldError
from tracker.core.extensions import settings_of
from tracker.core.files import incoming
from tracker.enrolment import rows, service
from tracker.enrolment.work import EnrolmentResult
from tracker.settings import Site

SITE = Site("http://localhost", "localhost")


def build() -> int:
    """The small province; returns the id of its administrator."""
    with unit_of_work() as session:
        return int(errand.province(session).people[("VP", Office.ADMINISTRATOR)].id)


def read(text: str) -> rows.Reading:
    return rows.read("agencies", incoming.read(text.encode(), "table.csv"))


def shown(session: Session, actor_id: int, text: str) -> EnrolmentResult:
    now = clock.moment()
    found = service.preview(session, now, kind="agencies", reading=read(text), actor_id=actor_id, site=SITE)
    session.rollback()
    return found


def done(actor_id: int, text: str, digest: str, *, confirmed: bool = False) -> None:
    now = clock.moment()
    given: dict[str, Any] = {"kind": "agencies", "reading": read(text), "actor_id": actor_id, "site": SITE}
    with unit_of_work(now) as session:
        service.carry_out(session, now, **given, reason="Quyết định 1", confirmed=confirmed, shown=digest)


SAME_NAME = "code,name,kind\nM1,SỞ XÂY DỰNG,department\nM2,Sở Mới,department\nM3,Sở Mới,department"


def test_bodies_that_are_called_like_others_are_asked_about_once(session: Session, scene: Scene) -> None:
    """Of those that stand, and of those that come in by a row above."""
    actor = scene(build)
    outcome = shown(session, actor, SAME_NAME)
    assert [(one.number, one.column) for one in outcome.doubts] == [(2, "name"), (4, "name")]
    assert ["SXD" in str(outcome.doubts[0].message), "M2" in str(outcome.doubts[1].message)] == [True, True]
    assert outcome.faults == []
    with pytest.raises(FieldError) as refused:
        done(actor, SAME_NAME, outcome.digest)
    assert refused.value.field == "confirmed"
    done(actor, SAME_NAME, outcome.digest, confirmed=True)
    assert session.query(Agency).filter(Agency.code.in_(("M1", "M2", "M3"))).count() == 3
    assert shown(session, actor, SAME_NAME).doubts == [], "they are called so already"
    past = "code,name,kind,exists_to\nM4,Sở Mới,department,1/1/1990\nSYT,Sở Mới,department,"
    session.query(Agency).filter(Agency.code.in_(("M2", "M3"))).update({"exists_from": date(2000, 1, 1)})
    session.commit()
    assert [one.number for one in shown(session, actor, past).doubts] == [3], "one began when the other ended"


def test_the_command_names_the_way_to_say_so(app: Flask, scene: Scene, tmp_path: Path) -> None:
    scene(build)
    file = tmp_path / "bodies.csv"
    file.write_text(SAME_NAME, encoding="utf-8")
    configured = settings_of(app)
    shell = CliRunner(env={**environment_of(configured), "TRACKER_BASE_URL": configured.base_url})
    refused = shell.invoke(tracker, ["import", "agencies", str(file)])
    assert refused.exit_code == 2
    assert refused.stderr.count("row ") == 2
    assert "--same-names" in refused.stderr
    assert "row 2, name" in shell.invoke(tracker, ["import", "agencies", str(file), "--dry-run"]).stderr
    done = shell.invoke(tracker, ["import", "agencies", str(file), "--same-names"])
    assert (done.exit_code, "3 new" in done.stderr) == (0, True), done.output
