"""Uploads: what a file is by its content, its name made safe, and its place in the store."""

import hashlib
import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.files.kinds import CSV, DOCX, JPEG, ODS, ODT, PDF, PNG, TEXT, XLSX
from tracker.core.files.store import LONGEST_NAME, MOST_NAME_BYTES, UploadError, path_of, safe_name, store
from tracker.core.web.downloads import content_disposition

MEGABYTE = 1024 * 1024


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def archive(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, body in parts.items():
            file.writestr(name, body)
    return buffer.getvalue()


def office(kind: str, **more: bytes) -> bytes:
    listing = f'<Types><Override PartName="/main.xml" ContentType="{kind}.main+xml"/></Types>'.encode()
    return archive({"[Content_Types].xml": listing, "main.xml": b"<x/>", **more})


PDF_FILE = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
IHDR = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
PNG_FILE = (
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", IHDR) + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")
)
JPEG_FILE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20 + b"\xff\xd9"
DOCX_FILE, XLSX_FILE = office(DOCX), office(XLSX)
ODT_FILE = archive({"mimetype": ODT.encode(), "content.xml": b"<x/>"}, zipfile.ZIP_STORED)
ODS_FILE = archive({"mimetype": ODS.encode(), "content.xml": b"<x/>"}, zipfile.ZIP_STORED)
ZIP_FILE = archive({"readme.txt": b"hello"})


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF_FILE, "Báo cáo.pdf", PDF),
        (PNG_FILE, "ảnh.png", PNG),
        (JPEG_FILE, "ảnh.JPG", JPEG),
        (JPEG_FILE + b"what a phone adds", "ảnh.jpeg", JPEG),
        (DOCX_FILE, "a.docx", DOCX),
        (XLSX_FILE, "a.xlsx", XLSX),
        (ODT_FILE, "a.odt", ODT),
        (ODS_FILE, "a.ods", ODS),
        ("Tên,Số\nSở Nội vụ,1\n".encode(), "a.csv", CSV),
        ("\ufeffTên;Số\r\n".encode(), "a.CSV", CSV),
        ("Ghi chú".encode(), "a.txt", TEXT),
        (PDF_FILE, "named-wrongly.txt", PDF),
    ],
)
def test_a_file_is_what_its_content_says(tmp_path: Path, content: bytes, name: str, kind: str) -> None:
    stored = store(io.BytesIO(content), name, tmp_path, MEGABYTE)
    assert (stored.media_type, stored.size) == (kind, len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert path_of(tmp_path, stored.sha256).read_bytes() == content


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "a.pdf", "empty"),
        (b"%PDF-1.7 cut off", "a.pdf", "damaged"),
        (b"junk before " + PDF_FILE, "a.pdf", "not taken"),
        (PDF_FILE + ZIP_FILE, "polyglot.pdf", "damaged"),
        (JPEG_FILE + ZIP_FILE, "polyglot.jpg", "damaged"),
        (PNG_FILE + ZIP_FILE, "polyglot.png", "damaged"),
        (PNG_FILE + b"<script>", "polyglot.png", "damaged"),
        (PNG_FILE[:-6], "cut.png", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "empty.png", "damaged"),
        (b"\xff\xd8\xff\xe0 cut", "cut.jpg", "damaged"),
        (b"GIF89a" + b"\x00" * 20, "a.gif", "gif"),
        (b"GIF89a/*<script>*/", "a.txt.html", "not taken"),
        (b"MZ\x90\x00" + b"\x00" * 60, "a.exe", "exe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old.doc", "not taken"),
        (ZIP_FILE, "a.zip", "zip"),
        (ZIP_FILE, "named.docx", "zip"),
        (ZIP_FILE[:-10], "cut.docx", "damaged"),
        (archive({"[Content_Types].xml": b"<Types/>"}), "a.docx", "zip"),
        (office(DOCX + ".main+xml " + XLSX), "both.docx", "zip"),
        (office(DOCX, **{"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
        (office("application/vnd.ms-word.document.macroEnabled"), "a.docm", "macros"),
        (archive({"mimetype": ODS.encode(), "Basic/Standard/x.xml": b""}, 0), "a.ods", "macros"),
        (archive({"mimetype": b"application/epub+zip"}, 0), "a.ods", "zip"),
        (archive({"[Content_Types].xml": b" " * 2_000_000}), "bomb.docx", "unpacked"),
        (office(DOCX).replace(b"\x14\x00\x00\x00", b"\x14\x00\x01\x00"), "locked.docx", "password"),
        (b"<html><script>alert(1)</script>", "a.txt", "not taken"),
        (b'\n <?xml version="1.0"?><svg/>', "a.csv", "not taken"),
        (b"<svg/>", "a.svg", "svg"),
        ("Sở".encode("utf-16"), "a.csv", "UTF-8"),
        (b"S\xea", "a.csv", "UTF-8"),
        (b"a\x00b", "a.txt", "not taken"),
        (b"hello", "a.py", "py"),
        (b"hello", "no ending", "not taken"),
    ],
)
def test_anything_else_is_refused_and_leaves_nothing(tmp_path: Path, content: bytes, name: str, why: str) -> None:
    with pytest.raises(UploadError) as caught:
        store(io.BytesIO(content), name, tmp_path, MEGABYTE)
    assert why in str(caught.value.message)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("part", ["[Content_Types].xml", "main.xml"])
def test_a_part_that_stands_twice_is_refused(tmp_path: Path, part: str) -> None:
    buffer = io.BytesIO(office(DOCX))
    with zipfile.ZipFile(buffer, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr(part, b"<other/>")
    with pytest.raises(UploadError):
        store(io.BytesIO(buffer.getvalue()), "a.docx", tmp_path, MEGABYTE)


def test_a_file_may_be_as_large_as_the_cap_and_no_larger(tmp_path: Path) -> None:
    line = b"x" * (2 * MEGABYTE)
    assert store(io.BytesIO(line), "a.txt", tmp_path, len(line)).size == len(line)
    with pytest.raises(UploadError, match="at most 2 MB"):
        store(io.BytesIO(line + b"x"), "b.txt", tmp_path, len(line))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [hashlib.sha256(line).hexdigest()]


def test_the_same_content_twice_is_one_file_for_its_owner_alone(tmp_path: Path) -> None:
    first = store(io.BytesIO(PDF_FILE), "first.pdf", tmp_path / "files", MEGABYTE)
    place = path_of(tmp_path / "files", first.sha256)
    before = place.stat()
    second = store(io.BytesIO(PDF_FILE), "second.pdf", tmp_path / "files", MEGABYTE)
    assert (first.sha256, first.name, second.name) == (second.sha256, "first.pdf", "second.pdf")
    assert place.stat().st_ino == before.st_ino
    assert stat.S_IMODE(before.st_mode) == 0o600
    assert place.relative_to(tmp_path / "files").parts == (first.sha256[:2], first.sha256[2:4], first.sha256)


def test_a_half_written_file_of_a_crash_is_replaced(tmp_path: Path) -> None:
    place = path_of(tmp_path, hashlib.sha256(PDF_FILE).hexdigest())
    place.parent.mkdir(parents=True)
    place.write_bytes(PDF_FILE[:10])
    store(io.BytesIO(PDF_FILE), "a.pdf", tmp_path, MEGABYTE)
    assert place.read_bytes() == PDF_FILE


@pytest.mark.parametrize("sha256", ["", "..", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "/" + "a" * 63])
def test_no_path_can_be_made_up(sha256: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        path_of(Path("files"), sha256)


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("Báo cáo quý I.pdf", PDF, "Báo cáo quý I.pdf"),
        ("Bao ca\u0301o.pdf", PDF, "Bao cáo.pdf"),
        ("../../etc/passwd", PDF, "passwd.pdf"),
        ("C:\\Users\\x\\report.pdf", PDF, "report.pdf"),
        ("..\\report\u202efdp.exe", PDF, "reportfdp.exe.pdf"),
        ("a\x00b\r\nc.pdf", PDF, "abc.pdf"),
        ("report.exe", PDF, "report.exe.pdf"),
        ("report.html", TEXT, "report.html.txt"),
        ("photo.JPEG", JPEG, "photo.jpeg"),
        ("photo.png", JPEG, "photo.png.jpg"),
        ('a<b>:"|?*.csv', CSV, "a_b______.csv"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("...", PDF, "file.pdf"),
        ("", PDF, "file.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("con.txt", TEXT, "_con.txt"),
        ("CONIN$.txt", TEXT, "_CONIN$.txt"),
        ("com¹.txt", TEXT, "_com¹.txt"),
        ("a\u200b\u0301.pdf", PDF, "á.pdf"),
        ("\u1ea5" * 200, PDF, "\u1ea5" * 78 + ".pdf"),
        ("NUL", PDF, "_NUL.pdf"),
        ("lpt1.tar.txt", TEXT, "_lpt1.tar.txt"),
        ("a\u00a0 \u2003 b.pdf", PDF, "a b.pdf"),
        ("a.pdf. . ", PDF, "a.pdf"),
        ("x" * 300 + ".pdf", PDF, "x" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_safe_names(name: str, kind: str, safe: str) -> None:
    assert safe_name(name, kind) == safe


@given(name=st.text(max_size=200), kind=st.sampled_from([PDF, CSV, JPEG, DOCX]))
def test_every_name_becomes_one_that_can_be_shown_and_saved(name: str, kind: str) -> None:
    safe = safe_name(name, kind)
    assert safe.isprintable()
    assert not set(safe) & set('/\\<>:"|?*')
    assert not safe.startswith(".")
    assert 4 < len(safe) <= LONGEST_NAME + 1
    assert len(safe.encode()) <= MOST_NAME_BYTES
    assert safe == unicodedata.normalize("NFC", safe)
    assert safe_name(safe, kind) == safe


@given(name=st.text(max_size=60))
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    header = content_disposition(safe_name(name, PDF))
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_vietnamese_name_in_a_header() -> None:
    assert content_disposition("Báo cáo.csv") == (
        "attachment; filename=\"B_o c_o.csv\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o.csv"
    )
