"""What a command is started with that is to work on a test's own installation."""

from __future__ import annotations

from tracker.settings import Settings


def environment_of(settings: Settings) -> dict[str, str]:
    """The variables that lead to the same database, key and folder."""
    return {
        "TRACKER_DATABASE_URL": settings.database_url,
        "TRACKER_SECRET_KEY": settings.secret_key.get_secret_value(),
        "TRACKER_INSTANCE": str(settings.instance),
    }
