"""Reading what takes two administrators: what waits, what was decided, what a mail still says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.core.clock import Moment
from tracker.core.languages import Text, _l
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.people.models import Person

OUTCOMES: Mapping[str, Text] = {
    "confirmed": _l("Confirmed"),
    "refused": _l("Refused"),
    "withdrawn": _l("Withdrawn"),
    "expired": _l("Nobody decided in time"),
}
STOP_NOTICE = "stop_notice"
TOLD = (Office.ADMINISTRATOR, Office.MONITOR, Office.CHAIR)  # when an administrator's account is disabled or enabled
MOST = 50  # decided ones that are listed
KEPT = timedelta(days=90)  # so long decided ones are listed; the audit record keeps them for good


@dataclass(frozen=True, slots=True)
class Request:
    """Something that takes two administrators, with the names that stand now. `what` in the reader's language."""

    token: str
    label: str
    what: str
    about_id: int | None
    about: str | None  # none: nobody
    reason: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    outcome: str | None
    decided_by: str | None
    decided_at: datetime | None
    open: bool
    lines: tuple[str, ...] = ()  # each single thing, where it is many


def waiting(session: Session, now: Moment) -> list[Request]:
    """What waits for a second administrator, the oldest first."""
    open_ones = sa.and_(Approval.outcome.is_(None), Approval.expires_at > now.at)
    return _requests(session, now, _named().where(open_ones).order_by(Approval.id))


def decided(session: Session, now: Moment) -> list[Request]:
    """What was decided or expired lately, the latest first; one more than are listed, where there are more."""
    over = sa.or_(Approval.outcome.is_not(None), Approval.expires_at <= now.at)
    recent = Approval.asked_at > now.at - KEPT
    return _requests(session, now, _named().where(over, recent).order_by(Approval.id.desc()).limit(MOST + 1))


def request(session: Session, now: Moment, token: str) -> Request | None:
    """One of them by its name in addresses; what expired unnoticed says so."""
    found = _requests(session, now, _named().where(Approval.token == token))
    return replace(found[0], lines=_lines(session, now, token)) if found else None


def _lines(session: Session, now: Moment, token: str) -> tuple[str, ...]:
    approval = session.scalars(sa.select(Approval).where(Approval.token == token)).one()
    lines = approvals.lines_of(approval.kind)
    return tuple(lines(session, now, approvals.request_of(approval))) if lines else ()


def _named() -> sa.Select[Approval, str | None, str, str]:
    about, asker, decider = aliased(Person), aliased(Person), aliased(Person)
    return (
        sa.select(Approval, about.name, asker.name, decider.name)
        .outerjoin(about, about.id == Approval.about_id)
        .join(asker, asker.id == Approval.asked_by_id)
        .outerjoin(decider, decider.id == Approval.decided_by_id)
    )


def _requests(session: Session, now: Moment, statement: sa.Select[Approval, str | None, str, str]) -> list[Request]:
    found = []
    for approval, about, asker, decider in session.execute(statement):
        matter = approvals.matter_of(approval.kind)
        found.append(
            Request(
                token=approval.token,
                label=str(matter.label),
                what=matter.describe(session, approvals.request_of(approval)),
                about_id=approval.about_id,
                about=about,
                reason=approval.reason,
                asked_by_id=approval.asked_by_id,
                asked_by=asker,
                asked_at=approval.asked_at,
                expires_at=approval.expires_at,
                outcome=approval.outcome,
                decided_by=decider,
                decided_at=approval.decided_at,
                open=approval.outcome is None and approval.expires_at > now.at,
            )
        )
    return found


def still_waits(session: Session, mail: OutboxMail, now: Moment) -> Content | None:
    """What a waiting mail about a second administrator's word says; none where somebody has decided, or its receiver
    is no administrator any more."""
    waits = sa.select(Approval.id).where(Approval.token == mail.ref, Approval.outcome.is_(None))
    found = session.scalar(waits.where(Approval.expires_at > now.at))
    if found is None or not agencies.holds(session, mail.person_id, now.on, Office.ADMINISTRATOR):
        return None
    return Content(mail.subject, mail.text, mail.html)


def still_told(session: Session, mail: OutboxMail, now: Moment) -> Content | None:
    """What a waiting notice of an administrator's account says; none where its receiver holds no office of TOLD any
    more."""
    if not any(agencies.holds(session, mail.person_id, now.on, office) for office in TOLD):
        return None
    return Content(mail.subject, mail.text, mail.html)
