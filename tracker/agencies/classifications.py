"""What kind of body one is and with whom it is ranked, from day to day: facts that are added and never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import kinds
from tracker.agencies.models import Agency, AgencyClassification
from tracker.audit import digests
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l, format_day

AGENCY = sa.inspect(Agency).local_table.c
_OTHER, _TOLD = (AgencyClassification.__table__.alias(name) for name in ("classified", "told"))


@dataclass(frozen=True, slots=True)
class Classified:
    """A kind and a peer group (none: by kind) from a day on; none: since the body's beginning."""

    from_on: date | None
    kind: str
    peer_group: str | None

    @property
    def group(self) -> str:
        """With whom the body is ranked."""
        return self.peer_group or self.kind


def _standing(on: Any, column: Any) -> sa.ScalarSelect[Any]:
    """Of what was said of a body of `agency`, what counts on a day."""
    told = sa.select(column).where(_OTHER.c.agency_id == AGENCY.id)
    begun = told.where(sa.or_(_OTHER.c.from_on.is_(None), _OTHER.c.from_on <= on))
    last = begun.order_by(_OTHER.c.from_on.desc().nulls_last(), _OTHER.c.id.desc()).limit(1)
    return last.correlate(AGENCY.id.table).scalar_subquery()


def group_on(on: Any) -> sa.ColumnElement[str]:
    """The peer group of a body of `agency` on a day, which may be a parameter of a larger statement: by name, else by
    kind."""
    named = sa.func.coalesce(_OTHER.c.peer_group, _OTHER.c.kind)
    return sa.func.coalesce(_standing(on, named), AGENCY.peer_group, AGENCY.kind)


# Where many bodies are read, each comes with all that was said of it by the day, in this order, and the last of it is
# taken here: PostgreSQL goes through all of them for each body where a subquery asks for one.
PEER_GROUP = sa.func.coalesce(_TOLD.c.peer_group, _TOLD.c.kind, AGENCY.peer_group, AGENCY.kind)
IN_TIME = (_TOLD.c.from_on.asc().nulls_first(), _TOLD.c.id)


def told_by(source: Any, on: Any) -> Any:
    """What a select is from, `agency` among it, joined to what was said of the bodies by a day."""
    begun = sa.or_(_TOLD.c.from_on.is_(None), _TOLD.c.from_on <= on)
    return source.outerjoin(_TOLD, sa.and_(_TOLD.c.agency_id == AGENCY.id, begun))


def last_told(rows: Iterable[Any]) -> list[Any]:
    """The last row of each body, by the `id` of the rows."""
    return list({row.id: row for row in rows}.values())


def standing_on(on: Any) -> sa.ColumnElement[bool]:
    """Condition that joins `AgencyClassification` to `agency`: the one that counts on a day."""
    return AgencyClassification.id == _standing(on, _OTHER.c.id)


# Where they are joined so. (A worker of the version before enters a body with its own columns alone.)
KIND = sa.func.coalesce(AgencyClassification.kind, AGENCY.kind)
GROUP = sa.func.coalesce(AgencyClassification.peer_group, AgencyClassification.kind, AGENCY.peer_group, AGENCY.kind)


def of_agency(session: Session, agency_id: int) -> list[Classified]:
    """What a body is and was, in the order of its days, each until the next; the first is since its beginning."""
    return of_agencies(session, (agency_id,))[agency_id]


def of_agencies(session: Session, agency_ids: Sequence[int] | None = None) -> dict[int, list[Classified]]:
    """The same of several bodies, or of all, by id."""
    some = sa.true() if agency_ids is None else AGENCY.id.in_(agency_ids)
    columns = (AgencyClassification.from_on, AgencyClassification.kind, AgencyClassification.peer_group)
    statement = (
        sa.select(AGENCY.id, AGENCY.kind, AGENCY.peer_group, *columns)
        .select_from(AGENCY.id.table)
        .outerjoin(AgencyClassification, AgencyClassification.agency_id == AGENCY.id)
        .where(some)
        .order_by(AGENCY.id, AgencyClassification.from_on.asc().nulls_first(), AgencyClassification.id)
    )
    found: dict[int, dict[date | None, Classified]] = {}
    for agency_id, entered, group, from_on, kind, peer_group in session.execute(statement):
        days = found.setdefault(agency_id, {None: Classified(None, entered, group)})
        if kind is not None:
            days[from_on] = Classified(from_on, kind, peer_group)
    return {agency_id: list(days.values()) for agency_id, days in found.items()}


def on_day(told: Sequence[Classified], on: date) -> Classified:
    """What counts on a day, of what `of_agency` found."""
    return [one for one in told if one.from_on is None or one.from_on <= on][-1]


def kinds_in_use(session: Session) -> set[str]:
    """The kinds that bodies are of, or were."""
    return {one.kind for some in of_agencies(session).values() for one in some}


def groups_in_use(session: Session) -> set[str]:
    """The peer groups that bodies are ranked in, or were."""
    return {one.group for some in of_agencies(session).values() for one in some}


def first(agency: Agency, now: Moment, actor_id: int | None) -> AgencyClassification:
    """What a body is since its beginning, as it was entered."""
    return AgencyClassification(
        agency_id=agency.id,
        kind=agency.kind,
        peer_group=agency.peer_group,
        recorded_at=now.at,
        recorded_by_id=actor_id,
    )


def classify(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    agency_id: int,
    from_on: date,
    kind: str,
    peer_group: str | None,
) -> Classified:
    """A body is of another kind, or ranked with others, from a day on; returns what it was until then.

    Raises FieldError where the day is past (what was told of past days stays), the body has ended by then or begins
    later, a code is none, or nothing would be other than it is.
    """
    agency = session.scalar(sa.select(Agency).where(Agency.id == agency_id).with_for_update())
    if agency is None:
        raise NotFound(_l("There is no such body."))
    kinds.check_codes(kind, peer_group)
    if from_on < now.on:
        raise FieldError("from_on", _l("Not before today: past days keep their ranks"))
    if agency.exists_to is not None and from_on > agency.exists_to:
        raise FieldError("from_on", _l("The body ended on %(day)s", day=format_day(agency.exists_to)))
    if agency.exists_from is not None and from_on < agency.exists_from:
        raise FieldError("from_on", _l("The body began on %(day)s", day=format_day(agency.exists_from)))
    before = on_day(of_agency(session, agency_id), from_on)
    turns = changes(kind=(before.kind, kind), peer_group=(before.peer_group, peer_group))
    if not turns:
        raise FieldError("", _l("The body is of this kind and in this group already"))
    fact = AgencyClassification(
        agency_id=agency_id,
        from_on=from_on,
        kind=kind,
        peer_group=peer_group,
        recorded_at=now.at,
        recorded_by_id=actor_id,
    )
    session.add(fact)
    session.flush()
    record(
        session,
        now,
        Event.AGENCY_CLASSIFIED,
        actor_id=actor_id,
        subject=("agency", agency_id),
        agency_id=agency_id,
        detail={"from_on": from_on.isoformat(), **turns},
        facts=digests.of_objects(fact),
    )
    return before
