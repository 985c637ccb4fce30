"""Consequences of a change."""

from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.listeners import Touched


def on_touched(session: Session, touched: Touched, now: Moment) -> None:
    """Hear what was touched."""
