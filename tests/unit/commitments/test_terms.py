"""Terms are read and written without a loss, compared, and held against each other as people would."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tracker.commitments.life import from_templates
from tracker.commitments.terms import limits, terms
from tracker.commitments.terms.terms import BadTerms, Terms, difference, eased, faults, missing, parse
from tracker.interchange.judging import schema
from tracker.programmes.models import TargetTemplate
from tracker.programmes.templates import Version
from tracker.rule.facts import Milestone, Period

REACH: dict[str, Any] = {
    "code": "T01",
    "title": {"vi": "Cắt giảm thời gian"},
    "domain": 3,
    "shape": "reach",
    "unit": "procedures",
    "weight": "1",
    "frequency": "quarterly",
    "starts_on": "2026-02-04",
    "due_on": "2026-12-31",
    "baseline": "0",
    "goal": "234.50",
}
KEEP = {name: value for name, value in REACH.items() if name not in ("baseline", "goal")} | {"shape": "keep"}
BASE = parse(REACH)

figures = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999).map(
    lambda number: number + 0
)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
texts = (
    st.text("abcĐ 123", min_size=1, max_size=20)
    .filter(lambda text: text.strip() and not text.isspace())
    .map(lambda text: " ".join(text.split()))
)
some_terms = st.builds(
    Terms,
    code=st.sampled_from(["T01", "T02.1"]),
    title=st.none() | st.fixed_dictionaries({"vi": texts}, optional={"en": texts}),
    domain=st.none() | st.integers(1, 8),
    shape=st.none() | st.sampled_from(["deliverable", "reach", "keep"]),
    unit=st.none() | texts,
    weight=st.none() | figures,
    frequency=st.none() | st.sampled_from(terms.FREQUENCIES),
    starts_on=st.none() | days,
    due_on=st.none() | days,
    baseline=st.none() | figures,
    goal=st.none() | figures,
    direction=st.none() | st.sampled_from(["at_least", "at_most"]),
    judged_by=st.none() | st.sampled_from(["every_period", "whole_term"]),
    low=st.none() | figures,
    high=st.none() | figures,
    ratio=st.booleans(),
    cumulative=st.booleans(),
    milestones=st.lists(st.builds(Milestone, days, figures), max_size=3).map(
        lambda stones: tuple(sorted(stones, key=lambda stone: stone.on))
    ),
    evidence=st.none() | texts,
)


@given(some_terms)
def test_what_is_written_is_read_again(found: Terms) -> None:
    record = found.record()
    assert parse(record) == found
    assert parse(record).record() == record
    assert difference(found, parse(record)) == ()


@given(some_terms, some_terms)
def test_a_difference_makes_the_one_of_the_other(one: Terms, other: Terms) -> None:
    found = difference(one, other)
    values = terms.values_of({item.term: item.record()["to"] for item in found})
    assert one.with_values(values) == other
    assert {item.term for item in difference(other, one)} == {item.term for item in found}


def test_digits_are_kept() -> None:
    assert BASE.goal == Decimal("234.5")
    assert BASE.record()["goal"] == "234.50"
    assert parse(REACH | {"goal": Decimal("1E+2")}).record()["goal"] == "100"


@pytest.mark.parametrize(
    ("term", "value", "place"),
    [
        ("goal", "12,5", "goal"),
        ("goal", "1e5", "goal"),
        ("goal", "NaN", "goal"),
        ("goal", "1234567890123456789", "goal"),
        ("due_on", "31/02/2026", "due_on"),
        ("due_on", "2026", "due_on"),
        ("code", "=A", "code"),
        ("code", "", "code"),
        ("title", {"en": "Cut"}, "title"),
        ("title", {"vi": "…"}, "title"),
        ("domain", 9, "domain"),
        ("shape", "rise", "shape"),
        ("unit", "x" * 41, "unit"),
        ("frequency", "weekly", "frequency"),
        ("milestones", [{"on": "2026-04-30", "value": "1"}, {"on": "x", "value": "2"}], "milestones/1/on"),
        ("milestones", [{"on": "2026-04-30"}], "milestones/0/value"),
        ("colour", "red", "colour"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(term: str, value: Any, place: str) -> None:
    with pytest.raises(BadTerms) as caught:
        parse(REACH | {term: value})
    assert list(caught.value.by_field()) == [place]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"due_on": "2026-02-04"}, "due_on"),
        ({"weight": "0"}, "weight"),
        ({"goal": "0"}, "goal"),
        ({"low": "1"}, "low"),
        ({"milestones": [{"on": "2026-04-30", "value": "300"}]}, "milestones/0/value"),
        ({"milestones": [{"on": "2027-04-30", "value": "3"}]}, "milestones/0/on"),
    ],
)
def test_limits_are_told_beside_their_term(changed: dict[str, Any], place: str) -> None:
    found = faults(parse(REACH | changed), None)
    assert list(found) == [place]
    assert str(found[place])


@pytest.mark.parametrize(
    ("shape", "due_on", "told"),
    [
        ("keep", "2026-12-31", ["due_on"]),
        ("keep", "2027-01-26", ["due_on"]),
        ("keep", "2027-01-27", []),
        ("keep", "2027-02-28", ["due_on"]),  # further past it than any report is asked for
        ("deliverable", "2026-12-31", []),  # reported on all the same, with the period in which its deadline lies
    ],
)
def test_a_target_to_keep_is_promised_for_a_period_that_asks_for_it(shape: str, due_on: str, told: list[str]) -> None:
    record = {**KEEP, "shape": shape, "frequency": "yearly", "due_on": due_on}
    record |= {"goal": "90", "direction": "at_least"} if shape == "keep" else {}
    year = Period("2026-YR", date(2026, 1, 28), date(2027, 1, 27), date(2027, 2, 3))
    assert list(faults(parse(record), {"yearly": [year]}, complete=True)) == told


@pytest.mark.parametrize(
    ("shape", "frequency", "due_on"),
    [
        ("keep", "yearly", date(2027, 1, 27)),
        ("keep", "quarterly", date(2026, 12, 31)),
        ("keep", "monthly", date(2026, 12, 31)),  # nobody knows its periods yet
        ("reach", "yearly", date(2026, 12, 31)),
    ],
)
def test_the_usual_deadline_of_a_target_to_keep_has_a_period(shape: str, frequency: str, due_on: date) -> None:
    days = {"yearly": [date(2027, 1, 27)], "quarterly": [date(2026, 4, 27), date(2026, 7, 27)]}
    periods = {key: [Period(f"{day}", date(2026, 1, 28), day, day) for day in found] for key, found in days.items()}
    version = Version(shape=shape, frequency=frequency, due="12-31", milestones=[], evidence=None, domain=1, version=1)
    first, last = date(2026, 1, 28), date(2027, 1, 27)
    usual = from_templates.line(TargetTemplate(code="T01"), version, first, last, periods)
    assert usual.terms.due_on == due_on


def test_days_are_told_as_people_write_them() -> None:
    assert "04/02/2026" in str(faults(parse(REACH | {"due_on": "2026-02-04"}), None)["due_on"])


def test_a_draft_may_leave_terms_open_and_is_judged_as_far_as_it_goes() -> None:
    draft = parse({"code": "T01", "shape": "reach", "due_on": "2026-01-01", "starts_on": "2026-02-01"})
    assert missing(draft) == ("title", "domain", "unit", "weight", "frequency", "baseline", "goal")
    assert list(faults(draft, None)) == ["due_on"]
    assert faults(parse({"code": "T01", "shape": "reach"}), None) == {}
    assert missing(BASE) == ()


def test_an_amendment_changes_what_the_facts_of_a_target_hold() -> None:
    assert faults(parse(REACH | {"goal": "200", "due_on": "2027-01-10"}), None, amended=BASE) == {}
    assert list(faults(parse(REACH | {"unit": "files"}), None, amended=BASE)) == ["unit"]
    assert list(faults(parse(REACH | {"due_on": "2026-11-30"}), None, amended=BASE)) == ["due_on"]


some_figure = st.none() | st.integers(-3, 3).map(str)


@given(
    st.fixed_dictionaries(
        {"shape": st.sampled_from(["deliverable", "reach", "keep"])},
        optional={
            **dict.fromkeys(("baseline", "goal", "low", "high"), st.just("2")),
            "direction": st.just("at_most"),
            "judged_by": st.just("every_period"),
            "cumulative": st.just(True),
            "ratio": st.just(True),
            "milestones": st.just([{"on": "2026-04-30", "value": "1"}]),
        },
    ),
    st.sets(st.sampled_from(limits.NEEDED), max_size=1),
)
def test_shapes_have_the_terms_that_the_schema_of_packages_gives_them(own: dict[str, Any], left_out: set[str]) -> None:
    record = {name: value for name, value in (KEEP | own).items() if name not in left_out}
    definition = {**schema.document()["$defs"]["target"], "$defs": schema.document()["$defs"]}
    right = not list(limits.missing(record)) and not list(limits.foreign(record))
    if "shape" in record:
        assert right == Draft202012Validator(definition).is_valid(record)


REACH_DOWN = REACH | {"baseline": "100", "goal": "20"}
AT_LEAST, AT_MOST = KEEP | {"goal": "95", "direction": "at_least"}, KEEP | {"goal": "5", "direction": "at_most"}
RANGE = KEEP | {"low": "1", "high": "2"}


@pytest.mark.parametrize(
    ("record", "changed", "expected"),
    [
        (REACH, {"goal": "200"}, ("goal",)),
        (REACH, {"goal": "235"}, ()),
        (REACH, {"goal": "234.5"}, ()),
        (REACH, {"baseline": "10"}, ()),
        (REACH, {"baseline": "300"}, ("goal",)),  # a way down: 100 would do
        (REACH_DOWN, {"goal": "30"}, ("goal",)),
        (REACH_DOWN, {"goal": "10"}, ()),
        (AT_LEAST, {"goal": "92"}, ("goal",)),
        (AT_LEAST, {"goal": "96"}, ()),
        (AT_MOST, {"goal": "6"}, ("goal",)),
        (AT_MOST, {"goal": "4"}, ()),
        (AT_LEAST, {"direction": "at_most"}, ("goal",)),
        (RANGE, {"low": "0"}, ("goal",)),
        (RANGE, {"high": "3"}, ("goal",)),
        (RANGE, {"low": "1.5", "high": "2.5"}, ("goal",)),
        (RANGE, {"low": "1.5"}, ()),
        (RANGE, {"low": None}, ("goal",)),
        (KEEP | {"low": "1"}, {"high": "9"}, ()),
        (REACH, {"unit": "files"}, ("goal",)),
        (REACH, {"due_on": "2027-01-01"}, ("due_on",)),
        (REACH, {"due_on": "2026-12-30"}, ()),
        (REACH, {"goal": "1", "due_on": "2027-01-01"}, ("goal", "due_on")),
        (REACH, {"weight": "9"}, ()),
    ],
)
def test_what_is_eased(record: dict[str, Any], changed: dict[str, Any], expected: tuple[str, ...]) -> None:
    before = parse(record)
    assert eased(before, before.with_values(terms.values_of(changed))) == expected


@given(figures, figures, st.sampled_from(["at_least", "at_most"]), st.integers(0, 2))
def test_of_two_goals_one_is_the_easier(one: Decimal, other: Decimal, direction: str, later: int) -> None:
    first = parse(KEEP | {"goal": one, "direction": direction})
    assert first.due_on is not None
    second = first.with_values({"goal": other, "due_on": first.due_on + timedelta(days=later)})
    goals = ["goal" in eased(*pair) for pair in ((first, second), (second, first))]
    assert goals.count(True) == (one != other)
    assert ("due_on" in eased(first, second)) == (later > 0)


@given(some_terms)
def test_what_was_stored_is_read_as_it_was_typed(found: Terms) -> None:
    assert terms.stored(found.record()) == parse(found.record())
