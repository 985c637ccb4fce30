"""What a link of the chain holds, letter for letter, and what of a record changes it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from tracker.audit.chain import (
    BEFORE_THE_FIRST,
    Entry,
    Head,
    canonical,
    grouped,
    head_line,
    link_hash,
    linked,
    read_head,
)

ENTRY = Entry(7, datetime(2021, 6, 30, 2, 0, tzinfo=UTC), 3, "report.sent", "report", 12, 5, '{"target":1}')
TEXT = '[1,7,"2021-06-30T02:00:00.000000+00:00",3,"report.sent","report",12,5,"{\\"target\\":1}"]'


def test_a_link_is_made_of_the_link_before_and_the_record() -> None:
    """The very bytes: whoever checks the chain with another program starts here (docs/operating.md)."""
    assert canonical(1, ENTRY) == TEXT
    expected = hashlib.sha256(("0" * 64 + "\n" + TEXT).encode()).hexdigest()
    assert link_hash(BEFORE_THE_FIRST, 1, ENTRY) == expected
    first, second = linked(None, [ENTRY, replace(ENTRY, id=8)])
    assert (first.seq, first.entry_id, first.hash) == (1, 7, expected)
    assert linked(first, [replace(ENTRY, id=8)]) == [second]


def test_an_instant_is_the_same_in_every_zone() -> None:
    there = replace(ENTRY, at=datetime(2021, 6, 30, 9, 0, tzinfo=timezone(timedelta(hours=7))))
    assert canonical(1, there) == TEXT


@pytest.mark.parametrize(
    "change",
    [
        {"id": 8},
        {"at": datetime(2021, 6, 30, 2, 0, 0, 1, tzinfo=UTC)},
        {"at": "yesterday"},
        {"actor_id": None},
        {"actor_id": "3"},
        {"event": "report.recalled"},
        {"subject_kind": "draft"},
        {"subject_id": None},
        {"agency_id": 4},
        {"detail": None},
        {"detail": '{"target": 1}'},
    ],
    ids=str,
)
def test_any_change_of_a_record_changes_its_link(change: dict[str, object]) -> None:
    assert link_hash(BEFORE_THE_FIRST, 1, replace(ENTRY, **change)) != link_hash(BEFORE_THE_FIRST, 1, ENTRY)  # type: ignore[arg-type]  # forged values are of any type


def test_a_published_head_is_one_line() -> None:
    head = Head(date(2026, 11, 24), 1234, "ab" * 32)
    assert head_line(head) == f"2026-11-24 1234 {'ab' * 32}"
    assert read_head(head_line(head)) == head
    assert read_head(f"2026-11-24 1234 {grouped(head.hash)}") == head


@pytest.mark.parametrize(
    "line", ["", "2026-11-24 1234", f"today 1 {'a' * 64}", f"2026-11-24 0 {'a' * 64}", f"2026-11-24 1 {'x' * 64}"]
)
def test_any_other_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it
        read_head(line)
