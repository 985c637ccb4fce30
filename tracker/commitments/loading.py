"""Adding commitments as a package brings them: many at once, judged before, told to the record by the loader."""

import secrets
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import Dossier, DossierMove, DraftTarget, TermComment, TermProposal
from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.core.db import bulk
from tracker.core.db.folding import search_key

TOKEN_BYTES = 16


def commitments(session: Session, rows: bulk.Rows) -> list[int]:
    """Add commitments (number, programme_id, agency_id, signed_on, in_force_from, signed_how); returns the ids."""
    more = ({"token": _token(), "search_key": search_key(row["number"])} for row in rows)
    return bulk.insert(session, Commitment, [{**row, **added} for row, added in zip(rows, more, strict=True)])


def targets(session: Session, rows: bulk.Rows) -> list[int]:
    """Add targets, with every column but id, token and search_key; returns their ids in order."""
    more = ({"token": _token(), "search_key": search_key(row["code"], *row["title"].values())} for row in rows)
    return bulk.insert(session, Target, [{**row, **added} for row, added in zip(rows, more, strict=True)])


def granted(
    session: Session, extensions: bulk.Rows, suspensions: bulk.Rows, amendments: bulk.Rows
) -> tuple[list[int], list[int]]:
    """Add what was granted, suspended and amended, each with its target_id; the ids of the first two."""
    ids = bulk.insert(session, Extension, extensions), bulk.insert(session, Suspension, suspensions)
    bulk.insert(session, Amendment, amendments)
    return ids


def dossiers(session: Session, rows: bulk.Rows) -> list[int]:
    """Add dossiers, with every column but id and token; returns their ids in order."""
    return bulk.insert(session, Dossier, [{**row, "token": _token()} for row in rows])


def closed(session: Session, days: Sequence[tuple[int, date]]) -> None:
    """Close the targets of commitments, each on its day."""
    for commitment_id, day in days:
        session.execute(sa.update(Target).where(Target.commitment_id == commitment_id).values(closed_on=day))


def drafts(session: Session, rows: bulk.Rows) -> list[int]:
    """Add drafted targets, with every column but id and token; returns their ids in order."""
    return bulk.insert(session, DraftTarget, [{**row, "token": _token()} for row in rows])


def said(session: Session, comments: bulk.Rows, proposals: bulk.Rows) -> tuple[list[int], list[int]]:
    """Add comments, and proposals with their answers; returns the ids of both in order."""
    added = bulk.insert(session, TermComment, comments)
    return added, bulk.insert(session, TermProposal, [{**row, "token": _token()} for row in proposals])


def moves(session: Session, rows: bulk.Rows) -> None:
    """Add moves, with every column but id."""
    bulk.insert(session, DossierMove, rows)


def analyse(session: Session) -> None:
    """Once all is added: what reads it next shall know how much there is."""
    bulk.analyse(session, Commitment, Target, Extension, Suspension, Amendment)


def _token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
