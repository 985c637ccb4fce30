"""A briefing for a day: one content, told alike on its page and in each of its files."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import docx
import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from tests.integration.monitoring.conftest import World, build, enter
from tracker.agencies.offices import Office

Enter = Callable[..., World]
__all__ = ["build", "enter"]


def sheets(body: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.one_database
def test_the_page_and_every_file_say_the_same(enter: Enter) -> None:
    world = enter(targets=5)
    monitor = world.browser(Office.MONITOR)
    page = monitor.get("/briefing")
    book = sheets(monitor.client.get("/briefing.xlsx").data)
    heads, *rows = book["Chậm trễ"]
    assert heads[0] == "Cơ quan"
    assert rows
    body, target, status, deadline, score, why = rows[0]
    assert isinstance(deadline, date | datetime)
    assert isinstance(score, float)

    word = docx.Document(io.BytesIO(monitor.client.get("/briefing.docx").data))
    tables = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    printed = pypdfium2.PdfDocument(monitor.client.get("/briefing.pdf").data)
    texts = [" ".join(one.get_textpage().get_text_range().split()) for one in printed]
    for told in (body, target, status, why):
        assert str(told) in page
        assert any(str(told) in row for row in tables)
    assert str(target).split("(")[0].strip()[:20] in " ".join(texts)

    kept = book["Cơ quan"][1:]
    assert len(kept) == 3, "every body, once"
    assert sum(row[5] for row in kept) == 15, "and all of their targets"
    for text in texts:
        assert "Số liệu đến" in text, "the cut-off on every page"
    assert "Số liệu đến" in word.sections[0].footer.paragraphs[0].text


@pytest.mark.one_database
def test_a_past_day_is_told_as_the_board_tells_it(enter: Enter) -> None:
    monitor = enter(targets=5).browser(Office.MONITOR)
    board = {row["Mã"]: row for row in monitor.rows("/board.csv?on=2021-05-31")}
    book = sheets(monitor.client.get("/briefing.xlsx?on=2021-05-31").data)
    told = {row[2]: row for row in book["Cơ quan"][1:]}
    for row in board.values():
        score = told[row["Cơ quan"]][3]
        assert (f"{score:.2f}" if score != "" else "") == row["Điểm"]
    monitor.get("/briefing.pdf?on=2031-05-31", 400)
    monitor.get("/briefing?on=2031-05-31")
    enter(targets=5).browser(Office.HEAD).get("/briefing", 403)
