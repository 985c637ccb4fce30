"""What the records of a page name by id, read by kind: one statement a kind, however many records there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.accounts.models import Account
from tracker.agencies.models import Agency, OfficeHolding
from tracker.approvals.models import Approval
from tracker.audit.models import Erasure
from tracker.audit.service import AFTER, BEFORE
from tracker.commitments.models import Target
from tracker.core.languages import text_by_language
from tracker.people.models import Person
from tracker.programmes.models import Period, Programme, ProgrammePlan, TargetTemplate, WorkingCalendar
from tracker.progress.models import Decision, Evidence, Report, Revision, TargetRequest, Withdrawal
from tracker.signs.models import Sign
from tracker.urging.models import Letter

Rows = Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """What stands today behind the ids, by kind and id; what is gone is missing. An erased person's name says so.

    `sent` holds revisions by report and number, `decided` their decisions in order, each with
    how it was taken back, if it was.
    """

    account: Rows
    holding: Rows
    letter: Rows
    sign: Rows
    report: Rows
    second_say: Rows
    evidence: Rows
    erasure: Rows
    programme: Rows
    calendar: Rows
    target: Rows
    target_request: Rows
    person: Rows
    agency: Rows
    programme_plan: Rows
    template: Rows
    sent: Mapping[tuple[int, int], Any] = field(default_factory=dict)
    decided: Mapping[tuple[int, int], list[Any]] = field(default_factory=dict)
    programme_titles: Mapping[str, str] = field(default_factory=dict)  # by code


# Keys of a record's detail that hold the id of something, or several.
_IN_DETAIL = {
    "account_id": "account",
    "agencies": "agency",
    "appraised_by_id": "agency",
    "calendar_id": "calendar",
    "erasure": "erasure",
    "for_person_id": "person",
    "holding_id": "holding",
    "person_id": "person",
    "responsible_id": "agency",
    "successors": "agency",
    "target": "target",
}


def names_of(session: Session, rows: Iterable[Any]) -> Names:
    """The names of all that these records are about."""
    asked: dict[str, set[int]] = {}
    codes: set[str] = set()
    for row in rows:
        if row.subject_id is not None:
            asked.setdefault(row.subject_kind, set()).add(row.subject_id)
        detail = row.detail or {}
        codes.update(detail.get("programmes", ()))
        for key, kind in _IN_DETAIL.items():
            for told in (detail, detail.get(BEFORE, {}), detail.get(AFTER, {})):
                asked.setdefault(kind, set()).update(_ids(told.get(key)))

    def found(kind: str, statement: sa.Select[*tuple[Any, ...]], key: Any, *more: int) -> Rows:
        wanted = asked.get(kind, set()).union(more)
        return {one[0]: one for one in session.execute(statement.where(key.in_(wanted)))} if wanted else {}

    account = found("account", sa.select(Account.id, Account.person_id), Account.id)
    holding = found(
        "holding",
        sa.select(OfficeHolding.id, OfficeHolding.person_id, OfficeHolding.office, OfficeHolding.agency_id),
        OfficeHolding.id,
    )
    report = found("report", _REPORT, Report.id)
    people = {one.person_id for one in (*account.values(), *holding.values())}
    return Names(
        account=account,
        holding=holding,
        letter=found("letter", sa.select(Letter.id, Letter.token), Letter.id),
        report=report,
        sign=found("sign", sa.select(Sign.id, Sign.token), Sign.id),
        second_say=found("second_say", sa.select(Approval.id, Approval.token), Approval.id),
        evidence=found("evidence", sa.select(Evidence.id, Evidence.name, Evidence.erased_on), Evidence.id),
        erasure=found("erasure", sa.select(Erasure.id, Erasure.reason), Erasure.id),
        programme=found("programme", sa.select(Programme.id, Programme.code, Programme.title), Programme.id),
        calendar=found("calendar", sa.select(WorkingCalendar.id, WorkingCalendar.name), WorkingCalendar.id),
        target=found("target", _TARGET, Target.id, *(one.target_id for one in report.values())),
        target_request=found("target_request", _REQUEST, TargetRequest.id),
        person=found("person", sa.select(Person.id, Person.name, Person.token), Person.id, *people),
        agency=found("agency", _AGENCY, Agency.id, *(one.agency_id for one in holding.values())),
        programme_plan=found("programme_plan", _PLAN, ProgrammePlan.id),
        template=found(
            "template", sa.select(TargetTemplate.id, TargetTemplate.token, TargetTemplate.code), TargetTemplate.id
        ),
        programme_titles=_titles(session, codes),
        **_figures(session, list(report)),
    )


_REPORT = sa.select(Report.id, Report.target_id, Period.code.label("period")).join(
    Period, Period.id == Report.period_id, isouter=True
)
_TARGET = sa.select(Target.id, Target.token, Target.code, Target.title, Target.shape, Target.unit, Target.ratio)
_PLAN = sa.select(ProgrammePlan.id, ProgrammePlan.token, ProgrammePlan.title)
_REQUEST = sa.select(TargetRequest.id, TargetRequest.token, TargetRequest.asked_at)
_AGENCY = sa.select(Agency.id, Agency.code, Agency.name)
_FIGURE = ("value", "numerator", "denominator")


def _figures(session: Session, report_ids: list[int]) -> dict[str, dict[tuple[int, int], Any]]:
    """What was sent, and what was decided on it."""
    if not report_ids:
        return {}
    sent = (Revision.report_id, Revision.seq, *(getattr(Revision, name) for name in (*_FIGURE, "not_applicable")))
    revisions = session.execute(sa.select(*sent).where(Revision.report_id.in_(report_ids)))
    told = (getattr(Decision, name) for name in (*_FIGURE, "reason", "outcome", "decided_at"))
    back = (Withdrawal.reason.label("back_reason"), Withdrawal.withdrawn_at.label("back_at"))
    decisions: dict[tuple[int, int], list[Any]] = {}
    statement = sa.select(Revision.report_id, Revision.seq, *told, *back).order_by(Decision.seq)
    statement = statement.join(Decision, Decision.revision_id == Revision.id)
    statement = statement.outerjoin(Withdrawal, Withdrawal.decision_id == Decision.id)
    for one in session.execute(statement.where(Revision.report_id.in_(report_ids))):
        decisions.setdefault((one[0], one[1]), []).append(one)
    return {"sent": {(one[0], one[1]): one for one in revisions}, "decided": decisions}


def _titles(session: Session, codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    found = session.execute(sa.select(Programme.code, Programme.title).where(Programme.code.in_(codes)))
    return {code: text_by_language(title) for code, title in found}


def _ids(told: Any) -> set[int]:
    """The ids in a value of a detail: one, or several."""
    if isinstance(told, list):
        return {one for one in told if isinstance(one, int)}
    return {told} if isinstance(told, int) and not isinstance(told, bool) else set()
