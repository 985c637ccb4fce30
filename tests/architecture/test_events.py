"""Every event that can stand in the record is recorded somewhere, by its name in the enum and by nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import python_files, tree
from tracker.audit.events import Event

OWNER = Path("tracker/audit/events.py")
RECORDING = [path for path in python_files("tracker", "jobs") if path != OWNER]


def named(path: Path) -> Iterator[str]:
    """The events that a file names: `Event.REPORT_SENT`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Event":
            yield node.attr


def written(path: Path) -> Iterator[str]:
    """The events that a file writes as text."""
    codes = {event.value for event in Event}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in codes:
            yield node.value


def test_each_is_recorded_somewhere() -> None:
    found = {name for path in RECORDING for name in named(path)}
    assert len(found) > 25
    assert sorted(found) == sorted(Event.__members__)


def test_none_is_written_as_text() -> None:
    found = {str(path): sorted(texts) for path in RECORDING if (texts := set(written(path)))}
    assert found == {}
