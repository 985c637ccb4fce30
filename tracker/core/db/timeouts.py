"""How long one waits for PostgreSQL. A server that is frozen, or cut off, says nothing: whoever waits must give up."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import Engine

CONNECT_SECONDS: Final = 5
STATEMENT_SECONDS: Final = 20.0  # of a web request; jobs and commands may ask what takes long
POOL_SECONDS: Final = 10
# A machine that is gone without a word is noticed by the network: after these, whoever waits too.
KEEP_ALIVE: Final = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}

_longest: ContextVar[float | None] = ContextVar("longest", default=None)


def wait_at_most(seconds: float | None) -> None:
    """Set for the rest of this context (a web request) how long each statement may take; none: for ever."""
    _longest.set(seconds)


@contextmanager
def transactions_of(engine: Engine, lock_seconds: int, statement_seconds: int) -> Iterator[None]:
    """Let PostgreSQL end each statement that waits longer for a lock, or takes longer, in transactions begun inside.

    Whoever waits for a lock on a table has everybody who comes later wait too. SQLite has its busy timeout.
    """

    def limit(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_seconds}s'")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{statement_seconds}s'")

    if engine.dialect.name != "postgresql":
        yield
        return
    event.listen(engine, "begin", limit)
    try:
        yield
    finally:
        event.remove(engine, "begin", limit)


def prepare(engine: Engine) -> None:
    """Let an engine's connections be such ones, and those whose server is gone be made anew."""
    connect = _patient(engine.dialect.loaded_dbapi).connect
    event.listen(engine, "do_connect", lambda _dialect, _record, arguments, values: connect(*arguments, **values))
    event.listen(engine, "checkout", _look)


def _patient(psycopg: Any) -> Any:
    """A class of connections that give up waiting. Of the driver that SQLAlchemy has loaded: with SQLite none is."""

    class Connection(psycopg.Connection):  # type: ignore[misc]  # whose kind is known when it is loaded
        """A connection that gives up, and closes itself, when a statement gets no answer for longer than is wanted.

        The server's own `statement_timeout` does not help where the server itself stands still.
        """

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            """Wait for the server, as long as this context may. Raises psycopg.OperationalError."""
            longest = _longest.get()
            if timeout is not None or longest is None:
                return super().wait(gen, interval, timeout)
            try:
                return super().wait(gen, interval, longest)
            except psycopg.OperationalError:
                if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                    self.pgconn.finish()  # whatever comes yet would answer another question
                raise

    return Connection


def _look(connection: Any, _record: object, _proxy: object) -> None:
    """A server that ends, or ends a connection, says so or closes it: then there is something to read on one that was
    asked nothing. That is looked at here and now, where a question of ours would be one trip more for every page.

    Raises DisconnectionError, for which the pool takes another one.
    """
    looking = select.poll()
    if not connection.closed:
        looking.register(connection.fileno(), select.POLLIN)
    if connection.closed or looking.poll(0):
        raise exc.DisconnectionError("the server has closed this connection")
