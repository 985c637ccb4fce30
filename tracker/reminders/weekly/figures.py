"""What changed in a week, by body: each figure by whoever the board and its pages ask, with the address of its rows.

The week is over: both of its days are past ones, so the pages say the same later.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.commitments.models import Target
from tracker.compliance.standings.queries import sums_on
from tracker.compliance.steps.queries import SPAN, holds_on
from tracker.compliance.telling import difference
from tracker.compliance.telling.difference import Turn, turn_of
from tracker.core.languages import Text, _l
from tracker.programmes.models import Programme
from tracker.progress.appraising.as_of import came, decided, waiting_reports
from tracker.reminders.weekly.kind import WEEK
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Status

LATE = (Status.OVERDUE.value, Status.UNREPORTED.value)
TARGET = sa.inspect(Target).local_table.c
# What is told of a body, in this order; the worst of it first.
NAMES: Mapping[str, Text] = {
    "worse": _l("Turned for the worse"),
    "late": _l("Overdue or unreported"),
    "waiting": _l("Waiting for an appraiser"),
    "better": _l("Turned for the better"),
    "came": _l("A report came"),
    "decided": _l("A report was decided on"),
}
TONES = {"worse": "bad", "late": "bad", "waiting": "warn", "better": "good", "came": "info", "decided": "info"}


@dataclass(frozen=True, slots=True)
class BodyWeek:
    """How many targets of a body (none: of all) each figure counts."""

    code: str | None
    name: Mapping[str, str]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Week:
    """A programme's week: its last day, what all bodies have together, and each body with anything to tell, the worst
    first."""

    programme: Programme
    on: date
    total: BodyWeek
    bodies: Sequence[BodyWeek]

    @property
    def since(self) -> date:
        """The last day of the week before."""
        return self.on - WEEK

    def page(self, figure: str, code: str | None) -> str:
        """The address of the rows that a figure counts, without the host."""
        given: list[tuple[str, str]] = [("programme", self.programme.code), ("on", self.on.isoformat())]
        given += [("agency", code)] if code else []
        if figure in (Turn.WORSE, Turn.BETTER):
            return f"/changes?{urlencode([*given, ('since', self.since.isoformat()), ('turn', figure)])}"
        if figure == "late":
            return f"/targets?{urlencode([*given, ('status', 'late')])}"
        shown = "any" if figure == "waiting" else figure
        return f"/targets?{urlencode([*given, ('status', 'all'), ('waiting', shown)])}"


def weeks(session: Session, on: date, programme_ids: Collection[int]) -> Iterator[Week]:
    """The week up to a past day of each of these programmes that ran in it and has anything to tell."""
    ran = (Programme.starts_on <= on, Programme.ends_on > on - WEEK, Programme.id.in_(programme_ids))
    for programme in session.scalars(sa.select(Programme).where(*ran).order_by(Programme.code)):
        counts = _counts(session, programme.id, on)
        if not any(counts.values()):
            continue
        names = agencies.names(session, {agency_id for agency_id, _figure in counts})
        bodies = [
            BodyWeek(*names[agency_id], {figure: counts[agency_id, figure] for figure in NAMES})
            for agency_id in names
            if any(counts[agency_id, figure] for figure in NAMES)
        ]
        bodies.sort(key=lambda body: ([-body.counts[figure] for figure in NAMES], body.code))
        total = {figure: sum(body.counts[figure] for body in bodies) for figure in NAMES}
        yield Week(programme, on, BodyWeek(None, {}, total), bodies)


def _counts(session: Session, programme_id: int, on: date) -> Counter[tuple[int, str]]:
    found = Counter[tuple[int, str]]()
    of_programme = SPAN.programme_id == programme_id
    for (agency_id, before, after), count in difference.counts(session, on - WEEK, on, of_programme).items():
        if (way := turn_of(before, after)) is not None:
            found[agency_id, way] += count
    for row in sums_on(session, programme_id, on):
        found[row.agency_id, "late"] += sum(getattr(row, status) for status in LATE)
    reports = waiting_reports(on).subquery()
    first = on - WEEK + ONE_DAY
    asked: dict[str, Any] = {
        "waiting": sa.select(reports.c.target_id).where(reports.c.sent_on <= on),
        "came": came(first, on),
        "decided": decided(first, on),
    }
    for figure, targets in asked.items():
        listed = sa.select(SPAN.agency_id, sa.func.count()).where(of_programme, holds_on(on))
        for agency_id, count in session.execute(listed.where(SPAN.target_id.in_(targets)).group_by(SPAN.agency_id)):
            found[agency_id, figure] += count
    return found
