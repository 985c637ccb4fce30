"""One's days in a calendar program: secret addresses, made, renewed and ended by their person; and the file under one,
read without signing in."""

import time
from typing import Any

from flask import Response, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.accounts.pages.shortcuts import product_name, shown_once
from tracker.agencies import queries as agencies
from tracker.channels import calendars
from tracker.channels.models import CalendarFeed
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.extensions import settings_of
from tracker.core.languages import _, _l, in_language, text_by_language
from tracker.core.web.forms import Form
from tracker.core.web.pace import Pace
from tracker.home.blueprint import blueprint
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader
from tracker.reminders.feeds import ics, service

# A program looks every few hours, and at once when somebody presses; whoever guesses addresses is slowed down.
_OF_ADDRESS = Pace(10, 120.0, time.monotonic)
_OF_GUESSER = Pace(20, 5.0, time.monotonic)


@blueprint.route("/account/calendar", methods=["GET", "POST"])
@action(Action.HOME)
def own_calendars() -> Any:
    """Which calendars one has and can have; a press makes an address, and it is shown that once."""
    form, reader = Form(), current_reader()
    if form.validate_on_submit() and form.carry_out(_make, reader=reader, code=request.form.get("body", "")):
        return shown_once(make_response(_page(form, reader, secret=form.result)))
    return make_response(_page(form, reader), 400 if form.errors else 200)


@blueprint.post("/account/calendar/<token>/end")
@action(Action.HOME)
def end_calendar(token: str) -> Any:
    """Let nobody read by an address any more."""
    form, person_id = Form(), current_reader().person_id
    if form.validate_on_submit() and form.carry_out(calendars.end, actor_id=person_id, token=token):
        flash(_("Nobody reads by that address any more. Calendars that know it show nothing new."), "success")
    return redirect(url_for("home.own_calendars"), 303)


@blueprint.get("/feeds/<secret>.ics")
@action(Action.PUBLIC)
def calendar_feed(secret: str) -> Response:
    """The days under a secret address, as its person may see them now. Reads only, and knows no session."""
    session, now = database.session(), clock.moment()
    feed = calendars.by_secret(session, secret)
    wait = _OF_GUESSER.wait(request.remote_addr or "") if feed is None else _OF_ADDRESS.wait(feed.digest)
    if wait:
        answer = Response(status=429)
        answer.headers["Retry-After"] = str(wait)
        return answer
    calendar = service.read(session, now, feed) if feed is not None else None
    if calendar is None:
        abort(404)
    with in_language(calendar.language):
        product = product_name()
    answer = Response(ics.written(calendar, now, settings_of(current_app).site, product), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="calendar.ics"'
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _make(session: Session, now: Moment, *, reader: Reader, code: str) -> str:
    """Raises NotFound where the body is out of the reader's scope."""
    body = agencies.by_code(session, code) if code else None
    if code and (body is None or not service.bodies_within(session, reader, body.id)):
        raise NotFound(_l("There is no such body."))
    return calendars.make(session, now, actor_id=reader.person_id, agency_id=body.id if body else None)


def _page(form: Form, reader: Reader, secret: str | None = None) -> str:
    session = database.session()
    feeds = {feed.agency_id: feed for feed in calendars.of_person(session, reader.person_id)}
    bodies = dict(service.bodies_within(session, reader, None))
    chosen = request.values.get("body", "")
    asked = agencies.by_code(session, chosen) if chosen else None
    for agency_id in [*filter(None, feeds), *([asked.id] if asked else [])]:
        bodies |= service.bodies_within(session, reader, agency_id)
    ended = [feed for key, feed in feeds.items() if key is not None and key not in bodies]
    names = agencies.names(session, [feed.agency_id for feed in ended if feed.agency_id is not None])
    rows = [_row("", _("All that is yours"), feeds.get(None))]
    rows += [_row(code, text_by_language(name), feeds.get(key)) for key, (code, name) in bodies.items()]
    rows += [_over(names[feed.agency_id][1], feed) for feed in ended if feed.agency_id in names]
    rows.sort(key=lambda row: (row["code"] != chosen or not chosen, row["code"] is None))
    address = url_for("home.calendar_feed", secret=secret) if secret else None
    base = settings_of(current_app).site.base_url.rstrip("/")
    return render_template(
        "home/calendars.html",
        form=form,
        rows=rows,
        address=base + address if address else None,
        opening=f"webcal://{base.partition('://')[2]}{address}" if address else None,
        shown_for=next((row["name"] for row in rows if row["code"] == chosen), None) if address else None,
    )


def _row(code: str, name: str, feed: CalendarFeed | None) -> dict[str, Any]:
    return {"code": code, "name": name, "feed": feed}


def _over(name: dict[str, str], feed: CalendarFeed) -> dict[str, Any]:
    """Of a body that its person may not see any more: it shows nothing, and can be ended."""
    return {"code": None, "name": text_by_language(name), "feed": feed}
