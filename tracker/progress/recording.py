"""What was done in a slot or about a target, and in whose name, as the audit record keeps it."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.permissions.reader import Reader
from tracker.progress.queries import ReportSlot

# What only a head may do, a stand-in does in the head's name; the rest is done in one's own where one may.
_NEEDED = dict.fromkeys((Event.DRAFT_HANDED_BACK, Event.REPORT_SENT, Event.REPORT_RECALLED), Action.SEND_REPORT)


def record_of(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    slot: ReportSlot,
    subject: tuple[str, int],
    facts: Iterable[Fact] = (),
    **detail: object,
) -> None:
    """Write down who did what in the slot, and in whose name, with the digests of the facts that it added."""
    details = {"target": slot.target.id, "place": slot.code, **detail}
    needed = _NEEDED.get(event, Action.ENTER_FIGURE)
    record_for(session, now, event, reader, needed, slot.target.agency_id, subject, details, facts)


def record_for(
    session: Session,
    now: Moment,
    event: Event,
    reader: Reader,
    needed: Action,
    agency_id: int,
    subject: tuple[str, int],
    detail: Mapping[str, object],
    facts: Iterable[Fact] = (),
) -> None:
    """The same of anything that needs an action on a body."""
    holder = reader.acts_for(needed, agency_id)
    named = {} if holder is None else {"for_person_id": holder}
    record(
        session,
        now,
        event,
        actor_id=reader.person_id,
        subject=subject,
        agency_id=agency_id,
        detail={**detail, **named},
        facts=facts,
    )
