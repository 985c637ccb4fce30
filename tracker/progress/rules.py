"""Pure checks of what was typed for a report: by its shape, its period and its goal. No database, no web.

What is wrong is told field by field; a figure is never guessed, and a blank is never a zero.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.core import letters
from tracker.core.errors import DomainError
from tracker.core.languages import Text, _l, format_day, format_number
from tracker.core.numbers import NumberError, parse_day, parse_number
from tracker.progress.limits import Limits
from tracker.progress.states import CheckCode
from tracker.rule.exact import exact, percent
from tracker.rule.facts import ReportKind, Shape
from tracker.rule.plan import Measure
from tracker.rule.records import record

CONFIRMED = "confirmed"  # which odd figure whoever typed it said to be right: that one, and no other
ANSWER = "answer:"  # and behind it the code of the check that it answers
FIELDS = ("value", "numerator", "denominator", "not_applicable", "as_at", "narrative", "obstacles")
ANSWERS = tuple(ANSWER + code for code in CheckCode)
LONGEST_TEXT = 4_000  # characters of a narrative, a reason or a comment
LONGEST_ANSWER = 500  # of an answer to a check
LONGEST_KEPT = 20_000  # of one field of a draft, right or wrong
MOST_EVIDENCE = 10  # files of one figure

Typed = Mapping[str, str]
Faults = dict[str, Text]


class Incomplete(DomainError):
    """The draft cannot go on as it is; `faults` says why, field by field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(_l("Correct what is marked, then try again"))
        self.faults = faults

    def by_field(self) -> Mapping[str, Text]:
        """Each beside its field."""
        return self.faults


@record(frozen=True, slots=True)
class Question:
    """What a report must answer. `measure` knows the goal; the days are the period's, none for a completion."""

    kind: ReportKind
    shape: Shape
    ratio: bool
    measure: Measure
    limits: Limits
    begins_on: date  # the target's first day
    starts_on: date | None = None
    cut_off: date | None = None
    stands_to: date | None = None  # of a completion: the last day of a period whose figure stands already
    own: bool = True  # whether the period is one of the target's own; a keep target has reports in no other
    cumulative: bool = False
    past: tuple[Any, ...] = ()  # figures in force of earlier reports (`cells.checks.Past`), the latest last
    enough: Fraction = Fraction(0)  # the share of its plan below which a figure is behind

    def is_behind(self, amount: Fraction) -> bool:
        """Whether a figure lies behind what is asked for by the end of its period."""
        return self.cut_off is not None and self.measure.ratio(amount, self.cut_off) < self.enough


