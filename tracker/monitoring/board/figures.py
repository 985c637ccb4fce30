"""The figures on top of the board: the score, then every target in one of them, each against another day and the same
day a year before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.core.languages import Text, _, format_day, format_number, format_score
from tracker.monitoring import queries, words
from tracker.monitoring.board import rows as board
from tracker.monitoring.board.rows import LATE, MET, TRAILING, Totals
from tracker.monitoring.viewpoint import Viewpoint
from tracker.rule.facts import Status
from tracker.rule.score import UNSCORED


@dataclass(frozen=True, slots=True)
class YearBefore:
    """What stood on the same day a year before, in the programme of that time."""

    on: date
    totals: Totals


def year_before(session: Session, seen: Viewpoint, group: str | None) -> YearBefore | None:
    """The same programme where it ran by then, else the one that did; none: none ran."""
    try:
        day = seen.on.replace(year=seen.on.year - 1)
    except ValueError:  # the 29th of February
        day = seen.on.replace(year=seen.on.year - 1, day=28)
    ran = [one for one in seen.programmes if one.starts_on <= day <= one.ends_on]
    chosen = next((one for one in ran if one.id == seen.chosen.id), ran[0] if ran else None)
    if chosen is None:
        return None
    bodies = queries.compared(session, chosen.id, day)
    found = board.totals([body for body in bodies if group in {None, body.peer}])
    return YearBefore(day, found) if found.of(words.STATUSES) else None


def stats(
    seen: Viewpoint, compared_on: date, group: str | None, now: Totals, before: Totals, year: YearBefore | None
) -> list[dict[str, Any]]:
    """The figures on top: the score, then every target in one of them. Each leads to exactly the targets it counts."""
    since = format_day(compared_on)

    def counted(statuses: Sequence[str], status: str, label: Text, more_is: str | None) -> dict[str, Any]:
        number = now.of(statuses)
        href = seen.url(url_for("monitoring.targets"), status=status, group=group)
        return {
            "number": format_number(number),
            "share": _share(number, now),
            "label": label,
            "href": href if number else None,
            "since": since,
            "year": _of_year(year, _share(year.totals.of(statuses), year.totals) if year else ""),
            **_change(number - before.of(statuses), more_is, format_number),
        }

    total, unscored = now.of(words.STATUSES), now.of(UNSCORED)
    whose = _("points, whole province") if not group else _("points, this group")
    judged = format_number(total - unscored)
    of = _("%(judged)s of %(all)s targets judged", judged=judged, all=format_number(total))
    score = {
        "number": format_score(now.score),
        "label": f"{whose} · {of}",
        "href": seen.url(url_for("monitoring.targets"), status="all", group=group),
        "since": since,
        "year": _of_year(year, format_score(year.totals.score) if year else ""),
    }
    if now.score is not None and before.score is not None:
        score |= _change(now.score - before.score, "good", format_score)
    return [
        score,
        counted(MET, "met", _("targets met"), "good"),
        counted((Status.ON_TRACK,), Status.ON_TRACK.value, _("on track"), None),
        counted(TRAILING, "trailing", _("behind plan or at risk"), "bad"),
        counted((LATE[0],), LATE[0].value, _("overdue"), "bad"),
        counted((LATE[1],), LATE[1].value, _("unreported"), "bad"),
        counted((Status.MISSED,), Status.MISSED.value, _("missed"), "bad"),
        counted(tuple(UNSCORED), "unscored", _("without a score"), None),
    ]


def _change(difference: int, more_is: str | None, written: Any) -> dict[str, Any]:
    """How a figure changed: what is written, which way, and whether that is good."""
    if not difference:
        return {"delta": written(0), "direction": "same", "tone": None}
    less_is = {"good": "bad", "bad": "good"}.get(more_is or "")
    return {
        "delta": written(abs(difference)),
        "direction": "up" if difference > 0 else "down",
        "tone": more_is if difference > 0 else less_is,
    }


def _share(number: int, of: Totals) -> str:
    """How many percent of all targets these are, in whole ones."""
    total = of.of(words.STATUSES)
    return words.percent((200 * number + total) // (2 * total)) if total else ""


def _of_year(year: YearBefore | None, figure: str) -> str | None:
    """The same of the year before, in words; none where no programme ran."""
    return None if year is None else _("%(figure)s on %(day)s", figure=figure, day=format_day(year.on))
