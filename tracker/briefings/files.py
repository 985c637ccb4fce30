"""A briefing as a file: PDF in the official form, Word to be edited, a workbook of typed cells. One content, three
forms; official documents are in Vietnamese, so whoever composes it for a file does so in `in_language(None)`."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.shared import Mm

from tracker.briefings import form
from tracker.briefings.content import Briefing, Heading, Kind, Table
from tracker.core.files import word
from tracker.core.files.word import CENTRE, LEFT, line
from tracker.core.files.workbooks import Sheet, workbook
from tracker.core.languages import _, in_language
from tracker.core.tables import Column
from tracker.signing.documents.rendering import typeset

_UPRIGHT, _ACROSS = 165, 252  # millimetres between the margins
_FIXED: Mapping[Kind, float] = {Kind.DAY: 21, Kind.SCORE: 15, Kind.CHANGE: 15}
_CHARACTERS = 7  # a unit of a column's width


def pdf(briefing: Briefing) -> bytes:
    """In the official form. Raises DomainError for a sign that cannot be printed."""
    with in_language(None):
        return typeset("briefing", briefing.on, {"form": json.dumps(form.laid_out(briefing), ensure_ascii=False)})


def docx(briefing: Briefing) -> bytes:
    """The same form, to be edited. Raises DomainError as the PDF does."""
    with in_language(None):
        return _docx(briefing, form.laid_out(briefing))


def xlsx(briefing: Briefing) -> IO[bytes]:
    """A sheet for each table: days are dates in it, scores and counts numbers."""
    with in_language(None):
        label = [form.sample(briefing)] if briefing.sample else []
        told = " · ".join([form.cut_off(briefing), *label])
        return workbook(_sheets(briefing, told), told)


def _docx(briefing: Briefing, shown: Mapping[str, Any]) -> bytes:
    footer = " · ".join(filter(None, [shown["cut-off"], shown["sample"]]))
    made = word.begun(shown["abstract"], shown["issuer"], footer)
    number = [(f"Số: {shown['number']}", False)]
    word.head(made, [(shown["issuer"].upper(), True)], number, shown["place-and-day"])
    line(made, shown["title"].upper(), align=CENTRE, bold=True, size=14, before=14)
    line(made, shown["abstract"], align=CENTRE, bold=True, size=14)
    line(made, shown["cut-off"], align=CENTRE, italic=True, size=12, before=4, after=8)
    parts = shown["parts"]
    _part(made, parts["summary"])
    for one in shown["figures"]:
        change = f" ({one['change']})" if one["change"] else ""
        line(made, f"- {one['label']}: {one['number']}{change}", align=LEFT)
    line(made, shown["compared"], align=LEFT, italic=True, size=11, after=6)
    _drawing(made, briefing, {"shares": shown["shares"]})
    _part(made, parts["decisions"])
    for table in briefing.decisions:
        _table(made, table, _UPRIGHT)
    _part(made, parts["province"])
    if briefing.chart:
        line(made, shown["chart-title"], align=LEFT, bold=True, italic=True, after=4)
        _drawing(made, briefing, briefing.chart)
    _table(made, briefing.tables[0], _UPRIGHT)
    word.shaped(made.add_section(WD_SECTION.NEW_PAGE), word.ACROSS)
    for table in briefing.tables[1:]:
        _table(made, table, _ACROSS, size=8.5)
    word.shaped(made.add_section(WD_SECTION.NEW_PAGE), word.UPRIGHT)
    _part(made, parts["bodies"])
    if briefing.bodies_note:
        line(made, briefing.bodies_note, align=LEFT, after=4)
    for place, one in enumerate(briefing.bodies, start=1):
        named = line(made, f"{place}. {one.name}", align=LEFT, bold=True, before=8, after=4)
        named.paragraph_format.page_break_before = place > 1
        for name, value in one.facts:
            line(made, f"{name}: {value}", align=LEFT, size=12)
        if one.chart:
            _drawing(made, briefing, one.chart)
        for table in one.tables:
            _table(made, table, _UPRIGHT)
    return word.bytes_of(made)


def _part(made: Document, name: str) -> None:
    line(made, name, align=LEFT, bold=True, before=12, after=6).paragraph_format.keep_with_next = True


def _drawing(made: Document, briefing: Briefing, shown: Mapping[str, Any]) -> None:
    """The drawing of the PDF, as a picture."""
    picture = typeset("briefing-chart", briefing.on, {"form": json.dumps(shown, ensure_ascii=False)}, picture=True)
    word.run(added := made.add_paragraph(), "", size=11)
    added.add_run().add_picture(io.BytesIO(picture), width=Mm(_UPRIGHT))


def _table(made: Document, table: Table, width: float, size: float = 10) -> None:
    named = line(made, table.title, align=LEFT, bold=True, italic=True, before=8, after=4)
    named.paragraph_format.keep_with_next = True
    if table.rows:
        word.sheet(
            made,
            [column.label for column in table.columns],
            _widths(table, width),
            table.texts(),
            [LEFT if column.kind is Kind.TEXT else CENTRE for column in table.columns],
            size=size,
        )
    else:
        line(made, table.empty, align=LEFT, size=12)
    if table.note:
        line(made, table.note, align=LEFT, italic=True, size=11, before=3)


def _widths(table: Table, whole: float) -> list[float]:
    """Of each column: what a day or a score takes, and of the rest its share."""
    fixed = [_FIXED.get(column.kind) for column in table.columns]
    left = whole - sum(filter(None, fixed))
    shares = sum(column.width for column, one in zip(table.columns, fixed, strict=True) if one is None)
    return [one or left * column.width / shares for column, one in zip(table.columns, fixed, strict=True)]


def _sheets(briefing: Briefing, told: str) -> Iterator[Sheet]:
    figures = [(one.label, one.number, one.change) for one in briefing.figures]
    brief = Table(
        "brief",
        _("In brief"),
        (Heading(_("Figure"), width=6), Heading(_("Value")), Heading(_("Change"), width=3)),
        [*figures, (form.abstract(briefing), "", ""), (told, "", ""), (form.compared(briefing), "", "")],
        "",
    )
    for table in (brief, *briefing.decisions, *briefing.tables, _of_bodies(briefing)):
        yield _sheet(table)


def _of_bodies(briefing: Briefing) -> Table:
    """The targets of all bodies that have a page, as one table with the body in front."""
    columns: Sequence[Heading] = ()
    rows = []
    for one in briefing.bodies:
        for table in one.tables:
            columns = (Heading(_("Code")), Heading(_("Body"), width=5), *table.columns)
            rows += [(one.code, one.name, *row) for row in table.rows]
    return Table("troubled", _("Bodies in trouble"), columns or (Heading(_("Body"), width=5),), rows, "")


def _sheet(table: Table) -> Sheet:
    def reading(place: int) -> Any:
        return lambda row: row[place]

    columns = [Column(str(place), one.label, value=reading(place)) for place, one in enumerate(table.columns)]
    return Sheet(_NAMES[table.key](), columns, table.rows, [one.width * _CHARACTERS for one in table.columns])


# A sheet's name is short, and no two are alike.
_NAMES: Mapping[str, Any] = {
    "brief": lambda: _("In brief"),
    "concluded": lambda: _("Concluded"),
    "late": lambda: _("Late targets"),
    "requests": lambda: _("Requests"),
    "letters": lambda: _("Letters"),
    "vacancies": lambda: _("Vacancies"),
    "appraisals": lambda: _("To appraise"),
    "domains": lambda: _("Domains"),
    "bodies": lambda: _("Bodies"),
    "troubled": lambda: _("Bodies in trouble"),
}
