"""A document that was frozen, and what people append to it: signatures, and what should not be there."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.factories import documents
from tracker.core import languages
from tracker.signing.documents.rendering import render

Writer = IncrementalPdfFileWriter


@cache
def frozen(targets: int = 3) -> bytes:
    """The file of a commitment with so many targets: another count is another document."""
    app = Flask("documents")
    languages.init_app(app)
    with app.app_context():
        return render(documents.commitment(targets), documents.BASE_URL).pdf


def appended(pdf: bytes, change: Callable[[Writer], None]) -> bytes:
    """The PDF with a change appended, as an incremental update."""
    writer, written = Writer(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(written)
    return written.getvalue()


def note(writer: Writer) -> None:
    """A note over the first page: “hide”, where it is a white rectangle."""
    page, ref = _page(writer)
    shown = generic.StreamObject(stream_data=b"1 1 1 rg 0 0 300 300 re f")
    shown.update({pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form")})
    shown["/BBox"] = generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 300, 300)])
    added = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/Stamp")})
    added["/Rect"] = generic.ArrayObject([generic.NumberObject(one) for one in (100, 100, 400, 400)])
    added["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(shown)})
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), writer.add_object(added)])
    writer.mark_update(ref)


def further_page(writer: Writer) -> None:
    """The first page once more, at the end."""
    page, _ref = _page(writer)
    copy = generic.DictionaryObject({key: value for key, value in page.items() if key != "/Annots"})
    pages = writer.root["/Pages"]
    pages["/Kids"].append(writer.add_object(copy))
    pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
    writer.update_container(pages)
    writer.update_container(pages["/Kids"])


def moved_field(writer: Writer) -> None:
    """A field that covers the page: whatever is drawn in it would too."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 595, 842)])
    writer.update_container(field)


def text_field(writer: Writer) -> None:
    """A field for text, filled in."""
    page, ref = _page(writer)
    field = generic.DictionaryObject({pdf_name("/FT"): pdf_name("/Tx"), pdf_name("/Subtype"): pdf_name("/Widget")})
    field["/T"], field["/V"] = generic.pdf_string("goal"), generic.pdf_string("5")
    field["/Rect"] = generic.ArrayObject([generic.NumberObject(one) for one in (100, 100, 400, 130)])
    added = writer.add_object(field)
    form = writer.root["/AcroForm"]
    form["/Fields"].append(added)
    page["/Annots"] = generic.ArrayObject([*page.get("/Annots", ()), added])
    writer.mark_update(ref)
    writer.update_container(form)


def other_content(writer: Writer) -> None:
    """“Replace”: what the first page draws is something else."""
    page, ref = _page(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 1 rg 100 100 200 200 re f"))
    writer.mark_update(ref)


def other_letters(writer: Writer) -> None:
    """“Replace” by way of a font: the same bytes are other letters."""
    page, _ref = _page(writer)
    font = next(iter(page["/Resources"]["/Font"].values())).get_object()
    font["/BaseFont"] = pdf_name("/Helvetica")
    writer.update_container(font)


def other_catalogue(writer: Writer) -> None:
    """“Hide and replace”: all pages are others, and those that were signed are hidden."""
    page = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Page")})
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 100 100 200 200 re f"))
    page["/MediaBox"] = generic.ArrayObject([generic.NumberObject(one) for one in (0, 0, 595, 842)])
    pages = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Pages")})
    pages["/Count"], pages["/Kids"] = generic.NumberObject(1), generic.ArrayObject([writer.add_object(page)])
    writer.root["/Pages"] = writer.add_object(pages)
    writer.update_root()


def action(writer: Writer) -> None:
    """Something that starts when the file is opened."""
    does = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): generic.pdf_string("app.alert(1)")}
    writer.root["/OpenAction"] = generic.DictionaryObject(does)
    writer.update_root()


def not_archival(writer: Writer) -> None:
    """Metadata that say another standard."""
    told = writer.root["/Metadata"]
    told._data = told.data.replace(b"pdfaid:part>3<", b"pdfaid:part>4<").replace(b'part="3"', b'part="4"')
    told._encoded_data = None
    writer.update_container(told)


def _page(writer: Writer) -> tuple[Any, Any]:
    ref, _ = writer.find_page_for_modification(0)
    return ref.get_object(), ref
