"""Several cells of a sheet kept in one press: each by itself, as `service.keep_draft` keeps one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.permissions.reader import Reader
from tracker.progress import rules, service
from tracker.progress.queries import ReportSlot


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed into one cell, over the draft of a version (0: none stood there)."""

    slot: ReportSlot
    typed: rules.Typed
    version: int


@dataclass(slots=True)
class Kept:
    """How many cells were kept, and why others were not: by the slot's target and period."""

    count: int = 0
    refused: dict[tuple[str, str], DomainError] = field(default_factory=dict)


def keep_all(session: Session, now: Moment, *, reader: Reader, cells: Sequence[Typed], language: str) -> Kept:
    """Keep what can be kept; what somebody else changed meanwhile, or nobody may write any more, is left and told.

    In the order of the targets, as everybody locks several of them.
    """
    kept = Kept()
    for one in sorted(cells, key=lambda cell: cell.slot.target.id):
        try:
            service.keep_draft(
                session, now, reader=reader, slot=one.slot, typed=one.typed, language=language, version=one.version
            )
            kept.count += 1
        except DomainError as refusal:
            kept.refused[(one.slot.target.token, one.slot.code)] = refusal
    return kept
