"""Sums of the steps of a body's targets, in one programme and by domain: steps themselves, kept by adding what changes.

All arithmetic is exact, so that adding up changes gives the same rows as adding up everything.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.compliance.models import AgencySum, StatusSpan
from tracker.compliance.records import targets
from tracker.compliance.steps import locks
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.upsert import Changed
from tracker.rule.facts import Status
from tracker.rule.standing import NO_SCORES, Weighed, weighed

ALL_DOMAINS = 0
STATUSES = tuple(str(status) for status in Status)
_WIDTH = len(STATUSES)
_PLACE = {status: place for place, status in enumerate(STATUSES)}

_SUM = sa.inspect(AgencySum).local_table
_SPAN = sa.inspect(StatusSpan).local_table.c


class Key(NamedTuple):
    """Whose sum: a programme, a body, a domain (0: all of them)."""

    programme_id: int
    agency_id: int
    domain: int


# The columns that change together: a row that ends, and all but whose it is and its first day.
_CLOSED = ("to_on",)
_SUMMED = tuple(column.name for column in _SUM.columns if column.name not in {"id", *Key._fields, "from_on"})


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is summed: how many targets stand in each status, their scores, their punctuality, and the weights of those
    that are not void (each a score of 0)."""

    counts: tuple[int, ...] = (0,) * _WIDTH
    scores: Weighed = NO_SCORES
    punctuality: Weighed = NO_SCORES
    counted: Weighed = NO_SCORES

    def __add__(self, other: "Amounts") -> "Amounts":
        counts = tuple(map(int.__add__, self.counts, other.counts))
        scores, punctuality = self.scores + other.scores, self.punctuality + other.punctuality
        return Amounts(counts, scores, punctuality, self.counted + other.counted)

    @property
    def targets(self) -> int:
        """How many targets there are."""
        return sum(self.counts)


NOTHING = Amounts()


class Changes:
    """What changes of the sums, day by day: filled from steps that go and come, then written in one go."""

    def __init__(self) -> None:
        self._by_key: dict[Key, dict[date, list[Any]]] = defaultdict(lambda: defaultdict(_nothing_yet))

    def add(self, span: Any, sign: int = 1) -> None:
        """A step comes (1) or goes (-1); scores in hundredths. A target without a score is left out of the mean."""
        place, amounts = _PLACE[span.status], _amounts(span)
        for domain in (ALL_DOMAINS, span.domain):
            days = self._by_key[Key(span.programme_id, span.agency_id, domain)]
            _shift(days[span.from_on], place, amounts, sign)
            if span.to_on is not None:
                _shift(days[span.to_on], place, amounts, -sign)

    def end(self, span: Any, on: date) -> None:
        """An open step ends on a day."""
        amounts = _amounts(span)
        for domain in (ALL_DOMAINS, span.domain):
            days = self._by_key[Key(span.programme_id, span.agency_id, domain)]
            _shift(days[on], _PLACE[span.status], amounts, -1)

    def take(self, but_agency: int | None = None) -> dict[Key, dict[date, Amounts]]:
        """Everything gathered, less what cancels out, and forget it; `but_agency` keeps that body's for later."""
        taken = {}
        for key in [key for key in self._by_key if key.agency_id != but_agency]:
            cells = {day: Amounts(tuple(cell[:_WIDTH]), *cell[_WIDTH:]) for day, cell in self._by_key.pop(key).items()}
            taken[key] = {day: amounts for day, amounts in cells.items() if amounts != NOTHING}
        return {key: days for key, days in taken.items() if days}


def _nothing_yet() -> list[Any]:
    """One day's changes while they are gathered: a count for each status, then the sums as in Amounts."""
    return [*NOTHING.counts, NOTHING.scores, NOTHING.punctuality, NOTHING.counted]


def _amounts(span: Any) -> tuple[Weighed, ...]:
    return (
        weighed(points(span.score), span.weight),
        weighed(points(span.punctuality), span.weight),
        counted(span.status, span.weight),
    )


def counted(status: str, weight: Decimal) -> Weighed:
    """The weight of a target that is not void."""
    return weighed(None if status == Status.VOID else Decimal(0), weight)


