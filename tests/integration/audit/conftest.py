"""A record with some events in it, its chain, and a hand that changes the database past the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tracker.audit import service, triggers, upgrade
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


@contextmanager
def open_tables(app: Flask) -> Iterator[sa.Connection]:
    """A connection of the owner's, with the triggers gone; they are made anew at the end, as by an upgrade."""
    with app.app_context():
        with database.writing(), database.db.engine.begin() as connection:
            for table in triggers.TABLES:
                triggers.remove(connection, table)
            yield connection
        upgrade.bring_up()


@pytest.fixture
def tamper(app: Flask, session: Session) -> Callable[..., None]:
    """`tamper("DELETE FROM audit_event", …)`: statements that whoever owns the database could run."""

    def run(*statements: str) -> None:
        session.rollback()
        with open_tables(app) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    return run
