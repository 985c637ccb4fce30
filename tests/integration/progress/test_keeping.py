"""Several cells kept in one press: each by itself, what cannot be kept is left and told."""

from __future__ import annotations

from tests.integration.progress.conftest import Desk
from tracker.core.errors import StaleEdit
from tracker.progress import queries
from tracker.progress.keeping import Typed, keep_all


def test_what_can_be_kept_is_kept_and_the_rest_is_told(desk: Desk) -> None:
    first, second, third = (desk.slot(f"SXD-T0{number}") for number in (1, 2, 3))
    desk.keep(second, numerator="9", denominator="10")
    desk.sent(third, value="50")
    cells = [
        Typed(third, {"value": "60"}, 0),
        Typed(second, {"numerator": "8", "denominator": "10"}, 0),  # somebody wrote it meanwhile
        Typed(first, {"value": "1.447,5"}, 0),
    ]
    kept = desk.press(keep_all, reader=desk.officer, cells=cells, language="vi")
    assert kept.count == 1
    assert set(kept.refused) == {(slot.target.token, "2021-H1") for slot in (second, third)}
    stale = kept.refused[(second.target.token, "2021-H1")]
    assert isinstance(stale, StaleEdit)
    assert stale.current.typed == {"numerator": "9", "denominator": "10"}  # type: ignore[attr-defined]
    draft = queries.draft_of(desk.session, first)
    assert draft is not None
    assert (draft.typed, draft.language, draft.version) == ({"value": "1.447,5"}, "vi", 1)
    untouched = queries.draft_of(desk.session, second)
    assert untouched is not None
    assert untouched.typed["numerator"] == "9"


def test_the_same_twice_is_kept_once(desk: Desk) -> None:
    cells = [Typed(desk.slot(), {"value": "5"}, 0)]
    for _press in range(2):
        assert desk.press(keep_all, reader=desk.officer, cells=cells, language="vi").count == 1
    draft = queries.draft_of(desk.session, desk.slot())
    assert draft is not None
    assert draft.version == 1
