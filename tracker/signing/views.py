"""A document itself, for whoever may see its body."""

from flask import Response, render_template
from werkzeug.exceptions import NotFound

from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _, format_size
from tracker.core.web.downloads import send_stored
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.signing.blueprint import blueprint
from tracker.signing.confirmations import key_views, signature_words, signed
from tracker.signing.documents import queries
from tracker.signing.elsewhere import hand_over_views, remote_views
from tracker.signing.models import MadeDocument
from tracker.signing.names import called, facts_of, file_name
from tracker.signing.outside import signed_files, trust_views
from tracker.signing.outside.outside_views import certificates_told
from tracker.signing.paper.paper_views import image_of
from tracker.signing.verifying import verify_views

__all__ = ["blueprint", "hand_over_views", "key_views", "remote_views", "trust_views", "verify_views"]
JSON = "application/json"


@blueprint.get("/documents/<address>")
@action(Action.SEE_TARGET)
def document(address: str) -> str:
    """Its pages as images, made of the stored file, and its two files."""
    made = _found(address)
    return render_template(
        "signing/document.html",
        title=called(made),
        made=made,
        certificates=certificates_told(database.session(), made),
        grown_size=format_size(signed_files.latest(database.session(), made).size),
        facts=facts_of(made),
        pdf_size=format_size(made.pdf_size),
        content_size=format_size(made.content_size),
        signatures=signature_words.lines(signed.of_document(database.session(), made)),
    )


@blueprint.get("/documents/<address>/document.pdf")
@action(Action.SEE_TARGET)
def pdf(address: str) -> Response:
    """The file, as a download and nothing else."""
    made = _found(address)
    return send_stored(StoredUpload(made.pdf_sha256, made.pdf_size, PDF, f"{file_name(made)}.pdf"))


@blueprint.get("/documents/<address>/content.json")
@action(Action.SEE_TARGET)
def content(address: str) -> Response:
    """What it says, byte for byte as it was hashed."""
    made = _found(address)
    return send_stored(StoredUpload(made.content_sha256, made.content_size, JSON, f"{file_name(made)}.json"))


@blueprint.get("/documents/<address>/pages/<int:number>")
@action(Action.SEE_TARGET)
def page(address: str, number: int) -> Response:
    """One page as an image."""
    return image_of(_found(address).pdf_sha256, number)


def _visible(reader: Reader, address: str) -> MadeDocument | None:
    within = restrict(MadeDocument.agency_id, reader, Action.SEE_TARGET)
    return queries.by_address(database.session(), address, within)


def _found(address: str) -> MadeDocument:
    """The document, within the reader's reach. Raises NotFound."""
    made = _visible(current_reader(), address)
    if made is None:
        raise NotFound(_("There is no such document."))
    return made
