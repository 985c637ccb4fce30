"""Who moved: bodies by the change of their scores since a day, falls first, with what moved each; CSV and XLSX."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.compliance.records.names import Named
from tracker.compliance.steps.spans import points
from tracker.compliance.telling.difference import Turned
from tracker.compliance.telling.explain import STATUS_NAMES
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import exists, nothing_is
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import (
    Text,
    _,
    _l,
    format_day,
    format_figure,
    format_row_count,
    format_score,
    text_by_language,
)
from tracker.core.tables import LONGEST_VALUE, Column
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.monitoring import words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.queries import AGENCY
from tracker.monitoring.turns import cause_words
from tracker.monitoring.turns.difference_views import change_of, default_since
from tracker.monitoring.turns.filters import SCORES
from tracker.monitoring.turns.movers import Moved, Mover, counted, moved_by, movers, told
from tracker.monitoring.viewpoint import (
    NOT_BEFORE,
    DayAsked,
    Viewpoint,
    day_asked,
    day_choices,
    group_asked,
    month_end,
    of_file,
    page_values,
    programme_columns,
    up_to,
    viewpoint,
)
from tracker.rule.calendar import ONE_DAY
from tracker.rule.facts import Status

BODIES_SHOWN, TARGETS_SHOWN, OF_ONE_BODY = 10, 3, 100
STEPS_SHOWN = 3
AFTER = "after"  # the code of the last body of the page before
KEPT, LATE = (Status.MET_ON_TIME, Status.MET_LATE), (Status.OVERDUE, Status.UNREPORTED)
_ASKED = ("since", "group", "agency")


@dataclass(frozen=True)
class _Asked:
    """What the address asks for besides the programme and the day."""

    since: DayAsked
    group: str | None
    agency: str | None
    faults: tuple[Text, ...]

    def kept(self, seen: Viewpoint, **changes: str | None) -> dict[str, str | None]:
        """The arguments that stand in the address, some changed; what is the default is left out."""
        since = None if self.since.day == default_since(seen) else self.since.day.isoformat()
        return {"since": since, "group": self.group, "agency": self.agency, **changes}


@blueprint.get("/board/movers", endpoint="movers")
@action(Action.SEE_BOARD)
def movers_page() -> str:
    """Which bodies' scores fell and rose, by which targets, and which fact or day moved these."""
    session = database.session()
    seen = viewpoint(session)
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    asked = _asked(session, seen)
    every = _movers(session, seen, asked)
    found = _wanted(asked, every)
    shown, last = _page(found)
    first = 1 + found.index(shown[0]) if shown else 1
    return render_template(
        "monitoring/movers.html",
        **page_values(
            seen,
            asked=asked,
            notices=(*seen.notices, *asked.since.notices, *asked.faults),
            since=asked.since.day,
            count=len(found),
            rows=_counted(session, seen, asked, found),
            bodies=list(_bodies(session, seen, asked, shown, first)),
            group_name=words.group_name,
            peers=_peers(seen, asked, every),
            of_all=_url(seen, asked, agency=None) if asked.agency else None,
            days=[(text, day, _url_of_day(seen, asked, day)) for text, day in day_choices(seen)],
            sinces=[(day, _url(seen, asked, since=day.isoformat())) for day in _sinces(seen)],
            keep=seen.arguments(**asked.kept(seen, since=None)),
            next=_url(seen, asked, after=last) if last else None,
            first=_url(seen, asked) if request.args.get(AFTER) else None,
            csv_url=seen.url(url_for("monitoring.movers_csv"), **asked.kept(seen)),
            xlsx_url=seen.url(url_for("monitoring.movers_xlsx"), **asked.kept(seen)),
        ),
    )


@blueprint.get("/board/movers.csv")
@action(Action.SEE_BOARD)
def movers_csv() -> Response:
    """All of it as CSV, a line for each target that moved a body."""
    seen, since, rows = _export(database.session())
    return send_csv(_columns(seen, since), rows, _name(seen, since))


@blueprint.get("/board/movers.xlsx")
@action(Action.SEE_BOARD)
def movers_xlsx() -> Response:
    """The same as a sheet."""
    seen, since, rows = _export(database.session())
    return send_xlsx([Sheet(_("Who moved"), _columns(seen, since), rows)], _name(seen, since), up_to(seen.as_at))


