"""Reads of the stored steps and sums, as of any day. Whose rows may be seen is a condition passed in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.compliance.models import ATTENTION, AgencySum, StatusSpan
from tracker.compliance.spans import points
from tracker.compliance.sums import ALL_DOMAINS, STATUSES, Amounts, amounts_in, mean
from tracker.rule.standing import ranks

Condition = sa.ColumnElement[bool]

SPAN = sa.inspect(StatusSpan).local_table.c
SUM = sa.inspect(AgencySum).local_table.c
GROUP = sa.func.coalesce(Agency.peer_group, Agency.kind)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as of a day. Scores in hundredths, none where nothing has one; `counts` by status."""

    score: int | None
    punctuality: int | None
    targets: int
    counts: dict[str, int]
    amounts: Amounts  # exact, so that sums can be added up


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One body on the board; `rank` within its peer group, equal scores sharing one, none where it has no score."""

    agency_id: int
    code: str
    name: dict[str, str]
    peer_group: str
    rank: int | None
    sum: Sum


def board(
    session: Session, programme_id: int, day: date | None, *where: Condition, domain: int = ALL_DOMAINS
) -> list[BoardRow]:
    """The bodies of a programme as of a day (none: today), by peer group and rank, in one statement.

    The conditions are on Agency. Ranks are among the bodies that meet them: leave whole peer groups in.
    """
    source, of_day = _as_of(programme_id, day)
    statement = (
        sa.select(Agency.id.label("body_id"), Agency.code, Agency.name, Agency.sort_key, GROUP.label("peer"), *SUM)
        .select_from(source)
        .where(*of_day, SUM.domain == domain, SUM.targets > 0, *where)
    )
    rows = session.connection().execute(statement).all()
    placed: dict[int, int | None] = {}
    for group in {row.peer for row in rows}:
        placed |= ranks({row.body_id: points(row.score) for row in rows if row.peer == group})
    ordered = sorted(rows, key=lambda row: (row.peer, placed[row.body_id] or len(rows) + 1, row.sort_key))
    return [
        BoardRow(row.body_id, row.code, row.name, row.peer, placed[row.body_id], _sum(amounts_in(row)))
        for row in ordered
    ]


def added_up(sums: Iterable[Sum]) -> Sum:
    """Sums of bodies added up to that of a group or of the province."""
    total = Amounts()
    for some in sums:
        total += some.amounts
    return _sum(total)


def domain_sums(session: Session, programme_id: int, day: date | None, *where: Condition) -> dict[int, Sum]:
    """The sums by domain as of a day (none: today), over the bodies that meet the conditions (on Agency)."""
    source, of_day = _as_of(programme_id, day)
    conditions = (*of_day, SUM.domain != ALL_DOMAINS, SUM.targets > 0, *where)
    statement = sa.select(*SUM).select_from(source).where(*conditions)
    found: dict[int, Amounts] = {}
    for row in session.connection().execute(statement):
        found[row.domain] = found.get(row.domain, Amounts()) + amounts_in(row)
    return {domain: _sum(found[domain]) for domain in sorted(found)}


def spans_of(session: Session, target_id: int) -> list[StatusSpan]:
    """All steps of a target, the latest first."""
    return list(
        session.scalars(
            sa.select(StatusSpan).where(StatusSpan.target_id == target_id).order_by(StatusSpan.from_on.desc())
        )
    )


def span_on(session: Session, target_id: int, day: date) -> StatusSpan | None:
    """The step of a target that holds on a day; none before the first."""
    return standing(session, [target_id], day).get(target_id)


def standing(session: Session, target_ids: Collection[int], day: date) -> dict[int, StatusSpan]:
    """The step that holds on a day of each of these targets (a page of them, never a whole province)."""
    if not target_ids:
        return {}
    statement = sa.select(StatusSpan).where(StatusSpan.target_id.in_(target_ids), holds_on(day))
    return {span.target_id: span for span in session.scalars(statement)}


def holds_on(day: date | None) -> Condition:
    """Condition on StatusSpan: the step holds on the day; none means today, which the indexes of open steps answer."""
    if day is None:
        return SPAN.to_on.is_(None)
    return sa.and_(SPAN.from_on <= day, sa.or_(SPAN.to_on.is_(None), SPAN.to_on > day))


def needs_attention() -> Condition:
    """Condition on StatusSpan: overdue or unreported.

    With the programme and `holds_on(None)` an index gives these in the order of `by_deadline`.
    """
    return sa.text(ATTENTION)  # type: ignore[return-value]


def by_deadline() -> tuple[sa.ColumnElement[Any], ...]:
    """What such a list is ordered by, the identity last."""
    return SPAN.deadline_on, SPAN.target_id


def late(programme_id: int, day: date | None, *where: Condition) -> sa.Select[Any]:
    """The steps of late targets that hold on a day, the earliest deadline first; to be joined and limited."""
    return (
        sa.select(*SPAN)
        .where(SPAN.programme_id == programme_id, holds_on(day), needs_attention(), *where)
        .order_by(*by_deadline())
    )


def _as_of(programme_id: int, day: date | None) -> tuple[sa.FromClause, tuple[Condition, ...]]:
    """What to select from, and the conditions, for the sums as of a day, joined with Agency.

    Every body and domain has one open row, found by the index of those; from it that of a past day is one seek, however
    long the history.
    """
    table = SUM.id.table
    bodies = sa.inspect(Agency).local_table
    if day is None:
        return table.join(bodies, SUM.agency_id == Agency.id), (SUM.programme_id == programme_id, SUM.to_on.is_(None))
    now, other = table.alias("now"), table.alias("other")
    key = ("programme_id", "agency_id", "domain")
    begun = (
        sa.select(sa.func.max(other.c.from_on))
        .where(*(other.c[name] == now.c[name] for name in key), other.c.from_on <= day)
        .correlate(now)
        .scalar_subquery()
    )
    source = now.join(table, sa.and_(*(SUM[name] == now.c[name] for name in key), SUM.from_on == begun))
    joined = source.join(bodies, SUM.agency_id == Agency.id)
    return joined, (now.c.programme_id == programme_id, now.c.to_on.is_(None))


def _sum(amounts: Amounts) -> Sum:
    return Sum(
        score=mean(amounts.total, amounts.weight),
        punctuality=mean(amounts.punctual_total, amounts.punctual_weight),
        targets=amounts.targets,
        counts=dict(zip(STATUSES, amounts.counts, strict=True)),
        amounts=amounts,
    )
