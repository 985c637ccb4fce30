"""A promised day: the body is told nothing by the ladder until then, those above are; broken, it is told at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand, halves
from tests.jobs.conftest import Postbox
from tests.jobs.test_asking import HEAD, OFFICER, reminded, run, text
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError
from tracker.permissions.queries import reader_of
from tracker.progress import queries as progress
from tracker.reminders.asking import promises
from tracker.reminders.asking.promises import last_day, top_step
from tracker.reminders.ladder import PRESET, Occasion
from tracker.rule import WorkingCalendar

At = Callable[[date | str], clock.Moment]


@pytest.fixture
def made(session: Session, scene: Scene, at: At) -> errand.Province:
    at("2021-06-14")
    scene(halves.build, ("sent", "nothing"))
    return errand.found(session, detached=True)


def promise(made: errand.Province, day: str, office: Office = Office.OFFICER) -> None:
    now, who = clock.moment(), made.people[("SXD", office)]
    with unit_of_work(now) as session:
        slot = progress.find_slot(session, errand.EVERYWHERE, made.targets["SXD-T02"].token, halves.PERIOD)
        assert slot is not None
        reader = reader_of(session, now.on, person_id=who.id, account_id=who.id, name=who.name, language="vi")
        promises.make(
            session, now, reader=reader, slot=slot, will_send_on=date.fromisoformat(day), sentence="Đang đối chiếu"
        )


def test_the_ladder_rests_for_the_body_until_the_day_and_tells_it_once_that_is_broken(
    app: Flask, made: errand.Province, postbox: Postbox, at: At
) -> None:
    at("2021-06-18")
    promise(made, "2021-06-24")
    told = []
    for day in ("2021-06-21", "2021-06-22", "2021-06-23", "2021-06-24", "2021-06-25", "2021-06-28", "2021-06-29"):
        at(day)
        postbox.mails.clear()
        run(app, "remind", "deliver")
        told += [day] if {HEAD, OFFICER} <= set(reminded(postbox)) else []
        if day == "2021-06-25":
            assert "lỡ hẹn ngày 24/06/2021" in text(postbox, HEAD)
    assert told == ["2021-06-25", "2021-06-28"], "broken, then the step after five working days"


def test_it_is_promised_once_some_days_ahead_and_not_when_it_is_too_late(made: errand.Province, at: At) -> None:
    at("2021-06-18")
    with pytest.raises(FieldError):
        promise(made, "2021-06-28")  # six working days ahead
    with pytest.raises(FieldError):
        promise(made, "2021-06-17")
    promise(made, "2021-06-25", Office.HEAD)
    with pytest.raises(DomainError):
        promise(made, "2021-06-22")


def test_no_promise_holds_when_the_top_of_the_ladder_is_told() -> None:
    calendar, due = WorkingCalendar(), date(2021, 6, 21)
    top = top_step(PRESET, Occasion.REPORT)
    assert top == 10
    assert last_day(calendar, date(2021, 6, 22), due, top) == date(2021, 6, 29)  # five working days ahead
    assert last_day(calendar, date(2021, 7, 1), due, top) == date(2021, 7, 2)  # the vice chair is told on 5 July
    assert last_day(calendar, date(2021, 7, 5), due, top) is None
