"""Reads of reports, revisions, decisions, drafts and evidence. Who may see them is a condition passed in."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import field
from datetime import date
from itertools import groupby
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction, aliased

from tracker.accounts.queries import led_now
from tracker.agencies.models import Agency
from tracker.commitments.closed import demand_open
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import lock_targets
from tracker.core.db.database import Condition
from tracker.core.db.sorting import code_key
from tracker.people.models import Person
from tracker.programmes.models import Period, Programme
from tracker.programmes.ways import key_to_send

# Named anew: pages are given these rows, and know them by the queries that give them.
from tracker.progress.models import STANDS, ReportReceipt, Withdrawal
from tracker.progress.models import Decision as Decision
from tracker.progress.models import Draft as Draft
from tracker.progress.models import Evidence as Evidence
from tracker.progress.models import Report as Report
from tracker.progress.models import Revision as Revision
from tracker.progress.states import DraftState, ReportState
from tracker.rule.facts import ReportKind
from tracker.rule.records import record

# A report in one of these states waits for a new revision.
OPEN_STATES = (ReportState.RETURNED, ReportState.REOPENED, ReportState.RECALLED)


@record(frozen=True, slots=True)
class ReportSlot:
    """Where a report belongs: a target and one of its periods, or a target and its completion (no period)."""

    target: Target
    agency: Agency
    programme: Programme
    commitment: Commitment
    period: Period | None
    locked_in: SessionTransaction | None = field(default=None, compare=False, repr=False)  # in which nobody else writes

    @property
    def kind(self) -> ReportKind:
        """Which kind of report stands here."""
        return ReportKind.COMPLETION if self.period is None else ReportKind.PERIODIC

    @property
    def code(self) -> str:
        """How the slot stands in an address: the period's code, or "completion"."""
        return ReportKind.COMPLETION.value if self.period is None else self.period.code

    def told_on(self, today: date) -> date:
        """The day whose status is told: today, or the programme's last, after which nothing counts."""
        return min(today, self.programme.ends_on)


@record(frozen=True, slots=True)
class Sending:
    """One revision with what was decided on it and the files behind it: rows with all their columns.

    The revision also has its report's `kind`, `period` (a code), `report_token` and `report_state`, the code of its
    `receipt`, and the names `entered_by`, `sent_by`, `sent_for`; a decision has `decided_by` and `decided_for`; one
    that was taken back also `withdrawn_at`, `withdrawn_by` and why.
    """

    revision: Any
    decisions: tuple[Any, ...]
    evidence: tuple[Any, ...]

    @property
    def standing(self) -> Any:
        """The decision that counts, or none."""
        return next((one for one in reversed(self.decisions) if one.withdrawn_at is None), None)


# Of a target and the period of that code, if any: built once, as building it takes longer than running it.
_SLOT = (
    sa.select(Target, Agency, Programme, Commitment, Period)
    .join(Agency, Agency.id == Target.agency_id)
    .join(Programme, Programme.id == Target.programme_id)
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(
        Period,
        sa.and_(
            Period.programme_id == Target.programme_id,
            Period.frequency == Target.frequency,
            Period.code == sa.bindparam("period_code", type_=sa.String),
        ),
        isouter=True,
    )
    .where(Target.token == sa.bindparam("target_token"))
)
# Of one body's targets in the period of that code, built once too.
_SLOTS = (
    sa.select(Target, Agency, Programme, Commitment, Period)
    .join(Agency, Agency.id == Target.agency_id)
    .join(Programme, Programme.id == Target.programme_id)
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Period, sa.and_(Period.programme_id == Target.programme_id, Period.frequency == Target.frequency))
    .where(Agency.code == sa.bindparam("agency_code"), Period.code == sa.bindparam("period_code", type_=sa.String))
)
_SLOT_TO_WRITE = _SLOT.with_for_update(key_share=True, of=Target)


def find_slot(
    session: Session, visible: Condition, target_token: str, period_code: str | None, *, to_write: bool = False
) -> ReportSlot | None:
    """The slot of an address; none where it is unknown or out of sight. `visible` is a condition on Target.

    `to_write`: locked already, as `lock` does it, which spares whoever writes a trip.
    """
    named = {"target_token": target_token, "period_code": period_code}
    statement = _SLOT_TO_WRITE if to_write else _SLOT
    row = session.execute(statement.where(visible), named).one_or_none()
    if row is None or (row[4] is None) != (period_code is None):
        return None
    return ReportSlot(*row, locked_in=session.get_transaction() if to_write else None)


