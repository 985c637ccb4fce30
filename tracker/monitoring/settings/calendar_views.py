"""The working calendar by year: which days differ from "Monday to Friday", and changing the days still ahead."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.compliance.telling import rescheduled
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.errors import NotFound, WrongAddress
from tracker.core.languages import NOTHING, Text, _, _l, _n, format_day, text_by_language
from tracker.core.tables import LONGEST_VALUE
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.settings.forms import CalendarDayForm, ClearDayForm
from tracker.permissions import considered_forms
from tracker.permissions.guard import current_reader
from tracker.programmes import plans, public_holidays, queries, service
from tracker.programmes.words import period_title

WEEKDAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))


@blueprint.get("/calendar")
@action(Action.SEE_CALENDAR)
def calendar() -> Any:
    """The days of a year that differ, and a form to turn a day ahead over."""
    return _turned(CalendarDayForm(**considered_forms.given()))


@blueprint.post("/calendar")
@action(Action.MANAGE_CALENDAR)
def turn_day() -> Any:
    """Turn a day ahead over: first what would move is shown, then it is pressed once more."""
    return _turned(CalendarDayForm())


def _turned(form: CalendarDayForm) -> Any:
    session = database.session()
    if considered_forms.sent(form) and queries.calendars(session):
        chosen = queries.calendar_named(session, request.args.get("calendar"))
        day = form.day.data
        fault = service.fault_of_day(session, clock.today(), chosen.id, day)
        if fault is not None:
            form.add_error("day", fault)
        elif request.method == "GET" or form.seen.data != day.isoformat():
            if (onward := considered_forms.onward()) is not None:
                return onward
            form.seen.data = day.isoformat()
            works = not plans.working_calendar(session, chosen.id).is_working(day)
            return render_template(
                "monitoring/turn_day.html",
                form=form,
                day=format_day(day),
                weekday=WEEKDAYS[day.weekday()],
                works=works,
                effect=_effect(session, chosen.id, day, works),
                back=url_for("monitoring.calendar", calendar=chosen.name, year=day.year),
            )
        elif form.carry_out(_set, calendar_id=chosen.id, day=day, note=form.note.data):
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
    year, faults = _year(today)
    page = render_template(
        "monitoring/calendar.html",
        calendars=[(one.name, url_for("monitoring.calendar", calendar=one.name, year=year)) for one in calendars],
        chosen=chosen,
        form=form,
        year=year,
        faults=faults,
        years=[
            (one, url_for("monitoring.calendar", calendar=chosen.name, year=one))
            for one in sorted({day.day.year for day in days} | {today.year, today.year + 1, year})
        ],
        days=[_day(day, chosen.name, today if may_manage else date.max) for day in days if day.day.year == year],
        may_manage=may_manage,
        holidays_form=ClearDayForm() if may_manage and year >= today.year else None,
    )
    return page, 400 if form.all_errors() and request.method == "POST" else 200


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
    page = render_template(
        "monitoring/clear_day.html",
        form=form,
        day=_day(day, chosen.name, clock.today()),
        back=back,
        effect=_effect(session, chosen.id, day.day, None),
    )
    return page, 400 if form.all_errors() else 200


@blueprint.post("/calendar/holidays")
@action(Action.MANAGE_CALENDAR)
def add_holidays() -> Any:
    """Enter the public holidays of a year, as far as they are ahead."""
    form, (year, faults) = ClearDayForm(), _year(clock.today())
    if faults:
        raise WrongAddress(faults[0])
    chosen = queries.calendar_named(database.session(), request.args.get("calendar"))
    if form.validate_on_submit() and form.carry_out(_add_holidays, calendar_id=chosen.id, year=year):
        flash(_n("%(num)s day is entered.", "%(num)s days are entered.", form.result), "success")
    return redirect(url_for("monitoring.calendar", calendar=chosen.name, year=year), 303)


def _effect(session: Session, calendar_id: int, day: date, works: bool | None) -> list[dict[str, Any]]:
    """What moves where a day becomes worked, off, or (none) as the usual week has it."""
    today = clock.today()
    calendar = rescheduled.with_day(plans.working_calendar(session, calendar_id), day, works)
    where = rescheduled.on_calendar(calendar_id, today)
    moved = rescheduled.moved(session, today, where, rescheduled.with_calendar(calendar))
    titles = {one.id: text_by_language(one.title) for one in queries.programmes(session)}
    return [
        {
            "what": period_title(what.period) if what.period else _("Deadline of targets"),
            "programme": titles[what.programme_id],
            "before": format_day(what.before) if what.before else NOTHING,
            "after": format_day(what.after) if what.after else NOTHING,
            "targets": many.targets,
            "bodies": len(many.agencies),
        }
        for what, many in moved.items()
    ]


def _add_holidays(session: Session, now: Moment, *, calendar_id: int, year: int) -> int:
    """In the unit of work of the form."""
    off, worked = public_holidays.of_vietnam([year])
    found = queries.calendar(session, calendar_id)
    actor_id = current_reader().person_id
    return service.add_holidays(session, now, actor_id=actor_id, calendar=found, off=off, worked=worked)


def _year(today: date) -> tuple[int, tuple[Text, ...]]:
    """The year that is asked for; this one where nothing was asked, or what is no year: then why."""
    text = request.args.get("year", "").strip()
    if not text or (text.isascii() and text.isdigit() and len(text) == 4):
        return int(text or today.year), ()
    fault = _("“%(typed)s” is no year of four digits. Shown is %(year)s.", typed=text[:LONGEST_VALUE], year=today.year)
    return today.year, (fault,)


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
