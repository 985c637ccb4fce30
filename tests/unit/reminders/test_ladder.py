"""The ladder: who is told on which working day, that what is late never drops out, and what no ladder can be."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reminders import ladder
from tracker.reminders.ladder import PRESET, WAYS, Audience, Flaw, Occasion, Rung, flaws, reached

HEAD, OFFICER, MONITOR, CHAIR = Audience.HEAD, Audience.OFFICER, Audience.MONITOR, Audience.VICE_CHAIR
REPORT = Occasion.REPORT


def test_the_examples() -> None:
    assert doctest.testmod(ladder).failed == 0


@pytest.mark.parametrize(
    ("left", "head", "monitor", "vice_chair"),
    [
        (4, None, None, None),
        (3, -3, None, None),
        (1, -3, None, None),  # the run was missed: told as if on its day
        (0, 0, None, None),
        (-1, 1, None, None),
        (-4, 1, None, None),
        (-5, 5, 5, None),  # a week late: those above are told too
        (-9, 5, 5, None),
        (-10, 10, 10, 10),
        (-18, 15, 15, 10),  # the worst is still in the mail
        (-250, 250, 250, 250),
    ],
)
def test_who_is_told_when(left: int, head: int | None, monitor: int | None, vice_chair: int | None) -> None:
    told = reached(PRESET, REPORT, left)
    assert (told.get(HEAD), told.get(MONITOR), told.get(CHAIR)) == (head, monitor, vice_chair)
    assert told.get(OFFICER) == head


def test_the_preset_has_no_flaw_and_knows_every_occasion() -> None:
    assert flaws(PRESET) == []
    assert {rung.occasion for rung in PRESET} == set(Occasion)


LATE = Rung(REPORT, HEAD, 1, every=5)


@pytest.mark.parametrize(
    ("rungs", "flaw"),
    [
        ((LATE, Rung(REPORT, HEAD, 1)), Flaw.TWICE),
        ((Rung(REPORT, HEAD, -61), LATE), Flaw.OUT_OF_REACH),
        ((Rung(REPORT, HEAD, 251, every=5),), Flaw.OUT_OF_REACH),
        ((Rung(REPORT, HEAD, 1, every=0),), Flaw.OUT_OF_REACH),
        ((Rung(REPORT, HEAD, 1, every=61),), Flaw.OUT_OF_REACH),
        ((Rung(REPORT, HEAD, 0), Rung(REPORT, HEAD, 1)), Flaw.FALLS_SILENT),
        ((Rung(REPORT, HEAD, -3, every=1), LATE), Flaw.AGAIN_TOO_SOON),
        ((LATE, Rung(REPORT, MONITOR, 0, every=5)), Flaw.CLIMBS_DOWN),
        ((LATE, Rung(REPORT, MONITOR, 9, every=5), Rung(REPORT, CHAIR, 8, every=5)), Flaw.CLIMBS_DOWN),
        ((Rung(REPORT, MONITOR, 5, every=5),), Flaw.NOBODY_ACTS),
        ((LATE, Rung(REPORT, Audience.CHAIR, 5, every=5)), Flaw.NOT_ASKED),
        ((Rung(Occasion.STATUS, HEAD, 0, every=5),), Flaw.NEWS_AGAIN),
        ((Rung(Occasion.DECISION, HEAD, 16),), Flaw.NEWS_AGAIN),
    ],
)
def test_what_a_ladder_cannot_be(rungs: tuple[Rung, ...], flaw: Flaw) -> None:
    assert flaw in {found for found, _rung in flaws(rungs)}


rungs = st.builds(
    Rung,
    st.sampled_from(Occasion),
    st.sampled_from(Audience),
    st.integers(-70, 260),
    st.none() | st.integers(1, 70),
)


@given(st.lists(rungs, max_size=12).map(tuple), st.integers(-300, 80))
def test_of_any_ladder(made: tuple[Rung, ...], left: int) -> None:
    """Day by day a step only rises; of a ladder without flaw nothing that is late long enough is told to nobody, and
    each audience hears of it again within its pause; of news once."""
    for occasion in Occasion:
        today, tomorrow = reached(made, occasion, left), reached(made, occasion, left - 1)
        assert all(tomorrow[who] >= step for who, step in today.items())
        assert all(step <= -left for step in today.values())
        own = [rung for rung in made if rung.occasion is occasion]
        if own and not flaws(made):
            last = {who: [rung for rung in own if rung.audience is who] for who in Audience}
            for who, its in last.items():
                if its and -left >= (highest := max(rung.after for rung in its)):
                    pause = max(rung.every or 0 for rung in its)
                    step = reached(made, occasion, left)[who]
                    assert step == highest if WAYS[occasion].news else -left - step < pause
            assert any(who in WAYS[occasion].doing for who in reached(made, occasion, -250))
