"""The board as a page draws it, from the stored sums: peer groups, ranks, bands, and what all add up to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from tracker.compliance.standings.queries import score_ranked
from tracker.compliance.steps.spans import hundredths
from tracker.compliance.steps.sums import STATUSES
from tracker.core.languages import DEFAULT
from tracker.monitoring import queries, words
from tracker.rule import NO_SCORES, Weighed, added, ranks
from tracker.rule.facts import Status
from tracker.rule.score import UNSCORED

MET = (Status.MET_ON_TIME, Status.MET_LATE)
TRAILING = (Status.BEHIND, Status.AT_RISK)
LATE = (Status.OVERDUE, Status.UNREPORTED)


class Row(NamedTuple):
    """One body; `counts` by status, `late` those overdue or unreported. Scores in hundredths.

    `judged` of its targets have a score, `of` are not void; `share` is how many percent the judged ones carry of the
    weight of those, rounded down.
    """

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
    judged: int
    of: int
    share: int
    counts: Mapping[str, int]
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
    scores: Weighed = NO_SCORES

    @property
    def score(self) -> int | None:
        """The weighted mean over all targets that have a score."""
        return hundredths(self.scores.mean)

    def of(self, statuses: Iterable[str]) -> int:
        """How many targets stand in one of these."""
        return sum(self.counts[str(status)] for status in statuses)


def totals(rows: Iterable[Any]) -> Totals:
    """The exact sums of bodies' rows (`queries.bodies`, `queries.compared`) added up."""
    rows = list(rows)
    found = Totals(scores=added(rows))
    found.counts.update(zip(STATUSES, map(sum, zip(*map(queries.counts_of, rows), strict=True)), strict=False))
    return found


def groups(bodies: Iterable[Any], bands: words.Bands, language: str) -> list[Group]:
    """Peer groups in their order, each with its bodies (`queries.bodies`) by rank."""
    by_group: dict[str, list[Any]] = defaultdict(list)
    for body in bodies:
        by_group[body.peer].append(body)
    return [Group(key, _ranked(by_group[key], bands, language)) for key in sorted(by_group, key=words.group_place)]


def only(groups: Iterable[Group], ids: Collection[int]) -> list[Group]:
    """Of peer groups those bodies, ranked among all."""
    found = (replace(group, rows=[row for row in group.rows if row.agency_id in ids]) for group in groups)
    return [group for group in found if group.rows]


def _ranked(bodies: list[Any], bands: words.Bands, language: str) -> list[Row]:
    places = ranks({body.id: score_ranked(body, bands.policy) for body in bodies})
    rows = [_row(body, places[body.id], bands, language) for body in bodies]
    return sorted(rows, key=lambda row: (row.rank or len(rows) + 1, row.sort_key, row.agency_id))


def _row(body: Any, rank: int | None, bands: words.Bands, language: str) -> Row:
    """One row of `queries.bodies`, its columns taken apart in their order: a page has hundreds."""
    (
        agency_id,
        code,
        name,
        sort_key,
        score,
        punctuality,
        _total,
        weight,
        counted_weight,
        targets,
        peer,
        *of_statuses,
    ) = body
    counts = dict(zip(STATUSES, of_statuses, strict=True))
    late = counts[LATE[0]] + counts[LATE[1]]
    judged = targets - sum(map(counts.__getitem__, UNSCORED))
    share = int(100 * weight / counted_weight) if counted_weight else 0
    own_name, band = name.get(language) or name[DEFAULT], bands[score]
    figures = (score, band, punctuality, targets, late, judged, targets - counts[Status.VOID], share, counts)
    return Row(agency_id, code, own_name, peer, sort_key, *figures, rank)
