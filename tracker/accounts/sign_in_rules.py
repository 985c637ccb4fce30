"""What the settings say of signing in. Read at every start, so that a wrong word stops commands and jobs too."""

from dataclasses import dataclass
from datetime import timedelta

from tracker.accounts.factors import factor_policy as demands
from tracker.accounts.sessions import throttle
from tracker.agencies.offices import Office
from tracker.settings import Settings, SettingsError, Site


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings say of signing in: tries from one network address, whose office demands a second factor, and
    how long a session lasts without a request."""

    limit: throttle.Limit
    demanding: frozenset[Office]
    idle: timedelta
    site: Site


def read(settings: Settings) -> Rules:
    """What they say. Raises SettingsError where the limit of signing in is none, or an office is unknown."""
    try:
        limit = throttle.read_limit(settings.sign_in_limit)
    except ValueError as error:
        raise SettingsError(f"TRACKER_SIGN_IN_LIMIT: {error}") from None
    try:
        demanding = demands.read(settings.second_factor_for, demo=settings.demo)
    except ValueError as error:
        raise SettingsError(f"TRACKER_SECOND_FACTOR_FOR: {error}") from None
    return Rules(limit, demanding, timedelta(minutes=settings.session_idle_minutes), settings.site)
