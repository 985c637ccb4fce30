"""deliver: every minute, forgotten passwords are answered and what waits in the outbox leaves. Claim, commit, send,
record, commit."""

from functools import partial

from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.accounts import links
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode
from tracker.mail import delivery, service
from tracker.mail.delivery import SmtpAnswer
from tracker.mail.service import Outgoing
from tracker.settings import Site

MOST_A_RUN = 2_000  # then the next minute's run goes on, so that no run lasts for ever


def run(occasion: Occasion) -> Units[Remark | None]:
    """Send all that is due now. A mail goes out twice only where the server took it just before a crash."""
    site = occasion.settings.site
    answered = 0
    while answered < MOST_A_RUN and (yield partial(_answer, site=site)):  # those who forgot a password
        answered += 1
    taken = failed = 0
    while taken + failed < MOST_A_RUN:
        claimed: Outgoing | None = yield partial(service.claim, now=clock.moment())
        if claimed is None:
            break
        # No transaction is open while the server is spoken to.
        answer = delivery.send(claimed, occasion.settings)
        yield partial(_record, claimed=claimed, answer=answer)
        taken, failed = taken + (answer.error is None), failed + (answer.error is not None)
    return Remark(RemarkCode.MAILS_SENT, {"sent": taken, "failed": failed}) if taken or failed else None


def _answer(session: Session, site: Site) -> bool:
    return links.answer_wish(session, clock.moment(), site)


def _record(session: Session, claimed: Outgoing, answer: SmtpAnswer) -> None:
    now = clock.moment()
    if answer.error is None:
        service.sent(session, now, claimed)
    else:
        service.not_sent(session, now, claimed, answer.error, for_good=answer.for_good)
