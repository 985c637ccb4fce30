"""A duty: one thing that is open on a day and for whom, with what a mail says of it. Pure.

Rooms tell which are open by a source (`sources`); the ladder says who is told of one, and when.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.reminders.ladder import CLIMB, WAYS, Audience, Occasion

TARGET, DOSSIER, AGENCY, LETTER = "target", "dossier", "agency", "letter"  # what a duty can be about
Place = tuple[str, int, int]  # kind, id, and the part of it (a period's id; 0 where it is of none)
ANYWHERE = None
BY_HAND, BROKEN = "by_hand", "!"  # of a step as it is kept
# Of these a person is told one at a time of one figure: the first of them that the ladder has reached.
_OF_ONE_FIGURE = (Occasion.RETURN, Occasion.REPORT, Occasion.WITH_HEAD, Occasion.DECISION)


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that is open. `left`: working days from the day that was asked to the day that counts; negative behind.

    `at`: the body whose officers, deputies, head and appraisers are told (none: appraisers wherever they sit).
    """

    occasion: Occasion
    kind: str
    subject_id: int
    agency_id: int  # whose matter it is
    programme_id: int
    by: date  # the day that counts: by which, or (`Way.since`) since when
    left: int
    title: Mapping[str, str]  # by language
    what: Callable[[], str]  # asked in the reader's language
    page: str  # where one goes on, without the host
    page_above: str = ""  # for whoever sees that it is done; none: the same
    at: int | None = ANYWHERE
    part: int | None = None  # the period
    handed_to: Audience | None = None  # in whose hands it lies: as long as there is one, others of the body rest
    only: Collection[int] | None = None  # the persons who can do it, where that is said
    apart: Collection[int] = ()  # persons who may not do it
    promised: date | None = None  # by when the body said that it would be done
    quiet: bool = False  # the body is told nothing by the ladder until that day is over
    begun: bool = True  # otherwise it is told ahead, and waits for nobody yet
    optional: bool = False  # it can be done, and need not: nobody above is told
    text: str = ""  # in somebody's own words: what was asked, or why
    order: tuple[str, ...] = ()  # among those of one day and body

    @property
    def place(self) -> Place:
        """What it is about."""
        return self.kind, self.subject_id, self.part or 0

    @property
    def key(self) -> "Key":
        """What a person is told one thing of."""
        return key_of(self.occasion, self.place)

    @property
    def is_broken(self) -> bool:
        """Whether it was promised for a day that is over."""
        return self.promised is not None and not self.quiet

    @property
    def news(self) -> bool:
        """Whether nothing is to be done about it."""
        return WAYS[self.occasion].news

    def waits_for(self, audience: Audience) -> bool:
        """Whether it lies in the hands of this audience now."""
        if not self.begun:
            return False
        return audience is self.handed_to if self.handed_to else audience in WAYS[self.occasion].hands

    def for_one_to_do(self, audience: Audience) -> bool:
        """Whether somebody of this audience does it, and does not only see that it is done."""
        return audience in WAYS[self.occasion].doing


Key = tuple[str, Place]


def key_of(occasion: Occasion, place: Place) -> Key:
    """What a person is told one thing of: a thing and its occasion, and of a figure one of some occasions."""
    return "figure" if occasion in _OF_ONE_FIGURE else str(occasion), place


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of somebody's mail. `step`: of the ladder, in working days after the day that counts. `above`: the
    receiver sees that it is done, and does not do it. `asking_id`: somebody asks for it by hand, `by_hand`: and the
    ladder says nothing of it by now."""

    duty: Duty
    step: int
    audience: Audience
    asking_id: int | None = None
    by_hand: bool = False

    @property
    def rung(self) -> str:
        """The step as it is kept: what was promised and is not there is told anew."""
        if self.by_hand:
            return BY_HAND
        return f"{self.step}{BROKEN}" if self.duty.is_broken else str(self.step)

    @property
    def above(self) -> bool:
        """Whether the receiver only sees that it is done."""
        return not self.duty.for_one_to_do(self.audience)

    @property
    def rank(self) -> tuple[bool, int, int, int]:
        """Of several about one thing the one that is told: as whoever does it, then what comes first, then the highest
        step."""
        occasions = tuple(Occasion)
        return self.above, occasions.index(self.duty.occasion), -self.step, CLIMB.index(self.audience)


# What it is about, the occasion, the step, and the day from which it counts.
Step = tuple[Place, str, str, date | None]


def step_of(line: Line) -> Step:
    """The step of a line as it is kept. A later day that counts begins the ladder anew."""
    return line.duty.place, str(line.duty.occasion), line.rung, line.duty.by
