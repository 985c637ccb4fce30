"""The tests' own PostgreSQL: every installation on this machine starts, serves and goes away, also after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.support.postgres import connect, installations, postgres_server

ROOT = Path(__file__).parents[3]
SERVE_AND_WAIT = """
import time
from tests.support.postgres import postgres_server
with postgres_server() as server:
    print(server.port, flush=True)
    time.sleep(600)
"""


def names(port: int) -> set[str]:
    with connect(port) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


@pytest.mark.parametrize("installation", installations(), ids=lambda path: path.name)
def test_each_installation_serves_databases_made_from_a_template_and_goes_away(installation: Path) -> None:
    with postgres_server(installation) as server:
        template = server.new_database()
        with psycopg.connect(server.url(template).replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE body AS SELECT 'Sở Nội vụ' AS name")
        copy = server.new_database(template)
        with psycopg.connect(server.url(copy).replace("+psycopg", "")) as connection:
            assert connection.execute("SELECT name FROM body").fetchone() == ("Sở Nội vụ",)
        server.drop_database(copy)
        assert {template} == {name for name in names(server.port) if name.startswith("tracker_")}
    with pytest.raises(psycopg.OperationalError):
        connect(server.port)


def test_a_killed_test_process_takes_its_server_along() -> None:
    process = subprocess.Popen([sys.executable, "-c", SERVE_AND_WAIT], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    port = int(process.stdout.readline())
    assert "postgres" in names(port)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    give_up_at = time.monotonic() + 120
    while time.monotonic() < give_up_at:
        try:
            connect(port).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.1)
    pytest.fail("The server outlived the process that started it.")
