"""Facts as plain JSON and back, field by field: whoever has them judges the target anywhere.

Days are ISO text, figures are decimal text as they were given; what a field may hold is what its record says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from tracker.rule.calendar import WorkingCalendar
from tracker.rule.facts import Facts, Report, Revision


class Unreadable(ValueError):
    """What was written is not what the record takes; the message names the field."""


def written(thing: Any) -> Any:
    """Facts, or any part of them, as JSON takes it."""
    if isinstance(thing, StrEnum):
        return thing.value
    if isinstance(thing, Decimal):
        return format(thing, "f")
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, tuple):
        return [written(one) for one in thing]
    if isinstance(thing, WorkingCalendar):
        return {name: [day.isoformat() for day in sorted(getattr(thing, name))] for name in _CALENDAR}
    if is_dataclass(thing):
        return {one.name: written(getattr(thing, one.name)) for one in fields(thing)}
    return thing


def facts_of(data: Any) -> Facts:
    """The facts that were written. Raises Unreadable."""
    found: Facts = _read(Facts, data, "facts")
    return found


def known_by(facts: Facts, day: date) -> Facts:
    """The facts less whatever was not known on the day."""
    end = facts.end if facts.end is not None and facts.end.recorded_on <= day else None
    reports = (replace(one, revisions=_revisions(one, day)) for one in facts.reports)
    return replace(
        facts,
        amendments=tuple(one for one in facts.amendments if one.recorded_on <= day),
        extensions=tuple(one for one in facts.extensions if one.recorded_on <= day),
        suspensions=tuple(one for one in facts.suspensions if one.recorded_on <= day),
        end=end,
        reports=tuple(one for one in reports if one.revisions),
    )


_CALENDAR = ("off_days", "working_days")


def _revisions(report: Report, day: date) -> tuple[Revision, ...]:
    return tuple(
        replace(one, decisions=tuple(decision for decision in one.decisions if decision.recorded_on <= day))
        for one in report.revisions
        if one.recorded_on <= day
    )


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any, where: str) -> Any:
    if isinstance(kind, UnionType):
        if data is None:
            return None
        (kind,) = (one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], one, f"{where}[{n}]") for n, one in enumerate(_list(data, where)))
    if kind is WorkingCalendar:
        named = _named(data, _CALENDAR, where)
        return WorkingCalendar(*(_read(tuple[date, ...], named[name], f"{where}.{name}") for name in _CALENDAR))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        named = _named(data, tuple(hints), where)
        return kind(**{name: _read(hint, named[name], f"{where}.{name}") for name, hint in hints.items()})
    if kind in (bool, int):
        if type(data) is not kind:
            raise Unreadable(where)
        return data
    return _text(kind, data, where)


def _text(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, str):
        raise Unreadable(where)
    try:
        found = date.fromisoformat(data) if kind is date else kind(data)
    except (ValueError, InvalidOperation):
        raise Unreadable(where) from None
    if isinstance(found, Decimal) and not found.is_finite():
        raise Unreadable(where)
    return found


def _list(data: Any, where: str) -> Sequence[Any]:
    if not isinstance(data, list):
        raise Unreadable(where)
    return data


def _named(data: Any, names: Sequence[str], where: str) -> Mapping[str, Any]:
    if not isinstance(data, dict) or set(data) != set(names):
        raise Unreadable(where)
    return data
