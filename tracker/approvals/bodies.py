"""What of bodies takes two administrators: another kind or peer group from a day on, their end, and its undoing.

What is kept of it stands in `agencies`. What would come of it is said by a room above (`service.foresee`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import kinds, over_time
from tracker.agencies import queries as agencies
from tracker.agencies import service as bodies
from tracker.approvals import offices
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.approvals.service import ApprovalRequest, Matter
from tracker.core.clock import Moment
from tracker.core.errors import Forbidden
from tracker.core.languages import _, _l, _n, format_day, text_by_language
from tracker.settings import Site

CLASSIFY, END, REOPEN = "agency.classify", "agency.end", "agency.reopen"
ENDS = "ends"  # of several bodies at once, as a sheet names them


def register(site: Site) -> None:
    """Let the two-person rule know what to do."""
    for code, label, carry_out, describe in (
        (CLASSIFY, _l("A body is of another kind, or ranked with others"), _classify, _describe_classifying),
        (END, _l("A body ends"), partial(_end, site=site), _describe_ending),
        (REOPEN, _l("The end of a body is undone"), partial(_reopen, site=site), _describe_reopening),
    ):
        approvals.register(Matter(code, label, carry_out, describe, told=_told))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a body (none: of several), before it is asked for."""

    kind: str
    agency_id: int | None
    detail: Mapping[str, Any]

    def asked_by(self, actor_id: int) -> ApprovalRequest:
        """As if somebody had asked for it."""
        return ApprovalRequest(None, self.agency_id, self.detail, actor_id)


def to_classify(agency_id: int, from_on: date, kind: str, peer_group: str | None) -> Wish:
    """A body is of another kind, or ranked with others, from a day on."""
    return Wish(CLASSIFY, agency_id, {"from_on": from_on.isoformat(), "kind": kind, "peer_group": peer_group})


def to_end(*ends: tuple[int, date]) -> Wish:
    """Bodies (id, last day) end, and their offices with them."""
    told = [{"agency_id": agency_id, "to_on": to_on.isoformat()} for agency_id, to_on in ends]
    return Wish(END, ends[0][0] if len(ends) == 1 else None, {ENDS: told})


def to_reopen(agency_id: int) -> Wish:
    """The end of a body is undone, and its offices are restored."""
    return Wish(REOPEN, agency_id, {})


def attempt(session: Session, now: Moment, *, actor_id: int, wish: Wish) -> None:
    """Do it and take it back at once. Raises FieldError where it could not be done as things stand, and Forbidden
    where the actor would hold an office again by it."""
    with session.begin_nested() as trial:
        approvals.matter_of(wish.kind).carry_out(session, now, wish.asked_by(actor_id))
        trial.rollback()


def ask(session: Session, now: Moment, *, actor_id: int, wish: Wish, reason: str) -> Approval:
    """Ask for it. What would be refused at the end is refused now; raises what `service.ask` raises besides."""
    attempt(session, now, actor_id=actor_id, wish=wish)
    return approvals.ask(
        session,
        now,
        kind=wish.kind,
        actor_id=actor_id,
        about_id=None,
        agency_id=wish.agency_id,
        reason=reason,
        detail=wish.detail,
    )


def ends_waiting(session: Session, now: Moment) -> set[tuple[int, date]]:
    """The bodies whose end waits for a second administrator, each with its last day."""
    waits = sa.and_(Approval.kind == END, Approval.outcome.is_(None), Approval.expires_at > now.at)
    return {one for detail in session.scalars(sa.select(Approval.detail).where(waits)) for one in _unpacked(detail)}


def ends_of(asked: ApprovalRequest) -> list[tuple[int, date]]:
    """The bodies that are to end, each with its last day."""
    return _unpacked(asked.detail)


def _unpacked(detail: Mapping[str, Any]) -> list[tuple[int, date]]:
    return [(one["agency_id"], date.fromisoformat(one["to_on"])) for one in detail[ENDS]]


def _told(detail: Mapping[str, Any]) -> dict[str, Any]:
    """What the record says was asked for: of an end its last day, of several also the bodies."""
    if ENDS not in detail:
        return dict(detail)
    ends = _unpacked(detail)
    days = sorted({to_on.isoformat() for _agency, to_on in ends})
    many = {"agencies": [agency_id for agency_id, _on in ends]} if len(ends) > 1 else {}
    return {**many, "to_on": days[0] if len(days) == 1 else days}


def wished(asked: ApprovalRequest) -> tuple[date, str, str | None]:
    """From which day on a body is to be of which kind, and in which peer group; none: by kind."""
    return date.fromisoformat(asked.detail["from_on"]), asked.detail["kind"], asked.detail["peer_group"]


def _classify(session: Session, now: Moment, asked: ApprovalRequest) -> None:
    from_on, kind, peer_group = wished(asked)
    bodies.classify(
        session,
        now,
        actor_id=asked.decided_by_id,
        agency_id=asked.agency_id or 0,
        from_on=from_on,
        kind=kind,
        peer_group=peer_group,
    )


def _end(session: Session, now: Moment, asked: ApprovalRequest, site: Site) -> None:
    for agency_id, to_on in ends_of(asked):
        ended = bodies.end(session, now, actor_id=asked.decided_by_id, agency_id=agency_id, to_on=to_on)
        offices.tell_ended(session, now, ended, site)


def _reopen(session: Session, now: Moment, asked: ApprovalRequest, site: Site) -> None:
    _must_be_others(session, asked)
    restored = bodies.reopen(session, now, actor_id=asked.decided_by_id, agency_id=asked.agency_id or 0)
    offices.tell_restored(session, now, restored, site)


def _must_be_others(session: Session, asked: ApprovalRequest) -> None:
    """Refuse that anybody gives an office back to oneself."""
    agency_id = asked.agency_id or 0
    back = over_time.ended_with(session, agency_id)
    theirs = {held.person_id for held in over_time.of_agency(session, agency_id) if held.id in back}
    if theirs & {asked.asked_by_id, asked.decided_by_id}:
        raise Forbidden(
            _l(
                "Whoever asks for this or confirms it would hold an office again by it: two other administrators "
                "decide on it."
            )
        )


def _describe_classifying(session: Session, asked: ApprovalRequest) -> str:
    from_on, kind, peer_group = wished(asked)
    return _(
        "%(agency)s is of the kind “%(kind)s” and ranked with “%(group)s”, from %(day)s on",
        agency=_name(session, asked.agency_id),
        kind=kinds.kind_name(kind),
        group=kinds.group_name(peer_group or kind),
        day=format_day(from_on),
    )


def _describe_ending(session: Session, asked: ApprovalRequest) -> str:
    ends = ends_of(asked)
    if len(ends) > 1:
        return _n("%(num)s body ends", "%(num)s bodies end", len(ends))
    agency_id, to_on = ends[0]
    name = _name(session, agency_id)
    return _("%(agency)s exists for the last time on %(day)s", agency=name, day=format_day(to_on))


def _describe_reopening(session: Session, asked: ApprovalRequest) -> str:
    return _("%(agency)s does not end, and its offices are held again", agency=_name(session, asked.agency_id))


def _name(session: Session, agency_id: int | None) -> str:
    found = agencies.names(session, [agency_id] if agency_id else [])
    return next((text_by_language(name) for _code, name in found.values()), "–")
