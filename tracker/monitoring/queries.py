"""Reads of this door that no single room answers: sums of bodies, rows of targets, runs of jobs.

Statuses come from the stored steps alone. `day` none means today, which the open steps answer; a past day is found in
the closed ones too. Whose rows may be seen is a condition passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as bodies_held
from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import UNIT
from tracker.compliance.models import AssessedDay, StatusSpan
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.as_of import SUM, AsOf
from tracker.compliance.steps.queries import holds_on
from tracker.compliance.steps.sums import STATUSES
from tracker.core.db.database import Condition
from tracker.core.tables import ListQuery
from tracker.programmes.frames import Frame, Frames
from tracker.programmes.models import Programme
from tracker.progress.models import Report
from tracker.progress.states import ReportState

SPAN = sa.inspect(StatusSpan).local_table.c
AGENCY = sa.inspect(Agency).local_table.c
TARGET = sa.inspect(Target).local_table.c
COMMITMENT = sa.inspect(Commitment).local_table.c
REPORT = sa.inspect(Report).local_table.c
PROGRAMME = sa.inspect(Programme).local_table.c

MOST_COUNTED = 500  # reports that wait; beyond that their targets are told as "at least"

peer_group = standings.PEER_GROUP


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme as the pages of this door need it. `title` by language."""

    id: int
    code: str
    title: dict[str, str]
    starts_on: date
    ends_on: date


_PROGRAMME = (PROGRAMME.id, PROGRAMME.code, PROGRAMME.title, PROGRAMME.starts_on, PROGRAMME.ends_on)
_ASSESSED = sa.select(AssessedDay.day).limit(1).scalar_subquery()
_PROGRAMMES = sa.select(*_PROGRAMME, _ASSESSED).order_by(PROGRAMME.starts_on.desc(), PROGRAMME.code)


def programmes(session: Session) -> tuple[Sequence[ProgrammeRow], date | None]:
    """All programmes, the one that began last first, and the day that the nightly run has brought everything to."""
    rows = session.connection().execute(_PROGRAMMES).all()
    return [ProgrammeRow(*row[:-1]) for row in rows], rows[0][-1] if rows else None


def frame_of(session: Session, programme_id: int) -> Frame:
    """What a programme's targets share: its working calendar, its policies, its periods."""
    return Frames(session).of({programme_id})[programme_id]


_COUNTS = tuple(SUM[status] for status in STATUSES)
_COMPARED = AsOf(SUM.total, SUM.weight, peer_group.label("peer"), *_COUNTS, whole=True, named=True)
_CELLS = AsOf(SUM.agency_id, SUM.domain, SUM.score, SUM.targets, whole=False)


def bodies(session: Session, programme_id: int, day: date | None, *where: Condition) -> Sequence[Any]:
    """The sums of each body over all its targets: its names, score, punctuality, exact sums and counts by status."""
    return standings.bodies_on(session, programme_id, day, *where)


def counts_of(row: Any) -> tuple[int, ...]:
    """How many targets stand in each of STATUSES: the last columns of `bodies` and `compared`."""
    return tuple(row[-len(STATUSES) :])


def compared(session: Session, programme_id: int, day: date) -> Sequence[Any]:
    """What a past day's sums of each body add up from: its peer group, exact sums and counts by status."""
    return _COMPARED.read(session, programme_id, day)


def cells(session: Session, programme_id: int, day: date | None, agency_id: int | None = None) -> Sequence[Any]:
    """(body, domain, score, targets) of each body and domain that has targets; of one body, where it is given."""
    return _CELLS.read(session, programme_id, day, agency_id=agency_id)


def in_statuses(statuses: Sequence[str]) -> Condition:
    """Condition on `SPAN`: stands in one of these. Literal, so that the partial index of what is late answers it."""
    known = [status for status in STATUSES if status in set(statuses)]
    return SPAN.status.in_([sa.literal_column(f"'{status}'") for status in known])


def waiting_since(until: date) -> Condition:
    """Condition on `TARGET`: a report of it was sent on or before the day and still waits for an appraiser."""
    return TARGET.id.in_(sa.select(REPORT.target_id).where(_WAITS, REPORT.sent_on <= until))


_LISTED = (
    sa.select(
        TARGET.token,
        TARGET.code,
        TARGET.title,
        AGENCY.code.label("agency_code"),
        AGENCY.name.label("agency_name"),
        SPAN.domain,
        SPAN.status,
        SPAN.deadline_on,
        SPAN.score,
        SPAN.punctuality,
        SPAN.reason,
        UNIT,
    )
    .select_from(SPAN.id.table)
    .join(TARGET.id.table, TARGET.id == SPAN.target_id)
    .join(AGENCY.id.table, AGENCY.id == SPAN.agency_id)
)


def listed(programme_id: int, day: date | None, *visible: Condition) -> sa.Select[Any]:
    """The targets of a programme with the step that holds on the day; `visible` is on `TARGET` or `AGENCY`."""
    return _LISTED.where(SPAN.programme_id == programme_id, holds_on(day), *visible)