def slots_of(session: Session, visible: Condition, agency_code: str, period_code: str) -> list[ReportSlot]:
    """The slots of one body's targets in one period, in order of programme, commitment and code."""
    named = {"agency_code": agency_code, "period_code": period_code}
    slots = [ReportSlot(*row) for row in session.execute(_SLOTS.where(visible), named)]
    return sorted(slots, key=lambda one: code_key(one.programme.code, one.commitment.number, one.target.code))


def period_as_written(session: Session, code: str) -> str:
    """The code of a period as it is written, whatever its case here; itself, where there is none."""
    alike = sa.select(Period.code).where(sa.func.lower(Period.code) == code.lower())
    return session.scalar(alike.order_by(Period.code != code, Period.code).limit(1)) or code


def lock(session: Session, slot: ReportSlot) -> None:
    """Let nobody else change reports and drafts of the slot's target until the transaction ends.

    Raises DomainError where its commitment is closed: whoever changes something comes by here.
    """
    if is_locked(session, slot):
        demand_open(slot.target.closed_on)
    else:
        lock_target(session, slot.target.id)


def is_locked(session: Session, slot: ReportSlot) -> bool:
    """Whether the slot was locked as it was found, in this transaction: then its target is as it stands."""
    return slot.locked_in is not None and slot.locked_in is session.get_transaction()


def lock_target(session: Session, target_id: int) -> None:
    """The same, for whoever knows the target alone."""
    lock_targets(session, [target_id])


def report_of(session: Session, slot: ReportSlot) -> Report | None:
    """The report of a slot, as it stands in the database now."""
    return contents_of(session, slot, date.max).report


def draft_of(session: Session, slot: ReportSlot) -> Draft | None:
    """The draft of a slot, as it stands in the database now."""
    return contents_of(session, slot, date.max).draft


@record(frozen=True, slots=True)
class SlotContents:
    """What stands in a slot; whether anybody heads its body, and whether what is sent is confirmed by a key."""

    report: Report | None
    draft: Draft | None
    has_files: bool
    has_head: bool
    writer: str | None
    asks_key: bool | None


def contents_of(session: Session, slot: ReportSlot, on: date) -> SlotContents:
    """What stands in a slot in the database now, its body on that day, in one statement."""
    own = {"target_id": slot.target.id, "period_id": slot.period.id if slot.period else None, "on": on}
    found = _COMPLETION_STANDING if slot.period is None else _PERIODIC_STANDING
    return SlotContents(*session.execute(found, own).one())


def _standing(*of_place: Any) -> sa.Select[Report, Draft, bool, bool, str, bool | None]:
    """Built once: building a statement takes longer than running it for one slot."""
    sides = (sa.and_(model.target_id == Target.id, *(same(model) for same in of_place)) for model in (Report, Draft))
    of_report, of_draft = sides
    day = sa.bindparam("on", type_=sa.Date)
    headed, key = Target.agency_id.in_(led_now(day)), key_to_send(Target.programme_id, day)
    return (
        sa.select(Report, Draft, sa.exists().where(Evidence.draft_id == Draft.id), headed, Person.name, key)
        .select_from(Target)
        .join(Report, of_report, isouter=True)
        .join(Draft, of_draft, isouter=True)
        .join(Person, Person.id == Draft.entered_by_id, isouter=True)
        .where(Target.id == sa.bindparam("target_id", type_=sa.BigInteger))
        .execution_options(populate_existing=True)
    )


_PERIODIC_STANDING = _standing(lambda model: model.period_id == sa.bindparam("period_id", type_=sa.BigInteger))
_COMPLETION_STANDING = _standing(lambda model: model.kind == ReportKind.COMPLETION)

_OF_REPORTS = (
    sa.select(Report, Target, Agency, Programme, Commitment, Period)
    .join(Target, Target.id == Report.target_id)
    .join(Agency, Agency.id == Target.agency_id)
    .join(Programme, Programme.id == Target.programme_id)
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Period, Period.id == Report.period_id, isouter=True)
)


