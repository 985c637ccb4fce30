"""What a figure can be at all, by one rule at every door: forms, appraisals, packages. Pure.

A part is neither negative nor above its whole, and a figure is one that its unit has; what is not is *odd*. Where the
target's own terms go as far, or nobody knows the unit, an odd figure is asked back; everywhere else it is impossible.
A figure far above all that was promised is asked back too, since it may be a slip of the keyboard: 3400 of 31.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from tracker.commitments.terms.units import PERCENT, UNITS, Unit, unit_named
from tracker.commitments.terms.words import Numbers
from tracker.core.languages import Text, _, _l, format_figure
from tracker.rule.facts import Amendment, Direction, Facts, Shape, Terms
from tracker.rule.records import record

UNKNOWN = Unit(whole=False)
FAR = 10  # times what was promised


class What(StrEnum):
    """In which way a figure is odd."""

    PART_NEGATIVE = "part_negative"
    PART_ABOVE_WHOLE = "part_above_whole"
    NOT_WHOLE = "not_whole"
    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"
    FAR_ABOVE = "far_above"


class Odd(NamedTuple):
    """What is odd about one number of a figure. `limit`: the bound that it passes, where there is one."""

    field: str
    what: What
    limit: Decimal | None = None

    @property
    def message(self) -> Text:
        """The sentence for it."""
        limit = format_figure(self.limit)
        messages: dict[What, Text] = {
            What.PART_NEGATIVE: _l("The part is below zero"),
            What.PART_ABOVE_WHOLE: _l("The part is above its whole"),
            What.NOT_WHOLE: _l("The figure has decimals, but this is counted in whole numbers"),
            What.TOO_LOW: _l("The figure is below %(limit)s, the lowest in this unit", limit=limit),
            What.TOO_HIGH: _l("The figure is above %(limit)s, the highest in this unit", limit=limit),
            What.FAR_ABOVE: _l("The figure is above %(limit)s, ten times the most that was promised", limit=limit),
        }
        return messages[self.what]


@record(frozen=True, slots=True)
class Limits:
    """What the figures of a target can be: in its unit (of a ratio: that of both its numbers), and how far it goes."""

    unit: Unit
    ratio: bool
    asked_back: frozenset[What]  # what is odd, and possible all the same
    far: Decimal | None = None  # more is odd, where the unit has no highest and more is better or neither

    @classmethod
    def of(
        cls, shape: str, unit: str, ratio: bool, direction: str | None = None, terms: Iterable[Decimal] = ()
    ) -> "Limits":
        """Of a target; `terms`: every figure that was ever promised in it, its goals, baselines, ranges, milestones."""
        named = [] if shape == Shape.DELIVERABLE else list(terms)
        found = unit_named(PERCENT if shape == Shape.DELIVERABLE else unit)
        possible, far = {What.FAR_ABOVE}, None
        if ratio:
            # Terms are in percent then, but the two numbers count things, which have a name or none.
            counted = UNKNOWN if found is None or unit == PERCENT else found
            bounds, below, above = UNITS[PERCENT], What.PART_NEGATIVE, What.PART_ABOVE_WHOLE
        else:
            counted = bounds = found or UNKNOWN
            below, above = What.TOO_LOW, What.TOO_HIGH
            possible |= {below} if found is None else set()
            possible |= {What.NOT_WHOLE} if any(term % 1 for term in named) else set()
        if any(term < bounds.lowest for term in named):
            possible.add(below)
        if bounds.highest is not None and named:
            most = max(named)
            # To stay at or below the highest is a promise only where more is possible.
            if most > bounds.highest or (most == bounds.highest and direction == Direction.AT_MOST):
                possible.add(above)
        if not ratio and bounds.highest is None and direction != Direction.AT_MOST:
            far = max((FAR * abs(term) for term in named), default=None) or None  # zero says nothing of how many
        return cls(counted, ratio, frozenset(possible), far)

    @classmethod
    def on(cls, unit: str, facts: Facts) -> "Limits":
        """Of a target by its facts."""
        terms: list[Terms | Amendment] = [facts.terms, *facts.amendments]
        named = [figure for one in terms for figure in (one.goal, one.baseline, one.low, one.high)]
        named += [milestone.value for one in terms for milestone in one.milestones or ()]
        return cls.of(facts.shape, unit, facts.ratio, facts.direction, (one for one in named if one is not None))

    @property
    def told(self) -> str:
        """What is possible, in a few words, before anything was typed; what may be passed all the same is usual."""
        low, high = format_figure(self.unit.lowest), self.unit.highest
        if self.ratio:
            told = _("part from %(low)s to the whole", low=low)
        elif high is not None:
            told = _("from %(low)s to %(high)s", low=low, high=format_figure(high))
        else:
            told = _("%(low)s or more", low=low)
        if self.asked_back - {What.FAR_ABOVE, What.NOT_WHOLE}:
            told = _("usually %(range)s", range=told)
        return _("whole numbers, %(range)s", range=told) if self.whole else told

    @property
    def whole(self) -> bool:
        """Whether nothing but whole numbers is possible."""
        return self.unit.whole and What.NOT_WHOLE not in self.asked_back

    def odd(self, figure: Numbers) -> list[Odd]:
        """What is odd about a figure; of what it leaves out, nothing."""
        if not self.ratio:
            return list(self._value(figure.value))
        part, whole, found = figure.numerator, figure.denominator, []
        if part is not None and part < 0:
            found.append(Odd("numerator", What.PART_NEGATIVE))
        elif part is not None and whole is not None and part > whole >= 0:
            found.append(Odd("numerator", What.PART_ABOVE_WHOLE))
        if self.unit.whole:
            numbers = (("numerator", part), ("denominator", whole))
            found += [Odd(name, What.NOT_WHOLE) for name, number in numbers if number is not None and number % 1]
        return found

    def impossible(self, figure: Numbers) -> list[Odd]:
        """What is odd about a figure and cannot be."""
        return [odd for odd in self.odd(figure) if odd.what not in self.asked_back]

    def _value(self, value: Decimal | None) -> Iterable[Odd]:
        if value is None:
            return
        if value < self.unit.lowest:
            yield Odd("value", What.TOO_LOW, self.unit.lowest)
        elif self.unit.highest is not None and value > self.unit.highest:
            yield Odd("value", What.TOO_HIGH, self.unit.highest)
        elif self.far is not None and value > self.far:
            yield Odd("value", What.FAR_ABOVE, self.far)
        if self.unit.whole and value % 1:
            yield Odd("value", What.NOT_WHOLE)
