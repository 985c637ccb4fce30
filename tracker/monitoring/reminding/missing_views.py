"""Who has not reported for a period, body by body, and the reports of one body by the hands in which they lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.agencies.queries import called
from tracker.commitments.models import Target
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.core.tables import Column
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import as_written
from tracker.monitoring import queries, words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.queries import AGENCY
from tracker.monitoring.reminding.missing_rows import CHOICES, STATES, BodyRow, body_rows, due_of, in_state
from tracker.monitoring.viewpoint import (
    Viewpoint,
    Wanted,
    group_asked,
    of_file,
    one_of,
    page_values,
    programme_columns,
    up_to,
    viewpoint,
    wanted,
)
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.programmes.models import Period
from tracker.programmes.words import period_title, period_with_days
from tracker.reminders.asking import missing
from tracker.reminders.asking.missing import OfBody

BY_BODY = "agency"  # how the page can be sorted; else by what was due longest


@dataclass(frozen=True)
class Asked:
    """What the address asks for: a programme today, one of its periods, and which bodies are shown."""

    seen: Viewpoint
    period: Period
    periods: Sequence[Period]
    group: str | None
    state: str | None
    by_body: bool
    words: Wanted
    faults: tuple[Text, ...]

    def url(self, endpoint: str, **more: str | None) -> str:
        """An address of these pages that goes on with what is asked for."""
        pairs = [("programme", self.seen.chosen.code), *self.kept(**more)]
        return f"{url_for(endpoint)}?{urlencode(pairs)}"

    def kept(self, **more: str | None) -> list[tuple[str, str]]:
        """The filters, as (name, value)."""
        values = {"period": self.period.code, "group": self.group, "state": self.state, "q": self.words.text}
        values |= {"sort": BY_BODY if self.by_body else None, **more}
        return [(name, value) for name, value in values.items() if value]


@blueprint.get("/unreported")
@action(Action.SEE_BOARD)
def unreported() -> str:
    """Who has not reported this period, by body."""
    session = database.session()
    seen = viewpoint(session)
    asked = asked_of(session, seen) if seen.programme else None
    if asked is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    every = _every(session, asked)
    return render_template("monitoring/unreported.html", **page_of(asked, every))


def page_of(asked: Asked, every: Sequence[BodyRow]) -> dict[str, Any]:
    """What the page shows."""
    seen, rows = asked.seen, _shown(asked, every)
    path = url_for("monitoring.unreported")
    return page_values(
        seen,
        asked=asked,
        rows=rows,
        states=[(key, *STATES[key][:3]) for key in STATES],
        totals={key: sum(row.counts[key] for row in every) for key in STATES},
        owed=sum(row.owed for row in every),
        reported=sum(row.reported for row in every),
        period=period_with_days(asked.period),
        runs=asked.period.cut_off > seen.now.on,
        due=due_of(asked.period.due_on, _left(asked)),
        periods=[(one.code, period_title(one.code)) for one in asked.periods],
        groups=[(key, words.group_name(key)) for key in sorted({row.group for row in every}, key=words.group_place)],
        choices=CHOICES,
        notices=asked.faults,
        clear=asked.url("monitoring.unreported", group=None, state=None, q=None),
        sorts=(
            asked.url("monitoring.unreported", sort=None),
            asked.url("monitoring.unreported", sort=BY_BODY),
        ),
        path=path,
        body_url=lambda code, state=None: body_url(asked.seen, code, asked.period.code, state),
        csv_url=asked.url("monitoring.unreported_csv"),
        xlsx_url=asked.url("monitoring.unreported_xlsx"),
    )


@blueprint.get("/unreported.csv")
@action(Action.SEE_BOARD)
def unreported_csv() -> Response:
    """The same as CSV."""
    asked, rows = _export(database.session())
    return send_csv(_columns(asked), rows, _name(asked))


@blueprint.get("/unreported.xlsx")
@action(Action.SEE_BOARD)
def unreported_xlsx() -> Response:
    """The same as a sheet."""
    asked, rows = _export(database.session())
    sheet = Sheet(_("Who has not reported"), _columns(asked), rows)
    return send_xlsx([sheet], _name(asked), up_to(asked.seen.now.at))


@blueprint.get("/unreported/<code>")
@action(Action.SEE_TARGET)
def unreported_agency(code: str) -> str:
    """The reports that one body owes for a period, by the hands in which they lie. 404 out of the reader's scope."""
    session = database.session()
    seen = viewpoint(session)
    visible = restrict(AGENCY.id, current_reader(), Action.SEE_TARGET)
    found = queries.agencies(session, seen.now.on, called(code), visible)
    if not found:
        raise NotFound(_l("There is no such body."))
    as_written("code", found[0].code)
    asked = asked_of(session, seen) if seen.programme else None
    if asked is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    of_body = Target.agency_id == found[0].id
    body = missing.of_period(session, seen.now.on, asked.period, of_body).get(found[0].id, OfBody(found[0].id))
    of_target = seen.addresses("monitoring.target", "token")
    return render_template(
        "monitoring/unreported_agency.html",
        **page_values(
            seen,
            asked=asked,
            code=found[0].code,
            name=text_by_language(found[0].name),
            period=period_with_days(asked.period),
            runs=asked.period.cut_off > seen.now.on,
            body=body,
            sections=_sections(body, of_target),
            path=url_for("monitoring.unreported_agency", code=found[0].code),
            periods=[(one.code, period_title(one.code)) for one in asked.periods],
            notices=asked.faults,
        ),
    )


