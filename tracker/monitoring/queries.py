"""Reads of this door that no single room answers: sums of bodies, rows of targets, runs of jobs.

Statuses come from the stored steps alone. `day` none means today, which the open steps answer; a past day is found in
the closed ones too. Whose rows may be seen is a condition passed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from tracker.accounts.queries import led_now
from tracker.agencies import queries as bodies_held
from tracker.agencies.classifications import IN_TIME, PEER_GROUP, group_on, last_told, told_by
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.agencies.queries import held_on
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import UNIT
from tracker.compliance.models import AssessedDay, StatusSpan
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.as_of import SUM, AsOf
from tracker.compliance.steps.queries import holds_on
from tracker.compliance.steps.sums import STATUSES
from tracker.compliance.telling import honesty
from tracker.core.db.database import Condition
from tracker.core.db.searching import exactly_found_by, found_by
from tracker.programmes.frames import Frame, Frames
from tracker.programmes.models import Programme
from tracker.progress.appraising.as_of import came, decided, waiting_reports
from tracker.progress.models import Report
from tracker.rule.exact import half_up

REPORT_AGENCY = Report.agency_id
SPAN = sa.inspect(StatusSpan).local_table.c
AGENCY = sa.inspect(Agency).local_table.c
TARGET = sa.inspect(Target).local_table.c
COMMITMENT = sa.inspect(Commitment).local_table.c
PROGRAMME = sa.inspect(Programme).local_table.c

WEEK = timedelta(days=6)  # before the last of seven days
MOST_COUNTED = 500  # reports that wait; beyond that their targets are told as "at least"


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
_COMPARED = AsOf(
    AGENCY.id, SUM.score, SUM.total, SUM.weight, PEER_GROUP.label("peer"), *_COUNTS, whole=True, named=True
)
_CELLS = AsOf(SUM.agency_id, SUM.domain, SUM.score, SUM.targets, whole=False)


def bodies(session: Session, programme_id: int, day: date | None, on: date, *where: Condition) -> Sequence[Any]:
    """The sums of each body over all its targets: its names, score, punctuality, exact sums and counts by status, and
    its peer group `on` the day."""
    return standings.bodies_on(session, programme_id, day, on, *where)


def counts_of(row: Any) -> tuple[int, ...]:
    """How many targets stand in each of STATUSES: the last columns of `bodies` and `compared`."""
    return tuple(row[-len(STATUSES) :])


def compared(session: Session, programme_id: int, day: date) -> Sequence[Any]:
    """What a past day's sums of each body add up from: its peer group, exact sums and counts by status."""
    return _COMPARED.read(session, programme_id, day, on=day)


def cells(session: Session, programme_id: int, day: date | None, agency_id: int | None = None) -> Sequence[Any]:
    """(body, domain, score, targets) of each body and domain that has targets; of one body, where it is given."""
    return _CELLS.read(session, programme_id, day, agency_id=agency_id)


def in_statuses(statuses: Sequence[str]) -> Condition:
    """Condition on `SPAN`: stands in one of these. Literal, so that the partial index of what is late answers it."""
    known = [status for status in STATUSES if status in set(statuses)]
    return SPAN.status.in_([sa.literal_column(f"'{status}'") for status in known])


def of_the_week(kind: str, on: date) -> Condition:
    """Condition on `TARGET`: in the seven days up to a day a report of it came, or was decided on."""
    return TARGET.id.in_((came if kind == "came" else decided)(on - WEEK, on))


def waits_since(day: date | None, until: date) -> Condition:
    """Condition on `TARGET`: a report of it was sent on or before `until` and waits for an appraiser on the day."""
    found = waiting_reports(day).subquery()
    return TARGET.id.in_(sa.select(found.c.target_id).where(found.c.sent_on <= until))


_LISTED = (
    sa.select(
        SPAN.target_id,
        SPAN.agency_id,
        TARGET.token,
        TARGET.code,
        TARGET.title,
        AGENCY.code.label("agency_code"),
        AGENCY.name.label("agency_name"),
        AGENCY.appraised_by_id,
        SPAN.domain,
        SPAN.status,
        SPAN.deadline_on,
        SPAN.score,
        SPAN.punctuality,
        SPAN.reason,
        TARGET.due_on.label("first_due_on"),
        UNIT,
    )
    .select_from(SPAN.id.table)
    .join(TARGET.id.table, TARGET.id == SPAN.target_id)
    .join(AGENCY.id.table, AGENCY.id == SPAN.agency_id)
)


def listed(programme_id: Any, day: Any, *visible: Condition) -> sa.Select[Any]:
    """The targets of a programme with the step that holds on the day (either may be a parameter of a statement that is
    kept); `visible` is on `TARGET` or `AGENCY`."""
    return _LISTED.where(SPAN.programme_id == programme_id, holds_on(day), *visible)


