"""docs/privacy.md names every column of every table: as personal data, with purpose and term, or as none."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT
from tracker import web
from tracker.core.db.database import Base

REGISTER = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
COLUMNS = {f"{table.name}.{column.name}" for table in Base.metadata.sorted_tables for column in table.columns}
PERSONS = {
    f"{table.name}.{column.name}"
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if any(key.target_fullname in {"person.id", "account.id"} for key in column.foreign_keys)
}


def personal() -> list[str]:
    """The columns of the register's table."""
    table = REGISTER.partition("## The register")[2].partition("Outside the database")[0]
    return re.findall(r"`(\w+\.\w+)`", table)


def free() -> list[str]:
    """The columns of the list of what is no personal data."""
    lines = REGISTER.partition("## No personal data")[2].splitlines()
    found = []
    for line in lines:
        table, colon, columns = line.partition(": ")
        if colon:
            found += [f"{table.strip('- `')}.{column}" for column in re.findall(r"`(\w+)`", columns)]
    return found


def test_the_models_are_loaded() -> None:
    assert callable(web.create_app)
    assert len(COLUMNS) > 200


def test_every_column_stands_in_the_register_once() -> None:
    named = personal() + free()
    assert sorted(COLUMNS - set(named)) == [], "say in docs/privacy.md what these columns hold"
    assert sorted(set(named) - COLUMNS) == [], "these columns are gone"
    assert sorted(name for name in named if named.count(name) > 1) == []


@pytest.mark.parametrize("column", sorted(PERSONS))
def test_whatever_points_at_a_person_is_personal(column: str) -> None:
    assert column in personal()


def test_each_line_of_the_register_is_filled_in() -> None:
    table = REGISTER.partition("|---|---|---|---|---|\n")[2].partition("\n\n")[0]
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 5, line
        assert all(cells), line
