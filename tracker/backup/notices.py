"""The mail to the administrators when a backup failed, has gaps, or leaves no room for the next ones."""

import hashlib
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.permissions import administrators
from tracker.settings import Settings

KIND = "backup"
AGAIN_AFTER = 7  # days: as long as it goes on, the mail comes again each week
NAMED = 20


def failed(session: Session, now: Moment, settings: Settings, last: date | None, reason: str) -> int:
    """Say that no backup was made, and why. `last`: the day of the last good one. Once in a row of failures, and again
    each week that it lasts; returns how many mails were queued."""
    weeks = 0 if last is None else (now.on - last).days // AGAIN_AFTER
    key = f"failed:{last or 'never'}:{weeks if last else now.on.toordinal() // AGAIN_AFTER}"
    return _tell(session, now, settings, key, last=last, reason=reason)


def crowded(session: Session, now: Moment, settings: Settings, reason: str) -> int:
    """Say that a backup was made, but older ones could not be removed, and why; once a week."""
    key = f"crowded:{now.on.toordinal() // AGAIN_AFTER}"
    return _tell(session, now, settings, key, last=now.on, reason=reason, made=True)


def gaps(session: Session, now: Moment, settings: Settings, missing: Sequence[str]) -> int:
    """Say which files that figures name were missing or damaged; once for the same ones in four weeks."""
    which = hashlib.sha256("\n".join(missing).encode()).hexdigest()[:16]
    key = f"gaps:{now.on.toordinal() // 28}:{which}"
    return _tell(session, now, settings, key, last=now.on, made=True, missing=missing)


def _tell(
    session: Session,
    now: Moment,
    settings: Settings,
    key: str,
    *,
    last: date | None,
    made: bool = False,
    reason: str = "",
    missing: Sequence[str] = (),
) -> int:
    return administrators.tell(
        session,
        now,
        KIND,
        key,
        settings.site,
        last=last,
        made=made,
        reason=reason,
        missing=missing[:NAMED],
        count=len(missing),
        page=f"{settings.base_url}/jobs",
    )
