"""What one figure's page shows beside its form: plan, goal, last figure, deadline, status, and what was sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.offices import in_whose_name
from tracker.compliance.records.facts import known_of
from tracker.core.clock import Moment
from tracker.core.languages import _, current_language, format_day, format_instant, format_size
from tracker.home import queries, words
from tracker.home.queries import Standing
from tracker.people.queries import names
from tracker.permissions.reader import Reader
from tracker.progress import queries as progress
from tracker.progress import rules, service
from tracker.progress.queries import (
    OPEN_STATES,
    Decision,
    Draft,
    Evidence,
    Place,
    Report,
    Revision,
    Sending,
    SentFigure,
)
from tracker.progress.states import DraftState, ReportState
from tracker.rule import Known, OwedPeriod, owed_periods, plan_on, settled_deadline, terms_on

Rows = list[tuple[str, Any]]


@dataclass(frozen=True)
class FigurePage:
    """One place of a report as a reader sees it today."""

    session: Session
    reader: Reader
    now: Moment
    place: Place
    known: Known
    report: Report | None
    draft: Draft | None
    sendings: list[Sending]
    last: SentFigure | None  # the latest figure that counts and is as at an earlier day
    standing: Standing | None

    @property
    def is_open(self) -> bool:
        """Whether a new revision may follow."""
        return self.report is None or self.report.state in OPEN_STATES

    @property
    def with_head(self) -> bool:
        """Whether the draft is with the head."""
        return self.draft is not None and self.draft.state == DraftState.WITH_HEAD

    @property
    def can_recall(self) -> bool:
        """Whether the report lies with the appraiser, undecided."""
        return self.report is not None and self.report.state == ReportState.SENT

    @property
    def returned(self) -> Decision | None:
        """The return or reopening that waits for an answer."""
        if self.report is None or self.report.state not in (ReportState.RETURNED, ReportState.REOPENED):
            return None
        return self.sendings[0].decisions[-1]

    @property
    def revision(self) -> Revision | None:
        """The last revision that was sent."""
        return self.sendings[0].revision if self.sendings else None

    @property
    def version(self) -> int:
        """Version of the draft that stands; 0: none does."""
        return self.draft.version if self.draft else 0

    @property
    def period(self) -> OwedPeriod | None:
        """The period as the rule sees it today; none for a completion, or where it is none of the target's own."""
        code = self.place.code
        return next((p for p in owed_periods(self.known, self.now.on) if p.period.code == code), None)

    def typed(self) -> dict[str, str]:
        """What the form begins with, by the reader's custom: the draft, else what was sent last and came back."""
        language = current_language()
        if self.draft is not None:
            return rules.retyped(self.draft.typed, self.draft.language, language)
        if self.revision is not None and self.is_open:
            return service.starting_text(self.revision, language)
        return {}

    def evidence(self) -> list[Evidence]:
        """The files that would be sent along."""
        if self.draft is not None:
            return list(progress.evidence_of_draft(self.session, self.draft.id))
        return list(self.sendings[0].evidence) if self.sendings else []

    def plan_day(self) -> date:
        """The day whose plan stands beside the figure: the period's cut-off, today for a completion."""
        return self.place.period.cut_off if self.place.period else self.now.on

    def numbers(self) -> dict[str, str]:
        """Last figure, plan and goal, written out."""
        target, on = self.place.target, self.now.on
        plan = plan_on(self.known, self.plan_day(), on)
        return {
            "last": words.amount(target, self.last.amount) if self.last else "",
            "plan": words.amount(target, plan) if plan is not None and target.shape != "keep" else "",
            "goal": words.goal_text(target, terms_on(self.known, on)),
        }

    def due(self) -> tuple[str, str, str, str | None] | None:
        """The day by which the report must be in (or a return be answered): (day, meaning, ISO, tone)."""
        period = self.period
        if period is None:
            return None
        due_on = period.answer_by if period.returned_on is not None and period.answer_by else period.due_on
        left = words.working_days(self.known.facts.calendar, self.now.on, due_on)
        return format_day(due_on), words.days_left(left), due_on.isoformat(), words.tone(left)

    def deadline(self) -> tuple[str, str, str]:
        """The target's own deadline: (day, meaning, ISO)."""
        day = settled_deadline(self.known)
        left = words.working_days(self.known.facts.calendar, self.now.on, day)
        return format_day(day), words.days_left(left), day.isoformat()

    def sentences(self) -> list[str]:
        """Why the target stands so today, and what turns it green."""
        if self.standing is None:
            return []
        standing = self.standing
        return words.sentences(self.place.target, self.known, standing.status, standing.reason, self.now.on)

    def history(self) -> list[dict[str, Any]]:
        """What was sent and decided, the latest first, for components/facts.html."""
        return history(self.session, self.place, self.sendings)


