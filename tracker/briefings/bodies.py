"""A page for each body in trouble: where it stands, its score over time, what of its targets stands badly and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.briefings.content import BodyPage, Heading, Kind, Table, signed
from tracker.briefings.decisions import Asked, target_title
from tracker.briefings.province import MISSED, mean
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.queries import ScoreStep
from tracker.compliance.steps.spans import points, settled
from tracker.compliance.telling import reasons
from tracker.compliance.telling.explain import status_name, why
from tracker.core.languages import _, _n, format_number, format_score
from tracker.monitoring import queries, words
from tracker.monitoring.board import step_chart
from tracker.monitoring.board.rows import LATE, TRAILING, Group, Row
from tracker.rule import Weighed

MOST_BODIES, MOST_TARGETS = 8, 12
BAD = (*LATE, *MISSED, *TRAILING)
_PLACES = {status: place for place, status in enumerate(BAD)}


def in_trouble(groups: Sequence[Group]) -> list[Row]:
    """The bodies of which a target is late or was missed, those with the most of them first."""
    rows = [(sum(row.counts[str(one)] for one in (*LATE, *MISSED)), row) for group in groups for row in group.rows]
    found = [(count, row) for count, row in rows if count]
    return [row for _count, row in sorted(found, key=lambda one: (-one[0], one[1].score or 0, one[1].sort_key))]


def note(found: Sequence[Row]) -> str:
    """How many of them have no page of their own."""
    if not found:
        return _("No body has a target that is late or was missed.")
    more = len(found) - MOST_BODIES
    if more <= 0:
        return ""
    return _n(
        "%(num)s more body has a target that is late or was missed; it stands in the table of bodies.",
        "%(num)s more bodies have targets that are late or were missed; they stand in the table of bodies.",
        more,
    )


def pages(
    session: Session, asked: Asked, found: Sequence[Row], groups: Sequence[Group], before: Mapping[int, Weighed]
) -> list[BodyPage]:
    """The pages of those in most trouble."""
    shown = found[:MOST_BODIES]
    ids = [row.agency_id for row in shown]
    among = {group.key: sum(1 for row in group.rows if row.rank) for group in groups}
    targets, paths = _targets(session, asked, ids), standings.steps_of_bodies(session, asked.programme_id, ids)
    heads = {one.agency_id: one.name for one in agencies.holders(session, asked.on, offices=(Office.HEAD,))}
    return [
        _page(
            asked,
            row,
            among[row.group],
            heads.get(row.agency_id),
            targets[row.agency_id],
            paths[row.agency_id],
            mean(before.get(row.agency_id)),
        )
        for row in shown
    ]


def _page(
    asked: Asked,
    row: Row,
    among: int,
    head: str | None,
    targets: Sequence[Any],
    path: Sequence[ScoreStep],
    then: Decimal | None,
) -> BodyPage:
    now = points(row.score)
    rank = _("%(rank)s of %(among)s", rank=row.rank, among=among) if row.rank else _("not ranked")
    change = f" ({signed(now - then)})" if now is not None and then is not None and now != then else ""
    facts = [
        (_("Head"), head or _("nobody")),
        (_("Score"), f"{format_score(now)}{change}"),
        (_("Rank in its group"), f"{rank} · {words.group_name(row.group)}"),
        (_("Overdue or unreported"), f"{format_number(row.late)} / {format_number(row.targets)}"),
    ]
    chart = step_chart.chart(_("Score over time"), step_chart.told(path, asked.on), asked.on)
    return BodyPage(row.code, row.name, facts, chart, [_table(asked, targets)])


def _table(asked: Asked, targets: Sequence[Any]) -> Table:
    calendar, shown = asked.calendar, targets[:MOST_TARGETS]
    more = len(targets) - len(shown)
    return Table(
        "targets",
        _("Targets that stand badly"),
        (
            Heading(_("Target"), width=7),
            Heading(_("Status")),
            Heading(_("Deadline"), Kind.DAY),
            Heading(_("Score"), Kind.SCORE, 1),
            Heading(_("Why"), width=8),
        ),
        [
            (target_title(row), status_name(row.status), settled(row.deadline_on, calendar), points(row.score), told)
            for row, told in shown
        ],
        _("No target is overdue, unreported, behind plan or at risk."),
        _n("%(num)s more stands in the list of targets.", "%(num)s more stand in the list of targets.", more)
        if more
        else "",
        [asked.page(f"/targets/{row.token}") for row, _told in shown],
    )


def _targets(session: Session, asked: Asked, agency_ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    """(row, why) of the targets of bodies that stand badly, the worst first, by body."""
    here = (queries.SPAN.agency_id.in_(agency_ids), queries.in_statuses([str(one) for one in BAD]))
    rows = session.execute(queries.listed(asked.programme_id, asked.past, *here)).all() if agency_ids else []
    rows = sorted(rows, key=lambda row: (_PLACES[row.status], row.deadline_on, row.target_id))
    by_body: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_body[row.agency_id].append(row)
    kept = [row for some in by_body.values() for row in some[:MOST_TARGETS]]
    told = reasons.of_rows(session, kept, asked.on, asked.frames)
    return defaultdict(
        list,
        {
            body: [(row, why(told[row.target_id], row.unit) if row.target_id in told else "") for row in some]
            for body, some in by_body.items()
        },
    )
