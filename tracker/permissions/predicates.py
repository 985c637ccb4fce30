"""Tiny pure predicates over the offices that a reader holds. `policy` builds its table of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
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


class Apart(StrEnum):
    """Why somebody does not decide on a body's reports, or on one of them."""

    NO_OFFICE = "no_office"  # holds no office that appraises
    BELONGS = "belongs"  # holds an office in that body
    BELONGED = "belonged"  # held one there on the day of sending
    ELSEWHERE = "elsewhere"  # another body appraises that one
    ENTERED = "entered"  # wrote the figure
    SENT = "sent"  # sent it


def kept_apart(held: Collection[Held], offices: Offices, agency_id: int, appraised_by_id: int | None) -> Apart | None:
    """Why these offices do not appraise a body, or none: one of them must be held in the body that appraises it (none
    named: in any), and none at all in that body itself."""
    if not holds(held, offices):
        return Apart.NO_OFFICE
    if belongs_to(held, agency_id):
        return Apart.BELONGS
    within = appraised_by_id is None or holds_in(held, offices, appraised_by_id)
    return None if within else Apart.ELSEWHERE


def appraises(held: Collection[Held], offices: Offices, agency_id: int, appraised_by_id: int | None) -> bool:
    """Holds one of the offices in the body that appraises another one (none named: in any), and none in that other."""
    return kept_apart(held, offices, agency_id, appraised_by_id) is None


def kept_from_deciding(
    reader: Reader, report_agency: int, appraised_by: int | None, entered_by: int | None, sent_by: int | None
) -> Apart | None:
    """Separation of duties: who decides on a revision holds no office in its body and neither wrote nor sent it. Why
    this reader does not decide, or none."""
    if reader.person_id == entered_by:
        return Apart.ENTERED
    if reader.person_id == sent_by:
        return Apart.SENT
    return kept_apart(reader.held, {Office.APPRAISER}, report_agency, appraised_by)