def _sections(body: OfBody, of_target: Any) -> list[dict[str, Any]]:
    """The reports that are missing, by their states."""
    sections = []
    for key, (tone, shape, label, _hands) in STATES.items():
        rows = [
            {
                "token": one.figure.target_token,
                "code": one.figure.target_code,
                "title": text_by_language(one.figure.title),
                "href": of_target(one.figure.target_token),
                "commitment": one.figure.commitment,
                "due": due_of(one.figure.by, one.figure.left),
                "reason": one.figure.reason,
                "to_ask": one.is_owed,
            }
            for one in in_state(body, key)
        ]
        if rows:
            sections.append({"key": key, "tone": tone, "shape": shape, "label": label, "rows": rows})
    return sections


def asked_of(session: Session, seen: Viewpoint) -> Asked | None:
    """What the address asks for; none where the programme has no period in which anybody reports."""
    found = missing.periods(session, seen.chosen.id, seen.now.on)
    if not found:
        return None
    by_code = {one.code: one for one in found}
    code, no_period = one_of("period", by_code)
    group, no_group = group_asked(session, seen.now.on)
    state, no_state = one_of("state", dict(CHOICES))
    usual = missing.usual(found, seen.now.on) or found[0]
    asked = wanted("")
    return Asked(
        seen=seen,
        period=by_code[code] if code else usual,
        periods=found,
        group=group,
        state=state,
        by_body=request.args.get("sort") == BY_BODY,
        words=asked,
        faults=(*no_period, *no_group, *no_state, *asked.faults),
    )


def body_url(seen: Viewpoint, code: str, period_code: str, state: str | None = None) -> str:
    """The address of one body's reports of a period."""
    pairs = urlencode([("programme", seen.chosen.code), ("period", period_code)])
    return url_for("monitoring.unreported_agency", code=code) + f"?{pairs}" + (f"#{state}" if state else "")


def _every(session: Session, asked: Asked) -> list[BodyRow]:
    """The bodies of the programme that owe a report of the period or have sent one, within the reader's reach."""
    reader, on = current_reader(), asked.seen.now.on
    agencies = queries.committed(session, asked.seen.chosen.id, on, restrict(AGENCY.id, reader, Action.SEE_BOARD))
    visible = restrict(Target.agency_id, reader, Action.SEE_BOARD)
    rows = body_rows(missing.of_period(session, on, asked.period, visible), agencies)
    if asked.by_body:
        place = {agency.id: number for number, agency in enumerate(agencies)}
        rows.sort(key=lambda row: place[row.agency_id])
    return rows


def _shown(asked: Asked, every: Sequence[BodyRow]) -> list[BodyRow]:
    return [
        row
        for row in every
        if (not asked.group or row.group == asked.group)
        and (not asked.state or row.has(asked.state))
        and asked.words.finds(row.code, *row.names)
    ]


def _left(asked: Asked) -> int:
    calendar = queries.frame_of(database.session(), asked.seen.chosen.id).calendar
    return calendar.left(asked.seen.now.on, asked.period.due_on)


def _export(session: Session) -> tuple[Asked, list[BodyRow]]:
    seen = of_file(session)
    asked = asked_of(session, seen) if seen.programme else None
    if asked is None:
        raise NotFound(_l("There is no such programme."))
    seen.demand(asked.faults, "period", "group", "state", "q", "sort")
    return asked, _shown(asked, _every(session, asked))


def _columns(asked: Asked) -> list[Column]:
    def count(key: str) -> Column:
        return Column(key, STATES[key][2], value=lambda row: row.counts[key])

    return [
        *programme_columns(asked.seen),
        Column("on", _l("As of"), value=lambda row: asked.seen.now.on),
        Column("period", _l("Period"), value=lambda row: period_title(asked.period.code)),
        Column("code", _l("Code"), value=lambda row: row.code),
        Column("agency", _l("Body"), value=lambda row: row.name),
        Column("owed", _l("Reports asked for"), value=lambda row: row.owed),
        Column("reported", _l("Reports in"), value=lambda row: row.reported),
        *map(count, STATES),
        Column("by", _l("Due first"), value=lambda row: row.by),
    ]


def _name(asked: Asked) -> str:
    return f"{asked.seen.chosen.code}-{asked.period.code}-unreported-{asked.seen.now.on.isoformat()}"
