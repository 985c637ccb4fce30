"""Who may do what to one body's matters, and by which line of the table: asked of the very functions that the guard and
the lists ask. Reading the persons is in `queries`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.agencies.offices import Office
from tracker.core.actions import Action
from tracker.permissions.predicates import Apart
from tracker.permissions.reader import Ground, Reader

Days = tuple[date, date | None]
Seat = tuple[int, Office, int | None]  # an office in a body: held, or acted in for the person with this id
KeptFrom = Callable[[Reader], Apart | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with an office that could matter. `state`: of the account, a code of accounts.listing.STATES.

    `days`: from when to when (none: open) the person sits in each seat.
    """

    reader: Reader
    token: str
    state: str
    days: Mapping[Seat, Days]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Somebody may, for this reason."""

    who: Candidate
    ground: Ground

    @property
    def days(self) -> Days:
        """From when to when the office is held, or acted in, that this is granted for."""
        held = self.ground.held
        return self.who.days[(held.agency_id, held.office, held.for_id)]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An office of this person would allow it, but something keeps the person apart."""

    who: Candidate
    ground: Ground
    why: Apart


@dataclass(frozen=True, slots=True)
class Answer:
    """Who may do one thing, and who is left out of it."""

    action: Action
    allowed: Sequence[Allowed]
    left_out: Sequence[LeftOut]


def answers(
    candidates: Sequence[Candidate],
    actions: Iterable[Action],
    agency_id: int,
    appraised_by_id: int | None,
    kept_from: KeptFrom,
) -> list[Answer]:
    """For each action, who may do it to this body's matters.

    `kept_from`: what keeps a reader from deciding (on the body's reports, or on one of them), or none.
    """
    return [_answer(candidates, action, agency_id, appraised_by_id, kept_from) for action in actions]


def _answer(
    candidates: Sequence[Candidate], action: Action, agency_id: int, appraised_by_id: int | None, kept_from: KeptFrom
) -> Answer:
    allowed: list[Allowed] = []
    left_out: list[LeftOut] = []
    for one in candidates:
        why = kept_from(one.reader) if action is Action.APPRAISE else None
        grounds = [] if why else list(one.reader.grounds(action, agency_id, appraised_by_id))
        allowed.extend(Allowed(one, ground) for ground in grounds)
        if why is not None:
            left_out.extend(LeftOut(one, ground, why) for ground in one.reader.grounds(action))
    return Answer(action, allowed, left_out)
