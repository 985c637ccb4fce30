"""Flask extensions that know no feature, and their configuration from the settings."""

from pathlib import Path
from typing import Any, cast

from flask import Flask

from tracker.core import templates
from tracker.core.db import database
from tracker.core.db.database import db
from tracker.settings import Settings

HOME = Path(__file__).resolve().parents[2]
CSRF_HOURS = 12  # as long as a session: a form that was left open over lunch still goes through
FORM_PARTS = 1_000  # fields of one form: a sheet of a body has some 30 figures with a few fields each


def configuration(settings: Settings) -> dict[str, Any]:
    """Flask's configuration mapping for these settings."""
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": database.options(settings.database_url),
        "ALEMBIC": {"script_location": str(HOME / "tracker" / "migrations"), "version_locations": []},
        # Each migration commits by itself: no lock is held for longer than its own, and what is done stays done.
        "ALEMBIC_CONTEXT": {"compare_type": True, "transaction_per_migration": True},
        "SESSION_COOKIE_NAME": "__Host-session" if settings.secure else "session",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": CSRF_HOURS * 3600,
        "WTF_CSRF_TIME_LIMIT": CSRF_HOURS * 3600,
        "MAX_CONTENT_LENGTH": 4 * settings.upload_max_bytes,  # so a file a little too big is refused beside its field
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": FORM_PARTS,
        "PREFERRED_URL_SCHEME": "https" if settings.secure else "http",
        "TEMPLATES_AUTO_RELOAD": False,
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Configure the app and attach the database."""
    app.jinja_environment = templates.Environment
    app.config.from_mapping(configuration(settings))
    app.extensions["settings"] = settings
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            database.prepare(engine)


def settings_of(app: Flask) -> Settings:
    """The settings that an app was made with."""
    return cast(Settings, app.extensions["settings"])
