"""What is pressed on a commitment: offered, agreed, declined, frozen, signed, put in force, and reminded of.

Who may press what, and when, is the table's word (`commitments/states.py`); whatever is asked once more is shown first.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import AMENDMENT, Dossier
from tracker.commitments.life import amending, moving
from tracker.commitments.life.states import Move, State
from tracker.commitments.terms import term_texts
from tracker.commitments.terms.term_texts import TERMS
from tracker.compliance.closing import service as closing
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _n
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import closing_words, dossiers, reminding, target_texts
from tracker.planning.dossiers.dossier_forms import ReasonForm, SeenForm
from tracker.planning.dossiers.presses import PRESSES, SIGNING, Press
from tracker.signing.documents import freezing, signatories
from tracker.signing.documents.freezing import NumberTaken
from tracker.signing.documents.signatories import Signatory


@blueprint.route("/commitments/<token>/moves/<name>", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def move_commitment(token: str, name: str) -> Any:
    """One press: asked once more where others act on it; who may make it is the table's word."""
    dossier, press = dossiers.of_address(token), PRESSES.get(name)
    if press is None or dossier.kind not in press.of:
        raise NotFound(_("There is no such page."))
    try:
        moving.permitted(current_reader(), dossier, press.move, on_paper=press.on_paper)
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        flash(str(refusal.message), "warning")
        return redirect(dossiers.page_of(dossier), 303)
    if press.name in SIGNING:
        return redirect(url_for("planning.sign_commitment", token=token), 303)
    form: Any = press.form(data=_seen(database.session(), dossier, press))
    if press.move is Move.SET_DAYS and dossier.state == State.SIGNED:
        del form.sign_until
    able = signatories.choices(database.session(), clock.today()) if press.move is Move.FREEZE else []
    if press.move is Move.FREEZE:
        form.offer([(one.key, one.label) for one in able])
    if form.validate_on_submit() and _carried_out(form, press, dossier, able):
        flash(press.told_of(dossier.kind)[2], "success")
        return redirect(dossiers.page_of(dossier), 303)
    if form.is_submitted() and not press.asked:
        return dossiers.told(dossier, form, press.told_of(dossier.kind)[2])
    return _page(form, press, token)


def _carried_out(form: Any, press: Press, dossier: Dossier, able: Sequence[Signatory]) -> bool:
    more: dict[str, Any] = {}
    for attempt in range(freezing.TRIES):
        try:
            if press.move in _MADE:
                more["made"] = _prepared(form, press, dossier, able)
                if more["made"] is None:
                    return False
            return bool(
                form.carry_out(reminding.told(_verb, dossier), press=press, token=dossier.token, form=form, more=more)
            )
        except _Again:
            if attempt + 1 == freezing.TRIES:
                form.add_error("", NumberTaken().message)
        except StaleEdit as refusal:
            database.session().rollback()
            form.add_error("", refusal.message)
            found = dossiers.of_address(dossier.token)
            form.version.data, form.seen.data = found.version, found.document_sha256
            return False
    return False


class _Again(StaleEdit):
    """Another number comes next by now."""


def _verb(session: Session, now: Moment, *, press: Press, token: str, form: Any, more: dict[str, Any]) -> Any:
    """In the unit of work of the form."""
    dossier = dossiers.of_address(token)
    try:
        return press.verb(session, now, dossier=dossier, form=form, **more)
    except NumberTaken as taken:
        raise _Again(taken.message, None) from None


def _prepared(form: Any, press: Press, dossier: Dossier, able: Sequence[Signatory]) -> freezing.Prepared | None:
    """The file, made before anything is locked; what stands against it is told on top."""
    session, made_as = database.session(), freezing.Form.of(settings_of(current_app))
    given: dict[str, Any] = {"reader": current_reader(), "dossier": dossier, "form": made_as}
    if press.move is Move.FREEZE:
        given["signatory"] = next((one for one in able if one.key == form.signatory.data), None) if able else None
    try:
        return _MADE[press.move](session, clock.moment(), **given)
    except moving.OpenTerms as refusal:
        form.add_error("", refusal.message)
    except DomainError as refusal:
        form.refuse(refusal.by_field())
    return None


