"""Pages of files that somebody sent, drawn by a process with little time and memory: each kind, and whatever a file can
do to its reader, as a sentence."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
import xlsxwriter  # type: ignore[import-untyped]  # it comes without types
from PIL import Image

from tests.support.libreoffice import INSTALLED
from tracker.core.files.kinds import DOCX, JPEG, PDF, PNG, TEXT, XLSX
from tracker.core.files.pages import apart, drawing, images, office
from tracker.core.files.pages.images import Viewed


def pdf(pages: int, size: tuple[float, float] = (595, 842), password: str | None = None) -> bytes:
    written = io.BytesIO()
    with pikepdf.new() as made:
        for _number in range(pages):
            made.add_blank_page(page_size=size)
        made.save(written, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return written.getvalue()


def picture(kind: str, size: tuple[int, int] = (1200, 800)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "white").save(written, kind)
    return written.getvalue()


def viewed(folder: Path, content: bytes, kind: str, program: str | None = None) -> Viewed:
    path = folder / "stored"
    path.write_bytes(content)
    return Viewed(path, kind, folder / "images", program)


def size_of(image: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(image)) as opened:
        assert opened.format == "WEBP"
        return opened.size


def test_a_pdf_is_drawn_some_pages_at_a_time_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, started = viewed(tmp_path, pdf(7), PDF), []

    def start(name: str, *given: object) -> apart.Apart:
        started.append(given[3])
        return apart.of_module(name, *given)

    monkeypatch.setattr(images, "of_module", start)
    assert images.pages(file) == images.Pages(7)
    assert [size_of(images.page(file, number)) for number in range(1, 8)] == [(1240, 1755)] * 7
    assert started == [1, 6], "a process for each five pages, once"
    for number in (0, 8, 10_000):
        with pytest.raises(IndexError):
            images.page(file, number)
    assert started == [1, 6]
    assert images.page(file, 7) == images.page(file, 7)


@pytest.mark.parametrize(("kind", "name"), [(PNG, "PNG"), (JPEG, "JPEG")])
def test_a_picture_is_one_page(tmp_path: Path, kind: str, name: str) -> None:
    file = viewed(tmp_path, picture(name, (4_000, 1_000)), kind)
    assert images.pages(file) == images.Pages(1)
    assert size_of(images.page(file, 1)) == (2_400, 600)


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 dots, of a hundred kilobytes."""
    written = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(written, "PNG")
    return written.getvalue()