def _shift(cell: list[Any], place: int, amounts: tuple[Weighed, ...], sign: int) -> None:
    cell[place] += sign
    for at, amount in enumerate(amounts, _WIDTH):
        if amount.weight:
            cell[at] = cell[at] + amount if sign > 0 else cell[at] - amount


def apply(session: Session, changes: dict[Key, dict[date, Amounts]]) -> None:
    """Add changes to the stored sums. The bodies are held already (`locks.hold`)."""
    if not changes:
        return
    stored = _stored(session, changes)
    write = Changed(AgencySum, _CLOSED, _SUMMED, ends=_CLOSED)
    for key, days in changes.items():
        rows = stored.get(key, [])
        _replace(write, key, rows, _added(rows, days))
    write.write(session)


def rebuild(session: Session, programme_id: int, agency_id: int) -> int:
    """Add up a body's sums anew from its steps; returns how many rows had to be mended."""
    locks.hold(session, [agency_id])
    write = Changed(AgencySum, _CLOSED, _SUMMED, ends=_CLOSED)
    for key, (rows, steps) in _compared(session, programme_id, agency_id).items():
        _replace(write, key, rows, steps)
    return write.write(session)


def bodies(session: Session) -> list[tuple[int, int]]:
    """(programme, body) of all stored sums, in order."""
    pair = (_SUM.c.programme_id, _SUM.c.agency_id)
    rows = session.connection().execute(sa.select(*pair).distinct().order_by(*pair))
    return [(programme_id, agency_id) for programme_id, agency_id in rows]


def differences(session: Session, programme_id: int, agency_id: int) -> list[tuple[int, date, str, Any, Any]]:
    """Where the stored sums of a body differ from those of its steps: (domain, day, column, stored, right)."""
    found: list[tuple[int, date, str, Any, Any]] = []
    for key, (rows, steps) in _compared(session, programme_id, agency_id).items():
        stored = {row.from_on: dict(row._mapping) for row in rows}
        right = {step.from_on: step.columns(key) for step in steps}
        for day in sorted(stored.keys() | right.keys()):
            old, new = stored.get(day), right.get(day)
            if old is None or new is None:
                found.append((key.domain, day, "from_on", old and day, new and day))
            else:
                found += [(key.domain, day, name, old[name], new[name]) for name in new if old[name] != new[name]]
    return found


@dataclass(frozen=True, slots=True)
class _Step:
    """One row of sums, less whose it is."""

    from_on: date
    to_on: date | None
    amounts: Amounts

    def columns(self, key: Key) -> dict[str, Any]:
        scores, punctuality = self.amounts.scores.plain(), self.amounts.punctuality.plain()
        return {
            **key._asdict(),
            "from_on": self.from_on,
            "to_on": self.to_on,
            "score": hundredths(scores.mean),
            "punctuality": hundredths(punctuality.mean),
            "total": scores.total,
            "weight": scores.weight,
            "punctual_total": punctuality.total,
            "punctual_weight": punctuality.weight,
            "counted_weight": self.amounts.counted.plain().weight,
            "targets": self.amounts.targets,
            **dict(zip(STATUSES, self.amounts.counts, strict=True)),
        }


_opened, _older = (_SUM.alias(name).c for name in ("opened", "older"))


def _same_key(one: Any, other: Any) -> sa.ColumnElement[bool]:
    return sa.and_(*(one[name] == other[name] for name in Key._fields))


_before = sa.select(sa.func.max(_older.from_on)).where(
    _same_key(_older, _opened), _older.from_on < sa.bindparam("first", type_=sa.Date)
)
# By way of the open rows, of which each key has one: a few seeks find what counts of a key, however long its history.
# An outer join, which SQLite does not turn round; and no bare domain, for which it would take the index of all rows.
_SINCE = (
    sa.select(*_SUM.c)
    .select_from(_opened.id.table)
    .join(
        _SUM,
        sa.and_(
            _same_key(_SUM.c, _opened),
            _SUM.c.from_on >= sa.func.coalesce(_before.scalar_subquery(), sa.literal(date.min)),
        ),
        isouter=True,
    )
    .where(
        _opened.programme_id == sa.bindparam("programme_id", type_=sa.BigInteger),
        _opened.agency_id.in_(sa.bindparam("agency_ids", expanding=True)),
        (_opened.domain + 0).in_(sa.bindparam("domains", expanding=True)),
        _opened.to_on.is_(None),
    )
)


