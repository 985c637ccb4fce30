"""Every table is carried by packages, or docs/package.md says why it is not: a new one makes this fail until somebody
decides."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT
from tracker import web
from tracker.core.db.database import Base

PAGE = (ROOT / "docs/package.md").read_text(encoding="utf-8")
TABLES = {table.name for table in Base.metadata.sorted_tables}
CARRIED = {
    "agency", "agency_classification", "agency_succession", "working_calendar", "calendar_day", "programme",
    "policy_version", "period", "period_change", "programme_plan", "target_template", "target_template_version",
    "document_number", "commitment", "target", "extension", "suspension", "amendment", "target_request",
    "target_decision", "report", "revision", "decision", "reopening",
    "correction", "correction_end", "dossier", "draft_target", "dossier_move", "term_comment",
    "term_proposal", "signing_ways",
}  # fmt: skip


def lines() -> list[tuple[set[str], str]]:
    """The lines of the page's list: tables, and the reason for which they are not carried."""
    part = PAGE.partition("**Not carried**")[2].partition("\n\n")[0]
    found = (line.removeprefix("- ").partition(": ") for line in part.splitlines() if line.startswith("- "))
    return [(set(re.findall(r"`(\w+)`", names)), reason) for names, _colon, reason in found]


def test_the_models_are_loaded() -> None:
    assert callable(web.create_app)
    assert len(TABLES) > 60


def test_every_table_is_carried_or_says_why_not() -> None:
    named = [name for names, _reason in lines() for name in names]
    assert sorted(TABLES - CARRIED - set(named)) == [], "carry these tables, or say in docs/package.md why not"
    assert sorted((CARRIED | set(named)) - TABLES) == [], "these tables are gone"
    assert sorted(name for name in named if name in CARRIED or named.count(name) > 1) == []


@pytest.mark.parametrize(("names", "reason"), lines(), ids=lambda one: "-".join(sorted(one)) if one else "")
def test_each_reason_is_told(names: set[str], reason: str) -> None:
    assert names
    assert len(reason.split()) > 3, "a reason is a sentence"


@pytest.mark.parametrize("table", sorted(CARRIED))
def test_what_is_carried_is_written_and_read(table: str) -> None:
    """Somewhere in the room: the tests of loading hold both to each other, row by row."""
    room = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tracker/interchange/dumping").glob("*.py"))
    loading = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tracker").glob("*/loading.py"))
    (model,) = (one.class_.__name__ for one in Base.registry.mappers if str(one.local_table) == table)
    assert re.search(rf"\b{model}\b", loading), f"{model} is not loaded"
    assert re.search(rf"\b{model}\b|\bclassifications\b", room), f"{model} is not dumped"
