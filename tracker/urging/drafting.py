"""What the product does by itself each working day: it drafts the letter of each body of which something reached the
ladder's top, asks for apologies that programmes ask for, and closes letters of which all is done. It sends none."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.core.clock import Moment
from tracker.core.db.unit_of_work import Units
from tracker.settings import Site
from tracker.urging import late_files, lateness, service, telling
from tracker.urging.late_files import LateFiles
from tracker.urging.models import Letter
from tracker.urging.states import OVER, Kind, State


@dataclass(slots=True)
class Done:
    """How many letters were drafted, apologies asked for, letters closed."""

    drafted: int = 0
    owed: int = 0
    settled: int = 0


def units(day: date, now: Moment, site: Site) -> Units[Done]:
    """One letter a unit."""
    done, at = Done(), Moment(now.at, day)
    for letter_id in (yield _sent):
        done.settled += yield partial(_settled, now=at, letter_id=letter_id)
    for agency_id in (yield partial(_to_draft, day=day)):
        done.drafted += yield partial(_drafted, now=at, agency_id=agency_id, site=site)
    for found in (yield partial(late_files.owed, on=day)):
        done.owed += yield partial(_owed, now=at, found=found, site=site)
    return done


def _sent(session: Session) -> list[int]:
    waits = (Letter.kind == Kind.URGING, Letter.state.in_((State.SENT, State.ANSWERED)))
    return list(session.scalars(sa.select(Letter.id).where(*waits).order_by(Letter.id)))


def _to_draft(session: Session, day: date) -> list[int]:
    """The bodies at the top of the ladder that no open letter urges."""
    at_the_top = lateness.at_the_top(session, day)
    urged = set(session.scalars(sa.select(Letter.agency_id).where(*_open()))) if at_the_top else set()
    return [one for one in at_the_top if one not in urged]


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return Letter.kind == Kind.URGING, Letter.state.not_in([str(one) for one in OVER])


def _settled(session: Session, now: Moment, letter_id: int) -> bool:
    return service.settle(session, now, letter_id) is not None


def _drafted(session: Session, now: Moment, agency_id: int, site: Site) -> bool:
    if session.scalar(sa.select(sa.exists().where(*_open(), Letter.agency_id == agency_id))):
        return False  # somebody drafted one meanwhile
    telling.tell(session, now, service.draft(session, now, reader=None, agency_id=agency_id), site)
    return True


def _owed(session: Session, now: Moment, found: LateFiles, site: Site) -> bool:
    if session.scalar(sa.select(sa.exists().where(Letter.report_id == found.report_id))):
        return False
    telling.tell(session, now, service.owe(session, now, found), site)
    return True
