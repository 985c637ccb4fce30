"""Whose turn it is in the nightly proof."""

from datetime import date, timedelta

import pytest

from tracker.compliance.steps.proof_rotation import ROUNDS, parts

DAY = date(2021, 6, 30)
TURN = DAY.toordinal() % ROUNDS + 1


@pytest.mark.parametrize(
    ("nights_ago", "turns"),
    [
        (None, (0,)),  # the first run there is
        (0, (0,)),  # once more on the same day
        (1, (0,)),
        (3, (-2, -1, 0)),  # two nights without a run are made up
        (400, tuple(range(1 - ROUNDS, 1))),  # everything once
        (-2, (0,)),  # run by hand for an earlier day
    ],
)
def test_parts(nights_ago: int | None, turns: tuple[int, ...]) -> None:
    last = None if nights_ago is None else DAY - timedelta(days=nights_ago)
    assert parts(last, DAY) == tuple((TURN - 1 + turn) % ROUNDS + 1 for turn in turns)


def test_every_part_has_its_turn_within_the_rounds() -> None:
    nights = [DAY + timedelta(days=n) for n in range(ROUNDS)]
    assert {part for night in nights for part in parts(night - timedelta(days=1), night)} == set(range(1, ROUNDS + 1))
