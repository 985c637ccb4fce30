"""One grammar for the codes of events, to which every one keeps."""

import pytest

from tracker.audit.events import GRAMMAR, Event, label


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
    assert GRAMMAR.fullmatch(event)


@pytest.mark.parametrize(
    "event", ["report", "report.send", "Report.sent", "report sent", "report.sent.again", ".sent", ""]
)
def test_anything_else_is_no_event(event: str) -> None:
    assert not GRAMMAR.fullmatch(event)


@pytest.mark.parametrize("event", Event)
def test_every_event_keeps_to_it_and_has_words(event: Event) -> None:
    assert GRAMMAR.fullmatch(event)
    assert str(event.label) == label(event.value) != event.value


def test_a_code_that_is_unknown_here_is_its_own_name() -> None:
    assert label("report.burnt") == "report.burnt"


def test_none_outside_the_grammar_can_be_made() -> None:
    with pytest.raises(ValueError, match="no name of an event"):
        Event.__new_member__(Event, "send report", "Report sent")  # type: ignore[attr-defined]
