"""A letter as a file of Word, to be edited outside: the same form and figures as its PDF, without its codes. It is no
document of the register: what is signed on paper comes back as a scan."""

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from tracker.core.languages import in_language
from tracker.urging import form
from tracker.urging.content import Content

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "Times New Roman"
HEADS = ("TT", "Chỉ tiêu", "Việc chậm", "Thời hạn", "Số ngày làm việc chậm", "Trạng thái hiện tại", "Đã nhắc, báo cáo")
WIDTHS = (9, 43, 25, 22, 16, 22, 28)  # millimetres
CENTRE, LEFT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


def written(content: Content, *, sample: bool) -> bytes:
    """The file. Written twice it is not the same byte for byte: it is a draft, and not kept."""
    with in_language(None):
        shown = form.laid_out(content)
    made = docx.Document()
    _page(made, shown, sample=sample)
    _head(made, shown)
    if shown["subject"] is None:
        _line(made, shown["title"].upper(), align=CENTRE, bold=True, size=14, before=14)
        _line(made, shown["abstract"], align=CENTRE, bold=True, size=14)
    _line(made, "Kính gửi: " + "; ".join(shown["to"]), align=CENTRE, size=14, before=12, after=10)
    _said(made, shown["opening"])
    if "rows" in shown:
        _line(made, shown["table-title"], align=CENTRE, bold=True, before=6)
        _line(made, shown["as-of"], align=CENTRE, italic=True, size=12, after=4)
        _rows(made, shown["rows"])
        _said(made, shown["demand"], first_before=8)
    else:
        _said(made, [*shown["cause"], *shown["remedy"]])
    _end(made, shown)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _page(made: Document, shown: Mapping[str, Any], *, sample: bool) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(20), Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    usual: Any = made.styles["Normal"]
    usual.font.name, usual.font.size = FONT, Pt(13)
    usual.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    usual.paragraph_format.space_after = Pt(0)
    made.core_properties.title, made.core_properties.author = shown["title"], shown["issuer"]
    made.core_properties.language = "vi-VN"
    if sample:
        _run(section.footer.paragraphs[0], "VĂN BẢN MẪU, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ", bold=True, size=9)


def _head(made: Document, shown: Mapping[str, Any]) -> None:
    table = made.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    (issuer, nation), (number, day) = (row.cells for row in table.rows)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Mm(68), Mm(97)
    first = [(shown["parent"].upper(), False)] if shown["parent"] else []
    _cell(issuer, [*first, (shown["issuer"].upper(), True)], size=12, rule=True)
    _cell(
        nation,
        [("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True)],
        size=12.5,
        rule=True,
    )
    subject = [(f"V/v {shown['subject']}", False)] if shown["subject"] else []
    _cell(number, [(f"Số: {shown['number']}", False), *subject], size=12.5)
    _cell(day, [(shown["place-and-day"], False)], size=13, italic=True)


def _rows(made: Document, rows: Sequence[Mapping[str, Any]]) -> None:
    table = made.add_table(rows=1, cols=len(HEADS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cell, name in zip(table.rows[0].cells, HEADS, strict=True):
        _cell(cell, [(name, True)], size=10.5)
    for one in rows:
        title = f"{one['title']} ({one['code']}, {one['commitment']})"
        texts = (one["place"], title, one["what"], one["due"], one["late"], one["status"], "\n".join(one["told"]))
        for place, (cell, text) in enumerate(zip(table.add_row().cells, texts, strict=True)):
            _cell(cell, [(text, False)], size=10.5, align=CENTRE if place in (0, 3, 4) else LEFT)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Mm(width)


def _end(made: Document, shown: Mapping[str, Any]) -> None:
    made.add_paragraph()
    table = made.add_table(rows=1, cols=2)
    recipients, signs = table.rows[0].cells
    _cell(
        recipients, [("Nơi nhận:", True), *((f"- {name}", False) for name in shown["recipients"])], size=11, align=LEFT
    )
    signatory = shown["signatory"]
    lines = [(line.upper(), True) for line in signatory["lines"]]
    _cell(signs, [*lines, *([("", False)] * 4), (signatory["name"], True)], size=13)


def _said(made: Document, texts: Iterable[str], first_before: float = 0) -> None:
    for text in texts:
        added = _line(made, text, align=BOTH, after=5, before=first_before)
        added.paragraph_format.first_line_indent = Mm(10)
        first_before = 0


def _line(
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
    added = made.add_paragraph()
    added.alignment = align
    added.paragraph_format.space_before, added.paragraph_format.space_after = Pt(before), Pt(after)
    _run(added, text, bold=bold, italic=italic, size=size)
    return added


def _cell(
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
        _run(added, text, bold=bold, italic=italic, size=size)
    if rule:
        added = cell.add_paragraph()
        added.alignment = align
        _run(added, "―――――――", size=7)


def _run(paragraph: Any, text: str, *, size: float, bold: bool = False, italic: bool = False) -> None:
    added = paragraph.add_run(text)
    added.bold, added.italic, added.font.size, added.font.name = bold, italic, Pt(size), FONT
