"""A small province to test with: two departments, Home Affairs, the PPC's Office, their people, a programme of 2021."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.models import Commitment, Target
from tracker.core.db.unit_of_work import touch
from tracker.people.models import Person
from tracker.programmes.models import Period, Programme, WorkingCalendar

SIGNED_ON = date(2021, 2, 4)
PERIODS = {
    "2021-Q1": (date(2020, 12, 15), date(2021, 3, 14), date(2021, 3, 20)),
    "2021-H1": (date(2020, 12, 15), date(2021, 6, 14), date(2021, 6, 20)),
    "2021-Q3": (date(2021, 6, 15), date(2021, 9, 14), date(2021, 9, 20)),
    "2021-Y": (date(2020, 12, 15), date(2021, 12, 14), date(2021, 12, 20)),
}
# A package has each day in one period only.
APART = PERIODS | {
    "2021-H1": (date(2021, 3, 15), date(2021, 6, 14), date(2021, 6, 20)),
    "2021-Y": (date(2021, 9, 15), date(2021, 12, 14), date(2021, 12, 20)),
}
BODIES = {
    "SXD": ("Sở Xây dựng", "Department of Construction"),
    "SYT": ("Sở Y tế", "Department of Health"),
    "SNV": ("Sở Nội vụ", "Department of Home Affairs"),
    "VP": ("Văn phòng UBND tỉnh", "Office of the PPC"),
}
OFFICES = [
    ("SXD", Office.HEAD, "Giám đốc Sở Xây dựng"),
    ("SXD", Office.OFFICER, "Chuyên viên Sở Xây dựng"),
    ("SYT", Office.HEAD, "Giám đốc Sở Y tế"),
    ("SYT", Office.OFFICER, "Chuyên viên Sở Y tế"),
    ("SNV", Office.HEAD, "Giám đốc Sở Nội vụ"),
    ("SNV", Office.APPRAISER, "Phòng Cải cách hành chính, Sở Nội vụ"),
    ("VP", Office.APPRAISER, "Phòng Nội chính, Văn phòng UBND tỉnh"),
    ("VP", Office.MONITOR, "Phòng Tổng hợp, Văn phòng UBND tỉnh"),
    ("VP", Office.ADMINISTRATOR, "Trung tâm Tin học, Văn phòng UBND tỉnh"),
]


@dataclass
class Province:
    """What stands in the database, by code."""

    programme: Programme
    bodies: dict[str, Agency]
    people: dict[tuple[str, Office], Person]
    periods: dict[str, Period]
    commitments: dict[str, Commitment] = field(default_factory=dict)
    targets: dict[str, Target] = field(default_factory=dict)


def province(session: Session, days: Mapping[str, tuple[date, date, date]] = PERIODS) -> Province:
    """Bodies, people, a programme with four quarterly periods, and a commitment of each department; no target yet."""
    calendar = WorkingCalendar(name="VN 2021")
    session.add(calendar)
    bodies = {
        code: Agency(code=code, kind="department", name={"vi": vi, "en": en}, sort_key=vi.lower())
        for code, (vi, en) in BODIES.items()
    }
    session.add_all(bodies.values())
    session.flush()
    bodies["SNV"].appraised_by_id = bodies["VP"].id
    people = {}
    for number, (code, office, name) in enumerate(OFFICES):
        person = Person(token=f"person-{number}", name=name, email=f"person{number}@example.vn", language="vi")
        session.add(person)
        session.flush()
        session.add(
            OfficeHolding(person_id=person.id, agency_id=bodies[code].id, office=office, from_on=date(2020, 1, 1))
        )
        people[(code, office)] = person
    programme = Programme(
        code="PAR-2021",
        title={"vi": "Cải cách hành chính 2021", "en": "Administrative reform 2021"},
        starts_on=date(2020, 12, 15),
        ends_on=date(2021, 12, 31),
        calendar_id=calendar.id,
    )
    session.add(programme)
    session.flush()
    periods = {
        code: Period(
            programme_id=programme.id, frequency="quarterly", code=code, starts_on=starts, cut_off=cut_off, due_on=due
        )
        for code, (starts, cut_off, due) in days.items()
    }
    session.add_all(periods.values())
    made = Province(programme, bodies, people, periods)
    for code in ("SXD", "SYT", "SNV"):
        commitment = Commitment(
            token=f"commitment-{code}",
            number=f"01/CK-{code}",
            programme_id=programme.id,
            agency_id=bodies[code].id,
            signed_on=SIGNED_ON,
            in_force_from=SIGNED_ON,
        )
        session.add(commitment)
        made.commitments[code] = commitment
    session.flush()
    return made


def found(session: Session, *, detached: bool = False) -> Province:
    """The province that stands in the database, for whoever did not enter it; no transaction is left open.

    `detached`: as it stood, whatever becomes of it. Otherwise the session reads each row anew.
    """
    bodies = {body.code: body for body in session.scalars(sa.select(Agency))}
    codes = {body.id: body.code for body in bodies.values()}
    holders = session.execute(
        sa.select(OfficeHolding, Person)
        .join(Person, Person.id == OfficeHolding.person_id)
        .order_by(OfficeHolding.to_on.is_(None), OfficeHolding.id)  # who holds an office still is taken before others
    )
    made = Province(
        session.scalars(sa.select(Programme)).one(),
        bodies,
        {(codes[holding.agency_id], Office(holding.office)): person for holding, person in holders},
        {period.code: period for period in session.scalars(sa.select(Period))},
        {codes[row.agency_id]: row for row in session.scalars(sa.select(Commitment))},
        {f"{codes[row.agency_id]}-{row.code}": row for row in session.scalars(sa.select(Target))},
    )
    if detached:
        session.expunge_all()
    session.rollback()
    return made


def target(session: Session, made: Province, body: str = "SXD", code: str = "T01", **terms: Any) -> Target:
    """A target of a body: reach 234 procedures from 0 by the end of the year, unless other terms are given."""
    commitment = made.commitments[body]
    values: dict[str, Any] = {
        "title": {"vi": "Cắt giảm thời gian giải quyết thủ tục", "en": "Cut the processing time of procedures"},
        "domain": 3,
        "shape": "reach",
        "unit": "procedures",
        "weight": Decimal(1),
        "frequency": "quarterly",
        "starts_on": SIGNED_ON,
        "due_on": date(2021, 12, 31),
        "baseline": Decimal(0),
        "goal": Decimal(234),
    }
    if terms.get("shape") == "keep":
        values |= {
            "baseline": None,
            "goal": Decimal(95),
            "direction": "at_least",
            "judged_by": "every_period",
            "unit": "%",
        }
    if terms.get("shape") == "deliverable":
        values |= {"baseline": None, "goal": None, "unit": "%"}
    values |= terms
    row = Target(
        token=f"target-{body}-{code}",
        commitment_id=commitment.id,
        programme_id=made.programme.id,
        agency_id=commitment.agency_id,
        code=code,
        **values,
    )
    session.add(row)
    session.flush()
    made.targets[f"{body}-{code}"] = row
    touch(session, "target", row.id)
    return row


EVERYWHERE = sa.true()
