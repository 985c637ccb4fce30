"""What a meeting gave bodies to do: recorded on the spot, listed, done with a word and what shows it, withdrawn."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from tracker.agencies.choices import told_apart
from tracker.agencies.offices import LABELS
from tracker.agencies.queries import by_code
from tracker.briefings.blueprint import blueprint
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.named import read_checked
from tracker.core.errors import NotFound
from tracker.core.files.sheets import every_row
from tracker.core.files.workbooks import Sheet
from tracker.core.languages import _, _l, format_day, format_instant, text_by_language
from tracker.core.tables import ListQuery, counted, fetch_page
from tracker.core.web.downloads import send_csv, send_xlsx
from tracker.core.web.forms import AtMost, DayField, Form, Required, Select, TextArea
from tracker.core.web.requests import as_written, demand
from tracker.duties import queries, service
from tracker.duties.models import Conclusion
from tracker.monitoring import queries as monitoring
from tracker.monitoring.viewpoint import viewpoint
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict

Answer = str | tuple[str, int] | Any
MOST = service.LONGEST


class ConcludeForm(Form):
    """A task with its owner and day."""

    met_on = DayField(_l("Meeting of"), [Required(_l("Enter the day"))])
    task = TextArea(
        _l("What is to be done"), [Required(_l("Write what is to be done")), AtMost(MOST)], look={"rows": 4}
    )
    office = Select(
        _l("Who is to do it"), choices=[(office.value, LABELS[office]) for office in service.OWNERS], coerce=str
    )
    due_on = DayField(_l("To be done by"), [Required(_l("Enter the day"))])


class DoneForm(Form):
    """What was done, and what shows it."""

    text = TextArea(_l("What was done"), [Required(_l("Say what was done")), AtMost(MOST)], look={"rows": 4})
    proof = TextArea(
        _l("What shows it"),
        [Required(_l("Say what shows it")), AtMost(MOST)],
        look={"rows": 2, "hint": _l("The number and day of a document, or an address where it can be seen")},
    )


class WithdrawForm(Form):
    """Why it is taken back."""

    text = TextArea(_l("Reason"), [Required(_l("Say why")), AtMost(MOST)], look={"rows": 4})


@blueprint.route("/targets/<token>/conclude", methods=["GET", "POST"])
@action(Action.CONCLUDE)
def conclude_on_target(token: str) -> Answer:
    """Record what a meeting concluded about a target. 404 where it is unknown or out of the reader's scope."""
    visible = restrict(monitoring.TARGET.agency_id, current_reader(), Action.CONCLUDE)
    head = monitoring.target_head(database.session(), token, visible)
    if head is None:
        raise NotFound(_l("There is no such target."))
    given = {"programme_id": head.programme.id, "agency_id": head.agency_id, "target_id": head.target.id}
    instead = [(_("Suspend or end this target"), url_for("home.rule_on_target", token=token))]
    instead = instead if current_reader().may(Action.DECIDE_ON_TARGET) else []
    about = f"{text_by_language(head.target.title)} · {text_by_language(head.agency_name)}"
    return _recorded(given, about, url_for("monitoring.target", token=token), instead, head.agency_code)


@blueprint.route("/agencies/<code>/conclude", methods=["GET", "POST"])
@action(Action.CONCLUDE)
def conclude_on_agency(code: str) -> Answer:
    """Record what a meeting concluded about a body. 404 where there is none."""
    session = database.session()
    found = by_code(session, code)
    if found is None or not current_reader().may(Action.CONCLUDE, found.id):
        raise NotFound(_l("There is no such body."))
    as_written("code", found.code)
    given = {"programme_id": viewpoint(session).chosen.id, "agency_id": found.id, "target_id": None}
    back = url_for("monitoring.agency", code=found.code)
    return _recorded(given, text_by_language(found.name), back, [], found.code)


def _recorded(given: dict[str, Any], about: str, back: str, instead: list[tuple[str, str]], code: str) -> Answer:
    if current_reader().may(Action.PREPARE_LETTER):
        instead = [*instead, (_("Draft a letter that urges the body"), url_for("monitoring.draft_letter", code=code))]
    form = ConcludeForm(data={"met_on": clock.today()})
    if form.validate_on_submit():
        typed = {name: form[name].data for name in ("met_on", "task", "office", "due_on")}
        if form.carry_out(service.conclude, reader=current_reader(), **given, **typed):
            flash(_("It is recorded. Whoever is to do it is reminded of its day."), "success")
            return redirect(url_for("briefings.conclusions", agency=code), 303)
    page = render_template("briefings/conclude.html", form=form, about=about, back=back, instead=instead)
    return page, 422 if form.all_errors() else 200


@blueprint.get("/conclusions")
@action(Action.SEE_CONCLUSIONS)
def conclusions() -> str:
    """What is to be done, the first due first; with filters also what has ended."""
    session, now, query = database.session(), clock.moment(), _query()
    statement = _listed(query)
    return render_template(
        "briefings/conclusions.html",
        query=query,
        page=fetch_page(session, statement, query),
        count=counted(session, statement, query),
        about=queries.about,
        owner=queries.owner,
        state=_mark,
        today=now.on,
        as_at=format_instant(now.at),
        csv_url=query.at(url_for("briefings.conclusions_csv")),
        xlsx_url=query.at(url_for("briefings.conclusions_xlsx")),
    )