# What of a move becomes a document is made before anything is locked.
_MADE: Mapping[Move, Callable[..., freezing.Prepared]] = {Move.FREEZE: freezing.prepare, Move.CLOSE: closing.prepare}


def _seen(session: Session, dossier: Dossier, press: Press) -> dict[str, Any]:
    day, named = dossier.countersigned_on, amending.takes_effect(session, dossier)
    day = max(day, named) if day and named else named or day
    more = {}
    if press.move is Move.ASSESS:
        more["until"] = closing.end_of(session, dossier.programme_id).usual(clock.moment().on)
    return more | {
        "version": dossier.version,
        "seen": dossier.document_sha256,
        "from_on": day,
        "signed_on": dossier.document_on,
        "countersigned_on": dossier.document_on,
        "sign_until": dossier.expires_on,
        "countersign_until": dossier.countersign_until,
    }


def _page(form: Any, press: Press, token: str) -> Any:
    session, dossier = database.session(), dossiers.of_address(token)
    needs, amends = press.move in (Move.AGREE, Move.FREEZE), dossier.kind == AMENDMENT
    heading, lead, _done = press.told_of(dossier.kind)
    listed = needs or press.move in (Move.SIGN, Move.COUNTERSIGN)
    page = render_template(
        "planning/move_dossier.html",
        form=form,
        heading=heading,
        lead=lead,
        label=str(press.label),
        destroys=press.move in (Move.DECLINE, Move.WITHDRAW),
        body=dossiers.body_of(session, dossier),
        dossier=dossier,
        targets=_terms(session, dossier) if listed and not amends else [],
        changed=_changed(session, dossier) if amends and press.form is not ReasonForm else None,
        takes_effect=amending.takes_effect(session, dossier) if listed else None,
        missing=_missing(session, dossier) if needs else [],
        made=freezing.of_dossier(session, dossier),
        assessment=url_for("planning.assessment", token=token) if press.move in (Move.STATE, Move.CLOSE) else None,
        waits=closing_words.waiting_links(session, current_reader(), dossier) if press.move is Move.ASSESS else [],
        back=dossiers.page_of(dossier),
    )
    return page, 400 if form.all_errors() else 200


def _terms(session: Session, dossier: Dossier) -> list[tuple[str, str, str]]:
    return [
        (
            f"{one.code} · {term_texts.value('title', one.terms.get('title'), one.terms)}",
            term_texts.goal(one.terms),
            term_texts.value("due_on", one.terms.get("due_on"), one.terms),
        )
        for one in moving.targets_of(session, dossier.id)
    ]


def _changed(session: Session, dossier: Dossier) -> list[target_texts.Changed]:
    drafted = moving.targets_of(session, dossier.id, dropped=True)
    return target_texts.changed(drafted, amending.first_terms(session, dossier))


def _missing(session: Session, dossier: Dossier) -> list[str]:
    """What is still missing or wrong, a sentence each."""
    codes = {one.id: one.code for one in moving.targets_of(session, dossier.id)}
    return [
        " · ".join(filter(None, (codes.get(target), str(TERMS.get(term.split("/")[0], "")), str(message))))
        for target, found in moving.open_terms(session, dossier).items()
        for term, message in found.items()
    ]


@blueprint.post("/commitments/<token>/remind")
@action(Action.SEE_COMMITMENTS)
def remind(token: str) -> Any:
    """Tell those whose turn it is by mail, once a day."""
    dossier, form = dossiers.of_address(token), SeenForm()
    if not dossiers.may_remind(current_reader(), dossier):
        raise Forbidden(moving.NOT_YOURS)
    if form.validate_on_submit():
        form.carry_out(_remind, token=token)
    done = _n("%(num)s person is reminded by mail.", "%(num)s people are reminded by mail.", form.result or 0)
    return dossiers.told(dossier, form, done)


def _remind(session: Session, now: Moment, *, token: str) -> int:
    """In the unit of work of the form."""
    site = settings_of(current_app).site
    return reminding.remind(session, now, reader=current_reader(), dossier=dossiers.of_address(token), site=site)
