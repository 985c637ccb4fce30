"""Adding reports as a package brings them: many at once, judged before, told to the record by the loader."""

import secrets

from sqlalchemy.orm import Session

from tracker.core.db import bulk
from tracker.progress.corrections.models import Correction, CorrectionEnd, Reopening
from tracker.progress.models import Decision, Report, Revision, TargetDecision, TargetRequest

TOKEN_BYTES = 16


def reports(session: Session, rows: bulk.Rows) -> list[int]:
    """Add reports (target_id, agency_id, period_id, kind, state, sent_on); returns their ids in order."""
    return bulk.insert(session, Report, [{**row, "token": secrets.token_urlsafe(TOKEN_BYTES)} for row in rows])


def revisions(session: Session, rows: bulk.Rows) -> list[int]:
    """Add revisions as they came, with their report_id; nobody here entered or sent them. Returns their ids."""
    nobody = dict.fromkeys(("narrative", "obstacles", "entered_by_id", "sent_by_id", "sent_for_id", "sent_at"))
    return bulk.insert(session, Revision, [{**row, **nobody} for row in rows])


def decisions(session: Session, rows: bulk.Rows) -> list[int]:
    """Add decisions as they came, with their revision_id; nobody here took them. Returns their ids."""
    nobody = {"decided_by_id": None, "decided_for_id": None, "decided_at": None}
    return bulk.insert(session, Decision, [{**row, **nobody} for row in rows])


def reopenings(session: Session, rows: bulk.Rows) -> None:
    """Add the named decisions behind reopenings, with every column but id."""
    bulk.insert(session, Reopening, rows)


def corrections(session: Session, rows: bulk.Rows) -> list[int]:
    """Add corrections that were asked for, with every column but id and token; returns their ids in order."""
    return bulk.insert(session, Correction, [{**row, "token": secrets.token_urlsafe(TOKEN_BYTES)} for row in rows])


def correction_ends(session: Session, rows: bulk.Rows) -> None:
    """Add what came of corrections, with every column but id."""
    bulk.insert(session, CorrectionEnd, rows)


def requests(session: Session, rows: bulk.Rows) -> list[int]:
    """Add what was asked of single targets, with every column but id and token; returns their ids in order."""
    return bulk.insert(session, TargetRequest, [{**row, "token": secrets.token_urlsafe(TOKEN_BYTES)} for row in rows])


def rulings(session: Session, rows: bulk.Rows) -> None:
    """Add what was decided on single targets, with every column but id."""
    bulk.insert(session, TargetDecision, rows)


def analyse(session: Session) -> None:
    """Once all is added: what reads it next shall know how much there is."""
    bulk.analyse(session, Report, Revision, Decision)
