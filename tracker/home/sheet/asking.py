"""What asks about a figure that is pasted or comes from a file, before it is taken; with what answers it already."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tracker.core.languages import Text
from tracker.progress import rules
from tracker.progress.cells import checks
from tracker.progress.cells.checks import Check
from tracker.progress.merging.merge import Written
from tracker.progress.rules import Question


class Asking(NamedTuple):
    """One thing that will ask on the sheet."""

    sentence: Text
    answer: str | None


def found(question: Question, written: Written, on: date) -> list[Check]:
    """What asks about a figure as it would stand; nothing where it cannot be read."""
    return checks.asking(question, rules.read(question, written.typed, written.language, on))


def told(question: Question, written: Written, on: date) -> Iterator[Asking]:
    """The same as a page shows it."""
    given = checks.answers(written.typed)
    return (Asking(one.sentence, given.get(one.code)) for one in found(question, written, on))
