"""A policy: what may stand in one, what is stored of it, which one counts on a day, what stands against a version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given

from tests.factories.rule_records import policies as any_policy
from tracker.core.clock import Moment
from tracker.programmes import planning, policy
from tracker.programmes.models import Programme
from tracker.rule.facts import Policy, PolicyVersion

USUAL = Policy()
TODAY = date(2021, 7, 1)
NOW = Moment(datetime(2021, 7, 1, 2, tzinfo=UTC), TODAY)
PROGRAMME = Programme(code="P", ends_on=date(2021, 12, 31))
STRICT = replace(USUAL, on_track=Decimal(1))


def bands(*edges: str) -> Policy:
    return replace(USUAL, bands=tuple(map(Decimal, edges)))


@pytest.mark.parametrize(
    ("proposed", "fields"),
    [
        (USUAL, []),
        (replace(USUAL, on_track=Decimal(1), at_risk=Decimal(1)), []),
        (replace(USUAL, on_track=Decimal(0), at_risk=Decimal(0)), []),
        (replace(USUAL, on_track=Decimal("1.01")), ["on_track"]),
        (replace(USUAL, at_risk=Decimal("-0.1")), ["at_risk"]),
        (replace(USUAL, at_risk=Decimal("0.91")), ["at_risk"]),
        (replace(USUAL, keep_at_risk=Decimal("1.1")), ["keep_at_risk"]),
        (replace(USUAL, grace_days=-1, resubmit_days=61), ["grace_days", "resubmit_days"]),
        (replace(USUAL, late_penalty=Decimal("-0.5")), ["late_penalty"]),
        (replace(USUAL, late_floor=Decimal(101)), ["late_floor"]),
        (replace(USUAL, punctuality_weight=Decimal(2)), ["punctuality_weight"]),
        (bands("90", "80", "70", "70"), ["average"]),
        (bands("80", "90", "70", "50"), ["good"]),
        (bands("101", "80", "70", "-1"), ["excellent", "average"]),
        (bands("90", "80"), ["excellent"]),
    ],
)
def test_every_fault_is_told_beside_its_field(proposed: Policy, fields: list[str]) -> None:
    assert [field for field, _message in policy.faults(proposed)] == fields


@given(any_policy())
def test_what_is_stored_gives_the_policy_back(given_policy: Policy) -> None:
    assert policy.policy_from(policy.values_of(given_policy)) == given_policy


def test_only_what_differs_from_the_rule_is_stored() -> None:
    assert policy.values_of(USUAL) == {}
    assert policy.values_of(replace(USUAL, on_track=Decimal("0.950"), grace_days=5)) == {
        "on_track": "0.95",
        "grace_days": 5,
    }


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2021, 1, 1), USUAL), (date(2021, 7, 31), USUAL), (date(2021, 8, 1), STRICT), (date(2022, 1, 1), STRICT)],
)
def test_which_policy_counts_on_a_day(on: date, expected: Policy) -> None:
    versions = policy.timeline([(date(2021, 8, 1), {"on_track": "1"})])
    assert policy.in_force(versions, on) == expected


def test_a_version_takes_the_place_of_one_from_the_same_day() -> None:
    versions = (PolicyVersion(None, USUAL), PolicyVersion(date(2021, 8, 1), STRICT))
    assert policy.with_version(versions, date(2021, 8, 1), USUAL)[1].policy == USUAL
    assert [v.from_on for v in policy.with_version(versions, date(2021, 7, 15), STRICT)] == [
        None,
        date(2021, 7, 15),
        date(2021, 8, 1),
    ]


def test_what_differs_is_named_figure_by_figure() -> None:
    other = replace(bands("95", "80", "70", "50"), grace_days=5)
    assert policy.differences(USUAL, other) == [("grace_days", 3, 5), ("excellent", Decimal(90), Decimal(95))]


SIGNED, UNSIGNED = date(2021, 2, 4), date(2021, 8, 4)
AUGUST = ((PolicyVersion(None, USUAL), PolicyVersion(date(2021, 8, 1), STRICT)),)


@pytest.mark.parametrize(
    ("from_on", "proposed", "first_signed_on", "fields"),
    [
        (date(2021, 7, 2), STRICT, SIGNED, []),
        (TODAY, STRICT, SIGNED, ["from_on"]),
        (date(2021, 6, 30), STRICT, SIGNED, ["from_on"]),
        (date(2021, 8, 1), USUAL, SIGNED, ["from_on"]),  # another version begins on it
        (date(2021, 8, 2), STRICT, SIGNED, [""]),  # nothing differs from what counts by then
        (date(2021, 8, 2), USUAL, SIGNED, []),
        (date(2023, 1, 2), STRICT, SIGNED, ["from_on"]),
        (None, STRICT, SIGNED, ["from_on"]),
        (None, STRICT, TODAY, ["from_on"]),
        (None, STRICT, UNSIGNED, []),
        (None, STRICT, None, []),
        (None, USUAL, None, [""]),
        (TODAY, replace(STRICT, late_floor=Decimal(101)), SIGNED, ["late_floor", "from_on"]),
    ],
)
def test_what_stands_against_a_version(
    from_on: date | None, proposed: Policy, first_signed_on: date | None, fields: list[str]
) -> None:
    found = planning.refusals(NOW, PROGRAMME, AUGUST[0], from_on, proposed, first_signed_on)
    assert [field for field, _message in found] == fields