def report_by_token(session: Session, visible: Condition, token: str) -> tuple[Report, ReportSlot] | None:
    """A report by its token, with the slot that it belongs to; `visible` is a condition on Report."""
    statement = _OF_REPORTS.where(Report.token == token, visible)
    row = session.execute(statement.execution_options(populate_existing=True)).one_or_none()
    return None if row is None else (row[0], ReportSlot(*row[1:]))


def report_with(session: Session, revision_id: int) -> Report:
    """The report that a revision is of."""
    return session.scalars(sa.select(Report).join(Revision).where(Revision.id == revision_id)).one()


def slot_of(session: Session, report: Report) -> ReportSlot:
    """The slot that a report belongs to."""
    return ReportSlot(*session.execute(_OF_REPORTS.where(Report.id == report.id)).one()[1:])


def reports_of_target(session: Session, target_id: int) -> list[tuple[Report, ReportSlot]]:
    """All reports of a target, in the order in which they were first sent, each with its slot."""
    statement = _OF_REPORTS.where(Report.target_id == target_id).order_by(Report.id)
    return [(row[0], ReportSlot(*row[1:])) for row in session.execute(statement)]


def last_revision(session: Session, report_id: int) -> Revision:
    """The revision that was sent last."""
    statement = sa.select(Revision).where(Revision.report_id == report_id).order_by(Revision.seq.desc()).limit(1)
    return session.scalars(statement).one()


def last_revisions(session: Session, report_ids: Collection[int]) -> dict[int, Revision]:
    """The last revision of each of these reports (a page of them, never a whole province)."""
    if not report_ids:
        return {}
    newer = aliased(Revision)
    later = sa.exists().where(newer.report_id == Revision.report_id, newer.seq > Revision.seq)
    rows = session.scalars(sa.select(Revision).where(Revision.report_id.in_(report_ids), ~later))
    return {revision.report_id: revision for revision in rows}


def last_decisions(session: Session, revision_ids: Collection[int]) -> dict[int, Decision]:
    """The decision that counts on each of these revisions, where there is one."""
    if not revision_ids:
        return {}
    of_them = Decision.revision_id.in_(revision_ids)
    rows = session.scalars(sa.select(Decision).where(of_them, STANDS).order_by(Decision.seq))
    return {decision.revision_id: decision for decision in rows}


def last_decision(session: Session, revision_id: int) -> Decision | None:
    """The decision that counts on a revision, or none."""
    return last_decisions(session, [revision_id]).get(revision_id)


_WRITER, _SENDER, _HOLDER, _DECIDER, _DECIDED_FOR, _WITHDRAWER = (aliased(Person) for _number in range(6))
_REVISION = (
    *sa.inspect(Revision).local_table.c,
    Report.kind,
    Report.token.label("report_token"),
    Report.state.label("report_state"),
    Period.code.label("period"),
    _WRITER.name.label("entered_by"),
    _SENDER.name.label("sent_by"),
    _HOLDER.name.label("sent_for"),
    ReportReceipt.code.label("receipt"),
    sa.exists().where(Evidence.revision_id == Revision.id).label("with_files"),
)
_DECISION = {
    **dict(sa.inspect(Decision).local_table.c.items()),
    "decided_by": _DECIDER.name,
    "decided_for": _DECIDED_FOR.name,
    "withdrawn_at": Withdrawal.withdrawn_at,
    "withdrawn_by": _WITHDRAWER.name,
    "withdrawn_because": Withdrawal.reason,
}


