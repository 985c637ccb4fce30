"""What a preview of a policy judges and takes for granted: its day, the other one beside it, in words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.compliance.recalculations import service as recalculations
from tracker.compliance.recalculations.models import OF_POLICY, Recalculation, State
from tracker.core.languages import _, _n, format_day
from tracker.monitoring.viewpoint import Viewpoint
from tracker.programmes.policy import in_force


def judged(session: Session, seen: Viewpoint, found: Recalculation) -> dict[str, Any]:
    """What the template reads of it; nothing of a day as known on another, whose title says all."""
    if found.kind not in OF_POLICY:
        return {}
    on, asked_on = recalculations.days_of(found)
    both = [one for one in (found, recalculations.beside(session, found)) if one is not None]
    both.sort(key=lambda one: recalculations.days_of(one)[0])
    agrees = on == asked_on and on <= seen.chosen.ends_on
    day = None if asked_on == seen.last_on else asked_on.isoformat()
    return {
        "sides": [(_label(one, seen.now.on), _href(one), one is found) for one in both],
        "assumed": [*_assumed(seen, on, asked_on), *_between(found, on)],
        "board_url": url_for("monitoring.board", programme=seen.chosen.code, on=day) if agrees else None,
    }


def _href(one: Recalculation) -> str:
    return url_for("monitoring.recalculation", token=one.token)


def _label(one: Recalculation, today: date) -> str:
    on, asked_on = recalculations.days_of(one)
    day = format_day(on)
    if on > asked_on:
        text = _("Its first day, %(day)s", day=day)
    elif on == today:
        text = _("Today, %(day)s", day=day)
    else:
        text = _("Day of asking, %(day)s", day=day)
    if one.state != State.ANSWERED:
        return text
    differ = _n("%(num)s differs", "%(num)s differ", one.result.get("moved", 0))
    return f"{text}: {differ}"


def _assumed(seen: Viewpoint, on: date, asked_on: date) -> Iterator[str]:
    """Sentences: which day is judged, by what, and what no target can show on it."""
    days, programme = {"on": format_day(on), "known": format_day(asked_on)}, seen.chosen
    if on > asked_on:
        yield _(
            "The day judged is %(on)s, which was still ahead, as if nobody sent, decided or changed anything after "
            "%(known)s. What falls due by then counts as not reported, under both policies: so scores and ranks are "
            "not those of the day of asking.",
            **days,
        )
    else:
        yield _("The day judged is %(on)s, by what was known on it, as if the new policy counted already.", **days)
        yield _("The scores and ranks under the present policy are those of “Whole province” on that day.")
    if on < programme.starts_on:
        first = format_day(programme.starts_on)
        yield _("The programme begins on %(day)s: before it no target has a score, and no body a rank.", day=first)
    if on > programme.ends_on:
        last = format_day(programme.ends_on)
        yield _("The programme ended on %(day)s, and no day after it counts.", day=last)


def _between(found: Recalculation, on: date) -> Iterator[str]:
    """What is to be said where the policy that would be replaced is not the one that is judged beside it."""
    from_on, _proposed = recalculations.proposed_by(found)
    versions = recalculations.versions_of(found)
    if in_force(versions, on) != in_force(versions, from_on):
        yield _(
            "On %(day)s another version will be in force than on the day judged: what would change is told against "
            "that one, scores and ranks against the version of the day judged.",
            day=format_day(from_on),
        )
