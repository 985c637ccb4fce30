"""Entering bodies, changing their names, and saying who takes over and who appraises: forms of administrators."""

from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.administration.blueprint import blueprint
from tracker.administration.forms import AppraiserForm, ChangeForm, NameForm, RegisterForm, SucceedForm
from tracker.administration.shortcuts import agency_of, bodies_to_choose, group_typed
from tracker.agencies import queries as agencies
from tracker.agencies import service
from tracker.agencies.namesakes import namesakes
from tracker.agencies.queries import AgencyRow
from tracker.approvals import bodies
from tracker.core import letters
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import FieldError
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.core.web.forms import Form
from tracker.permissions.guard import current_reader
from tracker.rule.calendar import ONE_DAY


@blueprint.route("/new-agency", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def register() -> Any:
    """Enter a body."""
    form = RegisterForm()
    valid = form.validate_on_submit()
    if not _asks(form, form.exists_from.data, form.exists_to.data) and valid and form.carry_out(_register, form=form):
        flash(_("The body is entered. Now its offices can be given."), "success")
        return redirect(url_for("administration.agency", code=form.result), 303)
    return _form(form, "administration/register.html")


@blueprint.route("/offices/<code>/change", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def change(code: str) -> Any:
    """Change the name or the first day of a body."""
    found = agency_of(code)
    names = {"name": found.name.get("vi"), "name_en": found.name.get("en")}
    form = ChangeForm(data={**names, "exists_from": found.exists_from})
    valid = form.validate_on_submit()
    asks = _asks(form, form.exists_from.data, found.exists_to, found)
    if not asks and valid and form.carry_out(_change, agency_id=found.id, form=form):
        return _back(found, _l("The body is changed.") if form.result else _l("Nothing was changed."))
    return _form(form, "administration/change.html", found)


@blueprint.route("/offices/<code>/succeed", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def succeed(code: str) -> Any:
    """Say who takes over from a body."""
    found, form = agency_of(code), SucceedForm()
    form.successors.choices = bodies_to_choose(found.code)
    if form.validate_on_submit() and form.carry_out(_succeed, agency_id=found.id, form=form):
        if form.result is not None:
            flash(_("The successor is entered. That the body ends waits for a second administrator now."), "success")
            return redirect(url_for("approvals.one_request", token=form.result), 303)
        return _back(found, _l("The successor is entered."))
    return _form(form, "administration/succeed.html", found)


@blueprint.route("/offices/<code>/appraiser", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def appraiser(code: str) -> Any:
    """Say whose appraisers decide on a body's reports."""
    found = agency_of(code)
    bodies = bodies_to_choose(found.code)[1:]
    named = agencies.names(database.session(), [found.appraised_by_id] if found.appraised_by_id else [])
    form = AppraiserForm(data={"appraised_by": next((code for code, _name in named.values()), None)})
    form.appraised_by.choices = [("", _l("The appraisers of any other body")), *bodies]
    if form.validate_on_submit() and form.carry_out(_assign, agency_id=found.id, form=form):
        return _back(found, _l("Who appraises the body is entered."))
    return _form(form, "administration/appraiser.html", found)


def _asks(form: Any, first: date | None, last: date | None, found: AgencyRow | None = None) -> bool:
    """Whether it is still to be said that a second body of one name is meant. A name that stands is asked of nobody."""
    name = letters.line(form.name.data or "")
    stands = found is not None and letters.folded(found.name["vi"]) == letters.folded(name)
    asked = form.is_submitted() and not stands
    among = {"besides": found.id if found else None}
    return bool(form.ask_of(namesakes(database.session(), name, first, last, **among) if asked else ()))


def _register(session: Session, now: Moment, *, form: RegisterForm) -> str:
    made = service.register(
        session,
        now,
        actor_id=_actor(),
        code=form.code.data or "",
        name=_names(form),
        kind=form.kind.data,
        peer_group=group_typed(session, form),
        exists_from=form.exists_from.data,
        exists_to=form.exists_to.data,
    )
    return made.code


def _change(session: Session, now: Moment, *, agency_id: int, form: ChangeForm) -> bool:
    return service.change(
        session,
        now,
        actor_id=_actor(),
        agency_id=agency_id,
        name=_names(form),
        exists_from=form.exists_from.data,
    )


def _succeed(session: Session, now: Moment, *, agency_id: int, form: SucceedForm) -> str | None:
    """Returns the name of what waits for a second administrator, where the body is to end."""
    service.succeed(
        session,
        now,
        actor_id=_actor(),
        agency_id=agency_id,
        successor_ids=[_chosen(form.successors.data).id],
        from_on=form.from_on.data,
    )
    if not form.ends.data:
        return None
    wish = bodies.to_end((agency_id, form.from_on.data - ONE_DAY))
    return bodies.ask(session, now, actor_id=_actor(), wish=wish, reason=form.reason.data or "").token


def _assign(session: Session, now: Moment, *, agency_id: int, form: AppraiserForm) -> None:
    code = form.appraised_by.data
    appraised_by_id = _chosen(code).id if code else None
    service.assign_appraisal(session, now, actor_id=_actor(), agency_id=agency_id, appraised_by_id=appraised_by_id)


def _chosen(code: str) -> AgencyRow:
    found = agencies.by_code(database.session(), code)
    if found is None:
        raise FieldError("", _l("There is no such body."))
    return found


def _names(form: NameForm) -> dict[str, str]:
    return {"vi": form.name.data or ""} | ({"en": form.name_en.data} if form.name_en.data else {})


def _actor() -> int:
    return current_reader().person_id


def _back(found: AgencyRow, done: Text) -> Any:
    flash(str(done), "success")
    return redirect(url_for("administration.agency", code=found.code), 303)


def _form(form: Form, template: str, found: AgencyRow | None = None) -> Any:
    name = text_by_language(found.name) if found else None
    page = render_template(template, form=form, agency=found, name=name)
    return make_response(page, 400 if form.all_errors() else 200)
