"""The terms of a target, typed: read and written as a package holds them, compared, and held against each other. Pure.

A draft may leave terms open; a figure keeps its digits. What terms cannot be is in `limits`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tracker.commitments.terms import limits
from tracker.commitments.terms.limits import Periods, TermFault
from tracker.core import letters
from tracker.core.errors import DomainError
from tracker.core.languages import Text, _l, format_day
from tracker.core.numbers import MOST_DECIMALS, MOST_DIGITS, DayError, parse_day
from tracker.rule.facts import Milestone, Shape

FREQUENCIES = ("monthly", "quarterly", "half_yearly", "yearly")
LONGEST_TITLE, LONGEST_UNIT, LONGEST_EVIDENCE = 500, 40, 4_000
DOMAINS = range(1, 9)
TITLED_IN = frozenset({"vi", "en", "ru"})  # as in a package
Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a target promises; none: still open, or none of its shape. `evidence`: what counts as such, in words."""

    code: str
    title: Mapping[str, str] | None = None
    domain: int | None = None
    shape: str | None = None
    unit: str | None = None
    weight: Decimal | None = None
    frequency: str | None = None
    starts_on: date | None = None
    due_on: date | None = None
    baseline: Decimal | None = None
    goal: Decimal | None = None
    direction: str | None = None
    judged_by: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    ratio: bool = False
    cumulative: bool = False
    milestones: tuple[Milestone, ...] = ()
    evidence: str | None = None

    def record(self) -> Record:
        """As a package and the canonical document hold them: figures and days as texts, only keys that have a value."""
        found = {}
        for name in NAMES:
            value = getattr(self, name)
            if value is not None and value is not False and value != ():
                found[name] = _written(value)
        return found

    def with_values(self, values: Mapping[str, Any]) -> "Terms":
        """These terms with others in the place of some, typed already."""
        return replace(self, **values)


WHOLE = "target"  # the term of what is about a whole target
NAMES = tuple(field.name for field in fields(Terms))
# What an amendment may change: the facts of a target hold no other (a deadline becomes an extension).
AMENDABLE = ("weight", "due_on", "baseline", "goal", "low", "high", "milestones")


class Difference(NamedTuple):
    """One term that differs, with its values before and after."""

    term: str
    before: Any
    after: Any

    def record(self) -> Record:
        """As it is stored, and as a document tells it."""
        return {"term": self.term, "from": _written(self.before), "to": _written(self.after)}


class BadTerms(DomainError):
    """Terms that cannot be; `faults` says why, by term (`goal`, `milestones/0/on`)."""

    def __init__(self, faults: Mapping[str, Text]) -> None:
        super().__init__(_l("Correct what is marked, then try again"))
        self.faults = faults

    def by_field(self) -> Mapping[str, Text]:
        """Each beside its field."""
        return self.faults


def parse(record: Mapping[str, Any]) -> Terms:
    """Terms from a record, however much of them is open. Raises BadTerms with everything that cannot be read."""
    values = values_of(record)
    if "code" not in values:
        raise BadTerms({"code": MISSING})
    return Terms(**values)


def stored(record: Mapping[str, Any]) -> Terms:
    """Terms from a record that `Terms.record` wrote: nothing of it is judged again."""
    return Terms(**{name: _STORED[name](value) if name in _STORED else value for name, value in record.items()})


def figure_of(text: str | None) -> Decimal | None:
    """A figure of such a record."""
    return None if text is None else Decimal(text)


def day_of(text: str | None) -> date | None:
    """A day of such a record."""
    return None if text is None else date.fromisoformat(text)


def values_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Some terms, typed, by name; a value of none leaves its term open. Raises BadTerms as `parse` does."""
    found: dict[str, Any] = {}
    faults: dict[str, Text] = {}
    for name, value in record.items():
        if name not in _READ:
            faults[name] = NO_TERM
        elif value is None or value == "":
            found[name] = _OPEN.get(name)
            if name == "code":
                faults[name] = MISSING
        else:
            try:
                found[name] = _READ[name](value)
            except _Unreadable as error:
                faults[name + error.place] = error.message
    if faults:
        raise BadTerms(faults)
    return found


def difference(before: Terms, after: Terms) -> tuple[Difference, ...]:
    """Every term that differs, in their order; 95 and 95.0 are one figure."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in NAMES)
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def missing(terms: Terms) -> tuple[str, ...]:
    """The terms without which nothing can be signed."""
    return tuple(limits.missing(terms.record()))


