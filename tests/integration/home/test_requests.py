"""A head asks for another deadline or a rest, the chair decides, both see it: through the pages, on both databases."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.integration.home.asking import ASK, decide, reader, slot, town
from tests.integration.home.conftest import PRESS_ON, Town
from tests.support.at_once import at_once
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Extension, Target
from tracker.commitments.rulings import Kind, Ruling
from tracker.compliance.models import AgencySum, StatusSpan
from tracker.compliance.records.facts import record_of
from tracker.compliance.steps.service import bring_to
from tracker.compliance.telling.outlook import outlook
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.mail.models import OutboxMail
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.progress.requests import deciding, reading, service
from tracker.progress.requests.queries import open_of

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
    session.rollback()
    waits = session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == "request_waits")).all()
    deciders = {town.made.people[("VP", office)].id for office in (Office.CHAIR, Office.VICE_CHAIR)}
    assert {one.person_id for one in waits} == deciders
    assert all(address in one.text and "Sở Xây dựng đề nghị" in one.text for one in waits)
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
    granted = head.get("/targets/target-SXD-T01").partition("→ 31/08/2021")[2]
    assert f"18/06/2021 · {town.made.people[('VP', Office.CHAIR)].name}" in granted.partition("</li>")[0]
    events = session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events[-1] == "target_request.granted"
    assert "target_request.asked" in events


EXTENSION = Ruling(Kind.EXTENSION, date(2021, 9, 30))
RESTING = Ruling(Kind.SUSPENSION, None, date(2021, 6, 1), date(2021, 6, 30))


@pytest.mark.parametrize(
    ("ruling", "asked"),
    [
        (EXTENSION, True),
        (None, True),
        (replace(RESTING, due_on=date(2021, 8, 31)), True),
        (RESTING, False),
        (Ruling(Kind.END, ended_on=date(2021, 6, 15)), False),
    ],
)
def test_what_is_shown_before_is_what_stands_after(
    town: Town, session: Session, ruling: Ruling | None, asked: bool
) -> None:
    if asked:
        wanted = ruling or EXTENSION
        typed = {"kind": wanted.kind.value, "reason": "Chờ hướng dẫn"}
        typed |= {name: reading.written(getattr(wanted, name)) for name in reading.DAYS[wanted.kind]}
        with unit_of_work(town.at(PRESS_ON)) as writing:
            head, of_target = reader(town, writing, "SXD", Office.HEAD), slot(writing)
            faults = service.keep_and_ask(writing, clock.moment(), reader=head, slot=of_target, typed=typed, version=0)
        assert faults == {}
    now = town.at("2021-06-18")
    with unit_of_work(now) as writing:
        bring_to(writing, [(row.agency_id, row.id) for row in writing.scalars(sa.select(Target))], now.on)
    past = [(one.from_on, one.status, one.score) for one in spans(session)]
    with unit_of_work(now) as writing:
        of_target, chair = slot(writing), reader(town, writing, "VP", Office.CHAIR)
        shown = outlook(writing, now, record_of(writing, of_target.target, of_target.commitment), ruling)
        request = open_of(writing, of_target.target.id)
        decision: dict[str, Any] = {"reader": chair, "slot": of_target, "ruling": ruling, "reason": "Theo quyết định"}
        if request is not None:
            deciding.decide(writing, now, request=request, **decision)
        else:
            deciding.rule(writing, now, **decision)
    after = open_span(session)
    assert (shown.after.status, shown.after.score, shown.after.body) == (after.status, after.score, body_score(session))
    assert shown.before.score == past[-1][2]
    # No day that is over says anything else than it did.
    assert [(one.from_on, one.status, one.score) for one in spans(session) if one.from_on < now.on] == past


def spans(session: Session) -> list[Any]:
    mine = sa.select(Target.id).where(Target.token == "target-SXD-T01").scalar_subquery()
    return list(session.scalars(sa.select(StatusSpan).where(StatusSpan.target_id == mine).order_by(StatusSpan.from_on)))


def test_of_two_who_decide_at_once_one_is_told_of_the_other(app: Flask, town: Town, session: Session) -> None:
    now, typed = town.at(PRESS_ON), {"kind": "extension", "due_on": "30/9/2021", "reason": "Chờ hướng dẫn"}

    def ask() -> None:
        with unit_of_work(now) as writing:
            head, of_target = reader(town, writing, "SXD", Office.HEAD), slot(writing)
            service.keep_and_ask(writing, now, reader=head, slot=of_target, typed=typed, version=0)

    assert at_once(app, ask, ask) == ["done", "done"]
    session.rollback()
    assert len(session.scalars(sa.select(TargetRequest)).all()) == 1

    def decide_as(office: Office, ruling: Ruling | None) -> None:
        with unit_of_work(now) as writing:
            of_target, who = slot(writing), reader(town, writing, "VP", office)
            request = writing.scalars(sa.select(TargetRequest)).one()
            deciding.decide(
                writing, now, reader=who, slot=of_target, request=request, ruling=ruling, reason="Theo quyết định"
            )

    session.rollback()
    presses = (partial(decide_as, Office.CHAIR, EXTENSION), partial(decide_as, Office.VICE_CHAIR, None))
    assert at_once(app, *presses) == ["StaleEdit", "done"]
    session.rollback()
    assert len(session.scalars(sa.select(TargetDecision)).all()) == 1
