"""Files that are not what they seem: bombs, nests, two files in one, programs, and honest ones that look alike."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.test_files import (
    DOCX_FILE,
    JPEG_FILE,
    ODS_FILE,
    PDF_FILE,
    PNG_FILE,
    XLSX_FILE,
    archive,
    chunk,
    office,
)
from tracker.core.files import archives
from tracker.core.files.contents import media_type
from tracker.core.files.kinds import CSV, DOCX, ENDINGS, JPEG, ODT, PDF, XLSX, ContentError

OLE = archives.OLE + b"\x00" * 600
VBA = OLE + "_VBA_PROJECT".encode("utf-16-le") + b"\x00" * 80
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le")


def told(tmp_path: Path, content: bytes, name: str = "a.docx") -> str:
    """The type, or why there is none."""
    path = tmp_path / "upload"
    path.write_bytes(content)
    try:
        return media_type(path, name)
    except ContentError as refusal:
        return str(refusal.message)


def claiming(content: bytes, name: str, size: int) -> bytes:
    """An archive whose listing says another size of one part."""
    where = content.rindex(b"PK\x01\x02", 0, content.rindex(name.encode()))
    return content[: where + 24] + struct.pack("<I", size) + content[where + 28 :]


def nested(depth: int) -> bytes:
    content = XLSX_FILE
    for _ in range(depth):
        content = office(DOCX, **{"word/embeddings/a.xlsx": content})
    return content


def with_type(part: str) -> bytes:
    listing = f'<Types><Override ContentType="{DOCX}.main+xml"/><Override ContentType="{part}"/></Types>'
    return archive({"[Content_Types].xml": listing.encode()})


@pytest.mark.parametrize(
    "content",
    [
        office(DOCX, **{"word/document.xml": b"\x00" * (2 * 1024 * 1024)}),
        claiming(office(DOCX, **{"big.xml": b"x" * 100}), "big.xml", 300 * 1024 * 1024),
        office(DOCX, **{"word/embeddings/a.xlsx": archive({"[Content_Types].xml": b"", "b.xml": b"\x00" * 2_000_000})}),
    ],
    ids=["ratio", "total", "inside"],
)
def test_what_unpacks_to_too_much_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "too large when it is unpacked" in told(tmp_path, content)


def test_the_caps_hold_over_all_that_lies_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_PARTS", 5)
    assert told(tmp_path, nested(1)) == DOCX
    assert "too large" in told(tmp_path, office(DOCX, a=b"", b=b"", c=b"", d=b""))
    monkeypatch.setattr(archives, "MOST_PARTS", 4)
    assert "too large" in told(tmp_path, nested(1))
    monkeypatch.setattr(archives, "MOST_PARTS", 5)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 500)
    assert told(tmp_path, XLSX_FILE, "a.xlsx") == XLSX
    assert "too large" in told(tmp_path, nested(1))


def test_pictures_that_pack_well_are_taken_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blank = {"xl/media/image1.emf": b"\x00" * 2_000_000, "xl/media/image2.BMP": b"\x00" * 2_000_000}
    assert told(tmp_path, office(XLSX, **blank)) == XLSX
    monkeypatch.setattr(archives, "MOST_PACKED_WELL", 3_999_999)
    assert "too large" in told(tmp_path, office(XLSX, **blank))


@pytest.mark.parametrize(("depth", "answer"), [(0, XLSX), (1, DOCX), (2, "damaged"), (20, "damaged")])
def test_a_table_in_a_text_is_taken_a_nest_is_not(tmp_path: Path, depth: int, answer: str) -> None:
    assert answer in told(tmp_path, nested(depth))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (office(DOCX, **{"word/embeddings/a.zip": archive({"readme.txt": b"x"})}), "zip"),
        (office(DOCX, **{"word/embeddings/a.docx": office(DOCX, **{"word/vbaProject.bin": b""})}), "macros"),
        (office(DOCX, **{"word/embeddings/a.docx": DOCX_FILE[:-9]}), "damaged"),
        (office(DOCX, **{"word/other.bin": VBA}), "macros"),
        (office(DOCX, **{"word/other.bin": archives.OLE + b"\x00" * 65_500 + VBA[600:]}), "macros"),
        (office(XLSX, **{"xl/macrosheets/sheet1.xml": b"<x/>"}), "macros"),
        (office(DOCX, **{"word/activeX/activeX1.xml": b"<x/>"}), "macros"),
        (with_type("application/vnd.ms-office.vbaProject"), "macros"),
        (with_type("application/vnd.ms-excel.macrosheet+xml"), "macros"),
        (with_type("application/vnd.ms-word.document.MACROENABLED.main+xml"), "macros"),
        (with_type("application/vnd.ms-office.activeX+xml"), "macros"),
        (archive({"mimetype": ODT.encode(), "META-INF/manifest.xml": b"<encryption-data/>"}, 0), "password"),
        (archive({"mimetype": ODT.encode(), "Scripts/python/x.py": b""}, 0), "macros"),
        (office(DOCX, **{"../../evil.xml": b""}), "damaged"),
        (office(DOCX, **{"/etc/passwd": b""}), "damaged"),
        (claiming(office(DOCX, **{"big.xml": b"x" * 100}), "big.xml", 50), "damaged"),
        (DOCX_FILE + b"<html><script>", "damaged"),
        (DOCX_FILE + PDF_FILE, "damaged"),
        (archive({"%PDF-1.7": b"", "[Content_Types].xml": b""}, 0), "damaged"),
        (archive({"mimetype": ODT.encode(), "a": b"<script>alert(1)</script>"}, 0), "damaged"),
        (PDF_FILE.replace(b"1 0 obj", b"<script>alert(1)</script>"), "damaged"),
        (PDF_FILE + b"<HTML >", "damaged"),
        (PDF_FILE[:-7] + b"Rar!\x1a\x07\x01\x00\n%%EOF\n", "damaged"),
        (JPEG_FILE + b"<html>", "damaged"),
        (JPEG_FILE + b"7z\xbc\xaf\x27\x1c\x00", "damaged"),
        (JPEG_FILE[:20] + b"<?php system()" + JPEG_FILE[20:], "damaged"),
        (PNG_FILE.replace(b"IDAT", b"tEXt<svg onload=x>IDAT"), "damaged"),
        (PNG_FILE[:33] + chunk(b"zIpp", archive({"run.js": b"x"})) + PNG_FILE[33:], "damaged"),
        (PNG_FILE[:33] + chunk(b"raRr", b"Rar!\x1a\x07\x01\x00") + PNG_FILE[33:], "damaged"),
        (LOCKED, "password"),
        (VBA, "macros"),
        (OLE, "docx"),
    ],
)
def test_what_is_hidden_in_a_file_is_found(tmp_path: Path, content: bytes, why: str) -> None:
    answer = told(tmp_path, content)
    assert why in answer
    assert "vnd." not in answer, "it is refused"


def test_compressed_or_not_a_part_is_read_to_its_end(tmp_path: Path) -> None:
    content = bytearray(office(DOCX, **{"word/long.xml": bytes(range(256)) * 600}))
    content[content.index(b"word/long.xml") + 400] ^= 1
    assert "damaged" in told(tmp_path, bytes(content))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_office_programs_do_not_know_is_refused(tmp_path: Path, method: int) -> None:
    listing = f'<Types><Override ContentType="{DOCX}.main+xml"/></Types>'.encode()
    assert "damaged" in told(tmp_path, archive({"[Content_Types].xml": listing}, method))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (office(DOCX, **{"word/embeddings/oleObject1.bin": OLE}), "equation.docx", DOCX),
        (office(DOCX, **{"word/document.xml": b"\x00" * 900_000}), "blank.docx", DOCX),
        (office(DOCX, **{"word/media/blank.bmp": b"\x00" * 3_000_000}), "picture.docx", DOCX),
        (office(DOCX, **{"word/document.xml": "Macros và _VBA_PROJECT".encode("utf-16-le")}), "about.docx", DOCX),
        (archive({"mimetype": ODT.encode(), "content.xml": b"<svg:desc>x</svg:desc>"}, 0), "drawing.odt", ODT),
        (PDF_FILE.replace(b"<<>>", b"<x:xmpmeta xmlns:x='adobe'><rdf:RDF/>"), "metadata.pdf", PDF),
        (PDF_FILE + b"\r\n\x00\x00", "scanner.pdf", PDF),
        (b"\xff\xd8\xff\xe1 http://ns.adobe.com/xap/1.0/ <?xpacket?>" + JPEG_FILE[4:], "photo.jpg", JPEG),
        ("Tên,<b>Số</b>\n".encode(), "a.csv", CSV),
    ],
)
def test_an_honest_file_is_taken(tmp_path: Path, content: bytes, name: str, kind: str) -> None:
    assert told(tmp_path, content, name) == kind


@given(where=st.integers(0, 10_000), what=st.binary(max_size=4), original=st.sampled_from([DOCX_FILE, ODS_FILE]))
def test_whatever_is_changed_the_answer_is_a_type_or_a_refusal(where: int, what: bytes, original: bytes) -> None:
    """No other error leaves the reader of archives, and it never reads on for ever."""
    where %= len(original)
    content = original[:where] + what + original[where + len(what) :]
    with contextlib.suppress(ContentError):
        assert archives.office_type(io.BytesIO(content)) in ENDINGS