def faults(
    terms: Terms, periods: Periods | None, amended: Terms | None = None, complete: bool = False
) -> dict[str, Text]:
    """What is wrong with terms as far as they are filled in, by term; `complete`: and what is missing. `amended`: those
    that they change."""
    record = terms.record()
    open_terms = list(limits.missing(record))
    told: dict[str, Text] = dict.fromkeys(limits.foreign(record), _FOREIGN)
    told |= {term: MISSING for term in open_terms if complete or term == "shape"}
    if told:
        return told
    for fault in judged(record, periods):
        told.setdefault(fault.pointer.removeprefix("/"), sentence(fault))
    if amended is not None:
        told |= dict.fromkeys(unamendable(amended, terms), UNAMENDABLE)
        if amended.due_on and terms.due_on and terms.due_on < amended.due_on:
            told.setdefault("due_on", _l("An amendment does not bring a deadline forward."))
    return told


def judged(record: Mapping[str, Any], periods: Periods | None) -> Iterator[TermFault]:
    """What the limits say of it; each of them only where what it compares is filled in."""
    open_terms = set(limits.missing(record))
    if not open_terms:
        yield from limits.target(record, "", periods)
        return
    yield from limits.kept(record, "")
    if not open_terms & {"starts_on", "due_on"}:
        yield from limits.term(record, "")
        yield from limits.deadline(record, "", periods if "frequency" in record else None)
    if not open_terms & {"starts_on", "due_on", "baseline", "goal"}:
        yield from limits.terms(record, "", record, record)


def unamendable(before: Terms, after: Terms) -> Iterator[str]:
    """The terms that differ and that no amendment changes."""
    return (one.term for one in difference(before, after) if one.term not in AMENDABLE or one.after is None)


def sentence(fault: TermFault) -> Text:
    """What a fault says to people: days as they write them."""
    values = {name: _day_text(value) for name, value in fault.values.items()}
    return str(limits.SENTENCES[fault.code]) % values


def eased(before: Terms, after: Terms) -> tuple[str, ...]:
    """What became easier: ("goal",) where a figure would keep the new promise that would have broken the old one,
    ("due_on",) where there is more time."""
    found = []
    if not _promise(after).within(_promise(before)):
        found.append("goal")
    if before.due_on and after.due_on and after.due_on > before.due_on:
        found.append("due_on")
    return tuple(found)


class _Promise(NamedTuple):
    """The figures that keep a promise (none: no bound), of what."""

    of: tuple[Any, ...]
    low: Decimal | None
    high: Decimal | None

    def within(self, other: "_Promise") -> bool:
        """Whether all figures that keep this one keep the other too. What is counted otherwise cannot be compared."""
        low_holds = other.low is None or (self.low is not None and self.low >= other.low)
        high_holds = other.high is None or (self.high is not None and self.high <= other.high)
        return self.of == other.of and low_holds and high_holds


def _promise(terms: Terms) -> _Promise:
    of = (terms.shape, terms.unit, terms.ratio)
    if terms.shape == Shape.KEEP and terms.goal is None:
        return _Promise(of, terms.low, terms.high)
    if terms.shape == Shape.KEEP:
        upwards = terms.direction != "at_most"
    else:  # a way down ends at or below its goal
        upwards = terms.baseline is None or terms.goal is None or terms.goal >= terms.baseline
    return _Promise(of, terms.goal, None) if upwards else _Promise(of, None, terms.goal)


def _written(value: Any) -> Any:
    write = _WRITE.get(type(value))
    return write(value) if write else value


def _milestones_written(value: tuple[Milestone, ...]) -> list[Record]:
    return [{"on": one.on.isoformat(), "value": format(one.value, "f")} for one in value]


_WRITE: Mapping[type, Callable[[Any], Any]] = {
    Decimal: lambda value: format(value, "f"),
    date: date.isoformat,
    tuple: _milestones_written,
    dict: dict,
}


