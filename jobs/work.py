"""What a job is made of: small units of work; the runner commits each and sends back what it returned."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.settings import Settings

Unit = Callable[[Session], Any]
Units = Generator[Unit, Any, str | None]  # returns a line for the history, or none


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a job runs: the moment it started, the day (in Vietnam) it is for, and the settings."""

    now: Moment
    day: date
    settings: Settings


Job = Callable[[Occasion], Units]
