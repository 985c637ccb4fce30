"""What says that a figure is usual: read from the database it is what the rule says on a page."""

from __future__ import annotations

from datetime import date

from tests.integration.progress.conftest import Desk
from tracker.compliance.records.facts import known_of
from tracker.progress import appraisal
from tracker.progress.cells import past
from tracker.progress.cells.checks import Past
from tracker.rule import figures_on

CUT_OFF = date(2021, 6, 14)


def both(desk: Desk, key: str) -> tuple[tuple[Past, ...], tuple[Past, ...]]:
    """By the database, and by the rule."""
    target = desk.slot(key).target
    desk.session.rollback()
    known = known_of(desk.session, [target.id], desk.now.on)[target.id]
    on_a_page = past.among(figures_on(known, desk.now.on), "2021-H1", CUT_OFF)
    stored = past.read(desk.session, target.id, "2021-H1", CUT_OFF)
    desk.session.rollback()
    return stored, on_a_page


def test_both_say_the_same_of_what_was_sent_appraised_and_returned(desk: Desk) -> None:
    first = desk.slot("SXD-T02", "2021-Q1")
    assert both(desk, "SXD-T02") == ((), ())
    report = desk.sent(first, numerator="190", denominator="200")
    stored, on_a_page = both(desk, "SXD-T02")
    assert stored == on_a_page
    assert [(int(one.amount), int(one.denominator or 0)) for one in stored] == [(95, 200)]
    desk.press(appraisal.return_report, reader=desk.appraiser, report=report, seq=1, reason="Thiếu danh mục")
    assert both(desk, "SXD-T02") == ((), ())
    report = desk.sent(first, numerator="180", denominator="200")
    desk.press(
        appraisal.accept_with_value,
        reader=desk.appraiser,
        report=report,
        seq=2,
        typed={"numerator": "170", "denominator": "200"},
        language="vi",
        reason="Loại mười hồ sơ",
    )
    stored, on_a_page = both(desk, "SXD-T02")
    assert stored == on_a_page
    assert [one.amount for one in stored] == [85], "as it counts"
