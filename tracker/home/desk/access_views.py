"""Who can see a body's matters, one target or one report, and why: for whoever may read the table of permissions."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from tracker.accounts import listing
from tracker.agencies.offices import LABELS, Office
from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.errors import NotFound
from tracker.core.languages import _, text_by_language
from tracker.core.web.requests import as_written
from tracker.home import queries, words
from tracker.home.blueprint import blueprint
from tracker.home.queries import Agency
from tracker.permissions import access, standing, table
from tracker.permissions.access import KeptFrom
from tracker.permissions.guard import current_reader
from tracker.permissions.predicates import kept_apart
from tracker.progress import appraisal
from tracker.progress import queries as progress
from tracker.progress.queries import Report, ReportSlot

ASKED = (Action.SEE_TARGET, Action.ENTER_FIGURE, Action.SEND_REPORT, Action.APPRAISE)
Links = Sequence[tuple[str, str]]


@blueprint.get("/permissions/agencies")
@action(Action.SEE_PERMISSIONS)
def access_of_chosen() -> Response:
    """Lead to the page of the body that was chosen."""
    code = request.args.get("agency", "")
    return redirect(url_for("home.access_of_agency", code=code) if code else url_for("permissions.index"), 303)


@blueprint.get("/permissions/agencies/<code>")
@action(Action.SEE_PERMISSIONS)
def access_of_agency(code: str) -> str:
    """Who may do what to a body's matters."""
    session = database.session()
    agency = queries.agency_by_code(session, current_reader(), Action.SEE_PERMISSIONS, code)
    if agency is None:
        raise NotFound(_("There is no such body."))
    as_written("code", agency.code)
    return _drawn(session, agency, _("All matters of the body"), _apart_from(agency), [])


@blueprint.get("/permissions/targets/<token>")
@action(Action.SEE_PERMISSIONS)
def access_of_target(token: str) -> str:
    """Who may do what to one target."""
    session = database.session()
    slot = progress.find_slot(session, _targets(), token, None)
    if slot is None:
        raise NotFound(_("There is no such target."))
    reports = [
        (words.period_name(of_report), url_for("home.access_of_report", token=one.token))
        for one, of_report in progress.reports_of_target(session, slot.target.id)
    ]
    return _drawn(session, slot.agency, _what(slot, words.title(slot.target)), _apart_from(slot.agency), reports)


@blueprint.get("/permissions/reports/<token>")
@action(Action.SEE_PERMISSIONS)
def access_of_report(token: str) -> str:
    """Who may do what to one report: whoever wrote or sent it does not decide on it."""
    session = database.session()
    visible = queries.reports_within(current_reader(), Action.SEE_PERMISSIONS)
    found = progress.report_by_token(session, visible, token)
    if found is None:
        raise NotFound(_("There is no such report."))
    report, slot = found
    target = (_("The target"), url_for("home.access_of_target", token=slot.target.token))
    title = f"{words.title(slot.target)} · {words.period_name(slot)}"
    return _drawn(session, slot.agency, _what(slot, title), _apart_from_report(session, report, slot), [target])


def _targets() -> Any:
    return queries.targets_within(current_reader(), Action.SEE_PERMISSIONS)


def _what(slot: ReportSlot, title: str) -> str:
    """The title where the reader sees the target itself; who may see it can be asked without."""
    sees = current_reader().may(Action.SEE_TARGET, slot.target.agency_id)
    return title if sees else _("A target of the body")


def _apart_from(agency: Agency) -> KeptFrom:
    """What keeps from deciding on any report of a body."""
    appraisers = {Office.APPRAISER}
    return lambda reader: kept_apart(reader.held, appraisers, agency.id, agency.appraised_by_id)


def _apart_from_report(session: Session, report: Report, slot: ReportSlot) -> KeptFrom:
    """What keeps from deciding on the figure that was sent last."""
    return appraisal.keeping_from(session, slot, progress.last_revision(session, report.id))


def _drawn(session: Session, agency: Agency, what: str, kept_from: KeptFrom, links: Links) -> str:
    now = clock.moment()
    found = access.answers(
        standing.candidates(session, now, agency.id, ASKED), ASKED, agency.id, agency.appraised_by_id, kept_from
    )
    return render_template(
        "permissions/access.html",
        agency=text_by_language(agency.name),
        what=what,
        answers=found,
        what_of=table.what,
        offices=LABELS,
        reaches=table.REACHES,
        why_apart=table.WHY_APART,
        states=listing.STATES,
        links=links,
    )
