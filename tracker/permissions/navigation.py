"""The main menu: where it leads, and which action one must have to find an entry in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.core.actions import Action
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Reader


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu. `endpoint` is the page it leads to, `within` the beginnings of addresses below it."""

    label: Text
    endpoint: str
    action: Action
    within: tuple[str, ...] = ()


ITEMS = (
    Item(_l("Home"), "home.index", Action.HOME),
    Item(_l("Whole province"), "monitoring.board", Action.SEE_BOARD, ("/board", "/agencies/")),
    Item(_l("Late targets"), "monitoring.targets", Action.SEE_TARGET, ("/targets",)),
    Item(_l("Changes"), "monitoring.changes", Action.SEE_TARGET, ("/changes",)),
    Item(_l("Ahead"), "monitoring.forecast", Action.SEE_TARGET, ("/forecast",)),
    Item(_l("Search"), "search.index", Action.SEARCH, ("/search",)),
    Item(_l("Appraisal"), "home.appraisals", Action.APPRAISE, ("/appraisals",)),
    Item(_l("Working calendar"), "monitoring.calendar", Action.MANAGE_CALENDAR, ("/calendar",)),
    Item(_l("Policy"), "monitoring.policy", Action.SEE_POLICY, ("/policy", "/inquiries")),
    Item(_l("Bodies"), "administration.index", Action.SEE_OFFICES, ("/offices", "/holdings", "/people")),
    Item(_l("Accounts"), "administration.everybody", Action.MANAGE_ACCOUNTS, ("/accounts",)),
    Item(_l("Background work"), "monitoring.jobs", Action.SEE_JOBS, ("/jobs",)),
    Item(_l("Audit record"), "audit.index", Action.SEE_AUDIT, ("/audit",)),
    Item(_l("Permissions"), "permissions.index", Action.SEE_PERMISSIONS, ("/permissions",)),
    Item(_l("Mailbox"), "mail.index", Action.SEE_MAIL, ("/mail",)),
)


# Who may one of these, and has no work of their own, begins there.
_FIRST = (Action.SEE_BOARD, Action.SEE_JOBS, Action.SEE_AUDIT, Action.SEE_TARGET)


def standing(endpoints: set[str]) -> tuple[Item, ...]:
    """The entries whose pages exist: a door may not be built yet, and the mailbox is there in demo mode only."""
    return tuple(item for item in ITEMS if item.endpoint in endpoints)


def of(reader: Reader, items: Iterable[Item]) -> list[Item]:
    """The entries for a reader: without the first page, where it only leads on to another one that stands here too."""
    own_work = any(reader.may(action) for action in (Action.ENTER_FIGURE, Action.APPRAISE))
    led_on = not own_work and any(reader.may(action) for action in _FIRST)
    return [item for item in items if reader.may(item.action) and not (led_on and item.action is Action.HOME)]
