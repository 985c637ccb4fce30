"""Verification for everybody: by the code on a page, by a file that stays on the reader's machine, or by one that is
sent, looked at and forgotten."""

import re
import time
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import FieldError
from tracker.core.extensions import settings_of
from tracker.core.files.store import path_of
from tracker.core.languages import _, _l, for_everybody, format_day, format_instant
from tracker.core.web.forms import AtMost, FileUpload, Form, Required, TextField
from tracker.core.web.pace import Gate, Pace
from tracker.core.web.preferences import signed_in
from tracker.permissions.guard import reader_or_none
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.signing.blueprint import blueprint
from tracker.signing.codes import PageCode, digest, frozen_part
from tracker.signing.confirmations import signature_words, signed
from tracker.signing.documents import queries
from tracker.signing.models import MadeDocument
from tracker.signing.names import called, facts_of
from tracker.signing.outside import apart, outside, signed_files
from tracker.signing.outside.apart import Looked
from tracker.signing.outside.fault_words import SENTENCES
from tracker.signing.outside.outside_views import certificates_told
from tracker.signing.outside.trusted import trusted
from tracker.signing.sealing import seal_keys
from tracker.signing.verifying import standing
from tracker.signing.verifying.standing import Standing, Stands
from tracker.signing.verifying.verify_words import BEGINNING, CHECKED, FILES, NOT_OURS, STANDINGS, WHOLE

MOST_BYTES = 16 * 1024 * 1024  # of a file that is sent: a document with its signatures is much smaller
_PLACE = re.compile(r"([1-9]\d{0,3})-([1-9]\d{0,3})")
_CODE = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_PACE = Pace(10, 3.0, time.monotonic)
_GATE = Gate(2)  # of a process's threads, so that pages always have some


class CodeForm(Form):
    """The code on a page."""

    code = TextField(
        _l("Code"),
        [Required(_l("Type the code")), AtMost(200)],
        look={
            "hint": _l("Under “Kiểm tra tại” at the foot of each page: the 32 signs at the end of the address"),
            "autocomplete": "off",
            "width": 30,
        },
    )


class SentForm(Form):
    """A file that is to be verified."""

    file = FileUpload(
        _l("The file (PDF)"),
        [Required(_l("Choose a file"))],
        look={"accept": ".pdf", "hint": _l("A file that is sent is looked at and not kept.")},
    )


# What else has a code, by the rooms above: the address where it is verified, or none.
ELSEWHERE: list[Callable[[Session, str], str | None]] = []


@blueprint.app_context_processor
def _footer() -> dict[str, Any]:
    """For whoever has not signed in: a link to verifying, at the foot of every page."""
    return {} if signed_in() else {"footer_links": [(_("Verify a document"), url_for("signing.verify_any"))]}


@blueprint.get("/verify")
@action(Action.PUBLIC)
@for_everybody
def verify_any() -> Any:
    """Where one begins who has a document and no code reader."""
    code = request.args.get("code")
    if code is None:
        return _begin(CodeForm(), SentForm())
    found = code_in(code)
    session = database.session()
    if found is not None and queries.by_address(session, found) is not None:
        return redirect(url_for("signing.verify", address=found), 303)
    addresses = (where(session, found) for where in ELSEWHERE) if found is not None else ()
    if (address := next(filter(None, addresses), None)) is not None:
        return redirect(address, 303)
    return unknown(code)


def unknown(code: str) -> Response:
    """The page for a code of nothing that is held here: it can be corrected, and the file can be verified instead."""
    form = CodeForm(data={"code": code})
    form.add_error("code", _("No document with this code is held here. Compare it sign by sign."))
    return make_response(_begin(form, SentForm()), 404)


@blueprint.get("/verify/keys.json")
@action(Action.PUBLIC)
def seal_keys_published() -> Response:
    """The keys of the seal, as far back as there are any."""
    return jsonify(seal_keys.published(seal_keys.all_keys(database.session())))


@blueprint.get("/verify/file")
@action(Action.PUBLIC)
@for_everybody
def verify_hash() -> Any:
    """What is held of a file by its hashes, which the reader's own machine took: of all of it, and of its beginning."""
    whole, begin = request.args.get("whole", ""), request.args.get("begin", "")
    if not _HASH.fullmatch(whole) or not _HASH.fullmatch(begin):
        return redirect(url_for("signing.verify_any"), 303)
    return _answer(database.session(), whole, begin, None)


@blueprint.post("/verify/file")
@action(Action.PUBLIC)
@for_everybody
def verify_file() -> Any:
    """Look at a file that is sent, and forget it."""
    form, wait = SentForm(), _PACE.wait(request.remote_addr or "")
    if wait:
        return _later(form, wait)
    if not form.validate_on_submit() or form.file.data is None:
        return make_response(_begin(CodeForm(), form), 400)
    with _GATE.entered() as may:
        if not may:
            return _later(form, 5)
        try:
            content = outside.read(cast(BinaryIO, form.file.data.stream), MOST_BYTES)
        except FieldError as refusal:
            form.refuse(refusal.by_field())
            return make_response(_begin(CodeForm(), form), 400)
        return _sent(database.session(), content)


