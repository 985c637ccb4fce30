"""Documents as PDF/A-3b: the official form laid out by Typst, with what it says attached; the same bytes each time.

Nothing of the machine gets in: no fonts of the system, no clock, no packages. What is frozen is stored, and never made
again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
import zxingcpp

from tracker.core.clock import VIETNAM
from tracker.core.errors import DomainError
from tracker.core.languages import _l, in_language
from tracker.signing.codes import PageCode, digest
from tracker.signing.documents.canonical import Document, canonical
from tracker.signing.documents.fields import with_fields
from tracker.signing.documents.form import laid_out
from tracker.signing.pdfium import count_pages

HOME = Path(__file__).parents[3]
TEMPLATES = HOME / "templates" / "documents"
FONTS = HOME / "static" / "build" / "fonts"
FACES = 4  # upright and italic, each also bold
STANDARD: Final = "a-3b"
PIXELS_PER_INCH = 200
_UNSEEN = re.compile(r'the text `"(.+?)"` could not be displayed')
_FIRST_GUESS = 2  # pages: what is laid out does not hang on it, only how often it is
# How many pages the last document of a kind with so many targets had: those of one programme are much alike.
_pages_of: dict[tuple[str, int], int] = {}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as it is stored: the bytes that it says, the file that shows them, and how many pages that has."""

    content: bytes
    sha256: str  # of the content
    pdf: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class About:
    """What a file is made by: the kind of its document, its day, and how many rows it tells."""

    kind: str
    day: date
    rows: int


def render(document: Document, base_url: str, *, sample: bool = False, pages: int | None = None) -> Rendered:
    """The document as a file. `pages` is a guess of how many it will have, a right one saves half of the time; none: as
    many as the one before it. A sample is marked as such on every page.

    Two threads may do so at once: most of the time is Typst's, which lets others go on. Raises DocumentFault where it
    is no document, DomainError for a sign that cannot be printed.
    """
    content = canonical(document)
    with in_language(None):
        shown = laid_out(document)
    about = About(document["kind"], date.fromisoformat(document["date"]), len(document["targets"]))
    return make(about, content, shown, base_url, sample=sample, pages=pages)


def make(
    about: About, content: bytes, shown: Mapping[str, Any], base_url: str, *, sample: bool, pages: int | None = None
) -> Rendered:
    """The file that says these bytes, laid out by the template of its kind as `shown` has it. Raises DomainError for a
    sign that cannot be printed."""
    sha256, alike = digest(content), (about.kind, about.rows)
    pages = pages or _pages_of.get(alike, _FIRST_GUESS)
    while True:
        codes = [PageCode(base_url, sha256[: PageCode.PREFIX], page, pages) for page in range(1, pages + 1)]
        form = {
            **shown,
            "codes": [_drawn(code.address) for code in codes],
            "pages": pages,
            "address": codes[0].page_of_document,
            "hash": sha256,
            "sample": sample,
        }
        pdf = _compiled(about, form, content)
        found = count_pages(pdf)
        _pages_of[alike] = found
        if found == pages:
            return Rendered(content, sha256, pdf, pages)
        pages = found


def typeset(template: str, day: date, inputs: Mapping[str, str], *, picture: bool = False) -> bytes:
    """What a template makes of its inputs, as PDF/A or as one picture (PNG); a file made so carries no codes and is no
    document of the register. Raises DomainError for a sign that cannot be printed."""
    at = datetime.combine(day, time(), VIETNAM)
    compiler = typst.Compiler(
        TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=fonts(FONTS), sys_inputs=dict(inputs)
    )
    try:
        if picture:
            made = compiler.compile(format="png", ppi=PIXELS_PER_INCH)
        else:
            made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=int(at.timestamp()))
    except typst.TypstError as fault:
        unseen = _UNSEEN.search(str(fault))
        if unseen is None:
            raise
        message = _l("Documents cannot be printed with the sign “%(sign)s”. Write it in another way.", sign=unseen[1])
        raise DomainError(message) from None
    if not isinstance(made, bytes):
        raise TypeError("it is one file")
    return made


def _compiled(about: About, form: Mapping[str, Any], content: bytes) -> bytes:
    inputs = {"form": json.dumps(form, ensure_ascii=False), "document": content.decode()}
    return with_fields(typeset(about.kind, about.day, inputs))


@cache
def fonts(folder: Path) -> typst.Fonts:
    """The fonts of documents. Raises FileNotFoundError where one is not there: a page would be blank, and no fault."""
    if len(list(folder.glob("Tinos_*.ttf"))) < FACES:
        raise FileNotFoundError(f"{folder} lacks fonts of documents: tools/assets.sh puts them there")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _drawn(text: str) -> str:
    """A QR code as SVG, which stays sharp."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    drawn: str = code.to_svg(add_quiet_zones=False)
    return drawn
