"""Programmes: the list, one in preparation with its parts, one in force, and beginning another."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.choices import told_apart
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import _, _l, text_by_language
from tracker.core.web.downloads import send_stored
from tracker.people import queries as people
from tracker.permissions.guard import current_reader
from tracker.planning import queries as planning
from tracker.planning.blueprint import blueprint
from tracker.planning.programmes import apology_views, ladder_views, picture, steps, ways_views
from tracker.planning.programmes.forms import NEW_CALENDAR, HeadForm, VersionForm
from tracker.programmes import plans, preparing, public_holidays, queries, reporting, service
from tracker.programmes.plans import Plan
from tracker.programmes.queries import Programme
from tracker.programmes.words import period_title

PARTS = {
    "basis": _l("the document that orders it"),
    "file": _l("the file of that document"),
    "responsible": _l("the responsible office"),
    "bodies": _l("the bodies that take part"),
    "calendar": _l("the reporting calendar"),
}


@blueprint.get("/programmes")
@action(Action.SEE_PROGRAMMES)
def programmes() -> str:
    """Those in preparation first, then those in force and past."""
    session, today = database.session(), clock.today()
    begun = queries.programmes(session)
    return render_template(
        "planning/programmes.html",
        plans=plans.in_preparation(session),
        programmes=[(one, _state(one, today)) for one in begun],
        may_prepare=current_reader().may(Action.PREPARE_PROGRAMME),
        begin_url=url_for("planning.begin"),
        again_url=f"{url_for('planning.begin')}?{urlencode({'from': begun[0].code})}" if begun else None,
        latest=begun[0] if begun else None,
    )


@blueprint.route("/new-programme", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def begin() -> Any:
    """A programme from nothing, or from an earlier one with every day moved on by years."""
    session, today = database.session(), clock.today()
    before = queries.programme(session, request.args["from"]) if request.args.get("from") else None
    form = head_form(session, today, _proposed(session, before, today))
    if form.validate_on_submit() and form.carry_out(_begin, form=form, before=before):
        flash(_("The programme is begun. Nobody but those who prepare and approve it sees it yet."), "success")
        return redirect(steps.page_of(form.result), 303)
    page = render_template("planning/begin.html", form=form, before=before, stands=[])
    return page, 400 if form.all_errors() else 200


@blueprint.get("/programmes/<code>")
@action(Action.SEE_PROGRAMMES)
def programme(code: str) -> str:
    """A programme in force or past: what was approved, its bodies and its reporting calendar."""
    session = database.session()
    found = queries.programme(session, code)
    return _page(session, found, plans.of_programme(session, found.id))


@blueprint.get("/plans/<token>")
@action(Action.SEE_PROGRAMMES)
def plan(token: str) -> Any:
    """A programme in preparation, part by part; one that is approved stands on its own page."""
    session, found = database.session(), steps.plan_of(token)
    if found.programme_id is not None:
        return redirect(url_for("planning.programme", code=found.code), 303)
    return _page(session, None, found)


@blueprint.get("/plans/<token>/document")
@action(Action.SEE_PROGRAMMES)
def document(token: str) -> Any:
    """The file of the document that orders the programme."""
    found = steps.plan_of(token)
    if found.basis_sha256 is None:
        return redirect(steps.page_of(found), 303)
    return send_stored(StoredUpload(found.basis_sha256, found.basis_size or 0, PDF, found.basis_name or "document.pdf"))


@blueprint.route("/plans/<token>/change", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def change(token: str) -> Any:
    """The head of a programme in preparation."""
    session, found = database.session(), steps.plan_of(token)
    form = head_form(session, clock.today(), _typed(session, found))
    stands: list[tuple[str, str]] | None = []
    if form.validate_on_submit() and _accepted(form, session, found):
        values = form.values(_agency_id(session, form.responsible.data), int(form.calendar.data))
        stands = steps.carry_out(form, preparing.change, token, values=values)
        if stands is None:
            flash(_("The programme is changed."), "success")
            return redirect(steps.page_of(found), 303)
    page = render_template(
        "planning/change.html", form=form, plan=found, stands=stands or [], back=steps.page_of(found)
    )
    return page, 400 if form.all_errors() else 200


def head_form(session: Session, today: date, data: dict[str, Any]) -> HeadForm:
    """The form with the bodies and calendars that there are to choose from; without any calendar, one to be made."""
    form = HeadForm(data=data)
    bodies = told_apart(agencies.listed(session, today))
    form.responsible.choices = [("", _l("Not chosen yet")), *bodies]
    calendars: list[tuple[str, Any]] = [(str(one.id), one.name) for one in queries.calendars(session)]
    if not calendars:
        calendars = [(NEW_CALENDAR, _l("A new one with the public holidays of Vietnam"))]
    form.calendar.choices = calendars
    return form


def _begin(session: Session, now: Moment, *, form: HeadForm, before: Programme | None) -> Plan:
    """In the unit of work of the form."""
    actor_id = current_reader().person_id
    calendar_id = _calendar_id(session, now, actor_id, form)
    values = form.values(_agency_id(session, form.responsible.data), calendar_id)
    if before is None:
        return preparing.begin(session, now, actor_id=actor_id, values=values)
    last = plans.of_programme(session, before.id)
    return preparing.begin_from(
        session,
        now,
        actor_id=actor_id,
        values=values,
        before=before,
        agencies=planning.taking_part_again(session, before, last, values["starts_on"]),
        calendar=plans.working_calendar(session, calendar_id),
    )


def _calendar_id(session: Session, now: Moment, actor_id: int, form: HeadForm) -> int:
    if form.calendar.data != NEW_CALENDAR:
        return int(form.calendar.data)
    assert form.starts_on.data is not None and form.ends_on.data is not None  # noqa: S101, PT018  # they are required
    years = range(form.starts_on.data.year, min(form.ends_on.data.year, form.starts_on.data.year + 2) + 1)
    return service.make_calendar(session, now, actor_id, service.STANDARD_NAME, *public_holidays.of_vietnam(years)).id


def _accepted(form: HeadForm, session: Session, found: Plan) -> bool:
    """Everything that stands against what was typed goes beside its field, all at once."""
    refusals = preparing.refusals(session, found, form.values(None, 0))
    for field, message in refusals:
        form.add_error(field, message)
    return not refusals


def _agency_id(session: Session, code: str | None) -> int | None:
    found = agencies.by_code(session, code) if code else None
    return found.id if found else None


def _proposed(session: Session, before: Programme | None, today: date) -> dict[str, Any]:
    calendars = queries.calendars(session)
    if before is None:
        year = today.year + (today.month > 6)  # towards its end the next one is prepared
        return {
            "year": year,
            "starts_on": date(year, 1, 1),
            "ends_on": date(year, 12, 31),
            "calendar": str(calendars[0].id) if calendars else NEW_CALENDAR,
        }
    last = plans.of_programme(session, before.id)
    year = preparing.year_of(before, last) + 1
    calendar = plans.working_calendar(session, before.calendar_id)
    return _as_typed(session, preparing.proposed(before, last, year, calendar))


def _typed(session: Session, found: Plan) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in preparing.HEAD}
    return {**_as_typed(session, values), "version": found.version}


def _as_typed(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    title, slogan, responsible = values["title"], values["slogan"] or {}, values["responsible_id"]
    return {
        **{name: values[name] for name in ("code", "year", "starts_on", "ends_on", "unsigned_until")},
        "title": title.get("vi"),
        "title_en": title.get("en"),
        "slogan": slogan.get("vi"),
        "slogan_en": slogan.get("en"),
        "responsible": agencies.names(session, [responsible])[responsible][0] if responsible else "",
        "calendar": str(values["calendar_id"]),
    }


def _state(one: Programme, today: date) -> tuple[str, str, str]:
    if one.starts_on > today:
        return "info", "ring", _("still ahead")
    return ("silent", "dash", _("past")) if one.ends_on < today else ("good", "check", _("in force"))


def _page(session: Session, programme: Programme | None, found: Plan | None) -> str:
    """The page of a programme: of one in preparation by its plan, of one in force by its rows."""
    shown: Any = programme or found
    today, reader = clock.today(), current_reader()
    open_plan = found if programme is None else None
    periods = preparing.periods_of(session, programme.id) if programme else plans.periods(found) if found else []
    years = range(shown.starts_on.year, shown.ends_on.year + 1)
    bodies = planning.groups_on(session, shown.starts_on, found.agencies) if found else []
    taking = set(planning.codes_of(session, found.agencies)) if found else set()
    may_prepare = reader.may(Action.PREPARE_PROGRAMME)
    return render_template(
        "planning/programme.html",
        programme=programme,
        plan=found,
        shown=shown,
        state=_state(programme, today) if programme else None,
        calendar=queries.calendar(session, shown.calendar_id),
        without_days=plans.years_without_days(session, shown.calendar_id, years),
        responsible=_name(session, found.responsible_id) if found else None,
        who=people.names(session, _persons(found)),
        groups=_taking_part(bodies, taking),
        count=len(taking),
        year=picture.year_of(periods, shown.starts_on, shown.ends_on, today),
        tables=tables_of(periods),
        gaps=picture.gap_words(list(reporting.gaps(periods, shown.starts_on, shown.ends_on))),
        missing=[str(PARTS[name]) for name in preparing.missing(found)] if open_plan and found else [],
        form=VersionForm(data={"version": found.version}) if open_plan and found else None,
        may_change=may_prepare and open_plan is not None and open_plan.handed_at is None,
        may_close=may_prepare and programme is not None and programme.ends_on < today,
        may_move=may_prepare and programme is not None and programme.ends_on > today,
        signing=ways_views.told(session, programme.id) if programme else None,
        ways=ways_views.told_of_plan(session, open_plan) if open_plan else None,
        ladder=ladder_views.told(session, programme.id) if programme else None,
        apologies=apology_views.told(session, programme.id) if programme else None,
        may_choose_ways=reader.may(Action.MANAGE_POLICY) and programme is not None and programme.ends_on >= today,
        may_prepare=may_prepare,
        may_approve=reader.may(Action.APPROVE_PROGRAMME),
    )


def _persons(found: Plan | None) -> list[int]:
    who = (found.prepared_by_id, found.handed_by_id, found.approved_by_id, found.approved_for_id) if found else ()
    return [one for one in who if one is not None]


def _name(session: Session, agency_id: int | None) -> str | None:
    return text_by_language(agencies.names(session, [agency_id])[agency_id][1]) if agency_id else None


def _taking_part(groups: planning.Groups, codes: set[str]) -> list[tuple[str, list[str], int]]:
    """(group, its bodies that take part, how many it has)."""
    return [(name, [body for code, body in bodies if code in codes], len(bodies)) for _code, name, bodies in groups]


def _told(one: reporting.Days) -> dict[str, Any]:
    return {**one._asdict(), "name": period_title(one.code)}


def tables_of(periods: Sequence[reporting.Days]) -> list[dict[str, Any]]:
    """The periods by frequency, as the tables below the picture show them."""
    found: dict[str, list[reporting.Days]] = {}
    for one in periods:
        found.setdefault(one.frequency, []).append(one)
    return [
        {"frequency": frequency, "label": picture.label_of(frequency), "periods": [_told(one) for one in some]}
        for frequency, some in found.items()
    ]
