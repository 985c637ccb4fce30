"""The database itself refuses to change or remove what was recorded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tracker.audit import probes, triggers, upgrade
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent
from tracker.audit.service import record
from tracker.audit.upgrade import UpgradeError
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work

ROWS = {
    "audit_link": {"seq": 1, "entry_id": 1, "hash": "a" * 64},
    "audit_head": {"day": "2021-06-30", "seq": 1, "hash": "a" * 64, "published_at": "2021-06-30 00:00:00+00"},
    "erasure": {"id": 1, "kind": "file", "subject": "b" * 64, "reason": "r", "decided_by_id": 1, "at": "2021-06-30"},
}
CHANGES = [
    "UPDATE audit_event SET event = 'report.sent'",
    "UPDATE audit_event SET detail = NULL WHERE id = 1",
    "DELETE FROM audit_event",
    "INSERT OR REPLACE INTO audit_event (id, at, event, subject_kind) VALUES (1, '2021-01-01', 'x.sent', 'x')",
    "TRUNCATE audit_event",
    *(
        f"{change} {table}{rest}"
        for table, row in ROWS.items()
        for change, rest in (
            ("UPDATE", f" SET {next(iter(row))} = {next(iter(row))}"),
            ("DELETE FROM", ""),
            ("TRUNCATE", ""),
            ("INSERT OR REPLACE INTO", f" SELECT * FROM {table}"),
        )
    ),
    f"INSERT OR REPLACE INTO audit_link (seq, entry_id, hash) VALUES (2, 1, '{'c' * 64}')",
    "TRUNCATE audit_event, person CASCADE",
]
ONLY = {"TRUNCATE": "postgresql", "INSERT": "sqlite"}


@pytest.fixture(autouse=True)
def one_event(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        record(session, clock.moment(), Event.REPORT_SENT, actor_id=None, subject=("report", 1))
        for table, row in ROWS.items():
            names = ", ".join(row)
            session.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES (:{', :'.join(row)})"), row)


@pytest.mark.parametrize("change", CHANGES)
def test_the_record_stays_as_it_was(session: Session, database_kind: str, change: str) -> None:
    if ONLY.get(change.split()[0], database_kind) != database_kind:
        return
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(sa.text(change))
    session.rollback()
    assert session.scalars(sa.select(AuditEvent.event)).all() == ["report.sent"]


@pytest.mark.usefixtures("context")
def test_an_upgrade_makes_lost_triggers_anew(app: Flask) -> None:
    """A table that SQLite rebuilds loses its triggers."""
    with database.db.engine.begin() as connection:
        assert triggers.missing(connection) == []
        for name, table in lost(connection):
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        assert triggers.missing(connection) == ["audit_event", "audit_link"]
    assert not upgrade.is_whole()
    upgrade.prepare()
    assert upgrade.is_whole()
    upgrade.bring_up()
    upgrade.prepare()
    assert upgrade.is_whole()


def lost(connection: sa.Connection) -> list[tuple[str, str]]:
    ending = "delete" if connection.dialect.name == "sqlite" else "change"
    return [(f"{table}_no_{ending}", table) for table in ("audit_event", "audit_link")]


def test_an_upgrade_that_leaves_a_table_open_fails(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triggers, "install", lambda connection: None)
    with app.app_context():
        with database.db.engine.begin() as connection:
            for name, table in lost(connection)[:1]:
                on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        with pytest.raises(
            UpgradeError, match=r"took a change of what must never change: (DELETE FROM|UPDATE) audit_e"
        ):
            upgrade.bring_up()
        monkeypatch.undo()
        upgrade.bring_up()


def test_every_append_only_table_is_guarded() -> None:
    """A new table of the record's room joins the list, or says why it changes."""
    tables = {
        str(mapper.class_.__tablename__)
        for mapper in database.Base.registry.mappers
        if "audit" in mapper.class_.__module__
    }
    assert tables == set(triggers.TABLES) == set(probes.RECORD)
