"""The parts of a programme in preparation, and the presses that hand it over, take it back, approve it, give it up."""

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tracker.agencies import waiting
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import NOTHING, _, _l, text_by_language
from tracker.people import upload_forms
from tracker.permissions.guard import current_reader
from tracker.planning import queries as planning
from tracker.planning.blueprint import blueprint
from tracker.planning.programmes import picture, steps, ways_views
from tracker.planning.programmes.forms import (
    BasisForm,
    FileForm,
    PresetForm,
    VersionForm,
    bodies_form,
    chosen_bodies,
    periods_form,
    rows_for,
    tell_clashes,
    typed_periods,
)
from tracker.planning.programmes.programme_views import tables_of
from tracker.programmes import plans, preparing, reporting, ways
from tracker.programmes.plans import Plan
from tracker.programmes.words import DAYS, FREQUENCIES

WAITS = "programme_waits"  # a kind of mail


@blueprint.route("/plans/<token>/basis", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def basis(token: str) -> Any:
    """The document that orders the programme, and its grounds."""
    found = steps.plan_of(token)
    form = BasisForm(
        data={
            **{name: getattr(found, name) for name in ("basis_number", "basis_on", "basis_issuer", "version")},
            "basis": "\n".join(found.basis),
        }
    )
    stands: list[tuple[str, str]] | None = []
    if form.validate_on_submit():
        stands = steps.carry_out(form, preparing.change, token, values=form.values())
        if stands is None:
            flash(_("The basis is changed."), "success")
            return redirect(steps.page_of(found), 303)
    return _answer("planning/basis.html", form, found, stands=stands or [])


@blueprint.route("/plans/<token>/file", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def file(token: str) -> Any:
    """The file of that document: counted, looked at and stored as every file that is sent."""
    found = steps.plan_of(token)
    form = FileForm(data={"version": found.version})
    if form.validate_on_submit():
        stored = _stored(form)
        if stored is not None and steps.carry_out(form, preparing.attach_basis, token, file=stored) is None:
            flash(_("The document is kept."), "success")
            return redirect(steps.page_of(found), 303)
    return _answer("planning/file.html", form, found)


@blueprint.route("/plans/<token>/bodies", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def bodies(token: str) -> Any:
    """Which bodies take part, by peer group."""
    session, found = database.session(), steps.plan_of(token)
    groups = planning.groups_on(session, found.starts_on, found.agencies)
    form = bodies_form(groups, planning.codes_of(session, found.agencies))
    if not form.is_submitted():
        form.version.data = found.version
    stands: steps.Stands | None = []
    if form.validate_on_submit():
        chosen = planning.ids_of(session, chosen_bodies(form, groups))
        stands = steps.carry_out(form, preparing.choose_bodies, token, told=_bodies_of, agencies=chosen)
        if stands is None:
            flash(_("The bodies are chosen: %(count)s.", count=len(chosen)), "success")
            return redirect(steps.page_of(found), 303)
    fields = [(form[f"whole_{number}"], form[f"some_{number}"]) for number in range(len(groups))]
    return _answer("planning/bodies.html", form, found, fields=fields, stands=stands or [])


@blueprint.route("/plans/<token>/calendar", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def reporting_calendar(token: str) -> Any:
    """The reporting calendar as a picture; a usual one is set by a press."""
    session, found = database.session(), steps.plan_of(token)
    form = PresetForm(data={"version": found.version})
    if form.validate_on_submit():
        working = plans.working_calendar(session, found.calendar_id)
        periods = reporting.with_preset(plans.periods(found), form.preset.data, found.year, working)
        if steps.carry_out(form, preparing.set_periods, token, periods=periods) is None:
            flash(_("The usual calendar is set. Look at its days."), "success")
            return redirect(url_for("planning.reporting_calendar", token=token), 303)
    periods = plans.periods(found)
    used = {one.frequency for one in periods}
    return _answer(
        "planning/calendar.html",
        form,
        found,
        year=picture.year_of(periods, found.starts_on, found.ends_on, clock.today()),
        tables=tables_of(periods),
        gaps=picture.gap_words(list(reporting.gaps(periods, found.starts_on, found.ends_on))),
        others=[(code, picture.label_of(code)) for code in FREQUENCIES if code not in used],
    )


@blueprint.route("/plans/<token>/calendar/<frequency>", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def frequency(token: str, frequency: str) -> Any:
    """The periods of one frequency: code, days, cut-off and due day of each. Clashes stand beside their fields."""
    steps.demand(frequency)
    found = steps.plan_of(token)
    stored = plans.periods(found)
    own = [one for one in stored if one.frequency == frequency]
    others = [one for one in stored if one.frequency != frequency]
    rows = rows_for(own)
    form = periods_form(own, rows)
    if not form.is_submitted():
        form.version.data = found.version
    shown: list[reporting.Days] = own
    stands: steps.Stands = []
    if form.is_submitted():
        whole = form.validate()
        shown, places = typed_periods(form, frequency, rows)
        clashes = tell_clashes(form, others, shown, places)
        for place, name, sentence in reporting.strays(shown, found.starts_on, found.ends_on):
            form.add_error(f"{name}_{places[place]}", sentence)
        if whole and not clashes and not form.all_errors():
            periods = [*others, *shown]
            done = steps.carry_out(form, preparing.set_periods, token, told=_periods_of(frequency), periods=periods)
            if done is None:
                flash(_("The periods are kept."), "success")
                return redirect(url_for("planning.reporting_calendar", token=token), 303)
            stands = done
    return _answer(
        "planning/frequency.html",
        form,
        found,
        stands=stands,
        label=picture.label_of(frequency),
        rows=[[form[f"{name}_{number}"] for name in ("code", *DAYS)] for number in range(rows)],
        year=picture.year_of(shown, found.starts_on, found.ends_on, clock.today()),
        gaps=picture.gap_words(list(reporting.gaps(shown, found.starts_on, found.ends_on))),
        back=url_for("planning.reporting_calendar", token=token),
    )


@blueprint.post("/plans/<token>/hand-over")
@action(Action.PREPARE_PROGRAMME)
def hand_over(token: str) -> Any:
    """To whoever approves it."""
    return _press(token, _handed_over, _l("The programme is handed over for approval."))


def _handed_over(session: Session, now: Moment, **given: Any) -> Any:
    """It waits for whoever approves it, who is told."""
    plan = preparing.hand_over(session, now, **given)
    waiting.tell(
        session,
        now,
        waiting.receivers(session, now, (Office.CHAIR, Office.VICE_CHAIR)),
        kind=WAITS,
        key=f"{plan.id}:v{plan.version}",
        title=_l("A programme waits for your approval"),
        sentence=lambda: _("The programme “%(title)s” is handed over to you.", title=text_by_language(plan.title)),
        since=now.at,
        page=steps.page_of(plan),
        site=settings_of(current_app).site,
    )
    return plan


@blueprint.post("/plans/<token>/take-back")
@action(Action.PREPARE_PROGRAMME)
def take_back(token: str) -> Any:
    """Open for changes again."""
    return _press(token, preparing.take_back, _l("The programme is in preparation again."))


@blueprint.post("/plans/<token>/return")
@action(Action.APPROVE_PROGRAMME)
def send_back(token: str) -> Any:
    """By who should approve it: back into preparation."""
    return _press(token, preparing.take_back, _l("The programme is returned to those who prepare it."))


@blueprint.route("/plans/<token>/approve", methods=["GET", "POST"])
@action(Action.APPROVE_PROGRAMME)
def approve(token: str) -> Any:
    """Asked twice: what was handed over becomes the programme, and never changes again."""
    found = steps.plan_of(token)
    form = VersionForm(data={"version": found.version})
    if form.validate_on_submit():
        for_id = current_reader().acts_for(Action.APPROVE_PROGRAMME, found.responsible_id or 0)
        if steps.carry_out(form, preparing.approve, token, for_id=for_id) is None:
            flash(_("The programme is approved and opened."), "success")
            return redirect(url_for("planning.programme", code=found.code), 303)
    signed = ways_views.in_words(ways.of_plan(database.session(), found, clock.today()))
    given = {"periods": len(found.periods), "bodies": len(found.agencies), "ways": signed}
    return _answer("planning/approve.html", form, found, **given)


@blueprint.route("/plans/<token>/discard", methods=["GET", "POST"])
@action(Action.PREPARE_PROGRAMME)
def discard(token: str) -> Any:
    """Asked twice: give the preparation up."""
    found = steps.plan_of(token)
    form = VersionForm(data={"version": found.version})
    if form.validate_on_submit() and steps.carry_out(form, preparing.discard, token) is None:
        flash(_("The preparation is given up."), "success")
        return redirect(url_for("planning.programmes"), 303)
    return _answer("planning/discard.html", form, found)


def _answer(template: str, form: Any, found: Plan, **values: Any) -> Any:
    back = values.pop("back", None) or steps.page_of(found)
    page = render_template(template, form=form, plan=found, back=back, **{"stands": [], **values})
    return page, 400 if form.all_errors() else 200


def _bodies_of(plan: Plan) -> steps.Stands:
    session = database.session()
    taking = set(planning.codes_of(session, plan.agencies))
    groups = planning.groups_on(session, plan.starts_on, plan.agencies)
    return [
        (group, "; ".join(name for code, name in bodies if code in taking) or NOTHING)
        for _code, group, bodies in groups
    ]


def _periods_of(frequency: str) -> Callable[[Plan], steps.Stands]:
    def told(plan: Plan) -> steps.Stands:
        own = [one for one in plans.periods(plan) if one.frequency == frequency]
        return [(one.code, picture.told(one)) for one in own] or [(picture.label_of(frequency), NOTHING)]

    return told


def _press(token: str, verb: steps.Verb, done: Any) -> Any:
    """One press; why it cannot be done is told on the page of the programme."""
    found, form = steps.plan_of(token), VersionForm()
    if not form.validate_on_submit() or steps.carry_out(form, verb, token) is not None:
        for _field, message in form.all_errors():
            flash(str(message), "warning")
    else:
        flash(str(done), "success")
    return redirect(steps.page_of(found), 303)


def _stored(form: FileForm) -> StoredUpload | None:
    """The file in the store; what is wrong with it stands beside its field."""
    stored = upload_forms.take(form, form.file.data, current_reader().person_id) if form.file.data is not None else None
    if stored is not None and stored.media_type != PDF:
        form.add_error("file", _l("Send the document as a PDF."))
        return None
    return stored
