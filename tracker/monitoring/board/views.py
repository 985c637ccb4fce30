"""The province on one board: bodies in peer groups × domains or statuses, what changed, and what waits for whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import render_template, url_for
from sqlalchemy.orm import Session

from tracker.compliance.steps.spans import points
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import (
    Text,
    _,
    _l,
    _n,
    current_language,
    format_day,
    format_figure,
    format_number,
    format_score,
)
from tracker.core.tables import Column
from tracker.core.web.downloads import send_csv
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.board import attention, province_facts
from tracker.monitoring.board import cells as board_cells
from tracker.monitoring.board import rows as board
from tracker.monitoring.board.rows import LATE, MET, TRAILING, Group, Totals
from tracker.monitoring.targets.filters import WAITS_LONG, waits_since
from tracker.monitoring.viewpoint import (
    NOT_BEFORE,
    DayAsked,
    Viewpoint,
    Wanted,
    day_asked,
    day_choices,
    group_asked,
    month_end,
    of_file,
    one_of,
    page_values,
    programme_columns,
    viewpoint,
    wanted,
)
from tracker.permissions.guard import current_reader
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force
from tracker.rule import WorkingCalendar
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Policy, Status
from tracker.rule.score import UNSCORED

ASKED = ("compare", "group", "view", "q")
VIEWS = (("domains", _l("By domain")), ("status", _l("By status")))


@dataclass(frozen=True)
class BoardQuery:
    """What the address asks of the board besides the programme and the day."""

    compared: DayAsked
    group: str | None
    view: str
    wanted: Wanted  # which bodies are shown
    faults: tuple[Text, ...]  # what else the address asks for that is not there

    @property
    def compared_on(self) -> date:
        """The day to compare with."""
        return self.compared.day

    def kept(self, viewpoint: Viewpoint, **changes: str | None) -> dict[str, str | None]:
        """The arguments that stand in the address, some changed; what is the default is left out."""
        compared = None if self.compared_on == default_comparison(viewpoint) else self.compared_on.isoformat()
        view = None if self.view == VIEWS[0][0] else self.view
        return {"compare": compared, "group": self.group, "view": view, "q": self.wanted.text or None, **changes}


@blueprint.get("/board", endpoint="board")
@action(Action.SEE_BOARD)
def board_page() -> str:
    """Who keeps their word, who does not, and what changed since another day."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    asked = _asked(seen)
    frames = Frames(session)
    shared = frames.of({seen.programme.id})[seen.programme.id]
    policy, calendar = in_force(shared.policies, seen.on), shared.calendar
    bands = words.Bands(policy)
    everybody = queries.bodies(session, seen.programme.id, seen.past_day, seen.on)
    bodies = _within(asked.group, everybody)
    before = _within(asked.group, queries.compared(session, seen.programme.id, asked.compared_on))
    groups = _shown(asked, bodies, bands)
    waits = queries.waiting(session, seen.chosen.id, seen.past_day, seen.on, waits_since(calendar, seen.on))
    return render_template(
        "monitoring/board.html",
        **page_values(
            seen,
            asked=asked,
            notices=(*seen.notices, *asked.compared.notices, *asked.faults),
            groups=groups,
            rows=sum(len(group.rows) for group in groups),
            places=[(words.group_name(group.key), f"#group-{place}") for place, group in enumerate(groups, start=1)],
            kept=seen.arguments(**asked.kept(seen, q=None)),
            drawn=_drawn(session, seen, asked, bands),
            group_name=words.group_name,
            peers=_peers(everybody),
            group_urls=_group_urls(seen, asked, everybody),
            late_url=seen.url(url_for("monitoring.targets"), group=asked.group),
            stats=_stats(seen, asked, board.totals(bodies), board.totals(before)),
            urgent=attention.most_urgent(session, seen, asked.group, frames),
            waiting=_waiting(session, waits, seen, calendar),
            without_head=waits.without_head if current_reader().may(Action.SEE_OFFICES) else 0,
            losing_head=waits.losing_head if current_reader().may(Action.SEE_OFFICES) else 0,
            province_facts=province_facts.by_source(seen.programme.code),
            bands=_legend(policy),
            judged_share=words.percent(policy.judged_share * 100),
            domains=[(domain, words.short_domain(domain), words.domain_name(domain)) for domain in words.DOMAINS],
            statuses=list(words.STATUSES.items()),
            views=[(key, label, _url(seen, asked, view=None if key == VIEWS[0][0] else key)) for key, label in VIEWS],
            days=[(text, day, _url_of_day(seen, asked, day)) for text, day in day_choices(seen)],
            comparisons=[(day, _url(seen, asked, compare=day.isoformat())) for day in _comparisons(seen)],
            csv_url=seen.url(url_for("monitoring.board_csv"), **asked.kept(seen)),
        ),
    )


