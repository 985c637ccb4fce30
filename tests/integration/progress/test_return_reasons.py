"""Usual reasons for a return: written in both languages, changed, put in order, retired and put back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.support.product import Scene
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, StaleEdit
from tracker.progress.appraising import reasons

ONE, OTHER = {"vi": "Thiếu minh chứng", "en": "No evidence"}, {"vi": "Sai kỳ", "en": "Wrong period"}


def build() -> None:
    with unit_of_work() as session:
        errand.province(session)


@pytest.fixture
def who(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> int:
    at("2021-06-16")
    scene(build)
    return errand.found(session).people[("SNV", Office.APPRAISER)].id


def test_they_are_written_changed_ordered_retired_and_put_back(session: Session, who: int) -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        first = reasons.write(session, now, actor_id=who, text=ONE)
        second = reasons.write(session, now, actor_id=who, text=OTHER)
        assert [one.text for one in reasons.in_order(session)] == [ONE, OTHER]
        reasons.move_up(session, now, actor_id=who, token=second.token)
        reasons.move_up(session, now, actor_id=who, token=second.token)
        assert [one.text for one in reasons.in_order(session)] == [OTHER, ONE]
        other = {**OTHER, "vi": "Không đúng kỳ"}
        reasons.rewrite(session, now, actor_id=who, token=second.token, version=1, text=other)
        with pytest.raises(StaleEdit):
            reasons.rewrite(session, now, actor_id=who, token=second.token, version=1, text=OTHER)
        reasons.retire(session, now, actor_id=who, token=second.token)
        reasons.retire(session, now, actor_id=who, token=second.token)
        assert [one.text for one in reasons.in_order(session)] == [ONE]
        assert [one.text for one in reasons.in_order(session, retired=True)] == [other]
        reasons.put_back(session, now, actor_id=who, token=second.token)
        assert [one.token for one in reasons.in_order(session)] == [first.token, second.token]
        assert reasons.write_usual(session, now, actor_id=who) == 0, "only where none was ever written"
    told = session.scalars(sa.select(AuditEvent.event).where(AuditEvent.subject_kind == "return_reason")).all()
    events = ["written", "written", "moved", "changed", "retired", "put_back"]
    assert told == [f"return_reason.{event}" for event in events]


def test_what_is_refused(session: Session, who: int) -> None:
    now = clock.moment()
    with unit_of_work(now) as session:
        for text, field in (({"vi": "Thiếu"}, "en"), ({"en": "x", "vi": ""}, "vi"), ({**ONE, "en": "x" * 401}, "en")):
            with pytest.raises(FieldError) as fault:
                reasons.write(session, now, actor_id=who, text=text)
            assert fault.value.field == field
        assert reasons.write_usual(session, now, actor_id=who) == len(reasons.USUAL)
        for number in range(reasons.MOST - len(reasons.USUAL)):
            reasons.write(session, now, actor_id=who, text={"vi": f"Lý do {number}", "en": f"Reason {number}"})
        with pytest.raises(DomainError):
            reasons.write(session, now, actor_id=who, text=ONE)
