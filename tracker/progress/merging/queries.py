"""What came of files for one figure."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.people.models import Person
from tracker.progress.merging.models import CellMerge
from tracker.progress.queries import ReportSlot


@dataclass(frozen=True, slots=True)
class Told:
    """One part that a file had otherwise, who sent it, and which text stands since."""

    merge: CellMerge
    by: str | None

    @property
    def at(self) -> datetime:
        """When it was chosen."""
        return self.merge.merged_at


def merges_of(session: Session, slot: ReportSlot) -> list[Told]:
    """Of one figure, in their order; nothing of a completion, which is on no sheet."""
    if slot.period is None:
        return []
    own = sa.and_(CellMerge.target_id == slot.target.id, CellMerge.period_id == slot.period.id)
    statement = sa.select(CellMerge, Person.name).join(Person, Person.id == CellMerge.merged_by_id, isouter=True)
    return [Told(*row) for row in session.execute(statement.where(own).order_by(CellMerge.id))]
