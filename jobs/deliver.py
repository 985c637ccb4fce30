"""deliver: every minute, forgotten passwords are answered and what waits in the outbox leaves. Claim some, commit; send
one, record, commit.

They leave over one connection. Several are taken up and asked together, as many as leave within a moment: what a slow
server leaves of them goes back, and is asked again. Where no server is to be had the run ends, and the next tries wait
longer each time.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
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
from tracker.mail.delivery import Fault, Line, SmtpAnswer
from tracker.mail.service import Outgoing
from tracker.settings import Site

NAME = "deliver"
LONGEST = timedelta(seconds=45)  # then the next minute's run goes on
FRESH_SECONDS = 1.0  # so long after it was asked whether they are due the mails that were taken up together leave
MOST_AT_ONCE = 32
WAITS = (1, 2, 5, 10, 15)  # minutes after the first, second, … try in a row that found no server; then the last again


def run(occasion: Occasion) -> Units[Remark | None]:
    """Send all that is due now. A mail goes out twice only where the server took it just before a crash."""
    site, until = occasion.settings.site, clock.now() + LONGEST
    while clock.now() < until and (yield partial(_answer, site=site)):  # those who forgot a password
        pass
    tries: int | None = yield partial(_tries_in_vain, now=clock.moment())
    if tries is None:
        return None
    count = _Count()
    with delivery.Line(occasion.settings) as line:
        while clock.now() < until:
            claimed: list[Outgoing] = yield partial(service.claim_some, now=clock.moment(), most=count.next_batch)
            if not claimed:
                break
            answer = yield from _leave(line, claimed, count)
            if answer.fault in (Fault.SERVER, Fault.CUT_OFF):
                times = 1 if count.sent or count.refused else tries + 1
                minutes = WAITS[min(times, len(WAITS)) - 1]
                figures = {**count.figures, "times": times, "minutes": minutes, "error": answer.error or ""}
                return Remark(RemarkCode.MAIL_SERVER_AWAY, figures)
    return Remark(RemarkCode.MAILS_SENT, count.figures) if any(count.figures.values()) else None


@dataclass(slots=True)
class _Count:
    """What became of the mails of a run, and how many are taken up at once: as many as leave while the answer to
    whether they are due is fresh."""

    sent: int = 0
    waiting: int = 0
    refused: int = 0
    next_batch: int = 1

    @property
    def figures(self) -> dict[str, int | str]:
        """As they stand in the remark."""
        return {"sent": self.sent, "waiting": self.waiting, "refused": self.refused}

    def add(self, answer: SmtpAnswer) -> None:
        """One more was told to the server, or could not be."""
        self.sent += answer.fault is None
        self.refused += answer.fault is Fault.FOR_GOOD
        self.waiting += answer.fault not in (None, Fault.FOR_GOOD)


def _leave(line: Line, claimed: Sequence[Outgoing], count: _Count) -> Units[SmtpAnswer]:
    """Send these one by one, each recorded before the next, as long as it is fresh that they are due; the others go
    back. Returns the last answer."""
    asked_at, answer = time.monotonic(), SmtpAnswer()
    left = list(claimed)
    while left and (len(left) == len(claimed) or time.monotonic() < asked_at + FRESH_SECONDS):
        mail = left.pop(0)
        answer = line.send(mail)  # no transaction is open while the server is spoken to
        yield partial(_record, claimed=mail, answer=answer)
        count.add(answer)
        if answer.fault in (Fault.SERVER, Fault.CUT_OFF):
            break
    if left:
        yield partial(service.put_back, claimed=left)
    count.next_batch = len(claimed) - len(left) if left else min(MOST_AT_ONCE, 2 * count.next_batch)
    return answer


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
        service.put_back(session, [claimed], error)
    else:
        service.not_sent(session, now, claimed, error, for_good=answer.fault is Fault.FOR_GOOD)
