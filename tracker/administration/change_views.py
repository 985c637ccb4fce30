"""Entering, changing, ending and succeeding bodies: forms of administrators."""

from typing import Any

from flask import flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.administration.blueprint import blueprint
from tracker.administration.forms import AppraiserForm, ChangeForm, EndForm, RegisterForm, SucceedForm
from tracker.administration.shortcuts import agency_of, bodies_to_choose
from tracker.agencies import kinds, service
from tracker.agencies import queries as agencies
from tracker.agencies.queries import AgencyRow
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import FieldError
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.core.web.forms import Form
from tracker.permissions.guard import current_reader


@blueprint.route("/new-agency", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def register() -> Any:
    """Enter a body."""
    form = RegisterForm()
    if form.validate_on_submit() and form.carry_out(_register, form=form):
        flash(_("The body is entered. Now its offices can be given."), "success")
        return redirect(url_for("administration.agency", code=form.result), 303)
    return _form(form, "administration/register.html")


@blueprint.route("/offices/<code>/change", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def change(code: str) -> Any:
    """Change the name, kind, peer group or days of a body."""
    found = agency_of(code)
    form = ChangeForm(
        kind=found.kind,
        data={
            "name": found.name.get("vi"),
            "name_en": found.name.get("en"),
            "kind": found.kind,
            "peer_group": found.peer_group,
            "exists_from": found.exists_from,
            "exists_to": found.exists_to,
        },
    )
    if form.validate_on_submit() and form.carry_out(_change, agency_id=found.id, form=form):
        return _back(found, _l("The body is changed.") if form.result else _l("Nothing was changed."))
    return _form(form, "administration/change.html", found)


@blueprint.route("/offices/<code>/end", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def end_body(code: str) -> Any:
    """End a body, and its offices with it."""
    found, form = agency_of(code), EndForm()
    if form.validate_on_submit() and form.carry_out(
        service.end, actor_id=_actor(), agency_id=found.id, to_on=form.to_on.data
    ):
        return _back(found, _l("The last day of the body is entered, and its offices end with it."))
    return _form(form, "administration/end.html", found)


@blueprint.route("/offices/<code>/succeed", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def succeed(code: str) -> Any:
    """Say who takes over from a body."""
    found, form = agency_of(code), SucceedForm()
    form.successors.choices = bodies_to_choose(found.code)
    if form.validate_on_submit() and form.carry_out(_succeed, agency_id=found.id, form=form):
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


def _group(session: Session, form: ChangeForm) -> str | None:
    typed = form.peer_group.data
    return kinds.group_of(typed, agencies.groups_in_use(session)) if typed else None


def _register(session: Session, now: Moment, *, form: RegisterForm) -> str:
    made = service.register(
        session,
        now,
        actor_id=_actor(),
        code=form.code.data or "",
        name=_names(form),
        kind=form.kind.data,
        peer_group=_group(session, form),
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
        kind=form.kind.data,
        peer_group=_group(session, form),
        exists_from=form.exists_from.data,
        exists_to=form.exists_to.data,
    )


def _succeed(session: Session, now: Moment, *, agency_id: int, form: SucceedForm) -> None:
    service.succeed(
        session,
        now,
        actor_id=_actor(),
        agency_id=agency_id,
        successor_ids=[_chosen(form.successors.data).id],
        from_on=form.from_on.data,
        ends=form.ends.data,
    )


def _assign(session: Session, now: Moment, *, agency_id: int, form: AppraiserForm) -> None:
    code = form.appraised_by.data
    appraised_by_id = _chosen(code).id if code else None
    service.assign_appraisal(session, now, actor_id=_actor(), agency_id=agency_id, appraised_by_id=appraised_by_id)


def _chosen(code: str) -> AgencyRow:
    found = agencies.by_code(database.session(), code)
    if found is None:
        raise FieldError("", _l("There is no such body."))
    return found


def _names(form: ChangeForm) -> dict[str, str]:
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
