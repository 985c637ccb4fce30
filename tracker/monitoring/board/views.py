"""The province on one board: bodies in peer groups × domains or statuses, what changed, and what waits for whom."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, url_for
from sqlalchemy.orm import Session

from tracker.compliance.steps.spans import points
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import (
    Text,
    _,
    _l,
    _n,
    current_language,
    format_figure,
    format_number,
)
from tracker.core.tables import Column
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.board import ahead, attention, curves, figures, ordering, province_facts
from tracker.monitoring.board import cells as board_cells
from tracker.monitoring.board import rows as board
from tracker.monitoring.board.ordering import Order, arranged
from tracker.monitoring.board.rows import Group, Row
from tracker.monitoring.targets.filters import WAITS_LONG, waits_since
from tracker.monitoring.turns.forecast_views import DAYS
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
    up_to,
    viewpoint,
    wanted,
)
from tracker.permissions.guard import current_reader
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force
from tracker.rule import WorkingCalendar
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Policy

ASKED = ("compare", "group", "view", "q", "sort", "ahead")
AHEAD_DAYS = 10  # where no other number is asked for
VIEWS = (("domains", _l("By domain")), ("status", _l("By status")))


@dataclass(frozen=True)
class BoardQuery:
    """What the address asks of the board besides the programme and the day."""

    compared: DayAsked
    group: str | None
    view: str
    wanted: Wanted  # which bodies are shown
    order: Order
    ahead: int  # days
    faults: tuple[Text, ...]  # what else the address asks for that is not there

    @property
    def compared_on(self) -> date:
        """The day to compare with."""
        return self.compared.day

    def kept(self, viewpoint: Viewpoint, **changes: str | None) -> dict[str, str | None]:
        """The arguments that stand in the address, some changed; what is the default is left out."""
        compared = None if self.compared_on == default_comparison(viewpoint) else self.compared_on.isoformat()
        view = None if self.view == VIEWS[0][0] else self.view
        ahead = None if self.ahead == AHEAD_DAYS else str(self.ahead)
        own = {"compare": compared, "group": self.group, "view": view, "q": self.wanted.text or None}
        return {**own, "sort": self.order.text, "ahead": ahead, **changes}


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
    compared = queries.compared(session, seen.programme.id, asked.compared_on)
    before = _within(asked.group, compared)
    cells = queries.cells(session, seen.programme.id, seen.past_day) if _needs_cells(asked) else ()
    changes = _changes(bodies, compared)
    groups = arranged(_shown(asked, bodies, bands), asked.order, _scores(cells), changes)
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
            drawn=_drawn(session, seen, asked, bands, groups, cells, changes),
            order=asked.order,
            sort_url=lambda key: _url(seen, asked, sort=asked.order.turned(key)),
            orders=_orders(seen, asked),
            order_label=next(label for label, _url, current in _orders(seen, asked) if current),
            group_name=words.group_name,
            peers=_peers(everybody),
            group_urls=_group_urls(seen, asked, everybody),
            late_url=seen.url(url_for("monitoring.targets"), group=asked.group),
            stats=figures.stats(
                seen,
                asked.compared_on,
                asked.group,
                board.totals(bodies),
                board.totals(before),
                figures.year_before(session, seen, asked.group),
            ),
            turns=ahead.turns(session, seen, asked.group, asked.ahead),
            aheads=[(days, _url(seen, asked, ahead=_days_text(days))) for days in DAYS],
            requests=ahead.requests_waiting(session, seen),
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
            xlsx_url=seen.url(url_for("monitoring.board_xlsx"), **asked.kept(seen)),
        ),
    )


@blueprint.get("/board.csv")
@action(Action.SEE_BOARD)
def board_csv() -> Response:
    """The board as it is shown, a line for each body, with all domains and all statuses."""
    seen, columns, rows = _export(database.session())
    return send_csv(columns, rows, f"{seen.chosen.code}-{seen.on.isoformat()}")


@blueprint.get("/board.xlsx")
@action(Action.SEE_BOARD)
def board_xlsx() -> Response:
    """The same as a sheet."""
    seen, columns, rows = _export(database.session())
    name = f"{seen.chosen.code}-{seen.on.isoformat()}"
    return send_xlsx([Sheet(_("Whole province"), columns, rows)], name, up_to(seen.as_at))


def _export(session: Session) -> tuple[Viewpoint, list[Column], Iterator[Row]]:
    seen = of_file(session)
    asked = _asked(seen)
    seen.demand((*asked.compared.faults, *asked.faults, *asked.wanted.faults), *ASKED)
    policy = in_force(queries.frame_of(session, seen.chosen.id).policies, seen.on)
    bodies = _within(asked.group, queries.bodies(session, seen.chosen.id, seen.past_day, seen.on))
    changes = _changes(bodies, queries.compared(session, seen.chosen.id, asked.compared_on))
    scores = _scores(queries.cells(session, seen.chosen.id, seen.past_day))
    groups = arranged(_shown(asked, bodies, words.Bands(policy)), asked.order, scores, changes)
    columns = _columns(seen, asked.compared_on, scores, changes)
    return seen, columns, (row for group in groups for row in group.rows)


def _scores(cells: Sequence[Any]) -> dict[tuple[int, int], int | None]:
    return {(row.agency_id, row.domain): row.score for row in cells}


def _changes(bodies: Sequence[Any], compared: Sequence[Any]) -> dict[int, int | None]:
    """By how much the score of each body changed since the day of comparison, in hundredths; none where it had none."""
    then = {row.id: row.score for row in compared}
    scores = ((body.id, then.get(body.id), body.score) for body in bodies)
    return {body: None if was is None or now is None else now - was for body, was, now in scores}


def _orders(seen: Viewpoint, asked: BoardQuery) -> list[tuple[Text, str, bool]]:
    """By what the bodies of a group can be ordered: what it is called, its address, whether it is so now."""
    domains = asked.view == VIEWS[0][0]
    own = [(f"domain-{key}", name) for key, name in words.DOMAINS.items()] if domains else words.STATUSES.items()
    labels: dict[str, Text] = {ordering.RANK: _("Rank"), **ordering.LABELS, **dict(own)}
    if asked.order.key not in labels:
        labels[asked.order.key] = _("Another column")
    return [
        (label, _url(seen, asked, sort=Order(key, key in ordering.DOWNWARDS_FIRST).text), key == asked.order.key)
        for key, label in labels.items()
    ]


def _needs_cells(asked: BoardQuery) -> bool:
    return asked.view == VIEWS[0][0] or asked.order.key.startswith("domain-")


def _days_text(days: int) -> str | None:
    return None if days == AHEAD_DAYS else str(days)


def _columns(
    seen: Viewpoint, since: date, scores: dict[tuple[int, int], int | None], changes: dict[int, int | None]
) -> list[Column]:
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
        Column("since", _l("Compared with"), value=lambda row: since),
        Column("change", _l("Change"), value=lambda row: points(changes[row.agency_id])),
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
    sort, no_sort = one_of("sort", ordering.known())
    days, no_days = one_of("ahead", [str(days) for days in DAYS])
    chosen = (view or VIEWS[0][0], wanted(""), ordering.asked(sort), int(days) if days else AHEAD_DAYS)
    found = BoardQuery(compared, group, *chosen, (*no_view, *no_group, *no_sort, *no_days))
    return replace(found, wanted=wanted(_url(seen, found, q=None)))


def _shown(asked: BoardQuery, bodies: Sequence[Any], bands: words.Bands) -> list[Group]:
    """The peer groups with the bodies that are asked for, ranked among all of theirs."""
    groups = board.groups(bodies, bands, current_language())
    if not asked.wanted.text:
        return groups
    return board.only(groups, {one.id for one in bodies if asked.wanted.finds(one.code, *one.name.values())})


def _drawn(
    session: Session,
    seen: Viewpoint,
    asked: BoardQuery,
    bands: words.Bands,
    groups: Sequence[Group],
    cells: Sequence[Any],
    changes: Mapping[int, int | None],
) -> board_cells.Drawing:
    """What draws the rows in the view that is asked for."""
    addresses, points = board_cells.Addresses.of(seen, asked.compared_on), words.Points(current_language())
    if asked.view != VIEWS[0][0]:
        return board_cells.by_status(addresses, points)
    shown = [row.agency_id for group in groups for row in group.rows]
    drawings = curves.of_bodies(session, seen, shown)
    return board_cells.by_domain(cells, addresses, points, bands, changes, drawings)


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
