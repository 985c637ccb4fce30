"""The migrations make exactly the tables that the models describe, and keep what stood in older ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from tests.support.postgres import PostgresServer
from tracker import create_app
from tracker.audit import service as audit
from tracker.audit import upgrade
from tracker.audit.verify import Verification
from tracker.core.db import database, folding, migrating
from tracker.core.db.sorting import sort_key
from tracker.core.db.unit_of_work import carry_out
from tracker.rule import Status
from tracker.settings import Secret, Settings


@pytest.mark.usefixtures("context")
def test_models_and_migrated_database_agree(app: Flask) -> None:
    with database.db.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), database.Base.metadata)
    assert [difference for difference in found if "alembic_version" not in str(difference)] == []


@pytest.mark.usefixtures("context")
def test_there_is_one_head(app: Flask) -> None:
    assert len(migrating.heads()) == 1


THEN = "2021-01-01 00:00:00+00:00"
DAY = "2021-02-04"
# Of the tables that later migrations touch, and what those point at.
ROWS_OF_THE_FIRST: list[tuple[str, dict[str, object]]] = [
    ("person", {"token": "t", "name": "Phòng Tổng hợp", "email": "a@b.vn", "language": "vi", "wants_mail": True}),
    (
        "account",
        {
            "person_id": 1,
            "email": "a@b.vn",
            "password": "x",
            "active": True,
            "fs_uniquifier": "u",
            "created_at": THEN,
        },
    ),
    ("agency", {"code": "SNV", "kind": "department", "name": '{"vi":"Sở Nội vụ"}', "sort_key": sort_key("Sở Nội vụ")}),
    ("office_holding", {"person_id": 1, "agency_id": 1, "office": "head", "from_on": DAY}),
    ("working_calendar", {"name": "VN"}),
    ("programme", {"code": "P", "title": '{"vi":"CCHC"}', "starts_on": DAY, "ends_on": DAY, "calendar_id": 1}),
    (
        "commitment",
        {
            "token": "c",
            "number": "1",
            "programme_id": 1,
            "agency_id": 1,
            "signed_on": DAY,
            "in_force_from": DAY,
            "signed_how": "paper",
        },
    ),
    (
        "target",
        {
            "token": "t",
            "commitment_id": 1,
            "programme_id": 1,
            "agency_id": 1,
            "code": "T1",
            "title": '{"vi":"Dịch vụ công"}',
            "domain": 1,
            "shape": "deliverable",
            "unit": "%",
            "weight": "1",
            "frequency": "quarterly",
            "starts_on": DAY,
            "due_on": "2021-12-31",
            "ratio": False,
            "cumulative": True,
            "milestones": "[]",
        },
    ),
    (
        "report",
        {"token": "r", "target_id": 1, "agency_id": 1, "kind": "completion", "state": "sent", "sent_on": DAY},
    ),
    (
        "revision",
        {
            "report_id": 1,
            "seq": 1,
            "submitted_on": DAY,
            "recorded_on": DAY,
            "value": "100",
            "not_applicable": False,
        },
    ),
    ("policy_version", {"programme_id": 1, "values": "{}"}),
    (
        "status_span",
        {
            "target_id": 1,
            "programme_id": 1,
            "agency_id": 1,
            "domain": 1,
            "from_on": DAY,
            "status": "met_on_time",
            "weight": "1.5",
            "reason": "{}",
            "digest": "d",
            "rule_version": 1,
            "deadline_on": DAY,
        },
    ),
    (
        "agency_sum",
        {
            "programme_id": 1,
            "agency_id": 1,
            "domain": 0,
            "from_on": DAY,
            **dict.fromkeys(("total", "weight", "punctual_total", "punctual_weight"), "1"),
            "targets": 1,
            **{status.value: int(status is Status.MET_ON_TIME) for status in Status},
        },
    ),
    (
        "evidence",
        {
            "token": "e",
            "agency_id": 1,
            "sha256": "ab",
            "size": 3,
            "media_type": "application/pdf",
            "name": "a.pdf",
            "uploaded_by_id": 1,
            "uploaded_at": THEN,
        },
    ),
    ("audit_event", {"at": THEN, "actor_id": 1, "event": "report.sent", "subject_kind": "report"}),
]

SEALED = {"classification", "programme", "commitment", "target", "report", "revision"}


FOUND_BY = {
    "person": [[*["phong", "tong", "hop", "a", "b", "vn"], *folding.words("Phòng Tổng hợp a b vn")]],
    "agency": [
        [*["snv", "so", "noi", "vu"], *folding.words("snv Sở Nội vụ")],
        [*["snv", "so"], *folding.words("snv Sở")],
    ],
    "commitment": [["1"]],
    "target": [[*["t1", "dich", "vu", "cong"], *folding.words("t1 Dịch vụ công")]],
}


@pytest.fixture
def empty_app(database_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The product on a new database without tables."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if database_kind == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.new_database())
    app = create_app(Settings(database_url=url, secret_key=Secret("k" * 40), instance=tmp_path))
    with app.app_context():
        yield app
        database.db.engine.dispose()


SECOND_BODY = (
    "INSERT INTO agency (id, code, kind, name, sort_key)"
    f""" VALUES (2, 'snv', 'department', '{{"vi":"Sở"}}', '{sort_key("Sở")}')"""
)


def rows() -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    with database.db.engine.connect() as connection:
        tables = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
        found = {
            name: connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY 1').mappings().all() for name in tables
        }
    return {name: [dict(row) for row in some] for name, some in found.items()}


@pytest.mark.usefixtures("empty_app")
def test_a_database_of_the_first_version_is_brought_up_with_all_that_is_in_it() -> None:
    migrating.upgrade("0001")
    with database.writing(), database.db.engine.begin() as connection:
        for table, row in ROWS_OF_THE_FIRST:
            columns = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f"INSERT INTO {table} (id, {columns}) VALUES (1, {values})"), row)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1)")
        connection.execute(sa.text(SECOND_BODY))
    before = rows()
    upgrade.bring_up()
    after = rows()
    assert after["audit_event"].pop()["event"] == "facts.sealed", "older facts stand in the record from now on"
    assert {row["kind"] for row in after["fact_digests"]} == SEALED
    for table, some in before.items():
        kept = [{name: row[name] for name in old} for old, row in zip(some, after[table], strict=True)]
        assert kept == some, table
    assert [row["programme_id"] for row in after["report"]] == [1], "of its target"
    assert [row["counted_weight"] for row in after["agency_sum"]] == ["1.5"], "of its steps"
    assert {table: [str(row["search_key"]).split() for row in after[table]] for table in FOUND_BY} == FOUND_BY
    told = [(row["agency_id"], row["from_on"], row["kind"]) for row in after["agency_classification"]]
    assert told == [(1, None, "department"), (2, None, "department")], "what stands, since the beginning"
    keys = {row["code"]: row["code_key"] for row in after["agency"]}
    assert keys == {"SNV": "snv", "snv": None}, "the later of two that differ by their case is found by its own code"
    assert carry_out(audit.chain_units()) == 2
    assert upgrade.is_whole()
    assert list(Verification(database.session(), ()).findings()) == []
    database.session().rollback()
    upgrade.bring_up()
    assert [row["entry_id"] for row in rows()["audit_link"]] == [1, 2], "and are taken once"


@pytest.mark.usefixtures("empty_app")
def test_what_a_migration_fills_into_a_table_of_facts_stands_in_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a database that kept digests before, no other fact is taken without a word; also where a run is killed right
    behind the migrations, and the next one stops at a role that is missing."""

    def refuses(_role: str | None) -> None:
        raise upgrade.UpgradeError("there is no role tracker")

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    migrating.upgrade("0017")
    with database.writing(), database.db.engine.begin() as connection:
        connection.execute(sa.text(SECOND_BODY))
        forged = "INSERT INTO programme (id, code, title, starts_on, ends_on, calendar_id)"
        connection.execute(sa.text("INSERT INTO working_calendar (id, name) VALUES (1, 'VN')"))
        connection.execute(sa.text(f"{forged} VALUES (7, 'X', '{{}}', '2021-01-01', '2021-12-31', 1)"))
    with monkeypatch.context() as patch:
        patch.setattr(audit, "seal", killed)
        with pytest.raises(KeyboardInterrupt):
            upgrade.bring_up()
    assert not upgrade.is_whole()
    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "_secure", refuses)
        with pytest.raises(upgrade.UpgradeError):
            upgrade.bring_up()
    upgrade.bring_up()
    assert "upgrade_unsealed" not in rows()
    (record,) = (row for row in rows()["audit_event"] if row["event"] == "facts.sealed")
    assert '"classification":1' in str(record["detail"]).replace(" ", "")
    assert carry_out(audit.chain_units()) == 1
    assert [str(one) for one in Verification(database.session(), ()).findings()] == [
        "added: programme 7 stands in no record"
    ]


