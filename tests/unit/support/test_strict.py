"""The strict reading of pages finds each kind of fault."""

from __future__ import annotations

import pytest

from tests.support.strict import faults

PAGE = '<!DOCTYPE html><html lang="vi"><head><title>t</title></head><body><h1 id="a">{}</h1><ul>{}</ul></body></html>'
ROW = '<li id="b{}">một</li>'


def test_a_sound_page_has_none_however_often_a_row_comes() -> None:
    for rows in (1, 2, 40):
        assert faults(PAGE.format("Trang", "".join(ROW.format(n) for n in range(rows)))) == []


@pytest.mark.parametrize(
    ("title", "rows"),
    [
        ("Trang &nowhere;", ""),
        ("Trang < trang", ""),
        ("<b>Trang", ""),
        ("Trang", "<li>một</ul>"),
        ("Trang", '<li id="a">một</li>'),
        ("Trang", '<li style="color: red">một</li>'),
        ("Trang</h1><h1>hai", ""),
        ('<a href="/">Trang<a href="/">hai</a></a>', ""),
        ('<span role="page">Trang</span>', ""),
        ("Trang", "<li><table><tbody><b>một</b></tbody></table></li>"),
        ("Trang", "<li>một</p></li>"),
    ],
)
def test_each_kind_of_fault_is_found(title: str, rows: str) -> None:
    assert faults(PAGE.format("Trang", "<li>một</li>")) == []
    assert faults(PAGE.format(title, rows)) != []


def test_a_part_of_a_page_needs_no_title() -> None:
    assert faults("<p>Đã lưu</p>") == []
    assert faults("<p>Đã lưu</div>") != []
