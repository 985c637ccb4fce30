"""The main menu: where it leads, and which action one must have to find an entry in it.

What one's own work is stands first; five entries stand in the bar, all others in one menu beside it, by group.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import groupby
from typing import Any

from tracker.core.actions import Action
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader

IN_BAR = 5
IN_NARROW_BAR = 3  # on a phone, in one row


class Group(Enum):
    """What entries have in common."""

    WORK = "work"
    FOLLOW = "follow"
    SET_UP = "set up"
    CONTROL = "control"


TITLES = {
    Group.WORK: _l("My work"),
    Group.FOLLOW: _l("Following commitments"),
    Group.SET_UP: _l("Bodies, people and rules"),
    Group.CONTROL: _l("Control and operation"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu. `endpoint` is the page it leads to, asked for with `arguments`; `within` the beginnings of
    addresses below it. `keeps`: it goes on with the programme and the day that are seen."""

    label: Text
    endpoint: str
    action: Action
    group: Group
    within: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""  # its address, which is worked out once, when all pages stand

    @property
    def keeps(self) -> bool:
        """Whether its page is of a programme and a day."""
        seen = self.action not in (Action.SEE_LETTERS, Action.SEE_SIGNS) and self.group is Group.FOLLOW
        return seen and self.endpoint.startswith(("monitoring.", "briefings."))


ITEMS = (
    Item(_l("Home"), "home.index", Action.HOME, Group.WORK),
    Item(_l("Appraisal"), "home.appraisals", Action.APPRAISE, Group.WORK, ("/appraisals",)),
    Item(_l("Signed papers"), "signing.papers", Action.ATTEST_PAPER, Group.WORK, ("/papers",)),
    Item(_l("Whole province"), "monitoring.board", Action.SEE_BOARD, Group.FOLLOW, ("/board", "/agencies/")),
    Item(_l("Late targets"), "monitoring.targets", Action.SEE_TARGET, Group.FOLLOW),
    Item(_l("All targets"), "monitoring.targets", Action.SEE_TARGET, Group.FOLLOW, ("/targets/",), {"status": "all"}),
    Item(_l("Commitments"), "planning.commitments", Action.SEE_COMMITMENTS, Group.FOLLOW, ("/commitments",)),
    Item(_l("Changes"), "monitoring.changes", Action.SEE_TARGET, Group.FOLLOW, ("/changes",)),
    Item(_l("Ahead"), "monitoring.forecast", Action.SEE_TARGET, Group.FOLLOW, ("/forecast",)),
    Item(_l("Who has not reported"), "monitoring.unreported", Action.SEE_BOARD, Group.FOLLOW, ("/unreported",)),
    Item(_l("Ranking"), "monitoring.ranking", Action.SEE_BOARD, Group.FOLLOW, ("/ranking",)),
    Item(_l("Briefing"), "briefings.briefing", Action.SEE_BRIEFING, Group.FOLLOW, ("/briefing",)),
    Item(_l("Search"), "search.index", Action.SEARCH, Group.FOLLOW, ("/search",)),
    Item(_l("Requests"), "home.requests", Action.SEE_TARGET, Group.FOLLOW, ("/requests",)),
    Item(_l("Questions about reports"), "monitoring.signs", Action.SEE_SIGNS, Group.FOLLOW, ("/signs",)),
    Item(_l("Letters"), "monitoring.letters", Action.SEE_LETTERS, Group.FOLLOW, ("/letters",)),
    Item(_l("Bodies"), "administration.index", Action.SEE_OFFICES, Group.SET_UP, ("/offices", "/holdings", "/people")),
    Item(_l("Accounts"), "administration.everybody", Action.MANAGE_ACCOUNTS, Group.SET_UP, ("/accounts",)),
    Item(
        _l("Programmes"),
        "planning.programmes",
        Action.SEE_PROGRAMMES,
        Group.SET_UP,
        ("/programmes", "/plans", "/templates"),
    ),
    Item(_l("Working calendar"), "monitoring.calendar", Action.SEE_CALENDAR, Group.SET_UP, ("/calendar",)),
    Item(_l("Policy"), "monitoring.policy", Action.SEE_POLICY, Group.SET_UP, ("/policy", "/inquiries")),
    Item(_l("Background work"), "monitoring.jobs", Action.SEE_JOBS, Group.CONTROL, ("/jobs",)),
    Item(_l("Audit record"), "audit.index", Action.SEE_AUDIT, Group.CONTROL, ("/audit",)),
    Item(_l("Permissions"), "permissions.index", Action.SEE_PERMISSIONS, Group.CONTROL, ("/permissions",)),
    Item(_l("Mailbox"), "mail.index", Action.SEE_MAIL, Group.CONTROL, ("/mail",)),
    Item(_l("Trusted authorities"), "signing.trust", Action.SEE_AUDIT, Group.CONTROL, ("/trust",)),
)


