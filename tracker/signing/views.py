"""What anybody may ask of a document by the code on it, and the document itself for whoever may see its body."""

import re
from typing import Any

from flask import Response, render_template, url_for
from werkzeug.exceptions import NotFound

from tracker.audit.chain import grouped
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _, format_day, format_instant, format_size, text_by_language
from tracker.core.web.downloads import send_stored
from tracker.permissions.guard import current_reader, reader_or_none
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.signing import hand_over_views, key_views, queries, remote_views, signature_words, signed
from tracker.signing.blueprint import blueprint
from tracker.signing.models import MadeDocument
from tracker.signing.names import called, file_name
from tracker.signing.outside_views import certificates_told
from tracker.signing.paper_views import image_of
from tracker.signing.words import KINDS

__all__ = ["blueprint", "hand_over_views", "key_views", "remote_views"]
JSON = "application/json"
_PLACE = re.compile(r"([1-9]\d{0,3})-([1-9]\d{0,3})")


@blueprint.get("/verify/<address>")
@blueprint.get("/verify/<address>/<place>")
@action(Action.PUBLIC)
def verify(address: str, place: str | None = None) -> str:
    """What is held of a document, for whoever has it on paper before them; `place` is the page whose code was read."""
    session = database.session()
    made = queries.by_address(session, address)
    page = _PLACE.fullmatch(place or "")
    if made is None or (place and page is None):
        raise NotFound(_("No document with this code is held here."))
    paper = queries.attested_paper(session, made.id)
    reader = reader_or_none()
    visible = reader is not None and _visible(reader, address) is not None
    return render_template(
        "signing/verify.html",
        title=called(made),
        facts=_facts(made),
        page=page and int(page[1]),
        wrong_page=page is not None and (int(page[2]) != made.pages or int(page[1]) > made.pages),
        pages=made.pages,
        cancelled=made.number.cancelled_at is not None,
        sample=made.sample,
        attested_at=paper and format_instant(paper.judged_at),
        document_href=url_for("signing.document", address=address) if visible else None,
    )


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
        facts=_facts(made),
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


def _facts(made: MadeDocument) -> list[tuple[Any, Any]]:
    return [
        (_("Kind of document"), KINDS[made.kind]),
        (_("Number"), made.number.text),
        (_("Day"), format_day(made.dated_on)),
        (_("Body"), text_by_language(made.agency.name)),
        (_("Version of the document"), made.version),
        (_("Number of pages"), made.pages),
        (_("Fingerprint of the content (SHA-256)"), grouped(made.content_sha256)),
        (_("Fingerprint of the file (SHA-256)"), grouped(made.pdf_sha256)),
    ]
