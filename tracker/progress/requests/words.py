"""What is asked or decided on a target, in words."""

from typing import Any

from tracker.commitments.rulings import Kind, Ruling
from tracker.core.languages import _, format_day


def wanted(ruling: Any) -> str:
    """A ruling, or a row with its days: a new deadline of …, a suspension from … to … ."""
    told = []
    if ruling.from_on is not None and ruling.to_on is not None:
        told.append(
            _("a suspension from %(start)s to %(end)s", start=format_day(ruling.from_on), end=format_day(ruling.to_on))
        )
    if ruling.due_on is not None:
        told.append(_("a new deadline of %(day)s", day=format_day(ruling.due_on)))
    if getattr(ruling, "ended_on", None) is not None:
        told.append(_("the end of the target on %(day)s", day=format_day(ruling.ended_on)))
    return _(" and ").join(told)


def granted(row: Any) -> str | None:
    """What was granted of a row of `queries.listed`, where anything was."""
    if row.granted_due_on is None and row.granted_from_on is None:
        return None
    return wanted(Ruling(Kind(row.kind), row.granted_due_on, row.granted_from_on, row.granted_to_on))


def told(ruling: Ruling | None, request: Any) -> str:
    """What was decided, as whoever asked reads it; where other days were granted than were asked for, both."""
    if ruling is None:
        return _("Your request was refused: %(what)s.", what=wanted(request))
    if request is None:
        return _("The People's Committee decided %(what)s.", what=wanted(ruling))
    days = ("due_on", "from_on", "to_on")
    if all(getattr(ruling, name) == getattr(request, name) for name in days):
        return _("Your request was granted: %(what)s.", what=wanted(ruling))
    return _(
        "Your request was granted with other days: %(granted)s. You had asked for %(asked)s.",
        granted=wanted(ruling),
        asked=wanted(request),
    )
