"""Which sources there are: each tells what is open of its occasions. A room declares its own, once (`headless`)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.reminders.duty import Duty
from tracker.reminders.ladder import EARLIEST, LATEST_NEWS, Occasion


def calendar_days(working_days: int) -> timedelta:
    """Days that surely hold so many working days, also around Tết."""
    return timedelta(days=working_days * 7 // 5 + 14)


AHEAD, BEHIND = calendar_days(-EARLIEST), calendar_days(LATEST_NEWS)
Opened = Iterator[tuple[date, list[Duty]]]


@dataclass(frozen=True, slots=True)
class Within:
    """Of what is asked: of these programmes, these bodies, these things (ids by kind). None: of all.

    `known`: the day as of which is asked of days ahead; none: the first of them. `ahead`, `behind`: so long before its
    day a deadline is looked at, and so long after it news.
    """

    programmes: Collection[int] | None = None
    bodies: Collection[int] | None = None
    things: Mapping[str, Collection[int]] | None = None
    known: date | None = None
    ahead: timedelta = AHEAD
    behind: timedelta = BEHIND

    def asks(self, kind: str) -> bool:
        """Whether anything of a kind is asked for at all."""
        return self.things is None or bool(self.things.get(kind))

    def where(self, kind: str, identity: Any, agency_id: Any, programme_id: Any) -> list[sa.ColumnElement[bool]]:
        """The conditions on whatever is of a kind: on its id, its body and its programme."""
        things = None if self.things is None else self.things.get(kind, ())
        asked = ((identity, things), (agency_id, self.bodies), (programme_id, self.programmes))
        return [column.in_(ids) for column, ids in asked if ids is not None]


EVERYTHING = Within()


class Source(Protocol):
    """Tells what is open on each of these days (today, or ahead by what is known now), batch by batch."""

    def __call__(self, session: Session, days: Sequence[date], within: Within) -> Opened: ...


@dataclass(frozen=True, slots=True)
class Declared:
    """A source with the occasions that it tells of, and the kind of thing that these are about."""

    occasions: Collection[Occasion]
    kind: str
    open_on: Source


_declared: dict[Occasion, Declared] = {}


def declare(*sources: Declared) -> None:
    """Say who tells what is open of some occasions. Said again, the last one counts."""
    for source in sources:
        _declared.update(dict.fromkeys(source.occasions, source))


def open_on(
    session: Session, days: Sequence[date], within: Within = EVERYTHING, occasions: Iterable[Occasion] = Occasion
) -> Opened:
    """What is open on each of these days, source by source and batch by batch. Reads only."""
    asked = [_declared[one] for one in occasions if one in _declared]
    for source in {id(one): one for one in asked}.values():
        if within.asks(source.kind):
            yield from source.open_on(session, days, within)
