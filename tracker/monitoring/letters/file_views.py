"""A letter as a file before it has a number: as it would be printed, and to be edited in Word."""

from typing import Any

from flask import Response, current_app, flash, make_response, redirect, url_for

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import DomainError, NotFound
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.web.downloads import content_disposition
from tracker.monitoring.blueprint import blueprint
from tracker.permissions.guard import current_reader
from tracker.urging import issuing, moving, queries, word_file
from tracker.urging.states import PREPARED


@blueprint.get("/letters/<token>/draft.pdf")
@action(Action.SEE_LETTERS)
def letter_pdf(token: str) -> Any:
    """As it would be printed today, without a number."""
    told, head = _told(token)
    if told is None:
        return redirect(url_for("monitoring.letter", token=token), 303)
    return _sent(issuing.drawn(told, head).pdf, PDF, "du-thao.pdf")


@blueprint.get("/letters/<token>/draft.docx")
@action(Action.SEE_LETTERS)
def letter_docx(token: str) -> Any:
    """The same as a file of Word, to be edited outside."""
    told, head = _told(token)
    if told is None:
        return redirect(url_for("monitoring.letter", token=token), 303)
    return _sent(word_file.written(told, sample=head.sample), word_file.MEDIA_TYPE, "du-thao.docx")


def _told(token: str) -> tuple[dict[str, Any] | None, issuing.Letterhead]:
    """What it says today; none where there is nothing to tell any more, which is flashed."""
    session, reader, head = database.session(), current_reader(), issuing.Letterhead.of(settings_of(current_app))
    found = queries.by_token(session, token, queries.visible(reader))
    if found is None or found.state not in PREPARED:
        raise NotFound(moving.NO_LETTER)
    try:
        return issuing.preview(session, clock.moment(), letter=found, head=head, reader=reader), head
    except DomainError as nothing:
        flash(str(nothing.message), "warning")
        return None, head


def _sent(body: bytes, media_type: str, name: str) -> Response:
    answer = make_response(body)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = content_disposition(name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
