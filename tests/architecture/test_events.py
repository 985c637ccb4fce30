"""Every event that the code records keeps to the one grammar, is named for those who read it, and is really recorded.

An event is written where it is recorded, as a whole: `"report.sent"`. The few that are put together stand below.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import python_files, tree
from tracker.audit.service import EVENT
from tracker.permissions.events import LABELS
from tracker.progress.states import ReportState

LOOKS_LIKE_ONE = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")
# f"report.{outcome}" and f"{kind}.erased": the code says a part only.
PUT_TOGETHER = {
    "tracker/progress/appraisal.py": {f"report.{state.value}" for state in ReportState} - {"report.sent"},
    "tracker/privacy/service.py": {"person.erased", "file.erased"},
    "tracker/approvals/service.py": {"second_say.confirmed", "second_say.refused", "second_say.withdrawn"},
}


def names_records(path: Path) -> bool:
    """Whether a file records events: it takes the record's one verb from the room audit."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module in {"tracker.audit.service", "tracker.audit"}
        and any(alias.name in {"record", "service"} for alias in node.names)
        for node in ast.walk(tree(path))
    )


def written(path: Path) -> Iterator[str]:
    """The events that a file writes as a whole; what it writes into the log is none."""
    logged = {
        id(one)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
        for one in ast.walk(node)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and LOOKS_LIKE_ONE.fullmatch(node.value):
            yield from () if id(node) in logged else (node.value,)


def recorded() -> dict[str, set[str]]:
    """Events by the file that records them."""
    found = {}
    for path in python_files("tracker", "jobs"):
        if names_records(path) and path.parts[1:2] != ("audit",):
            found[str(path)] = {*written(path), *PUT_TOGETHER.get(str(path), ())}
    return found


EVENTS = sorted({event for events in recorded().values() for event in events})


def test_there_are_many() -> None:
    assert len(EVENTS) > 25


@pytest.mark.parametrize("event", EVENTS)
def test_each_keeps_to_the_grammar_and_has_a_name(event: str) -> None:
    assert EVENT.fullmatch(event), "a thing, a point, and what happened to it in the past: report.sent"
    assert event in LABELS, "tracker/permissions/events.py names it for the auditor"


@pytest.mark.parametrize("event", sorted(LABELS))
def test_each_named_event_is_recorded_somewhere(event: str) -> None:
    assert event in EVENTS


def test_events_that_are_put_together_stand_in_files_that_record() -> None:
    assert set(PUT_TOGETHER) <= set(recorded())
