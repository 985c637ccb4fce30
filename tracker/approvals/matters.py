"""What of accounts and offices takes two administrators. Rooms above declare their own."""

from tracker.accounts.letters import Site
from tracker.approvals import offices, resetting, service


def declare(site: Site) -> None:
    """Let the two-person rule know what to do."""
    service.set_site(site)
    resetting.register(site)
    offices.register(site)
