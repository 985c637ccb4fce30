"""What of accounts, offices and bodies takes two administrators. Rooms above declare their own."""

from tracker.approvals import bodies, offices, resetting, service
from tracker.settings import Site


def declare(site: Site) -> None:
    """Let the two-person rule know what to do."""
    service.set_site(site)
    resetting.register(site)
    offices.register(site)
    bodies.register(site)
