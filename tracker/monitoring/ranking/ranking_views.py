"""The ranking: peer groups apart, each rank with how firm it is and how it moved, as a page and as files."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, url_for
from sqlalchemy.orm import Session

from tracker.compliance.standings.ranking import FEW
from tracker.compliance.steps.spans import points
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import Text, _, _l, format_score
from tracker.core.tables import Column
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.ranking import ranking_rows
from tracker.monitoring.ranking.ranking_rows import MEASURES, RankedGroup, RankedRow
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
    page_values,
    programme_columns,
    up_to,
    viewpoint,
    wanted,
)
from tracker.programmes.policy import in_force
from tracker.rule.calendar import ONE_DAY

MONTHS_OFFERED = 4  # ends of months that the ranking can be compared with in one press


@dataclass(frozen=True)
class RankingQuery:
    """What the address asks of the ranking besides the programme and the day."""

    since: DayAsked
    group: str | None
    wanted: Wanted
    faults: tuple[Text, ...]

    def kept(self, seen: Viewpoint, **changes: str | None) -> dict[str, str | None]:
        """The arguments that stand in the address, some changed; what is the default is left out."""
        since = None if self.since.day == month_end(seen.on) else self.since.day.isoformat()
        return {"since": since, "group": self.group, "q": self.wanted.text or None, **changes}


@blueprint.get("/ranking", endpoint="ranking")
@action(Action.SEE_BOARD)
def ranking_page() -> str:
    """The bodies of each peer group by rank."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    asked, path = _asked(session, seen), url_for("monitoring.ranking")
    policy = in_force(queries.frame_of(session, seen.chosen.id).policies, seen.on)
    every, told = _groups(session, seen, asked)
    groups = _shown(asked, every)
    kept = asked.kept(seen, q=None)
    files = seen.arguments(**asked.kept(seen))
    return render_template(
        "monitoring/ranking/ranking.html",
        **page_values(
            seen,
            asked=asked,
            since=asked.since.day,
            notices=(*seen.notices, *asked.since.notices, *asked.faults),
            groups=groups,
            told=told,
            rows=sum(len(one.rows) for one in groups),
            places=[(words.group_name(one.key), f"#group-{place}") for place, one in enumerate(groups, start=1)],
            group_name=words.group_name,
            measures=[measure[1:] for measure in MEASURES],
            moved=moved,
            of_body=seen.addresses("monitoring.agency", "code"),
            of_targets=lambda code: seen.url(url_for("monitoring.targets"), status="all", agency=code),
            judged_share=words.percent(policy.judged_share * 100),
            few=FEW,
            peers=[("", _("All"), seen.url(path, **asked.kept(seen, group=None)))]
            + [
                (key, words.group_name(key), seen.url(path, **asked.kept(seen, group=key)))
                for key in _peers(session, seen)
            ],
            days=[(text, day, _of_day(seen, path, asked, day)) for text, day in day_choices(seen)],
            sinces=[(day, seen.url(path, **asked.kept(seen, since=day.isoformat()))) for day in _sinces(seen)],
            kept=seen.arguments(**kept),
            kept_day=[pair for pair in seen.arguments(**{**kept, "since": None}) if pair[0] != "on"],
            kept_since=[pair for pair in seen.arguments(**kept) if pair[0] != "since"],
            csv_url=f"{url_for('monitoring.ranking_csv')}?{urlencode(files)}",
            xlsx_url=f"{url_for('monitoring.ranking_xlsx')}?{urlencode(files)}",
        ),
    )


@blueprint.get("/ranking.csv")
@action(Action.SEE_BOARD)
def ranking_csv() -> Response:
    """The same as CSV."""
    seen, asked, rows = _export(database.session())
    return send_csv(_columns(seen, asked.since.day), rows, _name(seen))


@blueprint.get("/ranking.xlsx")
@action(Action.SEE_BOARD)
def ranking_xlsx() -> Response:
    """The same as a sheet."""
    seen, asked, rows = _export(database.session())
    return send_xlsx([Sheet(_("Ranking"), _columns(seen, asked.since.day), rows)], _name(seen), up_to(seen.as_at))


def moved(one: RankedRow) -> dict[str, Any]:
    """How a body moved, for a page: by ranks, by points, and in words where there is nothing to compare with."""
    before, climbed, gained = one.before, one.climbed, one.gained
    word = None
    if before is None:
        word = _("new")
    elif before.group != one.row.group:
        word = _("was in another group")
    elif climbed is None:
        word = _("was not ranked") if before.rank.rank is None else _("no longer ranked")
    return {
        "word": word,
        "ranks": None if climbed is None else _way(climbed, str(abs(climbed))),
        "points": None if gained is None else _way(gained, format_score(abs(gained))),
    }


