"""Cells of a sheet in which something stands that one does not see in Excel."""

from __future__ import annotations

from tests.factories.workbooks import cell, row, workbook
from tracker.core.files.incoming import read


def test_what_nobody_sees_is_told() -> None:
    """White on paper, and hidden by its format; white on a ground of its own is a heading as any other."""
    fonts = '<fonts><font/><font><color rgb="FFFFFFFF"/></font><font><color theme="0"/></font></fonts>'
    cells = ((0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 1, 2), (170, 0, 0), (171, 0, 0))
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode=";;;"/><numFmt numFmtId="171" formatCode="@;;"/></numFmts>'
        + fonts
        + "<cellXfs>"
        + "".join(f'<xf numFmtId="{one}" fontId="{font}" fillId="{fill}"/>' for one, font, fill in cells)
        + "</cellXfs>"
    )
    rows = (row(number + 2, cell(f"A{number + 2}", "X", style=number)) for number in range(len(cells)))
    found = read(workbook(*rows, styles=styles), "a.xlsx")
    assert [(fault.number, fault.place) for fault in found.faults] == [(3, 0), (4, 0), (6, 0)]
