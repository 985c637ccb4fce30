"""A head asks for another deadline or a rest, the chair decides, both see it: through the pages, on both databases."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.asking import ASK, RULE, ask, decide, town
from tests.integration.home.conftest import Town
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Extension, Target
from tracker.compliance.models import AgencySum, StatusSpan
from tracker.compliance.steps.service import rebuild
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail

__all__ = ["town"]
PDF = b"%PDF-1.7\n%%EOF\n"


def open_span(session: Session) -> Any:
    session.rollback()
    mine = sa.select(Target.id).where(Target.token == "target-SXD-T01").scalar_subquery()
    return session.scalars(sa.select(StatusSpan).where(StatusSpan.target_id == mine, StatusSpan.to_on.is_(None))).one()


def body_score(session: Session) -> Any:
    row = session.scalars(
        sa.select(AgencySum)
        .join(Target, Target.agency_id == AgencySum.agency_id)
        .where(Target.token == "target-SXD-T01", AgencySum.domain == 0, AgencySum.to_on.is_(None))
    ).one()
    return row.score


def test_the_head_asks_the_chair_grants_with_another_day_and_both_see_it(town: Town, session: Session) -> None:
    assert open_span(session).status == "overdue"
    head = town.browser("SXD", Office.HEAD)
    head.get(ASK)
    reason = "Bộ chưa ban hành hướng dẫn"
    head.post(ASK, do="save", kind="extension", due_on="30/9/21x", reason=reason)
    assert "30/9/21x" in head.get(ASK)  # kept as it was typed, right or wrong
    file = (io.BytesIO(PDF), "Công văn.pdf")
    head.post(ASK, do="ask", kind="extension", due_on="30/9/2021", reason=reason, evidence=file)
    chair = town.browser("VP", Office.CHAIR)
    assert 'href="/requests"' in chair.get("/")
    address = re.findall(r'href="(/requests/[^"]+)"', chair.get("/requests"))[0]
    town.at("2021-06-18")
    chair, head = town.browser("VP", Office.CHAIR), town.browser("SXD", Office.HEAD)
    page = chair.get(address)
    assert reason in page
    assert "Công văn.pdf" in page
    shown = decide(chair, address, outcome="grant", due_on="31/8/2021", reason="Chỉ cần hai tháng")
    assert "31/08/2021" in shown
    assert "30/09/2021" in shown
    session.rollback()
    extension = session.scalars(sa.select(Extension)).one()
    assert (extension.due_on, extension.granted_on, extension.recorded_on) == (
        date(2021, 8, 31),
        date(2021, 6, 18),
        date(2021, 6, 18),
    )
    assert open_span(session).status != "overdue"
    told = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "target_decision")).one()
    assert re.search("31/08/2021.*30/09/2021.*Chỉ cần hai tháng", told.text, re.DOTALL)
    for page in (head.get("/"), head.get(address), head.get("/targets/target-SXD-T01")):
        assert "31/08/2021" in page
        assert "30/09/2021" in page
    events = session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events[-1] == "target_request.granted"
    assert "target_request.asked" in events


@pytest.mark.parametrize(
    ("typed", "ruling"),
    [
        ({"outcome": "grant", "due_on": "30/9/2021"}, "extension"),
        ({"outcome": "refuse"}, "extension"),
        ({"outcome": "grant", "from_on": "1/6/2021", "to_on": "30/6/2021"}, "suspension"),
        ({"kind": "suspension", "from_on": "10/6/2021", "to_on": "30/7/2021", "due_on": "31/8/2021"}, None),
        ({"kind": "suspension", "from_on": "10/6/2021", "to_on": "30/7/2021"}, None),
        ({"kind": "end", "ended_on": "15/6/2021"}, None),
    ],
)
def test_what_is_shown_before_is_what_stands_after(
    town: Town, session: Session, typed: dict[str, str], ruling: str | None
) -> None:
    address = RULE
    if ruling is not None:
        days = {} if ruling == "extension" else {"from_on": "1/6/2021", "to_on": "30/6/2021", "due_on": ""}
        address = ask(town, kind=ruling, **days)
    now = town.at("2021-06-18")
    with unit_of_work(now) as writing:
        rebuild(writing, writing.scalars(sa.select(Target.id)), date(2021, 6, 18))
    before = open_span(session)
    past = [(one.from_on, one.status, one.score) for one in spans(session) if one.to_on is not None]
    began = (before.from_on, before.status, before.score)
    chair = town.browser("VP", Office.CHAIR)
    shown = decide(chair, address, **typed, reason="Theo quyết định")
    cells = [html.unescape(re.sub("<[^>]+>", "", one)).strip() for one in re.findall(r"<td[^>]*>(.*?)</td>", shown)]
    after = open_span(session)
    told = [points(after.score), points(body_score(session))]
    assert [cells[5], cells[7]] == told
    # No day that is over says anything else than it did.
    kept = [(one.from_on, one.status, one.score) for one in spans(session) if one.from_on < date(2021, 6, 18)]
    assert kept == [*past, began] if began[0] < date(2021, 6, 18) else kept == past


def spans(session: Session) -> list[Any]:
    mine = sa.select(Target.id).where(Target.token == "target-SXD-T01").scalar_subquery()
    return list(session.scalars(sa.select(StatusSpan).where(StatusSpan.target_id == mine).order_by(StatusSpan.from_on)))


def points(hundredths: int | None) -> str:
    return "–" if hundredths is None else f"{hundredths // 100},{hundredths % 100:02d}"
