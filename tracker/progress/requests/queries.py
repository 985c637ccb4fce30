"""Reads of what was asked and decided on single targets: one by its token, those of a target, the list of all."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.choices import told_apart
from tracker.agencies.models import Agency
from tracker.agencies.offices import in_whose_name
from tracker.agencies.queries import called
from tracker.commitments.models import Extension, Suspension, Target
from tracker.commitments.rulings import KINDS, Kind
from tracker.core.clock import day_of
from tracker.core.db.database import Condition
from tracker.core.db.searching import exactly_found_by, found_by
from tracker.core.db.sorting import by_name
from tracker.core.languages import Text, _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person
from tracker.programmes.models import Programme
from tracker.progress.models import Evidence, TargetDecision, TargetRequest
from tracker.progress.states import RequestState
from tracker.rule.facts import Facts

R = sa.inspect(TargetRequest).local_table.c
STATES: Mapping[RequestState, Text] = {
    RequestState.DRAFT: _l("Draft"),
    RequestState.WAITING: _l("Waits for a decision"),
    RequestState.GRANTED: _l("Granted"),
    RequestState.REFUSED: _l("Refused"),
    RequestState.WITHDRAWN: _l("Withdrawn"),
}
ALL = "all"
LONG = (5, 10, 20)  # days that a request has waited, as a filter
NEWS = timedelta(days=14)  # so long a decision is told on the first page of whoever asked

_asker, _holder, _decider, _decided_for = (aliased(Person) for _number in range(4))
_GRANTED_DUE = sa.select(Extension.due_on).where(Extension.id == TargetDecision.extension_id).scalar_subquery()


def open_of(session: Session, target_id: int) -> TargetRequest | None:
    """The request about a target that is written, or waits; one at most."""
    open_ones = TargetRequest.state.in_((RequestState.DRAFT, RequestState.WAITING))
    statement = sa.select(TargetRequest).where(TargetRequest.target_id == target_id, open_ones)
    return session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def files_of(session: Session, request_id: int) -> Sequence[Evidence]:
    """The files of a request, in the order in which they came."""
    return session.scalars(sa.select(Evidence).where(Evidence.request_id == request_id).order_by(Evidence.id)).all()


def decision_of(session: Session, request_id: int) -> TargetDecision | None:
    """What was decided on a request, if anything was."""
    return session.scalars(sa.select(TargetDecision).where(TargetDecision.request_id == request_id)).one_or_none()


def by_token(session: Session, visible: Condition, token: str) -> Any:
    """One request that was sent, as a row of `listed`; none where it is unknown or out of sight."""
    return session.execute(listed(visible).where(TargetRequest.token == token)).one_or_none()


def request_of(session: Session, request_id: int) -> TargetRequest:
    """The request of a row."""
    return session.get_one(TargetRequest, request_id)


def listed(visible: Condition) -> sa.Select[Any]:
    """Every request that was sent, with its target, its body, who asked and what was decided; `visible` on
    TargetRequest."""
    columns: tuple[Any, ...] = (
        TargetRequest.id,
        TargetRequest.token,
        TargetRequest.state,
        TargetRequest.kind,
        TargetRequest.due_on,
        TargetRequest.from_on,
        TargetRequest.to_on,
        TargetRequest.reason,
        TargetRequest.asked_on,
        TargetRequest.asked_at,
        TargetRequest.withdrawn_at,
        Target.token.label("target_token"),
        Target.code.label("target_code"),
        Target.title,
        Target.due_on.label("first_due_on"),
        Agency.id.label("agency_id"),
        Agency.code.label("agency_code"),
        Agency.name.label("agency_name"),
        Programme.code.label("programme"),
        _asker.name.label("asked_by"),
        _holder.name.label("asked_for"),
        TargetDecision.decided_on,
        TargetDecision.decided_at,
        TargetDecision.reason.label("answer"),
        _decider.name.label("decided_by"),
        _decided_for.name.label("decided_for"),
        _GRANTED_DUE.label("granted_due_on"),
        Suspension.from_on.label("granted_from_on"),
        Suspension.to_on.label("granted_to_on"),
    )
    return (
        sa.select(*columns)
        .select_from(TargetRequest)
        .join(Target, Target.id == TargetRequest.target_id)
        .join(Agency, Agency.id == TargetRequest.agency_id)
        .join(Programme, Programme.id == Target.programme_id)
        .join(_asker, _asker.id == TargetRequest.asked_by_id, isouter=True)
        .join(_holder, _holder.id == TargetRequest.asked_for_id, isouter=True)
        .join(TargetDecision, TargetDecision.request_id == TargetRequest.id, isouter=True)
        .join(_decider, _decider.id == TargetDecision.decided_by_id, isouter=True)
        .join(_decided_for, _decided_for.id == TargetDecision.decided_for_id, isouter=True)
        .join(Suspension, Suspension.id == TargetDecision.suspension_id, isouter=True)
        .where(TargetRequest.asked_at.is_not(None), visible)
    )


def of_target(session: Session, target_id: int) -> Sequence[Any]:
    """The requests about a target that were sent, the latest first."""
    return session.connection().execute(_OF_TARGET, {"target": target_id}).all()


def deciders(session: Session, target_id: int, known: Facts) -> dict[tuple[str, int], str]:
    """Who decided what stands on a target, by the table and number of what the decision made. Its facts have been read:
    nobody is asked for where they hold nothing that is decided on one target by itself."""
    if not (known.extensions or known.suspensions or known.end):
        return {}
    found: dict[tuple[str, int], str] = {}
    for row in session.connection().execute(_DECIDERS, {"target": target_id}):
        who = in_whose_name(row.decided_by, row.decided_for)
        made = {"extension": row.extension_id, "suspension": row.suspension_id}
        made["target"] = target_id if row.kind == Kind.END else None
        found |= {(table, number): who for table, number in made.items() if number is not None}
    return found


# Built once, as building takes longer than asking.
_TARGET = sa.bindparam("target", type_=sa.BigInteger)
_OF_TARGET = listed(TargetRequest.target_id == _TARGET).order_by(TargetRequest.asked_at.desc(), TargetRequest.id.desc())
_DECIDERS = (
    sa.select(
        *(TargetDecision.extension_id, TargetDecision.suspension_id, TargetDecision.kind),
        *(_decider.name.label("decided_by"), _decided_for.name.label("decided_for")),
    )
    .join(_decider, _decider.id == TargetDecision.decided_by_id)
    .join(_decided_for, _decided_for.id == TargetDecision.decided_for_id, isouter=True)
    .where(TargetDecision.target_id == _TARGET, TargetDecision.granted)
)


def waiting_count(session: Session, visible: Condition) -> tuple[int, date | None]:
    """How many requests wait, and the day of asking of the oldest."""
    statement = sa.select(sa.func.count(), sa.func.min(TargetRequest.asked_on)).select_from(TargetRequest)
    found = session.execute(statement.where(TargetRequest.state == RequestState.WAITING, visible)).one()
    return found[0], found[1]


def news(session: Session, visible: Condition, on: date) -> Sequence[Any]:
    """What waits, and what was decided lately, for whoever asked: the latest first."""
    lately = sa.or_(TargetRequest.state == RequestState.WAITING, TargetDecision.decided_on > on - NEWS)
    return session.execute(listed(sa.and_(visible, lately)).order_by(TargetRequest.id.desc())).all()


def asked_by(row: Any) -> str:
    """Who asked, and in whose name; nobody, where a package brought it."""
    return in_whose_name(row.asked_by, row.asked_for) if row.asked_by else ""


def decided_by(row: Any) -> str:
    """Who decided, and in whose name."""
    return in_whose_name(row.decided_by, row.decided_for) if row.decided_by else ""


def settled_on(row: Any) -> date | None:
    """The day on which a request was decided or withdrawn; none where it waits."""
    decided_on: date | None = row.decided_on
    return day_of(row.withdrawn_at) if row.withdrawn_at else decided_on


def age(row: Any, on: date) -> int:
    """For how many days a request has waited, or waited until it was decided or withdrawn."""
    days: int = ((settled_on(row) or on) - row.asked_on).days
    return days


def listing(bodies: Sequence[tuple[str, str]], programmes: Sequence[tuple[str, str]], on: date) -> Listing:
    """The list of requests: those that wait, the oldest first, unless the address asks for others."""
    return Listing(
        columns=(
            Column("asked", _l("Asked on"), (SortKey(R.asked_on, date),), value=lambda row: row.asked_on),
            Column("age", _l("Days waited"), value=lambda row: age(row, on), numeric=True),
            Column("code", _l("Code"), value=lambda row: row.agency_code),
            Column(
                "agency",
                _l("Body"),
                (by_name(sa.inspect(Agency).local_table.c.sort_key),),
                value=lambda row: text_by_language(row.agency_name),
            ),
            Column("target_code", _l("Target code")),
            Column("title", _l("Target"), value=lambda row: text_by_language(row.title)),
            Column("kind", _l("What is asked for"), value=lambda row: str(KINDS[Kind(row.kind)])),
            Column("first_due_on", _l("First deadline")),
            Column("due_on", _l("Deadline asked for")),
            Column("from_on", _l("Suspended from")),
            Column("to_on", _l("Suspended until")),
            Column("reason", _l("Reason")),
            Column("asked_by", _l("Asked by"), value=asked_by),
            Column("state", _l("Outcome"), value=lambda row: str(STATES[RequestState(row.state)])),
            Column("decided_on", _l("Decided on")),
            Column("granted_due_on", _l("Deadline granted")),
            Column("decided_by", _l("Decided by"), value=decided_by),
            Column("answer", _l("Reason for the decision")),
        ),
        default_sort="asked",
        identity=SortKey(R.id, int),
        filters=(
            Filter(
                "q",
                _l("Words, code or number"),
                where=lambda text: found_by(Target.search_key, text),
                first=lambda text: exactly_found_by(Target.search_key, text),
            ),
            Filter("state", _l("Outcome"), where=_in_state, choices=((ALL, _l("All")), *_choices())),
            Filter(
                "kind",
                _l("What is asked for"),
                where=lambda kind: TargetRequest.kind == kind,
                choices=[(kind.value, KINDS[kind]) for kind in (Kind.EXTENSION, Kind.SUSPENSION)],
            ),
            Filter("agency", _l("Body"), where=called, exists=called, offered=bodies),
            Filter(
                "programme",
                _l("Programme"),
                where=lambda code: Programme.code == code,
                exists=lambda code: Programme.code == code,
                offered=programmes,
            ),
            Filter(
                "age",
                _l("Waits for"),
                where=lambda days: sa.and_(
                    TargetRequest.state == RequestState.WAITING, TargetRequest.asked_on <= on - timedelta(int(days))
                ),
                choices=[(str(days), _l("%(days)s days or more", days=days)) for days in LONG],
            ),
        ),
    )


def choices(session: Session, visible: Condition) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The bodies and programmes of the requests, as (text in the address, name)."""
    programme = (Programme.code.label("programme"), Programme.title)
    asked = sa.select(Agency.code, Agency.name, *programme).select_from(TargetRequest)
    asked = asked.join(Target, Target.id == TargetRequest.target_id).join(Agency, Agency.id == TargetRequest.agency_id)
    asked = asked.join(Programme, Programme.id == Target.programme_id)
    sent = sa.and_(TargetRequest.asked_at.is_not(None), visible)
    rows = session.execute(asked.where(sent).order_by(Agency.sort_key, Agency.id, Programme.code)).all()
    bodies = {row.code: row for row in rows}
    return told_apart(bodies.values()), sorted({row.programme: text_by_language(row.title) for row in rows}.items())


def _choices() -> list[tuple[str, Text]]:
    return [(state.value, label) for state, label in STATES.items() if state is not RequestState.DRAFT]


def _in_state(state: str) -> sa.ColumnElement[bool]:
    return sa.true() if state == ALL else TargetRequest.state == state
