"""Reading the codes on scanned pages, and taking pages out of a file."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp

from tracker.core.files.kinds import damaged
from tracker.signing import pdfium
from tracker.signing.codes import PageCode
from tracker.signing.pdfium import alone

_DOTS_PER_INCH = (150, 300)  # a code that is not read at first is looked at more closely
_QR: Any = zxingcpp.BarcodeFormat.QRCode  # its types ask for a set of formats, and one is taken as well
_LONGEST_SIDE = 4_000  # dots: a page may say that it is as large as a house


def count_pages(pdf: bytes) -> int:
    """How many pages a file has. Raises ContentError."""
    try:
        return pdfium.count_pages(pdf)
    except pypdfium2.PdfiumError:
        raise damaged() from None


def texts(pdf: bytes, pages: Iterable[int]) -> list[str | None]:
    """Of each of these pages (the first is 1) what the code on it says; none where there is none of ours. Raises
    ContentError."""
    try:
        with alone():
            opened = pypdfium2.PdfDocument(pdf)
        try:
            return [_text(opened, number - 1) for number in pages]
        finally:
            with alone():
                opened.close()
    except (pypdfium2.PdfiumError, IndexError):
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


def _text(opened: pypdfium2.PdfDocument, place: int) -> str | None:
    for dots in _DOTS_PER_INCH:
        for found in zxingcpp.read_barcodes(_image(opened, place, dots), formats=_QR):
            if PageCode.read(found.text) is not None:
                return str(found.text)
    return None


def _image(opened: pypdfium2.PdfDocument, place: int, dots: int) -> Any:
    with alone():
        page = opened[place]
        try:
            scale = min(dots / 72, _LONGEST_SIDE / max(1, *page.get_size()))
            return page.render(scale=scale, grayscale=True).to_pil()
        finally:
            page.close()