def load(session: Session, reader: Reader, now: Moment, place: Place) -> FigurePage:
    """Read everything of a place: a fixed number of statements, however much was reported."""
    target_id = place.target.id
    report = progress.report_of(session, place)
    figures = progress.sent_figures(session, [target_id]).get(target_id, [])
    earlier = (
        [f for f in figures if f.period_code != place.period.code and f.as_at < place.period.cut_off]
        if place.period
        else figures
    )
    return FigurePage(
        session=session,
        reader=reader,
        now=now,
        place=place,
        known=known_of(session, [target_id], now.on)[target_id],
        report=report,
        draft=progress.draft_of(session, place),
        sendings=progress.history(session, report.id) if report else [],
        last=earlier[-1] if earlier else None,
        standing=queries.standings(session, [target_id]).get(target_id),
    )


def history(session: Session, place: Place, sendings: list[Sending]) -> list[dict[str, Any]]:
    """What was sent and decided, the latest first: who wrote, who sent and who decided stay apart."""
    people = {s.revision.entered_by_id for s in sendings} | {s.revision.sent_by_id for s in sendings}
    people |= {s.revision.sent_for_id for s in sendings}
    people |= {person for s in sendings for one in s.decisions for person in (one.decided_by_id, one.decided_for_id)}
    known = names(session, {person for person in people if person is not None})
    entries: list[dict[str, Any]] = []
    for sending in sendings:
        entries += [_decided(place, decision, known) for decision in reversed(sending.decisions)]
        entries.append(_sent(place, sending.revision, known))
    return entries


def _sent(place: Place, revision: Revision, known: dict[int, str]) -> dict[str, Any]:
    figure = words.figure(place.target, revision)
    what = _("Revision %(seq)s sent: %(figure)s", seq=revision.seq, figure=figure)
    if revision.as_at is not None:
        what += " · " + _("as at %(day)s", day=format_day(revision.as_at))
    who = []
    if revision.entered_by_id in known:
        who.append(_("written by %(name)s", name=known[revision.entered_by_id]))
    if revision.sent_by_id in known:
        sender = in_whose_name(known[revision.sent_by_id], known.get(revision.sent_for_id or 0))
        who.append(_("sent by %(name)s", name=sender))
    return {
        "what": what,
        "when": _when(revision.sent_at, revision.submitted_on),
        "who": ", ".join(who),
        "quote": revision.narrative,
    }


def _decided(place: Place, decision: Decision, known: dict[int, str]) -> dict[str, Any]:
    if decision.outcome == ReportState.ACCEPTED and (decision.value is not None or decision.numerator is not None):
        what, tone = _("Accepted with another figure: %(figure)s", figure=words.figure(place.target, decision)), "good"
    elif decision.outcome == ReportState.ACCEPTED:
        what, tone = _("Accepted as reported"), "good"
    elif decision.outcome == ReportState.RETURNED:
        what, tone = _("Returned"), "bad"
    elif decision.outcome == ReportState.REOPENED:
        what, tone = _("Reopened after it was accepted"), "bad"
    else:
        what, tone = _("Recalled by its body"), ""
    return {
        "what": what,
        "tone": tone,
        "when": _when(decision.decided_at, decision.decided_on),
        "who": _decider(decision, known),
        "quote": decision.reason,
    }


def _decider(decision: Decision, known: dict[int, str]) -> str | None:
    name = known.get(decision.decided_by_id or 0)
    return in_whose_name(name, known.get(decision.decided_for_id or 0)) if name else None


def _when(at: datetime | None, on: date) -> str:
    return format_instant(at) if at is not None else format_day(on)


def files(evidence: list[Evidence], removable: Place | None = None) -> list[dict[str, Any]]:
    """Files for components/facts.html; with a place, each can be taken off the draft there."""
    return [
        {
            "name": file.name if file.erased_on is None else words.erased(file.erased_on),
            "href": url_for("home.evidence", token=file.token) if file.erased_on is None else None,
            "size": format_size(file.size),
            "added": format_instant(file.uploaded_at),
            "remove_url": url_for(
                "home.remove_evidence",
                target_token=removable.target.token,
                period_code=removable.code,
                token=file.token,
            )
            if removable is not None
            else None,
        }
        for file in evidence
    ]
