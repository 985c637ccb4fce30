"""Sums of all bodies as of any day, in one statement of index seeks: as many as there are bodies, however long history.

Built once: a page asks the same of every request.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.classifications import IN_TIME, PEER_GROUP, last_told, told_by
from tracker.agencies.models import Agency
from tracker.compliance.models import AgencySum
from tracker.compliance.steps.sums import ALL_DOMAINS

SUM = sa.inspect(AgencySum).local_table.c
AGENCY = sa.inspect(Agency).local_table.c

_NOW, _OTHER = (AgencySum.__table__.alias(name) for name in ("now", "other"))
_PROGRAMME = sa.bindparam("programme_id", type_=sa.BigInteger)
_DAY = sa.bindparam("day", type_=sa.Date)
_ON = sa.bindparam("on", type_=sa.Date)


def whole(sums: Any) -> sa.ColumnElement[bool]:
    """Condition: over all domains; said as `models.OVER_ALL` says it, else SQLite does not take the index of these."""
    found: sa.ColumnElement[bool] = sums.domain < sa.literal_column("1")
    return found


class AsOf:
    """Columns of `SUM` (`named`: of `AGENCY` too) of the sums that hold on a day in a programme.

    A row for each body over all its targets (`whole`), or for each body and domain; where it has any target.
    """

    def __init__(self, *columns: Any, whole: bool, named: bool = False) -> None:
        self._columns = columns
        self._whole = whole
        self._named = named
        self._ranked = any(column.element is PEER_GROUP for column in columns if isinstance(column, sa.Label))

    def read(
        self,
        session: Session,
        programme_id: int,
        day: date | None,
        *where: sa.ColumnElement[bool],
        agency_id: int | None = None,
        on: date | None = None,
    ) -> Sequence[Any]:
        """The rows of a day (none: today), of one body or of all. More conditions, where `named`, on `AGENCY`.

        `on`: of which day `PEER_GROUP` is, where it is among the columns (then the body's id must be too).
        """
        values: dict[str, Any] = {"programme_id": programme_id} | ({"on": on} if on is not None else {})
        statement = self._today
        if day is not None:
            values["day"] = day
            # PostgreSQL reads all of history to join it with what a scalar subquery finds; SQLite knows no LATERAL.
            lateral = session.get_bind().dialect.name == "postgresql"
            statement = self._past_lateral if lateral else self._past
        if agency_id is not None:
            body = AGENCY.id if day is not None and self._whole else _NOW.c.agency_id
            statement = statement.where(body == agency_id)
        rows = session.connection().execute(statement.where(*where) if where else statement, values).all()
        return last_told(rows) if self._ranked else rows

    @cached_property
    def _today(self) -> sa.Select[Any]:
        """The open rows have an index of their own."""
        domain = _NOW.c.domain == ALL_DOMAINS if self._whole else _NOW.c.domain > ALL_DOMAINS
        source = _NOW.join(AGENCY.id.table, AGENCY.id == _NOW.c.agency_id) if self._named else _NOW
        of_day = (_NOW.c.programme_id == _PROGRAMME, domain, _NOW.c.to_on.is_(None))
        return self._select(_NOW.c, source).where(*of_day)

    @cached_property
    def _past(self) -> sa.Select[Any]:
        if self._whole:
            return self._past_whole
        source, begun = self._begun(_OTHER.c.id)
        found = begun.correlate(source).scalar_subquery()
        return self._of_keys(self._select(SUM, source.join(SUM.id.table, SUM.id == found)))

    @cached_property
    def _past_whole(self) -> sa.Select[Any]:
        """From the index that holds the figures too, twice: SQLite would else seek each row in the table besides.

        The outer join, which COALESCE leaves one, keeps it from beginning with the sums.
        """
        bodies, begun = self._begun(_OTHER.c.from_on)
        of_body = (SUM.programme_id == _PROGRAMME, SUM.agency_id == AGENCY.id, whole(SUM))
        found = begun.correlate(bodies).scalar_subquery()
        source = bodies.join(SUM.id.table, sa.and_(*of_body, SUM.from_on == found), isouter=True)
        return self._select(SUM, source, sa.func.coalesce(SUM.targets, 0))

    @cached_property
    def _past_lateral(self) -> sa.Select[Any]:
        source, begun = self._begun(*_OTHER.c)
        row = begun.correlate(source).lateral("begun")
        return self._of_keys(self._select(row.c, source.join(row, sa.true())))

    def _begun(self, *columns: Any) -> tuple[Any, sa.Select[Any]]:
        """Where the keys stand, and the select of the last row of a key that had begun by the day."""
        keys: Any = AGENCY.id.table if self._whole else _NOW
        body = AGENCY.id if self._whole else _NOW.c.agency_id
        domain = whole(_OTHER.c) if self._whole else _OTHER.c.domain == _NOW.c.domain
        of_key = (_OTHER.c.programme_id == _PROGRAMME, _OTHER.c.agency_id == body, domain)
        select = sa.select(*columns).where(*of_key, _OTHER.c.from_on <= _DAY)
        return keys, select.order_by(_OTHER.c.from_on.desc()).limit(1)

    def _of_keys(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """Domains of a body are found by its open rows: there is one for each that it ever had."""
        if self._whole:
            return statement
        return statement.where(_NOW.c.programme_id == _PROGRAMME, _NOW.c.domain > ALL_DOMAINS, _NOW.c.to_on.is_(None))

    def _select(self, sums: Any, source: Any, targets: Any = None) -> sa.Select[Any]:
        named = [
            sums[column.name] if getattr(column, "table", None) is SUM.id.table else column for column in self._columns
        ]
        found = sa.select(*named).where((sums["targets"] if targets is None else targets) > 0)
        return found.select_from(told_by(source, _ON)).order_by(*IN_TIME) if self._ranked else found.select_from(source)
