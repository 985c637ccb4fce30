"""Files of Word, to be edited: the page, lines, cells and tables of an official document. Knows no web framework."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
BOTH = WD_ALIGN_PARAGRAPH.JUSTIFY
UPRIGHT, ACROSS = (210, 297), (297, 210)  # millimetres
MARGINS = (30, 15)  # left and right
NATION = (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True))


def begun(title: str, author: str, footer: str = "") -> Document:
    """A document of one upright page; `footer` stands on every page."""
    made = docx.Document()
    shaped(made.sections[0], UPRIGHT)
    usual: Any = made.styles["Normal"]
    usual.font.name, usual.font.size = FONT, Pt(13)
    usual.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    usual.paragraph_format.space_after = Pt(0)
    made.core_properties.title, made.core_properties.author = title, author
    made.core_properties.language = "vi-VN"
    if footer:
        run(made.sections[0].footer.paragraphs[0], footer, bold=True, size=9)
    return made


def shaped(section: Any, paper: tuple[int, int]) -> None:
    """Give a section its paper and margins."""
    section.page_width, section.page_height = Mm(paper[0]), Mm(paper[1])
    section.orientation = WD_ORIENT.LANDSCAPE if paper[0] > paper[1] else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(MARGINS[0]), Mm(MARGINS[1])


def bytes_of(made: Document) -> bytes:
    """The file. Written twice it is not the same byte for byte: it is a draft, and not kept."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def head(
    made: Document,
    issuer: Sequence[tuple[str, bool]],
    number: Sequence[tuple[str, bool]],
    place_and_day: str,
) -> None:
    """The head of an official document: the issuer and the number on the left, the nation, place and day beside it."""
    table = made.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    (left, right), (below, day) = (row.cells for row in table.rows)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(68), Mm(97)
    cell(left, issuer, size=12, rule=True)
    cell(right, NATION, size=12.5, rule=True)
    cell(below, number, size=12.5)
    cell(day, [(place_and_day, False)], size=13, italic=True)


def sheet(
    made: Document,
    heads: Sequence[str],
    widths: Sequence[float],
    rows: Iterable[Sequence[str]],
    aligned: Sequence[Any],
    *,
    size: float = 10.5,
) -> None:
    """A table with hairlines, its heads repeated on every page; `widths` in millimetres."""
    table = made.add_table(rows=1, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    cells = list(table.rows[0].cells)
    for one, name in zip(cells, heads, strict=True):
        cell(one, [(name, True)], size=size)
    for texts in rows:
        added = table.add_row().cells
        cells += added
        for one, text, align in zip(added, texts, aligned, strict=True):
            cell(one, [(text, False)], size=size, align=align)
    for place, one in enumerate(cells):
        one.width = Mm(widths[place % len(widths)])


def line(
    made: Document,
    text: str,
    *,
    align: Any,
    size: float = 13,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
) -> Any:
    """A paragraph of its own, sizes and distances in points."""
    added = made.add_paragraph()
    added.alignment = align
    added.paragraph_format.space_before, added.paragraph_format.space_after = Pt(before), Pt(after)
    run(added, text, bold=bold, italic=italic, size=size)
    return added


def cell(
    cell: Any,
    lines: Sequence[tuple[str, bool]],
    *,
    size: float,
    align: Any = CENTRE,
    italic: bool = False,
    rule: bool = False,
) -> None:
    """Lines in a cell, each bold or not; `rule`: a short line under the last."""
    for number, (text, bold) in enumerate(lines):
        added = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        added.alignment = align
        added.paragraph_format.space_after = Pt(1)
        run(added, text, bold=bold, italic=italic, size=size)
    if rule:
        added = cell.add_paragraph()
        added.alignment = align
        run(added, "―――――――", size=7)


def run(paragraph: Any, text: str, *, size: float, bold: bool = False, italic: bool = False) -> None:
    """A run of letters of one look."""
    added = paragraph.add_run(text)
    added.bold, added.italic, added.font.size, added.font.name = bold, italic, Pt(size), FONT
