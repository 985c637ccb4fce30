"""The PPC decides on one target: requests that wait, each with what it would change, and what nobody asked for."""

from collections.abc import Mapping
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.commitments.rulings import KINDS, Kind, Ruling
from tracker.compliance.records.facts import record_of
from tracker.compliance.telling.outlook import outlook
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.errors import Forbidden, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l, format_day, format_instant, format_score, text_by_language
from tracker.core.tables import ListQuery, counted, fetch_page
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.requests import demand
from tracker.home import words
from tracker.home.blueprint import blueprint
from tracker.home.figure import figure_page
from tracker.home.forms import ConfirmForm
from tracker.home.requests.request_forms import GRANT, REFUSE, AnswerForm, RulingForm, labelled
from tracker.home.requests.request_views import slot_of
from tracker.permissions import considered_forms
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.progress import history
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.progress.queries import ReportSlot
from tracker.progress.requests import deciding, reading, telling
from tracker.progress.requests import queries as requests
from tracker.progress.requests import words as request_words
from tracker.progress.states import RequestState

Answer = str | Response | tuple[str, int]


@blueprint.get("/requests", endpoint="requests")
@action(Action.SEE_TARGET)
def list_of_requests() -> str:
    """What waits for a decision, the oldest first; with filters also what was decided."""
    session, now, query = database.session(), clock.moment(), _query()
    statement = _listed(query)
    return render_template(
        "home/requests.html",
        query=query,
        page=fetch_page(session, statement, query),
        count=counted(session, statement, query),
        age=lambda row: requests.age(row, now.on),
        kind_name=lambda row: str(KINDS[Kind(row.kind)]),
        state_name=lambda row: str(requests.STATES[RequestState(row.state)]),
        wanted=request_words.wanted,
        as_at=format_instant(now.at),
        decides=current_reader().may(Action.DECIDE_ON_TARGET),
        csv_url=query.at(url_for("home.requests_csv")),
        xlsx_url=query.at(url_for("home.requests_xlsx")),
    )


@blueprint.get("/requests.csv")
@action(Action.SEE_TARGET)
def requests_csv() -> FlaskResponse:
    """All that the list shows, on every page of it, as CSV."""
    query, rows = _every_row()
    return send_csv(query.listing.columns, rows, "requests")


@blueprint.get("/requests.xlsx")
@action(Action.SEE_TARGET)
def requests_xlsx() -> FlaskResponse:
    """The same as a sheet."""
    query, rows = _every_row()
    return send_xlsx([Sheet(_("Requests about targets"), query.listing.columns, rows)], "requests")


@blueprint.get("/requests/<token>")
@action(Action.SEE_TARGET)
def request_page(token: str) -> Answer:
    """One request: what was asked, why, with which files, and where it stands."""
    row, slot, of_it = _request(token)
    if considered_forms.carried() is not None:
        return _answered(token)
    form = _answer_form(of_it)
    form.fill({name: reading.written(getattr(of_it, name)) for name in ("due_on", "from_on", "to_on")})
    return _page(row, slot, of_it, form)


@blueprint.post("/requests/<token>")
@action(Action.DECIDE_ON_TARGET)
def decide_request(token: str) -> Answer:
    """Grant or refuse it: first it is shown what that changes, then, confirmed, it is done."""
    return _answered(token)


def _answered(token: str) -> Answer:
    """What becomes of an answer that was sent, or that the address carries."""
    row, slot, of_it = _request(token)
    form = _answer_form(of_it)
    if considered_forms.sent(form) and not request.form.get("change"):
        ruling, reason = _read_answer(form, of_it)
        arguments = {"slot": slot, "request": of_it, "ruling": ruling, "reason": reason}
        refused = _tried(form, "check", arguments)
        if refused is not None:
            return _page(*_request(token), form, refused)
        if not form.all_errors() and not request.form.get("seen"):
            if form.result is not None:  # going back after it was decided
                return redirect(url_for("home.request_page", token=token), 303)
            return considered_forms.onward() or _shown(slot, form, ruling, of_it)
        if not form.all_errors():
            refused = _tried(form, "decide", arguments)
            if refused is not None:
                return _page(*_request(token), form, refused)
            if not form.all_errors():
                flash(_("The decision stands, and whoever asked is told of it."), "success")
                return redirect(url_for("home.requests"), 303)
    return _page(row, slot, of_it, form)