@blueprint.get("/board.csv")
@action(Action.SEE_BOARD)
def board_csv() -> Any:
    """The board as it is shown, a line for each body, with all domains and all statuses."""
    session = database.session()
    seen = of_file(session)
    asked = _asked(seen)
    seen.demand((*asked.compared.faults, *asked.faults, *asked.wanted.faults), *ASKED)
    policy = in_force(queries.frame_of(session, seen.chosen.id).policies, seen.on)
    bodies = _within(asked.group, queries.bodies(session, seen.chosen.id, seen.past_day, seen.on))
    scores = {(row.agency_id, row.domain): row.score for row in queries.cells(session, seen.chosen.id, seen.past_day)}
    groups = _shown(asked, bodies, words.Bands(policy))
    name = f"{seen.chosen.code}-{seen.on.isoformat()}"
    return send_csv(_columns(seen, scores), (row for group in groups for row in group.rows), name)


def _columns(seen: Viewpoint, scores: dict[tuple[int, int], int | None]) -> list[Column]:
    def of_domain(domain: int) -> Any:
        return lambda row: points(scores.get((row.agency_id, domain)))

    def of_status(status: str) -> Any:
        return lambda row: row.counts[status]

    return [
        *programme_columns(seen),
        Column("on", _l("As of"), value=lambda row: seen.on),
        Column("as_at", _l("Figures up to"), value=lambda row: seen.as_at),
        Column("group", _l("Peer group"), value=lambda row: words.group_name(row.group)),
        Column("rank", _l("Rank")),
        Column("code", _l("Code")),
        Column("name", _l("Body"), value=lambda row: row.name),
        Column("score", _l("Score"), value=lambda row: points(row.score)),
        Column("punctuality", _l("Punctuality"), value=lambda row: points(row.punctuality)),
        Column("judged", _l("Judged")),
        Column("targets", _l("Targets")),
        *(Column(f"domain-{key}", label, value=of_domain(key)) for key, label in words.DOMAINS.items()),
        *(Column(key, label, value=of_status(key)) for key, label in words.STATUSES.items()),
    ]


def default_comparison(viewpoint: Viewpoint) -> date:
    """The day that a board is compared with where none is chosen: the last end of a month before it."""
    return month_end(viewpoint.on)


def _asked(seen: Viewpoint) -> BoardQuery:
    compared = day_asked("compare", default_comparison(seen), seen.on - ONE_DAY, NOT_BEFORE)
    view, no_view = one_of("view", [key for key, _label in VIEWS])
    group, no_group = group_asked(database.session(), seen.on)
    found = BoardQuery(compared, group, view or VIEWS[0][0], wanted(""), (*no_view, *no_group))
    return replace(found, wanted=wanted(_url(seen, found, q=None)))


def _shown(asked: BoardQuery, bodies: Sequence[Any], bands: words.Bands) -> list[Group]:
    """The peer groups with the bodies that are asked for, ranked among all of theirs."""
    groups = board.groups(bodies, bands, current_language())
    if not asked.wanted.text:
        return groups
    return board.only(groups, {one.id for one in bodies if asked.wanted.finds(one.code, *one.name.values())})


def _drawn(session: Session, seen: Viewpoint, asked: BoardQuery, bands: words.Bands) -> board_cells.Drawing:
    """What draws the rows in the view that is asked for."""
    addresses, points = board_cells.Addresses.of(seen), words.Points(current_language())
    if asked.view != VIEWS[0][0]:
        return board_cells.by_status(addresses, points)
    cells = queries.cells(session, seen.chosen.id, seen.past_day)
    return board_cells.by_domain(cells, addresses, points, bands)


def _within(group: str | None, bodies: Sequence[Any]) -> Sequence[Any]:
    return [body for body in bodies if body.peer == group] if group else bodies


