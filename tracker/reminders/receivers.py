"""Whoever can be told today: who holds which office, can be written to and is not shut out; and under which name."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from tracker.accounts.queries import shut_out_of
from tracker.agencies import queries as agencies
from tracker.agencies.offices import STOOD_IN_FOR, Office, in_whose_name
from tracker.agencies.queries import Holder
from tracker.core.languages import in_language
from tracker.reminders.duty import Duty, Line
from tracker.reminders.ladder import BODY, Audience, Ladder, reached

AUDIENCES = {Office(audience): audience for audience in Audience}
_NAMED = (Office.CHAIR, Office.VICE_CHAIR)  # offices whose holders sign by name
_OF_A_BODY = {Office(audience) for audience in (*BODY, Audience.APPRAISER)}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a mail is for: the language (none: the product's own), and the name that it addresses. `waiting`: how many
    things wait for them, as their first page counts them."""

    person_id: int
    name: str
    language: str | None
    waiting: int = 0


@dataclass(frozen=True)
class WrittenTo:
    """Who holds which office today and can be written to."""

    of_body: Mapping[int, Collection[Holder]]  # by the id of the body
    above: Collection[Holder]  # of the People's Committee

    @classmethod
    def of_holders(cls, holders: Iterable[Holder]) -> "WrittenTo":
        """These, each where they sit."""
        of_body: dict[int, list[Holder]] = defaultdict(list)
        above = []
        for one in holders:
            if one.office in _OF_A_BODY:
                of_body[one.agency_id].append(one)
            elif one.office in AUDIENCES:
                above.append(one)
        return cls(of_body, above)

    @property
    def everybody(self) -> list[Holder]:
        """All of them."""
        return [*(one for some in self.of_body.values() for one in some), *self.above]

    def held(self, agency_id: int, audience: Audience) -> bool:
        """Whether somebody of a body is of this audience, or acts for one who is."""
        return any(AUDIENCES[one.office] is audience for one in self.of_body.get(agency_id, ()))

    @cached_property
    def appraisers(self) -> Collection[Holder]:
        """Appraisers, wherever they sit."""
        return [one for one in self.everybody if one.office is Office.APPRAISER]

    @cached_property
    def belonging(self) -> Mapping[int, Collection[int]]:
        """The persons who hold any office of a body, by its id."""
        found: dict[int, set[int]] = defaultdict(set)
        for one in self.everybody:
            found[one.agency_id].add(one.person_id)
        return found

    def of(self, duty: Duty) -> Iterator[tuple[Audience, Holder]]:
        """Whoever a duty can be told to. Who belongs to a body takes no part in what others decide on it."""
        there = self.appraisers if duty.at is None else self.of_body.get(duty.at, ())
        own = () if duty.at == duty.agency_id else self.belonging.get(duty.agency_id, ())
        handed = duty.handed_to if duty.handed_to and self.held(duty.agency_id, duty.handed_to) else None
        for holder in (*there, *self.above):
            audience = AUDIENCES[holder.office]
            if duty.news and holder.since > duty.by:  # whoever is new begins with what is open, not with the past
                continue
            if duty.for_one_to_do(audience):
                rests = handed is not None and audience is not handed
                kept = holder.person_id in own or holder.person_id in duty.apart
                unnamed = duty.only is not None and holder.office in _NAMED and holder.person_id not in duty.only
                if not (rests or kept or unnamed):
                    yield audience, holder
            elif not duty.optional:
                yield audience, holder


def people_written_to(session: Session, day: date) -> WrittenTo:
    """Who acts in a body, who stands in for a holder, and who sees to it for the People's Committee; nobody whose
    account is disabled: they can do nothing."""
    everybody = agencies.holders(session, day, offices=tuple(AUDIENCES))
    everybody += agencies.stand_ins(session, day, offices=tuple(STOOD_IN_FOR))
    out = shut_out_of(session, {holder.person_id for holder in everybody})
    return WrittenTo.of_holders(holder for holder in everybody if holder.person_id not in out)


def receivers_of(holders: Iterable[Holder]) -> dict[int, Receiver]:
    """Each person once, by number; a stand-in with the name of the holder, in the receiver's language."""
    stood_in_for: dict[int, list[str]] = defaultdict(list)
    persons = {}
    for holder in holders:
        persons[holder.person_id] = holder
        if holder.for_name:
            stood_in_for[holder.person_id].append(holder.for_name)
    found = {}
    for person_id, one in persons.items():
        with in_language(one.language):
            name = in_whose_name(one.name, ", ".join(stood_in_for[person_id]))
        found[person_id] = Receiver(person_id, name, one.language)
    return found


def can_be_told(holder: Holder) -> bool:
    """Whether somebody can be told of their duties: by mail, or by what they chose in its place."""
    return bool(holder.email)


def told_of(duty: Duty, written_to: WrittenTo, ladder: Ladder) -> dict[int, Line]:
    """Who is told of a duty by now, each once, as the one of their offices asks for that does it, or reached most."""
    found: dict[int, Line] = {}
    steps = reached(ladder, duty.occasion, duty.left)
    if not steps:
        return found
    for audience, holder in written_to.of(duty):
        rests = duty.quiet and audience in BODY
        if audience not in steps or rests or not can_be_told(holder):
            continue
        line = Line(duty, steps[audience], audience)
        other = found.get(holder.person_id)
        if other is None or line.rank < other.rank:
            found[holder.person_id] = line
    return found