def _asked(session: Session, seen: Viewpoint) -> _Asked:
    since = day_asked("since", default_since(seen), seen.on - ONE_DAY, NOT_BEFORE)
    group, no_group = group_asked(session, seen.on)
    agency = request.args.get("agency", "").strip()[:LONGEST_VALUE] or None
    unknown = agency is not None and not exists(session, AGENCY.code == agency)
    nobody = (nothing_is(_l("Body"), agency),) if agency is not None and unknown else ()
    return _Asked(since, group, agency, (*no_group, *nobody))


def _movers(session: Session, seen: Viewpoint, asked: _Asked) -> list[Mover]:
    return movers(session, seen.chosen.id, asked.since.day, seen.past_day, seen.on)


def _wanted(asked: _Asked, every: Sequence[Mover]) -> list[Mover]:
    """Of the peer group and the body that are asked for."""
    found = [one for one in every if asked.group in {None, one.now.peer}]
    return [one for one in found if asked.agency in {None, one.now.code}]


def _counted(session: Session, seen: Viewpoint, asked: _Asked, found: Sequence[Mover]) -> str:
    """How many rows the files have: a target each."""
    counts = counted(session, seen.chosen.id, asked.since.day, seen.past_day)
    return format_row_count(sum(counts.get(one.now.id, 0) for one in found))


def _page(found: Sequence[Mover]) -> tuple[Sequence[Mover], str | None]:
    """The bodies of the page that the address asks for, and the code of the last of them where more follow."""
    after = request.args.get(AFTER, "")
    start = next((place for place, one in enumerate(found, 1) if one.now.code == after), 0) if after else 0
    shown = found[start : start + BODIES_SHOWN]
    return shown, shown[-1].now.code if len(found) > start + BODIES_SHOWN else None


def _bodies(
    session: Session, seen: Viewpoint, asked: _Asked, shown: Sequence[Mover], first: int
) -> Iterator[dict[str, Any]]:
    """What the page says of each body: its scores, its counts, and the targets that gave most."""
    since = asked.since.day
    targets = moved_by(session, seen.chosen.id, since, seen.past_day, shown)
    most = OF_ONE_BODY if asked.agency else TARGETS_SHOWN
    ids = [one.target_id for some in targets.values() for one in some[:most]]
    called = {target_id: (named, steps) for target_id, named, steps in told(session, ids, since, seen.on)}
    of_target, of_agency = seen.addresses("monitoring.target", "token"), seen.addresses("monitoring.agency", "code")
    for place, one in enumerate(shown, first):
        some, code = targets[one.now.id], one.now.code
        rest = some[most:]
        changes = {"since": since.isoformat(), "agency": code, "what": SCORES}
        yield {
            "place": place,
            "code": code,
            "name": text_by_language(one.now.name),
            "group": words.group_name(one.now.peer),
            "href": of_agency(code),
            "before": one.before,
            "after": one.after,
            "change": change_of(one.before, one.after),
            "total": None if one.change is None else _signed(one.change),
            "kept": one.counted(KEPT),
            "late": one.counted(LATE),
            "targets": [_target(moved, *called[moved.target_id], of_target) for moved in some[:most]],
            "rest": len(rest),
            "rest_gave": _signed(sum(moved.gave or 0 for moved in rest)) if one.change is not None else None,
            "rest_href": _url(seen, asked, agency=code),
            "changes_href": seen.url(url_for("monitoring.changes"), **changes),
        }


def _target(moved: Moved, named: Named, steps: Sequence[Turned], of_target: Any) -> dict[str, Any]:
    row = moved.row
    return {
        "gave": None if moved.gave is None else _signed(moved.gave),
        "tone": None if not moved.gave else "bad" if moved.gave < 0 else "good",
        "title": text_by_language(named.title),
        "href": of_target(named.token),
        "before": row.before,
        "after": row.status,
        "score_before": row.score_before,
        "score": row.score,
        "weights": _weights(row.weight_before, row.weight),
        "steps": [
            {
                "day": format_day(step.on),
                "iso": step.on.isoformat(),
                "causes": [cause_words.told(cause, named.unit) for cause in step.causes],
            }
            for step in steps[-STEPS_SHOWN:]
        ],
        "more": max(0, len(steps) - STEPS_SHOWN),
    }


def _weights(before: Decimal | None, after: Decimal) -> tuple[str, str] | None:
    """Both weights where they differ."""
    return None if before is None or before == after else (format_figure(before), format_figure(after))


