"""Each remark that a job can leave is told in the reader's language, and an earlier version's sentence as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import sqlite

from tracker.core import languages
from tracker.core.job_run import LONGEST_FIGURE, Remark, RemarkCode, RemarkText
from tracker.core.languages import in_language
from tracker.monitoring.settings.remarks import WORDS, told

DIFFERENCE = "01/CK-SXD T01: 2021-03-01: score is 1, the facts say 2"
AWAY_VI = (
    "không kết nối được máy chủ thư (TimeoutError), lần 2 liên tiếp: 5 phút nữa thử lại; "
    "trước đó đã gửi 3 thư, còn chờ gửi lại 1 thư, bị từ chối hẳn 0 thư"
)
AWAY_EN = (
    "no mail server (TimeoutError), times in a row: 2, minutes until the next: 5; "
    "mails sent before: 3, not yet: 1, refused for good: 0"
)
NOT_SEALED_VI = (
    "số văn bản đã đóng dấu điện tử: 2; các văn bản còn lại đang chờ. Không thấy thiết bị lưu khóa của dấu điện tử: "
    "hãy cắm thiết bị, hoặc xem lại TRACKER_SEAL_TOKEN."
)
NOT_SEALED_EN = (
    "documents sealed: 2; the others wait. The token of the seal is not there: plug it in, or look at "
    "TRACKER_SEAL_TOKEN."
)
CASES: list[tuple[RemarkCode, Mapping[str, int | str], str, str]] = [
    (
        RemarkCode.MAILS_SENT,
        {"sent": 42, "waiting": 1, "refused": 2},
        "đã gửi 42 thư, còn chờ gửi lại 1 thư, bị từ chối hẳn 2 thư",
        "mails sent: 42, not yet: 1, refused for good: 2",
    ),
    (
        RemarkCode.MAIL_SERVER_AWAY,
        {"sent": 3, "waiting": 1, "refused": 0, "error": "TimeoutError", "times": 2, "minutes": 5},
        AWAY_VI,
        AWAY_EN,
    ),
    (
        RemarkCode.WORDS_SENT,
        {"sent": 3, "waiting": 1, "refused": 0},
        "trình duyệt và điện thoại đã báo: 3, còn chờ: 1, không nhận: 0",
        "browsers and phones told: 3, not yet: 1, not taken: 0",
    ),
    (
        RemarkCode.BOUNCES_READ,
        {"broken": 2, "failed": 1, "other": 3},
        "thư bị trả lại: 1, địa chỉ thư không dùng được: 2, thư khác bỏ qua: 3",
        "mails that came back: 1, addresses found broken: 2, others passed over: 3",
    ),
    (
        RemarkCode.LETTERS_DRAFTED,
        {"drafted": 3, "owed": 1, "closed": 2},
        "công văn đôn đốc được dự thảo: 3, yêu cầu xin lỗi: 1, công văn kết thúc: 2",
        "letters of urging drafted: 3, apologies asked for: 1, letters closed: 2",
    ),
    (RemarkCode.SIGNS_NOTED, {"noted": 3}, "số dấu hiệu ghi nhận: 3", "signs noted: 3"),
    (RemarkCode.MAILS_QUEUED, {"queued": 1200}, "đã lập 1.200 thư", "mails written: 1,200"),
    (RemarkCode.STEPS_FOLLOWED, {"followed": 7}, "7 trạng thái thay đổi theo ngày", "statuses changed by the day: 7"),
    (
        RemarkCode.COMMITMENTS_EXPIRED,
        {"expired": 12},
        "12 hồ sơ cam kết quá hạn ký",
        "commitments not signed in time: 12",
    ),
    (
        RemarkCode.DOCUMENTS_MADE,
        {"made": 498, "refused": 2},
        "đã lập 498 văn bản, không lập được 2",
        "documents made: 498, refused: 2",
    ),
    (
        RemarkCode.SCANS_SORTED,
        {"sorted": 3, "refused": 1},
        "đã sắp xếp 3 tệp bản quét, không sắp xếp được 1",
        "files of scans sorted: 3, refused: 1",
    ),
    (RemarkCode.RECORDS_LINKED, {"linked": 2000}, "đã nối 2.000 bản ghi vào chuỗi", "records linked: 2,000"),
    (RemarkCode.HEAD_PUBLISHED, {"seq": 12345}, "đã niêm phong 12.345 bản ghi", "records sealed: 12,345"),
    (
        RemarkCode.PART_PROVED,
        {"part": "5", "parts": 28, "targets": 12345},
        "phần 5/28: 12.345 chỉ tiêu khớp với hồ sơ gốc",
        "part 5 of 28, targets proved: 12,345",
    ),
    (
        RemarkCode.PART_DIFFERS,
        {"part": "4, 5", "parts": 28, "targets": 7, "differ": 2, "first": DIFFERENCE},
        f"phần 4, 5/28: 2 chỗ không khớp trong 7 chỉ tiêu: {DIFFERENCE}",
        f"part 4, 5 of 28, targets: 7, differences: 2, the first: {DIFFERENCE}",
    ),
    (
        RemarkCode.BACKED_UP,
        {"files": 1234, "megabytes": 56, "kept": 22},
        "đã sao lưu cơ sở dữ liệu và 1.234 tệp, 56 MB; đang giữ 22 bản sao lưu",
        "database backed up; files: 1,234, 56 MB in all, backups kept: 22",
    ),
    (RemarkCode.DEMO_NOT_BACKED_UP, {}, "số liệu mẫu không cần sao lưu", "sample data are not backed up"),
    (
        RemarkCode.BACKED_UP_WITH_GAPS,
        {"missing": 2, "first": "0abc, 0def"},
        "đã sao lưu, thiếu 2 tệp bị mất hoặc hỏng: 0abc, 0def",
        "backed up; files missing or damaged: 2, the first: 0abc, 0def",
    ),
    (
        RemarkCode.REMOTE_SIGNATURES,
        {"signed": 2, "refused": 1},
        "chữ ký qua nhà cung cấp: 2, không thành: 1",
        "signatures by the provider: 2, come to nothing: 1",
    ),
    (RemarkCode.DOCUMENTS_SEALED, {"sealed": 2}, "số văn bản đã đóng dấu điện tử: 2", "documents sealed: 2"),
    (
        RemarkCode.NOT_SEALED,
        {"sealed": 2, "why": "no_token"},
        NOT_SEALED_VI,
        NOT_SEALED_EN,
    ),
    (
        RemarkCode.LISTS_FETCHED,
        {"fetched": 2, "failed": 1},
        "danh sách chứng thư số bị thu hồi: tải được 2, không tải được 1",
        "lists of revoked certificates fetched: 2, not to be had: 1",
    ),
    (RemarkCode.RECALCULATIONS_ANSWERED, {"answered": 2}, "đã tính lại xong 2 yêu cầu", "recalculations done: 2"),
    (RemarkCode.RUNS_REMOVED, {"removed": 3}, "đã xóa 3 lần chạy cũ", "old runs removed: 3"),
    (RemarkCode.FAILED, {"error": "ValueError"}, "ValueError: xem tệp nhật ký", "ValueError: see the log"),
]
DIALECT: sa.Dialect = sqlite.dialect()


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    languages.init_app(app)
    return app


def stored(remark: Remark | str | None) -> str | None:
    return RemarkText().process_bind_param(remark, DIALECT)


def read(text: str | None) -> Remark | str | None:
    return RemarkText().process_result_value(text, DIALECT)


@pytest.mark.parametrize(("code", "figures", "vietnamese", "english"), CASES, ids=[case[0].key for case in CASES])
def test_a_remark_is_told(
    app: Flask, code: RemarkCode, figures: Mapping[str, int | str], vietnamese: str, english: str
) -> None:
    remark = read(stored(Remark(code, figures)))
    assert remark == Remark(code, figures)
    with app.app_context():
        with in_language("vi"):
            assert told(remark) == vietnamese
        with in_language("en"):
            assert told(remark) == english


@pytest.mark.parametrize("code", RemarkCode, ids=lambda code: code.key)
def test_one_of_anything_is_no_plural(app: Flask, code: RemarkCode) -> None:
    with app.app_context(), in_language("en"):
        said = told(Remark(code, dict.fromkeys(code.figures, 1)))
    assert not re.search(r"\b1 (?!MB)\w+s\b", said), said


def test_none_is_without_a_case() -> None:
    assert {case[0] for case in CASES} == set(RemarkCode)
    assert len({code.key for code in RemarkCode}) == len(RemarkCode)


@pytest.mark.parametrize("code", RemarkCode, ids=lambda code: code.key)
def test_the_words_name_the_figures_of_the_code(app: Flask, code: RemarkCode) -> None:
    with app.app_context(), in_language("vi"):
        assert set(re.findall(r"%\((\w+)\)s", str(WORDS[code]))) == set(code.figures)


@pytest.mark.parametrize(
    "text",
    [
        "sent 42, not sent 1",
        "{",
        '{"code":"of_a_later_version","n":1}',
        '{"code":"mails_queued","of_a_later_version":1}',
        None,
    ],
)
def test_what_another_version_wrote_is_told_as_it_stands(text: str | None) -> None:
    assert told(read(text)) == (text or "")
    assert stored(read(text)) == text


@pytest.mark.parametrize("figures", [{}, {"sent": 1}, {"sent": 1, "waiting": 2, "refused": 0, "lost": 3}])
def test_a_remark_has_the_figures_of_its_code(figures: Mapping[str, int | str]) -> None:
    with pytest.raises(ValueError, match="mails_sent"):
        Remark(RemarkCode.MAILS_SENT, figures)


def test_a_long_name_is_cut() -> None:
    kept = read(stored(Remark(RemarkCode.FAILED, {"error": "x" * 5_000})))
    assert kept == Remark(RemarkCode.FAILED, {"error": "x" * LONGEST_FIGURE})
