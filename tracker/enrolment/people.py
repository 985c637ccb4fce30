"""The rows of a sheet of people: persons entered and changed, offices ended; those that are given are collected."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies import over_time
from tracker.agencies import queries as agencies
from tracker.agencies.offices import LABELS
from tracker.agencies.over_time import Held
from tracker.agencies.queries import AgencyRow
from tracker.approvals import offices
from tracker.core.clock import Moment
from tracker.core.errors import FieldError
from tracker.core.languages import _l, text_by_language
from tracker.enrolment.rows import EnrolmentRow, office_of
from tracker.enrolment.work import EnrolmentResult, Given, What
from tracker.people import queries as people
from tracker.people import service
from tracker.settings import Site

HangsOn = Callable[[Session, Moment, Held, date], Sequence[str]]


@dataclass
class People:
    """One import of people: what stands, what was met in the file so far."""

    session: Session
    now: Moment
    actor_id: int | None
    site: Site
    outcome: EnrolmentResult
    waiting: Collection[Given]
    hangs_on: HangsOn
    persons: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # by address: id, row, name
    met: dict[tuple[int, int, str, date], int] = field(default_factory=dict)  # to the row

    def apply(self, lines: Sequence[EnrolmentRow]) -> None:
        """Enter and change persons, end offices, and collect those that are given."""
        for line in lines:
            with self.outcome.beside(line):
                address = service.normal_address(line.values["email"])
                person_id, is_told = self._person(line, address)
                if "office" in line.values:
                    self._office(line, address, person_id)
                elif not is_told:
                    self.outcome.note(line, What.UNCHANGED, address, _named(line.values["name"], address))

    def _person(self, line: EnrolmentRow, address: str) -> tuple[int, bool]:
        """The person of a row, and whether something of theirs was told with it already."""
        name, language = line.values["name"], line.values.get("language", "").lower() or None
        if address in self.persons:
            person_id, number, first_name = self.persons[address]
            if name != first_name:
                raise FieldError("name", _l("Row %(number)s gives this address another name", number=number))
            return person_id, False
        found = people.by_address(self.session, address)
        if found is None:
            made = service.register(
                self.session, self.now, actor_id=self.actor_id, name=name, email=address, language=language
            )
            self.persons[address] = (made.id, line.number, name)
            self.outcome.note(line, What.NEW, address, _named(name, address))
            return made.id, True
        self.persons[address] = (found.id, line.number, name)
        changed = service.change(
            self.session,
            self.now,
            actor_id=self.actor_id,
            person_id=found.id,
            name=name,
            language=language or found.language,
        )
        if changed:
            self.outcome.note(line, What.CHANGED, address, _named(name, address))
        return found.id, changed

    def _office(self, line: EnrolmentRow, address: str, person_id: int) -> None:
        agency = agencies.by_code(self.session, line.values["agency"])
        if agency is None:
            raise FieldError("agency", _l("There is no body of this code"))
        office, from_on, to_on = office_of(line.values["office"]), line.day("from_on"), line.day("to_on")
        if from_on is None:
            return
        given = Given(person_id, agency.id, office, from_on, to_on)
        known = (person_id, agency.id, str(office), from_on)
        if known in self.met:
            raise FieldError("office", _l("Row %(number)s gives the same office", number=self.met[known]))
        self.met[known] = line.number
        what, hanging = self._becomes(given)
        if what is What.ASKED:
            if person_id == self.actor_id:
                raise FieldError("", _l("This concerns yourself: another administrator imports it"))
            self.outcome.given.append((line.number, given))
        key = f"{address} {office} {agency.code} {from_on} {to_on}"
        self.outcome.note(line, what, key, _text(line, given, agency), hanging)

    def _becomes(self, given: Given) -> tuple[What, Sequence[str]]:
        """What becomes of an office in a row: it stands, it ends (and what hangs on it), it waits, or it is to be asked
        for."""
        for held in over_time.of_person(self.session, given.person_id):
            if (held.agency_id, held.office, held.from_on) != (given.agency_id, given.office, given.from_on):
                continue
            if held.to_on == given.to_on:
                return What.UNCHANGED, ()
            if given.to_on is None or (held.to_on is not None and held.to_on < given.to_on):
                raise FieldError("to_on", _l("This office is held for fewer days: give it more on its own page"))
            hanging = self.hangs_on(self.session, self.now, held, given.to_on)
            self._end(held.id, given.to_on)
            return What.ENDED, hanging
        return (What.WAITING if given in self.waiting else What.ASKED), ()

    def _end(self, holding_id: int, to_on: date) -> None:
        if self.actor_id is None:
            raise FieldError("to_on", _l("Say who imports, since an office ends"))
        offices.end(self.session, self.now, actor_id=self.actor_id, holding_id=holding_id, to_on=to_on, site=self.site)


def _named(name: str, address: str) -> str:
    """A person with the address as it is stored, which may be other than it was typed."""
    return f"{name} <{address}>"


def _text(line: EnrolmentRow, given: Given, agency: AgencyRow) -> str:
    return f"{line.values['name']} – {LABELS[given.office]}, {text_by_language(agency.name)}"