OF_A_LIFE: list[tuple[str, dict[str, object]]] = [
    *((table, row) for table, row in ROWS_OF_THE_FIRST if table in {"person", "agency", "working_calendar"}),
    *((table, row) for table, row in ROWS_OF_THE_FIRST if table == "programme"),
    (
        "dossier",
        {
            "token": "d",
            "kind": "commitment",
            "programme_id": 1,
            "agency_id": 1,
            "state": "negotiated",
            "state_since": THEN,
            "version": 1,
            "document_version": 0,
        },
    ),
    (
        "draft_target",
        {"token": "t", "dossier_id": 1, "code": "T01", "terms": "{}", "version": 1, "dropped": False},
    ),
    (
        "term_comment",
        {"dossier_id": 1, "draft_target_id": 1, "text": "Cao", "side": "body", "person_id": 1, "at": THEN},
    ),
    (
        "dossier_move",
        {
            "dossier_id": 1,
            "seq": 1,
            "move": "comment",
            "state_after": "negotiated",
            "side": "body",
            "at": THEN,
            "day": DAY,
            "comment_id": 1,
        },
    ),
]


@pytest.mark.usefixtures("empty_app")
def test_what_a_package_brings_needs_no_person_and_what_stood_stays() -> None:
    migrating.upgrade("0026")
    with database.writing(), database.db.engine.begin() as connection:
        for table, row in OF_A_LIFE:
            given = {name: value for name, value in row.items() if name not in {"search_key"}}
            columns, values = ", ".join(f'"{name}"' for name in given), ", ".join(f":{name}" for name in given)
            more = ("search_key, ", "'x', ") if table in {"person", "agency"} else ("", "")
            statement = f"INSERT INTO {table} (id, {more[0]}{columns}) VALUES (1, {more[1]}{values})"
            connection.execute(sa.text(statement), given)
    before = rows()
    migrating.upgrade("0027")
    assert rows() == before
    migrating.upgrade()
    nobody = (
        "INSERT INTO term_comment (id, dossier_id, text, side, person_id, at) VALUES (2, 1, 'x', 'body', NULL, :at)"
    )
    with database.writing(), database.db.engine.begin() as connection:
        connection.execute(sa.text(nobody), {"at": THEN})
        indexes = {one["name"] for one in sa.inspect(connection).get_indexes("term_proposal")}
        assert {"ix_term_proposal_open", "ix_term_proposal_dossier_id"} <= indexes
        indexes = {one["name"] for one in sa.inspect(connection).get_indexes("draft_target")}
        assert {"ix_draft_target_template", "ix_draft_target_codes", "ix_draft_target_target_id"} <= indexes
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    with pytest.raises(sa.exc.DBAPIError), database.writing(), database.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE term_comment SET text = 'y'")
    with pytest.raises(sa.exc.IntegrityError), database.writing(), database.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE draft_target SET template_version_id = 77")
