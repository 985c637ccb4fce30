"""The page of signing a document outside: download it, sign it with one's own program and token, send it back."""

from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import DomainError
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _, _l, format_instant, format_size
from tracker.core.web.downloads import send_stored
from tracker.core.web.forms import FileUpload, Form, Required
from tracker.people import upload_forms
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.signing import originals
from tracker.signing.blueprint import blueprint
from tracker.signing.documents import queries
from tracker.signing.models import MadeDocument
from tracker.signing.names import called, file_name
from tracker.signing.outside import outside, signed_files, taking
from tracker.signing.outside.apart import Looked
from tracker.signing.outside.trusted import trusted
from tracker.signing.words import SIGNED_FILES


class SignedForm(Form):
    """The document, signed."""

    file = FileUpload(
        _l("The signed document"),
        [Required(_l("Choose a file"))],
        look={"accept": ".pdf", "hint": _l("The PDF that you downloaded here, with your signature in it")},
    )


@blueprint.get("/documents/<address>/signing")
@action(Action.SEE_TARGET)
def signing_outside(address: str) -> Any:
    """How it is signed outside, and the signatures that are in it."""
    return _page(SignedForm(), document_within(address))


@blueprint.post("/documents/<address>/signing")
@action(Action.SEE_TARGET)
def take_signed(address: str) -> Any:
    """Take in what was signed; who may sign, and when, is asked of the life of the commitment."""
    form, made = SignedForm(), document_within(address)
    if form.validate_on_submit() and form.file.data is not None and _taken(form, made, form.file.data):
        flash(_("The signature holds, and the document is signed by it."), "success")
        return redirect(url_for("signing.signing_outside", address=address), 303)
    return make_response(_page(form, made), 400)


@blueprint.get("/documents/<address>/signed.pdf")
@action(Action.SEE_TARGET)
def signed_pdf(address: str) -> Response:
    """The file with all signatures that are in it so far."""
    made = document_within(address)
    last = signed_files.latest(database.session(), made)
    return send_stored(StoredUpload(last.sha256, last.size, PDF, f"{file_name(made)}.pdf"))


def _taken(form: SignedForm, made: MadeDocument, sent: FileStorage) -> bool:
    session, settings, reader = database.session(), settings_of(current_app), current_reader()
    if not upload_forms.counted(form, sent.stream, reader.person_id, "file"):  # type: ignore[arg-type]
        return False
    try:
        dossier = taking.signer_now(session, clock.moment(), reader, made, settings)
        names = outside.expected(session, made, dossier, reader, settings.files_folder)
        last = signed_files.latest(session, made)
        content, looked = _looked(session, made, sent, last, names)
    except DomainError as refusal:
        form.refuse(refusal.by_field())
        return False
    given: dict[str, Any] = {"content": content, "looked": looked, "begins_with": last.sha256, "reader": reader}
    given |= {"dossier_id": dossier.id, "document_id": made.id, "folder": settings.files_folder}
    return form.carry_out(outside.receive, **given)


def _looked(
    session: Session, made: MadeDocument, sent: FileStorage, last: signed_files.Latest, names: Any
) -> tuple[bytes, Looked]:
    settings, now = settings_of(current_app), clock.moment()
    content = outside.read(sent.stream, last.size + outside.MOST_ADDED)  # type: ignore[arg-type]
    before = originals.whole(settings.files_folder, last.sha256)
    known = None if content.startswith(before) else outside.whose(session, content, made)
    session.rollback()  # nobody who writes waits for what follows
    if known is not None:
        raise outside.refusal(known)
    return content, taking.checked(content, last, settings, now, names)


def _page(form: SignedForm, made: MadeDocument) -> str:
    session = database.session()
    last = signed_files.latest(session, made)
    return render_template(
        "signing/outside.html",
        form=form,
        made=made,
        title=called(made),
        refusal=why_not(made),
        size=format_size(last.size),
        certificates=certificates_told(session, made),
        provider=settings_of(current_app).csc_name,
        trusts=bool(trusted(settings_of(current_app).instance).certificates),
    )


def certificates_told(session: Session, made: MadeDocument) -> list[dict[str, Any]]:
    """The signatures in a document's file, as pages tell them."""
    return [
        {
            "what": SIGNED_FILES[file.kind],
            "name": certificate.get("name") or certificate.get("organisation"),
            "issuer": certificate["issuer"],
            "at": format_instant(file.received_at),
            "seal": file.kind == "seal",
        }
        for file in signed_files.of_document(session, made.id)
        for certificate in [_own(file.found, file.kind)]
    ]


def _own(found: Any, kind: str) -> dict[str, str]:
    certificate: dict[str, str] = next(one["certificate"] for one in found if one["field"] == kind)
    return certificate


def why_not(made: MadeDocument) -> str | None:
    """Why the reader cannot sign a document outside now; none where nothing is in the way."""
    try:
        taking.signer_now(database.session(), clock.moment(), current_reader(), made, settings_of(current_app))
    except DomainError as refusal:
        return str(refusal.message)
    return None


def document_within(address: str) -> MadeDocument:
    """Within the reader's reach. Raises NotFound."""
    within = restrict(MadeDocument.agency_id, current_reader(), Action.SEE_TARGET)
    made = queries.by_address(database.session(), address, within)
    if made is None:
        raise NotFound(_("There is no such document."))
    return made
