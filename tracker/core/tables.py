"""Lists whose filters, sort and page live in the URL, paged by keyset. Knows no web framework and draws nothing.

A `Listing` says what a list can do; a `ListQuery` is what one address asks of it; `fetch_page` reads one `Page`.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.cursors import Cursor as Cursor
from tracker.core.cursors import SortKey as SortKey
from tracker.core.cursors import jump, unpack
from tracker.core.languages import Text, _l, format_row_count
from tracker.core.numbers import OUT_OF_ORDER

PAGE_SIZE = 50
SORT, CURSOR, JUMP = "sort", "page", "jump"
LONGEST_VALUE = 200  # characters of a filter's value
MOST_COUNTED = 2_000  # more than a province signs in a year; counting on would take longer than the page
_LONGEST_CURSOR = 2000

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column:
    """One column: its key in the URL, its heading, how its value is read off a row, and what it is sorted by."""

    key: str
    label: Text
    sort: tuple[SortKey, ...] = ()
    value: Callable[[Any], Any] | None = None
    numeric: bool = False

    @property
    def getter(self) -> Callable[[Any], Any]:
        """Reads the value off a row; the attribute of the same name where nothing else is said."""
        return self.value or attrgetter(self.key)


@dataclass(frozen=True)
class Filter:
    """One filter: `parse` makes a value of the text in the URL (ValueError: unknown), `where` a condition of the value.

    With `choices`, (text in the URL, label) pairs, only those are known; `offered` are such pairs that refuse no other
    text. `exists`: the condition on the row that a value names (`named.checked` asks). `many`: `where` gets a tuple.
    A filter without `where` is only carried along in the links (an as-of day that the query uses itself).
    `since`: the key of the filter for the first day, where this one is for the last.
    `first`: 0 for the rows that the value means most exactly, which then stand before all others; none: all alike.
    """

    key: str
    label: Text
    where: Callable[[Any], sa.ColumnElement[bool]] | None = None
    exists: Callable[[Any], sa.ColumnElement[bool]] | None = None
    first: Callable[[Any], sa.ColumnElement[int] | None] | None = None
    choices: Sequence[tuple[str, Text]] = ()
    offered: Sequence[tuple[str, Text]] = ()
    parse: Callable[[str], Any] = str
    many: bool = False
    since: str | None = None

    def read(self, text: str) -> Any:
        """The value of a text. Raises ValueError for one that this filter does not know."""
        if len(text) > LONGEST_VALUE or "\x00" in text:
            raise ValueError("too long, or no text")
        if self.choices and text not in {value for value, _label in self.choices}:
            raise ValueError("not among the choices")
        return self.parse(text)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A `parse` for filters: a whole number within bounds, so that no database type is too narrow for it."""

    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError("out of bounds")
        return number

    return parse


@dataclass(frozen=True)
class Listing:
    """What a list can do. `identity` makes the order total and is never NULL; `default_sort` as in the URL: "-due"."""

    columns: Sequence[Column]
    default_sort: str
    identity: SortKey
    filters: Sequence[Filter] = ()
    page_size: int = PAGE_SIZE

    def column(self, key: str) -> Column | None:
        """The sortable column of that key, if there is one."""
        return next((column for column in self.columns if column.key == key and column.sort), None)

    def names(self) -> list[str]:
        """Every name that its addresses may have."""
        return [*(f.key for f in self.filters), SORT, CURSOR, JUMP]


class Arguments(Protocol):
    """The arguments of an address, such as `request.args`."""

    def getlist(self, key: str) -> list[str]:
        """All values of one argument."""
        ...


@dataclass(frozen=True)
class Fault:
    """A text in the address that a filter cannot read, and why."""

    text: str
    message: Text


