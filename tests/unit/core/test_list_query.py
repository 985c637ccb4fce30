"""What an address asks of a list: stable links, unknown values left out and told, cursors from outside."""

import base64
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tracker.core.numbers import OUT_OF_ORDER
from tracker.core.tables import Column, Cursor, Filter, Listing, ListQuery, SortKey, read_query, whole_number

TABLE = sa.table("target", sa.column("id", sa.Integer), sa.column("due", sa.Date), sa.column("name", sa.String))
LISTING = Listing(
    columns=(
        Column("due", "Deadline", sort=(SortKey(TABLE.c.due, date, nullable=True),)),
        Column("name", "Name", sort=(SortKey(TABLE.c.name),)),
        Column("note", "Note"),
    ),
    default_sort="due",
    identity=SortKey(TABLE.c.id, int),
    filters=(
        Filter("status", "Status", choices=(("overdue", "Overdue"), ("kept", "Kept")), many=True),
        Filter("domain", "Domain", parse=whole_number(1, 8), where=lambda value: TABLE.c.id == value),
        Filter("on", "As of", parse=date.fromisoformat),
        Filter("until", "Until", parse=date.fromisoformat, since="on"),
    ),
)


def asked(query: str = "", *pairs: tuple[str, str]) -> ListQuery:
    from_text = [(part.partition("=")[0], part.partition("=")[2]) for part in query.split("&") if part]
    return read_query(LISTING, MultiDict([*from_text, *pairs]), "/targets")


def forged(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).rstrip(b"=").decode()


def test_an_address_without_arguments_is_the_whole_list() -> None:
    query = asked()
    assert (query.sort_key, query.descending, query.cursor, query.notices) == ("due", False, None, ())
    assert query.url_with() == "/targets"


def test_links_keep_what_was_asked_in_one_fixed_order() -> None:
    query = asked("sort=-name&on=2021-06-20&status=kept&status=overdue&utm=x")
    assert query.url_with() == "/targets?status=kept&status=overdue&on=2021-06-20&sort=-name"
    assert query.url_with(on=None, domain="3") == "/targets?status=kept&status=overdue&domain=3&sort=-name"
    assert query.url_with(status=["overdue"]) == "/targets?status=overdue&on=2021-06-20&sort=-name"
    assert query.values == {"status": ("kept", "overdue"), "on": date(2021, 6, 20)}
    assert query.carried("status") == [("on", "2021-06-20"), ("sort", "-name")]


def test_a_heading_sorts_and_sorts_the_other_way() -> None:
    assert asked().sort_url("due") == "/targets?sort=-due"
    assert asked("sort=-due").sort_url("due") == "/targets"
    assert asked("sort=-due").sort_url("name") == "/targets?sort=name"
    assert [asked("sort=-name").sort_state(key) for key in ("due", "name")] == ["none", "descending"]
    assert asked().sort_state("due") == "ascending"


@pytest.mark.parametrize(
    "query",
    [
        "status=stolen",
        "domain=9",
        "domain=x",
        "domain=" + "9" * 5000,
        "on=yesterday",
        "on=2021-13-01",
        "sort=note",
        "sort=",
        "sort=--due",
        "sort=name; drop table",
        "status=kept&status=\x00",
        "on=" + "1" * 300,
    ],
)
def test_what_a_list_does_not_know_is_left_out_and_told(query: str) -> None:
    assert len(asked(query).notices) == 1


@pytest.mark.parametrize(
    ("on", "until", "wrong"),
    [
        ("2021-06-20", "2021-06-19", True),
        ("2021-06-20", "2021-06-20", False),
        ("2021-06-20", "2021-06-21", False),
        ("2021-06-20", "", False),
        ("", "2021-06-19", False),
    ],
)
def test_a_last_day_before_the_first_is_a_fault_at_its_field(on: str, until: str, wrong: bool) -> None:
    query = asked(f"on={on}&until={until}")
    assert (query.fault("until") == OUT_OF_ORDER) is wrong
    assert (query.typed("on"), query.typed("until"), query.fault("on")) == (on, until, None)
    assert bool(query.notices) is wrong


def test_an_empty_filter_is_not_set() -> None:
    query = asked("status=&domain=&on= ")
    assert (query.values, query.notices) == ({}, ())


@pytest.mark.parametrize(
    ("sort", "values"),
    [("due", (date(2021, 6, 20), 7)), ("due", (None, 7)), ("-name", ("Sở Nội vụ ‘“<>", 2**40)), ("name", ("", 0))],
)
@pytest.mark.parametrize("backwards", [True, False])
def test_a_cursor_comes_back_as_it_went(sort: str, values: tuple[Any, ...], backwards: bool) -> None:
    cursor = Cursor(sort, backwards, values)
    assert asked("", ("sort", sort), ("page", str(cursor))).cursor == cursor


@pytest.mark.parametrize(
    "page",
    [
        "x",
        "!!!!",
        "é",
        "A" * 5000,
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        base64.urlsafe_b64encode(b"[" * 1400).decode(),
        forged(),
        forged("due"),
        forged("due", 0),
        forged("due", 2, "2021-06-20", 7),
        forged("due", [], "2021-06-20", 7),
        forged("due", 0, "2021-06-20"),
        forged("due", 0, "2021-06-20", 7, 8),
        forged("due", 0, "2021-06-20", None),
        forged("due", 0, "2021-06-20", "7"),
        forged("due", 0, "2021-06-20", 7.5),
        forged("due", 0, "2021-06-20", True),
        forged("due", 0, "2021-06-20", 2**63),
        forged("due", 0, "'; drop table target", 7),
        forged("due", 0, 20210620, 7),
        forged("due", 0, {"$gt": ""}, 7),
    ],
)
def test_a_cursor_that_was_tampered_with_is_the_first_page(page: str) -> None:
    query = asked("", ("page", page))
    assert query.cursor is None
    assert len(query.notices) == 1


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\x00b"])
def test_text_that_no_database_takes_is_no_cursor(text: str) -> None:
    page = base64.urlsafe_b64encode(json.dumps(["name", 0, text, 7]).encode()).decode()
    assert asked("sort=name", ("page", page)).cursor is None


def test_a_cursor_of_another_sort_is_out_of_date_and_not_worth_a_notice() -> None:
    query = asked("sort=name", ("page", str(Cursor("due", False, (date(2021, 6, 20), 7)))))
    assert (query.cursor, query.notices) == (None, ())


@given(page=st.text(max_size=60), sort=st.text(max_size=10), status=st.text(max_size=10))
def test_no_address_makes_a_list_fail(page: str, sort: str, status: str) -> None:
    query = asked("", ("page", page), ("sort", sort), ("status", status))
    assert query.url_with().startswith("/targets")


@given(
    instant=st.datetimes(timezones=st.just(UTC)),
    figure=st.decimals(allow_nan=False, allow_infinity=False),
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50),
)
def test_every_kind_of_key_survives_a_cursor(instant: datetime, figure: Decimal, name: str) -> None:
    keys = (SortKey(TABLE.c.due, datetime), SortKey(TABLE.c.due, Decimal), SortKey(TABLE.c.name))
    listing = Listing((Column("all", "All", sort=keys),), "all", SortKey(TABLE.c.id, int))
    values = (instant, figure, name, 1)
    query = read_query(listing, MultiDict([("page", str(Cursor("all", False, values)))]), "/")
    assert query.cursor is not None
    assert query.cursor.values == values
