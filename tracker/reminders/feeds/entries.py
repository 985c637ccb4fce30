"""What a calendar holds: days by which something is to be done, each with what says whether it was moved."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.reminders.feeds.moves import Moved
from tracker.rule import WorkingCalendar

ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a day is for; also how the program of a reader may sort or colour it."""

    REPORT = "report"
    ANSWER = "answer"
    DEADLINE = "deadline"
    COMMITMENT = "commitment"
    LETTER = "letter"


KINDS: Mapping[Kind, Text] = {
    Kind.REPORT: _l("Report"),
    Kind.ANSWER: _l("Answer"),
    Kind.DEADLINE: _l("Deadline"),
    Kind.COMMITMENT: _l("Commitment"),
    Kind.LETTER: _l("Letter"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One day. `name` is the same as long as it is about the same thing, whatever its day; `rung_on`: the day on whose
    morning it rings, none where that is over."""

    name: str
    kind: Kind
    day: date
    title: str
    text: Sequence[str]
    page: str  # without the host
    moved: Moved = field(default_factory=Moved)
    rung_on: date | None = None


Names = Mapping[int, tuple[str, Mapping[str, str]]]  # by id: code and name


@dataclass(frozen=True)
class Asked:
    """Who asks, on which day, of which bodies (by id, with their names). `own`: of all of one's own, and of what one's
    offices have to do with."""

    session: Session
    reader: Reader
    now: Moment
    bodies: Names
    own: bool
    frames: Frames

    @property
    def on(self) -> date:
        """The day."""
        return self.now.on

    def body(self, agency_id: int) -> str:
        """The name of a body."""
        return text_by_language(self.bodies[agency_id][1])

    def writes(self, agency_id: int) -> bool:
        """Whether who asks writes the figures of a body."""
        return self.reader.may(Action.ENTER_FIGURE, agency_id)

    def calendars(self, programme_ids: Collection[int]) -> Mapping[int, WorkingCalendar]:
        """The working calendars of programmes."""
        found = self.frames.of(programme_ids) if programme_ids else {}
        return {key: frame.calendar for key, frame in found.items()}


Source = Callable[[Asked], Iterator[Entry]]
MORE: list[Source] = []  # of the rooms above


def late(title: str, day: date, asked: Asked) -> str:
    """A title that says where the day is over."""
    return _("Late: %(what)s", what=title) if day < asked.on else title


def rung_on(day: date, calendar: WorkingCalendar, working_days: int, on: date) -> date | None:
    """So many working days before a day, or none where that is over."""
    found = day
    for _number in range(working_days):
        found -= ONE_DAY
        while not calendar.is_working(found):
            found -= ONE_DAY
    return found if found > on else None
