"""assess: just after midnight, every step that ends is followed by the next one, day by day since the last run."""

from jobs.work import Occasion
from tracker.compliance.steps import nightly
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode


def run(occasion: Occasion) -> Units[Remark | None]:
    """Bring every target's steps to the day, in small units; missed days are made up in their order."""
    followed = yield from nightly.units(occasion.day)
    return Remark(RemarkCode.STEPS_FOLLOWED, {"followed": followed}) if followed else None
