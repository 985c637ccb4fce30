"""Every reason that the rule can give is told in words: why, and what turns it green, in every public language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tracker.compliance.telling import explain
from tracker.core import languages
from tracker.rule.facts import Status
from tracker.rule.reasons import ReasonCode

MANY = {
    "kept": "3", "reports": "4", "period": "2021-Q1", "value": "1447.5", "goal": "2000", "due_on": "2021-03-22",
    "from_on": "2021-02-04", "to_on": "2021-05-20", "ended_on": "2021-09-01", "met_on": "2021-06-25",
    "deadline": "2021-06-30", "as_at": "2021-06-14", "plan": "1800.25", "percent": "80.40", "days_late": "1",
    "returned_on": "2021-03-18", "answer_by": "2021-03-23", "next_period": "2021-Q3", "next_due_on": "2021-09-20",
    "needed": "1900",
}  # fmt: skip
FIGURES = {
    "everything": MANY,
    "a range": {name: text for name, text in MANY.items() if name != "goal"} | {"low": "1", "high": "2"},
    "a range without an end": {name: text for name, text in MANY.items() if name != "goal"} | {"low": "1"},
    "on completion": MANY | {"period": ""},
    "nothing to come": {n: text for n, text in MANY.items() if n not in ("next_period", "next_due_on", "needed")},
    "kept with a step": {
        n: t for n, t in MANY.items() if n not in ("next_period", "next_due_on", "needed", "days_late")
    },
    "nothing but the goal": {name: text for name, text in MANY.items() if name != "needed"},
    "several": MANY | {"reports": "12", "days_late": "30"},
    "nothing": {},
}


@pytest.fixture(scope="module")
def context() -> Iterator[None]:
    app = Flask(__name__)
    languages.init_app(app)
    with app.app_context():
        yield


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("language", languages.PUBLIC_LANGUAGES)
@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_is_told(code: ReasonCode, language: str) -> None:
    for figures in FIGURES.values():
        reason = {"code": str(code), "figures": figures}
        with languages.in_language(language):
            for sentence in (explain.why(reason, "%"), explain.turns_green(reason, "files")):
                assert sentence.endswith(".")
                assert "%(" not in sentence
    reason = {"code": str(code), "figures": MANY}
    if language != "en":
        with languages.in_language(language):
            told = {explain.why(reason, "%"), explain.turns_green(reason, "files")}
        with languages.in_language("en"):
            assert not told & {explain.why(reason, "%"), explain.turns_green(reason, "files")}


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_name(status: Status) -> None:
    with languages.in_language("vi"):
        name = explain.status_name(status)
    with languages.in_language("en"):
        assert name != explain.status_name(status)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("code", "language", "unit", "why", "green"),
    [
        (
            ReasonCode.OVERDUE,
            "vi",
            "%",
            "Đến ngày 14/06/2021 đạt 1.447,5\u00a0%, mục tiêu 2.000\u00a0% · hạn 30/06/2021, chậm 1 ngày làm việc.",
            "Để hết đỏ: báo cáo số liệu đạt mục tiêu 2.000\u00a0%; càng sớm điểm càng cao.",
        ),
        (
            ReasonCode.BELOW_PLAN,
            "en",
            "days",
            "1,447.5\u00a0days as at 14 Jun 2021 is 80.4\u00a0% of the plan, 1,800.25\u00a0days; goal 2,000\u00a0days.",
            "It turns green with 1,900\u00a0days or better in the report for quarter 3 of 2021, due on 20 Sep 2021.",
        ),
        (
            ReasonCode.SILENT,
            "vi",
            "%",
            "Không có báo cáo quý I/2021 có hiệu lực; hạn gửi là ngày 22/03/2021.",
            "Gửi báo cáo quý I/2021: trạng thái sẽ theo số liệu ngay.",
        ),
        (
            ReasonCode.KEEPING,
            "en",
            "%",
            "Kept in all 4 reports so far: 2,000\u00a0%.",
            (
                "It stays green while each report keeps 2,000\u00a0%; next the report for quarter 3 of 2021, "
                "due on 20 Sep 2021."
            ),
        ),
    ],
)
def test_sentences(code: ReasonCode, language: str, unit: str, why: str, green: str) -> None:
    reason = {"code": str(code), "figures": MANY}
    with languages.in_language(language):
        assert (explain.why(reason, unit), explain.turns_green(reason, unit)) == (why, green)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("code", [ReasonCode.ON_PLAN, ReasonCode.BELOW_PLAN])
def test_where_the_next_report_comes_when_the_term_is_over_the_goal_is_named(code: ReasonCode) -> None:
    reason = {"code": str(code), "figures": FIGURES["nothing but the goal"]}
    with languages.in_language("vi"):
        assert (
            explain.turns_green(reason, "%") == "Từ nay phải đạt đủ mục tiêu 2.000\u00a0%, chậm nhất ngày 30/06/2021."
        )