def exported(programme_id: int, day: date | None, *visible: Condition, by_agency: bool = False) -> sa.Select[Any]:
    """The same rows with the columns of a file, `visible` on `TARGET` or `SPAN`; `by_agency`: in an order of bodies.

    Texts by language and days stay as they are stored, and bodies and commitments are numbers: a file has very many
    rows, and each name is looked up once.
    """
    columns = (
        SPAN.agency_id,
        TARGET.commitment_id,
        TARGET.code,
        sa.type_coerce(TARGET.title, sa.Text).label("title"),
        SPAN.domain,
        SPAN.status,
        sa.cast(SPAN.from_on, sa.String).label("from_on"),
        sa.cast(SPAN.deadline_on, sa.String).label("deadline_on"),
        SPAN.score,
        SPAN.delivery,
        SPAN.punctuality,
    )
    source = SPAN.id.table.join(TARGET.id.table, TARGET.id == SPAN.target_id)
    if by_agency:
        source = source.join(AGENCY.id.table, AGENCY.id == SPAN.agency_id)
    return sa.select(*columns).select_from(source).where(SPAN.programme_id == programme_id, holds_on(day), *visible)


def commitment_numbers(session: Session, programme_id: int) -> dict[int, str]:
    """The number of each commitment of a programme, by its id."""
    statement = sa.select(COMMITMENT.id, COMMITMENT.number).where(COMMITMENT.programme_id == programme_id)
    return {row.id: row.number for row in session.connection().execute(statement)}


def of_agencies(condition: Condition) -> Condition:
    """Condition on `SPAN`: of the bodies that meet one (on `AGENCY`)."""
    return SPAN.agency_id.in_(sa.select(AGENCY.id).where(condition))


def agencies(session: Session, *where: Condition) -> Sequence[Any]:
    """All bodies in Vietnamese order: id, code, name by language, peer group."""
    statement = sa.select(AGENCY.id, AGENCY.code, AGENCY.name, peer_group.label("peer")).where(*where)
    return session.connection().execute(statement.order_by(AGENCY.sort_key, AGENCY.id)).all()


# The state literal, so that the partial index of what waits answers it, in the order of sending.
_WAITS = REPORT.state == sa.literal_column(f"'{ReportState.SENT.value}'")
_SENT = (_WAITS, REPORT.programme_id == sa.bindparam("programme_id"))


def _waiting_by(day: str) -> sa.Subquery:
    """One row: how many targets have a report that was sent by a (bound) day and waits, and how many reports."""
    sent_by = REPORT.sent_on <= sa.bindparam(day, type_=sa.Date)
    some = sa.select(REPORT.target_id).where(*_SENT, sent_by).order_by(REPORT.sent_on, REPORT.id)
    found = some.limit(MOST_COUNTED + 1).subquery()
    return sa.select(
        sa.func.count(found.c.target_id.distinct()).label("targets"), sa.func.count().label("reports")
    ).subquery(day)


_ALL, _LONG = _waiting_by("on"), _waiting_by("until")
_WAITING = sa.select(
    _ALL.c.targets.label("all"),
    _ALL.c.reports.label("all_reports"),
    _LONG.c.targets.label("long"),
    _LONG.c.reports.label("long_reports"),
    sa.select(REPORT.sent_on).where(*_SENT).order_by(REPORT.sent_on).limit(1).scalar_subquery().label("oldest"),
    bodies_held.without_head_on(sa.bindparam("on", type_=sa.Date)).label("without_head"),
).select_from(_ALL.join(_LONG, sa.true()))


def waiting(session: Session, programme_id: int, on: date, until: date) -> Any:
    """Targets with a report waiting for an appraiser: `all`, `long` (sent by `until`), the day of the `oldest`; and how
    many bodies are `without_head`.

    Reports are counted up to MOST_COUNTED and one more, so that a long queue costs no more than a short one.
    """
    return session.connection().execute(_WAITING, {"programme_id": programme_id, "on": on, "until": until}).one()


def in_order(statement: sa.Select[Any], query: ListQuery) -> sa.Select[Any]:
    """Everything that a list query asks for, in its order and without pages: for a file."""
    ordered = []
    for key in query.keys():  # noqa: SIM118 - no mapping
        column = key.expression.desc() if query.descending else key.expression.asc()
        ordered.append(column.nulls_last() if key.nullable else column)
    return statement.where(*query.conditions()).order_by(*ordered)


@dataclass(frozen=True, slots=True)
class TargetHead:
    """One target with the commitment, the body and the programme that it belongs to. `assessed_on`: the day that the
    nightly run has brought everything to."""

    target: Target
    number: str
    signed_on: date
    in_force_from: date
    agency_code: str
    agency_name: dict[str, str]
    agency_id: int
    programme: ProgrammeRow
    assessed_on: date | None


_HEAD: sa.Select[Any] = (
    sa.select(
        Target,
        Commitment.number,
        Commitment.signed_on,
        Commitment.in_force_from,
        Agency.code,
        Agency.name,
        Agency.id,
        *_PROGRAMME,
        _ASSESSED,
    )
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Agency, Agency.id == Target.agency_id)
    .join(PROGRAMME.id.table, PROGRAMME.id == Target.programme_id)
)


def target_head(session: Session, token: str, visible: Condition) -> TargetHead | None:
    """The target of an address; none where it is unknown or out of the reader's scope (a condition on `TARGET`)."""
    row = session.execute(_HEAD.where(Target.token == token, visible)).one_or_none()
    return TargetHead(*[*row[:7], ProgrammeRow(*row[7:-1]), row[-1]]) if row else None