@dataclass(frozen=True)
class ListQuery:
    """What one address asks of a list. Anything it does not know was left out, and `notices` says so.

    `faults`, by the filter's key: what was typed and cannot be read. Then nothing is shown rather than something else.
    """

    listing: Listing
    path: str
    texts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Any]
    sort: str
    cursor: Cursor | None = None
    jumped: str = ""  # where the list should begin, as it was typed
    jump_fault: Text | None = None
    notices: tuple[Text, ...] = ()
    faults: Mapping[str, Fault] = field(default_factory=dict)

    @property
    def sort_key(self) -> str:
        """Key of the column that the list is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the order is from the largest down."""
        return self.sort.startswith("-")

    def keys(self) -> tuple[SortKey, ...]:
        """Everything that the list is ordered by, the identity last."""
        column = self.listing.column(self.sort_key)
        return (*self._first(), *(column.sort if column else ()), self.listing.identity)

    @property
    def jump_key(self) -> SortKey | None:
        """What one can jump by: the first key of the order, where a text can be read for it."""
        first = self.keys()[0]
        return first if first.jumps else None

    def _first(self) -> Iterator[SortKey]:
        """What stands first whichever way the list is sorted."""
        for f in self.listing.filters:
            found = f.first(self.values[f.key]) if f.first and f.key in self.values else None
            if found is not None:
                yield SortKey(-found if self.descending else found, int)

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The conditions of the filters that are set; where one cannot be read, none is met."""
        if self.faults:
            return [sa.false()]
        return [f.where(self.values[f.key]) for f in self.listing.filters if f.where and f.key in self.values]

    def typed(self, key: str) -> str:
        """What stands in the field of a filter: also what cannot be read."""
        return self.faults[key].text if key in self.faults else self.texts.get(key, ("",))[0]

    def fault(self, key: str) -> Text | None:
        """What is wrong with that."""
        return self.faults[key].message if key in self.faults else None

    def url_with(self, **changes: str | Iterable[str] | None) -> str:
        """The address of this list with some arguments changed, or taken away by None. It begins at the first page."""
        arguments: dict[str, tuple[str, ...]] = dict(self.texts)
        if self.sort != self.listing.default_sort:
            arguments[SORT] = (self.sort,)
        for key, value in changes.items():
            arguments[key] = () if value is None else (value,) if isinstance(value, str) else tuple(value)
        pairs = [(key, text) for key in self._order(arguments) for text in arguments[key]]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def sort_url(self, key: str) -> str:
        """The address sorted by a column; by the same column the other way round where it is sorted by it already."""
        again = "-" + key if self.sort == key else key
        return self.url_with(sort=None if again == self.listing.default_sort else again)

    def sort_state(self, key: str) -> str:
        """The column's aria-sort: "ascending", "descending" or "none"."""
        return "none" if key != self.sort_key else "descending" if self.descending else "ascending"

    def carried(self, *but: str) -> list[tuple[str, str]]:
        """(name, value) of what a filter form must carry along in hidden fields: the sort, and filters not in `but`."""
        pairs = [(key, text) for key, texts in self.texts.items() if key not in but for text in texts]
        return pairs if self.sort == self.listing.default_sort else [*pairs, (SORT, self.sort)]

    def at(self, path: str, *but: str) -> str:
        """The same sort and filters, but for these, at another path: a file of all that is listed."""
        pairs = self.carried(*but)
        return f"{path}?{urlencode(pairs)}" if pairs else path

    def names(self) -> list[str]:
        """Every name that its addresses may have."""
        return self.listing.names()

    def _order(self, arguments: Mapping[str, object]) -> list[str]:
        """Always the same order, so that equal pages have equal addresses."""
        known = [f.key for f in self.listing.filters]
        return sorted(arguments, key=lambda key: (known.index(key) if key in known else len(known), key))


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the addresses of its neighbours, if any."""

    rows: Sequence[Row]
    previous: str | None = None
    next: str | None = None


def read_query(listing: Listing, arguments: Arguments, path: str) -> ListQuery:
    """What an address asks of a list. Never fails: unknown values are left out, and the query's notices say so."""
    texts: dict[str, tuple[str, ...]] = {}
    values: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    left_out = False
    for f in listing.filters:
        known, fault = _read_filter(f, arguments.getlist(f.key))
        if known:
            texts[f.key] = tuple(known)
            values[f.key] = tuple(known.values()) if f.many else next(iter(known.values()))
        elif fault and not f.choices:
            faults[f.key] = fault
        left_out = left_out or (fault is not None and f.key not in faults)
        if f.since in values and f.key in values and values[f.key] < values[f.since]:
            faults[f.key] = Fault(texts.pop(f.key)[0], OUT_OF_ORDER)
            del values[f.key]
    sort = (arguments.getlist(SORT) or [listing.default_sort])[0]
    if listing.column(sort.removeprefix("-")) is None:
        left_out, sort = True, listing.default_sort
    query = ListQuery(listing, path, texts, values, sort, faults=faults)
    cursor, wrong = _read_cursor(query, arguments.getlist(CURSOR))
    typed = (arguments.getlist(JUMP) or [""])[0].strip()[:LONGEST_VALUE]
    jump_fault = None
    if typed and cursor is None and query.jump_key is not None:
        cursor, jump_fault = jump(query.sort, query.keys(), typed, query.descending)
    labels = {f.key: f.label for f in listing.filters}
    notices = [_l("%(field)s: %(fault)s.", field=labels[key], fault=fault.message) for key, fault in faults.items()]
    if left_out or wrong:
        notices.append(_l("The address asked for something that this list does not know. It was left out."))
    return replace(query, cursor=cursor, jumped=typed, jump_fault=jump_fault, notices=tuple(notices))


