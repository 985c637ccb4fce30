"""Fills the demo on its first start: calendar, bodies, a closed year, the current one, people and what they do today.

Each step is a transaction of its own and leaves out what stands already, so a start that was cut short is made up for.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts import service as accounts
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.agencies import queries as agencies
from tracker.agencies import service as offices
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.core.languages import _
from tracker.demo import (
    bodies,
    corrections,
    current,
    deeds,
    endings,
    layout,
    lives,
    packages,
    par2021,
    queries,
    requests,
    scans,
    seats,
    urging,
)
from tracker.demo.deeds import Desk, Readers
from tracker.interchange import service as interchange
from tracker.people import service as people
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.programmes import public_holidays, templates
from tracker.programmes import queries as programmes
from tracker.programmes import service as calendars
from tracker.progress.appraising import reasons
from tracker.reminders import service as reminders
from tracker.rule.calendar import ONE_DAY, WorkingCalendar
from tracker.settings import Settings
from tracker.signs import looking

FIRST_YEAR = 2020
YEARS_AHEAD = 2
A_YEAR = timedelta(days=366)
NO_ACCOUNT = 0

Say = Callable[[str], None]


def prepare(settings: Settings, say: Say, now: Moment | None = None) -> None:
    """Make the demo's data where they do not stand yet; the current programme is laid out around the day of `now`.

    Opens its own units of work. Raises RuntimeError outside demo mode.
    """
    if not settings.demo:
        raise RuntimeError("sample data are for demo mode only")
    now = now or clock.moment()
    calendar = history(say, now)
    if not _programmes() - {par2021.CODE}:
        say(_("Sample data: the current programme, laid out around today …"))
        _load(current.package(now.on, calendar), now)
    with unit_of_work(now) as session:
        is_first = not queries.has_person(session, seats.ADMINISTRATOR.email)
        if is_first:
            say(_("Sample data: people, their accounts and what lies on their desks …"))
            templates.write_typical(session, now, actor_id=None)
            reasons.write_usual(session, now, actor_id=None)
            readers = _people(session, now)
            _at_work(session, now, readers, packages.working_calendar(calendar), settings)
    if is_first:
        _remind(now, settings)
        with unit_of_work(now) as session:  # behind the reminders, which letters tell of
            urging.enter(session, now, readers, settings)
        carry_out(looking.units(now.on - A_YEAR, now.on, now))


def history(say: Say, now: Moment) -> dict[str, Any]:
    """The first half, which does not depend on today: calendar, bodies and PAR-2021. Returns the calendar's record."""
    calendar = _calendar(now)
    _bodies(now, calendar)
    if par2021.CODE not in _programmes():
        say(_("Sample data: the closed year 2021 …"))
        _load(par2021.package(calendar), now)
    return calendar


def _programmes() -> set[str]:
    """The codes of the programmes that stand."""
    session = database.session()
    standing = {programme.code for programme in programmes.programmes(session)}
    session.rollback()  # what comes next writes, and must not begin in a transaction that only reads
    return standing


def _remind(now: Moment, settings: Settings) -> None:
    """The mails of the last working day, so that the mailbox holds some also on a first start on a day off.

    What the scheduler has to say today it says besides; a mail that was queued before is not queued again.
    """
    session = database.session()
    day = now.on
    while not programmes.working_on(session, day):
        day -= ONE_DAY
    session.rollback()
    carry_out(reminders.units(day, now, settings.site))


def _calendar(now: Moment) -> dict[str, Any]:
    """The working calendar, seeded where it does not stand, as a record of a package."""
    with unit_of_work(now) as session:
        found = queries.calendar_id(session, calendars.STANDARD_NAME)
        if found is None:
            years = range(FIRST_YEAR, now.on.year + YEARS_AHEAD + 1)
            found = calendars.seed_calendar(session, calendars.STANDARD_NAME, *public_holidays.of_vietnam(years)).id
        return queries.calendar_record(session, found)


def _bodies(now: Moment, calendar: dict[str, Any]) -> None:
    """All bodies, and who decides on whose reports; before any target, so that nothing needs to be derived anew."""
    session = database.session()
    stands = bool(agencies.listed(session))
    session.rollback()
    if not stands:
        _load(packages.package(calendar), now)
    with unit_of_work(now) as session:
        found = {body.code: body for body in agencies.listed(session)}
        for body in bodies.of_2021() + bodies.of_today():
            row = found[body.code]
            if row.appraised_by_id is None:
                decides = found[_appraiser_of(body.code, body.exists_to is not None)].id
                offices.assign_appraisal(session, now, actor_id=None, agency_id=row.id, appraised_by_id=decides)


def _appraiser_of(code: str, is_past: bool) -> str:
    """Home Affairs of its time decides on everybody's reports, the PPC's Office on those of Home Affairs."""
    if code in (bodies.HOME_AFFAIRS, bodies.HOME_AFFAIRS_2021):
        return bodies.PPC_OFFICE
    return bodies.HOME_AFFAIRS_2021 if is_past else bodies.HOME_AFFAIRS


def _load(package: dict[str, Any], now: Moment) -> None:
    with tempfile.TemporaryDirectory(prefix="tracker-demo-") as folder:
        path = Path(folder) / "package.json"
        path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
        faults = interchange.load(path, now=now)
    if faults:
        raise RuntimeError("the demo's own package is refused: " + "; ".join(map(str, faults[:10])))


def _people(session: Session, now: Moment) -> Readers:
    """Everybody with an office, and an account where the sign-in page or a test needs one; what each may read."""
    found = {body.code: body for body in agencies.listed(session)}
    programme = programmes.current(session, now.on)
    from_on = programme.starts_on if programme is not None else now.on
    readers: dict[tuple[str, Office], Reader] = {}
    for seat in seats.seats():
        person = people.register(session, now, actor_id=None, name=seat.name, email=seat.email)
        offices.open_holding(
            session,
            now,
            actor_id=None,
            person_id=person.id,
            agency_id=found[seat.body].id,
            office=seat.office,
            from_on=from_on,
        )
        account_id = accounts.register(session, now, person, DEMO_PASSWORD).id if seat.account else NO_ACCOUNT
        readers[(seat.body, seat.office)] = reader_of(
            session, now.on, person_id=person.id, account_id=account_id, name=person.name, language=person.language
        )
    return readers


def _at_work(session: Session, now: Moment, readers: Readers, calendar: WorkingCalendar, settings: Settings) -> None:
    """What lies on the desks of those with accounts, in the period whose report is due now."""
    programme = programmes.current(session, now.on)
    if programme is None:
        raise RuntimeError("there is no current programme")
    period = layout.lay_out(now.on, calendar).due_month
    desks = []
    for code in deeds.bodies_at_work():
        body = agencies.by_code(session, code)
        if body is None:
            raise RuntimeError(f"there is no body {code}")
        officer, head = readers[(code, Office.OFFICER)], readers[(code, Office.HEAD)]
        desks.append(Desk(session, now, officer, head, programme.id, body.id, period, settings.files_folder))
    deeds.of_the_shown_body(desks[0], readers[(bodies.HOME_AFFAIRS, Office.APPRAISER)])
    deeds.of_home_affairs(desks[1])
    requests.enter(session, now, readers, programme.id)
    corrections.enter(session, now, readers, programme.id)
    lives.enter(session, now, readers, programme, calendar, settings)
    scans.enter(session, now, readers, settings)
    endings.enter(session, now, readers, programmes.programme(session, par2021.CODE), settings)
