"""How many things wait for a person: counted here alone, for their first page and for the subject of their mail."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies.queries import Holder
from tracker.reminders import declared
from tracker.reminders.declared import Opened, Within
from tracker.reminders.duty import Key
from tracker.reminders.ladder import BODY, WAYS
from tracker.reminders.receivers import AUDIENCES, WrittenTo


class Waiting:
    """Counts what waits for each person, of what is open on one day."""

    def __init__(self, written_to: WrittenTo) -> None:
        self._written_to = written_to
        self._found: dict[int, set[Key]] = defaultdict(set)

    def heard(self, opened: Opened) -> Opened:
        """The same duties, each counted as it passes."""
        for day, duties in opened:
            for duty in duties:
                for audience, holder in self._written_to.of(duty):
                    if duty.waits_for(audience):
                        self._found[holder.person_id].add(duty.key)
            yield day, duties

    def count(self, person_id: int) -> int:
        """How many things wait for a person: a figure that came in two ways is one."""
        return len(self._found.get(person_id, ()))


def waiting_count(session: Session, day: date, own: Collection[Holder], written_to: WrittenTo) -> int:
    """How many things wait for the person who holds these offices; reads what lies in the hands of such alone."""
    waiting = Waiting(written_to)
    audiences = {AUDIENCES[one.office] for one in own if one.office in AUDIENCES}
    bodies = {one.agency_id for one in own if AUDIENCES.get(one.office) in BODY}
    for within, some in ((Within(bodies=bodies), audiences & set(BODY)), (Within(), audiences - set(BODY))):
        occasions = [occasion for occasion, way in WAYS.items() if some & set(way.hands)]
        for _opened in waiting.heard(declared.open_on(session, [day], within, occasions)):
            pass
    return waiting.count(next(iter(own)).person_id) if own else 0
