"""Mails that came back: the mail has failed; where nobody can be written to at its address, that is a fact."""

from collections.abc import Collection
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.mail import returned
from tracker.mail.models import AddressBounce, OutboxMail
from tracker.mail.words import CAME_BACK


class Came(StrEnum):
    """What became of a mail that was handed in."""

    NO_REPORT = "no_report"  # it tells of no mail that came back
    NOT_OURS = "not_ours"  # of one that did not leave here
    ON_ITS_WAY = "on_its_way"  # of one that is late, or has arrived
    FAILED = "failed"  # the mail is back, and another may come through
    BROKEN = "broken"  # nobody can be written to at that address
    KNOWN = "known"  # was told before


def take_in(session: Session, now: Moment, content: bytes) -> Came:
    """Take in what was handed in: a mail as it was received. The same one twice changes nothing."""
    report = returned.read(content)
    if report is None:
        return Came.NO_REPORT
    # Our ids are random: who names one has seen the mail, so nobody else can have an address taken for broken.
    found = sa.select(OutboxMail).where(OutboxMail.message_id.in_(report.ids[:20]), OutboxMail.sent_at.is_not(None))
    mail = session.scalars(found.order_by(OutboxMail.id).limit(1).with_for_update()).first()
    if mail is None or mail.sent_at is None:
        return Came.NOT_OURS
    if not report.final:
        return Came.ON_ITS_WAY
    if mail.last_error is not None and mail.last_error.startswith(CAME_BACK):
        return Came.KNOWN
    mail.last_error = f"{CAME_BACK} {report.status}"
    if mail.state == "sent" and not mail.carries_token:  # what it said with a token is gone: there is nothing to resend
        mail.state = "failed"
    if not report.address_is_broken:
        return Came.FAILED
    row = AddressBounce(
        person_id=mail.person_id, mail_id=mail.id, status=report.status, left_at=mail.sent_at, reported_at=now.at
    )
    session.add(row)
    session.flush()
    record(
        session,
        now,
        Event.PERSON_ADDRESS_BOUNCED,
        actor_id=None,
        subject=("person", mail.person_id),
        detail={"status": report.status},
        facts=digests.of_objects(row),
    )
    return Came.BROKEN


def last_of(session: Session, person_ids: Collection[int]) -> dict[int, AddressBounce]:
    """The latest of each of these persons, whether it is about the address of today or one before."""
    found = sa.select(AddressBounce).where(AddressBounce.person_id.in_(person_ids)).order_by(AddressBounce.id)
    return {row.person_id: row for row in session.scalars(found)}
