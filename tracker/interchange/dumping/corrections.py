"""What heads asked about accepted figures, and on which named decisions reports were reopened, for a package."""

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.interchange.dumping.values import Found, record_of
from tracker.progress.corrections.models import Correction, CorrectionEnd, Reopening
from tracker.progress.models import Decision


def named(session: Session, of_revisions: sa.Select[int]) -> dict[int, Found]:
    """The named decision behind each reopening on these revisions, by the reopening's own id as a decision."""
    columns: tuple[Any, ...] = (Reopening.decision_id, Reopening.ground, Reopening.number, Reopening.dated_on)
    found = sa.select(*columns).join(Decision, Decision.id == Reopening.decision_id)
    rows = session.execute(found.where(Decision.revision_id.in_(of_revisions)))
    return {row.decision_id: record_of(row) for row in rows}


def asked(session: Session, of_revisions: sa.Select[int]) -> dict[int, list[Found]]:
    """The corrections that were asked for, by revision, in the order of asking."""
    columns: tuple[Any, ...] = (
        Correction.revision_id,
        Correction.asked_at,
        Correction.reason,
        CorrectionEnd.outcome,
        CorrectionEnd.ended_at,
        CorrectionEnd.reason.label("answer"),
    )
    found = sa.select(*columns).outerjoin(CorrectionEnd, CorrectionEnd.correction_id == Correction.id)
    rows = session.execute(found.where(Correction.revision_id.in_(of_revisions)).order_by(Correction.id))
    by_revision: dict[int, list[Found]] = defaultdict(list)
    for row in rows:
        by_revision[row.revision_id].append(record_of(row))
    return by_revision
