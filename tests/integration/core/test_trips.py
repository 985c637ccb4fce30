"""A page's trips to PostgreSQL are its statements and nothing else: no transaction is begun or ended for what only
reads, and no connection is asked whether it is there. One whose server has ended it is replaced unseen."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import IO, Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.errand import province
from tests.support.product import Statements
from tests.support.signing_in import sign_in
from tracker.agencies.offices import Office
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work

SENT = re.compile(rb"\tF\t\d+\t(?:Query|Sync)\b")  # what the driver then waits for, in libpq's own record


class Trips:
    """Libpq's record of all that goes between the product and the server."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def count(self) -> int:
        """How often the driver has waited for the server."""
        self.file.seek(0)
        return len(SENT.findall(self.file.read()))


@pytest.fixture
def trips(app: Flask) -> Iterator[Trips]:
    """The trips of every connection that is made from here on."""
    with app.app_context(), tempfile.TemporaryFile() as file:
        engine = database.db.engine

        def record(connection: Any, _record: object) -> None:
            connection.pgconn.trace(file.fileno())

        engine.dispose()
        if engine.dialect.name == "postgresql":
            sa.event.listen(engine, "connect", record)
        yield Trips(file)
        engine.dispose()
        if engine.dialect.name == "postgresql":
            sa.event.remove(engine, "connect", record)


def head(app: Flask, client: FlaskClient) -> None:
    with app.app_context(), unit_of_work() as session:
        person_id = province(session).people[("SXD", Office.HEAD)].id
    sign_in(app, client, person_id)


PAGES = ("/", "/targets", "/changes")


def test_a_page_that_reads_makes_no_trip_but_its_statements(
    app: Flask, client: FlaskClient, trips: Trips, statements: Statements
) -> None:
    head(app, client)
    for path in 2 * PAGES:  # preparing a statement, at its second use, is a trip too
        client.get(path)
    for path in PAGES:
        before = trips.count()
        statements.clear()
        assert client.get(path).status_code == 200
        asked = [one for one in statements if one != "BEGIN"]
        assert asked
        if database_kind(app) == "postgresql":
            assert statements == asked
            assert trips.count() - before == len(asked), path


def test_whoever_writes_is_in_one_transaction(app: Flask, client: FlaskClient, trips: Trips) -> None:
    head(app, client)
    with app.app_context(), database.db.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM account")) == 1
        if database_kind(app) == "postgresql":
            assert connection.connection.driver_connection.autocommit is False  # type: ignore[union-attr]


def test_a_connection_that_the_server_has_ended_is_noticed_before_it_is_used(app: Flask, client: FlaskClient) -> None:
    head(app, client)
    assert client.get("/targets").status_code == 200
    if database_kind(app) == "postgresql":
        with app.app_context():
            own = sa.create_engine(database.db.engine.url)
            with own.connect() as other:
                ended = other.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                ).all()
            own.dispose()
        assert ended
    assert client.get("/targets").status_code == 200


def database_kind(app: Flask) -> str:
    with app.app_context():
        return database.db.engine.dialect.name