def _url(seen: Viewpoint, asked: BoardQuery, **changes: str | None) -> str:
    return seen.url(url_for("monitoring.board"), **asked.kept(seen, **changes))


def _url_of_day(seen: Viewpoint, asked: BoardQuery, day: date) -> str:
    kept = ("group", asked.group), ("view", asked.kept(seen)["view"])
    pairs = [("programme", seen.chosen.code), ("on", seen.day_text(day)), *kept]
    return f"{url_for('monitoring.board')}?{urlencode([(name, value) for name, value in pairs if value])}"


def _peers(bodies: Sequence[Any]) -> list[tuple[str, str]]:
    """The peer groups to choose from."""
    return [(key, words.group_name(key)) for key in sorted({body.peer for body in bodies}, key=words.group_place)]


def _group_urls(seen: Viewpoint, asked: BoardQuery, bodies: Sequence[Any]) -> dict[str, str]:
    """The address of the board for each peer group; under "" for all."""
    every = {"": _url(seen, asked, group=None)}
    return every | {peer: _url(seen, asked, group=peer) for peer in {body.peer for body in bodies}}


def _comparisons(seen: Viewpoint) -> list[date]:
    """The ends of the last three months before the day."""
    days = [default_comparison(seen)]
    while len(days) < 3:
        days.append(month_end(days[-1]))
    return days


def _stats(seen: Viewpoint, asked: BoardQuery, now: Totals, before: Totals) -> list[dict[str, Any]]:
    """The figures on top: the score, then every target in one of them. Each leads to exactly the targets it counts."""
    since = format_day(asked.compared_on)

    def counted(statuses: tuple[Any, ...], status: str, label: str, more_is: str | None) -> dict[str, Any]:
        number = now.of(statuses)
        href = seen.url(url_for("monitoring.targets"), status=status, group=asked.group)
        return {
            "number": format_number(number),
            "label": label,
            "href": href if number else None,
            "since": since,
            **_change(number - before.of(statuses), more_is, format_number),
        }

    total, unscored = now.of(words.STATUSES), now.of(UNSCORED)
    whose = _("points, whole province") if not asked.group else _("points, this group")
    of = _("%(judged)s of %(all)s targets judged", judged=format_number(total - unscored), all=format_number(total))
    score = {
        "number": format_score(now.score),
        "label": f"{whose} · {of}",
        "href": seen.url(url_for("monitoring.targets"), status="all", group=asked.group),
        "since": since,
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
    if not difference:
        return {"delta": written(0), "direction": "same", "tone": None}
    less_is = {"good": "bad", "bad": "good"}.get(more_is or "")
    return {
        "delta": written(abs(difference)),
        "direction": "up" if difference > 0 else "down",
        "tone": more_is if difference > 0 else less_is,
    }


def _waiting(session: Any, found: Any, seen: Viewpoint, calendar: WorkingCalendar) -> dict[str, Any] | None:
    """Targets whose report waited for an appraiser on the day, whose duty that is, and for how long."""
    if not found.all:
        return None
    address = seen.url(url_for("monitoring.targets"), status="all")
    days = calendar.left(found.oldest, seen.on)
    return {
        "all": _(
            "%(count)s targets with a report to appraise: %(who)s",
            count=_numbered(found.all, found.all_reports),
            who=words.appraisers(queries.appraising(session, seen.on)),
        ),
        "all_href": f"{address}&waiting=any",
        "long": _(
            "%(count)s have waited for more than %(days)s working days",
            count=_numbered(found.long, found.long_reports),
            days=WAITS_LONG,
        )
        if found.long
        else None,
        "long_href": f"{address}&waiting=long",
        "oldest": _n("the longest for %(num)s working day", "the longest for %(num)s working days", days),
    }


def _numbered(targets: int, reports: int) -> str:
    """A count of what waits; told as "at least" where counting was stopped."""
    if reports <= queries.MOST_COUNTED:
        return format_number(targets)
    return _("At least %(number)s", number=format_number(targets))


def _legend(policy: Policy) -> Iterator[tuple[str, str]]:
    names = ("excellent", "good", "fair", "average", "weak")
    for name, edge in zip(names, policy.bands, strict=False):
        yield name, f"≥\u00a0{format_figure(edge)}"
    yield names[-1], f"<\u00a0{format_figure(policy.bands[-1])}"
