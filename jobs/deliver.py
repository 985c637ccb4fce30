"""deliver: every minute, forgotten passwords are answered and what waits in the outbox leaves. Claim, commit, send,
record, commit.

Where no server is to be had the run ends, and the next tries wait longer each time.
"""

from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.accounts import links
from tracker.core import clock
from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.mail import delivery, service
from tracker.mail.delivery import Fault, SmtpAnswer
from tracker.mail.service import Outgoing
from tracker.settings import Site

NAME = "deliver"
LONGEST = timedelta(seconds=45)  # then the next minute's run goes on
WAITS = (1, 2, 5, 10, 15)  # minutes after the first, second, … try in a row that found no server; then the last again


def run(occasion: Occasion) -> Units[Remark | None]:
    """Send all that is due now. A mail goes out twice only where the server took it just before a crash."""
    site, until = occasion.settings.site, clock.now() + LONGEST
    while clock.now() < until and (yield partial(_answer, site=site)):  # those who forgot a password
        pass
    tries: int | None = yield partial(_tries_in_vain, now=clock.moment())
    if tries is None:
        return None
    sent = waiting = refused = 0
    while clock.now() < until:
        claimed: Outgoing | None = yield partial(service.claim, now=clock.moment())
        if claimed is None:
            break
        # No transaction is open while the server is spoken to.
        answer = delivery.send(claimed, occasion.settings)
        yield partial(_record, claimed=claimed, answer=answer)
        sent += answer.fault is None
        refused += answer.fault is Fault.FOR_GOOD
        waiting += answer.fault not in (None, Fault.FOR_GOOD)
        if answer.fault in (Fault.SERVER, Fault.CUT_OFF):
            times = 1 if sent or refused else tries + 1
            minutes = WAITS[min(times, len(WAITS)) - 1]
            figures = {"sent": sent, "waiting": waiting, "refused": refused, "times": times, "minutes": minutes}
            return Remark(RemarkCode.MAIL_SERVER_AWAY, {**figures, "error": answer.error or ""})
    if not (sent or waiting or refused):
        return None
    return Remark(RemarkCode.MAILS_SENT, {"sent": sent, "waiting": waiting, "refused": refused})


def _tries_in_vain(session: Session, now: Moment) -> int | None:
    """How often in a row no server was to be had until now; none where it is too early to try again."""
    told = sa.select(JobRun.detail, JobRun.scheduled_for).where(JobRun.job == NAME, JobRun.detail.is_not(None))
    last = session.execute(told.order_by(JobRun.started_at.desc()).limit(1)).one_or_none()
    if last is None or not isinstance(last.detail, Remark) or last.detail.code is not RemarkCode.MAIL_SERVER_AWAY:
        return 0
    figures, tried_at = last.detail.figures, last.scheduled_for
    early = tried_at <= now.at < tried_at + timedelta(minutes=int(figures["minutes"]))
    return None if early else int(figures["times"])


def _answer(session: Session, site: Site) -> bool:
    return links.answer_wish(session, clock.moment(), site)


def _record(session: Session, claimed: Outgoing, answer: SmtpAnswer) -> None:
    now, error = clock.moment(), answer.error or ""
    if answer.fault is None:
        service.sent(session, now, claimed)
    elif answer.fault is Fault.SERVER:
        service.put_back(session, claimed, error)
    else:
        service.not_sent(session, now, claimed, error, for_good=answer.fault is Fault.FOR_GOOD)
