"""Reading the codes on scanned pages, and taking pages out of a file."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp

from tracker.core.files.kinds import ContentError, damaged
from tracker.core.languages import _l, format_number
from tracker.signing.codes import PageCode
from tracker.signing.pdfium import alone, count_pages

MOST_PAGES = 1_000  # of one file
_DOTS_PER_INCH = (150, 300)  # a code that is not read at first is looked at more closely
_QR: Any = zxingcpp.BarcodeFormat.QRCode  # its types ask for a set of formats, and one is taken as well
_LONGEST_SIDE = 4_000  # dots: a page may say that it is as large as a house


def codes(pdf: bytes) -> Iterator[PageCode | None]:
    """Of each page the code that was read on it; none where there is none of ours. Raises ContentError."""
    try:
        pages = count_pages(pdf)
        if pages > MOST_PAGES:
            raise ContentError(_l("The file has more than %(most)s pages. Divide it", most=format_number(MOST_PAGES)))
        with alone():
            opened = pypdfium2.PdfDocument(pdf)
        try:
            for place in range(pages):
                yield _code(opened, place)
        finally:
            with alone():
                opened.close()
    except pypdfium2.PdfiumError:
        raise damaged() from None


def taken_out(pdf: bytes, pages: Sequence[int]) -> bytes:
    """A file of these pages (the first is 1), in this order; the same bytes each time. Raises ContentError."""
    written = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as whole, pikepdf.new() as some:
            for number in pages:
                some.pages.append(whole.pages[number - 1])
            some.save(written, deterministic_id=True)
    except (pikepdf.PdfError, IndexError):
        raise damaged() from None
    return written.getvalue()


def _code(opened: pypdfium2.PdfDocument, place: int) -> PageCode | None:
    for dots in _DOTS_PER_INCH:
        for found in zxingcpp.read_barcodes(_image(opened, place, dots), formats=_QR):
            code = PageCode.read(found.text)
            if code is not None:
                return code
    return None


def _image(opened: pypdfium2.PdfDocument, place: int, dots: int) -> Any:
    with alone():
        page = opened[place]
        try:
            scale = min(dots / 72, _LONGEST_SIDE / max(1, *page.get_size()))
            return page.render(scale=scale, grayscale=True).to_pil()
        finally:
            page.close()
