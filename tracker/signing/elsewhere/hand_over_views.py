"""Handing a document to a program on the signer's machine: the page that begins it, and the two addresses that the
program asks with its tokens (docs/signing-programs.md). No cookie counts there."""

import json
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, request

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import format_instant
from tracker.core.web.downloads import SANDBOX, content_disposition, send_stored
from tracker.core.web.forms import Form
from tracker.core.web.requests import csrf
from tracker.permissions.guard import current_reader
from tracker.signing.blueprint import blueprint
from tracker.signing.elsewhere import hand_over
from tracker.signing.elsewhere.hand_over import Handed, Refused, Sent
from tracker.signing.models import MadeDocument
from tracker.signing.names import called, file_name
from tracker.signing.outside import outside, taking
from tracker.signing.outside.fault_words import SENTENCES
from tracker.signing.outside.faults import Fault
from tracker.signing.outside.outside_views import document_within, why_not

_SCHEME = "Bearer "
_MOST_BYTES = 16 * 1024 * 1024  # of a body: a document with its signatures is much smaller
_STATUS = {hand_over.NO_TOKEN: 401, hand_over.UNKNOWN: 401, hand_over.USED: 409, hand_over.REPLACED: 409}
_STATUS |= {hand_over.TOO_LATE: 410}


class BeginForm(Form):
    """One press."""


@blueprint.route("/documents/<address>/hand-over", methods=["GET", "POST"])
@action(Action.SEE_TARGET)
def hand_document_over(address: str) -> Any:
    """Begin: the answer is the file that the program opens, with its two tokens. It is told this once."""
    made, form, settings = document_within(address), BeginForm(), settings_of(current_app)
    if form.validate_on_submit() and form.carry_out(
        hand_over.begin, reader=current_reader(), document_id=made.id, settings=settings
    ):
        return _task(form.result, document_within(address), settings.base_url)
    made, session, reader = document_within(address), database.session(), current_reader()
    standing = hand_over.open_of(session, clock.moment(), made.id, reader.person_id)
    page = render_template(
        "signing/hand_over.html",
        form=form,
        made=made,
        title=called(made),
        refusal=why_not(made),
        until=standing and format_instant(standing.expires_at),
        fetched=standing is not None and standing.fetched_at is not None,
    )
    return make_response(page, 400 if form.all_errors() else 200)


@blueprint.get("/hand-over/document")
@action(Action.PUBLIC)
def handed_document() -> Any:
    """The file that is to be signed, for a program that has the first token."""
    return _answered(_fetched)


@blueprint.post("/hand-over/signed")
@action(Action.PUBLIC)
@csrf.exempt  # type: ignore[untyped-decorator]
def returned_document() -> Any:
    """The signed file, from a program that has the second token. Nobody's cookie counts here."""
    return _answered(_returned)


def _fetched(token: str) -> Any:
    with unit_of_work() as session:
        last = hand_over.fetch(session, clock.moment(), token=token)
    return send_stored(StoredUpload(last.sha256, last.size, PDF, "document.pdf"))


def _returned(token: str) -> Any:
    settings, now = settings_of(current_app), clock.moment()
    content = _body()
    with unit_of_work() as session:
        sent = hand_over.take(session, now, token=token, settings=settings)
    try:
        if len(content) > sent.last.size + outside.MOST_ADDED:
            raise outside.refusal(Fault.TOO_LARGE)
        looked = taking.checked(content, sent.last, settings, now, sent.names)
        with unit_of_work() as session:
            hand_over.take_in(session, now, sent=sent, content=content, looked=looked, settings=settings)
    except DomainError as refusal:
        _note(sent)
        raise Refused(_code(refusal), refusal.message) from None
    return jsonify(accepted=True)


def _answered(verb: Callable[[str], Any]) -> Any:
    """What a program is answered: what it asked for, or why not, as a code and in the language that it asks for."""
    given = request.headers.get("Authorization", "")
    try:
        if not given.startswith(_SCHEME):
            raise Refused(hand_over.NO_TOKEN)
        return verb(given.removeprefix(_SCHEME).strip())
    except Refused as refusal:
        answer = jsonify(accepted=False, reason=refusal.code, sentence=str(refusal.message))
        answer.status_code = _STATUS.get(refusal.code, 400)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _body() -> bytes:
    content = request.stream.read(_MOST_BYTES + 1)
    if not content:
        raise Refused(hand_over.EMPTY)
    return content


def _note(sent: Sent) -> None:
    with unit_of_work() as session:
        hand_over.note_refused(session, clock.moment(), sent=sent)


def _code(refusal: DomainError) -> str:
    """The reason as a code: that of the file, where it is one."""
    return next((str(code) for code, text in SENTENCES.items() if text == refusal.message), hand_over.NOT_TAKEN)


def _task(handed: Handed, made: MadeDocument, base_url: str) -> Response:
    told = handed.told(base_url, made.number.text)
    answer = Response(json.dumps(told, ensure_ascii=False, indent=2), content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition(f"{file_name(made)}.ky-so.json")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer
