"""What the head looks at before sending: what changed since the last period, what is red, what was asked and how it was
answered, what was said inside the body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from tracker.commitments.terms import words as target_words
from tracker.core.languages import _
from tracker.home import words as home_words
from tracker.home.flags import is_worse
from tracker.home.sheet.lines import SheetLine
from tracker.home.work import Hand, latest_other
from tracker.permissions.reader import Reader
from tracker.progress.cells import checks
from tracker.progress.states import CheckCode
from tracker.progress.threads import comments
from tracker.rule.facts import Status

RED = frozenset({Status.OVERDUE, Status.UNREPORTED, Status.BEHIND, Status.MISSED, Status.AT_RISK})


@dataclass(frozen=True)
class SendLine:
    """One figure that can be sent. `change`: how far it lies from the last one; `red`: why to look twice; `asked`: what
    a check asked, and what was answered; `said`: what was said inside the body about it."""

    line: SheetLine
    change: str | None
    red: Sequence[str]
    asked: Sequence[tuple[str, str]]
    said: Sequence[Any]

    @property
    def key(self) -> str:
        """By which its fields are told from those of another on the page."""
        return self.line.key

    @property
    def period(self) -> str | None:
        """Its period, where it is another than the sheet's."""
        return None if self.line.own else home_words.period_name(self.line.slot)

    @property
    def returned(self) -> str | None:
        """What was asked back by the appraiser; the explanation that goes along is its answer."""
        return self.line.returned

    @property
    def obstacles(self) -> str | None:
        """What stands in the way, which goes along too."""
        return self.line.reading.entry.obstacles

    @property
    def narrative(self) -> str | None:
        """The explanation that goes along."""
        return self.line.reading.entry.narrative


def ready_lines(session: Session, reader: Reader, lines: Sequence[SheetLine], today: Any) -> list[SendLine]:
    """The lines that can be sent now, with what there is to see of each; one statement."""
    ready = [line for line in lines if line.ready]
    places = {_place(line) for line in ready}
    said = comments.of_places(session, reader, places)
    return [_line(line, said, today) for line in ready]


def left_out(lines: Sequence[SheetLine]) -> list[SheetLine]:
    """What the body owes and cannot be sent now: it lies with the officer, or is not complete."""
    waits = (Hand.RETURNED, Hand.HANDED_BACK, Hand.DRAFT, Hand.OWED, Hand.WITH_HEAD)
    return [line for line in lines if line.item is not None and not line.ready and line.item.hand in waits]


def _place(line: SheetLine) -> tuple[int, int | None]:
    return line.slot.target.id, line.slot.period.id if line.slot.period else None


def _line(line: SheetLine, said: Mapping[tuple[int, int | None], Sequence[Any]], today: Any) -> SendLine:
    target, amount = line.slot.target, line.reading.entry.amount
    last = latest_other(line.figures, line.slot.period, today)
    change = None
    if last is not None and last.value is not None and amount is not None:
        change = target_words.gap(target, amount - last.value)
    return SendLine(line, change, _red(line, amount, last), _asked(line), said.get(_place(line), ()))


def _red(line: SheetLine, amount: Fraction | None, last: Any) -> list[str]:
    target, found = line.slot.target, []
    baseline, goal = (None if one is None else Fraction(one) for one in (target.baseline, target.goal))
    before = last.value if last is not None else None
    if is_worse(target.shape, target.direction, baseline, goal, amount, before):
        found.append(_("Worse than the last figure"))
    if line.meaning is not None and line.meaning.status in RED:
        found.append(line.meaning.why)
    return [*found, *(str(one) for one in line.odd)]


def _asked(line: SheetLine) -> list[tuple[str, str]]:
    """What a check asked, and what was answered; an odd figure is answered by whoever said that it is right."""
    given = checks.answers(line.typed)
    right = _("The figure is right as it stands")
    return [
        (str(one.sentence), right if one.code == CheckCode.ODD else given.get(one.code) or _("not answered"))
        for one in line.asked
    ]
