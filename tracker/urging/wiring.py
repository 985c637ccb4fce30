"""What other rooms ask about letters, told to them once this is loaded: how the document of one stands, which are
sealed, what a violated constraint means, by when one is answered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.db import constraints
from tracker.core.db.database import Condition
from tracker.core.languages import _l
from tracker.reminders.feeds import entries
from tracker.signing.models import MadeDocument
from tracker.signing.sealing import sealing
from tracker.signing.verifying import standing
from tracker.signing.verifying.standing import Standing
from tracker.signing.words import APOLOGY, URGING
from tracker.urging import days, queries
from tracker.urging.models import Letter
from tracker.urging.states import State

ONE_OPEN = _l("A letter urges this body already: one at a time is open.")
ONE_OF_REPORT = _l("An apology for the late files of this report was asked for already.")
_UNSIGNED = (State.NUMBERED,)


def wire() -> None:
    """Tell them; harmless where they were told."""
    for kind in (URGING, APOLOGY):
        standing.OF_KIND[kind] = _stands
    if _signed_here not in sealing.ISSUED:
        sealing.ISSUED.append(_signed_here)
    if days.days not in entries.MORE:
        entries.MORE.append(days.days)
    constraints.explain(
        {
            "uq_letter_open": ("", ONE_OPEN),
            "letter.agency_id": ("", ONE_OPEN),
            "uq_letter_report": ("", ONE_OF_REPORT),
            "letter.report_id": ("", ONE_OF_REPORT),
        }
    )


def _stands(session: Session, made: MadeDocument) -> Standing:
    letter = queries.of_document(session, made.id)
    if letter is None or letter.state in _UNSIGNED:
        return Standing.UNSIGNED
    return Standing.LETTER


def _signed_here() -> Condition:
    """Condition on MadeDocument: a letter that was signed in the product. Paper has a stamp of its own."""
    found: Condition = sa.exists().where(Letter.document_id == MadeDocument.id, Letter.way == "product")
    return found


wire()
