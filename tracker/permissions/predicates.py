"""Tiny pure predicates over the offices that a reader holds. `policy` builds its table of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from tracker.agencies.offices import Office

if TYPE_CHECKING:
    from tracker.permissions.reader import Held, Reader

Offices = Collection[Office]


def holds(held: Iterable[Held], offices: Offices) -> bool:
    """Holds one of the offices in some body."""
    return any(one.office in offices for one in held)


def holds_in(held: Iterable[Held], offices: Offices, agency_id: int) -> bool:
    """Holds one of the offices in that body."""
    return any(one.office in offices and one.agency_id == agency_id for one in held)


def belongs_to(held: Iterable[Held], agency_id: int) -> bool:
    """Holds any office at all in that body."""
    return any(one.agency_id == agency_id for one in held)


def appraises(held: Collection[Held], offices: Offices, agency_id: int, appraised_by_id: int | None) -> bool:
    """Holds one of the offices in the body that appraises another one (none named: in any), and none in that other."""
    if belongs_to(held, agency_id):
        return False
    return any(one.office in offices and appraised_by_id in (None, one.agency_id) for one in held)


def may_appraise(
    reader: Reader, report_agency: int, appraised_by: int | None, entered_by: int | None, sent_by: int | None
) -> bool:
    """Separation of duties: who decides on a revision holds no office in its body and neither wrote nor sent it."""
    if reader.person_id in (entered_by, sent_by):
        return False
    return appraises(reader.held, {Office.APPRAISER}, report_agency, appraised_by)
