"""What each term says, in both languages, as people write it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tracker.commitments.life.life_words import MOVES, SIDES, STATES
from tracker.commitments.life.states import Move, Side, State
from tracker.commitments.terms import term_texts
from tracker.commitments.terms.term_texts import TERMS
from tracker.commitments.terms.terms import NAMES
from tracker.core import languages

OF_IT = {"code": "T01", "shape": "keep", "ratio": True, "unit": "files"}


@pytest.fixture(autouse=True)
def _vietnamese() -> object:
    app = Flask("words")
    languages.init_app(app)
    with app.test_request_context(headers={"Accept-Language": "vi"}):
        yield


def test_everything_has_words() -> None:
    assert (set(STATES), set(MOVES), set(SIDES), set(TERMS)) == (set(State), set(Move), set(Side), set(NAMES))


@pytest.mark.parametrize(
    ("term", "value", "told"),
    [
        ("goal", "95.50", "95,5\u00a0%"),
        ("goal", None, "–"),
        ("weight", "1.50", "1,5"),
        ("due_on", "2026-09-30", "30/09/2026"),
        ("title", {"vi": "Trả đúng hạn"}, "Trả đúng hạn"),
        ("unit", "files", "hồ sơ"),
        ("unit", "gói", "gói"),
        ("frequency", "quarterly", "Hằng quý"),
        ("direction", "at_least", "ít nhất"),
        ("ratio", True, "có"),
        ("milestones", [], "–"),
        ("milestones", [{"on": "2026-06-30", "value": "40"}], "30/06/2026: 40\u00a0%"),
        ("domain", 3, "Thủ tục hành chính"),
        ("target", {**OF_IT, "title": {"vi": "Trả đúng hạn"}, "goal": "95"}, "T01 · Trả đúng hạn · 95\u00a0%"),
    ],
)
def test_a_value_is_told_as_people_write_it(term: str, value: Any, told: str) -> None:
    assert term_texts.value(term, value, OF_IT) == told


def test_a_difference_names_its_term() -> None:
    change = {"term": "goal", "from": "95", "to": "92"}
    assert term_texts.changes([change], "T01", OF_IT) == [("T01", "Mục tiêu", "95\u00a0%", "92\u00a0%")]
