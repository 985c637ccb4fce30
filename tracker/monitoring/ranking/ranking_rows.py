"""Rows of the ranking: where each body stands among its peers, how firm that is, and how it moved since a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance.standings import queries as standings
from tracker.compliance.standings import ranking
from tracker.compliance.standings.queries import Rank, score_ranked
from tracker.compliance.standings.ranking import FEW, Firmness, Standing
from tracker.core.languages import Text, _l, current_language
from tracker.monitoring import words
from tracker.monitoring.board import rows as board
from tracker.programmes.policy import in_force
from tracker.rule import Weighed
from tracker.rule.facts import Policy, PolicyVersion

UNRANKED = Rank(None, 0)


@dataclass(frozen=True, slots=True)
class Before:
    """How a body stood on the day that it is compared with; `group`: among whom."""

    rank: Rank
    score: int | None
    group: str


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One body: its row as the board has it, among how many it is ranked, how firm its rank is (none where that is not
    told), and how it stood before (none: it had no target then)."""

    row: board.Row
    among: int
    firm: Firmness | None
    before: Before | None

    @property
    def few(self) -> bool:
        """Whether so few of its targets are judged that one of them decides much."""
        return self.row.rank is not None and self.row.judged < FEW

    @property
    def climbed(self) -> int | None:
        """By how many ranks it is better than before; none where one of the two is none, or others were its peers."""
        before = self.before
        if before is None or before.rank.rank is None or self.row.rank is None or before.group != self.row.group:
            return None
        return before.rank.rank - self.row.rank

    @property
    def gained(self) -> int | None:
        """By how many hundredths its score is higher than before."""
        before = self.before.score if self.before else None
        return None if before is None or self.row.score is None else self.row.score - before


@dataclass(frozen=True, slots=True)
class RankedGroup:
    """A peer group with its bodies, the best first."""

    key: str
    rows: Sequence[RankedRow]


# What is measured, which way is better, and why it matters: told beside the table, by the name of the column.
MEASURES: Sequence[tuple[str, Text, Text, Text]] = (
    (
        "score",
        _l("Score"),
        _l("Higher is better"),
        _l(
            "The mean of the scores of all judged targets, each by its weight: how far a body keeps what it signed. "
            "Bodies are ranked by it alone, within their peer group; equal scores share a rank."
        ),
    ),
    (
        "firm",
        _l("Ranks possible"),
        _l("Narrower is firmer"),
        _l(
            "The best and the worst rank that the body would have if one single target of it counted 100 or 0, all "
            "others as they are. Where the range is wide, the difference to the neighbours says little."
        ),
    ),
    (
        "moved",
        _l("Movement"),
        _l("Upwards is better"),
        _l(
            "By how many ranks and points the body stands higher or lower than on the day chosen. A rank can change "
            "though the score did not: others moved."
        ),
    ),
    (
        "judged",
        _l("Judged"),
        _l("More is firmer"),
        _l(
            "How many targets have a score, of all that count, and how much of the weight they carry. With too little "
            "of it a body is not ranked: nobody should gain by targets that are not judged yet."
        ),
    ),
    (
        "punctuality",
        _l("Punctuality"),
        _l("Higher is better"),
        _l(
            "How many of the reports that were due came in time. A late report counts a little in the score, and a "
            "missing one makes its target unreported, with no points."
        ),
    ),
)


def groups(
    session: Session,
    programme_id: int,
    days: tuple[date | None, date],
    since: date,
    policies: Sequence[PolicyVersion],
    group: str | None,
    *where: Any,
) -> tuple[list[RankedGroup], bool]:
    """The peer groups (or one of them) as of a day: (none for today, the day itself). And whether ranges are told: not
    of more bodies than can be asked about at once."""
    day, on = days
    policy = in_force(policies, on)
    bodies = [
        one for one in standings.bodies_on(session, programme_id, day, on, *where) if not group or one.peer == group
    ]
    before = _before(session, programme_id, since, in_force(policies, since), *where)
    told = len(bodies) <= ranking.MOST_RANGED
    firm = _firm(session, programme_id, day, bodies, policy) if told else {}
    found = []
    for one in board.groups(bodies, words.Bands(policy), current_language()):
        among = sum(row.rank is not None for row in one.rows)
        rows = [RankedRow(row, among, firm.get(row.agency_id), before.get(row.agency_id)) for row in one.rows]
        found.append(RankedGroup(one.key, rows))
    return found, told


def _firm(
    session: Session, programme_id: int, day: date | None, bodies: Sequence[Any], policy: Policy
) -> Mapping[int, Firmness]:
    stands = [Standing(one.id, one.peer, Weighed(one.total, one.weight), score_ranked(one, policy)) for one in bodies]
    ranked = [one.agency_id for one in stands if one.ranked is not None]
    return ranking.firmness(stands, ranking.flips(session, programme_id, day, ranked) if ranked else {})


def _before(session: Session, programme_id: int, since: date, policy: Policy, *where: Any) -> dict[int, Before]:
    rows = standings.bodies_on(session, programme_id, since, since, *where)
    ranks = standings.ranked({row.id: (row.peer, score_ranked(row, policy)) for row in rows})
    return {row.id: Before(ranks.get(row.id, UNRANKED), row.score, row.peer) for row in rows}