def amounts_in(row: Any) -> Amounts:
    columns = row._mapping
    counts = tuple(columns[status] for status in STATUSES)
    scores, punctuality = Weighed(row.total, row.weight), Weighed(row.punctual_total, row.punctual_weight)
    return Amounts(counts, scores, punctuality, Weighed(Decimal(0), row.counted_weight))


def _stored(session: Session, changes: dict[Key, dict[date, Amounts]]) -> dict[Key, list[Any]]:
    """The rows that hold on or after the first changed day, and the one that ends there, by key and in order."""
    by_programme: dict[int, set[int]] = defaultdict(set)
    for key in changes:
        by_programme[key.programme_id].add(key.agency_id)
    first = min(min(days) for days in changes.values())
    domains = sorted({key.domain for key in changes})
    found: dict[Key, list[Any]] = defaultdict(list)
    for programme_id, agency_ids in by_programme.items():
        of_them = {"programme_id": programme_id, "agency_ids": sorted(agency_ids), "domains": domains, "first": first}
        rows = session.connection().execute(_SINCE, of_them).all()
        for row in sorted(rows, key=lambda row: row.from_on):
            key = Key(row.programme_id, row.agency_id, row.domain)
            if key in changes:
                found[key].append(row)
    return found


def _added(rows: list[Any], days: dict[date, Amounts]) -> list[_Step]:
    """The steps of these rows with the changes added: a step begins only where something differs."""
    stored = {row.from_on: amounts_in(row) for row in rows}
    here = added = NOTHING
    first = min(days, default=date.min)
    steps: list[_Step] = []
    for day in sorted(stored.keys() | days.keys()):
        here = stored.get(day, here)
        added += days.get(day, NOTHING)
        amounts = here + added
        # The first row read stays where it begins before all changes: what stands before it was not read.
        if amounts == (steps[-1].amounts if steps else NOTHING) and (steps or day >= first):
            continue
        if steps:
            steps[-1] = _Step(steps[-1].from_on, day, steps[-1].amounts)
        steps.append(_Step(day, None, amounts))
    return steps


def _compared(session: Session, programme_id: int, agency_id: int) -> dict[Key, tuple[list[Any], list[_Step]]]:
    """Each key of a body: its stored rows, and the steps that its targets' steps add up to."""
    changes = Changes()
    for span in _spans(session, programme_id, agency_id):
        if span.status in _PLACE:  # one that the rule does not know was altered by hand: its step is named as such
            changes.add(span)
    right = {key: _added([], days) for key, days in changes.take().items()}
    stored: dict[Key, list[Any]] = defaultdict(list)
    whose = (_SUM.c.programme_id == programme_id, _SUM.c.agency_id == agency_id)
    for row in session.connection().execute(sa.select(*_SUM.c).where(*whose).order_by(_SUM.c.from_on)):
        stored[Key(programme_id, agency_id, row.domain)].append(row)
    return {key: (stored.get(key, []), right.get(key, [])) for key in sorted(stored.keys() | right.keys())}


def _spans(session: Session, programme_id: int, agency_id: int) -> Iterable[Any]:
    columns = [
        _SPAN[name]
        for name in (
            "programme_id",
            "agency_id",
            "domain",
            "from_on",
            "to_on",
            "status",
            "score",
            "punctuality",
            "weight",
        )
    ]
    # By way of the targets: past steps have no index by body, which would cost more at each write than it saves here.
    statement = sa.select(*columns).where(_SPAN.target_id.in_(targets.ids_of_body(programme_id, agency_id)))
    return session.connection().execute(statement.execution_options(yield_per=2_000))


def _replace(write: Changed, key: Key, rows: Collection[Any], steps: list[_Step]) -> None:
    """These rows of a key are to be these steps."""
    stored = {row.from_on: row for row in rows}
    for step in steps:
        columns = step.columns(key)
        row = stored.pop(step.from_on, None)
        if row is None:
            write.new.append(columns)
        else:
            write.change(row.id, row._mapping, columns)
    write.gone += [row.id for row in stored.values()]
