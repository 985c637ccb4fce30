"""Office files are ZIP archives: which kind one is, and what lies in it that must not."""

import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from tracker.core.files.kinds import (
    DOCX,
    ODS,
    ODT,
    XLSX,
    ContentError,
    damaged,
    old_office,
    too_large_inside,
    unknown,
    with_macros,
    with_password,
)

MOST_PARTS = 10_000
MOST_UNPACKED = 256 * 1024 * 1024  # bytes of all parts, those of embedded files too
MOST_RATIO = 200  # of a part's unpacked size to its packed one; XML of real files stays below 100
MOST_PACKED_WELL = 64 * 1024 * 1024  # bytes of all other parts of a higher ratio: blank pictures, charts (EMF)
SMALL = 1024 * 1024  # a part up to this size may be of any ratio: empty sheets pack well
DEEPEST = 1  # a table in a text is an office file in an office file; another one in that is a nest
CHUNK = 64 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_MAIN_PARTS = {DOCX + ".main+xml": DOCX, XLSX + ".main+xml": XLSX}
_CONTENT_TYPES = "[Content_Types].xml"
_MOST_OF_A_LISTING = 1_000_000  # bytes of [Content_Types].xml, unpacked
# Names in a compound file are in UTF-16: of Visual Basic's own storage, of an encrypted document.
_VISUAL_BASIC = "_VBA_PROJECT".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACRO_TYPES = (b"macroenabled", b"vbaproject", b"macrosheet", b"activex")
_MACRO_NAMES = ("vbaproject", "macrosheets/", "/activex/")
_MACRO_FOLDERS = ("Basic/", "Scripts/")
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, OSError, UnicodeError, ValueError)


@dataclass(slots=True)
class _Budget:
    """What may still be unpacked of one upload, whatever lies in what."""

    parts: int
    size: int
    packed_well: int

    def take(self, entries: list[zipfile.ZipInfo]) -> None:
        """Count the parts of one archive by what it says of them: a part that is larger than it says is broken."""
        self.parts -= len(entries)
        self.size -= sum(entry.file_size for entry in entries)
        dense = [entry for entry in entries if entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size)]
        self.packed_well -= sum(entry.file_size for entry in dense)
        if min(self.parts, self.size, self.packed_well) < 0 or any(map(_is_xml, dense)):
            raise too_large_inside()


def office_type(file: BinaryIO) -> str:
    """The type of an office file. Raises ContentError for any other archive, and for macros, passwords, bombs, nests,
    and a second file in the same bytes."""
    return _checked(file, _Budget(MOST_PARTS, MOST_UNPACKED, MOST_PACKED_WELL), DEEPEST)


def compound_file(file: BinaryIO) -> ContentError:
    """Why a compound file (old Word and Excel, or an encrypted new one) is not taken."""
    file.seek(0)
    content = file.read()
    if _ENCRYPTED in content:
        return with_password()
    return with_macros() if _VISUAL_BASIC in content else old_office()


def _checked(file: BinaryIO, budget: _Budget, depth: int) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            kind = _type(archive, entries, budget)
            for entry in entries:
                _look_into(archive, entry, budget, depth)
    except ContentError:
        raise
    except _BROKEN:
        raise damaged() from None
    return kind


def _type(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], budget: _Budget) -> str:
    names = [entry.filename for entry in entries]
    # What stands behind the archive would be its comment: another file in the same bytes.
    if archive.comment or len(names) != len(set(names)) or any(_leads_out(name) for name in names):
        raise damaged()
    if any(entry.flag_bits & 1 for entry in entries):
        raise with_password()
    if any(entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for entry in entries):
        raise damaged()
    budget.take(entries)
    if _CONTENT_TYPES in names:
        return _office_open_xml(archive, names)
    if names[:1] == ["mimetype"]:
        return _open_document(archive, names)
    raise unknown("zip")


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith((".xml", ".rels"))


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def _office_open_xml(archive: zipfile.ZipFile, names: list[str]) -> str:
    # Read as bytes and not as XML: a type's name has one spelling, and a parser could be led astray by entities.
    listing = _read(archive, _CONTENT_TYPES, _MOST_OF_A_LISTING)
    plain, parts = listing.lower(), [name.lower() for name in names]
    if any(kind in plain for kind in _MACRO_TYPES) or any(mark in name for name in parts for mark in _MACRO_NAMES):
        raise with_macros()
    found = {kind for part, kind in _MAIN_PARTS.items() if part.encode() in listing}
    if len(found) != 1:
        raise unknown("zip")
    return found.pop()


def _open_document(archive: zipfile.ZipFile, names: list[str]) -> str:
    kind = _read(archive, "mimetype", 200).decode("ascii", "replace")
    if kind not in {ODT, ODS}:
        raise unknown("zip")
    if any(name.startswith(_MACRO_FOLDERS) for name in names):
        raise with_macros()
    listing = "META-INF/manifest.xml"
    if listing in names and b"encryption-data" in _read(archive, listing, _MOST_OF_A_LISTING):
        raise with_password()
    return kind


def _look_into(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: _Budget, depth: int) -> None:
    """Read one part to its end, by which what it says of its size proves true. An office file in it is looked into the
    same way; a compound file must hold no program."""
    with archive.open(entry) as part:
        head = part.read(len(OLE))
        if not head.startswith(ZIP):
            if _has_visual_basic(_rest(part)) and head.startswith(OLE):
                raise with_macros()
            return
        if depth == 0:
            raise damaged()
        with tempfile.SpooledTemporaryFile(max_size=SMALL) as inner:
            inner.write(head)
            for chunk in _rest(part):
                inner.write(chunk)
            _checked(cast(BinaryIO, inner), budget, depth - 1)


def _has_visual_basic(chunks: Iterator[bytes]) -> bool:
    """Whether the name stands in there. Reads all of it."""
    found, before = False, b""
    for chunk in chunks:
        found = found or _VISUAL_BASIC in before + chunk
        before = chunk[-len(_VISUAL_BASIC) :]
    return found


def _rest(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise damaged()
    return content
