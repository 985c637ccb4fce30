"""Reads for these pages that no single room answers: where a body's targets stand, and which bodies have what to do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.compliance.models import StatusSpan
from tracker.core.actions import Action
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.programmes.models import Programme
from tracker.progress.models import Evidence, Report

Condition = sa.ColumnElement[bool]


def targets_within(reader: Reader, action: Action) -> Condition:
    """Condition on Target: of a body whose matters the reader may act on in this way."""
    return restrict(Target.agency_id, reader, action)


def reports_within(reader: Reader, action: Action) -> Condition:
    """Condition on Report."""
    return restrict(Report.agency_id, reader, action)


def evidence_within(reader: Reader) -> Condition:
    """Condition on Evidence: sent files for whoever sees the target, a draft's files for its own body alone."""
    own = restrict(Evidence.agency_id, reader, Action.ENTER_FIGURE)
    sent = sa.and_(Evidence.revision_id.is_not(None), restrict(Evidence.agency_id, reader, Action.SEE_TARGET))
    return sa.or_(own, sent)


def targets_of(session: Session, agency_ids: Collection[int]) -> dict[int, Target]:
    """The targets of these bodies (a reader's own: one or two), by id, in order of programme and code."""
    rows = session.scalars(
        sa.select(Target)
        .where(Target.agency_id.in_(agency_ids))
        .order_by(Target.programme_id.desc(), Target.commitment_id, Target.code)
    )
    return {target.id: target for target in rows}


def agency_by_code(session: Session, reader: Reader, action: Action, code: str) -> Agency | None:
    """A body by its code; none where it is out of the reader's reach."""
    return session.scalars(
        sa.select(Agency).where(Agency.code == code, restrict(Agency.id, reader, action))
    ).one_or_none()


def choices_of_queue(session: Session, visible: Condition) -> tuple[list[Any], list[Any]]:
    """(code, name) of the bodies and (code, title) of the programmes that have reports in the appraiser's reach."""
    waiting = sa.select(Report.agency_id, Report.target_id).where(Report.state == "sent", visible).subquery()
    bodies = session.execute(
        sa.select(Agency.code, Agency.name)
        .where(Agency.id.in_(sa.select(waiting.c.agency_id)))
        .order_by(Agency.sort_key)
    ).all()
    programmes = session.execute(
        sa.select(Programme.code, Programme.title)
        .where(Programme.id.in_(sa.select(Target.programme_id).join(waiting, waiting.c.target_id == Target.id)))
        .order_by(Programme.code)
    ).all()
    return list(bodies), list(programmes)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands today, as it is stored."""

    status: str
    reason: dict[str, Any]
    score: int | None
    deadline_on: date
    rule_version: int


def standings(session: Session, target_ids: Collection[int]) -> dict[int, Standing]:
    """The open step of each of these targets (a page of them)."""
    rows = session.execute(
        sa.select(
            StatusSpan.target_id,
            StatusSpan.status,
            StatusSpan.reason,
            StatusSpan.score,
            StatusSpan.deadline_on,
            StatusSpan.rule_version,
        ).where(StatusSpan.target_id.in_(target_ids), StatusSpan.to_on.is_(None))
    )
    return {row[0]: Standing(*row[1:]) for row in rows}
