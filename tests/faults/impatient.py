"""The product with little patience, so that a test of a frozen database need not wait as long as people would."""

from __future__ import annotations

from flask import Flask

from tracker import create_app
from tracker.core import patience

STATEMENT_SECONDS, CONNECT_SECONDS = 3.0, 2


def app() -> Flask:
    """For gunicorn."""
    patience.STATEMENT_SECONDS = STATEMENT_SECONDS  # type: ignore[misc]
    patience.CONNECT_SECONDS = CONNECT_SECONDS  # type: ignore[misc]
    return create_app()
