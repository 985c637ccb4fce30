"""An amendment is begun on the page of a commitment in force: why, and from when. Its terms are changed afterwards, as
those of any draft."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.commitments.life import amending, lives, moving
from tracker.commitments.life.states import Move
from tracker.commitments.models import Commitment
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import Forbidden, NotFound
from tracker.core.languages import _, text_by_language
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import dossiers
from tracker.planning.dossiers.dossier_forms import AmendForm


@blueprint.route("/commitments/<token>/amend", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def amend(token: str) -> Any:
    """Begin an amendment of the commitment of this page; or, for the body, ask for one."""
    session, back = database.session(), url_for("planning.commitment", token=token)
    commitment = _of_address(session, token)
    move = dossiers.amending_move(current_reader(), commitment.agency_id)
    if move is None:
        raise Forbidden(moving.NOT_YOURS)
    asks = move is Move.ASK
    refused = amending.refusal(session, commitment)
    if refused is not None:
        flash(str(refused), "warning")
        return redirect(back, 303)
    body, commitment_id = text_by_language(commitment.agency.name), commitment.id
    form = AmendForm(data={"from_on": clock.today()})
    if form.validate_on_submit() and form.carry_out(_amend, commitment_id=commitment_id, form=form, asks=asks):
        flash(
            _("The amendment is asked for. Propose the terms that it is about.")
            if asks
            else _("The amendment is begun. Change the terms that it is about, then offer it."),
            "success",
        )
        return redirect(dossiers.page_of(form.result), 303)
    page = render_template("planning/amend.html", form=form, body=body, back=back, asks=asks)
    return page, 400 if form.all_errors() else 200


def _of_address(session: Session, token: str) -> Commitment:
    """The commitment in force whose page has this address, with its body. Raises NotFound."""
    found = lives.in_force(session, current_reader(), token)
    if found is None:
        raise NotFound(dossiers.NO_SUCH)
    return found


def _amend(session: Session, now: Moment, *, commitment_id: int, form: AmendForm, asks: bool) -> Any:
    """In the unit of work of the form."""
    why = {"reason": form.reason.data or "", "from_on": form.from_on.data}
    verb = amending.ask if asks else amending.amend
    return verb(session, now, reader=current_reader(), commitment_id=commitment_id, **why)
