"""Migrations: which ones this version has, which ones the database has seen, and bringing it up.

Alembic is loaded by whoever imports this. Most commands and jobs take the tables as they are, and spare it themselves.
"""

from flask import Flask, current_app
from flask_alembic import Alembic

from tracker.core.db.database import Base

_alembic = Alembic(run_mkdir=False, command_name="", metadatas=Base.metadata)


def init_app(app: Flask) -> None:
    """Attach Alembic to an app."""
    _alembic.init_app(app)


def upgrade(target: str = "heads") -> None:
    """Run the migrations that the database has not seen, up to one of them or all."""
    _of_app().upgrade(target)


def heads() -> set[str]:
    """The last migrations of this version."""
    return set(_of_app().script_directory.get_heads())


def seen() -> set[str]:
    """The last migrations that the database has seen."""
    return {revision.revision for revision in _of_app().current()}


def known() -> list[str]:
    """Every migration that this version has, the newest first."""
    return [script.revision for script in _of_app().script_directory.walk_revisions()]


def _of_app() -> Alembic:
    """Alembic, attached to the app of this context: a command attaches it as it begins, the web at its start."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
    if "alembic" not in app.extensions:
        init_app(app)
    return _alembic
