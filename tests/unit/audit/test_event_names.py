"""One grammar for the names of events."""

import pytest

from tracker.audit.service import EVENT


@pytest.mark.parametrize(
    "event",
    [
        "report.sent",
        "draft.handed_to_head",
        "report.accepted_with_value",
        "account.password_changed",
        "calendar.day_set",
    ],
)
def test_what_happened_to_what(event: str) -> None:
    assert EVENT.fullmatch(event)


@pytest.mark.parametrize(
    "event", ["report", "report.send", "Report.sent", "report sent", "report.sent.again", ".sent", ""]
)
def test_anything_else_is_no_event(event: str) -> None:
    assert not EVENT.fullmatch(event)
