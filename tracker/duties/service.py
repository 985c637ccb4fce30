"""Conclusions of a meeting: recorded by whoever keeps its minutes, done by the body, withdrawn by the committee."""

import secrets
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import record
from tracker.core import letters
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden
from tracker.core.languages import Text, _l
from tracker.duties.models import Conclusion, ConclusionEnd
from tracker.permissions.reader import Reader

OWNERS = (Office.HEAD, Office.DEPUTY, Office.OFFICER)
DONE, WITHDRAWN = "done", "withdrawn"
LONGEST = 2_000
TOKEN_BYTES = 16
ENDED = _l("This has ended already.")
NOT_YOURS = _l("Your office does not allow this.")


def conclude(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    programme_id: int,
    agency_id: int,
    target_id: int | None,
    met_on: date,
    task: str,
    office: str,
    due_on: date,
) -> Conclusion:
    """Record a task that a meeting gave. Raises Forbidden, FieldError."""
    for_id = _for_whom(reader, Action.CONCLUDE, agency_id)
    if met_on > now.on:
        raise FieldError("met_on", _l("This day is still ahead"))
    if due_on < max(now.on, met_on):
        raise FieldError("due_on", _l("Enter today or a day ahead"))
    if office not in OWNERS:
        raise FieldError("office", _l("Choose who is to do it"))
    row = Conclusion(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        programme_id=programme_id,
        agency_id=agency_id,
        target_id=target_id,
        met_on=met_on,
        task=_said("task", task, _l("Write what is to be done")),
        office=office,
        due_on=due_on,
        concluded_by_id=reader.person_id,
        concluded_for_id=for_id,
        concluded_at=now.at,
    )
    session.add(row)
    session.flush()
    told = {"day": met_on.isoformat(), "text": row.task, "office": office, "due_on": due_on.isoformat()}
    about = {"target": target_id} if target_id else {}
    _record(session, now, Event.CONCLUSION_RECORDED, row, row, reader, for_id, {**about, **told})
    return row


def finish(session: Session, now: Moment, *, reader: Reader, conclusion_id: int, text: str, proof: str) -> None:
    """Say that it is done, and what shows it. Raises Forbidden, FieldError, DomainError where it has ended."""
    _end(session, now, Action.DO_CONCLUDED, Event.CONCLUSION_FULFILLED, reader, conclusion_id, text, proof)


def withdraw(session: Session, now: Moment, *, reader: Reader, conclusion_id: int, text: str) -> None:
    """Take it back. Raises as `finish` does."""
    _end(session, now, Action.CONCLUDE, Event.CONCLUSION_WITHDRAWN, reader, conclusion_id, text, None)


def _end(
    session: Session,
    now: Moment,
    action: Action,
    event: Event,
    reader: Reader,
    conclusion_id: int,
    text: str,
    proof: str | None,
) -> None:
    found = session.scalars(sa.select(Conclusion).where(Conclusion.id == conclusion_id).with_for_update()).one()
    for_id = _for_whom(reader, action, found.agency_id)
    if session.scalar(sa.select(ConclusionEnd.id).where(ConclusionEnd.conclusion_id == found.id)):
        raise DomainError(ENDED)
    row = ConclusionEnd(
        conclusion_id=found.id,
        outcome=WITHDRAWN if proof is None else DONE,
        text=_said("text", text, _l("Say why") if proof is None else _l("Say what was done")),
        proof=None if proof is None else _said("proof", proof, _l("Say what shows it")),
        ended_by_id=reader.person_id,
        ended_for_id=for_id,
        ended_at=now.at,
        ended_on=now.on,
    )
    session.add(row)
    session.flush()
    shown = {"proof": row.proof} if row.proof else {}
    _record(session, now, event, found, row, reader, for_id, {"text": row.text, **shown})


def _record(
    session: Session,
    now: Moment,
    event: Event,
    conclusion: Conclusion,
    fact: Conclusion | ConclusionEnd,
    reader: Reader,
    for_id: int | None,
    detail: dict[str, object],
) -> None:
    whom = {"for_person_id": for_id} if for_id else {}
    record(
        session,
        now,
        event,
        actor_id=reader.person_id,
        subject=("conclusion", conclusion.id),
        agency_id=conclusion.agency_id,
        detail={**whom, **detail},
        facts=digests.of_objects(fact),
    )


def _for_whom(reader: Reader, action: Action, agency_id: int) -> int | None:
    """In whose name; none in one's own. Raises Forbidden."""
    grounds = sorted(reader.grounds(action, agency_id), key=lambda ground: ground.held.for_id is not None)
    if not grounds:
        raise Forbidden(NOT_YOURS)
    return grounds[0].held.for_id


def _said(field: str, typed: str, missing: Text) -> str:
    """A text of several lines as it is stored. Raises FieldError beside its field."""
    text, wrong = letters.passage(typed), letters.fault(typed)
    if wrong is not None:
        raise FieldError(field, wrong)
    if letters.says_nothing(text):
        raise FieldError(field, missing)
    if len(text) > LONGEST:
        raise FieldError(field, _l("Use %(most)s characters or fewer", most=LONGEST))
    return text
