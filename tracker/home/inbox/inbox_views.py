"""The inbox: what one was told and is still open, and a press that says that it was seen."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.languages import _, _n, format_instant
from tracker.core.web.forms import Form
from tracker.home.blueprint import blueprint
from tracker.permissions.guard import current_reader
from tracker.reminders import inbox, words

MOST_KEYS = 1000


@blueprint.route("/inbox", methods=["GET", "POST"])
@action(Action.HOME)
def inbox_page() -> Any:
    """What waits for the reader, what is new first; the press says which of it was seen."""
    session, reader, form = database.session(), current_reader(), Form()
    if form.validate_on_submit():
        keys = request.form.getlist("thing")[:MOST_KEYS]
        if form.carry_out(_see, person_id=reader.person_id, keys=keys or None):
            flash(_("It is noted that you saw it. It stays here until it is done."), "success")
        return redirect(url_for("home.inbox_page"), 303)
    now = clock.moment()
    told = inbox.of_person(session, reader.person_id, now.on)
    new = sum(one.is_new for one in told)
    waits = sum(not one.line.duty.news for one in told)
    groups: dict[str, list[inbox.Told]] = {}
    for one in told:
        groups.setdefault(str(words.OCCASIONS[one.line.duty.occasion]), []).append(one)
    return render_template(
        "home/inbox.html",
        told=told,
        new=new,
        headline=_n("%(num)s thing waits for you", "%(num)s things wait for you", waits),
        groups=groups.items(),
        as_at=format_instant(now.at),
        when_of=words.when,
        page_of=words.page_of,
    )


def _see(session: Session, now: Moment, *, person_id: int, keys: list[str] | None) -> None:
    inbox.see(session, now, person_id=person_id, keys=keys)
