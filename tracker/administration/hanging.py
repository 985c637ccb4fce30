"""What hangs on an office when it ends: whoever ends it sees who is left, and what waits in that person's hands."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import LABELS, Office
from tracker.agencies.over_time import Held
from tracker.commitments.models import Target
from tracker.compliance.telling.owed import WhyOwed, owed_figures
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_day, text_by_language
from tracker.progress.models import Draft, Report
from tracker.progress.states import DraftState, ReportState
from tracker.rule.calendar import ONE_DAY

_OF_A_BODY = {Office.HEAD, Office.DEPUTY, Office.OFFICER}


def hangs_on(session: Session, now: Moment, held: Held, last_on: date) -> list[str]:
    """What hangs on an office after its last day, as things stand today, in sentences; empty where nothing does."""
    first_without = max(last_on + ONE_DAY, now.on)
    left = [
        holder
        for holder in agencies.holders(session, first_without, agency_id=held.agency_id, offices=(held.office,))
        if holder.person_id != held.person_id
    ]
    found = [] if left else [_nobody_else(held, first_without)]
    if held.office in _OF_A_BODY:
        found += _in_hand(session, held) + ([] if left else owed(session, now, held.agency_id))
    if held.office is Office.APPRAISER and not left:
        found += waiting(session, held.agency_id)
    found += [
        _(
            "%(name)s stands in for this office until %(day)s; that ends with it.",
            name=one.name,
            day=format_day(one.to_on),
        )
        for one in held.stand_ins
        if one.to_on >= first_without
    ]
    return found


def _nobody_else(held: Held, first_without: date) -> str:
    words = {"agency": text_by_language(held.agency_name), "day": format_day(first_without)}
    if held.office is Office.HEAD:
        return _("From %(day)s on %(agency)s has no head: nobody can send its reports.", **words)
    if held.office is Office.APPRAISER:
        return _("From %(day)s on %(agency)s has no appraiser.", **words)
    office = str(LABELS[held.office])
    return _("From %(day)s on nobody holds this office of %(agency)s: %(office)s.", office=office, **words)


def _in_hand(session: Session, held: Held) -> list[str]:
    """Drafts: those that lie with the head, or those that the officer is writing."""
    if held.office is Office.HEAD:
        number = count(session, Draft.agency_id == held.agency_id, Draft.state == DraftState.WITH_HEAD)
        text = _n("%(num)s figure lies with the head, unsent.", "%(num)s figures lie with the head, unsent.", number)
    else:
        own = Draft.entered_by_id == held.person_id
        number = count(session, Draft.agency_id == held.agency_id, Draft.state == DraftState.EDITING, own)
        text = _n("%(num)s draft was begun by this person.", "%(num)s drafts were begun by this person.", number)
    return [text] if number else []


def owed(session: Session, now: Moment, agency_id: int) -> list[str]:
    """What a body owes today."""
    figures = owed_figures(session, now.on, Target.agency_id == agency_id)
    number = sum(figure.why is not WhyOwed.COMING for figure in figures)
    text = _n("The body owes %(num)s report today.", "The body owes %(num)s reports today.", number)
    return [text] if number else []


def waiting(session: Session, agency_id: int) -> list[str]:
    """Reports that only the appraisers of this body decide on."""
    appraised = sa.select(Agency.id).where(Agency.appraised_by_id == agency_id)
    number = count(session, Report.agency_id.in_(appraised), Report.state == ReportState.SENT)
    text = _n("%(num)s report waits for a decision there.", "%(num)s reports wait for a decision there.", number)
    return [text] if number else []


def count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    """How many rows meet the conditions."""
    return session.scalar(sa.select(sa.func.count()).where(*where)) or 0
