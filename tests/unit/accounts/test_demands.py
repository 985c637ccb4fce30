"""Whose office demands a second factor, as the settings say it."""

from __future__ import annotations

import pytest

from tracker.accounts.factors.factor_policy import USUAL, read
from tracker.agencies.offices import Office


@pytest.mark.parametrize(
    ("text", "demo", "offices"),
    [
        (None, False, {office for office in Office if office in USUAL}),
        (None, True, set()),
        ("", False, set()),
        (" Head , administrator,", False, {Office.HEAD, Office.ADMINISTRATOR}),
        ("officer", True, {Office.OFFICER}),
    ],
)
def test_offices_are_named_by_their_codes(text: str | None, demo: bool, offices: set[Office]) -> None:
    assert read(text, demo=demo) == offices


def test_heads_and_administrators_are_among_the_usual_ones() -> None:
    assert {Office.HEAD, Office.ADMINISTRATOR} <= read(None)


def test_an_unknown_office_is_named() -> None:
    with pytest.raises(ValueError, match="there is no office king; known are head"):
        read("head, king")
