"""A PostgreSQL of a test's own that can be frozen, stopped and started again: by the ids of its processes."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psutil
import psycopg

from tests.support.postgres import OPTIONS, Identity, PostgresServer, connect, postgres_server

START_SECONDS = 240  # a machine that is busy with much else
# As in tests.support.postgres: the server ends with the test process, in whatever way that ends.
GUARD = '"$@" & server=$!; read -r _; kill -INT "$server"; wait "$server"'


@dataclass
class Postgres:
    """A server that things happen to."""

    server: PostgresServer
    master: psutil.Process
    restarted: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections and answers nothing, as a machine whose disk hangs."""
        family = [self.master, *self.master.children(recursive=True)]
        for process in family:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):  # its client gave up, and it with it
                    process.send_signal(signal.SIGCONT)

    @contextlib.contextmanager
    def gone(self) -> Iterator[None]:
        """It is stopped, as an operator stops it, and started again with the same files."""
        command, user, group = self.master.cmdline(), self.master.uids().real, self.master.gids().real
        self.master.send_signal(signal.SIGINT)
        give_up_at = time.monotonic() + START_SECONDS
        while self.master.status() != psutil.STATUS_ZOMBIE and time.monotonic() < give_up_at:
            time.sleep(0.05)
        try:
            yield
        finally:
            other: Identity = {}
            if user != os.getuid():
                other = {"user": pwd.getpwuid(user).pw_name, "group": group, "extra_groups": []}
            guard = subprocess.Popen(
                ["sh", "-c", GUARD, "sh", *command],
                cwd="/", stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                start_new_session=True, **other,
            )  # fmt: skip
            self.restarted.append(guard)
            self._wait()
            self.master = _master(self.server.port)

    def end(self) -> None:
        """Stop what was started again."""
        for guard in self.restarted:
            if guard.stdin is not None:
                guard.stdin.close()
            guard.wait(START_SECONDS)

    def _wait(self) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while True:
            try:
                connect(self.server.port).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.05)


@contextlib.contextmanager
def own_postgres() -> Iterator[Postgres]:
    """A server that no other test uses. It keeps what was committed, as it must when it is stopped."""
    with postgres_server(options=OPTIONS) as server:
        postgres = Postgres(server, _master(server.port))
        try:
            yield postgres
        finally:
            postgres.end()


def _master(port: int) -> psutil.Process:
    """The process that was started for this port, and no other."""
    with connect(port) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        parent = psutil.Process(row[0]).parent()
    assert parent is not None
    return parent
