"""What makes a figure worth a second look before it is sent or accepted. Pure; it judges nothing, the rule does."""

from enum import StrEnum
from fractions import Fraction

from tracker.core.languages import Text, _l
from tracker.rule.facts import Direction, Shape


class Flag(StrEnum):
    """Why somebody should look twice."""

    WORSE = "worse"
    NOT_APPLICABLE = "not_applicable"
    ANSWERS_RETURN = "answers_return"
    COMPLETION = "completion"


WORDS: dict[Flag, Text] = {
    Flag.WORSE: _l("Worse than the last figure"),
    Flag.NOT_APPLICABLE: _l("Said not to apply"),
    Flag.ANSWERS_RETURN: _l("Answers a return"),
    Flag.COMPLETION: _l("Says that the goal is reached"),
}


def is_worse(
    shape: str,
    direction: str | None,
    baseline: Fraction | None,
    goal: Fraction | None,
    now: Fraction | None,
    last: Fraction | None,
) -> bool:
    """Whether a figure lies farther from what was promised than the last one; for a range nobody can say."""
    if now is None or last is None:
        return False
    if shape == Shape.KEEP:
        return (direction == Direction.AT_LEAST and now < last) or (direction == Direction.AT_MOST and now > last)
    falling = shape == Shape.REACH and baseline is not None and goal is not None and goal < baseline
    return now > last if falling else now < last


def flags(*, worse: bool, not_applicable: bool, again: bool, completion: bool) -> list[Flag]:
    """The flags of a figure, in the order in which they are told."""
    raised = {
        Flag.WORSE: worse,
        Flag.NOT_APPLICABLE: not_applicable,
        Flag.ANSWERS_RETURN: again,
        Flag.COMPLETION: completion,
    }
    return [flag for flag, up in raised.items() if up]
