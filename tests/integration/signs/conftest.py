"""The small province in July: one file behind the reports of two bodies, entered as rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives, signs
from tests.factories.lives import Table
from tests.integration.planning.room import Room
from tests.support.product import Scene
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work

ON = date(2021, 7, 12)


def build() -> None:
    lives.people()
    with unit_of_work() as session:
        made = errand.found(session)
        for body, code in (("SXD", "T01"), ("SXD", "T02"), ("SYT", "T03")):
            errand.target(session, made, body, code)
        for key in ("SXD-T01", "SXD-T02", "SYT-T03"):
            signs.report_with_a_file(session, made, key, Decimal(120), "ab" * 32)


@pytest.fixture
def room(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Room:
    now = at(ON)
    scene(build)
    return Room(app, Table(session, errand.found(session), at, now))