WRONG: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "broken": (PDF, lambda: b"%PDF-1.7\nx\n%%EOF\n", "damaged"),
    "empty": (PDF, lambda: b"", "damaged"),
    "locked": (PDF, lambda: pdf(1, password="mật khẩu"), "locked"),
    "ten thousand pages": (PDF, lambda: pdf(10_000), "too_many"),
    "a broken picture": (PNG, lambda: picture("PNG")[:200], "damaged"),
    "no picture": (JPEG, lambda: b"\xff\xd8\xff" + b"x" * 500, "damaged"),
    "a bomb of dots": (PNG, bomb, "too_large"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_shown_says_why(tmp_path: Path, name: str) -> None:
    kind, made, fault = WRONG[name]
    file = viewed(tmp_path, made(), kind)
    found = images.pages(file)
    assert found.fault == fault
    assert str(found.why)
    assert images.pages(file) == found
    with pytest.raises(IndexError):
        images.page(file, 1)


def test_a_page_as_large_as_a_house_is_an_image_of_a_screen(tmp_path: Path) -> None:
    file = viewed(tmp_path, pdf(1, (14_400, 14_400)), PDF)
    assert size_of(images.page(file, 1)) == (drawing.LONGEST_SIDE, drawing.LONGEST_SIDE)


def test_a_kind_that_has_no_pages_is_a_download(tmp_path: Path) -> None:
    for kind in (TEXT, DOCX):
        assert images.pages(viewed(tmp_path, b"x", kind)).fault == images.NO_OFFICE


def test_who_takes_too_long_or_too_much_is_ended_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = viewed(tmp_path, pdf(1), PDF)
    monkeypatch.setattr(images, "WAIT", 0.0)
    assert images.pages(file).fault == images.GIVEN_UP
    monkeypatch.undo()
    assert images.pages(file) == images.Pages(1), "that is not kept: the machine may have been busy"


def test_the_process_has_limits_and_nothing_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SECRET_KEY", "not for it")
    path = tmp_path / "stored"
    os.mkfifo(path)
    running = apart.of_module("tracker.core.files.pages.drawing", path, PNG, tmp_path, 1, 1)
    with path.open("wb") as sent:  # as soon as it opens the file
        of_it = Path(f"/proc/{running.pid}")
        assert b"TRACKER" not in (of_it / "environ").read_bytes()
        limits = dict(re.findall(r"^(Max [a-z ]+?)  +(\d+)", (of_it / "limits").read_text(), re.MULTILINE))
        sent.write(b"x")
    assert int(limits["Max address space"]) == drawing.MEMORY
    assert int(limits["Max cpu time"]) == drawing.SECONDS + drawing.SECONDS_A_PAGE
    assert int(limits["Max file size"]) == drawing.LARGEST
    assert running.told(60) == {"fault": drawing.DAMAGED}
    running.end()


STAND_IN = """#!/bin/sh
# Stands in for LibreOffice: takes its arguments, and makes a PDF where it would.
for last; do :; done
echo "$@" > "{told}"
{first}
cp "{made}" "${{last%.*}}.pdf"
"""


def program(folder: Path, first: str = "") -> str:
    path, made = folder / "soffice", folder / "made.pdf"
    made.write_bytes(pdf(3))
    path.write_text(STAND_IN.format(told=folder / "told", made=made, first=first))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_file_of_word_is_shown_by_the_office_of_the_server(tmp_path: Path) -> None:
    file = viewed(tmp_path, b"PK", DOCX, program(tmp_path))
    assert images.pages(file) == images.Pages(3)
    assert size_of(images.page(file, 3)) == (1240, 1755)
    told = (tmp_path / "told").read_text().split()
    assert {"--headless", "--convert-to", "pdf"} <= set(told)
    assert not list(tmp_path.glob("source.*")), "it works in a folder that is thrown away"


@pytest.mark.parametrize("first", ["exit 1", "exit 0", "kill -9 $$"])
def test_an_office_that_fails_is_told(tmp_path: Path, first: str) -> None:
    assert images.pages(viewed(tmp_path, b"PK", DOCX, program(tmp_path, first))).fault == images.GIVEN_UP


def test_an_office_that_never_ends_is_ended_with_whatever_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "WAIT", 3.0)
    first = f"sleep 600 & echo $! > {tmp_path}/child; wait"
    assert images.pages(viewed(tmp_path, b"PK", DOCX, program(tmp_path, first))).fault == images.GIVEN_UP
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_which_office_stands_on_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office.program.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert office.program("") is None
    office.program.cache_clear()
    path = program(tmp_path)
    assert office.program("") == path
    assert office.program(office.NONE) is None
    assert office.program(path) == path
    assert office.program("/nowhere/soffice") is None
    office.program.cache_clear()


def written(kind: str) -> bytes:
    """A workbook or a letter of one line."""
    content = io.BytesIO()
    if kind == XLSX:
        book = xlsxwriter.Workbook(content)
        book.add_worksheet().write_string(0, 0, "Số liệu mẫu")
        book.close()
        return content.getvalue()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in LETTER.items():
            archive.writestr(name, text)
    return content.getvalue()


_PACKAGE, _OF_WORD = "http://schemas.openxmlformats.org/package/2006", "openxmlformats-officedocument"
LETTER = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="'
    'application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
    f'ContentType="application/vnd.{_OF_WORD}.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" Type="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Văn bản mẫu</w:t></w:r></w:p></w:body></w:document>",
}


@pytest.mark.parametrize("soffice_of_this_machine", INSTALLED)
@pytest.mark.parametrize("kind", [XLSX, DOCX])
def test_libreoffice_itself_makes_pages_of_it(tmp_path: Path, soffice_of_this_machine: str, kind: str) -> None:
    """Within the limits that hold it, and in a home that is thrown away."""
    file = viewed(tmp_path, written(kind), kind, soffice_of_this_machine)
    assert images.pages(file) == images.Pages(1)
    width, height = size_of(images.page(file, 1))
    assert width < height
