"""Evidence looked at here: its pages as images made of the stored bytes, beside the figure that it is to prove. What
somebody sent itself is only ever a download."""

from typing import Any

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.commitments.terms import words as target_words
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.files.pages import images
from tracker.core.files.pages.images import AT_A_TIME
from tracker.core.languages import _, format_day, format_instant, format_size, text_by_language
from tracker.home import queries, words
from tracker.home.appraisal import evidence
from tracker.home.blueprint import blueprint
from tracker.permissions.guard import current_reader
from tracker.progress import evidence_files
from tracker.progress.appraising import queries as appraising

PAGES = "/evidence/<token>/pages"


@blueprint.get(PAGES)
@action(Action.SEE_TARGET)
def evidence_pages(token: str) -> str:
    """Some pages of a file at a time, or why none can be shown."""
    file = _found(token)
    found = images.pages(evidence.viewed(file))
    first = _first(found.count)
    last = min(found.count, first + AT_A_TIME - 1)
    return render_template(
        "home/evidence_pages.html",
        file=file,
        size=format_size(file.size),
        found=found,
        numbers=range(first, last + 1),
        earlier=max(1, first - AT_A_TIME) if first > 1 else None,
        later=last + 1 if last < found.count else None,
        **_about(file),
    )


@blueprint.get(PAGES + "/<int:number>")
@action(Action.SEE_TARGET)
def evidence_page(token: str, number: int) -> Response:
    """One page as an image, which stands in no cache."""
    try:
        image = images.page(evidence.viewed(_found(token)), number)
    except IndexError:
        raise NotFound(_("There is no such page.")) from None
    response = make_response(image)
    response.headers["Content-Type"] = images.MEDIA_TYPE
    response.headers["Cache-Control"] = "no-store"
    return response


def _about(file: Any) -> dict[str, Any]:
    """The figure that a file is to prove, and the page from which one looks at it."""
    session, reader = database.session(), current_reader()
    sent = appraising.sent_by(session, file.revision_id) if file.revision_id is not None else None
    if sent is None:
        return {"about": None, "back": url_for("home.index")}
    target, agency = sent.slot.target, sent.slot.agency
    decides = reader.may(Action.APPRAISE, agency.id, agency.appraised_by_id)
    back = url_for("home.decide", report_token=sent.report.token) if decides else None
    facts = [
        (_("Body"), text_by_language(agency.name)),
        (_("Target"), words.title(target)),
        (_("Period"), words.period_name(sent.slot)),
        (_("Reported figure"), target_words.figure(target, sent.revision)),
        (_("Explanation"), sent.revision.narrative),
        (_("Sent on"), format_day(sent.report.sent_on)),
        (_("Attached"), format_instant(file.uploaded_at)),
    ]
    return {"about": facts, "back": back or url_for("monitoring.target", token=target.token)}


def _found(token: str) -> Any:
    """The file, within the reader's reach, with its bytes there. Raises NotFound."""
    found = evidence_files.by_token(database.session(), queries.evidence_within(current_reader()), token)
    if found is None or found.erased_on is not None or not evidence.viewed(found).path.is_file():
        raise NotFound(_("There is no such file."))
    return found


def _first(count: int) -> int:
    """The page to begin with, as the address says it; the first where that is none."""
    asked = request.args.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 4 else 1
    return number if 1 <= number <= count else 1
