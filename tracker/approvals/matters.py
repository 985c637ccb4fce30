"""What of accounts and offices takes two administrators, and what its mails say. Rooms above declare their own."""

from tracker.accounts.letters import Site
from tracker.approvals import offices, queries, resetting, service
from tracker.mail import service as outbox


def declare(site: Site) -> None:
    """Let the two-person rule know what to do, and the outbox whether a mail about it is still due."""
    outbox.register(service.MAIL, queries.still_waits)
    service.set_site(site)
    resetting.register(site)
    offices.register(site)
