"""Conclusions as they are looked for: one by its token, listed, open on a day."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.agencies.offices import LABELS, Office
from tracker.agencies.queries import called
from tracker.commitments.models import Target
from tracker.core.db.database import Condition
from tracker.core.languages import Text, _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.duties.models import Conclusion, ConclusionEnd
from tracker.people.models import Person
from tracker.programmes.models import Programme

OPEN, DONE, WITHDRAWN, ALL = "open", "done", "withdrawn", "all"
STATES: Mapping[str, Text] = {
    OPEN: _l("To be done"),
    DONE: _l("Done"),
    WITHDRAWN: _l("Withdrawn"),
}
_C = sa.inspect(Conclusion).local_table.c
_state_then = sa.func.coalesce(ConclusionEnd.outcome, OPEN)
_by, _ended_by = aliased(Person), aliased(Person)


def listed(within: Condition) -> sa.Select[Any]:
    """Every conclusion with its body, target, and how it ended; `within` is on Conclusion."""
    return (
        sa.select(
            *(_C.id, _C.token, _C.agency_id, _C.met_on, _C.task, _C.office, _C.due_on, _C.concluded_at),
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            Programme.code.label("programme"),
            Target.token.label("target_token"),
            Target.code.label("target_code"),
            Target.title,
            _state_then.label("state"),
            ConclusionEnd.text,
            ConclusionEnd.proof,
            ConclusionEnd.ended_on,
            _by.name.label("concluded_by"),
            _ended_by.name.label("ended_by"),
        )
        .select_from(Conclusion)
        .join(Agency, Agency.id == Conclusion.agency_id)
        .join(Programme, Programme.id == Conclusion.programme_id)
        .join(_by, _by.id == Conclusion.concluded_by_id)
        .outerjoin(Target, Target.id == Conclusion.target_id)
        .outerjoin(ConclusionEnd, ConclusionEnd.conclusion_id == Conclusion.id)
        .outerjoin(_ended_by, _ended_by.id == ConclusionEnd.ended_by_id)
        .where(within)
    )


def by_token(session: Session, within: Condition, token: str) -> Any:
    """One, as a row of `listed`; none where it is unknown or out of sight."""
    return session.execute(listed(within).where(Conclusion.token == token)).one_or_none()


def for_meeting(session: Session, programme_id: int, since: date, on: date) -> Sequence[Any]:
    """What stood open at the end of a day, or ended after `since`: with what a meeting begins. The first due first."""
    ended = sa.or_(ConclusionEnd.id.is_(None), ConclusionEnd.ended_on > since)
    known = (Conclusion.programme_id == programme_id, Conclusion.met_on <= on)
    asked = listed(sa.and_(*known, ended)).order_by(Conclusion.due_on, Conclusion.id)
    return session.execute(asked).all()


def open_then(session: Session, until: date, where: Collection[Condition]) -> Sequence[Any]:
    """What has not ended of those recorded by a day; `where` on Conclusion."""
    asked = listed(sa.and_(ConclusionEnd.id.is_(None), Conclusion.met_on <= until, *where))
    return session.execute(asked.add_columns(_C.programme_id).order_by(_C.due_on, _C.id)).all()


def about(row: Any) -> str:
    """The target that it is about; nothing where it is about the body."""
    return f"{text_by_language(row.title)} ({row.target_code})" if row.target_code else ""


def owner(row: Any) -> str:
    """Whose task it is."""
    return str(LABELS[Office(row.office)])


def bodies(session: Session, within: Condition) -> Sequence[Any]:
    """(code, name) of each body that has one within reach."""
    asked = sa.select(Agency.code, Agency.name).where(Agency.id.in_(sa.select(Conclusion.agency_id).where(within)))
    return session.execute(asked.order_by(Agency.sort_key, Agency.id)).all()


def is_open() -> sa.ColumnElement[bool]:
    """Condition on a row of `listed`: it is to be done."""
    return ConclusionEnd.id.is_(None)


def listing(bodies: Sequence[tuple[str, str]]) -> Listing:
    """The list: what is to be done, the first due first, unless the address asks for others."""
    return Listing(
        columns=(
            Column("due", _l("To be done by"), (SortKey(_C.due_on, date),), value=lambda row: row.due_on),
            Column("code", _l("Code"), value=lambda row: row.agency_code),
            Column("agency", _l("Body"), value=lambda row: text_by_language(row.agency_name)),
            Column("office", _l("Who is to do it"), value=owner),
            Column("task", _l("Task")),
            Column("target", _l("Target"), value=about),
            Column("met", _l("Meeting of"), (SortKey(_C.met_on, date),), value=lambda row: row.met_on),
            Column("state", _l("State"), value=lambda row: str(STATES[row.state])),
            Column("ended_on", _l("Ended on")),
            Column("text", _l("What became of it")),
            Column("proof", _l("What shows it")),
        ),
        default_sort="due",
        identity=SortKey(_C.id, int),
        filters=(
            Filter("state", _l("State"), where=_in_state, choices=((ALL, _l("All")), *STATES.items())),
            Filter("agency", _l("Body"), where=called, exists=called, offered=bodies),
        ),
    )


def _in_state(state: str) -> sa.ColumnElement[bool]:
    return sa.true() if state == ALL else _state_then == state
