"""What the list of targets can do: its columns, filters and order, as the address asks for them."""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from tracker.core.db.sorting import by_name
from tracker.core.languages import Text, _l
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.monitoring import body_filters, queries, words
from tracker.monitoring.queries import AGENCY, COMMITMENT, SPAN, TARGET
from tracker.rule import WorkingCalendar
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Status
from tracker.rule.score import UNSCORED

WAITS_LONG = 5  # working days: longer than this a report should not wait for its appraiser
LATE = (Status.OVERDUE.value, Status.UNREPORTED.value)
ALL = "all"
# Several statuses under one name, so that one press filters by all of them.
TOGETHER: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "late": (_l("Overdue and unreported"), LATE),
    "trailing": (_l("Behind plan and at risk"), (Status.BEHIND.value, Status.AT_RISK.value)),
    "met": (_l("Met"), (Status.MET_ON_TIME.value, Status.MET_LATE.value)),
    "judged": (_l("With a score"), tuple(status.value for status in Status if status not in UNSCORED)),
    "unscored": (_l("Without a score"), tuple(status.value for status in Status if status in UNSCORED)),
}
WAITING = (
    ("any", _l("Waits for an appraiser")),
    ("long", _l("Waits for more than 5 working days")),
    ("came", _l("Came in the last 7 days")),
    ("decided", _l("Decided on in the last 7 days")),
)

COLUMNS = (
    Column("status", _l("Status")),
    Column("title", _l("Target")),
    Column("agency", _l("Body"), (by_name(AGENCY.sort_key),)),
    Column("domain", _l("Domain")),
    Column("due", _l("Deadline"), (SortKey(SPAN.deadline_on, date),)),
    Column("score", _l("Score"), (SortKey(SPAN.score, int, nullable=True),), numeric=True),
    Column("punctuality", _l("Punctuality"), (SortKey(SPAN.punctuality, int, nullable=True),), numeric=True),
)


def listing(waits_since: date, on: date, past_day: date | None) -> Listing:
    """The list of targets of a day (`past_day`: where it is past).

    `waits_since`: the last day on which a report was sent that waits for too long by then.
    """
    return Listing(
        columns=COLUMNS,
        default_sort="due",
        identity=SortKey(SPAN.target_id, int),
        filters=(
            Filter("programme", _l("Programme")),
            Filter("on", _l("As of")),
            Filter("q", _l("Words, code or number"), where=queries.says, first=queries.says_exactly),
            Filter("status", _l("Status"), where=_in_status, choices=status_choices(), many=True),
            body_filters.peer_group(on),
            body_filters.BODY,
            Filter(
                "commitment", _l("Commitment"), where=_of_commitment, exists=lambda number: COMMITMENT.number == number
            ),
            body_filters.DOMAIN,
            Filter(
                "waiting",
                _l("Reports"),
                where=lambda kind: (
                    queries.of_the_week(kind, on)
                    if kind in {"came", "decided"}
                    else queries.waits_since(past_day, waits_since if kind == "long" else on)
                ),
                choices=WAITING,
            ),
        ),
    )


def status_choices() -> Sequence[tuple[str, Text]]:
    """What the list can be filtered by, as (text in the address, label)."""
    together = ((key, label) for key, (label, _statuses) in TOGETHER.items())
    return ((ALL, _l("All statuses")), *together, *words.STATUSES.items())


def _in_status(statuses: tuple[str, ...]) -> sa.ColumnElement[bool]:
    if ALL in statuses:
        return sa.true()
    return queries.in_statuses([one for status in statuses for one in TOGETHER.get(status, ("", (status,)))[1]])


def _of_commitment(number: str) -> sa.ColumnElement[bool]:
    return TARGET.commitment_id.in_(sa.select(COMMITMENT.id).where(COMMITMENT.number == number))


def waits_since(calendar: WorkingCalendar, on: date) -> date:
    """The last day on which a report was sent that has now waited for more than five working days."""
    day = on - ONE_DAY
    while calendar.left(day, on) <= WAITS_LONG:
        day -= ONE_DAY
    return day
