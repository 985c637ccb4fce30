"""The sheet on a narrow screen: one figure after the other, by address, so that it works without scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from tracker.core.actions import Action
from tracker.core.errors import NotFound
from tracker.core.languages import _, current_language
from tracker.core.web.forms import Form
from tracker.home.sheet.cells import Cells
from tracker.home.sheet.lines import SheetLine
from tracker.home.sheet.tools import tools
from tracker.permissions.guard import current_reader


@dataclass(frozen=True, slots=True)
class Place:
    """Where one figure stands among those that are owed; the keys of its neighbours."""

    line: SheetLine
    number: int
    count: int
    done: int
    before: str | None
    after: str | None


def place_of(lines: Sequence[SheetLine], key: str) -> Place | None:
    """Of the figure of that key; none where the sheet has none."""
    shown = [line for line in lines if line.owed or line.key == key]
    keys = [line.key for line in shown]
    if key not in keys:
        return None
    at = keys.index(key)
    return Place(
        line=shown[at],
        number=at + 1,
        count=len(shown),
        done=sum(line.done for line in shown),
        before=keys[at - 1] if at else None,
        after=keys[at + 1] if at + 1 < len(keys) else None,
    )


def first(lines: Sequence[SheetLine]) -> str | None:
    """With which figure one begins, or goes on: the first that is not done and can be written."""
    return next((line.key for line in lines if line.owed and not line.done and not line.standing.is_firm), None)


def onward(lines: Sequence[SheetLine], key: str, address: str, *, kept: bool) -> str:
    """Where the press leads that kept a figure: to the next one; not where something was changed and is wrong or asks,
    which is to be seen first, and leads on when it is pressed again."""
    place = place_of(lines, key)
    if place is None:
        return address
    goes_on = place.line.done or not kept
    to = place.after if goes_on else key
    return address if to is None else f"{address}?figure={to}"


def drawn(lines: Sequence[SheetLine], key: str, refused: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """The page of one figure. Raises NotFound where the sheet has none of that key."""
    place = place_of(lines, key)
    if place is None:
        raise NotFound(_("There is no such figure."))
    line, address = place.line, values["address"]
    is_head = current_reader().may(Action.SEND_REPORT, line.slot.target.agency_id)
    drawn_with = tools(address, is_head=is_head)
    return render_template(
        "home/sheet/one.html",
        place=place,
        form=Form(),
        refused=refused.get(key),
        here=f"{address}?figure={key}",
        language=current_language(),
        tools=drawn_with,
        cells=Cells(drawn_with),
        **values,
    )
