"""The terms of a commitment's targets: changed while it is drafted, proposed and answered while it is negotiated; and
what is said of them."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import Dossier, DraftTarget
from tracker.commitments.life import drafting, from_templates, moving, negotiating
from tracker.commitments.life.moving import StaleTerms
from tracker.commitments.life.states import Move, Side, State
from tracker.commitments.terms import term_texts
from tracker.commitments.terms.term_texts import TERMS
from tracker.commitments.terms.terms import BadTerms, difference, stored
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import Forbidden, NotFound, StaleEdit
from tracker.core.languages import _, text_by_language
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import dossiers, reminding
from tracker.planning.dossiers.dossier_forms import (
    CommentForm,
    DropForm,
    NewTargetForm,
    ReasonForm,
    SeenForm,
    TermsForm,
)
from tracker.programmes import templates
from tracker.programmes.models import Programme


@blueprint.route("/commitments/<token>/targets/<draft_token>", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def terms(token: str, draft_token: str) -> Any:
    """The terms of one target: changed at once while it is drafted, else proposed to the other side."""
    dossier, session = dossiers.of_address(token), database.session()
    target = dossiers.target_of(session, dossier, draft_token)
    proposes = _proposes(dossier)
    now_stands = stored(target.terms)
    form: Any = TermsForm(now_stands, amends=target.base is not None, proposes=proposes, version=target.version)
    stands: list[tuple[str, str]] = []
    if form.is_submitted():
        form.validate()
        values = form.values()  # what cannot be read of it is told together with the rest
        try:
            if values is not None and form.carry_out(
                reminding.told(_propose, dossier) if proposes else _change,
                target_id=target.id,
                form=form,
                values=values,
            ):
                flash(
                    _("The change is proposed. The other side answers it.")
                    if proposes
                    else _("The terms are changed."),
                    "success",
                )
                return redirect(dossiers.page_of(dossier), 303)
        except StaleTerms as refusal:
            session.rollback()
            form.add_error("", refusal.message)
            target = dossiers.target_of(session, dossiers.of_address(token), draft_token)
            form.version.data = target.version
            stands = _differing(target, refusal)
    page = render_template(
        "planning/terms.html",
        form=form,
        target=target,
        title=text_by_language(target.terms.get("title") or {"vi": target.code}),
        proposes=proposes,
        stands=stands,
        drop_url=url_for("planning.drop_target", token=token, draft_token=draft_token),
        ends=target.base is not None,
        back=dossiers.page_of(dossier),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/commitments/<token>/targets/new", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def new_target(token: str) -> Any:
    """One more target, from a template: added to a draft, else proposed to the other side."""
    dossier, session = dossiers.of_address(token), database.session()
    proposes = _proposes(dossier)
    having = {one.code for one in moving.targets_of(session, dossier.id, dropped=True)}
    offered = {one.token: (one, last) for one, last in templates.in_use(session) if one.code not in having}
    form = NewTargetForm(data={"version": dossier.version})
    _reasoned(form, proposes)
    form.template.choices = [
        ("", _("Choose")),
        *((key, f"{one.code} · {text_by_language(last.title)}") for key, (one, last) in offered.items()),
    ]
    if form.validate_on_submit():
        programme = session.get_one(Programme, dossier.programme_id)
        periods = moving.calendar_so_far(session, programme.id)
        line = from_templates.line(*offered[form.template.data], programme.starts_on, programme.ends_on, periods)
        given = {"dossier_id": dossier.id, "line": form.line(line), "form": form, "proposes": proposes}
        if _carried_out(form, dossier, _add, **given):
            flash(
                _("The target is proposed. The other side answers it.") if proposes else _("The target is added."),
                "success",
            )
            return redirect(dossiers.page_of(dossier), 303)
    return _answer("planning/new_target.html", form, dossier, proposes=proposes)


@blueprint.route("/commitments/<token>/targets/<draft_token>/drop", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def drop_target(token: str, draft_token: str) -> Any:
    """Take a target out of a draft, or propose to."""
    dossier, session = dossiers.of_address(token), database.session()
    proposes = _proposes(dossier)
    try:
        target = dossiers.target_of(session, dossier, draft_token)
    except NotFound:
        if request.method == "GET":
            raise
        return _done_already(dossier, _("The target is taken out already."))  # by the press before, or in another tab
    form = DropForm(data={"version": target.version if proposes else dossier.version})
    _reasoned(form, proposes)
    given = {"dossier_id": dossier.id, "target_id": target.id, "form": form, "proposes": proposes}
    if form.validate_on_submit() and _carried_out(form, dossier, _drop, **given):
        done = _("The target ends with this amendment.") if target.base else _("The target is taken out.")
        flash(_("It is proposed. The other side answers it.") if proposes else done, "success")
        return redirect(dossiers.page_of(dossier), 303)
    title = f"{target.code} · {text_by_language(target.terms.get('title') or {'vi': ''})}"
    return _answer("planning/drop_target.html", form, dossier, title=title, proposes=proposes, ends=bool(target.base))


@blueprint.post("/commitments/<token>/targets/<draft_token>/keep")
@action(Action.SEE_COMMITMENTS)
def keep_target(token: str, draft_token: str) -> Any:
    """Let a target go on that a draft of an amendment was to end."""
    dossier, form = dossiers.of_address(token), SeenForm()
    target = dossiers.target_of(database.session(), dossier, draft_token, dropped=True)
    dossiers.demand(current_reader(), dossier, Move.CHANGE, Side.PPC)
    try:
        if form.validate_on_submit():
            form.carry_out(_keep, dossier_id=dossier.id, target_id=target.id, version=form.version.data or 0)
    except StaleEdit as refusal:
        database.session().rollback()
        form.add_error("", refusal.message)
    return dossiers.told(dossiers.of_address(token), form, _("The target goes on."))


@blueprint.route("/commitments/<token>/comment", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def comment(token: str) -> Any:
    """Say something of a term, of a target or of the whole."""
    dossier, session = dossiers.of_address(token), database.session()
    if not dossiers.sides_of(current_reader(), dossier):
        moving.permitted(current_reader(), dossier, Move.COMMENT)  # says why
    targets = moving.targets_of(session, dossier.id)
    choices = [(one.token, f"{one.code} · {text_by_language(one.terms.get('title') or {'vi': ''})}") for one in targets]
    form = CommentForm(targets=choices, data={"about": request.args.get("about", "")})
    if form.validate_on_submit():
        about = next((one.id for one in targets if one.token == form.about.data), None)
        if form.term.data and about is None:
            form.add_error("about", _("Choose the target whose term it is"))
        elif form.carry_out(reminding.told(_comment, dossier), dossier_id=dossier.id, about=about, form=form):
            flash(_("The comment is sent."), "success")
            return redirect(dossiers.page_of(dossier), 303)
    return _answer("planning/comment.html", form, dossier)


@blueprint.post("/commitments/<token>/proposals/<proposal_token>/accept")
@action(Action.SEE_COMMITMENTS)
def accept(token: str, proposal_token: str) -> Any:
    """Accept what the other side proposed: the terms are changed."""
    return _answered(token, proposal_token, Move.ACCEPT, _accept, _("The proposal is accepted."))


@blueprint.post("/commitments/<token>/proposals/<proposal_token>/take-back")
@action(Action.SEE_COMMITMENTS)
def take_back_proposal(token: str, proposal_token: str) -> Any:
    """Take one's own side's proposal back."""
    return _answered(token, proposal_token, Move.TAKE_BACK, _take_back, _("The proposal is taken back."))


@blueprint.route("/commitments/<token>/proposals/<proposal_token>/refuse", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def refuse(token: str, proposal_token: str) -> Any:
    """Refuse it, and say why."""
    dossier, session = dossiers.of_address(token), database.session()
    proposal = dossiers.proposal_of(session, dossier, proposal_token)
    moving.permitted(current_reader(), dossier, Move.REFUSE, _other(proposal.side))
    if proposal.outcome is not None and request.method == "GET":
        return _done_already(dossier, _("This proposal was answered already."))
    form = ReasonForm()
    if form.validate_on_submit() and form.carry_out(
        reminding.told(_refuse, dossier), proposal_id=proposal.id, form=form
    ):
        flash(_("The proposal is refused."), "success")
        return redirect(dossiers.page_of(dossier), 303)
    target = session.get(DraftTarget, proposal.draft_target_id) if proposal.draft_target_id else None
    code, shown = (target.code, target.terms) if target else ("", {})
    return _answer("planning/refuse.html", form, dossier, changes=term_texts.changes(proposal.changes, code, shown))


def _done_already(dossier: Dossier, told: str) -> Any:
    flash(told, "information")
    return redirect(dossiers.page_of(dossier), 303)


def _proposes(dossier: Dossier) -> bool:
    """Whether terms are proposed by now, and not changed at once. Raises Forbidden where the reader may neither."""
    reader = current_reader()
    drafted = dossier.state == State.DRAFTED
    if dossiers.can(reader, dossier, Move.CHANGE) or dossiers.can(reader, dossier, Move.PROPOSE):
        return not drafted
    moving.permitted(reader, dossier, Move.CHANGE if drafted else Move.PROPOSE)
    raise Forbidden(moving.NOT_YOURS)


def _reasoned(form: Any, proposes: bool) -> None:
    """A draft is changed without a reason: none is asked for, so that none is lost."""
    if not proposes:
        del form.reason


def _other(side: str) -> Side:
    return Side.PPC if side == Side.BODY else Side.BODY


def _answered(token: str, proposal_token: str, move: Move, verb: Any, done: str) -> Any:
    dossier, form = dossiers.of_address(token), SeenForm()
    proposal = dossiers.proposal_of(database.session(), dossier, proposal_token)
    side = Side(proposal.side) if move is Move.TAKE_BACK else _other(proposal.side)
    dossiers.demand(current_reader(), dossier, move, side)
    try:
        if form.validate_on_submit():
            form.carry_out(verb, proposal_id=proposal.id)
    except StaleEdit as refusal:
        database.session().rollback()
        form.add_error("", refusal.message)
    return dossiers.told(dossiers.of_address(token), form, done)


def _carried_out(form: Any, dossier: Dossier, verb: Any, /, **given: Any) -> bool:
    """Whether it is done; where somebody changed it meanwhile, what was typed stays, and the next press is about
    that."""
    try:
        return bool(form.carry_out(reminding.told(verb, dossier), **given))
    except StaleEdit as refusal:
        database.session().rollback()
        form.add_error("", refusal.message)
        stands: Any = refusal.current
        form.version.data = getattr(stands, "version", None) or dossiers.of_address(dossier.token).version
        return False


def _differing(target: DraftTarget, refusal: StaleTerms) -> list[tuple[str, str]]:
    """(term, what stands now) of each in which the terms are others than what was typed."""
    now = stored(target.terms)
    found = difference(refusal.given, now)
    return [
        (str(TERMS[one.term]), term_texts.beside(one.term, target.terms.get(one.term), one.before, target.terms))
        for one in found
    ]


def _answer(template: str, form: Any, dossier: Dossier, **values: Any) -> Any:
    page = render_template(template, form=form, back=dossiers.page_of(dossier), **values)
    return page, 400 if form.all_errors() else 200


def _by_field(verb: Any, *given: Any, **more: Any) -> Any:
    """What is wrong with a milestone goes beside the field of all of them."""
    try:
        return verb(*given, **more)
    except BadTerms as bad:
        raise BadTerms({pointer.split("/")[0]: message for pointer, message in bad.faults.items()}) from None


def _change(session: Session, now: Moment, *, target_id: int, form: TermsForm, values: dict[str, Any]) -> Any:
    """In the unit of work of the form."""
    seen = {"draft_target_id": target_id, "version": form.version.data or 0, "values": values}
    return _by_field(drafting.change, session, now, reader=current_reader(), **seen)


def _propose(session: Session, now: Moment, *, target_id: int, form: TermsForm, values: dict[str, Any]) -> Any:
    seen = {"draft_target_id": target_id, "version": form.version.data or 0, "values": values}
    return _by_field(negotiating.propose, session, now, reader=current_reader(), reason=form.reason.data, **seen)


def _add(session: Session, now: Moment, *, dossier_id: int, line: drafting.Line, form: Any, proposes: bool) -> Any:
    given: dict[str, Any] = {"reader": current_reader(), "dossier_id": dossier_id}
    if proposes:
        return _by_field(negotiating.propose_target, session, now, **given, terms=line.terms, reason=form.reason.data)
    return _by_field(drafting.add_target, session, now, **given, version=form.version.data or 0, line=line)


def _drop(session: Session, now: Moment, *, dossier_id: int, target_id: int, form: Any, proposes: bool) -> Any:
    given: dict[str, Any] = {
        "reader": current_reader(),
        "draft_target_id": target_id,
        "version": form.version.data or 0,
    }
    if proposes:
        return negotiating.propose_dropping(session, now, **given, reason=form.reason.data or "")
    return drafting.drop_target(session, now, **given, dossier_id=dossier_id)


def _keep(session: Session, now: Moment, *, dossier_id: int, target_id: int, version: int) -> None:
    seen = {"dossier_id": dossier_id, "version": version, "draft_target_id": target_id}
    drafting.keep_target(session, now, reader=current_reader(), **seen)


def _comment(session: Session, now: Moment, *, dossier_id: int, about: int | None, form: CommentForm) -> Any:
    said: dict[str, Any] = {"text": form.text.data or "", "draft_target_id": about, "term": form.term.data or None}
    return negotiating.comment(session, now, reader=current_reader(), dossier_id=dossier_id, **said)


def _accept(session: Session, now: Moment, *, proposal_id: int) -> Any:
    return negotiating.accept(session, now, reader=current_reader(), proposal_id=proposal_id)


def _take_back(session: Session, now: Moment, *, proposal_id: int) -> Any:
    negotiating.take_back(session, now, reader=current_reader(), proposal_id=proposal_id)


def _refuse(session: Session, now: Moment, *, proposal_id: int, form: ReasonForm) -> Any:
    negotiating.refuse(session, now, reader=current_reader(), proposal_id=proposal_id, reason=form.reason.data or "")
