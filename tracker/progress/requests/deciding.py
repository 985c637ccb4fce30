"""The PPC's half: a request about one target is granted or refused, a target suspended or ended without one, always
with a reason. Who asked, and who answers for the body, never decides.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.commitments import deciding
from tracker.commitments.deciding import Made
from tracker.commitments.models import Extension, Suspension
from tracker.commitments.rulings import Faults, Kind, Ruling
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, Forbidden, StaleEdit
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader
from tracker.progress import queries
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_for
from tracker.progress.requests.queries import decision_of
from tracker.progress.rules import reason_fault
from tracker.progress.service import Incomplete
from tracker.progress.states import RequestState

DIRECT = (Kind.SUSPENSION, Kind.END)
WHY = _l("Say why: the body reads it, and it stands for ever")
_NOTHING = Made(None, None, [])


def kept_from(reader: Reader, agency_id: int, request: TargetRequest | None = None) -> Text | None:
    """Why this reader does not decide on a body's target, or on this request, or none."""
    no: Text | None = None
    if request is not None and reader.person_id in {request.asked_by_id, request.asked_for_id, request.written_by_id}:
        no = _l("You asked for this, so somebody else decides on it.")
    elif reader.may(Action.ENTER_FIGURE, agency_id):
        no = _l("You hold an office of this body, so somebody else decides on its targets.")
    elif not reader.may(Action.DECIDE_ON_TARGET):
        no = _l("Your office does not allow this.")
    return no


def asked(request: TargetRequest) -> Ruling:
    """What a request asks for."""
    return Ruling(Kind(request.kind or ""), request.due_on, request.from_on, request.to_on)


def check(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    slot: ReportSlot,
    ruling: Ruling | None,
    reason: str,
    request: TargetRequest | None = None,
) -> TargetDecision | None:
    """The decision that stands already, where the same press came a second time; `ruling` none: refused.

    Raises Forbidden, StaleEdit (with the decision that stands) or Incomplete where it can't be taken. Changes nothing.
    """
    no = kept_from(reader, slot.target.agency_id, request)
    if no is not None:
        raise Forbidden(no)
    standing = decision_of(session, request.id) if request is not None else _last(session, slot)
    pressed = (reader.person_id, reason.strip(), ruling)
    if standing and (standing.decided_by_id, standing.reason, _ruled(session, slot, standing)) == pressed:
        return standing
    if request is not None and request.state != RequestState.WAITING:
        raise StaleEdit(_l("Somebody decided on this request, or withdrew it, meanwhile."), standing)
    fault = reason_fault(reason, WHY)
    found: Faults = {} if fault is None else {"reason": fault}
    if ruling is not None:
        found |= deciding.faults(session, now, slot.target, slot.commitment, ruling)
    if found:
        raise Incomplete(found)
    return None


def _last(session: Session, slot: ReportSlot) -> TargetDecision | None:
    """The last decision on a target that nobody asked for."""
    unasked = sa.select(TargetDecision).where(
        TargetDecision.target_id == slot.target.id, TargetDecision.request_id.is_(None)
    )
    return session.scalars(unasked.order_by(TargetDecision.id.desc()).limit(1)).one_or_none()


def _ruled(session: Session, slot: ReportSlot, decision: TargetDecision) -> Ruling | None:
    """What a decision made; none where it refused."""
    if not decision.granted:
        return None
    later = session.get(Extension, decision.extension_id) if decision.extension_id else None
    rest = session.get(Suspension, decision.suspension_id) if decision.suspension_id else None
    return Ruling(
        kind=Kind(decision.kind),
        due_on=later.due_on if later else None,
        from_on=rest.from_on if rest else None,
        to_on=rest.to_on if rest else None,
        ended_on=slot.target.ended_on if decision.kind == Kind.END else None,
    )


def decide(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    slot: ReportSlot,
    request: TargetRequest,
    ruling: Ruling | None,
    reason: str,
) -> TargetDecision:
    """Grant a request, as it was asked or with other days, or (`ruling` none) refuse it. Raises as `check` does."""
    queries.lock(session, slot)
    session.refresh(request)
    session.refresh(slot.target)  # may have ended while this waited
    standing = check(session, now, reader=reader, slot=slot, ruling=ruling, reason=reason, request=request)
    if standing is not None:
        return standing
    made = deciding.carry_out(session, now, slot.target, ruling, reason.strip()) if ruling else _NOTHING
    request.state = RequestState.GRANTED if ruling else RequestState.REFUSED
    event = Event.TARGET_REQUEST_GRANTED if ruling else Event.TARGET_REQUEST_REFUSED
    decision = _decision(
        session, now, reader, slot, Kind(request.kind or ""), reason, made, request, ruling is not None
    )
    facts = [*made.facts, *digests.of_objects(decision)]
    _record(session, now, event, reader, slot, ("target_request", request.id), ruling, facts)
    return decision


def rule(
    session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, ruling: Ruling, reason: str
) -> TargetDecision:
    """Suspend or end a target that nobody asked about. Raises as `check` does."""
    queries.lock(session, slot)
    session.refresh(slot.target)
    if ruling.kind not in DIRECT:
        raise FieldError("kind", _l("Choose what you decide"))
    standing = check(session, now, reader=reader, slot=slot, ruling=ruling, reason=reason)
    if standing is not None:
        return standing
    made = deciding.carry_out(session, now, slot.target, ruling, reason.strip())
    decision = _decision(session, now, reader, slot, ruling.kind, reason, made)
    event = Event.TARGET_ENDED if ruling.kind is Kind.END else Event.TARGET_SUSPENDED
    facts = [*made.facts, *digests.of_objects(decision)]
    _record(session, now, event, reader, slot, ("target", slot.target.id), ruling, facts)
    return decision


def _decision(
    session: Session,
    now: Moment,
    reader: Reader,
    slot: ReportSlot,
    kind: Kind,
    reason: str,
    made: Made,
    request: TargetRequest | None = None,
    granted: bool = True,
) -> TargetDecision:
    decision = TargetDecision(
        target_id=slot.target.id,
        agency_id=slot.target.agency_id,
        request_id=request.id if request is not None else None,
        kind=kind,
        granted=granted,
        decided_on=now.on,
        decided_by_id=reader.person_id,
        decided_for_id=reader.acts_for(Action.DECIDE_ON_TARGET, slot.target.agency_id),
        decided_at=now.at,
        reason=reason.strip(),
        extension_id=made.extension_id,
        suspension_id=made.suspension_id,
    )
    session.add(decision)
    session.flush()
    return decision


def _record(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    slot: ReportSlot,
    subject: tuple[str, int],
    ruling: Ruling | None,
    facts: Iterable[Fact],
) -> None:
    days = ("due_on", "from_on", "to_on", "ended_on") if ruling is not None else ()
    told = {name: getattr(ruling, name).isoformat() for name in days if getattr(ruling, name) is not None}
    details = {"target": slot.target.id, **told}
    record_for(session, now, event, reader, Action.DECIDE_ON_TARGET, slot.target.agency_id, subject, details, facts)
