"""Ladders of programmes: what is set counts from its day; what was foreseen is what then comes; a page sets one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories.errand import Province
from tests.jobs.conftest import Postbox
from tests.jobs.test_reminders import DEPUTY, DUE, HEAD, MONITOR, OFFICER, At, build, made, reminded, run
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError
from tracker.mail.models import OutboxMail
from tracker.people.models import Person
from tracker.reminders import foresight, ladders
from tracker.reminders.ladder import PRESET, Audience, Ladder, Occasion, Rung

__all__ = ["build", "made"]

LATE_ONLY: Ladder = (
    *(rung for rung in PRESET if rung.occasion is not Occasion.REPORT),
    Rung(Occasion.REPORT, Audience.OFFICER, 1, every=2),
    Rung(Occasion.REPORT, Audience.MONITOR, 3, every=3),
)


def choose(made: Province, ladder: Ladder, from_on: date, reason: str = "QĐ 12") -> None:
    with unit_of_work() as session:
        actor = session.scalars(sa.select(Person.id).limit(1)).one()
        ladders.choose(
            session,
            clock.moment(),
            actor_id=actor,
            programme=session.merge(made.programme, load=False),
            from_on=from_on,
            ladder=ladder,
            reason=reason,
        )


def test_another_ladder_counts_from_its_day(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    at("2021-06-15")
    choose(made, LATE_ONLY, date(2021, 6, 21))
    told = {}
    for day in ("2021-06-16", DUE, "2021-06-22", "2021-06-23", "2021-06-24"):
        at(day)
        run(app, "remind", "deliver")
        told[day] = reminded(postbox)
        postbox.mails.clear()
    assert told == {
        "2021-06-16": [HEAD, OFFICER],  # by the usual one still
        DUE: [],
        "2021-06-22": [OFFICER],
        "2021-06-23": [],
        "2021-06-24": [OFFICER, MONITOR],
    }


@pytest.mark.parametrize("ladder", [PRESET, LATE_ONLY], ids=["usual", "late only"])
def test_what_was_foreseen_is_what_comes(app: Flask, made: Province, session: Session, at: At, ladder: Ladder) -> None:
    """Each mail of thirty days, with its receiver and the lines that are new in it; and none that was not foreseen."""
    at("2021-06-15")
    if ladder is not PRESET:
        choose(made, ladder, date(2021, 6, 15))
    found = foresight.foresee(session, clock.today(), made.programme.id, ladder)
    foreseen = {(day, mail.receiver.person_id): mail.news for day, mails in found.items() for mail in mails}
    session.rollback()
    for number in range(1, foresight.DAYS + 1):
        at(date(2021, 6, 15) + timedelta(days=number))
        run(app, "remind")
        with unit_of_work() as session_of_day:  # one that waits would be written anew the next day
            session_of_day.execute(sa.update(OutboxMail).values(state="sent"))
    sent = session.scalars(sa.select(OutboxMail.key).where(OutboxMail.kind == "digest")).all()
    came = {(date.fromisoformat(day), int(person)) for _digest, day, person in (key.split(":") for key in sent)}
    assert came == set(foreseen)
    assert set(Counter(foreseen.values())) == {1}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("ladder", "from_on", "error"),
    [
        (PRESET, date(2021, 6, 15), "Không có gì khác"),
        (PRESET[:1], date(2021, 6, 15), "biến mất khỏi thư nhắc"),
        (LATE_ONLY, date(2021, 6, 14), "sắp tới"),
        (LATE_ONLY, date(2022, 1, 1), "kiểm tra lại năm"),
    ],
)
def test_what_is_refused(made: Province, at: At, ladder: Ladder, from_on: date, error: str) -> None:
    at("2021-06-15")
    with pytest.raises((DomainError, FieldError)) as refused:
        choose(made, ladder, from_on)
    assert error in str(refused.value.message)


def test_a_deputy_is_told_when_it_is_late(app: Flask, made: Province, postbox: Postbox, at: At) -> None:
    at("2021-06-22")
    run(app, "remind", "deliver")
    assert DEPUTY in reminded(postbox)
