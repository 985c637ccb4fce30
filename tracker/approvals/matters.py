"""What of accounts and offices takes two administrators. Rooms above declare their own."""

from tracker.approvals import offices, resetting, service
from tracker.settings import Site


def declare(site: Site) -> None:
    """Let the two-person rule know what to do."""
    service.set_site(site)
    resetting.register(site)
    offices.register(site)
