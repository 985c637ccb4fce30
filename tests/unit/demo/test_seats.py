"""The demo's people are offices, their addresses reach nobody, and the evidence is a file that the product takes."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pypdfium2

from tracker.agencies.offices import Office
from tracker.core.files import store
from tracker.demo import deeds, pdf, seats

OFFICES = re.compile(
    r"(Giám đốc|Chánh Văn phòng|Chánh Thanh tra|Chủ tịch|Trưởng Ban|Chuyên viên|Chuyên viên theo dõi,"
    r"|Chuyên viên thẩm định,|Chuyên viên kiểm soát,|Chuyên viên quản trị,|Văn thư,|Quản trị hệ thống,) ?"
    r"(Sở|Ban|Văn phòng|Thanh tra|UBND|Quản lý|tỉnh)"
)


def test_everybody_is_called_by_an_office_and_a_body() -> None:
    assert [seat.name for seat in seats.seats() if not OFFICES.match(seat.name)] == []


def test_names_and_addresses_are_used_once() -> None:
    found = list(seats.seats())
    assert len({seat.name for seat in found}) == len({seat.email for seat in found}) == len(found)


def test_no_mail_can_reach_anybody() -> None:
    assert all(re.fullmatch(r"[a-z0-9.-]+@example\.invalid", seat.email) for seat in seats.seats())


def test_each_role_has_an_account_and_each_body_a_head_and_an_officer() -> None:
    found = list(seats.seats())
    province = {Office.ADMINISTRATOR, Office.AUDITOR, Office.CHAIR, Office.MONITOR, Office.APPRAISER}
    roles = province | {Office.HEAD, Office.OFFICER, Office.CLERK}
    assert {seat.office for seat in found if seat.account} == roles
    assert sum(seat.account for seat in found if seat.office is Office.ADMINISTRATOR) == 2  # one asks, another confirms
    assert Counter(seat.office for seat in found if seat.office in (Office.HEAD, Office.OFFICER)) == {
        Office.HEAD: 21,
        Office.OFFICER: 21,
    }


def test_the_evidence_is_taken_as_a_pdf(tmp_path: Path) -> None:
    document = pdf.small_pdf(deeds.EVIDENCE_LINES)
    stored = store.store(BytesIO(document), deeds.EVIDENCE_NAME, tmp_path, deeds.MOST_BYTES)
    assert (stored.media_type, stored.name) == ("application/pdf", deeds.EVIDENCE_NAME)
    with pypdfium2.PdfDocument(document) as opened:
        told = opened[0].get_textpage().get_text_bounded()
    assert told.splitlines() == list(deeds.EVIDENCE_LINES), "with its marks"
    assert pdf.small_pdf(deeds.EVIDENCE_LINES) == document