class _Unreadable(Exception):
    """A value that is none of its term; `place` where in it."""

    def __init__(self, message: Text, place: str = "") -> None:
        super().__init__(str(message))
        self.message, self.place = message, place


NO_TERM = _l("A target has no such term.")
MISSING = _l("This is still to be filled in.")
_FOREIGN = _l("A target of this shape has no such term.")
UNAMENDABLE = _l("An amendment does not change this.")


def _text(longest: int, clean: Callable[[str], str] = letters.line) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        text = clean(str(value))
        wrong = letters.fault(str(value))
        if wrong is not None:
            raise _Unreadable(wrong)
        if letters.says_nothing(text) and text != "%":
            raise _Unreadable(_l("The text has no letter and no digit."))
        if len(text) > longest:
            raise _Unreadable(_l("Use %(most)s characters or fewer", most=longest))
        return text

    return read


def _code(value: Any) -> str:
    code = letters.code(str(value))
    if not letters.CODE.fullmatch(code):
        raise _Unreadable(_l("A code is made of letters, digits and . _ - and begins with a letter or a digit."))
    return code


def _title(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        value = {"vi": value}
    read = _text(LONGEST_TITLE)
    given = {language: text for language, text in value.items() if text}
    if "vi" not in given or not set(given) <= TITLED_IN:
        raise _Unreadable(_l("A title has a text in Vietnamese."))
    return {language: read(text) for language, text in given.items()}


def _figure(value: Any) -> Decimal:
    """A figure as a package writes it; what is a number already keeps its digits."""
    text = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value)
    whole, point, decimals = text.removeprefix("-").partition(".")
    plain = whole.isascii() and whole.isdigit() and (not point or (decimals.isascii() and decimals.isdigit()))
    if not plain or len(whole.lstrip("0")) > MOST_DIGITS or len(decimals) > MOST_DECIMALS:
        raise _Unreadable(_l("This is not a figure."))
    number = Decimal(text)
    return abs(number) if number.is_zero() else number


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return parse_day(str(value))
    except DayError as error:
        raise _Unreadable(error.message) from error


def _domain(value: Any) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and int(text) in DOMAINS):
        raise _Unreadable(_l("Choose a domain."))
    return int(text)


def _one_of(choices: Sequence[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise _Unreadable(_l("Choose one of the list."))
        return str(value)

    return read


def _milestones(value: Any) -> tuple[Milestone, ...]:
    found = []
    for place, one in enumerate(value):
        stone = {"on": one.on, "value": one.value} if isinstance(one, Milestone) else one
        for name, read in (("on", _day), ("value", _figure)):
            try:
                read(stone.get(name, ""))
            except _Unreadable as error:
                raise _Unreadable(error.message, f"/{place}/{name}") from error
        found.append(Milestone(_day(stone["on"]), _figure(stone["value"])))
    return tuple(sorted(found, key=lambda one: one.on))


def _day_text(value: object) -> object:
    try:
        return format_day(date.fromisoformat(str(value)))
    except ValueError:
        return value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "code": _code,
    "title": _title,
    "domain": _domain,
    "shape": _one_of([str(shape) for shape in Shape]),
    "unit": _text(LONGEST_UNIT),
    "frequency": _one_of(FREQUENCIES),
    "direction": _one_of(("at_least", "at_most")),
    "judged_by": _one_of(("every_period", "whole_term")),
    "ratio": bool,
    "cumulative": bool,
    "milestones": _milestones,
    "evidence": _text(LONGEST_EVIDENCE, letters.passage),
    **dict.fromkeys(("weight", "baseline", "goal", "low", "high"), _figure),
    **dict.fromkeys(("starts_on", "due_on"), _day),
}
_OPEN: Mapping[str, Any] = {"ratio": False, "cumulative": False, "milestones": ()}
_STORED: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("weight", "baseline", "goal", "low", "high"), figure_of),
    **dict.fromkeys(("starts_on", "due_on"), day_of),
    "milestones": lambda value: tuple(Milestone(date.fromisoformat(one["on"]), Decimal(one["value"])) for one in value),
}
