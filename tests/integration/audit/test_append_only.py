"""The database itself refuses to change or remove what was recorded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.audit import triggers
from tracker.audit.models import AuditEvent
from tracker.audit.service import record
from tracker.core import clock, database
from tracker.core.unit_of_work import unit_of_work

CHANGES = [
    "UPDATE audit_event SET event = 'report.sent'",
    "UPDATE audit_event SET detail = NULL WHERE id = 1",
    "DELETE FROM audit_event",
    "INSERT OR REPLACE INTO audit_event (id, at, event, subject_kind) VALUES (1, '2021-01-01', 'x.sent', 'x')",
    "TRUNCATE audit_event",
    "TRUNCATE audit_event, person CASCADE",
]
ONLY = {"TRUNCATE": "postgresql", "INSERT": "sqlite"}


@pytest.fixture(autouse=True)
def one_event(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        record(session, clock.moment(), "report.sent", actor_id=None, subject=("report", 1))


@pytest.mark.parametrize("change", CHANGES)
def test_the_record_stays_as_it_was(session: Session, database_kind: str, change: str) -> None:
    if ONLY.get(change.split()[0], database_kind) != database_kind:
        return
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.text(change))
    session.rollback()
    assert session.scalars(sa.select(AuditEvent.event)).all() == ["report.sent"]


@pytest.mark.usefixtures("context")
def test_triggers_stand_and_can_be_made_again(app: Flask) -> None:
    """A table that SQLite rebuilds loses its triggers; an upgrade makes them anew."""
    with database.db.engine.begin() as connection:
        assert triggers.standing(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_event_no_delete")
        else:
            connection.exec_driver_sql("DROP TRIGGER audit_event_no_change ON audit_event")
        assert not triggers.standing(connection)
        triggers.install(connection)
        triggers.install(connection)
        assert triggers.standing(connection)


def test_an_event_outside_the_grammar_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="no name of an event"):
        record(session, clock.moment(), "send report", actor_id=None, subject=("report", 1))
