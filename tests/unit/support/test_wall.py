"""Whoever reaches for a database or the network in tests/unit is told that a unit needs neither."""

import socket
import sqlite3
from collections.abc import Callable

import psycopg
import pytest
import sqlalchemy as sa

LOOPBACK = ("127.0.0.1", 9)
WAYS_OUT: tuple[Callable[[], object], ...] = (
    lambda: sqlite3.connect(":memory:"),
    lambda: sa.create_engine("sqlite://").connect(),
    lambda: psycopg.connect("host=127.0.0.1 port=9 connect_timeout=1"),
    lambda: sa.create_engine("postgresql+psycopg://127.0.0.1:9/none").connect(),
    lambda: socket.create_connection(LOOPBACK, timeout=1),
    lambda: socket.socket().connect_ex(LOOPBACK),
)


@pytest.mark.parametrize("reach", WAYS_OUT)
def test_a_unit_reaches_nothing(reach: Callable[[], object]) -> None:
    with pytest.raises(AssertionError, match="reached for"):
        reach()
