"""Signing a commitment: its pages as they are signed, who signs and in whose place, and each way that the programme
takes. The electronic confirmation is made here."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from wtforms import HiddenField

from tracker.accounts import keys as sealing
from tracker.accounts.factors import passkeys
from tracker.accounts.pages.shortcuts import asking_party
from tracker.agencies.offices import LABELS, Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import concluding
from tracker.commitments.life.life_words import SIGNED_HOW, STRENGTHS
from tracker.commitments.life.states import Side
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleEdit
from tracker.core.extensions import settings_of
from tracker.core.languages import Text, _, _l, capital, format_day
from tracker.core.web.forms import Form
from tracker.people.models import Person
from tracker.permissions.guard import current_reader
from tracker.planning.blueprint import blueprint
from tracker.planning.dossiers import dossiers, reminding
from tracker.programmes import ways
from tracker.signing.codes import in_fours
from tracker.signing.confirmations import keys, proof, signature_words, signatures, signed
from tracker.signing.confirmations.signatures import Signer
from tracker.signing.models import Signature

_PURPOSE = "signature to make"
_NOT_ANSWERED = _l("No confirmation came with this. Look at the document again, then sign.")
_HEADINGS: Mapping[Side, Text] = {
    Side.BODY: _l("Sign for the body"),
    Side.PPC: _l("Sign for the People's Committee"),
}
_DONE: Mapping[Side, Text] = {
    Side.BODY: _l("Signed. It is the People's Committee's turn."),
    Side.PPC: _l("Signed by both sides. It can be put in force."),
}


class ConfirmForm(Form):
    """A device's answer, which a script puts in."""

    challenge = HiddenField()
    answer = HiddenField()


@blueprint.route("/commitments/<token>/sign", methods=["GET", "POST"])
@action(Action.SEE_COMMITMENTS)
def sign_commitment(token: str) -> Any:
    """Every page of the document, then the ways of signing it; sent, it signs by the device's confirmation."""
    session, reader, form = database.session(), current_reader(), ConfirmForm()
    dossier = dossiers.of_address(token)
    try:
        signer = signatures.signer_of(session, reader, dossier)
        signatures.document_of(session, dossier)
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        flash(str(refusal.message), "warning")
        return redirect(dossiers.page_of(dossier), 303)
    if form.validate_on_submit() and _confirmed(form, dossier):
        flash(str(_DONE[signer.side]), "success")
        return redirect(url_for("planning.commitment", token=token), 303)
    dossier = dossiers.of_address(token)
    page = render_template("planning/sign.html", form=form, **_shown(session, dossier, signer))
    return page, 400 if form.all_errors() else 200


@blueprint.get("/commitments/<token>/sign/question")
@action(Action.SEE_COMMITMENTS)
def sign_question(token: str) -> Any:
    """What a script asks the browser for: the statement that is confirmed travels sealed with it. `seen`: the document
    on the page; another one is refused, with the sentence that the page shows."""
    session, reader, party = database.session(), current_reader(), asking_party()
    dossier = dossiers.of_address(token)
    if party is None:
        raise NotFound(signatures.NOT_THIS_WAY)
    try:
        said = signatures.statement(session, clock.moment(), reader=reader, dossier=dossier)
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return jsonify(refused=str(refusal.message)), 409
    if said["document"] != request.args.get("seen"):
        return jsonify(refused=str(concluding.ANOTHER)), 409
    held = [one.credential for one in keys.of_person(session, reader.person_id)]
    options, _challenge = passkeys.to_enter(party, held=held, challenge=proof.challenge(said))
    sealed = sealing.seal(settings_of(current_app).secret_keys, _PURPOSE, [reader.account_id, said])
    return jsonify(options=options, challenge=sealed), 200, {"Cache-Control": "no-store"}


def _confirmed(form: ConfirmForm, dossier: Dossier) -> bool:
    said, token = _said(form), dossier.token
    if said is None:
        form.add_error("", _NOT_ANSWERED)
        return False
    try:
        verb = reminding.told(_confirm, dossier)
        return bool(form.carry_out(verb, token=token, said=said, answer=form.answer.data or ""))
    except StaleEdit as refusal:
        database.session().rollback()
        form.add_error("", refusal.message)
        return False


def _said(form: ConfirmForm) -> dict[str, Any] | None:
    """The statement that this account was asked to confirm; none where it is too old, or another's."""
    lasts = int(keys.LASTS.total_seconds())
    held = sealing.unseal(settings_of(current_app).secret_keys, _PURPOSE, form.challenge.data, lasts)
    if not isinstance(held, list) or held[0] != current_reader().account_id or not form.answer.data:
        return None
    said: dict[str, Any] = held[1]
    return said


def _confirm(session: Session, now: Moment, *, token: str, said: Mapping[str, Any], answer: str) -> Signature:
    """In the unit of work of the form."""
    party = asking_party()
    if party is None:
        raise NotFound(signatures.NOT_THIS_WAY)
    dossier = dossiers.of_address(token)
    given: dict[str, Any] = {"reader": current_reader(), "dossier_id": dossier.id, "said": said}
    return signatures.confirm(session, now, **given, asking=party, answer=answer)


def _shown(session: Session, dossier: Dossier, signer: Signer) -> dict[str, Any]:
    made, today = signatures.document_of(session, dossier), clock.today()
    taken = ways.allowed(session, dossier.programme_id, today)
    own = keys.of_person(session, signer.person_id)
    until = dossier.expires_on if signer.side is Side.BODY else dossier.countersign_until
    return {
        "dossier": dossier,
        "made": made,
        "body": dossiers.body_of(session, dossier),
        "heading": str(_HEADINGS[signer.side]),
        "signer": _who(session, signer),
        "until": until and format_day(until),
        "over": until is not None and until < today,
        "content": in_fours(made.content_sha256),
        "file": in_fours(made.pdf_sha256),
        "ways": [(one, str(SIGNED_HOW[one]), str(STRENGTHS[one])) for one in taken],
        "has_key": bool(own),
        "attested": any(signed.is_attested(session, one.id) for one in own),
        "provider": settings_of(current_app).csc_name,
        "possible": asking_party() is not None,
        "signatures": signature_words.lines(signed.of_dossiers(session, [dossier.id]).get(dossier.id, [])),
        "back": dossiers.page_of(dossier),
    }


def _who(session: Session, signer: Signer) -> list[tuple[str, str | None]]:
    """In which office, by which authority, and in whose place one signs, written out."""
    holder = session.get_one(Person, signer.for_person_id).name if signer.for_person_id else None
    office = capital(str(LABELS[Office(signer.office)]))
    return [
        (_("You sign as"), office if signer.authority is None else None),
        (_("You sign as"), _authority(signer, office) if signer.authority else None),
        (_("In the place of"), holder),
    ]


def _authority(signer: Signer, office: str) -> str:
    told = signature_words.AUTHORITIES.get(signer.authority or "")
    return f"{signer.authority} {signer.title or office} ({told})" if told else f"{signer.authority} {office}"
