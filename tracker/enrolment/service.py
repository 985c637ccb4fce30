"""Importing people and bodies from a sheet: all of it or nothing, told row by row; offices, and bodies that end, wait
for a second administrator, as one request for the whole file. What a row says by itself is judged in `rows`."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import holdings
from tracker.approvals import bodies, offices
from tracker.approvals import service as approvals
from tracker.approvals.models import Approval
from tracker.approvals.service import ApprovalRequest, Matter
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, Forbidden, StaleEdit
from tracker.core.languages import _l, _n
from tracker.enrolment import bodies as import_bodies
from tracker.enrolment.people import HangsOn, People
from tracker.enrolment.rows import AGENCIES, PEOPLE, Fault, Reading
from tracker.enrolment.work import EnrolmentResult, Given
from tracker.settings import Site

KIND = "office.import"
KINDS = (PEOPLE, AGENCIES)
DOUBTED = "confirmed"  # the field in which doubts are said to be right


class NotImported(StaleEdit):
    """Nothing was done: rows are wrong, or the outcome is no longer the one that was shown."""

    def __init__(self, outcome: EnrolmentResult) -> None:
        super().__init__(_l("Nothing was imported. Look at the rows again"), outcome)
        self.outcome = outcome


_hangs_on: list[HangsOn] = []


def register(hangs_on: HangsOn) -> None:
    """Let the two-person rule know what to do; `hangs_on` tells what hangs on an office that ends, which a room above
    this one knows."""
    _hangs_on[:] = [hangs_on]
    approvals.register(Matter(KIND, _l("Offices of an imported file"), _give_all, _describe, _lines))


def preview(
    session: Session, now: Moment, *, kind: str, reading: Reading, actor_id: int | None, site: Site
) -> EnrolmentResult:
    """What an import would come to. It is done and taken back: whoever calls it rolls the session back."""
    with session.begin_nested() as trial:
        outcome = _apply(session, now, kind, reading, actor_id, site)
        trial.rollback()
    return outcome


def carry_out(
    session: Session,
    now: Moment,
    *,
    kind: str,
    reading: Reading,
    actor_id: int | None,
    site: Site,
    reason: str,
    confirmed: bool = False,
    shown: str | None = None,
) -> EnrolmentResult:
    """Import all rows. `shown`: the digest of the outcome that somebody agreed to; `confirmed`: its doubts were said to
    be right.

    Raises NotImported where a row is wrong or it comes to something else, and FieldError where a doubt stands
    ("confirmed"); without a reason, or without who imports ("by"), where a second administrator is asked.
    """
    outcome = _apply(session, now, kind, reading, actor_id, site)
    if outcome.faults or (shown is not None and shown != outcome.digest):
        raise NotImported(outcome)
    if outcome.doubts and not confirmed:
        raise FieldError(DOUBTED, _l("Say that these are other bodies, or mend the names in the file"))
    if outcome.asks and actor_id is None:
        raise FieldError("by", _l("Two administrators decide on offices and on the end of bodies: say who imports"))
    if outcome.ends and actor_id is not None:
        bodies.ask(session, now, actor_id=actor_id, wish=bodies.to_end(*outcome.ends), reason=reason)
    if outcome.given and actor_id is not None:
        packed = [given.packed() for _number, given in outcome.given]
        about_id = outcome.given[0][1].person_id
        approvals.ask(
            session, now, kind=KIND, actor_id=actor_id, about_id=about_id, reason=reason, detail={"offices": packed}
        )
    return outcome


def _apply(
    session: Session, now: Moment, kind: str, reading: Reading, actor_id: int | None, site: Site
) -> EnrolmentResult:
    outcome = EnrolmentResult(faults=list(reading.faults))
    wrong = {fault.number for fault in reading.faults}
    lines = [line for line in reading.lines if line.number not in wrong]
    if kind == AGENCIES:
        import_bodies.apply(session, now, lines, actor_id, outcome)
    else:
        People(session, now, actor_id, site, outcome, _waiting(session, now), _hangs_on[0]).apply(lines)
        _try_all(session, now, outcome)
    outcome.faults.sort(key=lambda fault: fault.number)
    return outcome


def _try_all(session: Session, now: Moment, outcome: EnrolmentResult) -> None:
    """Whether all the offices could be given together, as things stand; nothing of it stays."""
    with session.begin_nested() as trial:
        for number, given in outcome.given:
            try:
                _open(session, now, given, None)
            except FieldError as refusal:
                outcome.faults.append(Fault(number, refusal.field, refusal.message))
        trial.rollback()


def _open(session: Session, now: Moment, given: Given, actor_id: int | None) -> None:
    holdings.open_holding(
        session,
        now,
        actor_id=actor_id,
        person_id=given.person_id,
        agency_id=given.agency_id,
        office=given.office,
        from_on=given.from_on,
        to_on=given.to_on,
    )


def _waiting(session: Session, now: Moment) -> set[Given]:
    """The offices of files that wait for a second administrator."""
    waits = sa.and_(Approval.kind == KIND, Approval.outcome.is_(None), Approval.expires_at > now.at)
    details = session.scalars(sa.select(Approval.detail).where(waits))
    return {Given.unpacked(one) for detail in details for one in detail["offices"]}


def _each(asked: ApprovalRequest) -> list[ApprovalRequest]:
    """Each office of the file as if it had been asked for by itself."""
    return [
        replace(asked, about_id=one["person_id"], agency_id=one["agency_id"], detail=one)
        for one in asked.detail["offices"]
    ]


def _give_all(session: Session, now: Moment, asked: ApprovalRequest) -> None:
    """Give all offices of the file, or none. Whoever is given one of them does not confirm it."""
    each = _each(asked)
    if asked.decided_by_id in {one.about_id for one in each}:
        raise Forbidden(_l("This concerns yourself: two other administrators decide on it."))
    give = approvals.matter_of(offices.GIVE).carry_out
    for one in each:
        give(session, now, one)


def _describe(_session: Session, asked: ApprovalRequest) -> str:
    return _n("%(num)s office of an imported file", "%(num)s offices of an imported file", len(_each(asked)))


def _lines(session: Session, _now: Moment, asked: ApprovalRequest) -> list[str]:
    """Each office in a sentence of the reader's language."""
    describe = approvals.matter_of(offices.GIVE).describe
    return [describe(session, one) for one in _each(asked)]
