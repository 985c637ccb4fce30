"""Rows written many at once stand there as if written one by one, and break the same rules."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.core.db import bulk
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import Decision

ODD = 'tab\there, line\nfeed, back\\slash, \\N, "quotes", ’, đ, \u200d'


def agency(code: str, **columns: Any) -> dict[str, Any]:
    names = {"vi": f"Cơ quan {ODD}"}
    return {
        "code": code, "kind": "department", "peer_group": None, "name": names, "sort_key": code, "exists_from": None,
        "exists_to": None, "appraised_by_id": None, **columns,
    }  # fmt: skip


def test_ids_come_in_the_order_of_the_rows_and_go_on_from_what_stands(session: Session) -> None:
    with unit_of_work() as writer:
        first = bulk.insert(writer, Agency, [agency(f"A{number:03}") for number in range(300)])
        second = bulk.insert(writer, Agency, [agency("B")])
        one_by_one = Agency(**agency("C"))
        writer.add(one_by_one)
        writer.flush()
        ids = [*first, *second, one_by_one.id]
    assert ids == sorted(set(ids))
    codes = [*(f"A{number:03}" for number in range(300)), "B", "C"]
    assert list(session.execute(sa.select(Agency.id, Agency.code).order_by(Agency.id))) == list(
        zip(ids, codes, strict=True)
    )


def test_every_type_is_written_as_the_session_writes_it(session: Session) -> None:
    with unit_of_work() as writer:
        rows = [agency("A", exists_from=date(2021, 7, 1), peer_group="sở"), agency("B")]
        bulk.add(writer, Agency, rows)
    found = session.scalars(sa.select(Agency).order_by(Agency.code)).all()
    assert [(a.name["vi"], a.peer_group, a.exists_from, a.exists_to) for a in found] == [
        (f"Cơ quan {ODD}", "sở", date(2021, 7, 1), None),
        (f"Cơ quan {ODD}", None, None, None),
    ]


def test_nothing_is_nothing(session: Session) -> None:
    with unit_of_work() as writer:
        assert bulk.insert(writer, Agency, []) == []
        bulk.add(writer, Agency, [])
    assert session.scalar(sa.select(sa.func.count()).select_from(Agency)) == 0


def test_what_breaks_a_constraint_is_refused_and_leaves_nothing(session: Session) -> None:
    with pytest.raises(IntegrityError), unit_of_work() as writer:
        bulk.insert(writer, Agency, [agency("A"), agency("B"), agency("A")])
    decision = {
        "revision_id": 99, "seq": 1, "outcome": "accepted", "decided_on": date(2021, 7, 1), "recorded_on":
        date(2021, 7, 1), "value": Decimal("1.50"), "numerator": None, "denominator": None, "reason": None,
        "decided_by_id": None, "decided_at": None,
    }  # fmt: skip
    with pytest.raises(IntegrityError), unit_of_work() as writer:
        bulk.add(writer, Decision, [decision])
    for model in (Agency, Decision):
        assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_what_another_holds_fails_as_any_statement_does(session: Session) -> None:
    """What passes (a lock that does not come, a lost connection) is told from what is wrong by the kind of error."""
    engine = session.get_bind()
    if engine.dialect.name == "sqlite":
        return  # there a writer waits before its first statement
    with sa.create_engine(engine.url).connect() as other:  # type: ignore[union-attr]
        other.exec_driver_sql("LOCK TABLE agency IN EXCLUSIVE MODE")
        session.execute(sa.text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError):
            bulk.add(session, Agency, [agency("A")])
