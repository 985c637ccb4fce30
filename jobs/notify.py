"""notify: every minute, words beside mails leave: to browsers, and to the gateway. Claim, commit, send, record, commit.

A channel that is not to be had is left for this run; what waits for it is tried again as mails are.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from sqlalchemy.orm import Session

from jobs.work import Occasion
from tracker.channels import senders, service
from tracker.channels.protocol import Answer, Call, Channel, Fault, Name
from tracker.core import clock
from tracker.core.db.unit_of_work import Units
from tracker.core.job_run import Remark, RemarkCode

LONGEST = timedelta(seconds=45)  # then the next minute's run goes on


def run(occasion: Occasion) -> Units[Remark | None]:
    """Hand over all that is due now. One goes out twice only where it was taken just before a crash, with its token."""
    return leave(senders.of(occasion.settings))


def leave(by: Mapping[Name, Channel]) -> Units[Remark | None]:
    """The same by these channels."""
    until, channels = clock.now() + LONGEST, dict(by)
    answers: list[Answer] = []
    while channels and clock.now() < until:
        call: Call | None = yield partial(_claim, names=tuple(channels))
        if call is None:
            break
        # No transaction is open while the other side is spoken to.
        answer = channels[call.channel](call)
        yield partial(_record, call=call, answer=answer)
        answers.append(answer)
        if call.channel is Name.GATEWAY and answer.fault in (Fault.LATER, Fault.GONE):
            del channels[call.channel]
    if not answers:
        return None
    sent = sum(answer.fault is None for answer in answers)
    waiting = sum(answer.fault is Fault.LATER for answer in answers)
    figures = {"sent": sent, "waiting": waiting, "refused": len(answers) - sent - waiting}
    return Remark(RemarkCode.WORDS_SENT, figures)


def _claim(session: Session, names: tuple[Name, ...]) -> Call | None:
    return service.claim(session, clock.moment(), names)


def _record(session: Session, call: Call, answer: Answer) -> None:
    service.answered(session, clock.moment(), call, answer)
