"""The product with little patience, so that a test of a frozen database need not wait as long as people would."""

from __future__ import annotations

from flask import Flask

from tracker import create_app
from tracker.core.db import database, timeouts

STATEMENT_SECONDS, CONNECT_SECONDS, BUSY_MS = 3.0, 2, 1_000


def app() -> Flask:
    """For gunicorn."""
    timeouts.STATEMENT_SECONDS = STATEMENT_SECONDS  # type: ignore[misc]
    timeouts.CONNECT_SECONDS = CONNECT_SECONDS  # type: ignore[misc]
    database.BUSY_TIMEOUT_MS = BUSY_MS
    return create_app()
