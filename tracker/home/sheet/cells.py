"""The cells of one line of a sheet as markup, each drawn here alone: the whole row with the page, and the parts that
change when it was kept. A sheet has sixty rows of seven cells, so they are written without a template.

What stands in them is our own words and addresses, and texts that `written` has escaped.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from tracker.core.languages import _
from tracker.core.templates import written
from tracker.home.sheet.lines import SheetLine
from tracker.home.sheet.tools import Tools
from tracker.progress.rules import CONFIRMED, Typed
from tracker.progress.states import CheckCode
from tracker.rule.facts import Shape

_NOT_HERE = ("period", CONFIRMED)  # what is told elsewhere in the row
_UNSAID = '<span class="govuk-visually-hidden"> '
_NOT_TYPED: Mapping[str, Any] = {}


class Cells:
    """Draws the cells of a page's lines with its tools, whose words are escaped once."""

    __slots__ = ("_accept", "_tools", "_words")

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._words = {name: written(text) for name, text in vars(tools.words).items()}
        self._accept = written(tools.accept)

    def row(self, line: SheetLine, refused: Mapping[str, Any] | None = None) -> Markup:
        """One row. Its boxes belong to the form of the page by their attribute, so that a row can be kept by itself."""
        tools, w, key = self._tools, self._words, written(line.key)
        title, figure_url, is_open = written(line.title), written(tools.figure(line)), tools.open(line)
        kept = ""
        if is_open:
            kept = (
                f' hx-post="{written(tools.cell(line))}" hx-trigger="change" hx-include="#sheet-told" hx-swap="none" '
                'hx-sync="this:queue last" hx-encoding="multipart/form-data"'
            )
        back, asked = "", ""
        if line.returned is not None:
            back = " t-cellrow--back"
            told = _("Returned: %(reason)s", reason=line.returned or "–")
            asked = f'<span class="t-cellback">{written(told)}</span>'
        if line.handed_back:
            told = _("The head asks: %(comment)s", comment=line.handed_back)
            asked += f'<span class="t-cellback">{written(told)}</span>'
        picture = line.picture.svg if line.picture is not None else ""
        goal = written(line.goal)
        if line.plan:
            promised = f'{written(line.plan)}<span class="t-sub">{w["goal"]} {goal}</span>'
        else:
            promised = f'{goal}<span class="t-sub">{w["kept"]}</span>'
        if line.own and line.slot.target.shape != Shape.KEEP:
            promised += (
                f'<a class="t-sub t-quiet" href="{figure_url.rpartition("/")[0]}/completion" '
                f'aria-describedby="n:{key}">{w["completion"]}</a>'
            )
        said = ""
        if is_open:
            typed = refused["typed"] if refused else line.typed
            figure = f"{self.figure(line, typed)}{self.asks(line, refused)}"
            said = self._said("narrative", key, typed) + self._said("obstacles", key, typed)
        else:
            figure = f"<strong>{written(line.figure or '–')}</strong>"
        return Markup(  # noqa: S704
            f'<tr class="t-cellrow{back}" id="r:{key}"{kept}>\n'
            f'<th scope="row" id="n:{key}"><a class="t-quiet" href="{figure_url}">{title}</a>'
            f'<span class="t-sub">{written(tools.code(line))}</span>{asked}</th>\n'
            f'<td data-label="{w["last"]}"><div>{written(line.last or "–")}{picture}</div></td>\n'
            f'<td data-label="{w["asked"]}"><div>{promised}</div></td>\n'
            f'<td class="t-cellfigure" data-label="{w["figure"]}"><div>{figure}</div></td>\n'
            f'<td class="t-cellwords" data-label="{w["words"]}"><div>{said}{self.files(line)}</div></td>\n'
            f'<td data-label="{w["means"]}">{self.meaning(line)}</td>\n'
            f'<td data-label="{w["state"]}">{self.state(line)}</td>\n</tr>'
        )

    def figure(self, line: SheetLine, typed: Typed) -> Markup:
        """The boxes of a figure, in its row and on the page of one figure after the other."""
        tools, key, parts = self._tools, written(line.key), []
        faults = line.faults if line.draft is not None else _NOT_TYPED
        for field, label in tools.boxes(line):
            name = f"{field}:{key}"
            bad, invalid = (" t-cellbox--bad", ' aria-invalid="true"') if field in faults else ("", "")
            parts.append(
                f'<input class="t-cellbox t-cellbox--num{bad}" form="sheet" name="{name}" id="{name}" '
                f'value="{written(typed.get(field, ""))}" inputmode="decimal" autocomplete="off" '
                f'aria-labelledby="{label} n:{key}"{invalid} aria-describedby="l:{key} a:{key}">'
            )
        unit = tools.unit(line)
        told = f'<span class="t-cellunit">{written(unit)}</span>' if unit else ""
        tick = ""
        if tools.keeps(line):
            checked = " checked" if typed.get("not_applicable") else ""
            tick = (
                f'<label class="t-celltick"><input type="checkbox" form="sheet" name="not_applicable:{key}" value="1"'
                f"{checked}> {self._words['not_applicable']}{_UNSAID}{written(line.title)}</span></label>"
            )
        boxes = '<span aria-hidden="true">/</span>'.join(parts)
        can_be = f'<span class="t-sub" id="l:{key}">{tools.limits(line.question.limits)}</span>'
        return Markup(f'<span class="t-cellratio">{boxes}{told}</span>{can_be}{tick}')  # noqa: S704

    def asks(self, line: SheetLine, refused: Mapping[str, Any] | None = None) -> Markup:
        """What is wrong with the figure, and what asks about it, each beside its answer; both versions where somebody
        was quicker."""
        tools, w, key, parts = self._tools, self._words, written(line.key), []
        if refused:
            parts.append(
                f'<p class="t-cellfault"><strong>{written(refused["why"])}</strong></p>\n<dl class="t-cellboth">'
                f"<div><dt>{w['yours']}</dt><dd>{written(tools.told(refused['typed']))}</dd></div>"
                f"<div><dt>{w['theirs']}</dt><dd>{written(tools.told(line.typed))}</dd></div></dl>"
            )
        if line.draft is not None and line.typed:
            parts += _faults(fault for field, fault in line.faults.items() if field not in _NOT_HERE)
            for one in line.asked:
                name, odd = f"{written(one.field)}:{key}", ""
                if one.code == CheckCode.ODD:
                    named = written(tools.named(line))
                    odd = f'<input type="hidden" form="sheet" name="confirmed:{key}" value="{named}">'
                parts.append(
                    f'<div class="t-cellask"><label for="{name}">{written(one.sentence)}{_UNSAID}{written(line.title)}'
                    f'</span></label>{odd}<input class="t-cellbox" form="sheet" name="{name}" id="{name}" '
                    f'value="{written(line.typed.get(one.field, ""))}" autocomplete="off"></div>'
                )
        return Markup(f'<div class="t-cellasks" id="a:{key}">{"".join(parts)}</div>')  # noqa: S704

    def meaning(self, line: SheetLine) -> Markup:
        """What the figure would mean; where there is none to be sent, how the target stands today."""
        tools, w, found, told = self._tools, self._words, line.meaning, ""
        if found is not None:
            of = w["of_goal"] if tools.keeps(line) else w["of_plan"]
            share = f"{written(found.percent)} {of} · " if found.percent else ""
            day = ""
            if found.on > tools.today:
                day = tools.sent_on(found.on)
            told = (
                f'{tools.status(found.status)} <span class="t-nowrap">{share}{w["score"]} {written(found.score)}</span>'
                f'<span class="t-sub">{day}{written(found.why)}</span>'
            )
        elif line.status is not None:
            told = f'{tools.status(line.status)}<span class="t-sub">{w["today"]}</span>'
        return Markup(f'<div class="t-cellmeans">{told}</div>')  # noqa: S704

    def state(self, line: SheetLine) -> Markup:
        """Where it stands, who saved it last; and by which version and which text it is kept."""
        tools, key, standing = self._tools, written(line.key), line.standing
        owed, done = " data-t-owed" if line.owed else "", " data-t-done" if line.done else ""
        told = ""
        if standing.reason is not None and not line.handed_back:
            told = f'<span class="t-sub">{written(standing.reason)}</span>'
        if line.draft is not None:
            told += f'<span class="t-sub">{written(line.who)}</span>'
        if line.promised is not None:
            told += f'<span class="t-sub">{written(line.promised)}</span>'
        elif line.promisable:
            told += (
                f'<a class="t-sub t-quiet" href="{written(tools.figure(line))}/promise" aria-describedby="n:{key}">'
                f"{self._words['promise']}</a>"
            )
        return Markup(  # noqa: S704
            f'<div class="t-cellstate" data-t-state="{standing.state}"{owed}{done}>{tools.mark(line)}{told}'
            f'<input type="hidden" form="sheet" name="version:{key}" value="{line.version}">'
            f'<input type="hidden" form="sheet" name="seen:{key}" value="{written(tools.seen(line.typed))}"></div>'
        )

    def files(self, line: SheetLine, faults: Iterable[Any] = ()) -> Markup:
        """How many files stand behind a line. Where there are scripts a file goes along at once; else its page takes
        it."""
        tools, title, is_open, take = self._tools, written(line.title), self._tools.open(line), ""
        none = ' class="t-cellnofile"' if is_open and not line.files else ""
        if is_open:
            take = (
                f'<label class="t-cellupload">{self._words["attach"]}{_UNSAID}{title}</span><input '
                f'class="govuk-visually-hidden" type="file" name="evidence" multiple accept="{self._accept}"></label>'
            )
        href, count = written(tools.figure(line)), written(tools.files(line))
        return Markup(  # noqa: S704
            f'<div class="t-cellfiles"><a{none} href="{href}#evidence">{count}{_UNSAID}{title}</span></a>{take}'
            f"{''.join(_faults(faults))}</div>"
        )

    def _said(self, name: str, key: str, typed: Typed) -> str:
        return (
            f'<textarea class="t-cellbox" form="sheet" name="{name}:{key}" rows="1" aria-labelledby="'
            f'{"h-words" if name == "narrative" else "h-obstacles"} n:{key}" placeholder="{self._words[name]}">'
            f"{written(typed.get(name, ''))}</textarea>"
        )


def _faults(faults: Iterable[Any]) -> list[str]:
    return [f'<p class="t-cellfault">{written(fault)}</p>' for fault in faults]
