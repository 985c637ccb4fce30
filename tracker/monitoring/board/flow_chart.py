"""The flow of statuses over the months: a bar for the end of each, and the same as a table."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from tracker.compliance.standings.flow import counts_on
from tracker.core import drawing
from tracker.core.languages import Text, _, _l, format_day
from tracker.monitoring.board.curves import days_of
from tracker.monitoring.board.rows import LATE, MET, TRAILING
from tracker.monitoring.viewpoint import Viewpoint
from tracker.rule.facts import Status
from tracker.rule.score import UNSCORED

TABLE = "flow-table"
# From the bottom up: every status in one of them.
KINDS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "met": (_l("targets met"), MET),
    "good": (_l("on track"), (Status.ON_TRACK,)),
    "warn": (_l("behind plan or at risk"), TRAILING),
    "bad": (_l("overdue"), (LATE[0],)),
    "silent": (_l("unreported"), (LATE[1],)),
    "missed": (_l("missed"), (Status.MISSED,)),
    "none": (_l("without a score"), tuple(sorted(UNSCORED))),
}


def flow(session: Session, seen: Viewpoint, domain: int) -> dict[str, Any] | None:
    """The drawing and the rows of its table; none where nothing was signed yet."""
    found = [
        (day, counts)
        for day, counts in counts_on(session, seen.chosen.id, domain, days_of(seen))
        if any(counts.values())
    ]
    if not found:
        return None
    figures = {tone: [sum(counts[one] for one in of) for _day, counts in found] for tone, (_name, of) in KINDS.items()}
    days = [format_day(day) for day, _counts in found]
    parts = [drawing.Part(tone, str(KINDS[tone][0]), some) for tone, some in figures.items()]
    told = _("Targets by status from %(start)s to %(end)s", start=days[0], end=days[-1])
    return {
        "svg": drawing.stacked(days, parts, told, TABLE),
        "told": told,
        "table": TABLE,
        "kinds": [(tone, name) for tone, (name, _of) in KINDS.items()],
        "rows": [(day, [figures[tone][place] for tone in KINDS]) for place, day in enumerate(days)][::-1],
    }
