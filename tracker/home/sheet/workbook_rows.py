"""What stands in each row of a sheet now, as a workbook takes it along and is held against it when it comes back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.commitments.terms import words as target_words
from tracker.commitments.terms.units import unit_text
from tracker.core import clock
from tracker.core.actions import Action
from tracker.core.db import database
from tracker.core.languages import Text, _, current_language
from tracker.home import words
from tracker.home.sheet import marks
from tracker.home.sheet.lines import SheetLine
from tracker.home.sheet.sheet_views import lines_at
from tracker.home.work import latest_other
from tracker.permissions.guard import current_reader
from tracker.programmes.words import domain_name, period_title
from tracker.progress import beginning, queries, rules, service
from tracker.progress.merging.merge import Written
from tracker.progress.queries import ReportSlot, Revision
from tracker.progress.rules import Question
from tracker.progress.states import CellState
from tracker.rule import FigureInForce
from tracker.rule.facts import Shape


@dataclass(frozen=True)
class BookRow:
    """One figure of the sheet. `written`: what stands there, in the custom in which it was written; `locked`: why
    nothing can be written now, if nothing can."""

    line: SheetLine
    written: Written
    locked: Text | None
    state: Text
    last: FigureInForce | None

    @property
    def key(self) -> str:
        """By which it is told from the others of the sheet."""
        return self.line.key

    @property
    def slot(self) -> ReportSlot:
        """Where its report belongs."""
        return self.line.slot

    @property
    def question(self) -> Question:
        """What a report of it must answer."""
        return self.line.question

    @property
    def version(self) -> int:
        """Of the draft that stands; 0: none does."""
        return self.line.version

    @property
    def group(self) -> str:
        """Under which heading it stands: its domain, or that it came back."""
        return domain_name(self.slot.target.domain) if self.line.own else _("Came back from an earlier period")

    @property
    def title(self) -> str:
        """The target in the reader's language, with its period where that is another one."""
        name = words.title(self.slot.target)
        return name if self.line.own else f"{name} ({period_title(self.slot.code)})"

    @property
    def unit(self) -> str:
        """What is counted; nothing for a plain count."""
        return unit_text(target_words.unit_of(self.slot.target))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that this figure has."""
        ratio, keep = self.slot.target.ratio, self.slot.target.shape == Shape.KEEP
        missing = {"value"} if ratio else {"numerator", "denominator"}
        missing |= set() if keep else {"not_applicable"}
        return tuple(name for name in rules.FIELDS if name not in missing)


def rows_at(agency_code: str, period_code: str) -> list[BookRow]:
    """The rows of an address, as the page of the sheet has them. Raises NotFound where the reader may write none."""
    lines = lines_at(agency_code, period_code, Action.ENTER_FIGURE)
    sent = _sent(database.session(), lines)
    return [_row(line, sent.get(line.report.id) if line.report is not None else None) for line in lines]


def _sent(session: Session, lines: Sequence[SheetLine]) -> dict[int, Revision]:
    """What was sent last, where nothing is being written."""
    asked = [line.report.id for line in lines if line.report is not None and line.draft is None]
    return queries.last_revisions(session, asked)


def _row(line: SheetLine, sent: Revision | None) -> BookRow:
    standing, language = line.standing, current_language()
    exact = marks.HANDS.get((standing.state, line.item.hand)) if line.item is not None else None
    word = (exact or marks.CELLS[standing.state])[2]
    away = standing.state is CellState.WITH_HEAD and not service.is_head(current_reader(), line.slot)
    if line.draft is not None:
        written = Written(line.draft.typed, line.draft.language)
    else:
        written = Written(beginning.starting_text(sent, language) if sent is not None else {}, language)
    return BookRow(
        line=line,
        written=written,
        locked=(standing.reason or word) if standing.is_firm or away else None,
        state=word,
        last=latest_other(line.figures, line.slot.period, clock.today()),
    )
