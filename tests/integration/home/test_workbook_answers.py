"""What asks about a figure, in the workbook and in what is shown of it: answered offline, kept as the page keeps it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories.filled_workbooks import Value, table
from tests.integration.home.conftest import Browser, Town
from tests.integration.home.test_sheet import keep
from tests.integration.home.test_workbook import BOOK, T01, downloaded, drafts, given, sent, text, write
from tracker.agencies.offices import Office
from tracker.progress.merging.models import CellMerge

BLANK = "Chậm so với kế hoạch mà chưa có giải trình"
ANSWER = ("T01", "answers")


@pytest.fixture
def officer(town: Town) -> Browser:
    return town.browser("SXD", Office.OFFICER)


def stands(session: Session) -> dict[str, str]:
    typed: dict[str, str] = drafts(session)["T01"].typed
    return typed


def row(content: bytes) -> dict[str, Any]:
    """The first figure's row as a program for sheets shows it."""
    names, *rows = table(content)
    return next(one for cells in rows if (one := dict(zip(names, cells, strict=True)))["code"] == "T01")


@pytest.mark.parametrize(
    ("figure", "asks", "kept"),
    [
        (5, BLANK, {"value": "5", "answer:blank_explanation": "Chờ máy"}),
        (5000, "gấp mười lần", {"value": "5.000", "answer:odd": "Chờ máy", "confirmed": "5000"}),
    ],
)
def test_one_cell_answers_whatever_asks(
    officer: Browser, session: Session, figure: Value, asks: str, kept: dict[str, str]
) -> None:
    page = sent(officer, given(downloaded(officer), {("T01", "value"): figure, ANSWER: "Chờ máy"}))
    assert asks in page
    assert "Trả lời: Chờ máy" in page
    officer.post(BOOK + "/keep")
    assert stands(session) == kept
    again = downloaded(officer)
    assert asks in row(again)["asks"]
    assert row(again)["answers"] == "Chờ máy"
    assert "Tệp không thay đổi gì" in sent(officer, again)


def test_an_answer_is_merged_as_every_other_part(town: Town, officer: Browser, session: Session) -> None:
    write(officer, T01, value="5")
    content = given(downloaded(officer), {ANSWER: "Trong tệp"})
    other = town.browser("SXD", Office.HEAD)
    keep(other, {"answer:blank_explanation:target-SXD-T01": "Trên mạng"})
    assert "1 ô đã được người khác sửa" in sent(officer, content)
    chosen: dict[str, Any] = {"side:target-SXD-T01:answers": "yours"}
    officer.post(BOOK + "/keep", **chosen)
    assert stands(session) == {"value": "5", "answer:blank_explanation": "Trong tệp"}
    merge = session.scalars(sa.select(CellMerge)).one()
    assert (merge.part, merge.side, merge.conflict) == ("answers", "yours", True)
    assert "Trên mạng" in merge.theirs
    assert "Trả lời điểm cần hỏi: Trong tệp" in text(officer.get(T01))


def test_what_nobody_asked_and_a_cell_that_says_nothing_are_told(officer: Browser) -> None:
    page = sent(officer, given(downloaded(officer), {("T01", "value"): 5, ("T01", "narrative"): "Thiếu", ANSWER: "Vì"}))
    assert "không có điểm cần hỏi" in page
    assert BLANK not in page
    page = sent(officer, given(downloaded(officer), {("T01", "value"): 5}))
    assert BLANK in page
    assert "Trả lời ngắn gọn các điểm cần hỏi" in page
