"""The whole errand of a workbook by LibreOffice: downloaded, filled in, saved by it, sent back, kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories.filled_workbooks import place_of, table
from tests.integration.home.conftest import Town
from tests.integration.home.test_workbook import BOOK, T02, downloaded, drafts, sent, write
from tests.support.libreoffice import INSTALLED, filled
from tracker.agencies.offices import Office

pytestmark = [pytest.mark.one_database, pytest.mark.parametrize("soffice_of_this_machine", INSTALLED)]


def test_a_workbook_is_filled_in_by_libreoffice(
    town: Town, session: Session, soffice_of_this_machine: str, tmp_path: Path
) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    write(officer, T02, numerator="85", denominator="90", narrative="Dòng một\nDòng hai")
    content = downloaded(officer)
    typed: dict[tuple[str, str], float | str] = {
        ("T01", "value"): 5,
        ("T01", "as_at"): "2021-06-14",  # which becomes a day as it is typed
        ("T03", "narrative"): "Đã cắt giảm, “đúng hạn”",
        ("T02", "numerator"): 86,
        ("T03", "value"): 33.3,
        ("T01", "answers"): "Số liệu đã đối chiếu",
    }
    values = {place_of(content, *where): value for where, value in typed.items()}
    values[place_of(content, "T01", "goal")] = "locked"
    saved = filled(soffice_of_this_machine, content, values, tmp_path)
    assert "locked" not in str(table(saved)), "what is locked cannot be typed over"
    page = sent(officer, saved)
    assert "không được lấy" not in page, page
    officer.post(BOOK + "/keep")
    kept = {code: draft.typed for code, draft in drafts(session).items()}
    assert kept == {
        "T01": {"value": "5", "as_at": "14/06/2021", "answer:blank_explanation": "Số liệu đã đối chiếu"},
        "T02": {"numerator": "86", "denominator": "90", "narrative": "Dòng một\nDòng hai"},
        "T03": {"value": "33,3", "narrative": "Đã cắt giảm, “đúng hạn”"},
    }


def test_what_libreoffice_saves_untouched_changes_nothing(
    town: Town, soffice_of_this_machine: str, tmp_path: Path
) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    write(officer, T02, numerator="85", denominator="90", as_at="14/06/2021", narrative="Dòng một\n\nDòng hai ")
    page = sent(officer, filled(soffice_of_this_machine, downloaded(officer), {}, tmp_path))
    assert "Tệp không thay đổi gì" in page
