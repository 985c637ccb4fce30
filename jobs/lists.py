"""lists: every hour, the lists of revoked certificates are fetched from where the administrator says that they are."""

from jobs.work import Occasion
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.signing.outside import revocations, trusted


def run(occasion: Occasion) -> Units[Remark | None]:
    """Fetch each; one that cannot be had, or is no list of an authority that is trusted here, leaves the last one."""
    addresses = trusted.addresses(occasion.settings.instance)
    done = [revocations.fetch(occasion.settings.instance, one, occasion.now.at) for one in addresses]
    yield from ()
    return Remark(RemarkCode.LISTS_FETCHED, {"fetched": sum(done), "failed": len(done) - sum(done)}) if done else None
