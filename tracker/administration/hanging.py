"""What hangs on an office when it ends, or on an account when it is disabled: whoever does it sees who is left, and
what waits in that person's hands."""

from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.queries import administrators, shut_out_of
from tracker.agencies import over_time
from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import LABELS, Office
from tracker.agencies.over_time import Held
from tracker.approvals.models import Approval
from tracker.commitments.models import Target
from tracker.compliance.telling.owed import WhyOwed, owed_figures
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_day, text_by_language
from tracker.programmes.models import Programme
from tracker.programmes.queries import not_long_over
from tracker.progress.models import Draft, Report
from tracker.progress.states import DraftState, ReportState
from tracker.rule.calendar import ONE_DAY

_OF_A_BODY = {Office.HEAD, Office.DEPUTY, Office.OFFICER}


def hangs_on(session: Session, now: Moment, held: Held, last_on: date) -> list[str]:
    """What hangs on an office after its last day, as things stand today, in sentences; empty where nothing does."""
    first_without = max(last_on + ONE_DAY, now.on)
    left = _others(session, held, first_without)
    found = [] if left else [_nobody_else(held, first_without)]
    found += _in_hands(session, now, held, left=bool(left))
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


def hangs_on_account(session: Session, now: Moment, person_id: int) -> list[tuple[str, list[str]]]:
    """What hangs on a person who is let in no more, by office: (the office, sentences). The offices stay theirs."""
    groups = [
        (f"{LABELS[held.office]}, {text_by_language(held.agency_name)}", list(_without_account(session, now, held)))
        for held in over_time.of_person(session, person_id)
        if held.to_on is None or held.to_on >= now.on
    ]
    groups += [
        (
            f"{LABELS[held.office]}, {text_by_language(held.agency_name)}",
            [_("Acts for %(holder)s until %(day)s.", holder=held.name, day=format_day(acting.to_on))],
        )
        for held in over_time.acted_by(session, person_id)
        for acting in held.stand_ins
        if acting.person_id == person_id and acting.to_on >= now.on
    ]
    asked = (Approval.asked_by_id == person_id, Approval.outcome.is_(None), Approval.expires_at > now.at)
    if number := count(session, *asked):
        text = _n(
            "%(num)s request of this person is confirmed by nobody until the account is enabled again.",
            "%(num)s requests of this person are confirmed by nobody until the account is enabled again.",
            number,
        )
        groups.append((_("What takes two administrators"), [text]))
    return [group for group in groups if group[1]]


def _without_account(session: Session, now: Moment, held: Held) -> list[str]:
    first = max(held.from_on, now.on)
    acting = [one for one in held.stand_ins if one.from_on <= first <= one.to_on]
    out = shut_out_of(session, [one.person_id for one in acting])
    acting = [one for one in acting if one.person_id not in out]
    left = bool(acting or _others(session, held, first))
    found = [] if left else [_nobody_able(held)]
    found += _in_hands(session, now, held, left=left)
    return found + [
        _("%(name)s stands in for this office until %(day)s, and goes on.", name=one.name, day=format_day(one.to_on))
        for one in acting
    ]


def _others(session: Session, held: Held, day: date) -> set[int]:
    """Who else holds the office on a day and is let in; administrators are so for all bodies."""
    if held.office is Office.ADMINISTRATOR:
        return administrators(session, day) - {held.person_id}
    holders = agencies.holders(session, day, agency_id=held.agency_id, offices=(held.office,))
    others = {holder.person_id for holder in holders} - {held.person_id}
    return others - shut_out_of(session, others)


def _nobody_else(held: Held, first_without: date) -> str:
    words = {"agency": text_by_language(held.agency_name), "day": format_day(first_without)}
    if held.office is Office.HEAD:
        return _("From %(day)s on %(agency)s has no head: nobody can send its reports.", **words)
    if held.office is Office.APPRAISER:
        return _("From %(day)s on %(agency)s has no appraiser.", **words)
    office = str(LABELS[held.office])
    return _("From %(day)s on nobody holds this office of %(agency)s: %(office)s.", office=office, **words)


def _nobody_able(held: Held) -> str:
    agency = text_by_language(held.agency_name)
    if held.office is Office.HEAD:
        return _("Nobody can send the reports of %(agency)s: its head cannot sign in.", agency=agency)
    return _("Nobody else holds this office who can sign in.")


def _in_hands(session: Session, now: Moment, held: Held, *, left: bool) -> list[str]:
    """What waits in the person's hands, and whatever nobody who is `left` can do."""
    found = []
    if held.office in _OF_A_BODY:
        found += _drafts(session, held) + ([] if left else owes(owed(session, now, [held.agency_id]).total()))
    if held.office is Office.APPRAISER and not left:
        found += waits(waiting(session, [held.agency_id]).total())
    return found


def _drafts(session: Session, held: Held) -> list[str]:
    """Those that lie with the head, or those that the officer is writing."""
    if held.office is Office.HEAD:
        number = count(session, Draft.agency_id == held.agency_id, Draft.state == DraftState.WITH_HEAD)
        text = _n("%(num)s figure lies with the head, unsent.", "%(num)s figures lie with the head, unsent.", number)
    else:
        own = Draft.entered_by_id == held.person_id
        number = count(session, Draft.agency_id == held.agency_id, Draft.state == DraftState.EDITING, own)
        text = _n("%(num)s draft was begun by this person.", "%(num)s drafts were begun by this person.", number)
    return [text] if number else []


def owed(session: Session, now: Moment, agency_ids: Collection[int]) -> Counter[int]:
    """How many reports each of these bodies owes today, in programmes in which it is still asked, as on the first pages
    of its people."""
    asked = sa.select(Programme.id).where(not_long_over(now.on))
    figures = owed_figures(session, now.on, Target.agency_id.in_(agency_ids), Target.programme_id.in_(asked))
    return Counter(figure.agency_id for figure in figures if figure.why is not WhyOwed.COMING)


def owes(number: int) -> list[str]:
    """What a body owes, in a sentence; nothing where it owes nothing."""
    text = _n("The body owes %(num)s report today.", "The body owes %(num)s reports today.", number)
    return [text] if number else []


def waiting(session: Session, agency_ids: Collection[int]) -> Counter[int]:
    """How many reports only the appraisers of each of these bodies decide on."""
    appraised = (Report.agency_id == Agency.id, Report.state == ReportState.SENT)
    return counts(session, Agency.appraised_by_id, Agency.appraised_by_id.in_(agency_ids), *appraised)


def waits(number: int) -> list[str]:
    """What waits for a decision, in a sentence; nothing where nothing does."""
    text = _n("%(num)s report waits for a decision there.", "%(num)s reports wait for a decision there.", number)
    return [text] if number else []


def counts(session: Session, key: Any, *where: sa.ColumnElement[bool]) -> Counter[int]:
    """How many rows meet the conditions, by a column."""
    return Counter(dict(map(tuple, session.execute(sa.select(key, sa.func.count()).where(*where).group_by(key)))))


def count(session: Session, *where: sa.ColumnElement[bool]) -> int:
    """How many rows meet the conditions."""
    return session.scalar(sa.select(sa.func.count()).where(*where)) or 0
