"""What asks about a figure, and where a cell stands: one row a case. Nothing here refuses."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.progress.test_rules import question
from tracker.progress import rules
from tracker.progress.cells import checks, states
from tracker.progress.cells.checks import Past
from tracker.progress.rules import Entry
from tracker.progress.states import CellState, CheckCode, DraftState, ReportState
from tracker.rule.exact import ONE

FIRST = date(2020, 6, 14)


def past(*amounts: str, whole: str | None = None) -> tuple[Past, ...]:
    """Figures of earlier months, the latest last; of a ratio with their whole."""
    found = []
    for number, text in enumerate(amounts):
        amount = Fraction(text)
        parts = (amount * Fraction(whole) / 100, Fraction(whole)) if whole else None
        numbers = [Decimal(int(part)) for part in parts] if parts else [None, None]
        found.append(Past(FIRST + timedelta(days=30 * number), amount, *numbers))
    return tuple(found)


def value(text: str, **more: Any) -> Entry:
    return Entry(value=Decimal(text), narrative="đã rà", **more)


def ratio(part: str, whole: str) -> Entry:
    return Entry(numerator=Decimal(part), denominator=Decimal(whole), narrative="đã rà")


STEADY = past("95", "96", "97", "96", "95", "96")
RISING = past("10", "20", "30", "41", "50", "60")


@pytest.mark.parametrize(
    ("shape", "history", "entry", "asked"),
    [
        ("keep", (), value("96"), set()),
        ("keep", STEADY, value("97"), set()),
        ("keep", STEADY, value("92"), set()),  # outside, and near
        ("keep", STEADY, value("62"), {"far_from_usual"}),
        ("keep", STEADY[:3], value("62"), set()),  # too few to say what is usual
        ("keep", STEADY, value("96"), {"same_as_last"}),
        ("keep", past("100", "100", "100", "100"), value("100"), set()),  # all of it, again and again
        ("keep", past("0", "0", "0", "0"), value("0"), set()),
        ("keep", past("0", "0", "0", "0"), value("3"), {"far_from_usual"}),
        ("reach", RISING, value("71"), set()),
        ("reach", RISING, value("180"), {"far_from_usual"}),
        ("reach", RISING, value("20"), {"far_from_usual"}),  # it went back
        ("reach", RISING, value("60"), {"same_as_last"}),
        ("reach", RISING[:2], value("180"), set()),
    ],
)
def test_far_and_the_same(shape: str, history: tuple[Past, ...], entry: Entry, asked: set[str]) -> None:
    what = replace(question(shape, unit="điểm"), past=history)
    found = checks.of(what, entry)
    assert {str(one.code) for one in found} - {"odd"} == asked
    for one in found:
        assert str(one.sentence)
        assert str(checks.sentence(one.code, one.detail)) == str(one.sentence), "told from what is stored too"


@pytest.mark.parametrize(
    ("cumulative", "before", "entry", "asked"),
    [
        (False, "200", ratio("190", "210"), False),
        (False, "200", ratio("390", "410"), True),
        (False, "200", ratio("90", "99"), True),
        (True, "200", ratio("390", "410"), False),  # counted on from the start
        (True, "200", ratio("180", "199"), True),  # and it never falls
    ],
)
def test_a_whole_that_changed_a_lot(cumulative: bool, before: str, entry: Entry, asked: bool) -> None:
    what = replace(question("keep", ratio=True), past=past("95", whole=before), cumulative=cumulative)
    assert ("whole_changed" in {str(one.code) for one in checks.of(what, entry)}) == asked


@pytest.mark.parametrize(
    ("amount", "narrative", "asked"),
    [("94", None, True), ("94", " – ", True), ("94", "máy hỏng", False), ("95", None, False)],
)
def test_a_blank_where_it_is_behind(amount: str, narrative: str | None, asked: bool) -> None:
    what = replace(question("keep", goal="95"), enough=ONE)
    found = checks.of(what, Entry(value=Decimal(amount), narrative=narrative))
    assert ([str(one.code) for one in found] == ["blank_explanation"]) == asked


def test_a_completion_and_what_is_not_applicable_are_asked_nothing() -> None:
    assert checks.of(replace(question(completion=True), past=RISING), value("234")) == []
    what = replace(question("keep"), past=STEADY, enough=ONE)
    assert checks.of(what, Entry(not_applicable=True, narrative="không có hồ sơ")) == []


def test_an_answer_is_a_word_or_two_and_dots_are_none() -> None:
    what = replace(question("keep", goal="95"), past=STEADY, enough=ONE)
    asked = checks.of(what, Entry(value=Decimal(62)))
    codes = [CheckCode.FAR_FROM_USUAL, CheckCode.BLANK_EXPLANATION]
    assert [one.code for one in asked] == codes
    typed = {"answer:far_from_usual": " mất điện ", "answer:blank_explanation": "…"}
    assert [one.code for one in checks.unanswered(asked, typed)] == [CheckCode.BLANK_EXPLANATION]
    assert checks.answers(typed) == {"far_from_usual": "mất điện"}


def test_answers_are_kept_as_they_are_and_held_to_letters_and_length() -> None:
    typed = {"value": "4", "answer:same_as_last": "có", "answer:nothing": "x", "answer:odd": "a" * 501}
    assert "answer:nothing" not in rules.kept(typed)
    assert rules.kept(typed)["answer:same_as_last"] == "có"
    reading = rules.read(question(), typed, "vi", date(2021, 6, 20))
    assert set(reading.faults) == {"answer:odd"}


def draft(**told: Any) -> Any:
    given = {"typed": {"value": "1"}, "state": DraftState.EDITING, "head_comment": None, "handed_at": None, **told}
    return SimpleNamespace(**given)


def report(state: ReportState) -> Any:
    return SimpleNamespace(state=state, sent_on=date(2021, 6, 16))


ASKS = [checks.Check(CheckCode.SAME_AS_LAST, {})]


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, CellState.EMPTY),
        ({"draft": draft(typed={})}, CellState.EMPTY),
        ({"draft": draft()}, CellState.COMPLETE),
        ({"draft": draft(), "faults": {"value": "x"}}, CellState.DRAFT),
        ({"draft": draft(), "faults": {"period": "x"}}, CellState.DRAFT),
        ({"draft": draft(), "faults": {rules.CONFIRMED: "x"}}, CellState.ASKED_BACK),
        ({"draft": draft(), "unanswered": ASKS}, CellState.ASKED_BACK),
        ({"draft": draft(head_comment="đếm lại")}, CellState.ASKED_BACK),
        (
            {"draft": draft(state=DraftState.WITH_HEAD, handed_at=datetime(2021, 6, 16, tzinfo=UTC))},
            CellState.WITH_HEAD,
        ),
        ({"report": report(ReportState.SENT), "draft": draft()}, CellState.SENT),
        ({"report": report(ReportState.ACCEPTED)}, CellState.ACCEPTED),
        ({"report": report(ReportState.RETURNED)}, CellState.RETURNED),
        ({"report": report(ReportState.REOPENED)}, CellState.RETURNED),
        ({"report": report(ReportState.RECALLED)}, CellState.EMPTY),
        ({"report": report(ReportState.RETURNED), "draft": draft()}, CellState.COMPLETE),
        ({"lock": "khóa", "draft": draft()}, CellState.LOCKED),
        ({"lock": "khóa", "report": report(ReportState.ACCEPTED)}, CellState.ACCEPTED),
    ],
)
def test_where_a_cell_stands(told: dict[str, Any], state: CellState) -> None:
    found = states.state_of(**{"report": None, "draft": None, "faults": {}, **told})
    assert found.state is state
    if state in (CellState.LOCKED, CellState.SENT, CellState.ACCEPTED, CellState.WITH_HEAD):
        assert str(found.reason), "it says why nothing can be written"


def test_far_is_reckoned_in_whole_numbers_as_in_fractions() -> None:
    chance = random.Random(1)
    told = set()
    for _ in range(2_000):
        below = chance.choice([1, 1, 2, 3, 40, 97])
        spread = chance.choice([2, 30])
        one, *others = (Fraction(chance.randint(-spread, spread), below) for _ in range(chance.randint(4, 12)))
        never = chance.choice([ONE, checks.NEVER_FAR])
        middle = median(others)
        usual = median(abs(other - middle) for other in others)
        inside = min(others) <= one <= max(others)
        far = not inside and abs(one - middle) > max(checks.FAR * usual, never * abs(middle))
        assert checks._is_far(one, others, never) == far
        told.add(far)
    assert told == {True, False}
