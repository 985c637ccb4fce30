"""What a file is, told by its content and never by its name or by what a browser says."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import filetype

from tracker.core.languages import _l

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV = "text/csv"
TEXT = "text/plain"

# Each type that is taken, with the endings that its names may have, the usual one first.
ENDINGS = {
    PDF: ("pdf",),
    PNG: ("png",),
    JPEG: ("jpg", "jpeg"),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    ODT: ("odt",),
    ODS: ("ods",),
    CSV: ("csv",),
    TEXT: ("txt",),
}
ACCEPT = ",".join("." + ending for endings in ENDINGS.values() for ending in endings)
KINDS_TAKEN = _l("PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), OpenDocument (.odt, .ods), CSV or plain text")

_MAIN_PARTS = {DOCX + ".main+xml": DOCX, XLSX + ".main+xml": XLSX}
_CONTENT_TYPES = "[Content_Types].xml"
_MOST_PARTS = 10_000
_MOST_OF_A_LISTING = 1_000_000  # bytes of [Content_Types].xml, unpacked
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TAIL = 2048
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


class ContentError(ValueError):
    """The file is none of the types that are taken. `message` is a lazy text."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = message


def media_type(path: Path, name: str) -> str:
    """The type of a file by its content; the name only tells CSV from other text.

    Raises ContentError for anything else: other types, macros, encrypted or broken files, and files that are two types
    at once (a PDF with a ZIP archive behind it).
    """
    with path.open("rb") as file:
        head = file.read(_TAIL)
        if not head:
            raise ContentError(_l("The file is empty"))
        for signature, check in _BY_SIGNATURE.items():
            if head.startswith(signature):
                return check(file)
        return _text(file, name, head)


def _refuse() -> ContentError:
    return ContentError(_l("The file is damaged, or not what it seems to be. Save it anew and try again"))


def _whole_of_one_type(file: BinaryIO) -> None:
    """Refuse a picture or PDF with an archive inside: another program would read another file in the same bytes."""
    file.seek(0)
    if zipfile.is_zipfile(file):
        raise _refuse()


def _pdf(file: BinaryIO) -> str:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        raise _refuse()
    _whole_of_one_type(file)
    return PDF


def _png(file: BinaryIO) -> str:
    """Walk the chunks: the first is IHDR, and nothing follows IEND."""
    file.seek(len(_PNG_SIGNATURE))
    kind, first = b"", True
    while kind != b"IEND":
        header = file.read(8)
        if len(header) < 8:
            raise _refuse()
        length, kind = struct.unpack(">I4s", header)
        if first and kind != b"IHDR":
            raise _refuse()
        first = False
        file.seek(length + 4, 1)
    end = file.tell()
    if file.seek(0, 2) != end:
        raise _refuse()
    return PNG


def _jpeg(file: BinaryIO) -> str:
    """Phones add their own data behind the picture, so only the end of the picture must be there."""
    file.seek(0)
    if b"\xff\xd9" not in file.read():
        raise _refuse()
    _whole_of_one_type(file)
    return JPEG


def _office(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            return _package_type(archive)
    except (
        zipfile.BadZipFile,
        RuntimeError,
        EOFError,
        OSError,
        UnicodeError,
        ValueError,
    ) as fault:
        if isinstance(fault, ContentError):
            raise
        raise _refuse() from None


def _package_type(archive: zipfile.ZipFile) -> str:
    names = [entry.filename for entry in archive.infolist()]
    if len(names) > _MOST_PARTS or len(names) != len(set(names)):
        raise _refuse()
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        raise ContentError(_l("The file is protected by a password. Save it without one"))
    if _CONTENT_TYPES in names:
        return _office_open_xml(archive, names)
    if names[:1] == ["mimetype"]:
        return _open_document(archive, names)
    raise _unknown("zip")


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    if archive.getinfo(name).compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _refuse()
    with archive.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise _refuse()
    return content


def _office_open_xml(archive: zipfile.ZipFile, names: list[str]) -> str:
    # Read as bytes and not as XML: a type's name has one spelling, and a parser could be led astray by entities.
    listing = _read(archive, _CONTENT_TYPES, _MOST_OF_A_LISTING)
    if b"macroEnabled" in listing or b"vbaProject" in listing or any("vbaproject" in name.lower() for name in names):
        raise ContentError(_l("The file holds macros. Save it without macros, as .docx or .xlsx"))
    found = {kind for part, kind in _MAIN_PARTS.items() if part.encode() in listing}
    if len(found) != 1:
        raise _unknown("zip")
    return found.pop()


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> str:
    kind = _read(archive, "mimetype", 200).decode("ascii", "replace")
    if kind not in {ODT, ODS}:
        raise _unknown("zip")
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise ContentError(_l("The file holds macros. Save it without macros, as .docx or .xlsx"))
    return kind


def _text(file: BinaryIO, name: str, head: bytes) -> str:
    """Text in UTF-8 whose name says text. Its content is never looked at by a browser: it is served as a download."""
    ending = name.rpartition(".")[2].lower()
    if ending not in {"csv", "txt"}:
        raise _unknown(getattr(filetype.guess(head), "extension", None) or ending)
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError(_l("The text is not in UTF-8. Save it as “CSV UTF-8” or as UTF-8 text")) from None
    if any(character < " " and character not in "\t\r\n\f" for character in text) or text.lstrip().startswith("<"):
        raise _unknown(ending)
    return CSV if ending == "csv" else TEXT


def _unknown(kind: str) -> ContentError:
    short = kind[:12] if kind.isalnum() else ""
    if short:
        return ContentError(
            _l("A file of this kind (%(kind)s) is not taken. Choose %(kinds)s", kind=short, kinds=KINDS_TAKEN)
        )
    return ContentError(_l("A file of this kind is not taken. Choose %(kinds)s", kinds=KINDS_TAKEN))


_BY_SIGNATURE: dict[bytes, Callable[[BinaryIO], str]] = {
    b"%PDF-": _pdf,
    _PNG_SIGNATURE: _png,
    b"\xff\xd8\xff": _jpeg,
    b"PK\x03\x04": _office,
}
