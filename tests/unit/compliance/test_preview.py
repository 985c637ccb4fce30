"""A preview of a policy says what the rule says under it, the facts of a day held fixed, whatever the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.rule_records import moments, policies, records
from tracker.compliance.recalculations import preview
from tracker.compliance.records.facts import Record
from tracker.compliance.steps.spans import hundredths
from tracker.programmes.policy import with_version
from tracker.rule import Facts, Ledger, assess, weight_on
from tracker.rule.facts import PolicyVersion


def record_of(facts: Facts) -> Record:
    return Record(7, 1, 3, 3, "T", "01", date(2021, 1, 1), "monthly", facts, cast(Any, None))


def expected(facts: Facts, known_on: date, on: date) -> preview.Said:
    known = Ledger(facts).known(known_on)
    found = assess(known, on)
    return preview.Said(str(found.status), hundredths(found.score), hundredths(found.punctuality), weight_on(known, on))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Facts, date, date, tuple[PolicyVersion, ...]]:
    facts = draw(records())
    known_on, on = draw(moments(facts))
    return facts, on, known_on, with_version(facts.policies, on, draw(policies()))


@settings(max_examples=60)
@given(cases())
def test_both_answers_are_those_of_the_rule(case: tuple[Facts, date, date, tuple[PolicyVersion, ...]]) -> None:
    facts, on, known_on, proposed = case
    pair = preview.under_policies(record_of(facts), on, known_on, facts.policies, proposed)
    assert pair.before == expected(facts, known_on, on)
    assert pair.after == expected(replace(facts, policies=proposed), known_on, on)
    same = (pair.before.status, pair.before.score) == (pair.after.status, pair.after.score)
    assert pair.differs is not same
    assert (pair.shift == 0) or pair.differs


@settings(max_examples=15)
@given(cases())
def test_it_does_not_matter_which_policies_stand_with_the_record(
    case: tuple[Facts, date, date, tuple[PolicyVersion, ...]],
) -> None:
    """Somebody may set another version while a preview is worked on: it goes by those that stood when it was asked."""
    facts, on, known_on, proposed = case
    asked = preview.under_policies(record_of(facts), on, known_on, facts.policies, proposed)
    moved = record_of(replace(facts, policies=proposed))
    assert preview.under_policies(moved, on, known_on, facts.policies, proposed) == asked
