"""The table at which both sides sit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.lives import Table
from tests.support.product import Scene
from tracker.core import clock


@pytest.fixture
def table(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Table:
    now = at(lives.BEGUN_ON)
    scene(lives.people)
    return Table(session, errand.found(session), at, now)
