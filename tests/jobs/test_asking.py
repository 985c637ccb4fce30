"""Asked for by hand: at once in working hours, nobody twice on a day whichever came first, nothing of what is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories import errand, halves
from tests.jobs.conftest import Postbox
from tests.support.at_once import at_once
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, Forbidden
from tracker.core.extensions import settings_of
from tracker.permissions.queries import reader_of
from tracker.programmes.models import Period
from tracker.reminders.asking import service as asking
from tracker.reminders.asking.models import Asking
from tracker.reminders.asking.service import Foreseen
from tracker.reminders.models import ReminderSent

At = Callable[[date | datetime | str], clock.Moment]
HEAD, OFFICER, DEPUTY = "person0@example.vn", "person1@example.vn", "deputy@example.vn"
OTHER_HEAD, OTHER_OFFICER = "person2@example.vn", "person3@example.vn"
BODIES = {HEAD, OFFICER, DEPUTY, OTHER_HEAD, OTHER_OFFICER}
QUIET_DAY = "2021-06-24"  # a Thursday on which the ladder tells nobody anything new
TEN = datetime(2021, 6, 24, 10, 0, tzinfo=clock.VIETNAM)  # of that day
SENTENCE = "Đề nghị gửi trước cuộc họp giao ban."


@pytest.fixture
def made(session: Session, scene: Scene, at: At) -> errand.Province:
    at("2021-06-14")
    scene(halves.build, ("sent", "draft", "nothing"))
    return errand.found(session, detached=True)


def run(app: Flask, *names: str) -> None:
    for name in names:
        line = entry(name)
        assert line is not None
        assert runner.run(app, line, clock.now()) == "done"


def ask(
    app: Flask, made: errand.Province, *targets: str, sentence: str = SENTENCE, office: Office = Office.MONITOR
) -> Foreseen:
    """As somebody at the People's Committee's office."""
    now, who = clock.moment(), made.people[("VP", office)]
    with unit_of_work(now) as session:
        return asking.ask(
            session,
            now,
            reader=reader_of(session, now.on, person_id=who.id, account_id=who.id, name=who.name, language="vi"),
            period=session.get_one(Period, made.periods[halves.PERIOD].id),
            target_ids=[made.targets[one].id for one in targets],
            sentence=sentence,
            site=settings_of(app).site,
        )


def reminded(postbox: Postbox) -> list[str]:
    """Who of the two bodies got a mail; others are told of other things."""
    return sorted(to for mail in postbox.mails if (to := str(mail["To"])) in BODIES)


def text(postbox: Postbox, to: str) -> str:
    mail = next(one for one in postbox.mails if one["To"] == to)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def told_before(app: Flask, postbox: Postbox, at: At) -> None:
    """The ladder tells its steps of the days before."""
    for day in ("2021-06-22", "2021-06-23"):
        at(day)
        run(app, "remind", "deliver")
    postbox.mails.clear()


def test_it_leaves_at_once_with_the_sentence_to_whoever_acts_there(
    app: Flask, made: errand.Province, postbox: Postbox, at: At
) -> None:
    told_before(app, postbox, at)
    at(QUIET_DAY)
    run(app, "remind", "deliver")
    assert reminded(postbox) == []
    at(TEN)
    foreseen = ask(app, made, "SXD-T03", "SXD-T01", "SYT-T01")
    run(app, "deliver")
    assert reminded(postbox) == sorted([HEAD, OFFICER, DEPUTY, OTHER_HEAD, OTHER_OFFICER])
    assert foreseen.reports == 2, "T01 was sent"
    assert SENTENCE in text(postbox, HEAD)
    assert "Phòng Tổng hợp, Văn phòng UBND tỉnh" in text(postbox, HEAD)
    with unit_of_work() as session:
        rows = session.scalars(sa.select(ReminderSent).where(ReminderSent.asking_id.is_not(None))).all()
        assert {(row.target_id, row.audience) for row in rows if row.agency_id == made.bodies["SXD"].id} == {
            (made.targets["SXD-T03"].id, office) for office in ("head", "deputy", "officer")
        }


def test_what_lies_with_the_head_is_asked_of_the_head_alone(
    app: Flask, made: errand.Province, postbox: Postbox, at: At
) -> None:
    told_before(app, postbox, at)
    with unit_of_work(at(QUIET_DAY)) as session:
        halves.put(session, made, made.targets["SXD-T03"], "with_head")
    ask(app, made, "SXD-T03")
    run(app, "deliver")
    assert reminded(postbox) == [HEAD]


@pytest.mark.parametrize("first", ["the morning", "asking"])
def test_nobody_is_told_twice_on_a_day_whichever_comes_first(
    app: Flask, made: errand.Province, postbox: Postbox, at: At, first: str
) -> None:
    at("2021-06-22")  # the ladder tells what is late since yesterday
    if first == "the morning":
        run(app, "remind", "deliver")
        at(datetime(2021, 6, 22, 10, 0, tzinfo=clock.VIETNAM))
        foreseen = ask(app, made, "SXD-T03")
        assert all(one.told_at is not None for one in foreseen.receivers)
    else:
        ask(app, made, "SXD-T03")
        run(app, "remind")
    run(app, "deliver")
    counts = {to: reminded(postbox).count(to) for to in (HEAD, OFFICER, DEPUTY)}
    assert counts == {HEAD: 1, OFFICER: 1, DEPUTY: 1}
    assert (SENTENCE in text(postbox, HEAD)) is (first == "asking")
    postbox.mails.clear()
    at("2021-06-23")
    run(app, "remind", "deliver")
    again = [DEPUTY, HEAD, OFFICER] if first == "the morning" else []
    assert [to for to in reminded(postbox) if to in counts] == again
    assert first == "asking" or SENTENCE in text(postbox, HEAD)
    at(QUIET_DAY)
    postbox.mails.clear()
    run(app, "remind", "deliver")
    assert reminded(postbox) == [], "and no more of it"


@pytest.mark.parametrize(
    ("hour", "leaves"),
    [
        (datetime(2021, 6, 24, 6, 0, tzinfo=clock.VIETNAM), "2021-06-24"),  # before the morning
        (datetime(2021, 6, 24, 17, 0, tzinfo=clock.VIETNAM), "2021-06-25"),  # after hours
        (datetime(2021, 6, 26, 10, 0, tzinfo=clock.VIETNAM), "2021-06-28"),  # a Saturday
    ],
)
def test_out_of_hours_it_waits_for_the_next_working_morning(
    app: Flask, made: errand.Province, postbox: Postbox, at: At, hour: datetime, leaves: str
) -> None:
    told_before(app, postbox, at)
    at(hour)
    foreseen = ask(app, made, "SXD-T03")
    run(app, "deliver")
    assert reminded(postbox) == []
    assert (foreseen.at_once, f"{foreseen.morning}") == (False, leaves)
    at(leaves)
    run(app, "remind", "deliver")
    assert SENTENCE in text(postbox, OFFICER)
    assert reminded(postbox).count(OFFICER) == 1


def test_what_is_done_by_then_is_asked_no_more(app: Flask, made: errand.Province, postbox: Postbox, at: At) -> None:
    told_before(app, postbox, at)
    now = at(QUIET_DAY)
    ask(app, made, "SXD-T03")
    with unit_of_work(now) as session:
        halves.report(session, made, made.targets["SXD-T03"], halves.PERIOD, date(2021, 6, 24))
    run(app, "deliver")
    assert reminded(postbox) == []
    with pytest.raises(DomainError, match="không còn thiếu"):
        ask(app, made, "SXD-T03")


def test_two_monitors_at_once_write_one_mail_to_each(
    app: Flask, made: errand.Province, postbox: Postbox, at: At
) -> None:
    told_before(app, postbox, at)
    at(QUIET_DAY)
    presses = [partial(ask, app, made, "SXD-T03", sentence=word) for word in ("một", "hai")]
    assert at_once(app, *presses) == ["done", "done"]
    run(app, "deliver")
    assert reminded(postbox) == sorted([HEAD, OFFICER, DEPUTY])
    with unit_of_work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Asking)) == 2


def test_nobody_else_asks(app: Flask, made: errand.Province, at: At) -> None:
    at(QUIET_DAY)
    with pytest.raises(Forbidden):
        ask(app, made, "SXD-T03", office=Office.APPRAISER)
