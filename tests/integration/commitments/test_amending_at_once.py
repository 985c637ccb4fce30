"""An amendment comes into force while a report is being sent: one is first, and the figure is judged by the terms that
stood when it was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import errand
from tests.factories.lives import REACH, Table
from tests.integration.commitments.test_at_once import both
from tracker.audit.models import AuditEvent
from tracker.commitments.life import amending, concluding, drafting
from tracker.commitments.models import Amendment, Target
from tracker.compliance.steps.verify import differences
from tracker.core.errors import DomainError
from tracker.progress import queries, service
from tracker.progress.models import Revision

ENOUGH, RAISED = "240", "250"  # of a goal of 234.50


@pytest.fixture
def amended(table: Table) -> int:
    """A target met by a figure that its head is about to send, and an amendment that asks for more, signed by both."""
    first = table.draft(records=(REACH,))
    table.bring_to(first, "in_force")
    table.go_to("2021-03-16")
    amendment = table.amend(first)
    target = table.targets(amendment)["T01"]
    changed = {"draft_target_id": target.id, "version": 1, "values": {"goal": RAISED}}
    table.do(drafting.change, table.monitor, **changed)
    table.do(amending.offer, table.monitor, dossier_id=amendment)
    table.bring_to(amendment, "countersigned")
    token = slot_of(table.session).target.token
    assert token
    table.do(keep, table.officer, typed={"value": ENOUGH, "as_at": "15/03/2021"})
    return amendment


def slot_of(session: Any) -> queries.ReportSlot:
    token = session.scalars(sa.select(Target.token).where(Target.code == "T01")).one()
    found = queries.find_slot(session, errand.EVERYWHERE, token, None)
    assert found is not None
    return found


def keep(session: Any, now: Any, *, reader: Any, typed: dict[str, str]) -> Any:
    slot = slot_of(session)
    return service.keep_draft(session, now, reader=reader, slot=slot, typed=typed, language="vi", version=0)


def send(session: Any, now: Any, *, reader: Any) -> Any:
    return service.send(session, now, reader=reader, slot=slot_of(session), version=1)


def judged_rightly(table: Table) -> None:
    """Either the figure was sent before and met the goal of then, or it was refused; what is stored is what the rule
    derives of the facts."""
    events = ("report.sent", "dossier.put_in_force")
    found = sa.select(AuditEvent.event).where(AuditEvent.event.in_(events)).order_by(AuditEvent.id.desc()).limit(2)
    last = list(table.session.scalars(found))
    sent = table.session.scalars(sa.select(Revision)).all()
    assert len(table.session.scalars(sa.select(Amendment)).all()) == 1
    assert last == (["dossier.put_in_force", "report.sent"] if sent else ["dossier.put_in_force"] * 2)
    assert [str(one.value) for one in sent] in ([], [ENOUGH])
    assert [str(one) for one in differences(table.session, date(2021, 3, 16))] == []


def presses(table: Table, amendment: int) -> list[tuple[Callable[..., Any], dict[str, Any]]]:
    given = {"reader": table.monitor, "dossier_id": amendment}
    return [(send, {"reader": table.head}), (concluding.come_into_force, given)]


def test_of_both_at_once_one_is_first(app: Flask, table: Table, amended: int) -> None:
    outcomes = both(app, table, *presses(table, amended))
    assert outcomes in (["Incomplete", "done"], ["done", "done"])
    judged_rightly(table)


def test_the_terms_stay_while_a_figure_is_judged_by_them(
    app: Flask, table: Table, amended: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between judging the figure and storing it the other one has a second in which to put the amendment in force."""
    judge, judged, stored = service._understood, threading.Event(), threading.Event()

    def slowly(*given: Any) -> Any:
        entry = judge(*given)
        judged.set()
        stored.wait(1)
        return entry

    def put_in_force(*given: Any, **more: Any) -> Any:
        judged.wait(60)
        return concluding.come_into_force(*given, **more)

    def heard(*given: Any, **more: Any) -> None:
        put_in_force(*given, **more)
        given[0].commit()
        stored.set()

    monkeypatch.setattr(service, "_understood", slowly)
    sending, (_verb, given) = presses(table, amended)
    if table.session.get_bind().dialect.name == "sqlite":
        judged.set()  # it has one writer: neither begins before the other has ended
    assert both(app, table, sending, (heard, given)) in (["Incomplete", "done"], ["done", "done"])
    judged_rightly(table)


def test_after_the_amendment_the_figure_is_judged_by_it(table: Table, amended: int) -> None:
    table.do(concluding.come_into_force, table.monitor, dossier_id=amended)
    with pytest.raises(DomainError):
        table.do(send, table.head)
    judged_rightly(table)
