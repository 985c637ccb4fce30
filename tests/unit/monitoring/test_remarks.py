"""Each remark that a job can leave is told in the reader's language, and any other one as it stands."""

from __future__ import annotations

import pytest
from flask import Flask

from tracker.core import languages
from tracker.core.languages import in_language
from tracker.monitoring.settings.remarks import told

CASES = [
    ("sent 42, not sent 1", "đã gửi 42 thư, chưa gửi được 1 thư"),
    ("queued 1200 mails", "đã lập 1.200 thư"),
    ("followed 7 steps", "7 trạng thái thay đổi theo ngày"),
    ("linked 2000 records", "đã nối 2.000 bản ghi vào chuỗi"),
    ("published link 12345", "đã niêm phong 12.345 bản ghi"),
    ("part 5 of 28: 12345 targets proved", "phần 5/28: 12.345 chỉ tiêu khớp với hồ sơ gốc"),
    (
        "part 4, 5 of 28: 2 differences in 7 targets: 01/CK-SXD T01: 2021-03-01: score is 1, the facts say 2",
        "phần 4, 5/28: 2 chỗ không khớp trong 7 chỉ tiêu: 01/CK-SXD T01: 2021-03-01: score is 1, the facts say 2",
    ),
    (
        "backed up 1234 files, 56 MB; 22 backups kept",
        "đã sao lưu cơ sở dữ liệu và 1.234 tệp, 56 MB; đang giữ 22 bản sao lưu",
    ),
    ("a demo is not backed up", "số liệu mẫu không cần sao lưu"),
    (
        "backed up without 2 files that are missing: 0abc, 0def",
        "đã sao lưu, thiếu 2 tệp bị mất hoặc hỏng: 0abc, 0def",
    ),
    ("answered 2 recalculations", "đã tính lại xong 2 yêu cầu"),
    ("removed 3 runs", "đã xóa 3 lần chạy cũ"),
    ("ValueError: see the log", "ValueError: xem tệp nhật ký"),
    ("something else", "something else"),
    (None, ""),
]


@pytest.mark.parametrize(("remark", "vietnamese"), CASES)
def test_a_remark_is_told(remark: str | None, vietnamese: str) -> None:
    app = Flask(__name__)
    languages.init_app(app)
    with app.app_context(), in_language("vi"):
        assert told(remark) == vietnamese
