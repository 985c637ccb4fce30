"""assess: just after midnight, every step that ends is followed by the next one, day by day since the last run."""

from jobs.work import Occasion, Units
from tracker.compliance import nightly


def run(occasion: Occasion) -> Units:
    """Bring every target's steps to the day, in small units; missed days are made up in their order."""
    return (yield from nightly.units(occasion.day))
