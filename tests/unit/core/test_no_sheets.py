"""A file of another kind that is sent as a sheet says what it is, not what would be wrong with it as a table."""

from __future__ import annotations

import io
import zipfile

import pytest

from tracker.core.files.incoming import read
from tracker.core.files.kinds import ContentError


def archive(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"agencies": [' + b'{"code": "A", "name": "B"},' * 50 + b"]}", "This is JSON"),
        (b'{\n "agencies": [\n ]\n}\n', "This is JSON"),
        ('{"a": [1]}'.encode("utf-16"), "This is JSON"),
        (b'\xef\xbb\xbf [ {"a": 1},\n{"a": 2}]', "This is JSON"),
        (b"[1, 2,\n3]", "This is JSON"),
        (b'{"a": 1}\n{"a": 2}\n', "This is JSON"),
        (b"{\\rtf1\\ansi a\n}", "Send an Excel file"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">\n</svg>', "Send an Excel file"),
        (b'<?xml version="1.0"?>\n<a><b/></a>', "Send an Excel file"),
        (archive("a.csv", b"code,name\nA,B\n"), "Send an Excel file"),
        (b"", "is empty"),
        (b" \r\n", "is empty"),
    ],
)
@pytest.mark.parametrize("name", ["people.csv", "people.xlsx"])
def test_a_file_of_another_kind_says_what_it_is(content: bytes, said: str, name: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(content, name)
    assert said in str(refused.value.message)


@pytest.mark.parametrize("heading", ["[Mã]", "{Mã}"])
def test_a_heading_in_brackets_is_a_heading(heading: str) -> None:
    assert read(f"Tên,{heading}\nA,B\n".encode(), "a.csv").headings == ("Tên", heading)
    assert read("[Mã],Tên\nA,B\n".encode(), "a.csv").headings == ("[Mã]", "Tên")