def _read_filter(f: Filter, texts: list[str]) -> tuple[dict[str, Any], Fault | None]:
    """The values of known texts, and the first one that is unknown. An empty text is a filter that is not set."""
    known: dict[str, Any] = {}
    fault = None
    for text in filter(None, map(str.strip, texts)):
        try:
            known[text] = f.read(text)
        except ValueError as error:
            message = getattr(error, "message", None) or _l("This list knows nothing like that")
            fault = fault or Fault(text[:LONGEST_VALUE], message)
        if known and not f.many:
            break
    return known, fault


def _read_cursor(query: ListQuery, texts: list[str]) -> tuple[Cursor | None, bool]:
    """The cursor of an address and whether it was unreadable. One made for another sort is out of date, not wrong."""
    if not texts or not texts[0]:
        return None, False
    try:
        if len(texts[0]) > _LONGEST_CURSOR:
            return None, True
        padded = texts[0].encode("ascii") + b"=" * (-len(texts[0]) % 4)
        sort, backwards, *packed = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if sort != query.sort:
            return None, False
        keys = query.keys()
        values = tuple(unpack(value, key.kind, nullable=key.nullable) for value, key in zip(packed, keys, strict=True))
        return Cursor(query.sort, {0: False, 1: True}[backwards], values), False
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error, ArithmeticError):
        return None, True


