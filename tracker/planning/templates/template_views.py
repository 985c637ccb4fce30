"""Templates of targets: the list by domain, the page of one with its versions, a new one, a new version, retiring."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.commitments.terms import template_limits
from tracker.commitments.terms import template_words as words
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import StaleEdit
from tracker.core.languages import _, _l, _n
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.templates.template_forms import PressForm, TemplateForm, TermsForm, as_typed
from tracker.programmes import templates as service
from tracker.programmes.templates import Template, Version
from tracker.programmes.words import DOMAINS

_FACTS = tuple(name for name in service.TERMS if name not in {"title", "source"})


@blueprint.get("/templates")
@action(Action.SEE_PROGRAMMES)
def templates() -> str:
    """All templates by domain; those that are retired stand last."""
    rows = [_row(template, last) for template, last in service.listed(database.session())]
    return render_template(
        "planning/templates.html",
        domains=[(label, [row for row in rows if row["domain"] == key]) for key, label in DOMAINS.items()],
        count=len(rows),
        form=PressForm(),
        may_prepare=current_reader().may(Action.PREPARE_PROGRAMME),
    )


@blueprint.post("/templates/typical")
@action(Action.PREPARE_PROGRAMME)
def typical_templates() -> Any:
    """Begin with the typical targets of a province."""
    form = PressForm()
    if form.validate_on_submit() and form.carry_out(_typical):
        flash(_n("%(num)s template is written.", "%(num)s templates are written.", form.result), "success")
    return redirect(url_for("planning.templates"), 303)


@blueprint.route("/templates/new", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def new_template() -> Any:
    """A template from nothing."""
    form = TemplateForm(data={"weight": 1})
    if form.validate_on_submit():
        values = _values(form)
        if values is not None and form.carry_out(_write, code=form.code.data, values=values):
            flash(_("The template is written."), "success")
            return redirect(url_for("planning.template", token=form.result), 303)
    return _form_page(form, _("Write a template"), url_for("planning.templates"))


@blueprint.get("/templates/<token>")
@action(Action.SEE_PROGRAMMES)
def template(token: str) -> str:
    """What a template says, and what each of its versions changed."""
    session = database.session()
    found = service.by_token(session, token)
    versions = service.versions(session, found.id)
    who = people.names(session, [one.set_by_id for one in versions if one.set_by_id is not None])
    return render_template(
        "planning/template.html",
        template=found,
        last=versions[0],
        facts=[
            (str(words.LABELS[name]), words.term(versions[0], name)) for name in _FACTS if _is_told(versions[0], name)
        ],
        versions=[_described(one, before, who) for one, before in zip(versions, [*versions[1:], None], strict=True)],
        form=PressForm(),
        may_prepare=current_reader().may(Action.PREPARE_PROGRAMME),
    )


@blueprint.route("/templates/<token>/version", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def new_version(token: str) -> Any:
    """Another version: those before it stay, and what was drafted from them."""
    session = database.session()
    found = service.by_token(session, token)
    last = service.versions(session, found.id)[0]
    form = TermsForm(data=as_typed(last), unit=last.unit)
    stands: list[tuple[str, str]] = []
    if form.validate_on_submit():
        values = _values(form)
        try:
            if values is not None and form.carry_out(_rewrite, token=token, version=form.version.data, values=values):
                flash(_("The new version stands. What was drafted before keeps its own."), "success")
                return redirect(url_for("planning.template", token=token), 303)
        except StaleEdit as refusal:
            session.rollback()
            now = service.versions(session, service.by_token(session, token).id)[0]
            form.add_error("", refusal.message)
            form.version.data = now.version
            stands = [(str(words.LABELS[name]), words.term(now, name)) for name in service.TERMS]
    return _form_page(form, _("A new version"), url_for("planning.template", token=token), stands)


@blueprint.post("/templates/<token>/retire")
@action(Action.PREPARE_PROGRAMME)
def retire_template(token: str) -> Any:
    """Nobody drafts from it any more; it can be put back."""
    return _press(token, _retire, _l("The template is retired. It can be put back."))


@blueprint.post("/templates/<token>/put-back")
@action(Action.PREPARE_PROGRAMME)
def put_template_back(token: str) -> Any:
    """It is offered again."""
    return _press(token, _put_back, _l("The template is in use again."))


def _press(token: str, verb: Any, done: Any) -> Any:
    form = PressForm()
    if form.validate_on_submit() and form.carry_out(verb, token=token):
        flash(str(done), "success")
    return redirect(url_for("planning.template", token=token), 303)


def _form_page(form: Any, heading: str, back: str, stands: list[tuple[str, str]] | None = None) -> Any:
    page = render_template("planning/template_form.html", form=form, heading=heading, back=back, stands=stands or [])
    return page, 400 if form.all_errors() else 200


def _values(form: TermsForm) -> dict[str, Any] | None:
    """What was typed, if nothing stands against it; what does, stands beside its field."""
    values = form.values()
    if values is None:
        return None
    for field, message in template_limits.refusals(values):
        form.add_error(field, message)
    return None if form.all_errors() else values


def _row(template: Template, last: Version) -> dict[str, Any]:
    return {
        "domain": last.domain,
        "code": template.code,
        "title": last.title,
        "url": url_for("planning.template", token=template.token),
        "shape": words.term(last, "shape"),
        "goal": words.goal(last),
        "frequency": words.term(last, "frequency"),
        "version": last.version,
        "retired": template.retired_at is not None,
    }


def _is_told(version: Version, name: str) -> bool:
    return getattr(version, name) not in (None, [], False)


def _described(one: Version, before: Version | None, who: dict[int, str]) -> dict[str, Any]:
    """A version for the page, with what it changes of the one before it."""
    changed = service.differences(before, one) if before is not None else []
    return {
        "number": one.version,
        "who": who.get(one.set_by_id or 0),
        "when": one.set_at,
        "changes": [(str(words.LABELS[name]), words.term(before, name), words.term(one, name)) for name in changed]
        if before is not None
        else None,
    }


def _typical(session: Session, now: Moment) -> int:
    """In the unit of work of the form."""
    return service.write_typical(session, now, actor_id=current_reader().person_id)


def _write(session: Session, now: Moment, *, code: str, values: dict[str, Any]) -> str:
    return service.write(session, now, actor_id=current_reader().person_id, code=code, values=values).token


def _rewrite(session: Session, now: Moment, *, token: str, version: int | None, values: dict[str, Any]) -> None:
    service.rewrite(session, now, actor_id=current_reader().person_id, token=token, version=version, values=values)


def _retire(session: Session, now: Moment, *, token: str) -> None:
    service.retire(session, now, actor_id=current_reader().person_id, token=token)


def _put_back(session: Session, now: Moment, *, token: str) -> None:
    service.put_back(session, now, actor_id=current_reader().person_id, token=token)