@blueprint.get("/conclusions.csv")
@action(Action.SEE_CONCLUSIONS)
def conclusions_csv() -> Response:
    """All that the list shows, on every page of it, as CSV."""
    query, rows = _every_row()
    return send_csv(query.listing.columns, rows, "conclusions")


@blueprint.get("/conclusions.xlsx")
@action(Action.SEE_CONCLUSIONS)
def conclusions_xlsx() -> Response:
    """The same as a sheet."""
    query, rows = _every_row()
    return send_xlsx([Sheet(_("Conclusions of meetings"), query.listing.columns, rows)], "conclusions")


@blueprint.get("/conclusions/<token>")
@action(Action.SEE_CONCLUSIONS)
def conclusion(token: str) -> str:
    """One of them, with what this reader can do about it."""
    found, reader = _found(token, Action.SEE_CONCLUSIONS), current_reader()
    is_open = found.state == queries.OPEN
    return render_template(
        "briefings/conclusion.html",
        row=found,
        facts=_told(found),
        mark=_mark(found, clock.today()),
        target_url=url_for("monitoring.target", token=found.target_token) if found.target_token else None,
        may_finish=is_open and reader.may(Action.DO_CONCLUDED, found.agency_id),
        may_withdraw=is_open and reader.may(Action.CONCLUDE, found.agency_id),
    )


@blueprint.route("/conclusions/<token>/done", methods=["GET", "POST"])
@action(Action.DO_CONCLUDED)
def finish_conclusion(token: str) -> Answer:
    """Say that it is done, and what shows it."""
    form, found = DoneForm(), _found(token, Action.DO_CONCLUDED)
    typed = {"text": form.text.data or "", "proof": form.proof.data or ""}
    return _ended(form, found, service.finish, typed, (_("This is done"), _("Say that it is done"), _("It is done.")))


@blueprint.route("/conclusions/<token>/withdraw", methods=["GET", "POST"])
@action(Action.CONCLUDE)
def withdraw_conclusion(token: str) -> Answer:
    """Take it back, with the reason."""
    form, found = WithdrawForm(), _found(token, Action.CONCLUDE)
    said = (_("Withdraw this conclusion"), _("Withdraw"), _("It is withdrawn."))
    return _ended(form, found, service.withdraw, {"text": form.text.data or ""}, said)


def _ended(form: Form, found: Any, verb: Any, typed: dict[str, str], said: tuple[str, str, str]) -> Answer:
    heading, press, told = said
    address = url_for("briefings.conclusion", token=found.token)
    if form.validate_on_submit() and form.carry_out(verb, reader=current_reader(), conclusion_id=found.id, **typed):
        flash(told, "success")
        return redirect(address, 303)
    page = render_template(
        "briefings/end_conclusion.html", form=form, heading=heading, press=press, task=found.task, back=address
    )
    return page, 422 if form.all_errors() else 200


def _found(token: str, needed: Action) -> Any:
    """Raises NotFound where it is unknown or out of the reader's scope."""
    within = restrict(Conclusion.agency_id, current_reader(), needed)
    found = queries.by_token(database.session(), within, token)
    if found is None:
        raise NotFound(_l("There is no such conclusion."))
    return found


def _told(row: Any) -> list[tuple[str, str | None]]:
    return [
        (_("Body"), text_by_language(row.agency_name)),
        (_("Meeting of"), format_day(row.met_on)),
        (_("Who is to do it"), queries.owner(row)),
        (_("To be done by"), format_day(row.due_on)),
        (_("Recorded by"), row.concluded_by),
        (_("Ended on"), format_day(row.ended_on) if row.ended_on else None),
        (_("What became of it"), row.text),
        (_("What shows it"), row.proof),
        (_("Said by"), row.ended_by),
    ]


def _mark(row: Any, on: Any) -> tuple[str, str, str]:
    """Tone, sign and word of how it stands."""
    if row.state == queries.OPEN and row.due_on < on:
        return "bad", "square", _("Late")
    tones = {queries.OPEN: ("warn", "triangle"), queries.DONE: ("good", "check"), queries.WITHDRAWN: ("silent", "ring")}
    return (*tones[row.state], str(queries.STATES[row.state]))


def _query() -> ListQuery:
    session, within = database.session(), _within()
    bodies = told_apart(queries.bodies(session, within))
    return read_checked(session, queries.listing(bodies), request.args, url_for("briefings.conclusions"))


def _within() -> Any:
    return restrict(Conclusion.agency_id, current_reader(), Action.SEE_CONCLUSIONS)


def _listed(query: ListQuery) -> Any:
    """What is to be done, where nothing else is asked for."""
    statement = queries.listed(_within())
    return statement if "state" in query.values else statement.where(queries.is_open())


def _every_row() -> tuple[ListQuery, Any]:
    query = _query()
    demand([*query.notices, *(fault.message for fault in query.faults.values())], *query.listing.names())
    return query, every_row(database.db.engine, _listed(query), query)