@dataclass(frozen=True)
class _Slice:
    """One reading of rows: in the list's order, or from the cursor back."""

    query: ListQuery
    cursor: Cursor | None
    keys: tuple[SortKey, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", self.query.keys())

    @property
    def backwards(self) -> bool:
        return self.cursor is not None and self.cursor.backwards

    @property
    def descending(self) -> bool:
        return self.query.descending != self.backwards

    def statement(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        """The statement with filters, place, order and one row more than a page, sort keys in the last columns."""
        statement = statement.add_columns(*(key.expression.label(f"key_{n}") for n, key in enumerate(self.keys)))
        statement = statement.where(*self.query.conditions())
        if self.cursor is not None:
            statement = statement.where(self._beyond(self.cursor.values))
        return statement.order_by(*map(self._order, self.keys)).limit(self.query.listing.page_size + 1)

    def _order(self, key: SortKey) -> sa.ColumnElement[Any]:
        ordered = key.expression.desc() if self.descending else key.expression.asc()
        if not key.nullable:
            return ordered
        return ordered.nulls_first() if self.backwards else ordered.nulls_last()

    def _beyond(self, values: tuple[Any, ...]) -> sa.ColumnElement[bool]:
        if not any(key.nullable for key in self.keys):
            here = sa.tuple_(*(key.expression for key in self.keys))
            there = sa.tuple_(*(_bound(value, key) for value, key in zip(values, self.keys, strict=True)))
            return here < there if self.descending else here > there
        return self._beyond_stepwise(list(zip(self.keys, values, strict=True)))

    def _beyond_stepwise(self, pairs: list[tuple[SortKey, Any]]) -> sa.ColumnElement[bool]:
        """Beyond in the first key, or equal in it and beyond in the rest: row comparison knows no NULLs."""
        (key, value), *rest = pairs
        column, bound = key.expression, _bound(value, key)
        equal = column.is_(None) if value is None else column == bound
        beyond: sa.ColumnElement[bool]
        if value is None:
            beyond = column.is_not(None) if self.backwards else sa.false()
        else:
            beyond = column < bound if self.descending else column > bound
            if key.nullable and not self.backwards:
                beyond = sa.or_(beyond, column.is_(None))
        return sa.or_(beyond, sa.and_(equal, self._beyond_stepwise(rest))) if rest else beyond


def _bound(value: Any, key: SortKey) -> sa.ColumnElement[Any]:
    """A value from a cursor. The column's own type could be too narrow for it (SMALLINT), and PostgreSQL would fail."""
    wide: dict[type, sa.types.TypeEngine[Any]] = {int: sa.BigInteger(), str: sa.String()}
    return sa.literal(value, wide.get(key.kind, key.expression.type))


def fetch_page(session: Session, statement: sa.Select[Any], query: ListQuery) -> Page[sa.Row[Any]]:
    """One page of a statement's rows, filtered and ordered as the query says.

    Rows keep the statement's columns; the sort keys follow as key_0, key_1, … A page before the first full one is the
    first page, so going back never ends on a stump; beyond the last page is the last.
    """
    size, cursor = query.listing.page_size, query.cursor
    rows = list(session.execute(_Slice(query, cursor).statement(statement)))
    beyond = cursor is not None and not cursor.backwards and not rows
    if cursor is not None and beyond:  # what stood there is gone, or one jumped beyond the end: the last page
        cursor = replace(cursor, backwards=True)
        rows = list(session.execute(_Slice(query, cursor).statement(statement)))
    if cursor is not None and cursor.backwards and len(rows) < size:
        cursor = None
        rows = list(session.execute(_Slice(query, None).statement(statement)))
    more, rows = len(rows) > size, rows[:size]
    if cursor is not None and cursor.backwards:
        rows.reverse()
        later = None if beyond else _link(query, rows[-1:], False)
        return Page(rows, _link(query, rows[:1], True) if more else None, later)
    return Page(
        rows, _link(query, rows[:1], True) if cursor else None, _link(query, rows[-1:], False) if more else None
    )


def counted(session: Session, statement: sa.Select[Any], query: ListQuery) -> str:
    """How many rows a list has on all its pages, in words. One statement, which stops at MOST_COUNTED."""
    rows: sa.Select[Any] = statement.with_only_columns(query.listing.identity.expression)
    some = rows.where(*query.conditions()).limit(MOST_COUNTED + 1).subquery()
    count: int = session.execute(sa.select(sa.func.count()).select_from(some)).scalar_one()
    return format_row_count(count, MOST_COUNTED)


def _link(query: ListQuery, row: Sequence[sa.Row[Any]], backwards: bool) -> str | None:
    if not row:
        return None
    values = tuple(row[0])[-len(query.keys()) :]
    return query.url_with(page=str(Cursor(query.sort, backwards, values)))
