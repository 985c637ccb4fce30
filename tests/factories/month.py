"""A body with a month to report: 22 figures, a year of accepted ones behind each, one of this month come back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.core.db.unit_of_work import touch
from tracker.programmes.models import Period, Programme, WorkingCalendar
from tracker.progress.models import Decision, Report, Revision

BODY, APPRAISER = "SYT", "SNV"
FIGURES, MONTHS = 22, 13  # the last of the months is to be reported
WITH_EVIDENCE = (3, 9, 15)  # of the targets, by number
RETURNED = 5
REASON = "Thiếu số hồ sơ trả chậm của tháng."
SPACING = timedelta(days=28)
SHAPES: tuple[dict[str, Any], ...] = (
    {"shape": "keep", "ratio": True, "unit": "hồ sơ", "goal": Decimal(90), "direction": "at_least"},
    {"shape": "keep", "unit": "%", "goal": Decimal(80), "direction": "at_least"},
    {"shape": "keep", "unit": "days", "goal": Decimal(5), "direction": "at_most"},
    {"shape": "reach", "unit": "procedures", "baseline": Decimal(0), "goal": Decimal(380)},
)
TITLES = (
    "Tỷ lệ hồ sơ giải quyết đúng hạn, nhóm {}",
    "Mức độ hài lòng của người dân, lĩnh vực {}",
    "Thời gian giải quyết bình quân, thủ tục {}",
    "Số thủ tục được rà soát, đợt {}",
)


def code_of(today: date, back: int) -> str:
    """The code of the month that is so many months back from the one to be reported."""
    months = today.year * 12 + today.month - 1 - back
    return f"{months // 12}-M{months % 12 + 1:02d}"


def figure_of(number: int, month: int) -> dict[str, Decimal]:
    """What target of a number reports in a month: never twice the same, never far from what it reported before."""
    turn = (number * 3 + month * 5) % 7
    return {
        0: {"numerator": Decimal(180 + turn), "denominator": Decimal(200 + turn % 3)},
        1: {"value": Decimal(84) + Decimal(turn) / 2},
        2: {"value": Decimal(3) + Decimal(turn) / 10},
        3: {"value": Decimal(20 * (month + 1) + turn)},
    }[number % 4]


def enter(session: Session, today: date) -> None:
    """Beside what stands in the tables; the bodies are there already."""
    body = session.scalars(sa.select(Agency).where(Agency.code == BODY)).one()
    calendar = WorkingCalendar(name="Lịch làm việc")
    session.add(calendar)
    session.flush()
    last = today - timedelta(days=8)
    begins = last - MONTHS * SPACING + timedelta(days=1)
    programme = Programme(
        code="CCHC",
        title={"vi": "Cam kết cải cách hành chính", "en": "Commitments on administrative reform"},
        starts_on=begins,
        ends_on=last + timedelta(days=200),
        calendar_id=calendar.id,
    )
    session.add(programme)
    session.flush()
    commitment = Commitment(
        token="commitment-month",
        number="01/CK-SYT",
        programme_id=programme.id,
        agency_id=body.id,
        signed_on=begins,
        in_force_from=begins,
    )
    session.add(commitment)
    periods = []
    for back in reversed(range(MONTHS)):
        cut_off = last - back * SPACING
        days = {"starts_on": cut_off - SPACING + timedelta(days=1), "cut_off": cut_off}
        due_on = cut_off + timedelta(days=20)
        periods.append(
            Period(programme_id=programme.id, frequency="monthly", code=code_of(today, back), due_on=due_on, **days)
        )
    session.add_all(periods)
    session.flush()
    for number in range(1, FIGURES + 1):
        _target(session, commitment, periods, number, today)


def _target(session: Session, commitment: Commitment, periods: list[Period], number: int, today: date) -> None:
    kind = number % 4
    title = TITLES[kind].format(number)
    terms = SHAPES[kind] | ({"judged_by": "every_period"} if kind != 3 else {})
    row = Target(
        token=f"month-{number:02d}",
        commitment_id=commitment.id,
        programme_id=commitment.programme_id,
        agency_id=commitment.agency_id,
        code=f"T{number:02d}",
        title={"vi": title, "en": title},
        domain=1 + (number - 1) // 6,
        weight=Decimal(1),
        frequency="monthly",
        starts_on=commitment.signed_on,
        due_on=periods[-1].due_on + timedelta(days=150),
        **terms,
    )
    session.add(row)
    session.flush()
    for month, period in enumerate(periods[:-1]):
        _reported(session, row, period, figure_of(number, month), period.cut_off + timedelta(days=4), "accepted")
    if number == RETURNED:
        _reported(session, row, periods[-1], figure_of(number, MONTHS), today - timedelta(days=2), "returned")
    touch(session, "target", row.id)


def _reported(
    session: Session, target: Target, period: Period, figure: dict[str, Decimal], day: date, outcome: str
) -> None:
    """A report that was sent on a day and decided on the next, without anybody's name."""
    report = Report(
        token=f"{target.token}-{period.code}",
        target_id=target.id,
        programme_id=target.programme_id,
        agency_id=target.agency_id,
        period_id=period.id,
        kind="periodic",
        state=outcome,
        sent_on=day,
    )
    session.add(report)
    session.flush()
    revision = Revision(report_id=report.id, seq=1, submitted_on=day, recorded_on=day, **figure)
    session.add(revision)
    session.flush()
    decided_on = day + timedelta(days=1)
    why = REASON if outcome == "returned" else None
    session.add(
        Decision(
            revision_id=revision.id,
            seq=1,
            outcome=outcome,
            decided_on=decided_on,
            recorded_on=decided_on,
            reason=why,
        )
    )
