"""What a job is made of: small units of work; the runner commits each and sends back what it returned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.settings import Settings


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a job runs: the moment it started, the day (in Vietnam) it is for, and the settings."""

    now: Moment
    day: date
    settings: Settings


Job = Callable[[Occasion], Units]
