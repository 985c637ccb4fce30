"""What was granted, suspended, amended and ended on a target, as its page tells it: what changed, when and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.factories.targets_by_hand import amended, deliverable, ended, keep, on, reach
from tracker.commitments import story
from tracker.commitments.models import Amendment, Extension, Suspension, Target
from tracker.commitments.queries import Decided
from tracker.core import languages
from tracker.rule import Facts, Ledger
from tracker.rule.facts import Milestone

NOTHING = Decided((), (), ())
DUE = date(2021, 6, 30)


@pytest.fixture(autouse=True)
def _vietnamese() -> object:
    app = Flask("story")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        yield


def told(
    facts: Facts, decided: Decided, day: str, known_on: str | None = None, **of_target: Any
) -> list[tuple[date, str, str, str | None]]:
    """(decided on, what, when, why) of each line."""
    shape = {"shape": str(facts.shape), "unit": "procedures", "ratio": facts.ratio, "due_on": DUE}
    lines = story.lines(Target(**shape, **of_target), decided, Ledger(facts).known(on(known_on or day)), on(day))
    return [(when, line["what"], line["when"], line["quote"]) for when, line in lines]


def test_each_extension_names_the_deadline_that_it_moves() -> None:
    first = Extension(granted_on=on("06-01"), due_on=on("08-31"), recorded_on=on("06-01"), reason="Chờ hướng dẫn")
    second = Extension(granted_on=on("08-20"), due_on=on("10-31"), recorded_on=on("08-25"), reason=None)
    for rows in ((first, second), (second, first)):
        assert told(reach(), Decided(rows, (), ()), "09-01") == [
            (on("06-01"), "Gia hạn: 30/06/2021 → 31/08/2021", "01/06/2021", "Chờ hướng dẫn"),
            (on("08-20"), "Gia hạn: 31/08/2021 → 31/10/2021", "20/08/2021, ghi nhận ngày 25/08/2021", None),
        ]
        assert len(told(reach(), Decided(rows, (), ()), "08-24")) == 1, "not known yet"
        assert len(told(reach(), Decided(rows, (), ()), "08-10", "09-01")) == 1, "not granted yet"


def test_a_suspension_tells_its_days() -> None:
    row = Suspension(
        from_on=on("03-01"), to_on=on("03-31"), decided_on=on("02-26"), recorded_on=on("02-26"), reason="Dịch"
    )
    what = "Tạm dừng từ ngày 01/03/2021 đến hết ngày 31/03/2021"
    assert told(reach(), Decided((), (row,), ()), "02-26") == [(on("02-26"), what, "26/02/2021", "Dịch")]
    assert told(reach(), Decided((), (row,), ()), "02-25") == []


@pytest.mark.parametrize(
    ("facts", "amendments", "changes"),
    [
        (reach(goal="25"), [{"goal": "20"}], ["mục tiêu 25\u00a0thủ tục → 20\u00a0thủ tục"]),
        (
            reach(goal="25"),
            [{"goal": "20"}, {"goal": "22.125", "weight": "2"}],
            [
                "mục tiêu 25\u00a0thủ tục → 20\u00a0thủ tục",
                "mục tiêu 20\u00a0thủ tục → 22,125\u00a0thủ tục; trọng số 1 → 2",
            ],
        ),
        (reach(), [{"baseline": "10", "goal": "100"}], ["mức ban đầu 0\u00a0thủ tục → 10\u00a0thủ tục"]),
        (
            keep(direction=None, low="20", high="30"),
            [{"low": "15", "high": "35"}],
            ["mức tối thiểu 20\u00a0thủ tục → 15\u00a0thủ tục; mức tối đa 30\u00a0thủ tục → 35\u00a0thủ tục"],
        ),
        (keep(goal="95", ratio=True), [{"goal": "96.5"}], ["mục tiêu 95\u00a0% → 96,5\u00a0%"]),
        (
            deliverable(milestones="03-31: 50"),
            [{"milestones": (Milestone(on("04-30"), Decimal(60)),)}, {"milestones": ()}],
            ["các mốc 31/03/2021: 50\u00a0% → 30/04/2021: 60\u00a0%", "các mốc 30/04/2021: 60\u00a0% → không có"],
        ),
        (reach(goal="25"), [{"goal": "25"}], ["không nội dung nào thay đổi"]),
    ],
)
def test_an_amendment_tells_the_old_and_the_new_value(
    facts: Facts, amendments: list[dict[str, Any]], changes: list[str]
) -> None:
    made = tuple(
        replace(amended("03-01", "04-01"), seq=seq, **terms(one)) for seq, one in enumerate(amendments, start=1)
    )
    days = {"signed_on": on("03-01"), "from_on": on("04-01"), "recorded_on": on("03-01")}
    rows = [Amendment(**days, reason=f"Công văn {number}") for number in range(len(made))]
    found = told(replace(facts, amendments=made), Decided((), (), rows), "03-01")
    assert [what for _day, what, _when, _why in found] == [
        f"Sửa đổi, áp dụng từ ngày 01/04/2021: {one}" for one in changes
    ]
    assert [why for *_told, why in found] == [row.reason for row in rows]


def terms(given: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if isinstance(value, str) else value for name, value in given.items()}


def test_an_end_tells_why() -> None:
    facts = reach(end=ended("05-10"))
    assert told(facts, NOTHING, "05-10", end_reason="Sáp nhập cơ quan") == [
        (on("05-10"), "Kết thúc ngày 10/05/2021", "10/05/2021", "Sáp nhập cơ quan")
    ]
    assert told(facts, NOTHING, "05-09") == []
