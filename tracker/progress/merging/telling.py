"""Which side won where a figure came back from a file, as its history tells it to the body whose draft it was."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from tracker.core.clock import VIETNAM
from tracker.core.languages import _, current_language, format_instant
from tracker.progress.merging.merge import Side
from tracker.progress.merging.queries import Told
from tracker.progress.merging.words import part_name, told
from tracker.progress.rules import retyped


def lines(merges: Iterable[Told]) -> list[tuple[date, dict[str, Any]]]:
    """A line for each part, with its day, for `more` of `history.lines`."""
    return [(one.at.astimezone(VIETNAM).date(), _line(one)) for one in merges]


def _line(one: Told) -> dict[str, Any]:
    cell, yours, theirs = part_name(one.merge.part), _said(one, one.merge.yours), _said(one, one.merge.theirs)
    if one.merge.side == Side.YOURS:
        what = _("Taken from a file. %(cell)s: %(yours)s", cell=cell, yours=yours)
        beside = _("in place of: %(theirs)s", theirs=theirs)
    else:
        what = _("Left as it stood. %(cell)s: %(theirs)s", cell=cell, theirs=theirs)
        beside = _("the file had: %(yours)s", yours=yours)
    who = f"{one.by} · {beside}" if one.by else beside
    return {"what": what, "when": format_instant(one.at), "who": who, "quote": None, "tone": None}


def _said(one: Told, typed: str) -> str:
    return told(retyped(json.loads(typed), one.merge.language, current_language())) or _("empty")
