"""How a recalculation's answer is read: the targets that move, those of a body or a cell, and the sums of bodies."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from tracker.agencies.classifications import group_on
from tracker.commitments.queries import UNIT
from tracker.compliance.recalculations.filing import NOTHING_SAID
from tracker.compliance.recalculations.models import (
    BY_HAND,
    OF_POLICY,
    Recalculation,
    RecalculationRow,
    RecalculationSum,
)
from tracker.compliance.steps.spans import points
from tracker.core.db.sorting import by_name
from tracker.core.languages import Text, _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, ListQuery, SortKey
from tracker.monitoring import words
from tracker.monitoring.queries import AGENCY, COMMITMENT, TARGET
from tracker.people.models import Person

ROW = cast(sa.Table, RecalculationRow.__table__).c
SUM = cast(sa.Table, RecalculationSum.__table__).c
RECALCULATION = cast(sa.Table, Recalculation.__table__).c
_PERSON = cast(sa.Table, Person.__table__).c
MOVED, ALL = "moved", "all"
STATUSES: Sequence[tuple[str, Text]] = ((NOTHING_SAID, _l("No result yet")), *words.STATUSES.items())


def listing() -> Listing:
    """The list of targets, who moves furthest first."""
    return Listing(
        columns=(
            Column("status", _l("Status")),
            Column("title", _l("Target")),
            Column("agency", _l("Body"), (by_name(AGENCY.sort_key),)),
            Column("shift", _l("Difference"), (SortKey(ROW.shift, int),), numeric=True),
        ),
        default_sort="-shift",
        page_size=25,
        identity=SortKey(ROW.target_id, int),
        filters=(
            Filter("show", _l("Show"), choices=((MOVED, _l("Those that differ")), (ALL, _l("All")))),
            Filter("before", _l("Before"), where=_before, choices=STATUSES),
            Filter("after", _l("After"), where=lambda status: ROW.status_after == status, choices=STATUSES[1:]),
            Filter(
                "agency", _l("Body"), where=lambda code: AGENCY.code == code, exists=lambda code: AGENCY.code == code
            ),
        ),
    )


def rows(recalculation_id: int, *, moved: bool) -> sa.Select[Any]:
    """The targets of an answer; `moved`: those alone whose status or score differ."""
    columns = (
        TARGET.token,
        TARGET.code,
        TARGET.title,
        UNIT,
        AGENCY.code.label("agency_code"),
        AGENCY.name.label("agency_name"),
        COMMITMENT.number,
        *(c for c in ROW if c.name not in {"inquiry_id", "target_id", "agency_id"}),
    )
    found = (
        sa.select(*columns)
        .select_from(ROW.shift.table)
        .join(TARGET.id.table, TARGET.id == ROW.target_id)
        .join(COMMITMENT.id.table, COMMITMENT.id == TARGET.commitment_id)
        .join(AGENCY.id.table, AGENCY.id == ROW.agency_id)
        .where(ROW.inquiry_id == recalculation_id)
    )
    return found.where(ROW.differs) if moved else found


def only_moved(query: ListQuery) -> bool:
    """Whether the list leaves out who does not move: unless it is asked for all, or for a cell of the matrix."""
    return query.texts.get("show", (MOVED,))[0] != ALL


def bodies(recalculation_id: int, on: date) -> sa.Select[Any]:
    """The sums of bodies, by name; `peer` is the peer group of the day that is judged."""
    columns = (AGENCY.code, AGENCY.name, group_on(on).label("peer"), *(c for c in SUM if c.name[:5] != "total"))
    return (
        sa.select(*columns)
        .join(AGENCY.id.table, AGENCY.id == SUM.agency_id)
        .where(SUM.inquiry_id == recalculation_id)
        .order_by(AGENCY.sort_key, AGENCY.id)
    )


def asked() -> sa.Select[Any]:
    """Everything that somebody asked, with who did."""
    columns = (
        RECALCULATION.token,
        RECALCULATION.kind,
        RECALCULATION.state,
        RECALCULATION.parameters,
        RECALCULATION.asked_at,
        RECALCULATION.done,
    )
    return (
        sa.select(*columns, RECALCULATION.total, RECALCULATION.result, _PERSON.name.label("asked_by"))
        .join(_PERSON.id.table, _PERSON.id == RECALCULATION.asked_by_id)
        .where(RECALCULATION.kind.in_(BY_HAND))
    )


def target_columns(kind: str) -> Sequence[Column]:
    """The columns of a file of targets."""
    before, after = sides(kind)
    return (
        Column("agency_code", _l("Code")),
        Column("agency", _l("Body"), value=lambda row: text_by_language(row.agency_name)),
        Column("number", _l("Commitment")),
        Column("code", _l("Target code")),
        Column("title", _l("Target"), value=lambda row: text_by_language(row.title)),
        Column("status_before", _named(_l("Status"), before), value=lambda row: status(row.status_before)),
        Column("status_after", _named(_l("Status"), after), value=lambda row: status(row.status_after)),
        Column("score_before", _named(_l("Score"), before), value=lambda row: points(row.score_before)),
        Column("score_after", _named(_l("Score"), after), value=lambda row: points(row.score_after)),
        Column("difference", _l("Difference"), value=lambda row: points(difference(row))),
    )


def body_columns(kind: str) -> Sequence[Column]:
    """The columns of a file of bodies."""
    before, after = sides(kind)
    return (
        Column("peer", _l("Peer group"), value=lambda row: words.group_name(row.peer)),
        Column("code", _l("Code")),
        Column("name", _l("Body"), value=lambda row: text_by_language(row.name)),
        Column("targets", _l("Targets")),
        Column("moved", _l("Targets that differ")),
        Column("score_before", _named(_l("Score"), before), value=lambda row: points(row.score_before)),
        Column("score_after", _named(_l("Score"), after), value=lambda row: points(row.score_after)),
        Column("rank_before", _named(_l("Rank"), before)),
        Column("rank_after", _named(_l("Rank"), after)),
    )


def sides(kind: str) -> tuple[Text, Text]:
    """What the two answers are called."""
    if kind in OF_POLICY:
        return _l("present policy"), _l("new policy")
    return _l("as it was said"), _l("as it is known")


def status(code: str | None) -> str:
    """A status in words; what nobody had said has words too."""
    return str(words.STATUSES[code] if code else STATUSES[0][1])


def difference(row: Any) -> int | None:
    """By how much the score moves, in hundredths; none where one of the two is none."""
    if row.score_before is None or row.score_after is None:
        return None
    return int(row.score_after - row.score_before)


def matrix(result: Mapping[str, Any]) -> tuple[list[str], list[str], dict[tuple[str, str], int]]:
    """The statuses before and after that occur, in their order, and how many targets go from one to the other."""
    cells = {}
    for key, count in result.get("matrix", {}).items():
        before, after = key.split(">")
        cells[(before, after)] = count
    order = [code for code, _label in STATUSES]
    befores = sorted({before for before, _after in cells}, key=order.index)
    return befores, sorted({after for _before, after in cells}, key=order.index), cells


def _before(code: str) -> sa.ColumnElement[bool]:
    return ROW.status_before.is_(None) if code == NOTHING_SAID else ROW.status_before == code


def _named(what: Text, side: Text) -> Text:
    heading: Text = _l("%(what)s, %(side)s", what=what, side=side)
    return heading
