"""An office held, and tiny pure predicates over those that somebody holds. `policy` builds its table of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.agencies.offices import Office

Offices = Collection[Office]


@dataclass(frozen=True, slots=True)
class Held:
    """One office that the reader holds today, or acts in for its holder (`for_id`, `for_name`). `agency_name` by
    language."""

    office: Office
    agency_id: int
    agency_code: str
    agency_name: dict[str, str]
    for_id: int | None = None
    for_name: str | None = None


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
