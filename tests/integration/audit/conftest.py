"""A record with some events in it, its chain, and a hand that changes the database past the product."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.free_hand import free_hand
from tracker.audit import service
from tracker.audit.events import Event
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, unit_of_work


def record_some(count: int, first: int = 1) -> None:
    """Record events about reports numbered from `first` on."""
    with unit_of_work() as session:
        for number in range(first, first + count):
            service.record(session, clock.moment(), Event.REPORT_SENT, actor_id=1, subject=("report", number))


def chain() -> int:
    """What the minute's job does."""
    return carry_out(service.chain_units())


@pytest.fixture
def tamper(app: Flask, session: Session) -> Callable[..., None]:
    """`tamper("DELETE FROM audit_event", …)`: statements that whoever owns the database could run."""

    def run(*statements: str) -> None:
        session.rollback()
        with database.writing(), database.db.engine.begin() as connection, free_hand(connection):
            for statement in statements:
                connection.exec_driver_sql(statement)

    return run
