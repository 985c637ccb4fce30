"""Each person's first page: it begins with what waits for them, not with a menu. The other pages are imported here."""

from typing import Any

from flask import redirect, render_template
from werkzeug.wrappers import Response

from tracker.commitments.terms import words as target_words
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.languages import _, _n, format_instant
from tracker.home import words
from tracker.home.appraisal import appraisal_views, body_sheet_views, evidence_views, question_views, reason_views
from tracker.home.blueprint import blueprint
from tracker.home.corrections import correction_views, corrections_desk
from tracker.home.desk import access_views, asked_questions, desks, news, waiting
from tracker.home.figure import figure_views, promise_views, receipt_views
from tracker.home.inbox import inbox_views
from tracker.home.requests import request_views, ruling_views, rulings
from tracker.home.sheet import paste_views, sending_views, sent_views, sheet_views, workbook_views
from tracker.permissions.guard import current_reader
from tracker.programmes.frames import Frames
from tracker.programmes.words import period_title
from tracker.reminders.ladder import Occasion

__all__ = [
    "access_views",
    "appraisal_views",
    "blueprint",
    "body_sheet_views",
    "correction_views",
    "evidence_views",
    "figure_views",
    "inbox_views",
    "paste_views",
    "promise_views",
    "question_views",
    "reason_views",
    "receipt_views",
    "request_views",
    "ruling_views",
    "sending_views",
    "sent_views",
    "sheet_views",
    "workbook_views",
]

# Whose first page is another one: administrators, auditors, readers of the whole, inspectors.
_FIRST_PAGES = (
    (Action.MANAGE_ACCOUNTS, "/jobs"),
    (Action.SEE_AUDIT, "/audit"),
    (Action.SEE_BOARD, "/board"),
    (Action.SEE_TARGET, "/targets"),
)


@blueprint.get("/")
@action(Action.HOME)
def index() -> str | Response:
    """What waits for the reader, office by office; whoever has no desk goes to their own first page."""
    reader, session, now = current_reader(), database.session(), clock.moment()
    frames = Frames(session)
    bodies = desks.body_desks(session, reader, now, frames)
    appraisal, ruling = desks.appraisal_desk(session, reader), rulings.ruling_desk(session, reader, now)
    waits = waiting.waits(session, reader, now, {one for desk in bodies for one in desk.duties.headed}, frames)
    bodies = waiting.with_commitments(bodies, waits)
    committee = waiting.committee_tasks(waits)
    letters = waiting.letter_tasks(waits)
    asked = any(one.occasion is Occasion.QUESTION for one in waits)
    others = (ruling is not None and ruling.count) or letters or committee
    if not bodies and appraisal is None and not others:
        for may, path in _FIRST_PAGES:
            if reader.may(may):
                return redirect(path, 303)
    correcting = corrections_desk.desk(session, reader)
    return render_template(
        "home/index.html",
        bodies=bodies,
        appraisal=appraisal,
        correcting=correcting,
        ruling=ruling,
        letters=letters,
        to_answer=asked_questions.to_answer(session, reader) if asked else [],
        to_read=asked_questions.to_read(session, reader),
        asked=rulings.asked(session, reader, now),
        corrections=corrections_desk.asked(session, reader, now),
        news=news.news(session, reader, now, [desk.held.agency_id for desk in bodies]),
        committee=committee,
        headline=_headline(len(waits)),
        lead=_lead(bodies, now),
        as_at=format_instant(now.at),
        days_left=target_words.days_left,
        tone_of=target_words.tone_of,
        period_title=period_title,
    )


def _headline(waiting: int) -> str:
    if not waiting:
        return _("Nothing waits for you today")
    return _n("%(num)s thing waits for you today", "%(num)s things wait for you today", waiting)


def _lead(bodies: list[desks.BodyDesk], now: Any) -> str:
    """The day, and what the next deadline means."""
    nearest = [desk.next_due for desk in bodies if desk.next_due is not None]
    text = words.weekday(now.on)
    if nearest:
        item = min(nearest, key=lambda item: item.order)
        if item.left is not None:
            meaning = target_words.days_left(item.left)
            late, coming = _("the longest late report: %(meaning)s"), _("next report: %(meaning)s")
            text += " · " + (late if item.left < 0 else coming) % {"meaning": meaning}
    return text
