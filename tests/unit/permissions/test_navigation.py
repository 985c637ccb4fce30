"""The main menu of each office: the own business first, five entries in the bar, all others in one menu beside it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from tracker.agencies.offices import Office
from tracker.permissions.navigation import IN_BAR, IN_NARROW_BAR, ITEMS, Entry, Item, Menu, menu, of
from tracker.permissions.predicates import Held
from tracker.permissions.reader import Reader

# The first three stand in the bar of a phone too, the first five on a desk.
BAR = {
    Office.HEAD: ["Home", "Late targets", "All targets", "Commitments", "Changes"],
    Office.OFFICER: ["Home", "Late targets", "All targets", "Commitments", "Changes"],
    Office.APPRAISER: ["Home", "Appraisal", "Whole province", "Late targets", "All targets"],
    Office.MONITOR: ["Whole province", "Late targets", "All targets", "Commitments", "Changes"],
    Office.CHAIR: ["Whole province", "Late targets", "All targets", "Commitments", "Changes"],
    Office.INSPECTOR: ["Late targets", "All targets", "Commitments", "Changes", "Ahead"],
    Office.AUDITOR: ["Audit record", "Permissions", "Mailbox", "Trusted authorities", "Whole province"],
    Office.ADMINISTRATOR: ["Bodies", "Accounts", "Programmes", "Working calendar", "Policy"],
}


def reader(*offices: Office) -> Reader:
    held = tuple(Held(office, 1, "SNV", {"vi": "Sở Nội vụ"}) for office in offices)
    return Reader(7, 70, "Giám đốc", None, held, date(2021, 6, 1))


def drawn(items: list[Item]) -> Menu:
    return menu(items, lambda item, only: Entry(str(item.label), item.endpoint, item.keeps, "", only))


def seen(shown: Menu, screen: str) -> list[str]:
    """The entries that are seen on a wide or a narrow screen, those of the bar first."""
    entries = [*shown.bar, *(entry for section in shown.more for entry in section.entries)]
    return [entry.label for entry in entries if entry.only in {"", screen}]


@pytest.mark.parametrize("office", BAR)
def test_the_own_business_stands_first(office: Office) -> None:
    assert [entry.label for entry in drawn(of(reader(office), ITEMS)).bar] == BAR[office]


@pytest.mark.parametrize("offices", [*((office,) for office in Office), (Office.ADMINISTRATOR, Office.APPRAISER)])
def test_every_screen_shows_each_entry_once_and_no_more_than_fit(offices: tuple[Office, ...]) -> None:
    items = of(reader(*offices), ITEMS)
    shown = drawn(items)
    for screen, most in (("wide", IN_BAR), ("narrow", IN_NARROW_BAR + 1)):
        assert Counter(seen(shown, screen)) == Counter(str(item.label) for item in items)
        assert sum(entry.only in {"", screen} for entry in shown.bar) <= most


@pytest.mark.parametrize("count", range(12))
def test_there_is_a_menu_beside_the_bar_only_where_something_is_in_it(count: int) -> None:
    """On either screen, and no title of a section without an entry."""
    shown = drawn(list(ITEMS[:count]))
    assert bool(shown.more) is (count > IN_NARROW_BAR + 1)
    for screen, in_bar in (("wide", IN_BAR), ("narrow", IN_NARROW_BAR)):
        beside = [s for s in shown.more if s.only in {"", screen}]
        assert all(any(entry.only in {"", screen} for entry in section.entries) for section in beside)
        assert (bool(shown.more) and shown.only in {"", screen}) is (count > max(in_bar, IN_NARROW_BAR + 1))


def test_what_is_of_a_day_keeps_the_day() -> None:
    assert {item.endpoint for item in ITEMS if item.keeps} == {
        "monitoring.board",
        "monitoring.targets",
        "monitoring.changes",
        "monitoring.forecast",
        "monitoring.unreported",
        "monitoring.ranking",
        "briefings.briefing",
    }