def _of_history(of: sa.ColumnElement[bool]) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Revisions with a row for each decision, or one where nobody decided; and files, of the reports that meet a
    condition: built once, as building takes longer than running."""
    return (
        sa.select(*_REVISION, *(column.label(f"decision_{name}") for name, column in _DECISION.items()))
        .select_from(Revision)
        .join(Report, Report.id == Revision.report_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .join(_WRITER, _WRITER.id == Revision.entered_by_id, isouter=True)
        .join(_SENDER, _SENDER.id == Revision.sent_by_id, isouter=True)
        .join(_HOLDER, _HOLDER.id == Revision.sent_for_id, isouter=True)
        .join(ReportReceipt, ReportReceipt.revision_id == Revision.id, isouter=True)
        .join(Decision, Decision.revision_id == Revision.id, isouter=True)
        .join(_DECIDER, _DECIDER.id == Decision.decided_by_id, isouter=True)
        .join(_DECIDED_FOR, _DECIDED_FOR.id == Decision.decided_for_id, isouter=True)
        .join(Withdrawal, Withdrawal.decision_id == Decision.id, isouter=True)
        .join(_WITHDRAWER, _WITHDRAWER.id == Withdrawal.withdrawn_by_id, isouter=True)
        .where(of)
        .order_by(Revision.submitted_on.desc(), Revision.id.desc(), Decision.seq),
        sa.select(*sa.inspect(Evidence).local_table.c)
        .join(Revision, Revision.id == Evidence.revision_id)
        .join(Report, Report.id == Revision.report_id)
        .where(of)
        .order_by(Evidence.id),
    )


_OF_REPORT = _of_history(Report.id == sa.bindparam("id", type_=sa.BigInteger))
_OF_TARGET = _of_history(Report.target_id == sa.bindparam("id", type_=sa.BigInteger))


def history(session: Session, report_id: int) -> list[Sending]:
    """Everything that was sent in a report and decided on it, the latest first."""
    return _history(session, _OF_REPORT, report_id)


def history_of_target(session: Session, target_id: int) -> list[Sending]:
    """The same of all reports of a target."""
    return _history(session, _OF_TARGET, target_id)


def _history(session: Session, reads: tuple[sa.Select[Any], sa.Select[Any]], identity: int) -> list[Sending]:
    of_revisions, of_files = reads
    rows = session.connection().execute(of_revisions, {"id": identity}).all()
    files: dict[int, list[Any]] = defaultdict(list)
    if any(row.with_files for row in rows):
        for row in session.connection().execute(of_files, {"id": identity}):
            files[row.revision_id].append(row)
    found = []
    for revision_id, of_it in groupby(rows, key=attrgetter("id")):
        revision, *more = of_it
        decided = () if revision.decision_id is None else (revision, *more)
        found.append(Sending(revision, tuple(map(_decision, decided)), tuple(files[revision_id])))
    return found


def _decision(row: Any) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(_DECISION, row[len(_REVISION) :], strict=True)))


def with_head(session: Session, target_ids: Collection[int] | None = None) -> set[tuple[int, int | None]]:
    """(target, period) of the drafts that lie with a head: of these targets, or of all."""
    found = sa.select(Draft.target_id, Draft.period_id).where(Draft.state == DraftState.WITH_HEAD)
    if target_ids is not None:
        found = found.where(Draft.target_id.in_(target_ids))
    return {(target_id, period_id) for target_id, period_id in session.execute(found)}


def stands_to(session: Session, target_id: int) -> date | None:
    """The cut-off of the last period whose report of a target gives a figure; none where there is none."""
    given = Report.state.in_((ReportState.SENT, ReportState.ACCEPTED))
    statement = sa.select(sa.func.max(Period.cut_off)).select_from(Report).join(Period, Period.id == Report.period_id)
    return session.scalar(statement.where(Report.target_id == target_id, given))


_WAITING: tuple[Any, ...] = (Report, Target, Agency, Period, Revision)


def waiting_for_appraisal(visible: Condition) -> sa.Select[Any]:
    """(Report, Target, Agency, Period or none, last Revision) of what waits for an appraiser; `visible` on Report."""
    newer = aliased(Revision)
    later = sa.exists().where(newer.report_id == Revision.report_id, newer.seq > Revision.seq)
    return (
        sa.select(*_WAITING)
        .select_from(Report)
        .join(Target, Target.id == Report.target_id)
        .join(Agency, Agency.id == Report.agency_id)
        .join(Period, Period.id == Report.period_id, isouter=True)
        .join(Revision, sa.and_(Revision.report_id == Report.id, ~later))
        .where(Report.state == ReportState.SENT, visible)
    )


def reasons_of_return(session: Session, report_ids: Collection[int]) -> dict[int, str]:
    """Why each of these reports came back, by the decision that counts."""
    last = last_revisions(session, report_ids)
    decisions = last_decisions(session, [revision.id for revision in last.values()])
    return {key: decisions[revision.id].reason or "" for key, revision in last.items() if revision.id in decisions}
