"""Several figures in one press: the officer hands over what is complete, the head sends what is ticked, or takes back
what one press has sent. What cannot go is left, and named."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.permissions.reader import Reader
from tracker.progress import recalling, service
from tracker.progress.models import Report, ReportReceipt, Revision
from tracker.progress.queries import ReportSlot

Placed = Sequence[tuple[ReportSlot, int]]


class Press(NamedTuple):
    """What came of one press: the code of its first receipt, of which all others are found; what was left."""

    code: str | None
    sent: int
    left: list[ReportSlot]


def hand_all(session: Session, now: Moment, *, reader: Reader, drafts: Placed) -> tuple[int, list[ReportSlot]]:
    """Hand several drafts of these versions to the head: how many, and those that were left, since they changed
    meanwhile, or could not be sent as they are."""
    handed, left = 0, []
    for slot, version in _in_order(drafts):
        try:
            service.hand_to_head(session, now, reader=reader, slot=slot, version=version)
            handed += 1
        except DomainError:
            left.append(slot)
    return handed, left


def press(session: Session, sent: Sequence[Report], left: list[ReportSlot]) -> Press:
    """What came of a press that has sent these reports, each with its own receipt."""
    return Press(_code(session, sent[0]) if sent else None, len(sent), left)


def recall_all(session: Session, now: Moment, *, reader: Reader, reports: Placed) -> tuple[int, list[ReportSlot]]:
    """Recall several reports by their revisions: how many, and those that were decided on meanwhile."""
    recalled, left = 0, []
    for slot, seq in _in_order(reports):
        try:
            recalling.recall(session, now, reader=reader, slot=slot, seq=seq)
            recalled += 1
        except DomainError:
            left.append(slot)
    return recalled, left


def _in_order(placed: Iterable[tuple[ReportSlot, int]]) -> list[tuple[ReportSlot, int]]:
    """Targets are locked in one order, whoever presses."""
    return sorted(placed, key=lambda pair: (pair[0].target.id, pair[0].code))


def _code(session: Session, report: Report) -> str | None:
    newest = sa.select(ReportReceipt.code).join(Revision, Revision.id == ReportReceipt.revision_id)
    return session.scalar(newest.where(Revision.report_id == report.id).order_by(Revision.seq.desc()).limit(1))
