"""Three texts of one figure: what is the same, who wins, what somebody chooses."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from tracker.progress.merging.merge import FIGURE, Outcome, Part, Side, Written, meant, merged, parts
from tracker.progress.rules import FIELDS

TEXTS = st.sampled_from(["", "1", "1,0", "33,3", "x", "95"])
FIGURES = st.fixed_dictionaries({"value": TEXTS, "as_at": st.sampled_from(["", "1/6/2021", "01/06/2021"])})
WRITTEN = st.builds(
    lambda figure, narrative: Written({k: v for k, v in {**figure, "narrative": narrative}.items() if v}, "vi"),
    FIGURES,
    st.sampled_from(["", "a", "a ", "b\nc"]),
)


def of(base: str, theirs: str, yours: str, name: str = "value") -> Outcome:
    first, now, given = (Written({name: one} if one else {}, "vi") for one in (base, theirs, yours))
    return parts(first, now, given, (name,))[0].outcome


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "outcome"),
    [
        ("95", "95", "95,0", Outcome.UNCHANGED),
        ("", "", "", Outcome.UNCHANGED),
        ("95", "95", "96", Outcome.YOURS),
        ("95", "95", "", Outcome.YOURS),
        ("95", "96", "95", Outcome.THEIRS),
        ("95", "96", "96,00", Outcome.SAME),
        ("", "33,3", "33,3", Outcome.SAME),
        ("95", "96", "97", Outcome.CONFLICT),
        ("95", "", "97", Outcome.CONFLICT),
        ("1x", "1x", "1x ", Outcome.UNCHANGED),
    ],
)
def test_what_comes_of_one_cell(base: str, theirs: str, yours: str, outcome: Outcome) -> None:
    assert of(base, theirs, yours) is outcome


def test_a_number_is_what_it_says_in_its_own_custom() -> None:
    assert meant("value", "1.447,5", "vi") == meant("value", "1,447.5", "en") == Decimal("1447.5")
    assert meant("value", "12,5", "vi") != meant("value", "125", "vi")
    assert meant("value", "33.3", "vi") == "33.3", "what cannot be read is its letters"
    assert meant("as_at", "1/6/2021", "vi") == meant("as_at", "2021-06-01", "en")


def test_a_blank_is_no_zero() -> None:
    assert of("0", "0", "") is Outcome.YOURS
    assert of("", "", "0") is Outcome.YOURS


def test_a_figure_is_taken_whole_with_its_custom() -> None:
    base = Written({"numerator": "1", "denominator": "2", "narrative": "a"}, "vi")
    theirs = Written({"numerator": "1.5", "denominator": "2", "narrative": "a", "confirmed": "1.5/2"}, "en")
    yours = Written({"numerator": "1", "denominator": "3", "narrative": "b"}, "vi")
    found = parts(base, theirs, yours, ("numerator", "denominator", "as_at", "narrative"))
    assert [(part.name, part.outcome) for part in found] == [
        (FIGURE, Outcome.CONFLICT),
        ("narrative", Outcome.YOURS),
    ]
    stays = merged(found, theirs, yours, {})
    assert stays == Written({**theirs.typed, "narrative": "b"}, "en"), "a figure stays in the custom it was written in"
    taken = merged(found, theirs, yours, {FIGURE: Side.YOURS})
    assert taken == Written({**yours.typed, "confirmed": "1.5/2"}, "vi")


@holds_for(WRITTEN, WRITTEN, WRITTEN)
def test_nothing_is_made_up(base: Written, theirs: Written, yours: Written) -> None:
    """Each part of what stands then is one side's; where only one side changed it, it is that one's."""
    found = parts(base, theirs, yours)
    for choices in ({}, {part.name: Side.YOURS for part in found}):
        then = merged(found, theirs, yours, choices)
        for part in found:
            now = {name: then.typed[name] for name in part.fields if then.typed.get(name)}
            assert now == (part.yours if part.side(choices) is Side.YOURS else part.theirs)
            if part.outcome is Outcome.YOURS:
                assert now == part.yours
            elif part.outcome is not Outcome.CONFLICT:
                assert now == part.theirs


@holds_for(WRITTEN, WRITTEN)
def test_an_untouched_file_changes_nothing_whatever_stands(base: Written, theirs: Written) -> None:
    found = parts(base, theirs, base)
    assert merged(found, theirs, base, {part.name: Side.YOURS for part in found}) == theirs


@holds_for(WRITTEN, WRITTEN, WRITTEN)
def test_the_sides_are_alike(base: Written, theirs: Written, yours: Written) -> None:
    turned = {Outcome.YOURS: Outcome.THEIRS, Outcome.THEIRS: Outcome.YOURS}
    one, other = parts(base, theirs, yours), parts(base, yours, theirs)
    assert [turned.get(part.outcome, part.outcome) for part in one] == [part.outcome for part in other]


def test_every_field_belongs_to_one_part() -> None:
    empty = Written({}, "vi")
    found: list[Part] = parts(empty, empty, empty)
    assert sorted(name for part in found for name in part.fields) == sorted(FIELDS)
