"""Each mail that the product sends, with sample values: to be held against its promise, and to be looked at."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from tracker.reminders.digest import DigestBody, DigestLine

SITE = "https://camket.example.vn"
LONG = (
    "Cắt giảm thời gian giải quyết thủ tục hành chính lĩnh vực đất đai tại bộ phận một cửa từ 30 xuống còn 20 ngày "
    "làm việc, so với quy định của Trung ương"
)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NOTICE = {"sentence": "Mật khẩu của ông/bà đã được đổi.", "when": "09:05 ngày 16/06/2021", "home": f"{SITE}/account"}
WITH_LINK = {"link": f"{SITE}/choose-password/abc", "until": "09:05 ngày 17/06/2021", "address": SITE}


def _line(title: str, when: str, tone: str, what: str = "Báo cáo tháng 5/2021") -> DigestLine:
    return DigestLine(title, what, when, f"{SITE}/figures/T01/2021-M05", tone)


BODIES = [
    DigestBody(
        "Sở Tài nguyên và Môi trường",
        [
            _line(LONG, "đã quá hạn 14/06/2021, chậm 2 ngày làm việc", "bad"),
            _line(
                "Tỷ lệ hồ sơ đất đai giải quyết đúng hạn",
                "hạn hôm nay, 16/06/2021",
                "warn",
                "Bị trả lại: trả lời thẩm định báo cáo tháng 4/2021",
            ),
            _line(
                LONG,
                "từ 14/06/2021, 2 ngày làm việc trước",
                "info",
                "Thẩm định hỏi, tháng 4/2021: Số liệu này lấy từ nguồn nào?",
            ),
            _line("Số hóa kết quả giải quyết thủ tục hành chính", "hạn 21/06/2021, còn 3 ngày làm việc", "info"),
        ],
        4,
    ),
    DigestBody(
        "Sở Xây dựng", [_line("Cấp phép xây dựng trực tuyến", "hạn 21/06/2021, còn 3 ngày làm việc", "info")], 0
    ),
]
DECIDED = [_line("Tỷ lệ hồ sơ trực tuyến", "Thiếu bảng kê hồ sơ của quý I", "what", "Tháng 3/2021: bị trả lại")]
ONE_DAY = date(2021, 6, 1)
DIFFERENCE = SimpleNamespace(day=ONE_DAY, column="status", stored="behind", derived="on_track")

# By the name of the mail; several where one has several shapes.
VALUES: dict[str, list[dict[str, Any]]] = {
    "account_notice": [NOTICE],
    "approval": [
        {
            "what": "Gỡ yếu tố thứ hai của Chuyên viên Sở Y tế",
            "link": f"{SITE}/accounts/requests/x",
            "until": NOTICE["when"],
        }
    ],
    "audit_head": [
        {"head": SimpleNamespace(day=date(2021, 6, 30), seq=12_345, hash=SHA256), "page": f"{SITE}/audit"},
    ],
    "backup": [
        {"page": f"{SITE}/jobs", "count": 3, "missing": [SHA256], "made": True, "reason": "", "last": None},
        {"page": f"{SITE}/jobs", "count": 0, "missing": [], "made": True, "reason": "PermissionError", "last": None},
        {"page": f"{SITE}/jobs", "count": 0, "missing": [], "made": False, "reason": "OSError", "last": ONE_DAY},
        {"page": f"{SITE}/jobs", "count": 0, "missing": [], "made": False, "reason": "OSError", "last": None},
    ],
    "digest": [
        {
            "bodies": BODIES, "decided": DECIDED, "more_decided": 2, "count": 8, "waiting": 9, "elsewhere": 1,
            "worst": "chậm 2 ngày làm việc: Cắt giảm thời gian giải quyết thủ tục hành chính", "news": 3,
            "written": "07:30 ngày 16/06/2021", "home": f"{SITE}/",
        }
    ],
    "invitation": [WITH_LINK],
    "new_password": [WITH_LINK],
    "office_notice": [{**NOTICE, "sentence": "Ông/bà được giao chức vụ chuyên viên, Sở Y tế, từ 01/06/2021."}],
    "proof": [
        {
            "found": SimpleNamespace(differences=3), "subjects": [("Sở Y tế · T01", [DIFFERENCE])], "more": 2,
            "page": f"{SITE}/jobs",
        }
    ],
    "stop_notice": [{**NOTICE, "sentence": "Quản trị viên A đã khóa tài khoản của quản trị viên B."}],
    "target_decision": [
        {
            "target": f"T01 {LONG}", "sentence": "Hạn hoàn thành được lùi đến 31/12/2021.",
            "reason": "Dịch bệnh <b>kéo dài</b> & giãn cách", "link": f"{SITE}/targets/T01",
        }
    ],
    "waiting": [
        {
            **NOTICE, "title": "Có đề nghị chờ ông/bà quyết định",
            "sentence": f"Sở Xây dựng đề nghị quyết định về chỉ tiêu T01 {LONG}: lùi hạn.",
        }
    ],
}  # fmt: skip
