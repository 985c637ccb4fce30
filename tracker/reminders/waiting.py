"""What waits for a person: told here alone, for their first page and for the count in the subject of their mail."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies.queries import Holder
from tracker.programmes.frames import Frames
from tracker.reminders import declared
from tracker.reminders.declared import Opened, Within
from tracker.reminders.duty import Duty, Key
from tracker.reminders.ladder import BODY, WAYS
from tracker.reminders.receivers import AUDIENCES, WrittenTo


class Waiting:
    """Gathers what waits for each person, of what is open on one day."""

    def __init__(self, written_to: WrittenTo) -> None:
        self._written_to = written_to
        self._found: dict[int, dict[Key, Duty]] = defaultdict(dict)

    def heard(self, opened: Opened) -> Opened:
        """The same duties, each gathered as it passes."""
        for day, duties in opened:
            for duty in duties:
                for audience, holder in self._written_to.of(duty):
                    if duty.waits_for(audience):
                        self._found[holder.person_id].setdefault(duty.key, duty)
            yield day, duties

    def of(self, person_id: int) -> list[Duty]:
        """What waits for a person: a figure that came in two ways is one."""
        return list(self._found.get(person_id, {}).values())


def waiting_for(
    session: Session, day: date, own: Collection[Holder], written_to: WrittenTo, frames: Frames | None = None
) -> list[Duty]:
    """What waits for the person who holds these offices."""
    return waiting_of(session, day, own, written_to, frames).of(next(iter(own)).person_id) if own else []


def waiting_of(
    session: Session, day: date, holders: Collection[Holder], written_to: WrittenTo, frames: Frames | None = None
) -> Waiting:
    """What waits for the persons who hold these offices; reads what lies in the hands of such alone."""
    waiting = Waiting(written_to)
    audiences = {AUDIENCES[one.office] for one in holders if one.office in AUDIENCES}
    bodies = {one.agency_id for one in holders if AUDIENCES.get(one.office) in BODY}
    of_bodies, of_all = Within(bodies=bodies, begun=True, frames=frames), Within(begun=True, frames=frames)
    for within, some in ((of_bodies, audiences & set(BODY)), (of_all, audiences - set(BODY))):
        occasions = [occasion for occasion, way in WAYS.items() if some & set(way.hands)]
        for _opened in waiting.heard(declared.open_on(session, [day], within, occasions)):
            pass
    return waiting
