"""Whose office demands a second factor: read from the settings, and asked of whoever is signed in."""

from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office

# Unless the settings say otherwise: heads, leaders of the province, administrators.
USUAL = frozenset({"head", "chair", "vice_chair", "administrator"})


def read(text: str | None, *, demo: bool = False) -> frozenset[Office]:
    """The offices of a text such as "head, administrator"; none: the usual ones, and in demo mode nobody's.

    Raises ValueError for an office that there is not.
    """
    known = {str(office): office for office in Office}
    if text is None:
        return frozenset() if demo else frozenset(known[name] for name in USUAL & set(known))
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"there is no office {', '.join(unknown)}; known are {', '.join(known)}")
    return frozenset(known[name] for name in names)


def is_demanded(session: Session, person_id: int, on: date, demanding: frozenset[Office]) -> bool:
    """Whether an office that a person holds on a day demands a second factor."""
    return bool(demanding) and any(one.office in demanding for one in agencies.held_by(session, person_id, on))