def counting(programme_id: int, day: date | None, visible: Sequence[Condition], filters: Sequence[Condition]) -> Any:
    """The same rows where they are only counted and `filters` are still to come: without the tables of which nothing
    is asked, since a step has one target and one body, and to read them for thousands of rows takes long."""
    asked = (part for condition in (*visible, *filters) for part in visitors.iterate(condition))
    tables = {part.table for part in asked if isinstance(part, sa.Column)}
    source: Any = SPAN.id.table
    for one, key in ((TARGET.id, SPAN.target_id), (AGENCY.id, SPAN.agency_id)):
        if one.table in tables:
            source = source.join(one.table, one == key)
    here = (SPAN.programme_id == programme_id, holds_on(day), *visible)
    # (The order says which index to go by, also where the database knows nothing of its tables yet.)
    return sa.select(SPAN.target_id).select_from(source).where(*here).order_by(SPAN.deadline_on, SPAN.target_id)


def exported(
    programme_id: int,
    day: date | None,
    *visible: Condition,
    by_agency: bool = False,
    waiting_until: date | None = None,
) -> sa.Select[Any]:
    """The same rows with the columns of a file, `visible` on `TARGET` or `SPAN`; `by_agency`: in an order of bodies;
    `waiting_until` a day: with since when a report has waited for an appraiser, and whoever appraises the body.

    Texts by language and days stay as they are stored, and bodies and commitments are numbers: a file has very many
    rows, and each name is looked up once.
    """
    columns: tuple[Any, ...] = (
        SPAN.agency_id,
        TARGET.commitment_id,
        TARGET.code,
        sa.type_coerce(TARGET.title, sa.Text).label("title"),
        SPAN.domain,
        SPAN.status,
        sa.cast(SPAN.from_on, sa.String).label("from_on"),
        sa.cast(SPAN.deadline_on, sa.String).label("deadline_on"),
        sa.cast(TARGET.due_on, sa.String).label("first_due_on"),
        SPAN.score,
        SPAN.delivery,
        SPAN.punctuality,
    )
    source = SPAN.id.table.join(TARGET.id.table, TARGET.id == SPAN.target_id)
    if by_agency or waiting_until is not None:
        source = source.join(AGENCY.id.table, AGENCY.id == SPAN.agency_id)
    if waiting_until is not None:
        reports = waiting_reports(day).subquery()
        here = (reports.c.target_id == SPAN.target_id, reports.c.sent_on <= waiting_until)
        since = sa.select(sa.cast(sa.func.min(reports.c.sent_on), sa.String)).where(*here)
        columns += (since.scalar_subquery().label("since"), AGENCY.appraised_by_id)
    return sa.select(*columns).select_from(source).where(SPAN.programme_id == programme_id, holds_on(day), *visible)


def commitment_numbers(session: Session, programme_id: int) -> dict[int, str]:
    """The number of each commitment of a programme, by its id."""
    statement = sa.select(COMMITMENT.id, COMMITMENT.number).where(COMMITMENT.programme_id == programme_id)
    return {row.id: row.number for row in session.connection().execute(statement)}


def says(text: str) -> Condition:
    """Condition on `TARGET`: the words stand in its title or are its code, or are its commitment's number."""
    numbered = sa.select(COMMITMENT.id).where(found_by(COMMITMENT.search_key, text))
    return sa.or_(found_by(TARGET.search_key, text), TARGET.commitment_id.in_(numbered))


def says_exactly(text: str) -> sa.ColumnElement[int] | None:
    """Order: 0 where the words stand in it with the marks that were typed."""
    return exactly_found_by(TARGET.search_key, text)


def of_agencies(condition: Condition) -> Condition:
    """Condition on `SPAN`: of the bodies that meet one (on `AGENCY`)."""
    return SPAN.agency_id.in_(sa.select(AGENCY.id).where(condition))


def of_group(group: Any, on: Any) -> Condition:
    """Condition on `SPAN`: of the bodies that are in a peer group on a day, either a value or a parameter."""
    return of_agencies(group_on(on) == group)


def agencies(session: Session, on: date, *where: Condition) -> Sequence[Any]:
    """All bodies in Vietnamese order: id, code, name by language, the key of that order, peer group on a day."""
    statement = sa.select(AGENCY.id, AGENCY.code, AGENCY.name, AGENCY.sort_key, PEER_GROUP.label("peer")).where(*where)
    told = statement.select_from(told_by(AGENCY.id.table, on)).order_by(AGENCY.sort_key, AGENCY.id, *IN_TIME)
    return last_told(session.connection().execute(told))


