"""Adding commitments as a package brings them: many at once, judged before, told to the record by the loader."""

import secrets

from sqlalchemy.orm import Session

from tracker.commitments.models import Amendment, Commitment, Extension, Suspension, Target
from tracker.core.db import bulk
from tracker.core.db.folding import search_key

TOKEN_BYTES = 16
PAPER = "paper"  # what a package brings was signed elsewhere


def commitments(session: Session, rows: bulk.Rows) -> list[int]:
    """Add commitments (number, programme_id, agency_id, signed_on, in_force_from), signed on paper; returns the ids."""
    more = ({"token": _token(), "search_key": search_key(row["number"]), "signed_how": PAPER} for row in rows)
    return bulk.insert(session, Commitment, [{**row, **added} for row, added in zip(rows, more, strict=True)])


def targets(session: Session, rows: bulk.Rows) -> list[int]:
    """Add targets, with every column but id, token and search_key; returns their ids in order."""
    more = ({"token": _token(), "search_key": search_key(row["code"], *row["title"].values())} for row in rows)
    return bulk.insert(session, Target, [{**row, **added} for row, added in zip(rows, more, strict=True)])


def granted(session: Session, extensions: bulk.Rows, suspensions: bulk.Rows, amendments: bulk.Rows) -> None:
    """Add what was granted, suspended and amended, each with its target_id."""
    bulk.insert(session, Extension, extensions)
    bulk.insert(session, Suspension, suspensions)
    bulk.insert(session, Amendment, amendments)


def analyse(session: Session) -> None:
    """Once all is added: what reads it next shall know how much there is."""
    bulk.analyse(session, Commitment, Target, Extension, Suspension, Amendment)


def _token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
