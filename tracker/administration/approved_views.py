"""What of a body takes two administrators: another kind or peer group, its end, and its undoing. Whoever asks sees what
would come of it first, and asks then."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.accounts import keys
from tracker.administration import foresight
from tracker.administration.blueprint import blueprint
from tracker.administration.forms import ClassifyForm, EndForm, ReopenForm
from tracker.administration.shortcuts import agency_of, group_stands, group_typed
from tracker.agencies import classifications
from tracker.agencies.queries import AgencyRow
from tracker.approvals import bodies
from tracker.approvals.bodies import Wish
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import Forbidden
from tracker.core.languages import _, text_by_language
from tracker.core.web.forms import Form
from tracker.permissions import considered_forms
from tracker.permissions.guard import current_reader
from tracker.rule.calendar import ONE_DAY


@dataclass(frozen=True, slots=True)
class Shown:
    """What would come of a wish, in sentences, and what the form carries of both."""

    key: str
    foreseen: list[str]


@blueprint.route("/offices/<code>/classify", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def classify(code: str) -> Any:
    """Ask that a body be of another kind, or ranked with others, from a day on."""
    found = agency_of(code)
    told = classifications.of_agency(database.session(), found.id)
    kind, group = told[-1].kind, group_stands(database.session(), told[-1].peer_group)
    data = {"kind": kind, "peer_group": group, "from_on": clock.today() + ONE_DAY}
    form = ClassifyForm(kind=kind, data=data, **considered_forms.given())

    def wish(session: Session) -> Wish:
        return bodies.to_classify(found.id, form.from_on.data, form.kind.data, group_typed(session, form))

    lead = _("From a day on, and by two administrators. Ranks of past days stay as they were.")
    return _asked(form, found, wish, title=_("Change kind or group of %(name)s", name=_name(found)), lead=lead)


@blueprint.route("/offices/<code>/end", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def end_body(code: str) -> Any:
    """Ask that a body end, and its offices with it."""
    found, form = agency_of(code), EndForm(**considered_forms.given())
    lead = _(
        "The body exists for the last time on this day. Its offices end with it; its commitments and past scores stay "
        "as they are. Two administrators decide on it."
    )
    return _asked(
        form,
        found,
        lambda _session: bodies.to_end((found.id, form.to_on.data)),
        title=_("End %(name)s", name=_name(found)),
        lead=lead,
        ask=_("Ask for the end of the body"),
        kind="warning",
    )


@blueprint.route("/offices/<code>/reopen", methods=["GET", "POST"])
@action(Action.MANAGE_OFFICES)
def reopen(code: str) -> Any:
    """Ask that the end of a body be undone, and its offices restored."""
    found, form = agency_of(code), ReopenForm(**considered_forms.given())
    lead = _(
        "The body exists without a last day again, and the offices that ended with it are held as before. Two "
        "administrators decide on it."
    )
    title = _("Undo the end of %(name)s", name=_name(found))
    return _asked(form, found, lambda _session: bodies.to_reopen(found.id), title=title, lead=lead)


def _name(found: AgencyRow) -> str:
    return text_by_language(found.name)


def _asked(
    form: Form,
    found: AgencyRow,
    wish: Callable[[Session], Wish],
    *,
    title: str,
    lead: str,
    ask: str | None = None,
    kind: str = "",
) -> Any:
    """The first press shows what would come of it; the second, of the same, asks for it."""
    shown: Shown | None = None
    status = 200
    try:
        if considered_forms.sent(form) and form.carry_out(_press, form=form, wish=wish):
            if isinstance(form.result, str):
                flash(_("It waits for a second administrator now."), "success")
                return redirect(url_for("approvals.one_request", token=form.result), 303)
            if (onward := considered_forms.onward()) is not None:
                return onward
            shown = form.result
        status = 400 if form.all_errors() else 200
    except Forbidden as refusal:
        form.refuse(refusal.by_field())
        status = 403
    page = render_template(
        "administration/foreseen.html",
        form=form,
        agency=found,
        name=_name(found),
        title=title,
        lead=lead,
        ask=ask or _("Ask for it"),
        kind=kind,
        shown=shown,
    )
    return make_response(page, status)


def _press(session: Session, now: Moment, *, form: Any, wish: Callable[[Session], Wish]) -> str | Shown:
    """The name of what waits now; or what would come of it, where that was not shown yet, or is no longer that."""
    wanted, actor_id = wish(session), _actor()
    if request.method == "POST":  # whoever goes back only reads
        bodies.attempt(session, now, actor_id=actor_id, wish=wanted)
    foreseen = foresight.of_wish(session, now, wanted.asked_by(actor_id))
    shown = Shown(keys.digest(repr((wanted, foreseen))), foreseen)
    if request.form.get("confirmed") != shown.key:
        return shown
    return bodies.ask(session, now, actor_id=actor_id, wish=wanted, reason=form.reason.data or "").token


def _actor() -> int:
    return current_reader().person_id
