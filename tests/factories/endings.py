"""A programme that is over: a commitment that came signed, with a target of each shape, reported on and appraised, and
whoever ends it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import errand, lives
from tests.factories.documents import commitment
from tracker.audit.service import seal
from tracker.commitments.models import Amendment, Extension, Target
from tracker.core import clock
from tracker.core.db.unit_of_work import touch, unit_of_work
from tracker.progress.models import Decision, Report, Revision

OVER = "2022-01-05"  # the programme ended on 31/12/2021, its last report was due on 20/12/2021
SHARE: dict[str, Any] = {
    "ratio": True,
    "shape": "keep",
    "goal": Decimal(95),
    "title": {"vi": "Hồ sơ đúng hạn", "en": "Files on time"},
}


def ended() -> None:
    """SXD's commitment 01/CK-SXD: T01 met late and extended, T02 of work not finished, T03 kept in one of two; T04 of
    SYT is met."""
    lives.people()
    with unit_of_work() as session:
        made = errand.found(session)
        session.expire_all()
        first = errand.target(session, made, code="T01", goal=Decimal(200), weight=Decimal(2))
        work: dict[str, Any] = {"shape": "deliverable", "title": {"vi": "Ban hành kế hoạch", "en": "Issue the plan"}}
        second = errand.target(session, made, code="T02", **work, due_on=date(2021, 9, 14))
        third = errand.target(session, made, code="T03", **SHARE)
        other = errand.target(session, made, "SYT", "T04")
        session.add(
            Extension(
                target_id=first.id,
                granted_on=date(2021, 6, 1),
                due_on=date(2022, 1, 31),
                recorded_on=date(2021, 6, 1),
                reason="Chờ hướng dẫn của bộ",
            )
        )
        days = {"signed_on": date(2021, 7, 1), "from_on": date(2021, 7, 1), "recorded_on": date(2021, 7, 1)}
        session.add(Amendment(target_id=first.id, goal=Decimal(180), **days))
        report(session, made, first, "2021-Q3", value=Decimal(90))
        report(session, made, first, "2021-Y", value=Decimal(150), accepted=Decimal(140))
        report(session, made, second, "2021-Q3", value=Decimal(60))
        report(session, made, third, "2021-H1", numerator=Decimal(48), denominator=Decimal(50))
        report(session, made, third, "2021-Y", numerator=Decimal(45), denominator=Decimal(49))
        report(session, made, other, "2021-Y", value=Decimal(240))
        seal(session, clock.moment())


def report(
    session: Session,
    made: errand.Province,
    target: Target,
    period: str,
    accepted: Decimal | None = None,
    outcome: str | None = "accepted",
    **figure: Any,
) -> Report:
    """A report sent on the day after its cut-off and decided on the day after (`outcome` none: it waits)."""
    cut_off = made.periods[period].cut_off
    sent_on, decided_on = (date.fromordinal(cut_off.toordinal() + days) for days in (1, 2))
    row = Report(
        token=f"report-{target.token}-{period}",
        target_id=target.id,
        programme_id=target.programme_id,
        agency_id=target.agency_id,
        period_id=made.periods[period].id,
        kind="periodic",
        state=outcome or "sent",
        sent_on=sent_on,
    )
    session.add(row)
    session.flush()
    revision = Revision(report_id=row.id, seq=1, submitted_on=sent_on, recorded_on=sent_on, **figure)
    session.add(revision)
    session.flush()
    if outcome is not None:
        decided = {"decided_on": decided_on, "recorded_on": decided_on}
        session.add(Decision(revision_id=revision.id, seq=1, outcome=outcome, value=accepted, **decided))
    session.flush()
    touch(session, "target", target.id)
    return row


def plain_document(targets: list[dict[str, Any]]) -> dict[str, Any]:
    """A commitment of these targets."""
    return commitment(targets=targets)