def _later(form: SentForm, seconds: int) -> Response:
    form.add_error(
        "file",
        _(
            "Many files are being verified. Try again in %(seconds)s seconds, or have it verified without sending it.",
            seconds=seconds,
        ),
    )
    answer = make_response(_begin(CodeForm(), form), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _sent(session: Session, content: bytes) -> Any:
    begin = frozen_part(content)
    made = signed_files.document_of(session, digest(begin))
    looked = None
    if made is not None and digest(content) != made.pdf_sha256:
        settings, now = settings_of(current_app), clock.moment()
        pins, sha256, size = seal_keys.pins(session), made.pdf_sha256, made.pdf_size
        session.rollback()  # it takes a while, and no transaction
        path = path_of(settings.files_folder, sha256)
        looked = apart.look(path, size, content, trusted(settings.instance, pins), now.at)
    return _answer(session, digest(content), digest(begin), looked)


def _answer(session: Session, whole: str, begin: str, looked: Looked | None) -> Any:
    """What is told of a file: whose it is, and what holds of it."""
    made = signed_files.document_of(session, begin)
    if made is None:
        page = render_template("signing/verify_file.html", tone=NOT_OURS[0], title=NOT_OURS[1], lead=NOT_OURS[2])
        return make_response(page, 404)
    made = queries.by_address(session, made.address)
    assert made is not None  # noqa: S101 - it was found by the same row
    kinds = {made.pdf_sha256: "frozen", **{one.sha256: one.kind for one in signed_files.of_document(session, made.id)}}
    tone, title, lead = BEGINNING
    if whole in kinds:
        tone, title, lead = WHOLE
    elif looked is not None and looked.first_fault is None:
        tone, title, lead = CHECKED
    return render_template(
        "signing/verify_file.html",
        tone=tone if looked is None or looked.first_fault is None or whole in kinds else "error",
        title=title,
        lead=str(lead) % {"what": FILES[kinds[whole]]} if whole in kinds else lead,
        fault=SENTENCES[looked.first_fault] if looked and looked.first_fault and whole not in kinds else None,
        looked=[_told(one) for one in looked.signatures] if looked else [],
        **_page(session, made),
    )


def _told(one: apart.Signed) -> dict[str, Any]:
    return {
        "name": one.certificate.get("name") or one.certificate.get("organisation"),
        "issuer": one.certificate.get("issuer"),
        "fault": SENTENCES[one.fault] if one.fault else None,
    }


@blueprint.get("/verify/<address>")
@blueprint.get("/verify/<address>/<place>")
@action(Action.PUBLIC)
@for_everybody
def verify(address: str, place: str | None = None) -> Any:
    """What is held of a document, for whoever has it on paper before them; `place` is the page whose code was read."""
    session = database.session()
    made = queries.by_address(session, address)
    page = _PLACE.fullmatch(place or "")
    if made is None or (place and page is None):
        return unknown(address)
    return render_template(
        "signing/verify.html",
        page=page and int(page[1]),
        wrong_page=page is not None and (int(page[2]) != made.pages or int(page[1]) > made.pages),
        pages=made.pages,
        **_page(session, made),
    )


def _page(session: Session, made: MadeDocument) -> dict[str, Any]:
    """What is told of a document, however one came to it."""
    stands = standing.of_document(session, made, clock.today(), settings_of(current_app).files_folder)
    paper, reader = queries.attested_paper(session, made.id), reader_or_none()
    visible = reader is not None and _visible(reader, made.address) is not None
    return {
        "document": called(made),
        "facts": facts_of(made),
        "sample": made.sample,
        "stands": STANDINGS[stands.standing],
        "since": _since(stands),
        "amendments": [
            {
                "title": called(one.made),
                "href": url_for("signing.verify", address=one.made.address),
                "from_on": one.from_on and format_day(one.from_on),
                "changes": [{"target": each["code"], **each} for each in one.changes],
            }
            for one in stands.amendments
        ],
        "signatures": signature_words.lines(signed.of_document(session, made)),
        "certificates": certificates_told(session, made),
        "attested_at": paper and format_instant(paper.judged_at),
        "document_href": url_for("signing.document", address=made.address) if visible else None,
    }


def _since(stands: Stands) -> str | None:
    """From when on it counts."""
    if stands.in_force_from is None:
        return None
    day = format_day(stands.in_force_from)
    ahead = stands.standing is Standing.AHEAD
    return _("from %(day)s on", day=day) if ahead else _("in force since %(day)s", day=day)


def code_in(text: str) -> str | None:
    """The code in what somebody typed: by itself, in groups, or as the address on a page."""
    code = PageCode.read(text)
    if code is not None:
        return code.prefix
    typed = text.strip().lower().rstrip("/").rpartition("/verify/")[2].removeprefix("reports/").partition("/")[0]
    plain = re.sub(r"[\s·-]", "", typed)
    return plain if _CODE.fullmatch(plain) else None


def _begin(form: CodeForm, sent: SentForm) -> str:
    return render_template("signing/verify_any.html", form=form, sent=sent)


def _visible(reader: Reader, address: str) -> MadeDocument | None:
    within = restrict(MadeDocument.agency_id, reader, Action.SEE_TARGET)
    return queries.by_address(database.session(), address, within)
