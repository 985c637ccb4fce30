"""Lists on a real database: every sort in both directions, forth and back, with NULLs, alike on both kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tracker.core.db import database
from tracker.core.files.sheets import stream_rows
from tracker.core.tables import Column, Cursor, Filter, Listing, Page, SortKey, fetch_page, read_query, whole_number

PROBE = sa.Table(
    "list_probe",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("due", sa.Date),
    sa.Column("domain", sa.SmallInteger, nullable=False),
)
COLUMNS = PROBE.c
LISTING = Listing(
    columns=(
        Column("name", "Name", sort=(SortKey(COLUMNS.name, reads=lambda text, down: f"{text}z" if down else text),)),
        Column("due", "Due", sort=(SortKey(COLUMNS.due, date, nullable=True),)),
        Column("domain", "Domain", sort=(SortKey(COLUMNS.domain, int), SortKey(COLUMNS.due, date, nullable=True))),
    ),
    default_sort="name",
    identity=SortKey(COLUMNS.id, int),
    filters=(
        Filter("domain", "Domain", parse=whole_number(-(2**62), 2**62), where=lambda value: COLUMNS.domain == value),
    ),
    page_size=10,
)
COUNT = 57


@pytest.fixture
def probe(app: Flask, session: Session) -> Iterator[list[sa.Row[Any]]]:
    """A table of its own with equal values and NULLs in every order."""
    rng = random.Random(2021)
    with database.db.engine.begin() as connection:
        PROBE.create(connection, checkfirst=True)
        connection.execute(PROBE.delete())
        rows = [
            {
                "id": number,
                "name": f"n{rng.randrange(12):02d}",
                "due": rng.choice([None, date(2021, 6, 1) + timedelta(days=rng.randrange(6))]),
                "domain": rng.randrange(1, 4),
            }
            for number in rng.sample(range(1, 1000), COUNT)
        ]
        connection.execute(PROBE.insert(), rows)
    yield list(session.execute(sa.select(PROBE)))
    session.rollback()
    PROBE.drop(database.db.engine)


def fetched(session: Session, address: str) -> Page[sa.Row[Any]]:
    parts = urlsplit(address)
    query = read_query(LISTING, MultiDict(parse_qsl(parts.query)), parts.path)
    assert query.notices == ()
    return fetch_page(session, sa.select(PROBE), query)


def expected(rows: list[sa.Row[Any]], sort: str) -> list[int]:
    """The order in plain Python: rows without a day come last whichever way the list runs."""
    down = -1 if sort.startswith("-") else 1

    def key(row: sa.Row[Any]) -> tuple[Any, ...]:
        due = (row.due is None, down * row.due.toordinal() if row.due else 0)
        name = down * int(row.name[1:])
        by = {"name": (name,), "due": due, "domain": (down * row.domain, *due)}
        return (*by[sort.removeprefix("-")], down * row.id)

    return [row.id for row in sorted(rows, key=key)]


@pytest.mark.parametrize("sort", ["name", "-name", "due", "-due", "domain", "-domain"])
def test_forth_and_back_gives_every_row_once_in_order(session: Session, probe: list[Any], sort: str) -> None:
    pages, address = [], f"/list?sort={sort}"
    while address:
        pages.append(fetched(session, address))
        address = pages[-1].next or ""
    assert [row.id for page in pages for row in page.rows] == expected(probe, sort)
    assert pages[0].previous is None
    for earlier, later in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
        assert later.previous is not None
        assert [row.id for row in fetched(session, later.previous).rows] == [row.id for row in earlier.rows]
    assert fetched(session, pages[1].previous or "").previous is None


@pytest.mark.parametrize("sort", ["name", "-name", "due", "-due"])
def test_a_jump_begins_at_the_first_row_that_is_not_before_it(session: Session, probe: list[Any], sort: str) -> None:
    column, order = sort.removeprefix("-"), expected(probe, sort)
    values = {row.id: getattr(row, column) for row in probe if getattr(row, column) is not None}
    for value in set(values.values()):
        page = fetched(session, f"/list?sort={sort}&jump={value}")
        wanted = next(identity for identity in order if values.get(identity) == value)
        assert page.rows[0].id == wanted, value
        assert page.previous, value
    if column == "name":  # behind the last name nothing stands, so the last page is shown
        beyond = "m" if sort.startswith("-") else "zz"
        last = fetched(session, f"/list?sort={sort}&jump={beyond}")
        assert ([row.id for row in last.rows], last.next) == (order[-10:], None)


@pytest.mark.usefixtures("probe")
def test_a_jump_to_no_day_stays_in_its_field_with_what_is_wrong() -> None:
    query = read_query(LISTING, MultiDict({"sort": "due", "jump": "31/02/2021"}), "/list")
    assert (query.jumped, query.cursor) == ("31/02/2021", None)
    assert query.jump_fault
    assert read_query(LISTING, MultiDict({"sort": "domain", "jump": "2"}), "/list").jump_key is None


def test_filters_stay_with_the_pages(session: Session, probe: list[Any]) -> None:
    first = fetched(session, "/list?domain=2")
    assert first.next is not None
    rows = [*first.rows, *fetched(session, first.next).rows]
    wanted = [identity for identity in expected(probe, "name") if identity in {r.id for r in probe if r.domain == 2}]
    assert [row.id for row in rows] == wanted[: len(rows)]


@pytest.mark.usefixtures("probe")
def test_going_back_past_the_first_full_page_is_the_first_page(session: Session) -> None:
    first = fetched(session, "/list")
    second = fetched(session, first.next or "")
    with database.db.engine.begin() as connection:
        connection.execute(PROBE.delete().where(COLUMNS.id == first.rows[0].id))
    back = fetched(session, second.previous or "")
    assert len(back.rows) == LISTING.page_size
    assert back.previous is None


@pytest.mark.parametrize("left", [4, 10, 14])
def test_where_the_rest_of_a_list_is_gone_its_last_page_is_shown(session: Session, probe: list[Any], left: int) -> None:
    """Who decided on everything on the last page comes back to it, while others wait on the pages before."""
    order, address = expected(probe, "name"), "/list"
    for _page in range(3):
        address = fetched(session, address).next or ""
    session.rollback()
    with database.db.engine.begin() as connection:
        connection.execute(PROBE.delete().where(COLUMNS.id.in_(order[left:])))
    page = fetched(session, address)
    assert [row.id for row in page.rows] == order[:left][-10:]
    assert page.next is None
    before = [row.id for row in fetched(session, page.previous).rows] if page.previous else []
    assert before == (order[:10] if left > 10 else [])


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize("values", [("x" * 500, 2**62), ("", -(2**62)), ("%_'\"\\", 0)])
def test_values_that_no_row_can_have_are_no_trouble(session: Session, values: tuple[Any, ...]) -> None:
    for sort, known in (("name", values), ("domain", (2**62, None, 1)), ("due", (date(1, 1, 1), 2**62))):
        arguments = MultiDict([("sort", sort), ("page", str(Cursor(sort, False, known)))])
        query = read_query(LISTING, arguments, "/list")
        assert query.cursor is not None
        fetch_page(session, sa.select(PROBE), query)


@pytest.mark.usefixtures("probe")
def test_rows_stream_on_a_connection_of_their_own(app: Flask) -> None:
    engine = database.db.engine
    rows = stream_rows(engine, sa.select(PROBE).order_by(COLUMNS.id))
    assert next(rows).id <= next(rows).id
    rows.close()  # type: ignore[attr-defined]  # a generator: closing it gives the connection back
    assert len(list(stream_rows(engine, sa.select(PROBE)))) == COUNT