@record(frozen=True, slots=True)
class Entry:
    """A figure that was understood: a value, a numerator over a denominator, or "not applicable"."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    not_applicable: bool = False
    as_at: date | None = None
    narrative: str | None = None
    obstacles: str | None = None  # what stands in the way, and what is asked for

    @property
    def amount(self) -> Fraction | None:
        """The figure as the rule counts it; none where it is not applicable, as a ratio over nothing is too."""
        if self.value is not None:
            return exact(self.value)
        if self.numerator is None or self.denominator is None:
            return None
        return percent(self.numerator, self.denominator)


@dataclass(slots=True)
class Reading:
    """What was understood, and what is wrong with it, field by field."""

    entry: Entry = field(default_factory=Entry)
    faults: Faults = field(default_factory=dict)


def kept(typed: Typed) -> dict[str, str]:
    """What a draft keeps of what was typed: the known fields as they are, cut only where nobody can have meant it."""
    return {name: typed[name][:LONGEST_KEPT] for name in (*FIELDS, CONFIRMED, *ANSWERS) if typed.get(name)}


def retyped(typed: Typed, language: str, shown_in: str) -> dict[str, str]:
    """The same text as one would type it in another language; what is no number stays as it is."""
    text = dict(typed)
    for name in ("value", "numerator", "denominator") if language != shown_in else ():
        try:
            text[name] = format_number(parse_number(text.get(name, ""), language), shown_in)
        except NumberError:
            continue
    return text


def read(question: Question, typed: Typed, language: str, on: date) -> Reading:
    """The report as it would be sent on a day, numbers read by the custom of `language`, with every fault found."""
    faults: Faults = {}
    not_applicable = bool(typed.get("not_applicable"))
    figure = _not_applicable(question, typed, faults) if not_applicable else _figure(question, typed, language, faults)
    narrative, obstacles = (_text(name, typed, faults) for name in ("narrative", "obstacles"))
    for name in ANSWERS:
        _text(name, typed, faults, LONGEST_ANSWER)
    if (not_applicable or (figure[2] == 0 and question.cut_off)) and letters.says_nothing(narrative) and not faults:
        faults["narrative"] = _l("Say why the target does not apply in this period")
    entry = Entry(
        *figure,
        not_applicable=not_applicable,
        as_at=_as_at(question, typed, on, faults),
        narrative=narrative or None,
        obstacles=obstacles or None,
    )
    if question.kind is ReportKind.COMPLETION and not faults:
        _goal_is_met(question, entry, faults)
    return Reading(entry, faults)


def asked(question: Question, typed: Typed, language: str) -> tuple[str, list[Text]]:
    """Which odd figure is asked back, as `CONFIRMED` names it, and what is odd about it; "" where none is."""
    faults: Faults = {}
    entry = Entry(*_figure(question, typed, language, faults))
    faults.pop(CONFIRMED, None)
    odd = question.limits.odd(entry)
    return (named(entry), [one.message for one in odd]) if odd and not faults else ("", [])


def read_appraised(question: Question, typed: Typed, language: str) -> Reading:
    """The figure that an appraiser names instead of the reported one."""
    faults: Faults = {}
    return Reading(Entry(*_figure(question, typed, language, faults)), faults)


def is_foreign(question: Question) -> bool:
    """Whether the report is for a period in which a keep target promises nothing."""
    return question.shape is Shape.KEEP and not question.own


def too_early(question: Question, on: date) -> bool:
    """Whether a periodic report cannot be sent yet: its period still runs."""
    return question.cut_off is not None and on < question.cut_off


def reason_fault(reason: str, blank: Text) -> Text | None:
    """What is wrong with a reason or comment that must be given: `blank` where it is missing."""
    if letters.says_nothing(reason):
        return blank
    return (
        _l("Write at most %(most)s characters", most=format_number(LONGEST_TEXT))
        if len(reason.strip()) > LONGEST_TEXT
        else None
    )


def _text(name: str, typed: Typed, faults: Faults, longest: int = LONGEST_TEXT) -> str:
    text = typed.get(name, "").strip()
    wrong = letters.fault(text) if text else None
    if wrong is None and len(text) > longest:
        wrong = _l("Write at most %(most)s characters", most=format_number(longest))
    if wrong is not None:
        faults[name] = wrong
    return text


Figure3 = tuple[Decimal | None, Decimal | None, Decimal | None]
BLANK: Figure3 = (None, None, None)


def _not_applicable(question: Question, typed: Typed, faults: Faults) -> Figure3:
    if question.shape is not Shape.KEEP:
        faults["not_applicable"] = _l("Only a target that is kept in every period can be not applicable")
    elif any(typed.get(name, "").strip() for name in ("value", "numerator", "denominator")):
        faults["not_applicable"] = _l("Give a figure, or say that the target does not apply; not both")
    return BLANK


def _figure(question: Question, typed: Typed, language: str, faults: Faults) -> Figure3:
    figure: Figure3 = (None, None, None)
    if not question.ratio:
        figure = _number("value", typed, language, faults), None, None
    else:
        numerator = _number("numerator", typed, language, faults)
        denominator = _number("denominator", typed, language, faults, _not_negative)
        if denominator == 0 and numerator:
            faults["denominator"] = _l("The whole cannot be zero while a part of it is not")
        figure = None, numerator, denominator
    _odd(question.limits, Entry(*figure), typed, faults)
    return figure


def _odd(limits: Limits, entry: Entry, typed: Typed, faults: Faults) -> None:
    """What cannot be is refused; what is odd and may be all the same, until it is said to be right."""
    for one in limits.impossible(entry):
        faults.setdefault(one.field, one.message)
    if limits.odd(entry) and not faults and typed.get(CONFIRMED) != named(entry):
        faults[CONFIRMED] = _l("Look at the figure again. If it is right, tick the box.")


def named(entry: Entry) -> str:
    """A figure by its digits alone, in no language."""
    numbers = (entry.value, entry.numerator, entry.denominator)
    return "/".join(format(number, "f") for number in numbers if number is not None)


def _number(
    name: str, typed: Typed, language: str, faults: Faults, check: Callable[[Decimal], Text | None] | None = None
) -> Decimal | None:
    text = typed.get(name, "").strip()
    if not text:
        faults[name] = _l("Enter the figure; where it is zero, enter 0")
        return None
    try:
        number = parse_number(text, language)
    except NumberError as error:
        faults[name] = error.message
        return None
    fault = check(number) if check else None
    if fault is not None:
        faults[name] = fault
    return number


def _not_negative(number: Decimal) -> Text | None:
    return None if number >= 0 else _l("The whole cannot be below zero")


def _as_at(question: Question, typed: Typed, on: date, faults: Faults) -> date | None:
    """The day as of which the figure holds: in a period optional and inside it, on completion required; never ahead."""
    text = typed.get("as_at", "").strip()
    if not text:
        if question.kind is ReportKind.COMPLETION:
            faults["as_at"] = _l("Enter the day on which the goal was reached")
        return None
    try:
        day = parse_day(text)
    except NumberError as error:
        faults["as_at"] = error.message
        return None
    if day > on:
        faults["as_at"] = _l("The day lies ahead: a figure holds as of today or earlier")
    elif (
        question.starts_on is not None
        and question.cut_off is not None
        and not question.starts_on <= day <= question.cut_off
    ):
        faults["as_at"] = _l("The day must lie inside the period")
    elif day < question.begins_on:
        faults["as_at"] = _l("The target only began on %(day)s", day=format_day(question.begins_on))
    elif question.stands_to is not None and day < question.stands_to:
        faults["as_at"] = _l(
            "A figure stands already as of %(day)s: a completion cannot be as of an earlier day",
            day=format_day(question.stands_to),
        )
    return day


def _goal_is_met(question: Question, entry: Entry, faults: Faults) -> None:
    name = "numerator" if question.ratio else "value"
    amount = entry.amount
    if amount is None:
        faults[name] = _l("A report of completion needs a figure")
    elif not question.measure.meets(amount):
        faults[name] = _l("This figure does not meet the goal yet: send it as the report of its period")
