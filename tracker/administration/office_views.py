"""Giving, correcting and ending offices, and naming who stands in: forms of administrators."""

from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from tracker.administration import queries
from tracker.administration.blueprint import blueprint
from tracker.administration.forms import CorrectForm, EndOfficeForm, GiveForm, StandInForm
from tracker.administration.hanging import hangs_on
from tracker.administration.shortcuts import bodies_to_choose, holding_of, site
from tracker.agencies import over_time
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS, STOOD_IN_FOR, Office
from tracker.agencies.over_time import Acting, Held
from tracker.approvals import offices
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import FieldError
from tracker.core.languages import _, _l, text_by_language
from tracker.core.web.forms import Form
from tracker.people import queries as people
from tracker.permissions import considered_forms
from tracker.permissions.guard import current_reader
from tracker.rule.calendar import ONE_DAY


@blueprint.route("/holdings/give", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def give() -> Any:
    """Ask that somebody be given an office; `agency` and `person` in the address choose them beforehand."""
    form = GiveForm(
        data={
            "agency": request.args.get("agency"),
            "person": request.args.get("person"),
            "from_on": clock.today(),
        }
    )
    form.agency.choices = bodies_to_choose()
    form.person.choices = [("", _l("Choose")), *queries.people_to_choose(database.session())]
    if form.validate_on_submit() and form.carry_out(_give, form=form):
        return _waits(form)
    body = agencies.by_code(database.session(), request.args.get("agency", ""))
    page = render_template("administration/give.html", form=form, body=body)
    return make_response(page, 400 if form.all_errors() else 200)


@blueprint.route("/holdings/<token>/correct", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def correct(token: str) -> Any:
    """Correct the days of an office: at once where they become fewer, else by a second administrator."""
    held = holding_of(token)
    form = CorrectForm(data={"from_on": held.from_on, "to_on": held.to_on}, **considered_forms.given())
    first_on, last_on = form.from_on.data, form.to_on.data
    if considered_forms.sent(form) and (hanging := _unconfirmed(held, first_on, last_on)):
        days = _days_asked(held, first_on, last_on)
        return considered_forms.onward() or _form(
            form, "administration/correct.html", held, hanging=hanging, asked=days
        )
    if form.validate_on_submit() and form.carry_out(_correct, held=held, form=form):
        return _waits(form) if form.result else _back(held, _("The days are corrected."))
    return _form(form, "administration/correct.html", held)


@blueprint.route("/holdings/<token>/end", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def end(token: str) -> Any:
    """End an office."""
    held, form = holding_of(token), EndOfficeForm(data={"to_on": clock.today()}, **considered_forms.given())
    if considered_forms.sent(form):
        hanging = _unconfirmed(held, held.from_on, form.to_on.data)
        if hanging:
            days = _days_asked(held, held.from_on, form.to_on.data)
            return considered_forms.onward() or _form(
                form, "administration/end_office.html", held, hanging=hanging, asked=days
            )
        if request.method == "POST" and form.carry_out(_end, held=held, form=form):
            return _back(held, _("The last day of the office is entered, and the person is told by mail."))
    hanging = hangs_on(database.session(), clock.moment(), held, form.to_on.data or clock.today())
    return _form(form, "administration/end_office.html", held, hanging=hanging)


@blueprint.route("/holdings/<token>/remove", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def remove(token: str) -> Any:
    """Take back an office that was given by mistake today."""
    held, form = holding_of(token), Form()
    if form.validate_on_submit() and form.carry_out(
        offices.remove, actor_id=current_reader().person_id, holding_id=held.id, site=site()
    ):
        return _back(held, _("The office that was given by mistake is taken back."))
    hanging = hangs_on(database.session(), clock.moment(), held, clock.today() - ONE_DAY)
    return _form(form, "administration/remove_office.html", held, hanging=hanging)


@blueprint.route("/holdings/<token>/stand-in", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def stand_in(token: str) -> Any:
    """Ask that somebody act for the holder of an office."""
    held = holding_of(token)
    if held.office not in STOOD_IN_FOR:
        raise NotFound
    form = StandInForm(data={"from_on": max(clock.today(), held.from_on)})
    everybody = queries.people_to_choose(database.session())
    form.person.choices = [("", _l("Choose")), *(one for one in everybody if one[0] != held.person_token)]
    if form.validate_on_submit() and form.carry_out(_stand_in, held=held, form=form):
        return _waits(form)
    return _form(form, "administration/stand_in.html", held)


@blueprint.route("/holdings/stand-ins/<token>/end", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def end_stand_in(token: str) -> Any:
    """End an authority earlier than it was given for."""
    found = over_time.of_stand_in(database.session(), token)
    if found is None:
        raise NotFound
    held, acting, _id = found
    form = EndOfficeForm(data={"to_on": min(clock.today(), acting.to_on)})
    if form.validate_on_submit() and form.carry_out(_end_stand_in, acting=acting, form=form):
        return _back(held, _("The last day of the authority is entered, and both are told by mail."))
    return _form(form, "administration/end_stand_in.html", held, acting)


@blueprint.route("/holdings/stand-ins/<token>/remove", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def remove_stand_in(token: str) -> Any:
    """Take an authority back at once, on its first day or before."""
    found = over_time.of_stand_in(database.session(), token)
    if found is None:
        raise NotFound
    (held, acting, _id), form = found, Form()
    if form.validate_on_submit() and form.carry_out(
        offices.remove_stand_in, actor_id=current_reader().person_id, token=token, site=site()
    ):
        return _back(held, _("The authority is taken back, and both are told by mail."))
    return _form(form, "administration/remove_stand_in.html", held, acting)


def _unconfirmed(held: Held, first_on: date, last_on: date | None) -> list[str]:
    """What hangs on an office that is to end earlier, or to begin later though it is held today; nothing where it was
    shown for these days, and confirmed."""
    if request.form.get("confirmed") == _days_asked(held, first_on, last_on):
        return []
    session, now, found = database.session(), clock.moment(), []
    if first_on > max(held.from_on, now.on):
        found += hangs_on(session, now, held, held.from_on - ONE_DAY)
    if last_on is not None and first_on <= last_on and (held.to_on is None or last_on < held.to_on):
        found += hangs_on(session, now, held, last_on)
    return list(dict.fromkeys(found))


def _days_asked(held: Held, first_on: date, last_on: date | None) -> str:
    """The days that somebody is asked about, as the form carries them."""
    last = last_on.isoformat() if last_on else ""
    return last if first_on == held.from_on else f"{first_on.isoformat()}/{last}"


def _give(session: Session, now: Moment, *, form: GiveForm) -> str:
    body = agencies.by_code(session, form.agency.data)
    if body is None:
        raise FieldError("agency", _l("There is no such body."))
    return offices.ask_to_give(
        session,
        now,
        actor_id=current_reader().person_id,
        person_id=_person(form.person.data),
        agency_id=body.id,
        office=Office(form.office.data),
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        reason=form.reason.data or "",
    ).token


def _correct(session: Session, now: Moment, *, held: Held, form: CorrectForm) -> str | None:
    asked = offices.correct(
        session,
        now,
        actor_id=current_reader().person_id,
        holding_id=held.id,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        reason=form.reason.data or "",
        site=site(),
    )
    return asked.token if asked else None


def _end(session: Session, now: Moment, *, held: Held, form: EndOfficeForm) -> None:
    actor_id = current_reader().person_id
    offices.end(session, now, actor_id=actor_id, holding_id=held.id, to_on=form.to_on.data, site=site())


def _stand_in(session: Session, now: Moment, *, held: Held, form: StandInForm) -> str:
    return offices.ask_to_stand_in(
        session,
        now,
        actor_id=current_reader().person_id,
        holding_id=held.id,
        person_id=_person(form.person.data),
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        paper=form.paper.data or "",
    ).token


def _end_stand_in(session: Session, now: Moment, *, acting: Acting, form: EndOfficeForm) -> None:
    offices.end_stand_in(
        session,
        now,
        actor_id=current_reader().person_id,
        token=acting.token,
        to_on=form.to_on.data,
        site=site(),
    )


def _person(token: str) -> int:
    found = people.by_token(database.session(), token)
    if found is None:
        raise FieldError("person", _l("There is no such person."))
    return found.id


def _waits(form: Form) -> Any:
    flash(_("It waits for a second administrator now."), "success")
    return redirect(url_for("approvals.one_request", token=form.result), 303)


def _back(held: Held, done: str) -> Any:
    flash(done, "success")
    return redirect(url_for("administration.agency", code=held.agency_code), 303)


def _form(form: Form, template: str, held: Held, acting: Acting | None = None, **more: Any) -> Any:
    page = render_template(
        template,
        form=form,
        held=held,
        acting=acting,
        office=str(LABELS[held.office]),
        body=text_by_language(held.agency_name),
        **more,
    )
    return make_response(page, 400 if form.all_errors() else 200)
