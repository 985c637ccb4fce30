"""The small province in July, with everybody who acts on letters; two targets of one body whose reports are late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.lives import Table
from tests.integration.planning.room import Room
from tests.support.product import Scene
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work

LATE_ON = date(2021, 7, 12)  # fifteen working days after the report of the half-year was due


def build() -> None:
    lives.people()
    with unit_of_work() as session:
        made = errand.found(session)
        for code in ("T01", "T02"):
            errand.target(session, made, "SXD", code)
        ratio = {"shape": "keep", "ratio": True, "title": {"vi": "Hồ sơ giải quyết đúng hạn", "en": "Files on time"}}
        errand.target(session, made, "SYT", "T03", **ratio)


@pytest.fixture
def room(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Room:
    now = at(LATE_ON)
    scene(build)
    return Room(app, Table(session, errand.found(session), at, now))
