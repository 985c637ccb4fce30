"""chain: every minute, what was recorded since is linked to the chain, so that no record can change unseen."""

from jobs.work import Occasion
from tracker.audit import service
from tracker.core.db.unit_of_work import Units


def run(_occasion: Occasion) -> Units:
    """Link the records that wait, in small units; the next minute's run goes on where there are very many."""
    return (yield from service.chain_units())
