"""The board as a page draws it, from the stored sums: peer groups, ranks, bands, and what all add up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

from tracker.compliance.spans import hundredths, points
from tracker.core.languages import DEFAULT
from tracker.monitoring import words
from tracker.rule import mean_of_sums, ranks
from tracker.rule.facts import Policy, Status

_EXACT = Context(prec=120)

MET = (Status.MET_ON_TIME, Status.MET_LATE)
TRAILING = (Status.BEHIND, Status.AT_RISK)
LATE = (Status.OVERDUE, Status.UNREPORTED)


@dataclass(frozen=True, slots=True)
class Cell:
    """One domain of one body. `text` is the score in whole points; none: nothing there has a score."""

    domain: int
    text: int | None
    band: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One body: `cells` in the order of the domains shown, none where it has no target there; `counts` by status."""

    agency_id: int
    code: str
    name: str
    group: str
    sort_key: str
    score: int | None
    band: str | None
    punctuality: int | None
    targets: int
    late: int
    counts: Mapping[str, int]
    cells: Sequence[Cell | None] = ()
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One peer group with its bodies, the best first; those without a score last."""

    key: str
    rows: Sequence[Row]


@dataclass(slots=True)
class Totals:
    """What all bodies add up to. Scores in hundredths."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    total: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)

    @property
    def score(self) -> int | None:
        """The weighted mean over all targets that have a score."""
        return hundredths(mean_of_sums(self.total, self.weight))

    def of(self, statuses: Iterable[str]) -> int:
        """How many targets stand in one of these."""
        return sum(self.counts[str(status)] for status in statuses)


def totals(rows: Iterable[Any]) -> Totals:
    """The exact sums of bodies' rows (`queries.bodies`, `queries.compared`) added up, in the statuses on top."""
    found = Totals()
    for row in rows:
        found.total = _EXACT.add(found.total, row.total)
        found.weight = _EXACT.add(found.weight, row.weight)
        for status in (*MET, *TRAILING, *LATE):
            found.counts[status] += getattr(row, status)
    return found


def groups(bodies: Iterable[Any], cells: Iterable[Any], policy: Policy, language: str) -> list[Group]:
    """Peer groups in their order, each with its bodies by rank. `cells` may be empty: then no row has any."""
    by_body: dict[int, dict[int, Cell]] = defaultdict(dict)
    for agency_id, domain, score, _targets in cells:
        text = None if score is None else words.whole(score)
        by_body[agency_id][domain] = Cell(domain, text, words.band_of(score, policy))
    by_group: dict[str, list[Any]] = defaultdict(list)
    for body in bodies:
        by_group[body.peer].append(body)
    return [
        Group(key, _ranked(by_group[key], by_body, policy, language)) for key in sorted(by_group, key=words.group_place)
    ]


def _ranked(bodies: list[Any], cells: Mapping[int, dict[int, Cell]], policy: Policy, language: str) -> list[Row]:
    places = ranks({body.id: points(body.score) for body in bodies})
    rows = [_row(body, cells.get(body.id, {}), places[body.id], policy, language) for body in bodies]
    return sorted(rows, key=lambda row: (row.rank or len(rows) + 1, row.sort_key, row.agency_id))


def _row(body: Any, cells: dict[int, Cell], rank: int | None, policy: Policy, language: str) -> Row:
    counts = {status: getattr(body, status) for status in words.STATUSES}
    return Row(
        agency_id=body.id,
        code=body.code,
        name=body.name.get(language) or body.name[DEFAULT],
        group=body.peer,
        sort_key=body.sort_key,
        score=body.score,
        band=words.band_of(body.score, policy),
        punctuality=body.punctuality,
        targets=body.targets,
        late=body.overdue + body.unreported,
        counts=counts,
        cells=[cells.get(domain) for domain in words.DOMAINS],
        rank=rank,
    )
