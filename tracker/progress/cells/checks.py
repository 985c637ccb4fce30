"""What asks about a figure that can be sent as it is: checks that ask and never refuse. Pure.

Each is to be answered in a word or two, which the appraiser reads beside it; whoever sends it without an answer sends
that too. What cannot be at all is refused by `rules` and `limits`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from tracker.core import letters
from tracker.core.languages import Text, _l, format_figure
from tracker.progress.limits import Odd, What
from tracker.progress.rules import ANSWER, CONFIRMED, Entry, Question, Reading, Typed
from tracker.progress.states import CheckCode
from tracker.rule.exact import ONE, half_up, whole_numbers
from tracker.rule.facts import Shape
from tracker.rule.records import record

LAST = 12  # figures that say what is usual
ENOUGH = 4  # of them before anything is usual
FAR = 4  # times what figures usually differ by
NEVER_FAR = Fraction(1, 20)  # of the usual figure of a target that is kept
MUCH = 2  # times the whole of last time


@record(frozen=True, slots=True)
class Past:
    """A figure in force of an earlier report, as it counts: appraised where it was; its two numbers, of a ratio."""

    as_at: date
    amount: Fraction
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@record(frozen=True, slots=True)
class Check:
    """One thing that asks. `detail`: the figures that its sentence tells, as plain decimals."""

    code: CheckCode
    detail: Mapping[str, str]

    @property
    def field(self) -> str:
        """Under which name its answer is kept in a draft."""
        return ANSWER + self.code

    @property
    def sentence(self) -> Text:
        """What it asks, in the reader's language."""
        return sentence(self.code, self.detail)

    @property
    def stored(self) -> str:
        """The detail in its one form."""
        return json.dumps(self.detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sentence(code: str, detail: Mapping[str, str]) -> Text:
    """What a check asks, by its code and detail, also as they are stored."""
    if code == CheckCode.ODD:
        return _odd_sentence(detail)
    told = {name: format_figure(Decimal(value)) for name, value in detail.items()}
    messages: dict[str, Text] = {
        CheckCode.SAME_AS_LAST: _l("The same as last time, to the digit. Is it new?"),
        CheckCode.BLANK_EXPLANATION: _l("Behind the plan, and nothing explains it. Why?"),
        CheckCode.FAR_FROM_USUAL: _l(
            "The last %(count)s figures lie between %(least)s and %(most)s; this one is far off. Why?", **told
        ),
        CheckCode.WHOLE_CHANGED: _l("The whole was %(before)s last time and is %(now)s. Why?", **told),
    }
    if "least_step" not in told:
        return messages[code]
    moves: Text = _l("From report to report it moves by %(least_step)s to %(most_step)s; now by %(step)s. Why?", **told)
    return moves


def of(question: Question, entry: Entry) -> list[Check]:
    """What asks about a figure that was understood, in the order in which it is told."""
    found = list(_odd(question.limits.odd(entry)))
    amount, past = entry.amount, question.past
    if amount is None or question.cut_off is None:
        return found
    if past:
        if _same(entry, past[-1], amount):
            found.append(Check(CheckCode.SAME_AS_LAST, {}))
        found += _far(question, amount, past[-LAST:])
        found += _whole(question, entry, past[-1])
    if question.is_behind(amount) and letters.says_nothing(entry.narrative or ""):
        found.append(Check(CheckCode.BLANK_EXPLANATION, {}))
    return found


def asking(question: Question, reading: Reading) -> list[Check]:
    """What asks about what was typed; nothing where that cannot be read."""
    return [] if reading.faults.keys() - {CONFIRMED} else of(question, reading.entry)


def answers(typed: Typed) -> dict[str, str]:
    """What a draft answers, by the code of the check: as it would be sent."""
    said = ((code, typed.get(ANSWER + code, "").strip()) for code in CheckCode)
    return {str(code): text for code, text in said if not letters.says_nothing(text)}


def unanswered(asked: Sequence[Check], typed: Typed) -> list[Check]:
    """Those of the checks that nobody answered. An odd figure is answered by whoever says that it is right."""
    given = answers(typed) if asked else {}
    return [one for one in asked if one.code != CheckCode.ODD and one.code not in given]


def _odd(odd: Sequence[Odd]) -> Iterator[Check]:
    if odd:
        yield Check(CheckCode.ODD, {one.what: "" if one.limit is None else format(one.limit, "f") for one in odd})


def _odd_sentence(detail: Mapping[str, str]) -> Text:
    messages = [Odd("", What(what), Decimal(limit) if limit else None).message for what, limit in detail.items()]
    first, *more = messages
    return first if not more else _l("%(first)s · %(second)s", first=first, second=more[0])


def _same(entry: Entry, last: Past, amount: Fraction) -> bool:
    """To the digit. Nothing, and all of it, are said again and again."""
    if entry.numerator is not None:
        same = entry.numerator == last.numerator and entry.denominator == last.denominator
        return same and entry.numerator not in (0, entry.denominator)
    return amount == last.amount and amount not in (0, 100)


def _far(question: Question, amount: Fraction, past: Sequence[Past]) -> Iterator[Check]:
    """Of a target that is kept: far from its last figures. Of one that moves: a step far from its last steps."""
    figures = [one.amount for one in past]
    if question.shape is Shape.KEEP:
        if len(figures) >= ENOUGH and _is_far(amount, figures, NEVER_FAR):
            ends = {"count": str(len(figures)), "least": _plain(min(figures)), "most": _plain(max(figures))}
            yield Check(CheckCode.FAR_FROM_USUAL, ends)
        return
    below, numbers = whole_numbers((*figures, amount))
    *steps, step = (after - before for before, after in pairwise(numbers))
    if len(steps) >= ENOUGH and _is_far(step, steps, ONE):
        told = {"least_step": min(steps), "most_step": max(steps), "step": step}
        ends = {name: _plain(Fraction(number, below)) for name, number in told.items()}
        yield Check(CheckCode.FAR_FROM_USUAL, ends)


def _is_far(one: Fraction | int, others: Sequence[Fraction] | Sequence[int], never: Fraction) -> bool:
    """Whether it lies outside the others, and farther from their middle than they usually do; `never` within that
    share of the middle."""
    _below, (number, *numbers) = whole_numbers((one, *others))  # medians are told twice and four times
    if min(numbers) <= number <= max(numbers):
        return False
    middle = _twice_median(numbers)
    usual = _twice_median([abs(2 * other - middle) for other in numbers])
    far = 2 * abs(2 * number - middle)
    return far > FAR * usual and far * never.denominator > never.numerator * 2 * abs(middle)


def _twice_median(numbers: Sequence[int]) -> int:
    found, half = sorted(numbers), len(numbers) // 2
    return found[half] + found[-half - 1]


def _whole(question: Question, entry: Entry, last: Past) -> Iterator[Check]:
    """The whole of a ratio more than doubled or halved; one that is counted on only falls by mistake, and grows."""
    now, before = entry.denominator, last.denominator
    if now is None or before is None or not before:
        return
    if now * MUCH < before or (now < before if question.cumulative else now > before * MUCH):
        yield Check(CheckCode.WHOLE_CHANGED, {"before": format(before, "f"), "now": format(now, "f")})


def _plain(number: Fraction) -> str:
    return format(half_up(number).normalize(), "f")
