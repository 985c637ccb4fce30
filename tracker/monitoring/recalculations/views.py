"""What takes longer than a page: asking for a whole programme to be judged anew, the progress of it, the answer."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.compliance.recalculations import service
from tracker.compliance.recalculations.models import OF_POLICY, Kind, Recalculation, State
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import VIETNAM, Moment
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.files.sheets import in_order, stream_rows
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import Text, _, _l, format_day, format_instant, format_number
from tracker.core.tables import Column, Listing, SortKey, counted, fetch_page, read_query
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.recalculations import rows as answer_rows
from tracker.monitoring.recalculations.answer import answer
from tracker.monitoring.recalculations.judged import judged
from tracker.monitoring.recalculations.rows import RECALCULATION
from tracker.monitoring.settings.policy_forms import KnownOnForm, PressForm
from tracker.monitoring.settings.policy_views import changes
from tracker.monitoring.viewpoint import month_end, page_values, viewpoint
from tracker.permissions.guard import current_reader
from tracker.programmes import queries as programmes
from tracker.programmes.policy import in_force

STATES: Mapping[str, tuple[str, str, Text]] = {
    State.ASKED: ("silent", "ring", _l("Waits")),
    State.WORKING: ("info", "ring", _l("Being worked on")),
    State.ANSWERED: ("good", "check", _l("Done")),
    State.FAILED: ("bad", "cross", _l("Failed")),
}
KINDS: Mapping[str, Text] = {Kind.POLICY: _l("Preview of a policy"), Kind.KNOWN_ON: _l("As known on another day")}
_DAYS = ("from_on", "on", "known_on")
ASKED = Listing(
    columns=(Column("asked", _l("Asked"), (SortKey(RECALCULATION.id, int),)),),
    default_sort="-asked",
    identity=SortKey(RECALCULATION.id, int),
    page_size=25,
)


@blueprint.route("/inquiries", methods=["GET", "POST"])
@action(Action.ASK_PROVINCE)
def recalculations() -> Any:
    """Everything that was asked, the latest first, and a form to ask for a day as it is known on another."""
    session, seen = database.session(), viewpoint(database.session())
    if seen.programme is None:
        return render_template("monitoring/nothing.html", **page_values(seen))
    form = KnownOnForm(data={"on": month_end(seen.last_on), "known_on": seen.now.on})
    if form.validate_on_submit() and form.carry_out(_ask, programme_id=seen.programme.id, form=form):
        return redirect(url_for("monitoring.recalculation", token=form.result), 303)
    query = read_query(ASKED, request.args, url_for("monitoring.recalculations"))
    asked = answer_rows.asked().where(RECALCULATION.programme_id == seen.programme.id)
    shown = fetch_page(session, asked, query)
    page = render_template(
        "monitoring/recalculations.html",
        **page_values(
            seen,
            form=form,
            page=shown,
            query=query,
            count=counted(session, asked, query),
            rows=[_asked(row) for row in shown.rows],
            policy_url=url_for("monitoring.policy", programme=seen.programme.code),
            new_url=url_for("monitoring.new_policy", programme=seen.programme.code),
        ),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.get("/inquiries/<token>")
@action(Action.ASK_PROVINCE)
def recalculation(token: str) -> Any:
    """How far it has come, and then the answer. A part of the page that asks again by htmx is told when it is done."""
    session = database.session()
    found = service.by_token(session, token)
    waits = found.state in (State.ASKED, State.WORKING)
    if request.headers.get("HX-Request") and not waits:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("monitoring/recalculation.html", **_page(session, found), waits=waits)


@blueprint.post("/inquiries/<token>/plan")
@action(Action.MANAGE_POLICY)
def plan_policy(token: str) -> Any:
    """Set the policy that was previewed, from its day on."""
    session = database.session()
    found = service.by_token(session, token)
    form = PressForm()
    if form.validate_on_submit() and form.carry_out(
        service.plan, actor_id=current_reader().person_id, recalculation_id=found.id
    ):
        from_on, _policy = service.proposed_by(found)
        flash(_("The policy counts from %(day)s.", day=format_day(from_on)), "success")
        code = programmes.by_id(session, found.programme_id).code
        return redirect(url_for("monitoring.policy", programme=code), 303)
    return render_template("monitoring/recalculation.html", **_page(session, found, form), waits=False), 400


@blueprint.get("/inquiries/<token>/targets.csv")
@action(Action.ASK_PROVINCE)
def recalculation_targets(token: str) -> Response:
    """All targets of the answer, with both sides, as CSV; with the filters of the page."""
    found = service.by_token(database.session(), token)
    statement = _of_targets(found)
    return send_csv(
        answer_rows.target_columns(found.kind), stream_rows(database.db.engine, statement), _file_name(found, "")
    )


@blueprint.get("/inquiries/<token>/bodies.csv")
@action(Action.ASK_PROVINCE)
def recalculation_bodies(token: str) -> Response:
    """The sums of all bodies as CSV."""
    found = service.by_token(database.session(), token)
    demand(())
    rows = stream_rows(database.db.engine, answer_rows.bodies(found.id, service.days_of(found)[0]))
    return send_csv(answer_rows.body_columns(found.kind), rows, _file_name(found, "-bodies"))


@blueprint.get("/inquiries/<token>/answer.xlsx")
@action(Action.ASK_PROVINCE)
def recalculation_workbook(token: str) -> Response:
    """Both as sheets of one file."""
    found, engine = service.by_token(database.session(), token), database.db.engine
    targets = stream_rows(engine, _of_targets(found))
    bodies = stream_rows(engine, answer_rows.bodies(found.id, service.days_of(found)[0]))
    sheets = (
        Sheet(_("Targets"), answer_rows.target_columns(found.kind), targets),
        Sheet(_("Bodies"), answer_rows.body_columns(found.kind), bodies),
    )
    on, _known_on = service.days_of(found)
    said = _("Judged for %(on)s, asked at %(at)s", on=format_day(on), at=format_instant(found.asked_at))
    return send_xlsx(sheets, _file_name(found, ""), said)


def _ask(session: Session, now: Moment, *, programme_id: int, form: KnownOnForm) -> str:
    """In the unit of work of the form: the token."""
    return service.ask_known_on(
        session,
        now,
        actor_id=current_reader().person_id,
        programme_id=programme_id,
        on=form.on.data,
        known_on=form.known_on.data,
    ).token


def _page(session: Session, found: Recalculation, form: PressForm | None = None) -> dict[str, Any]:
    seen, reader = viewpoint(session, found.programme_id), current_reader()
    on, known_on = service.days_of(found)
    page = page_values(
        seen,
        recalculation=found,
        from_on=service.proposed_by(found)[0] if found.kind in OF_POLICY else None,
        mark=STATES[found.state],
        on=on,
        known_on=known_on,
        asked_at=format_instant(found.asked_at),
        answered_at=format_instant(found.answered_at),
        percent=100 * found.done // found.total if found.total else 0,
        progress=_("%(done)s of %(total)s targets", done=format_number(found.done), total=format_number(found.total)),
        back=url_for("monitoring.recalculations", programme=seen.chosen.code),
        here=url_for("monitoring.recalculation", token=found.token),
        changes=_changes(found),
        form=form or PressForm(),
        outdated=_outdated(session, found, seen.now),
        may_plan=reader.may(Action.MANAGE_POLICY),
        sees_targets=reader.may(Action.SEE_TARGET),
        **judged(session, seen, found),
    )
    return page | (answer(session, seen, found) if found.state == State.ANSWERED else {})


def _changes(found: Recalculation) -> list[tuple[str, str, str]]:
    if found.kind not in OF_POLICY:
        return []
    from_on, proposed = service.proposed_by(found)
    return changes(in_force(service.versions_of(found), from_on), proposed)


def _outdated(session: Session, found: Recalculation, now: clock.Moment) -> Text | None:
    """Why the policy of a preview cannot be set any more; none where it can."""
    return service.outdated(session, found, now.on) if found.kind in OF_POLICY else None


def _asked(row: Any) -> dict[str, Any]:
    """A line of the list."""
    days = {name: format_day(service.day_from(text)) for name, text in row.parameters.items() if name in _DAYS}
    if row.kind == Kind.POLICY:
        what = _("policy from %(day)s", day=days["from_on"])
    else:
        what = _("%(on)s as known on %(known)s", on=days["on"], known=days["known_on"])
    done = row.state == State.ANSWERED
    return {
        "kind": KINDS[row.kind],
        "what": what,
        "href": url_for("monitoring.recalculation", token=row.token),
        "asked": format_instant(row.asked_at.astimezone(VIETNAM)),
        "who": row.asked_by,
        "mark": STATES[row.state],
        "differ": format_number(row.result.get("moved", 0)) if done else None,
        "total": format_number(row.total),
    }


def _of_targets(found: Recalculation) -> sa.Select[Any]:
    query = read_checked(database.session(), answer_rows.listing(), request.args, request.path)
    demand(query.notices, *query.names())
    return in_order(answer_rows.rows(found.id, moved=answer_rows.only_moved(query)), query)


def _file_name(found: Recalculation, ending: str) -> str:
    on, known_on = service.days_of(found)
    return f"{found.kind}-{on.isoformat()}-{known_on.isoformat()}{ending}"
