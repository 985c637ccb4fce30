"""Drafting the commitments of a programme from templates: for all of its bodies at once, or for some."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.commitments.life import drafting, from_templates, lives, moving, negotiating
from tracker.commitments.life.drafting import Drafted
from tracker.commitments.life.states import State
from tracker.commitments.terms.term_texts import TERMS
from tracker.commitments.terms.terms import BadTerms
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import FieldError
from tracker.core.languages import _, _l, _n, format_day, text_by_language
from tracker.core.web.forms import Checkbox, Checkboxes, DayField, Form
from tracker.permissions.guard import current_reader
from tracker.planning import queries as planning
from tracker.planning.blueprint import blueprint
from tracker.programmes import plans, queries, templates
from tracker.programmes.models import Programme
from tracker.programmes.templates import Template, Version
from tracker.programmes.words import DOMAINS

Offered = Mapping[str, tuple[Template, Version]]


@blueprint.route("/programmes/<code>/draft", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def draft(code: str) -> Any:
    """Choose templates and bodies: each of these is drafted with all of those."""
    session = database.session()
    programme = queries.programme(session, code)
    plan = plans.of_programme(session, programme.id)
    offered = {one.token: (one, last) for one, last in templates.in_use(session)}
    groups = _without_one(session, programme, plan.agencies if plan else None)
    form = _form(offered, groups)(data={"expires_on": plan.unsigned_until if plan else None})
    if form.validate_on_submit():
        chosen, bodies = _chosen(form), _bodies(form, groups)
        if not chosen:
            form.add_error("", _("Choose one template at least"))
        if not bodies:
            form.add_error("", _("Choose one body at least"))
        if not form.all_errors():
            lines = [offered[token] for token in chosen]
            if form.carry_out(_draft, programme=programme, lines=lines, codes=bodies, form=form):
                _tell(form.result)
                return redirect(url_for("planning.commitments", programme=code), 303)
    page = render_template(
        "planning/draft.html",
        form=form,
        programme=programme,
        of_templates=[form[name] for name in form.of_templates],
        of_bodies=[(form[f"whole_{place}"], form[f"body_{place}"]) for place in range(len(groups))],
        count=sum(len(bodies) for _code, _name, bodies in groups),
        back=url_for("planning.commitments", programme=code),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/programmes/<code>/offer", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def offer_all(code: str) -> Any:
    """Offer everything of a programme that is drafted, at once."""
    session = database.session()
    programme = queries.programme(session, code)
    drafted = [one for one in lives.of_programme(session, current_reader(), programme.id) if one.state is State.DRAFTED]
    form = Form()
    back = url_for("planning.commitments", programme=code)
    if form.validate_on_submit() and form.carry_out(_offer, ids=[one.id for one in drafted]):
        flash(_n("%(num)s commitment is offered.", "%(num)s commitments are offered.", form.result), "success")
        return redirect(back, 303)
    page = render_template("planning/offer_all.html", form=form, programme=programme, rows=drafted, back=back)
    return page, 400 if form.all_errors() else 200


def _without_one(session: Session, programme: Programme, taking: Sequence[int] | None) -> planning.Groups:
    """The bodies that take part and have no commitment yet, by peer group."""
    having = set(planning.codes_of(session, sorted(moving.having_one(session, programme.id))))
    part = set(planning.codes_of(session, taking)) if taking is not None else None
    found: planning.Groups = []
    for code, name, bodies in planning.groups_on(session, programme.starts_on):
        left = [one for one in bodies if one[0] not in having and (part is None or one[0] in part)]
        if left:
            found.append((code, name, left))
    return found


def _form(offered: Offered, groups: planning.Groups) -> Any:
    fields: dict[str, Any] = {
        "expires_on": DayField(
            _l("Last day to sign"),
            look={"hint": _l("A commitment that is not signed by then expires. Empty: none does")},
        )
    }
    names = []
    for domain, label in DOMAINS.items():
        choices = [
            (token, f"{one.code} · {text_by_language(last.title)}")
            for token, (one, last) in offered.items()
            if last.domain == domain
        ]
        if choices:
            names.append(f"some_{domain}")
            fields[names[-1]] = Checkboxes(label, choices=choices)
    for place, (_code, name, bodies) in enumerate(groups):
        fields[f"whole_{place}"] = Checkbox(_l("All of %(group)s: %(count)s", group=name, count=len(bodies)))
        fields[f"body_{place}"] = Checkboxes(name, choices=list(bodies))
    return type("DraftForm", (Form,), fields | {"of_templates": tuple(names)})


def _chosen(form: Any) -> list[str]:
    return [token for name in form.of_templates for token in form[name].data or []]


def _bodies(form: Any, groups: planning.Groups) -> list[str]:
    found: list[str] = []
    for place, (_code, _name, bodies) in enumerate(groups):
        whole = form[f"whole_{place}"].data
        found += [code for code, _told in bodies] if whole else form[f"body_{place}"].data or []
    return found


def _tell(made: Drafted) -> None:
    count = len(made.dossiers)
    flash(_n("%(num)s commitment is drafted.", "%(num)s commitments are drafted.", count), "success")
    if made.left_out:
        text = _n("%(num)s body has one already.", "%(num)s bodies have one already.", len(made.left_out))
        flash(text, "warning")


def _draft(
    session: Session,
    now: Moment,
    *,
    programme: Programme,
    lines: Sequence[tuple[Template, Version]],
    codes: Sequence[str],
    form: Any,
) -> Drafted:
    """In the unit of work of the form."""
    last = form.expires_on.data
    if last is not None and not now.on <= last <= programme.ends_on:
        told = _l("Enter a day from today until the end of the programme (%(day)s)", day=format_day(programme.ends_on))
        raise FieldError("expires_on", told)
    periods = moving.calendar_so_far(session, programme.id)
    drafted = [from_templates.line(*one, programme.starts_on, programme.ends_on, periods) for one in lines]
    bodies = dict.fromkeys(planning.ids_of(session, codes), drafted)
    try:
        return drafting.draft_many(
            session,
            now,
            reader=current_reader(),
            programme_id=programme.id,
            bodies=bodies,
            expires_on=form.expires_on.data,
        )
    except BadTerms as bad:
        raise BadTerms({"": "; ".join(_told(pointer, str(told)) for pointer, told in bad.faults.items())}) from None


def _told(pointer: str, message: str) -> str:
    code, _slash, term = pointer.partition("/")
    return f"{code} · {TERMS.get(term.split('/')[0], term)}: {message}"


def _offer(session: Session, now: Moment, *, ids: Sequence[int]) -> int:
    """All or none."""
    for dossier_id in ids:
        negotiating.offer(session, now, reader=current_reader(), dossier_id=dossier_id)
    return len(ids)
