"""What a file is, told by its content and never by its name or by what a browser says."""

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import filetype

from tracker.core.files import archives, pdfs
from tracker.core.files.kinds import CSV, JPEG, PDF, PNG, TEXT, ContentError, damaged, unknown
from tracker.core.languages import _l

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = 2048  # bytes in which programs look for what a file is
_TAIL = 2048
# What a browser takes for a page, in whatever file it stands at the beginning or behind the end.
_PAGE = re.compile(rb"<(?:html|script|svg|body|iframe|\?php|!doctype\s+(?:html|svg))[\s/>]", re.IGNORECASE)
# Other programs look for these archives anywhere in a file. Six and more bytes: not met by chance.
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")


def media_type(path: Path, name: str) -> str:
    """The type of a file by its content; the name only tells CSV from other text.

    Raises ContentError for anything else: other types, macros, encrypted or broken files, archives that unpack to too
    much, and files that are two types at once (a PDF with a ZIP archive or a page in it).
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            raise ContentError(_l("The file is empty"))
        for signature, check in _BY_SIGNATURE.items():
            if head.startswith(signature):
                _no_page(head)
                return check(file)
        ending = name.rpartition(".")[2].lower()
        if head.startswith(archives.OLE):
            raise archives.compound_file(file)
        return _text(file, ending, head)


def _no_page(content: bytes) -> None:
    if _PAGE.search(content):
        raise damaged()


def _whole_of_one_type(file: BinaryIO) -> None:
    """Refuse a picture or PDF with an archive inside: another program would read another file in the same bytes."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise damaged()
    file.seek(0)
    before = b""
    while chunk := file.read(archives.CHUNK):
        if any(mark in before + chunk for mark in _ARCHIVES):
            raise damaged()
        before = chunk[-8:]


def one_pdf(file: BinaryIO) -> None:
    """Raise ContentError where a PDF is cut off, or another file besides."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    _, end, behind = file.read().rpartition(b"%%EOF")
    if not end:
        raise damaged()
    _no_page(behind)
    _whole_of_one_type(file)


def _pdf(file: BinaryIO) -> str:
    one_pdf(file)
    file.seek(0)
    pdfs.check(file.read())
    return PDF


def _png(file: BinaryIO) -> str:
    """Walk the chunks: the first is IHDR, nothing follows IEND, and none of them is an archive."""
    file.seek(len(_PNG_SIGNATURE))
    kind, first = b"", True
    while kind != b"IEND":
        header = file.read(8)
        if len(header) < 8:
            raise damaged()
        length, kind = struct.unpack(">I4s", header)
        if first and kind != b"IHDR":
            raise damaged()
        first = False
        file.seek(length + 4, 1)
    end = file.tell()
    if file.seek(0, 2) != end:
        raise damaged()
    _whole_of_one_type(file)
    return PNG


def _jpeg(file: BinaryIO) -> str:
    """Phones add their own data behind the picture, so only the end of the picture must be there."""
    file.seek(0)
    _, end, behind = file.read().rpartition(b"\xff\xd9")
    if not end:
        raise damaged()
    _no_page(behind)
    _whole_of_one_type(file)
    return JPEG


def _office(file: BinaryIO) -> str:
    file.seek(0)
    if b"%PDF-" in file.read(_HEAD):
        raise damaged()
    return archives.office_type(file)


def _text(file: BinaryIO, ending: str, head: bytes) -> str:
    """Text in UTF-8 whose name says text. Its content is never looked at by a browser: it is served as a download."""
    if ending not in {"csv", "txt"}:
        raise unknown(getattr(filetype.guess(head), "extension", None) or ending)
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError(_l("The text is not in UTF-8. Save it as “CSV UTF-8” or as UTF-8 text")) from None
    if any(character < " " and character not in "\t\r\n\f" for character in text) or text.lstrip().startswith("<"):
        raise unknown(ending)
    return CSV if ending == "csv" else TEXT


_BY_SIGNATURE: dict[bytes, Callable[[BinaryIO], str]] = {
    b"%PDF-": _pdf,
    _PNG_SIGNATURE: _png,
    b"\xff\xd8\xff": _jpeg,
    archives.ZIP: _office,
}
