"""A letter as a file of Word, to be edited outside: the same form and figures as its PDF, without its codes. It is no
document of the register: what is signed on paper comes back as a scan."""

from collections.abc import Iterable, Mapping
from typing import Any

from docx.document import Document
from docx.shared import Mm

from tracker.core.files import word
from tracker.core.files.word import BOTH, CENTRE, LEFT, MEDIA_TYPE, cell, line
from tracker.core.languages import in_language
from tracker.urging import form
from tracker.urging.content import Content

__all__ = ["MEDIA_TYPE", "written"]
SAMPLE = "VĂN BẢN MẪU, KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
HEADS = ("TT", "Chỉ tiêu", "Việc chậm", "Thời hạn", "Số ngày làm việc chậm", "Trạng thái hiện tại", "Đã nhắc")
WIDTHS = (9, 43, 25, 22, 16, 22, 28)  # millimetres
ALIGNED = (CENTRE, LEFT, LEFT, CENTRE, CENTRE, LEFT, LEFT)


def written(content: Content, *, sample: bool) -> bytes:
    """The file. Written twice it is not the same byte for byte: it is a draft, and not kept."""
    with in_language(None):
        shown = form.laid_out(content)
    made = word.begun(shown["title"], shown["issuer"], SAMPLE if sample else "")
    parent = [(shown["parent"].upper(), False)] if shown["parent"] else []
    subject = [(f"V/v {shown['subject']}", False)] if shown["subject"] else []
    number = [(f"Số: {shown['number']}", False), *subject]
    word.head(made, [*parent, (shown["issuer"].upper(), True)], number, shown["place-and-day"])
    if shown["subject"] is None:
        line(made, shown["title"].upper(), align=CENTRE, bold=True, size=14, before=14)
        line(made, shown["abstract"], align=CENTRE, bold=True, size=14)
    line(made, "Kính gửi: " + "; ".join(shown["to"]), align=CENTRE, size=14, before=12, after=10)
    _said(made, shown["opening"])
    if "rows" in shown:
        line(made, shown["table-title"], align=CENTRE, bold=True, before=6)
        line(made, shown["as-of"], align=CENTRE, italic=True, size=12, after=4)
        word.sheet(made, HEADS, WIDTHS, map(_texts, shown["rows"]), ALIGNED)
        _said(made, shown["demand"], first_before=8)
    else:
        _said(made, [*shown["cause"], *shown["remedy"]])
    _end(made, shown)
    return word.bytes_of(made)


def _texts(one: Mapping[str, Any]) -> tuple[str, ...]:
    title = f"{one['title']} ({one['code']}, {one['commitment']})"
    return (one["place"], title, one["what"], one["due"], one["late"], one["status"], "\n".join(one["told"]))


def _end(made: Document, shown: Mapping[str, Any]) -> None:
    made.add_paragraph()
    table = made.add_table(rows=1, cols=2)
    recipients, signs = table.rows[0].cells
    cell(
        recipients, [("Nơi nhận:", True), *((f"- {name}", False) for name in shown["recipients"])], size=11, align=LEFT
    )
    signatory = shown["signatory"]
    lines = [(line.upper(), True) for line in signatory["lines"]]
    cell(signs, [*lines, *([("", False)] * 4), (signatory["name"], True)], size=13)


def _said(made: Document, texts: Iterable[str], first_before: float = 0) -> None:
    for text in texts:
        added = line(made, text, align=BOTH, after=5, before=first_before)
        added.paragraph_format.first_line_indent = Mm(10)
        first_before = 0
