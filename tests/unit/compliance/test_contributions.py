"""What targets gave to the change of a body's score adds up to it, exactly, whatever came, went or was weighed anew."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.compliance.telling.contributions import Stood, contributions, in_hundredths
from tracker.rule import Weighed, added, weighed

FIGURE = st.decimals(Decimal(0), Decimal(100), places=2)
WEIGHT = st.decimals(Decimal("0.01"), Decimal(20), places=2)
DAY = st.builds(weighed, st.none() | FIGURE, WEIGHT)
TARGETS = st.lists(DAY.map(lambda one: Stood(one, one)) | st.builds(Stood, DAY, DAY), min_size=1, max_size=12)


def exact(of: Weighed) -> Fraction:
    return Fraction(of.total) / Fraction(of.weight)


@given(TARGETS)
@settings(max_examples=60, deadline=None)
def test_what_each_gave_adds_up_to_the_change(targets: list[Stood]) -> None:
    before, after = added(one.before for one in targets), added(one.after for one in targets)
    moved = [one for one in targets if one.before != one.after]
    found = contributions(before, after, moved)
    if not before.weight or not after.weight:
        assert found is None
        return
    assert found is not None
    assert before.mean is not None
    assert after.mean is not None
    assert sum(found) == exact(after) - exact(before)
    told = int(100 * after.mean) - int(100 * before.mean)
    shown = in_hundredths(found, told)
    assert sum(shown) == told
    assert all(abs(whole - 100 * share) < 1 for whole, share in zip(shown, found, strict=True))
    other_way = contributions(after, before, [Stood(one.after, one.before) for one in moved])
    assert other_way == [-one for one in found]
    if before.weight == after.weight and all(one.before.weight == one.after.weight for one in targets):
        of_each = [Fraction(one.after.total - one.before.total) / Fraction(after.weight) for one in moved]
        assert found == of_each


def test_a_first_score_counts_by_how_far_it_lies_from_what_stood() -> None:
    stands, first = weighed(Decimal(80), Decimal(3)), weighed(Decimal(20), Decimal(1))
    assert contributions(stands, stands + first, [Stood(Weighed(), first)]) == [Fraction(-15)]
    assert in_hundredths([Fraction(-1, 3), Fraction(-1, 3), Fraction(-1, 3)], -100) == [-33, -33, -34]
