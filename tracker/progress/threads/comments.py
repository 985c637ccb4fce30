"""What officer and head say to each other about a figure. It stays in the body: who reads it is who may write there."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.audit import digests
from tracker.audit.events import Event
from tracker.core import letters
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, Forbidden
from tracker.core.languages import _l
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.progress import queries, rules
from tracker.progress.queries import ReportSlot
from tracker.progress.recording import record_of
from tracker.progress.threads.comment_models import CellComment

SAID, HANDED_BACK = "said", "handed_back"
_sayer, _holder = aliased(Person), aliased(Person)


def say(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, text: str) -> CellComment:
    """Say something about a figure to whoever works on it in the same body. The same again at once is said once."""
    if not reader.may(Action.ENTER_FIGURE, slot.target.agency_id):
        raise Forbidden(_l("Your office does not allow this."))
    queries.lock(session, slot)
    fault = letters.fault(text) or rules.reason_fault(text, _l("Write what you want to say"))
    if fault is not None:
        raise FieldError("text", fault)
    return keep(session, now, reader=reader, slot=slot, text=text, kind=SAID)


def keep(session: Session, now: Moment, *, reader: Reader, slot: ReportSlot, text: str, kind: str) -> CellComment:
    """The same of what was judged before, as the head's word when a figure is handed back."""
    said = letters.passage(text).strip()
    last = session.scalars(sa.select(CellComment).where(_of(slot)).order_by(CellComment.id.desc()).limit(1)).first()
    if last is not None and (last.said_by_id, last.kind, last.text) == (reader.person_id, SAID, said) and kind == SAID:
        return last
    needed = Action.SEND_REPORT if kind == HANDED_BACK else Action.ENTER_FIGURE
    comment = CellComment(
        target_id=slot.target.id,
        period_id=slot.period.id if slot.period else None,
        agency_id=slot.target.agency_id,
        kind=kind,
        text=said,
        said_by_id=reader.person_id,
        said_for_id=reader.acts_for(needed, slot.target.agency_id),
        said_at=now.at,
    )
    session.add(comment)
    session.flush()
    subject, facts = ("cell_comment", comment.id), digests.of_objects(comment)
    record_of(session, now, Event.CELL_COMMENT_SAID, reader, slot, subject, facts)
    return comment


def of_slot(session: Session, reader: Reader, slot: ReportSlot) -> Sequence[Any]:
    """What was said about a figure, the oldest first, with who said it; nothing to whoever is not of the body."""
    return session.execute(_read(reader).where(_of(slot)).order_by(CellComment.id)).all()


def of_places(
    session: Session, reader: Reader, places: Collection[tuple[int, int | None]]
) -> dict[tuple[int, int | None], list[Any]]:
    """The same of several figures, by target and period, in one statement."""
    found: dict[tuple[int, int | None], list[Any]] = {place: [] for place in places}
    targets = {target_id for target_id, _period_id in places}
    rows = session.execute(_read(reader).where(CellComment.target_id.in_(targets)).order_by(CellComment.id))
    for row in rows if targets else ():
        if (row.target_id, row.period_id) in found:
            found[row.target_id, row.period_id].append(row)
    return found


def _read(reader: Reader) -> sa.Select[Any]:
    columns = (*sa.inspect(CellComment).local_table.c, _sayer.name.label("said_by"), _holder.name.label("said_for"))
    return (
        sa.select(*columns)
        .join(_sayer, _sayer.id == CellComment.said_by_id)
        .join(_holder, _holder.id == CellComment.said_for_id, isouter=True)
        .where(restrict(CellComment.agency_id, reader, Action.ENTER_FIGURE))
    )


def _of(slot: ReportSlot) -> sa.ColumnElement[bool]:
    period_id = slot.period.id if slot.period else None
    return sa.and_(CellComment.target_id == slot.target.id, CellComment.period_id.is_not_distinct_from(period_id))
