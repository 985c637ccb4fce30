"""The province and its bodies on a day, in figures, tables and drawings."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tracker.briefings.content import Figure, Heading, Kind, Share, Table, Value, signed
from tracker.briefings.decisions import Asked
from tracker.compliance.standings import queries as standings
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.sums import ALL_DOMAINS
from tracker.core.languages import _, format_number, format_score
from tracker.monitoring import words
from tracker.monitoring.board import step_chart
from tracker.monitoring.board.rows import LATE, MET, TRAILING, Group, Totals
from tracker.rule import Weighed
from tracker.rule.facts import Status
from tracker.rule.score import UNSCORED

IN_TIME = (Status.ON_TRACK,)
MISSED = (Status.MISSED,)


def parts() -> list[tuple[str, tuple[Status, ...], str, str | None]]:
    """What all targets fall into: its name, the statuses, its colour, and what more of it means."""
    return [
        (_("Met"), MET, "good", "good"),
        (_("On track"), IN_TIME, "fine", None),
        (_("Behind plan or at risk"), TRAILING, "warn", "bad"),
        (_("Overdue"), LATE[:1], "bad", "bad"),
        (_("Unreported"), LATE[1:], "dark", "bad"),
        (_("Missed"), MISSED, "worst", "bad"),
        (_("Without a score"), tuple(UNSCORED), "silent", None),
    ]


def figures(now: Totals, before: Totals) -> list[Figure]:
    """The figures on top: the score, then how many targets stand in each part."""
    change = None if now.score is None or before.score is None else Decimal(now.score - before.score).scaleb(-2)
    first = Figure(_("Score"), format_score(now.score), signed(change) if change else "", tone(change))
    return [first, *(_counted(label, now.of(some), before.of(some), more) for label, some, _tone, more in parts())]


def tone(change: Decimal | int | None, more_is: str | None = "good") -> str | None:
    """Whether a change is good or bad."""
    if not change or more_is is None:
        return None
    return more_is if change > 0 else {"good": "bad", "bad": "good"}[more_is]


def shares(now: Totals) -> list[Share]:
    """The parts of all targets, for a drawing."""
    return [Share(label, now.of(some), colour) for label, some, colour, _more in parts() if now.of(some)]


def domains(session: Session, asked: Asked, since: Any) -> tuple[Table, Mapping[str, Any] | None]:
    """The score of each domain with its change, and the drawing of the score of all."""
    paths = standings.steps_of_domains(session, asked.programme_id, (ALL_DOMAINS, *words.DOMAINS))
    rows: list[Sequence[Value]] = []
    for domain in words.DOMAINS:
        now, before = (_score(standings.standing_on(paths[domain], day)) for day in (asked.on, since))
        if now is not None:
            rows.append((words.domain_name(domain), now, _difference(now, before)))
    table = Table(
        "domains",
        _("The province by domain"),
        (Heading(_("Domain"), width=7), Heading(_("Score"), Kind.SCORE), Heading(_("Change"), Kind.CHANGE)),
        rows,
        _("Nothing has a score yet."),
    )
    return table, step_chart.chart(_("Score of the province"), step_chart.told(paths[ALL_DOMAINS], asked.on), asked.on)


def bodies(groups: Sequence[Group], before: Mapping[int, Weighed], asked: Asked) -> Table:
    """Every body by its peer group and rank, with its change and how many of its targets stand in each part."""
    some = parts()
    rows: list[Sequence[Value]] = []
    links = []
    for group in groups:
        for row in group.rows:
            now, then = points(row.score), mean(before.get(row.agency_id))
            counts = [sum(row.counts[str(status)] for status in statuses) for _label, statuses, *_more in some]
            own = (words.group_name(group.key), row.rank, row.name, now, _difference(now, then))
            rows.append((*own, row.targets, row.judged, *counts))
            links.append(asked.page(f"/agencies/{row.code}"))
    return Table(
        "bodies",
        _("Bodies"),
        (
            Heading(_("Peer group"), width=3),
            Heading(_("Rank"), Kind.NUMBER, 1),
            Heading(_("Body"), width=5),
            Heading(_("Score"), Kind.SCORE),
            Heading(_("Change"), Kind.CHANGE),
            Heading(_("Targets"), Kind.NUMBER, 1),
            Heading(_("Judged"), Kind.NUMBER, 1),
            *(Heading(label, Kind.NUMBER, 1) for label, *_more in some),
        ),
        rows,
        _("Nothing was signed by this day"),
        _("Bodies are ranked among their own peer group; whoever has too little judged has no rank."),
        links,
    )


def mean(sums: Weighed | None) -> Decimal | None:
    """The score that sums come to, in points with two decimals."""
    return points(hundredths(sums.mean)) if sums is not None else None


def _score(step: Any) -> Decimal | None:
    return points(step.score) if step is not None else None


def _difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _counted(label: str, now: int, before: int, more_is: str | None) -> Figure:
    sign = "+" if now > before else "\u2212"
    change = f"{sign}{format_number(abs(now - before))}" if now != before else ""
    return Figure(label, format_number(now), change, tone(now - before, more_is))
