"""What takes two administrators: one asks, another confirms, and only then it is done; both stand in the record.

Whoever it concerns is neither of the two. A kind is registered with what it does; rooms above may add their own.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts import keys, letters
from tracker.accounts import queries as accounts
from tracker.accounts.letters import Reader
from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.approvals.models import Approval
from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, Forbidden, NotFound
from tracker.core.languages import DEFAULT, Text, _l, in_language
from tracker.core.letters import says_nothing
from tracker.mail import service as outbox
from tracker.settings import Site

LASTS = timedelta(days=7)
CONFIRMED, REFUSED, WITHDRAWN, EXPIRED = "confirmed", "refused", "withdrawn", "expired"
DECIDED = {
    CONFIRMED: Event.APPROVAL_CONFIRMED,
    REFUSED: Event.APPROVAL_REFUSED,
    WITHDRAWN: Event.APPROVAL_WITHDRAWN,
}
LONGEST_REASON = 255
MAIL = "second_say"


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """What was asked for, as a kind needs it to do and to describe it."""

    about_id: int | None  # none: it is about a body, and about nobody in it
    agency_id: int | None
    detail: Mapping[str, Any]
    asked_by_id: int
    decided_by_id: int | None = None
    reason: str = ""

    @property
    def person_id(self) -> int:
        """Whom it concerns. Raises ValueError where that is nobody."""
        if self.about_id is None:
            raise ValueError("this is about a body")
        return self.about_id


Lines = Callable[[Session, Moment, ApprovalRequest], list[str]]


def _counted(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: len(value) if isinstance(value, list) else value for name, value in detail.items()}


@dataclass(frozen=True, slots=True)
class Matter:
    """One kind of thing that takes two. `carry_out(session, now, asked)` does it in the unit of work that confirms it
    (its refusals stop the confirmation); `describe(session, asked)` says it in a sentence of the reader's language, and
    `lines(session, now, asked)` each single thing, where it is many, or what would come of it. `told(detail)` is what
    the record says of it: of a list how many, unless the kind says more."""

    code: str
    label: Text
    carry_out: Callable[[Session, Moment, ApprovalRequest], None]
    describe: Callable[[Session, ApprovalRequest], str]
    lines: Lines | None = None
    told: Callable[[Mapping[str, Any]], dict[str, Any]] = _counted


_matters: dict[str, Matter] = {}
_foreseen: dict[str, Lines] = {}
_sites: list[Site] = []


def set_site(site: Site) -> None:
    """Say where the product stands, for the mails to the other administrators."""
    _sites[:] = [site]


def register(matter: Matter) -> None:
    """Add a kind of matter, or replace it."""
    _matters[matter.code] = matter


def foresee(code: str, lines: Lines) -> None:
    """Let a kind of matter say what would come of it: for a room above, which knows more than the one that does it."""
    _foreseen[code] = lines


def lines_of(code: str) -> Lines | None:
    """What says each single thing of a kind of matter, or what would come of it; none where nothing does."""
    return _foreseen.get(code) or matter_of(code).lines


def matter_of(code: str) -> Matter:
    """The kind of matter of that code. Raises KeyError where none is registered."""
    return _matters[code]


def ask(
    session: Session,
    now: Moment,
    *,
    kind: str,
    actor_id: int,
    about_id: int | None,
    reason: str,
    detail: Mapping[str, Any] | None = None,
    agency_id: int | None = None,
) -> Approval:
    """Ask for something that takes a second administrator. `detail` holds ids, codes and days, no names.

    Raises Forbidden where the actor is no administrator, or it concerns the actor; FieldError without a reason, and
    where the same waits already.
    """
    matter_of(kind)
    _must_administer(session, now, actor_id)
    if actor_id == about_id:
        raise Forbidden(_l("This concerns yourself: two other administrators decide on it."))
    reason = " ".join(reason.split())
    if says_nothing(reason):
        raise FieldError("reason", _l("Say why, so that the second administrator can judge it"))
    if len(reason) > LONGEST_REASON:
        raise FieldError("reason", _l("Use %(most)s characters or fewer", most=LONGEST_REASON))
    held = dict(detail or {})
    open_key = _open_key(kind, about_id, agency_id, held)
    _let_expire(session, now)
    if session.scalar(sa.select(Approval.id).where(Approval.open_key == open_key)):
        raise FieldError("", _l("The same was asked for already and waits for a second administrator"))
    approval = Approval(
        token=keys.new_token(),
        kind=kind,
        about_id=about_id,
        agency_id=agency_id,
        detail=held,
        reason=reason,
        asked_by_id=actor_id,
        asked_at=now.at,
        expires_at=now.at + LASTS,
        open_key=open_key,
    )
    session.add(approval)
    session.flush()
    _told(session, now, approval, Event.APPROVAL_ASKED, actor_id)
    _call_others(session, now, approval)
    return approval


def confirm(session: Session, now: Moment, *, token: str, actor_id: int) -> None:
    """Agree as the second administrator, and do it. Raises NotFound where it no longer waits, Forbidden for the one who
    asked, the one it concerns, and who is no administrator; and whatever the kind itself refuses."""
    approval = _waiting(session, now, token)
    _must_administer(session, now, actor_id)
    if actor_id == approval.asked_by_id:
        raise Forbidden(_l("You asked for this yourself: another administrator confirms it."))
    if actor_id == approval.about_id:
        raise Forbidden(_l("This concerns yourself: two other administrators decide on it."))
    if not accounts.administrators(session, now.on) >= {actor_id, approval.asked_by_id}:
        raise Forbidden(
            _l(
                "Whoever asked for this is no longer an administrator, or the account is disabled: it waits until the "
                "account is enabled again, or another administrator asks for it anew."
            )
        )
    _decide(session, now, approval, CONFIRMED, actor_id)
    matter_of(approval.kind).carry_out(session, now, request_of(approval))


def refuse(session: Session, now: Moment, *, token: str, actor_id: int) -> None:
    """Say no as another administrator. Raises NotFound where it no longer waits, Forbidden for the one who asked."""
    approval = _waiting(session, now, token)
    _must_administer(session, now, actor_id)
    if actor_id == approval.asked_by_id:
        raise Forbidden(_l("You asked for this yourself: withdraw it instead."))
    _decide(session, now, approval, REFUSED, actor_id)


def withdraw(session: Session, now: Moment, *, token: str, actor_id: int) -> None:
    """Take back what one asked for. Raises NotFound where it no longer waits, Forbidden for anybody else."""
    approval = _waiting(session, now, token)
    if actor_id != approval.asked_by_id:
        raise Forbidden(_l("Somebody else asked for this: refuse it instead."))
    _decide(session, now, approval, WITHDRAWN, actor_id)


def request_of(approval: Approval) -> ApprovalRequest:
    """What a row asks for."""
    return ApprovalRequest(
        approval.about_id,
        approval.agency_id,
        approval.detail,
        approval.asked_by_id,
        approval.decided_by_id,
        approval.reason,
    )


def _waiting(session: Session, now: Moment, token: str) -> Approval:
    approval = session.scalar(sa.select(Approval).where(Approval.token == token).with_for_update())
    if approval is None or approval.outcome is not None or approval.expires_at <= now.at:
        raise NotFound(_l("This no longer waits for anybody."))
    return approval


def _must_administer(session: Session, now: Moment, person_id: int) -> None:
    if not any(one.office is Office.ADMINISTRATOR for one in agencies.held_by(session, person_id, now.on)):
        raise Forbidden(_l("Only administrators decide on this."))


def _decide(session: Session, now: Moment, approval: Approval, outcome: str, actor_id: int) -> None:
    approval.outcome, approval.open_key, approval.decided_by_id, approval.decided_at = outcome, None, actor_id, now.at
    session.flush()
    _told(session, now, approval, DECIDED[outcome], actor_id)


def _let_expire(session: Session, now: Moment) -> None:
    """Close what nobody decided on in time, so that it can be asked for anew."""
    late = sa.and_(Approval.outcome.is_(None), Approval.expires_at <= now.at)
    session.execute(sa.update(Approval).where(late).values(outcome=EXPIRED, open_key=None, decided_at=now.at))


def _told(session: Session, now: Moment, approval: Approval, event: Event, actor_id: int) -> None:
    short = matter_of(approval.kind).told(approval.detail)
    about = {} if approval.about_id is None else {"person_id": approval.about_id}
    if "kind" in short:  # of a body; the request has one of its own
        short["agency_kind"] = short.pop("kind")
    detail = {"kind": approval.kind, **about, **short}
    subject = ("second_say", approval.id)
    facts, agency_id = digests.of_objects(approval), approval.agency_id
    record(session, now, event, actor_id=actor_id, subject=subject, agency_id=agency_id, detail=detail, facts=facts)


def _call_others(session: Session, now: Moment, approval: Approval) -> None:
    """Write to every administrator who could be the second one; a mail that waits goes when somebody has decided."""
    site, matter, asked = _sites[0], matter_of(approval.kind), request_of(approval)
    for one in agencies.holders(session, now.on, offices=(Office.ADMINISTRATOR,)):
        if one.person_id in {approval.asked_by_id, approval.about_id}:
            continue
        to = Reader(one.name, one.language or DEFAULT)
        with in_language(to.language):
            what = matter.describe(session, asked)
        outbox.queue(
            session,
            now,
            outbox.Letter(
                key=f"{MAIL}:{approval.token}:{one.person_id}",
                kind=MAIL,
                ref=approval.token,
                person_id=one.person_id,
                language=to.language,
                content=letters.approval(to, site, what, approval.token, approval.expires_at),
                host=site.host,
            ),
        )


def _open_key(kind: str, about_id: int | None, agency_id: int | None, detail: Mapping[str, Any]) -> str:
    """One text for the same wish, however it was asked."""
    whole = json.dumps([kind, about_id, agency_id, detail], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()