def committed(session: Session, programme_id: int, on: date, *where: Condition) -> Sequence[Any]:
    """The same of the bodies that have a commitment in a programme."""
    theirs = sa.select(COMMITMENT.agency_id).where(COMMITMENT.programme_id == programme_id)
    return agencies(session, on, AGENCY.id.in_(theirs), *where)


def waiting(session: Session, programme_id: int, day: date | None, on: date, until: date) -> Any:
    """Targets with a report waiting for an appraiser: `all`, `long` (sent by `until`), the day of the `oldest`; and how
    many bodies are `without_head` that day (today: or whose head cannot sign in), and how many are `losing_head` soon.

    Reports are counted up to MOST_COUNTED and one more, so that a long queue costs no more than a short one.
    """
    days = {"day": day, "on": on, "until": until, "soon": on + bodies_held.SOON}
    return session.connection().execute(_waiting(past=day is not None), {"programme": programme_id, **days}).one()


@cache
def _waiting(*, past: bool) -> sa.Select[Any]:
    """Written once for today and once for past days, since writing it takes longer than answering it.

    Of a past day nobody is told to be losing a head: that was told in its own time.
    """
    on, until, soon = (sa.bindparam(name, type_=sa.Date) for name in ("on", "until", "soon"))
    reports = waiting_reports(sa.bindparam("day", type_=sa.Date) if past else None).subquery()
    here = (reports.c.programme_id == sa.bindparam("programme"), reports.c.sent_on <= on)
    some = sa.select(reports).where(*here).order_by(reports.c.sent_on, reports.c.id).limit(MOST_COUNTED + 1).subquery()
    long = some.c.sent_on <= until
    losing = sa.false() if past else AGENCY.id.in_(bodies_held.losing_head(on, soon))
    return sa.select(
        sa.func.count(some.c.target_id.distinct()).label("all"),
        sa.func.count().label("all_reports"),
        sa.func.count(sa.case((long, some.c.target_id)).distinct()).label("long"),
        sa.func.count(sa.case((long, some.c.id))).label("long_reports"),
        sa.func.min(some.c.sent_on).label("oldest"),
        bodies_held.without_head_on(on, None if past else led_now(on)).label("without_head"),
        sa.select(sa.func.count()).select_from(AGENCY.id.table).where(losing).scalar_subquery().label("losing_head"),
    )


def oldest_waiting(session: Session, day: date | None, on: date, target_ids: Sequence[int]) -> dict[int, date]:
    """Since when each of these targets (a page of them) has had a report waiting for an appraiser."""
    reports = waiting_reports(day).subquery()
    found = sa.select(reports.c.target_id, sa.func.min(reports.c.sent_on)).group_by(reports.c.target_id)
    rows = session.connection().execute(found.where(reports.c.target_id.in_(target_ids), reports.c.sent_on <= on))
    return {row[0]: row[1] for row in rows}


def appraising(session: Session, on: date) -> dict[int, dict[str, str]]:
    """The bodies whose appraisers decide on reports on a day, in Vietnamese order: names by language, by id."""
    return {row.id: row.name for row in session.connection().execute(_APPRAISING, {"on": on})}


_HELD = sa.select(OfficeHolding.agency_id).where(
    OfficeHolding.office == Office.APPRAISER, held_on(sa.bindparam("on", type_=sa.Date))
)
_APPRAISING = sa.select(AGENCY.id, AGENCY.name).where(AGENCY.id.in_(_HELD)).order_by(AGENCY.sort_key, AGENCY.id)


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
    appraised_by_id: int | None
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
        Agency.appraised_by_id,
        *_PROGRAMME,
        _ASSESSED,
    )
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Agency, Agency.id == Target.agency_id)
    .join(PROGRAMME.id.table, PROGRAMME.id == Target.programme_id)
    .where(Target.token == sa.bindparam("token"))
)


def target_head(session: Session, token: str, visible: Condition) -> TargetHead | None:
    """The target of an address; none where it is unknown or out of the reader's scope (a condition on `TARGET`)."""
    statement = _HEAD if isinstance(visible, sa.True_) else _HEAD.where(visible)
    row = session.execute(statement, {"token": token}).one_or_none()
    return TargetHead(*[*row[:8], ProgrammeRow(*row[8:-1]), row[-1]]) if row else None


def gaps_of(session: Session, programme_id: int, on: date, visible: Condition) -> dict[tuple[int, str], Decimal]:
    """By commitment and code of a target: reported less appraised, of those of which another figure counts; `visible`
    on `REPORT_AGENCY`."""
    found = honesty.of_targets(session, on, Frames(session), Report.programme_id == programme_id, visible)
    statement = sa.select(TARGET.id, TARGET.commitment_id, TARGET.code).where(TARGET.id.in_(list(found)))
    rows = session.connection().execute(statement) if found else ()
    return {(row.commitment_id, row.code): half_up(found[row.id]) for row in rows}