@blueprint.route("/targets/<token>/decision", methods=["GET", "POST"])
@action(Action.DECIDE_ON_TARGET)
def rule_on_target(token: str) -> Answer:
    """Suspend a target, or end it, where nobody asked: shown first, then done."""
    slot, form = slot_of(token, Action.DECIDE_ON_TARGET), RulingForm(**considered_forms.given())
    refused = None
    if considered_forms.sent(form) and not request.form.get("change"):
        read = reading.read(form.typed(), deciding.DIRECT, deciding.WHY)
        form.refuse(read.faults)
        if read.ruling is not None and not form.all_errors():
            arguments = {"slot": slot, "ruling": read.ruling, "reason": read.reason}
            refused = _tried(form, "rule" if request.form.get("seen") else "check", arguments)
            if refused is None and not form.all_errors():
                if not request.form.get("seen") and form.result is None:
                    return considered_forms.onward() or _shown(slot, form, read.ruling, None)
                if request.form.get("seen"):
                    flash(_("The decision stands, and the head of the body is told of it."), "success")
                return redirect(url_for("monitoring.target", token=token), 303)
    now, refusal = clock.moment(), deciding.kept_from(current_reader(), slot.target.agency_id)
    html = render_template(
        "home/rule.html",
        form=form,
        slot=slot,
        title=words.title(slot.target),
        as_at=format_instant(now.at),
        refusal=refusal,
        ended=slot.target.ended_on,
        unsaved=labelled(form, form.typed()) if form.all_errors() and (refusal or slot.target.ended_on) else [],
    )
    return html, refused or (422 if form.all_errors() else 200)


_VERBS: Mapping[str, Any] = {"decide": deciding.decide, "rule": deciding.rule}


def _tried(form: Any, name: str, arguments: dict[str, Any]) -> int | None:
    """Try a verb; what is wrong stands in the form. The status of the page where it is another's to decide, or was
    decided meanwhile."""
    try:
        if name == "check":
            form.carry_out(deciding.check, reader=current_reader(), **arguments)
        else:
            form.carry_out(_decided, decide=_VERBS[name], reader=current_reader(), **arguments)
    except Forbidden as refusal:
        form.add_error("", refusal.message)
        return 403
    except StaleEdit as refusal:
        form.add_error("", refusal.message)
        return 409
    return None


def _decided(session: Session, now: Moment, *, decide: Any, slot: ReportSlot, **arguments: Any) -> TargetDecision:
    """Decide, and tell whoever asked."""
    decision: TargetDecision = decide(session, now, slot=slot, **arguments)
    ruling, of_it = arguments["ruling"], arguments.get("request")
    telling.tell(session, now, slot.target, decision, ruling, of_it, settings_of(current_app).site)
    return decision


def _answer_form(of_it: TargetRequest) -> AnswerForm:
    form = AnswerForm(**considered_forms.given())
    form.fit(reading.DAYS[Kind(of_it.kind or "")])
    return form


def _read_answer(form: AnswerForm, of_it: TargetRequest) -> tuple[Ruling | None, str]:
    """What was decided (none: refused) and why; what is wrong with it stands in the form."""
    kind = Kind(of_it.kind or "")
    typed = {**form.typed(), "kind": kind.value}
    read = reading.read(typed, (kind,), deciding.WHY)
    if form.outcome.data == GRANT:
        form.refuse(read.faults)
        return read.ruling, read.reason
    if "reason" in read.faults:
        form.add_error("reason", read.faults["reason"])
    if form.outcome.data != REFUSE:
        form.add_error("outcome", _l("Choose what you decide"))
    elif any(name in read.faults or _differs(read.ruling, of_it, name) for name in reading.DAYS[kind] if name in typed):
        form.add_error("outcome", _l("Other days than those asked for belong to “Grant”: choose it, or leave them"))
    return None, read.reason


