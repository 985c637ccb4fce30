"""A worked example's province on a day in July, with a monitor who prepares and a chair who approves; and the small one
with both sides of a commitment at their desks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.lives import Table
from tests.integration.monitoring.conftest import enter
from tests.integration.planning.room import Room
from tests.support.product import Scene
from tracker.core import clock

__all__ = ["enter"]


@pytest.fixture
def room(app: Flask, session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Room:
    now = at(lives.BEGUN_ON)
    scene(lives.people)
    return Room(app, Table(session, errand.found(session), at, now))
