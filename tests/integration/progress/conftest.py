"""The small province, with a desk from which anybody in it acts as a view would: each press is committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.progress import queries, service
from tracker.progress.models import Draft, Report
from tracker.progress.queries import ReportSlot

P = ParamSpec("P")
T = TypeVar("T")

PRESS_ON = date(2021, 6, 16)  # the half-year's period has just closed


@dataclass
class Desk:
    """Acts in the province on a day that can be moved with `at`."""

    session: Session
    made: errand.Province
    at: Callable[[date | str], clock.Moment]
    now: clock.Moment

    def go_to(self, day: str) -> None:
        self.now = self.at(day)

    def reader(self, body: str, office: Office) -> Reader:
        person = self.made.people[(body, office)]
        return reader_of(
            self.session, self.now.on, person_id=person.id, account_id=person.id, name=person.name, language="vi"
        )

    @property
    def officer(self) -> Reader:
        return self.reader("SXD", Office.OFFICER)

    @property
    def head(self) -> Reader:
        return self.reader("SXD", Office.HEAD)

    @property
    def appraiser(self) -> Reader:
        return self.reader("SNV", Office.APPRAISER)

    def slot(self, key: str = "SXD-T01", period: str | None = "2021-H1") -> ReportSlot:
        found = queries.find_slot(self.session, errand.EVERYWHERE, self.made.targets[key].token, period)
        assert found is not None
        return found

    def press(
        self, verb: Callable[Concatenate[Session, clock.Moment, P], T], *given: P.args, **arguments: P.kwargs
    ) -> T:
        """One press of a button: a unit of work of its own."""
        with unit_of_work(self.now) as session:
            return verb(session, self.now, *given, **arguments)

    def keep(
        self, slot: ReportSlot, version: int = 0, reader: Reader | None = None, language: str = "vi", **typed: str
    ) -> Draft:
        return self.keep_form(slot, typed or {"value": "120"}, version, reader, language)

    def keep_form(
        self,
        slot: ReportSlot,
        typed: dict[str, str],
        version: int = 0,
        reader: Reader | None = None,
        language: str = "vi",
    ) -> Draft:
        """The same with the fields of a whole form."""
        return self.press(
            service.keep_draft,
            reader=reader or self.officer,
            slot=slot,
            typed=typed,
            language=language,
            version=version,
        )

    def sent(self, slot: ReportSlot, **typed: str) -> Report:
        """A report written by the officer and sent by the head."""
        draft = queries.draft_of(self.session, slot)
        draft = self.keep_form(slot, typed or {"value": "120"}, draft.version if draft else 0)
        draft = self.press(service.hand_to_head, reader=self.officer, slot=slot, version=draft.version)
        return self.press(service.send, reader=self.head, slot=slot, version=draft.version)


def build() -> None:
    """Five targets, as of now."""
    with unit_of_work() as session:
        made = errand.province(session)
        errand.target(session, made, "SXD", "T01")
        errand.target(session, made, "SXD", "T02", shape="keep", ratio=True)
        errand.target(session, made, "SXD", "T03", shape="deliverable")
        errand.target(session, made, "SXD", "T04", shape="keep", starts_on=date(2021, 6, 15))
        errand.target(session, made, "SNV", "T01")


@pytest.fixture
def desk(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Desk:
    now = at(PRESS_ON)
    scene(build)
    return Desk(session, errand.found(session), at, now)
