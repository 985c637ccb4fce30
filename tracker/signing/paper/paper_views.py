"""Pages of what was signed on paper: files of scans, their pages, and what a second person says of each scan."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound

from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import FieldError
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload, path_of
from tracker.core.languages import _, _l, format_day, format_instant, format_number, text_by_language
from tracker.core.web.downloads import send_stored
from tracker.people import upload_forms
from tracker.permissions.guard import current_reader
from tracker.permissions.scope import restrict
from tracker.signing.blueprint import blueprint
from tracker.signing.documents import images
from tracker.signing.models import Paper, PaperFile, ScanReading
from tracker.signing.paper import paper, paper_queries, piles, readings
from tracker.signing.paper.paper_forms import RefusalForm, ScansForm, SortingForm

MOST = 50  # files, and scans that wait, that are listed
MOST_UNSORTED = 10  # files that are being read, or were refused


@blueprint.get("/papers")
@action(Action.ATTEST_PAPER)
def papers() -> Any:
    """Scans that wait for a second person, and the files that came last."""
    return _papers(ScansForm())


@blueprint.post("/papers")
@action(Action.KEEP_PAPER)
def upload() -> Any:
    """Take a file of scans, which is sorted as soon as its pages are read."""
    form = ScansForm()
    if form.validate_on_submit() and form.file.data is not None and _noted(form, form.file.data):
        sorted_before, reading = form.result
        if reading is not None:
            return redirect(url_for("signing.reading", token=reading.token), 303)
        flash(_("This file was sorted before: these are its scans."), "warning")
        return redirect(url_for("signing.paper_file", token=sorted_before.token), 303)
    return make_response(_papers(form), 400)


@blueprint.get("/papers/readings/<token>")
@action(Action.ATTEST_PAPER)
def reading(token: str) -> Any:
    """How far a file is read; then its own page. A part of this page that asks again by htmx is told to go there."""
    found = paper_queries.reading_at(database.session(), token)
    if found is None:
        raise NotFound(_("There is no such file."))
    done, asks_again = found.finished_at is not None, request.headers.get("HX-Request")
    if done and asks_again:
        return "", 200, {"HX-Refresh": "true"}
    if found.file_id is not None:
        file = database.session().get_one(PaperFile, found.file_id)
        return redirect(url_for("signing.paper_file", token=file.token))
    return render_template("signing/reading.html", one=_reading_line(found))


@blueprint.get("/papers/<token>")
@action(Action.ATTEST_PAPER)
def paper_file(token: str) -> Any:
    """One file: the scans that were taken out of it, and the pages that lie in none."""
    return _file_page(SortingForm(), _file(token))


@blueprint.post("/papers/<token>")
@action(Action.KEEP_PAPER)
def sort_by_hand(token: str) -> Any:
    """Take pages out of a file for the commitment that is named."""
    form, file = SortingForm(), _file(token)
    if form.validate_on_submit():
        pages = piles.pages_from(form.pages.data)
        if pages is None:
            form.add_error("pages", _l("Write pages like 3, 5-7"))
        elif form.carry_out(_sort, file_id=file.id, pages=pages, number=form.number.data, year=form.year.data):
            flash(_("The pages were taken out. A second person attests them."), "success")
            return redirect(url_for("signing.paper_file", token=token), 303)
    return make_response(_file_page(form, _file(token)), 400)


@blueprint.get("/papers/<token>/pages/<int:number>")
@action(Action.ATTEST_PAPER)
def paper_page(token: str, number: int) -> Response:
    """One page of a file as an image."""
    return image_of(_file(token).sha256, number)


@blueprint.get("/papers/scans/<token>")
@action(Action.ATTEST_PAPER)
def scan(token: str) -> Any:
    """One scan, page by page, and deciding on it."""
    return _scan_page(RefusalForm(), _scan(token, Action.ATTEST_PAPER))


@blueprint.post("/papers/scans/<token>")
@action(Action.ATTEST_PAPER)
def judge(token: str) -> Any:
    """Attest or refuse it."""
    form, found = RefusalForm(), _scan(token, Action.ATTEST_PAPER)
    given: dict[str, Any] = {"reader": current_reader(), "paper_id": found.id}
    attests = request.form.get("decision") == "attest"
    if attests and form.reason.data:
        form.add_error("reason", _l("Only a refusal has a reason. Refuse the scan, or empty this field"))
    elif form.validate_on_submit():
        done = (
            form.carry_out(paper.attest, **given)
            if attests
            else form.carry_out(paper.refuse, reason=form.reason.data or "", **given)
        )
        if done:
            flash(
                _("The scan is attested.") if attests else _("The scan is refused, and its pages lie free again."),
                "success",
            )
            return redirect(url_for("signing.papers"), 303)
    return make_response(_scan_page(form, _scan(token, Action.ATTEST_PAPER)), 400)


@blueprint.get("/papers/scans/<token>/scan.pdf")
@action(Action.SEE_TARGET)
def scan_pdf(token: str) -> Response:
    """The scan as a download, for whoever may see its body."""
    found = _scan(token, Action.SEE_TARGET)
    return send_stored(StoredUpload(found.sha256, found.size, PDF, f"{_called(found)}.pdf".replace("/", "-")))


def image_of(sha256: str, number: int) -> Response:
    """A page of a stored PDF as an image that stands in no cache. Raises NotFound."""
    settings = settings_of(current_app)
    try:
        image = images.page_image(settings.files_folder, settings.instance, sha256, number)
    except (FileNotFoundError, IndexError):
        raise NotFound(_("There is no such page.")) from None
    response: Response = make_response(image)
    response.headers["Content-Type"] = images.MEDIA_TYPE
    response.headers["Cache-Control"] = "no-store"
    return response


def _noted(form: ScansForm, sent: FileStorage) -> bool:
    """Whether the file is kept, and will be sorted; a fault stands beside its field."""
    files, reader = settings_of(current_app).files_folder, current_reader()
    file = upload_forms.take(form, sent, reader.person_id)
    if file is None:
        return False
    try:
        pages = readings.count(file, files)
    except FieldError as refusal:
        form.refuse(refusal.by_field())
        return False
    return form.carry_out(readings.ask, reader=reader, file=file, pages=pages)


def _sort(session: Session, now: Moment, *, file_id: int, pages: Sequence[int], number: str, year: int | None) -> Paper:
    named = paper_queries.named(session, number, year)
    if not named:
        raise FieldError("number", _l("No commitment or document has this number"))
    if len(named) > 1:
        raise FieldError("year", _l("Several papers have this number. Enter the year of this one"))
    given: dict[str, Any] = {"reader": current_reader(), "folder": settings_of(current_app).files_folder}
    file = session.get_one(PaperFile, file_id)
    return paper.sort_by_hand(session, now, file=file, pages=pages, **named[0], **given)


def _papers(form: ScansForm) -> str:
    session = database.session()
    waiting = [_line(one) for one in paper_queries.to_judge(session, MOST)]
    files = [
        {
            "href": url_for("signing.paper_file", token=file.token),
            "at": format_instant(file.uploaded_at),
            "pages": file.pages,
            "unsorted": unsorted,
        }
        for file, unsorted in paper_queries.latest_files(session, MOST)
    ]
    readings_ = [_reading_line(one) for one in paper_queries.unsorted_readings(session, MOST_UNSORTED)]
    return render_template("signing/papers.html", form=form, waiting=waiting, files=files, readings=readings_)


def _file_page(form: SortingForm, file: PaperFile) -> str:
    session = database.session()
    return render_template(
        "signing/paper_file.html",
        form=form,
        file=file,
        title=_("File of scans, %(at)s", at=format_instant(file.uploaded_at)),
        scans=[_line(one) for one in paper_queries.of_file(session, file.id)],
        unsorted=paper_queries.unsorted_pages(session, file),
        kept=_is_kept(file),
    )


def _reading_line(one: ScanReading) -> dict[str, Any]:
    """A file that is being read, or of which nothing came, as its page and the list tell it."""
    return {
        "href": url_for("signing.reading", token=one.token),
        "at": format_instant(one.asked_at),
        "read": format_number(len(one.read)),
        "pages": format_number(one.pages),
        "percent": 100 * len(one.read) // one.pages if one.pages else 100,
        "begun": bool(one.read or one.tries),
        "reason": text_by_language(one.reason) if one.reason else None,
    }


def _is_kept(file: PaperFile) -> bool:
    """Whether its bytes were not removed by a decision."""
    return path_of(settings_of(current_app).files_folder, file.sha256).is_file()


def _scan_page(form: RefusalForm, found: Paper) -> str:
    mine = current_reader().person_id in {found.sorted_by_id, found.file.uploaded_by_id}
    return render_template(
        "signing/scan.html",
        form=form,
        one=_line(found),
        paper=found,
        file=found.file,
        mine=mine,
        pages=found.from_pages if _is_kept(found.file) else [],
    )


def _line(one: Paper) -> dict[str, Any]:
    """A scan as lists and its own page tell it."""
    state = _("attested") if one.attested else _("refused") if one.judged_at else _("waits for a second person")
    return {
        "href": url_for("signing.scan", token=one.token),
        "title": _called(one),
        "body": text_by_language(one.agency.name),
        "day": format_day(_day(one)),
        "pages": piles.runs(one.from_pages),
        "missing": piles.runs(one.missing),
        "state": state,
        "reason": one.refuse_reason,
    }


def _called(one: Paper) -> str:
    number = one.document.number.text if one.document is not None else one.commitment.number if one.commitment else ""
    return _("Scan of %(number)s", number=number)


def _day(one: Paper) -> date | None:
    if one.document is not None:
        return one.document.dated_on
    return one.commitment.signed_on if one.commitment is not None else None


def _file(token: str) -> PaperFile:
    found = paper_queries.file_at(database.session(), token)
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def _scan(token: str, needed: Action) -> Paper:
    visible = restrict(Paper.agency_id, current_reader(), needed)
    found = paper_queries.by_token(database.session(), token, visible)
    if found is None:
        raise NotFound(_("There is no such scan."))
    return found
