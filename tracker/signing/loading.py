"""Adding numbers of the registers as a package brings them: judged before, told to the record by the loader."""

from sqlalchemy.orm import Session

from tracker.core.db import bulk
from tracker.signing.models import DocumentNumber


def numbers(session: Session, rows: bulk.Rows) -> None:
    """Add numbers, with every column but id."""
    bulk.insert(session, DocumentNumber, rows)
