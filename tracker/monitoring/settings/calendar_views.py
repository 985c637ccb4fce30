"""The working calendar by year: which days differ from "Monday to Friday", and changing the days still ahead."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, _l, format_day
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.settings.forms import CalendarDayForm, ClearDayForm
from tracker.permissions.guard import current_reader
from tracker.programmes import queries, service

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))


@blueprint.get("/calendar")
@action(Action.SEE_CALENDAR)
def calendar() -> Any:
    """The days of a year that differ, and a form to turn a day ahead over."""
    return _page(CalendarDayForm())


@blueprint.post("/calendar")
@action(Action.MANAGE_CALENDAR)
def turn_day() -> Any:
    """Turn a day ahead over."""
    form = CalendarDayForm()
    if form.validate_on_submit() and queries.calendars(database.session()):
        chosen = queries.calendar_named(database.session(), request.args.get("calendar"))
        day = form.day.data
        if form.carry_out(_set, calendar_id=chosen.id, day=day, note=form.note.data):
            flash(
                _("%(day)s is changed. The targets that it concerns are judged by it.", day=format_day(day)), "success"
            )
            return redirect(url_for("monitoring.calendar", calendar=chosen.name, year=day.year), 303)
    return _page(form)


def _page(form: CalendarDayForm) -> Any:
    session, today = database.session(), clock.today()
    calendars = queries.calendars(session)
    if not calendars:
        return render_template("monitoring/calendar.html", calendars=[], chosen=None)
    chosen = queries.calendar_named(session, request.args.get("calendar"))
    may_manage = current_reader().may(Action.MANAGE_CALENDAR)
    days = queries.days(session, chosen.id)
    year = _year(today)
    page = render_template(
        "monitoring/calendar.html",
        calendars=[(one.name, url_for("monitoring.calendar", calendar=one.name, year=year)) for one in calendars],
        chosen=chosen,
        form=form,
        year=year,
        years=[
            (one, url_for("monitoring.calendar", calendar=chosen.name, year=one))
            for one in sorted({day.day.year for day in days} | {today.year, today.year + 1, year})
        ],
        days=[_day(day, chosen.name, today if may_manage else date.max) for day in days if day.day.year == year],
        may_manage=may_manage,
    )
    return page, 400 if form.all_errors() else 200


@blueprint.route("/calendar/clear", methods=["GET", "POST"])
@action(Action.MANAGE_CALENDAR)
def clear_day() -> Any:
    """Asked twice: let a day ahead be again as the usual week has it."""
    session = database.session()
    chosen = queries.calendar_named(session, request.args.get("calendar"))
    day = next(
        (one for one in queries.days(session, chosen.id) if one.day.isoformat() == request.args.get("day")), None
    )
    if day is None:
        raise NotFound(_l("This day does not differ from the usual week."))
    back = url_for("monitoring.calendar", calendar=chosen.name, year=day.day.year)
    form = ClearDayForm()
    if form.validate_on_submit() and form.carry_out(_clear, calendar_id=chosen.id, day=day.day):
        flash(_("%(day)s is as the usual week has it again.", day=format_day(day.day)), "success")
        return redirect(back, 303)
    page = render_template("monitoring/clear_day.html", form=form, day=_day(day, chosen.name, clock.today()), back=back)
    return page, 400 if form.all_errors() else 200


def _year(today: date) -> int:
    text = request.args.get("year", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) == 4 else today.year


def _day(day: Any, name: str, today: date) -> dict[str, Any]:
    return {
        "day": format_day(day.day),
        "iso": day.day.isoformat(),
        "weekday": WEEKDAYS[day.day.weekday()],
        "works": day.works,
        "note": day.note,
        "clear_url": url_for("monitoring.clear_day", calendar=name, day=day.day.isoformat())
        if day.day > today
        else None,
    }


def _set(session: Session, now: Moment, *, calendar_id: int, day: date, note: str) -> None:
    """In the unit of work of the form."""
    found = queries.calendar(session, calendar_id)
    actor_id = current_reader().person_id
    service.set_day(session, now, actor_id=actor_id, calendar=found, day=day, note=note)


def _clear(session: Session, now: Moment, *, calendar_id: int, day: date) -> None:
    found = queries.calendar(session, calendar_id)
    service.clear_day(session, now, actor_id=current_reader().person_id, calendar=found, day=day)
