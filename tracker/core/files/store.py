"""Files that people send: held against their content, capped in size, and kept under their SHA-256, and those that
the product made beside them. Sends nothing."""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tracker.core.files.contents import media_type
from tracker.core.files.kinds import ENDINGS, ContentError
from tracker.core.files.viruses import Scanner
from tracker.core.languages import _l, format_number

CHUNK = 64 * 1024
LONGEST_NAME = 120  # characters, the ending included
_SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_NAME_BYTES = 240  # in UTF-8: file systems take 255, and a browser adds " (1)"
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True)
class StoredUpload:
    """A file in the store: its SHA-256 in hexadecimal, its size in bytes, its type by content, and a name to show."""

    sha256: str
    size: int
    media_type: str
    name: str


class UploadError(ContentError):
    """A file was not taken; `message` is a lazy text for the person, to be shown beside the field."""


def store(stream: BinaryIO, name: str, folder: Path, most_bytes: int, scanner: Scanner | None = None) -> StoredUpload:
    """Take a file into the folder, under ab/cd/<sha256>. The same content twice is one file.

    `name` is what the browser says; the name that comes back is safe to show, and ends as its type does. Raises
    UploadError for a file that is too large, of no type that is taken, or that `scanner` does not find clean; then
    nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary_name = tempfile.mkstemp(dir=folder, prefix=".upload-")
    temporary = Path(temporary_name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            sha256, size = _copy(stream, file, most_bytes)
        try:
            kind = media_type(temporary, name)
            if scanner is not None:
                scanner.look(temporary)
        except ContentError as fault:
            raise UploadError(fault.message) from None
        _settle(temporary, path_of(folder, sha256), size)
    finally:
        temporary.unlink(missing_ok=True)
    return StoredUpload(sha256, size, kind, safe_name(name, kind))


def keep(content: bytes, folder: Path) -> str:
    """Keep what the product made itself in the folder, as an upload is; returns its SHA-256."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256 = hashlib.sha256(content).hexdigest()
    descriptor, temporary_name = tempfile.mkstemp(dir=folder, prefix=".made-")
    temporary = Path(temporary_name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _settle(temporary, path_of(folder, sha256), len(content))
    finally:
        temporary.unlink(missing_ok=True)
    return sha256


def path_of(folder: Path, sha256: str) -> Path:
    """Where a stored file stands. Raises ValueError for what is no SHA-256, so that no path can be made up."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256")
    return folder / sha256[:2] / sha256[2:4] / sha256


def all_stored(folder: Path) -> Iterator[Path]:
    """Every file of a store, in the order of their names; what stands there beside them is none of it."""
    for path in sorted(folder.glob("??/??/*")):
        if _SHA256.fullmatch(path.name) and path_of(folder, path.name) == path:
            yield path


def _copy(stream: BinaryIO, file: BinaryIO, most_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > most_bytes:
            megabytes = format_number(most_bytes // (1024 * 1024))
            raise UploadError(_l("The file is too large: at most %(megabytes)s MB are taken", megabytes=megabytes))
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def _settle(temporary: Path, target: Path, size: int) -> None:
    """Move the whole file into its place at once, so that nobody ever finds half of it, a crash included."""
    if target.is_file() and target.stat().st_size == size:
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary.chmod(0o600)
    temporary.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def safe_name(name: str, kind: str) -> str:
    """A name that can be shown and saved anywhere: no path, no control or direction signs, the ending of its type.

    "..\\\\report\\u202efdp.exe" with the content of a PDF becomes "reportfdp.exe.pdf".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    printable = "".join(
        " " if unicodedata.category(c)[0] == "Z" else c for c in last if unicodedata.category(c)[0] != "C"
    )
    # Once more: what stood between two signs is gone, and they may have become one.
    plain = " ".join(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", printable)).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or ending.lower() not in ENDINGS[kind]:
        stem, ending = plain, ENDINGS[kind][0]
    stem = _cut(stem[: LONGEST_NAME - len(ending) - 1], MOST_NAME_BYTES - len(ending) - 2).strip(". ") or "file"
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = "_" + stem
    return f"{stem}.{ending.lower()}"


def _cut(text: str, most_bytes: int) -> str:
    """The beginning of a text that takes at most so many bytes in UTF-8, no letter cut in two."""
    return text.encode()[:most_bytes].decode(errors="ignore")