def _signed(hundredths: int) -> str:
    """A change with its sign; the true minus, which is as wide as the plus."""
    sign = "+" if hundredths > 0 else "\u2212" if hundredths < 0 else ""
    return f"{sign}{format_score(abs(hundredths))}"


def _peers(seen: Viewpoint, asked: _Asked, every: Sequence[Mover]) -> list[tuple[str | None, Any, str]]:
    """The peer groups to choose from: key, name, address; the first is all."""
    keys = sorted({one.now.peer for one in every}, key=words.group_place)
    found = [(key, words.group_name(key), _url(seen, asked, group=key)) for key in keys]
    return [(None, _("All"), _url(seen, asked, group=None)), *found]


def _sinces(seen: Viewpoint) -> list[date]:
    """The ends of the last four months before the day."""
    days = [default_since(seen)]
    while len(days) < 4:
        days.append(month_end(days[-1]))
    return days


def _url(seen: Viewpoint, asked: _Asked, **changes: str | None) -> str:
    return seen.url(url_for("monitoring.movers"), **asked.kept(seen, **changes))


def _url_of_day(seen: Viewpoint, asked: _Asked, day: date) -> str:
    since = asked.kept(seen)["since"] if asked.since.day < day else None
    return replace(seen, on=day).url(url_for("monitoring.movers"), **asked.kept(seen, since=since))


def _export(session: Session) -> tuple[Viewpoint, date, Iterator[dict[str, Any]]]:
    seen = of_file(session)
    asked = _asked(session, seen)
    seen.demand((*asked.since.faults, *asked.faults), *_ASKED)
    return seen, asked.since.day, _rows(session, seen, asked)


def _rows(session: Session, seen: Viewpoint, asked: _Asked) -> Iterator[dict[str, Any]]:
    found = _wanted(asked, _movers(session, seen, asked))
    targets = moved_by(session, seen.chosen.id, asked.since.day, seen.past_day, found)
    bodies: Mapping[int, Mover] = {one.now.id: one for one in found}
    moved = [one for body in found for one in targets[body.now.id]]
    ids = [one.target_id for one in moved]
    for one, (_id, named, steps) in zip(moved, told(session, ids, asked.since.day, seen.on), strict=True):
        yield {"body": bodies[one.row.agency_id], "moved": one, "named": named, "steps": steps}


def _columns(seen: Viewpoint, since: date) -> list[Column]:
    def status(of: str | None) -> str:
        return str(STATUS_NAMES[Status(of)]) if of else _("Not signed yet")

    def steps(row: Any) -> str:
        unit = row["named"].unit
        return "\n".join(
            f"{step.on:%d/%m/%Y}: {'; '.join(cause_words.told(cause, unit) for cause in step.causes)}"
            for step in row["steps"]
        )

    return [
        *programme_columns(seen),
        Column("since", _l("Since"), value=lambda row: since),
        Column("on", _l("As of"), value=lambda row: seen.on),
        Column("group", _l("Peer group"), value=lambda row: words.group_name(row["body"].now.peer)),
        Column("code", _l("Code"), value=lambda row: row["body"].now.code),
        Column("agency", _l("Body"), value=lambda row: text_by_language(row["body"].now.name)),
        Column("body_before", _l("Body's score before"), value=lambda row: points(row["body"].before)),
        Column("body_after", _l("Body's score"), value=lambda row: points(row["body"].after)),
        Column("body_change", _l("Body's change"), value=lambda row: points(row["body"].change)),
        Column("gave", _l("Given by this target"), value=lambda row: points(row["moved"].gave)),
        Column("commitment", _l("Commitment"), value=lambda row: row["named"].commitment),
        Column("target", _l("Target code"), value=lambda row: row["named"].code),
        Column("title", _l("Target"), value=lambda row: text_by_language(row["named"].title)),
        Column("before", _l("Status before"), value=lambda row: status(row["moved"].row.before)),
        Column("after", _l("Status now"), value=lambda row: status(row["moved"].row.status)),
        Column("score_before", _l("Score before"), value=lambda row: points(row["moved"].row.score_before)),
        Column("score", _l("Score"), value=lambda row: points(row["moved"].row.score)),
        Column("weight_before", _l("Weight before"), value=lambda row: row["moved"].row.weight_before),
        Column("weight", _l("Weight"), value=lambda row: row["moved"].row.weight),
        Column("steps", _l("What changed it"), value=steps),
    ]


def _name(seen: Viewpoint, since: date) -> str:
    return f"{seen.chosen.code}-{since.isoformat()}-{seen.on.isoformat()}-movers"
