"""What raises a question: a report with a file that was sent before; a sign of a body, asked about; one with all that
can be said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.errand import Province
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import touch
from tracker.progress.models import Evidence, Report, Revision
from tracker.signs import service
from tracker.signs.finders import Found, Kind
from tracker.signs.models import Sign, SignWord
from tracker.signs.moves import Conclusion, Move

SENT = datetime(2021, 7, 9, 3, tzinfo=UTC)
DAY = date(2021, 7, 9)
LATE = Found(Kind.LAST_HOUR, "2021-H1", {"count": "5", "of": "6", "period": "2021-H1", "day": "2021-07-20"})


def report_with_a_file(session: Session, made: Province, key: str, value: Decimal, sha256: str) -> Report:
    """A report of the half-year with one file behind it, sent and waiting."""
    target = made.targets[key]
    report = Report(
        token=f"report-{key}",
        target_id=target.id,
        programme_id=target.programme_id,
        agency_id=target.agency_id,
        period_id=made.periods["2021-H1"].id,
        kind="periodic",
        state="sent",
        sent_on=DAY,
    )
    session.add(report)
    session.flush()
    revision = Revision(report_id=report.id, seq=1, submitted_on=DAY, recorded_on=DAY, value=value, sent_at=SENT)
    session.add(revision)
    session.flush()
    session.add(
        Evidence(
            token=f"evidence-{key}",
            revision_id=revision.id,
            agency_id=target.agency_id,
            sha256=sha256,
            size=9,
            media_type="application/pdf",
            name="Bảng kê.pdf",
            uploaded_by_id=next(iter(made.people.values())).id,
            uploaded_at=SENT,
        )
    )
    session.flush()
    touch(session, "target", target.id)
    return report


def noted(session: Session, now: clock.Moment, made: Province, code: str) -> Sign:
    """A sign of a body, as the night finds one."""
    sign = service.note(session, now, made.programme.id, made.bodies[code].id, None, found=LATE)
    if sign is None:
        raise AssertionError("it was noted before")
    return sign


def asked(
    session: Session, now: clock.Moment, made: Province, code: str, text_of: Callable[[str], str]
) -> dict[str, str]:
    """A sign of a body about which it was asked, as rows: what of it stands in addresses."""
    sign = Sign(
        token=f"sign-{code}",
        kind=str(LATE.kind),
        programme_id=made.programme.id,
        agency_id=made.bodies[code].id,
        about=0,
        key=LATE.key,
        detail=dict(LATE.detail),
        found_on=now.on,
        found_at=now.at,
        state="asked",
        version=1,
    )
    session.add(sign)
    session.flush()
    person_id = made.people[("VP", Office.MONITOR)].id
    given: dict[str, Any] = {"sign_id": sign.id, "seq": 1, "move": "ask", "office": "monitor", "at": now.at}
    session.add(SignWord(**given, person_id=person_id, text=text_of("Vì sao gửi muộn?")))
    session.flush()
    return {"sign": sign.token}


def add(desk: Any, made: Province) -> None:
    """One that is asked about, answered and closed; by the people of a desk."""
    sign = desk.press(lambda session, now: noted(session, now, made, "SXD"))
    said: list[tuple[Move, Any, Conclusion | None]] = [
        (Move.ASK, desk.reader("VP", Office.MONITOR), None),
        (Move.ANSWER, desk.head, None),
        (Move.CLOSE, desk.reader("VP", Office.MONITOR), Conclusion.EXPLAINED),
    ]
    for version, (move, reader, conclusion) in enumerate(said):
        given: dict[str, Any] = {"sign_id": sign.id, "version": version, "move": move, "conclusion": conclusion}
        desk.press(service.say, reader=reader, **given, text="Gửi gộp một lần")
