"""What the rows of a sheet are drawn with: words, marks and addresses, made once a page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from flask import current_app, url_for
from markupsafe import Markup

from tracker.commitments.terms.units import unit_text
from tracker.commitments.terms.words import unit_of
from tracker.core import clock
from tracker.core.files.kinds import ACCEPT
from tracker.core.languages import _, _n, format_day, format_number
from tracker.core.templates import written
from tracker.home import words
from tracker.home.sheet import marks, typed
from tracker.home.sheet.lines import SheetLine
from tracker.progress import rules
from tracker.progress.limits import Limits
from tracker.progress.states import CellState
from tracker.rule.facts import Shape

VALUE, RATIO = (("value", "h-figure"),), (("numerator", "h-part"), ("denominator", "h-whole"))
NO_FIGURE: Mapping[str, Any] = {"target_token": "-", "period_code": "-"}
_COUNT = Markup("<strong data-t-count-{}>{}</strong>")


@dataclass(frozen=True)
class Tools:
    """`status`, `mark` and `limits` draw each kind once, `sent_on` tells each day once."""

    words: SimpleNamespace
    status: Callable[[str], Markup]
    mark: Callable[[SheetLine], Markup]
    sent_on: Callable[[date], str]
    limits: Callable[[Limits], str]  # what the figures of a target can be
    cell: Callable[[SheetLine], str]
    figures: str  # where the addresses of figures begin
    is_head: bool
    today: date

    accept = ACCEPT
    seen = staticmethod(typed.seen)

    def open(self, line: SheetLine) -> bool:
        """Whether this reader can write in a line now."""
        standing = line.standing
        return not standing.is_firm and (self.is_head or standing.state is not CellState.WITH_HEAD)

    @staticmethod
    def boxes(line: SheetLine) -> tuple[tuple[str, str], ...]:
        """The boxes of a figure, each with the id of what names it in the head of the table."""
        return RATIO if line.slot.target.ratio else VALUE

    @staticmethod
    def keeps(line: SheetLine) -> bool:
        """Whether it can be said that a target does not apply in the period."""
        return line.question.shape is Shape.KEEP

    @staticmethod
    def unit(line: SheetLine) -> str:
        """The unit of what is typed into a line's one box."""
        target = line.slot.target
        return "" if target.ratio else unit_text(unit_of(target))

    @staticmethod
    def code(line: SheetLine) -> str:
        """The target's code; of which period, where that is another."""
        code = line.slot.target.code
        return code if line.own else f"{code} · {words.period_name(line.slot)}"

    def figure(self, line: SheetLine) -> str:
        """The page of one figure."""
        return f"{self.figures}{line.slot.target.token}/{quote(line.slot.code)}"

    def files(self, line: SheetLine) -> str:
        """How many files stand behind a line; where there is none, whether one can be added."""
        if line.files:
            return _n("%(num)s file", "%(num)s files", line.files)
        return _("Add files") if self.open(line) else _("No file")

    @staticmethod
    def named(line: SheetLine) -> str:
        """The figure by its digits, as an answer that it is right names it."""
        return rules.named(line.reading.entry)

    @staticmethod
    def told(given: rules.Typed) -> str:
        """What was typed, in a line of text."""
        figure = "/".join(given[name] for name in typed.NUMBERS if given.get(name))
        said = [figure, *(given[name] for name in ("narrative", "obstacles") if given.get(name))]
        return " · ".join(text for text in said if text) or "–"

    @staticmethod
    def count(number: int, name: str) -> Markup:
        """A number of the page's head that changes as lines are filled in."""
        return _COUNT.format(name, format_number(number))


def tools(address: str, *, is_head: bool) -> Tools:
    """For the rows of one page, in the reader's language."""
    module: Any = current_app.jinja_env.get_template("components/status.html").module
    at = address + "/cells/"
    drawn: dict[Any, Markup] = {
        state: module.plain_mark(tone, drawing, str(label))
        for state, (tone, drawing, label) in (*marks.CELLS.items(), *marks.HANDS.items())
    }

    def cell(line: SheetLine) -> str:
        if line.own:
            return at + line.slot.target.token
        return url_for(
            "home.keep_cell",
            agency_code=line.slot.agency.code,
            period_code=line.slot.code,
            target_token=line.slot.target.token,
        )

    not_owed: Markup = module.plain_mark("silent", "dash", _("Not owed"))

    def mark(line: SheetLine) -> Markup:
        state = line.standing.state
        if not line.owed and state is CellState.EMPTY:
            return not_owed
        exact = drawn.get((state, line.item.hand)) if line.item is not None else None
        return exact or drawn[state]

    return Tools(
        words=SimpleNamespace(
            last=_("Last period"),
            asked=_("Plan and goal"),
            figure=_("This period"),
            narrative=_("Explanation"),
            obstacles=_("Obstacles"),
            words=_("Explanation, obstacles, files"),
            means=_("If this is sent today"),
            state=_("State"),
            goal=_("Goal"),
            kept=_("kept in every period"),
            score=_("score"),
            today=_("as it stands today"),
            not_applicable=_("Does not apply"),
            attach=_("Add files"),
            of_plan=_("of the plan"),
            of_goal=_("of the goal"),
            completion=_("Report the completion"),
            promise=_("Promise a day for this report"),
            yours=_("Yours, not kept"),
            theirs=_("What stands now"),
        ),
        status=cache(module.mark),
        mark=mark,
        sent_on=cache(lambda day: written(_("If it is sent on %(day)s:", day=format_day(day))) + " "),
        limits=cache(lambda limits: written(limits.told)),
        cell=cell,
        figures=url_for("home.figure", **NO_FIGURE).removesuffix("-/-"),
        is_head=is_head,
        today=clock.today(),
    )