def _way(change: int, text: str) -> tuple[str, str, str | None]:
    if not change:
        return text, "same", None
    return (text, "up", "good") if change > 0 else (text, "down", "bad")


def _asked(session: Session, seen: Viewpoint) -> RankingQuery:
    since = day_asked("since", month_end(seen.on), seen.on - ONE_DAY, NOT_BEFORE)
    group, no_group = group_asked(session, seen.on)
    found = RankingQuery(since, group, wanted(""), no_group)
    without = seen.url(url_for("monitoring.ranking"), **found.kept(seen, q=None))
    return RankingQuery(since, group, wanted(without), no_group)


def _groups(session: Session, seen: Viewpoint, asked: RankingQuery) -> tuple[list[RankedGroup], bool]:
    policies = queries.frame_of(session, seen.chosen.id).policies
    days = seen.past_day, seen.on
    return ranking_rows.groups(session, seen.chosen.id, days, asked.since.day, policies, asked.group)


def _shown(asked: RankingQuery, groups: list[RankedGroup]) -> list[RankedGroup]:
    """The bodies that are asked for, ranked among all of their peers."""
    if not asked.wanted.text:
        return groups
    found = [
        RankedGroup(one.key, [row for row in one.rows if asked.wanted.finds(row.row.code, row.row.name)])
        for one in groups
    ]
    return [one for one in found if one.rows]


def _peers(session: Session, seen: Viewpoint) -> list[str]:
    found = {row.peer for row in queries.bodies(session, seen.chosen.id, seen.past_day, seen.on)}
    return sorted(found, key=words.group_place)


def _sinces(seen: Viewpoint) -> list[date]:
    days = [month_end(seen.on)]
    while len(days) < MONTHS_OFFERED:
        days.append(month_end(days[-1]))
    return days


def _of_day(seen: Viewpoint, path: str, asked: RankingQuery, day: date) -> str:
    pairs = [("programme", seen.chosen.code), ("on", seen.day_text(day)), ("group", asked.group)]
    return f"{path}?{urlencode([(name, value) for name, value in pairs if value])}"


def _export(session: Session) -> tuple[Viewpoint, RankingQuery, list[RankedRow]]:
    seen = of_file(session)
    asked = _asked(session, seen)
    seen.demand((*asked.since.faults, *asked.faults, *asked.wanted.faults), "since", "group", "q")
    groups, _told = _groups(session, seen, asked)
    return seen, asked, [row for one in _shown(asked, groups) for row in one.rows]


def _columns(seen: Viewpoint, since: date) -> list[Column]:
    def firm(name: str) -> Any:
        return lambda one: getattr(one.firm, name) if one.firm else None

    return [
        *programme_columns(seen),
        Column("on", _l("As of"), value=lambda one: seen.on),
        Column("group", _l("Peer group"), value=lambda one: words.group_name(one.row.group)),
        Column("rank", _l("Rank"), value=lambda one: one.row.rank),
        Column("among", _l("Ranked bodies"), value=lambda one: one.among),
        Column("code", _l("Code"), value=lambda one: one.row.code),
        Column("agency", _l("Body"), value=lambda one: one.row.name),
        Column("score", _l("Score"), value=lambda one: points(one.row.score)),
        Column("best", _l("Best rank possible"), value=firm("best")),
        Column("worst", _l("Worst rank possible"), value=firm("worst")),
        Column("judged", _l("Judged"), value=lambda one: one.row.judged),
        Column("counted", _l("Targets that count"), value=lambda one: one.row.of),
        Column("share", _l("Weight judged, %"), value=lambda one: one.row.share),
        Column("few", _l("Few targets judged"), value=lambda one: _("yes") if one.few else ""),
        Column("punctuality", _l("Punctuality"), value=lambda one: points(one.row.punctuality)),
        Column("since", _l("Since"), value=lambda one: since),
        Column("rank_before", _l("Rank then"), value=lambda one: one.before.rank.rank if one.before else None),
        Column("score_before", _l("Score then"), value=lambda one: points(one.before.score) if one.before else None),
        Column("climbed", _l("Ranks gained"), value=lambda one: one.climbed),
        Column("gained", _l("Points gained"), value=lambda one: points(one.gained)),
    ]


def _name(seen: Viewpoint) -> str:
    return f"{seen.chosen.code}-{seen.on.isoformat()}-ranking"