# Who may one of these, and has no work of their own, begins there.
_FIRST = (Action.SEE_JOBS, Action.SEE_AUDIT, Action.SEE_BOARD, Action.SEE_TARGET)
# Whose daily business it is: the first of these that one may says which group stands first.
_BUSINESS = (
    (Action.ENTER_FIGURE, Group.WORK),
    (Action.APPRAISE, Group.WORK),
    (Action.MANAGE_ACCOUNTS, Group.SET_UP),
    (Action.SEE_AUDIT, Group.CONTROL),
    (Action.SEE_BOARD, Group.FOLLOW),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is drawn. `current`: `page` on its page, `true` below it, else empty. `only`: where it is seen, on
    a `wide` screen or a `narrow` one; on both where it is empty."""

    label: str
    href: str
    keeps: bool
    current: str
    only: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one group in the menu beside the bar."""

    title: Text
    entries: Sequence[Entry]

    @property
    def only(self) -> str:
        """Where the section is seen."""
        return _shared(entry.only for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Menu:
    """The bar, and the menu beside it."""

    bar: Sequence[Entry]
    more: Sequence[Section]

    @property
    def only(self) -> str:
        """Where there is a menu beside the bar at all."""
        return _shared(section.only for section in self.more)


def standing(endpoints: set[str], address: Callable[[str, Mapping[str, Any]], str]) -> tuple[Item, ...]:
    """The entries whose pages exist, with their addresses: a door may not be built yet, and the mailbox is there in
    demo mode only."""
    found = (item for item in ITEMS if item.endpoint in endpoints)
    return tuple(replace(item, path=address(item.endpoint, item.arguments)) for item in found)


def of(reader: Reader, items: Iterable[Item]) -> list[Item]:
    """The entries for a reader, the group of the own business first: without the first page, where it only leads on to
    another one that stands here too."""
    own_work = any(reader.may(action) for action in (Action.ENTER_FIGURE, Action.APPRAISE, Action.DECIDE_ON_TARGET))
    led_on = not own_work and any(reader.may(action) for action in _FIRST)
    first = next((group for action, group in _BUSINESS if reader.may(action)), Group.WORK)
    allowed = (item for item in items if reader.may(item.action) and not (led_on and item.action is Action.HOME))
    return sorted(allowed, key=lambda item: item.group is not first)


def menu(items: Sequence[Item], entry: Callable[[Item, str], Entry]) -> Menu:
    """What is drawn of a reader's entries; `entry` draws one that is seen only there."""
    bar = [entry(item, "wide" if number >= IN_NARROW_BAR else "") for number, item in enumerate(items[:IN_BAR])]
    rest = [(item, "narrow" if number < IN_BAR else "") for number, item in enumerate(items)][IN_NARROW_BAR:]
    if len(rest) == 1:  # one more fits
        return Menu([entry(item, "") for item in items], [])
    order = list(dict.fromkeys(item.group for item, _only in rest))
    rest.sort(key=lambda one: order.index(one[0].group))
    by_group = groupby(rest, lambda one: one[0].group)
    return Menu(bar, [Section(TITLES[group], [entry(*one) for one in found]) for group, found in by_group])


def _shared(places: Iterable[str]) -> str:
    found = set(places)
    return found.pop() if len(found) == 1 else ""