def _differs(ruling: Ruling | None, of_it: TargetRequest, name: str) -> bool:
    return bool(getattr(ruling, name) != getattr(of_it, name))


def _shown(slot: ReportSlot, form: Any, ruling: Ruling | None, of_it: TargetRequest | None) -> str:
    """The decision as it is about to be taken, beside what the rule says before it and after it."""
    session, now = database.session(), clock.moment()
    found = outlook(session, now, record_of(session, slot.target, slot.commitment), ruling)
    sides = (found.before, found.after)
    rows = [
        (_("Deadline"), *(one.deadline for one in sides)),
        (_("Score"), *(format_score(one.score) for one in sides)),
        (_("Score of the body"), *(format_score(one.body) for one in sides)),
    ]
    typed = {**form.typed(), **({"outcome": form.outcome.data} if of_it is not None else {})}
    return render_template(
        "home/ruling.html",
        form=form,
        slot=slot,
        title=words.title(slot.target),
        as_at=format_instant(now.at),
        told=request_words.wanted(ruling) if ruling is not None else _("Refused"),
        asked=request_words.wanted(of_it) if of_it is not None else None,
        reason=form.reason.data,
        first=format_day(slot.target.due_on),
        statuses=[one.status for one in sides],
        rows=rows,
        typed=typed,
    )


def _page(row: Any, slot: ReportSlot, of_it: TargetRequest, form: AnswerForm, refused: int | None = None) -> Answer:
    session, reader, now = database.session(), current_reader(), clock.moment()
    waits = of_it.state == RequestState.WAITING
    refusal = deciding.kept_from(reader, slot.target.agency_id, of_it)
    may_decide = waits and refusal is None
    mine = reader.may(Action.ASK_ON_TARGET, slot.target.agency_id)
    html = render_template(
        "home/request.html",
        row=row,
        form=form,
        plain=ConfirmForm(),
        slot=slot,
        title=words.title(slot.target),
        agency=text_by_language(row.agency_name),
        as_at=format_instant(now.at),
        wanted=request_words.wanted(of_it),
        granted=request_words.granted(row),
        asked_by=requests.asked_by(row),
        decided_by=requests.decided_by(row),
        state=str(requests.STATES[RequestState(row.state)]),
        age=requests.age(row, now.on),
        waits=waits,
        refusal=refusal if waits and reader.may(Action.DECIDE_ON_TARGET) else None,
        may_decide=may_decide,
        may_withdraw=waits and mine,
        unsaved=labelled(form, form.typed()) if form.all_errors() and not may_decide else [],
        files=history.files(requests.files_of(session, of_it.id), figure_page.file_address),
    )
    return html, refused or (422 if form.all_errors() else 200)


def _request(token: str) -> tuple[Any, ReportSlot, TargetRequest]:
    session = database.session()
    row = requests.by_token(session, _visible(), token)
    if row is None:
        raise NotFound(_("There is no such request."))
    return row, slot_of(row.target_token, Action.SEE_TARGET), requests.request_of(session, row.id)


def _visible() -> Any:
    return restrict(TargetRequest.agency_id, current_reader(), Action.SEE_TARGET)


def _query() -> ListQuery:
    bodies, programmes = requests.choices(database.session(), _visible())
    listing = requests.listing(bodies, programmes, clock.today())
    return read_checked(database.session(), listing, request.args, url_for("home.requests"))


def _listed(query: ListQuery) -> Any:
    """What waits, where nothing else is asked for."""
    statement = requests.listed(_visible())
    if "state" in query.values or "age" in query.values:
        return statement
    return statement.where(TargetRequest.state == RequestState.WAITING)


def _every_row() -> tuple[ListQuery, Any]:
    query = _query()
    demand(query.notices, *query.names())
    return query, every_row(database.db.engine, _listed(query), query)
