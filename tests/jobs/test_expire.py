"""The job that lets expire what was not signed by its last day: in small units, each once, what is signed never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs.timetable import entry
from tests.factories import documents as official
from tests.factories import errand, lives
from tests.factories.lives import Table
from tests.support.product import Scene
from tracker.audit.events import Event
from tracker.audit.models import AuditEvent
from tracker.commitments.dossiers import Dossier, DossierMove
from tracker.commitments.life import concluding
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.signing.codes import digest
from tracker.signing.documents import documents, register
from tracker.signing.documents.canonical import canonical
from tracker.signing.documents.rendering import Rendered
from tracker.signing.models import DocumentNumber

LAST_DAY = date(2021, 2, 26)
NIGHT_AFTER = "2021-02-27"
BODIES = ("SXD", "SYT", "SNV")
At = Callable[[date | str], clock.Moment]


@pytest.fixture
def table(session: Session, scene: Scene, at: At) -> Table:
    now = at(lives.BEGUN_ON)
    scene(lives.people)
    return Table(session, errand.found(session), at, now)


def run(app: Flask, session: Session, day: date | None = None) -> tuple[str | None, object]:
    """The job as of now: its result, and its remark."""
    line = entry("expire")
    assert line is not None
    result = runner.run(app, line, clock.now(), day)
    session.rollback()
    session.expire_all()
    return result, session.scalars(sa.select(JobRun.detail).order_by(JobRun.id.desc()).limit(1)).one()


def states(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(sa.select(Dossier.state).order_by(Dossier.id)))


def freeze(app: Flask, table: Table, dossier_id: int) -> None:
    """As the product does: number, document and dossier in one."""
    body, whose = table.made.bodies["SXD"].id, table.monitor
    with unit_of_work(table.now) as session:
        number = register.draw(
            session, table.now, symbol="CK2-SXD", year=2021, agency_id=body, person_id=whose.person_id
        )
        document = official.commitment(2, number=number.text, date=table.now.on.isoformat())
        content = canonical(document)
        rendered = Rendered(content, digest(content), b"%PDF-1.7", 1)
        kept = documents.keep(
            session,
            table.now,
            document=document,
            rendered=rendered,
            number=number,
            agency_id=body,
            person_id=whose.person_id,
            folder=settings_of(app).files_folder,
        )
        concluding.freeze(
            session,
            table.now,
            reader=whose,
            dossier_id=dossier_id,
            version=session.get_one(Dossier, dossier_id).version,
            number=number.text,
            day=table.now.on,
            sha256=kept.content_sha256,
        )


def test_what_is_not_signed_by_its_last_day_expires_the_night_after_and_its_number_is_cancelled(
    app: Flask, session: Session, table: Table, at: At
) -> None:
    for body in BODIES:
        table.draft(body, expires_on=LAST_DAY)
    frozen, offered, _drafted = session.scalars(sa.select(Dossier.id).order_by(Dossier.id)).all()
    session.rollback()
    table.bring_to(frozen, "agreed")
    freeze(app, table, frozen)
    table.bring_to(offered, "offered")
    at(LAST_DAY)
    assert run(app, session) == ("done", None)
    assert states(session) == ["frozen", "offered", "drafted"], "its last day is a day to sign"
    at(NIGHT_AFTER)
    assert run(app, session, LAST_DAY) == ("done", None), "made up for an earlier day it does what it did then"
    at("2021-02-28")
    assert run(app, session) == ("done", Remark(RemarkCode.COMMITMENTS_EXPIRED, {"expired": 3}))
    assert states(session) == ["expired"] * 3
    number = session.scalars(sa.select(DocumentNumber)).one()
    assert (number.cancel_reason, number.cancelled_by_id) == ("Quá hạn ký", None)
    told = sa.select(sa.func.count()).where(AuditEvent.event.in_((Event.DOSSIER_EXPIRED, Event.NUMBER_CANCELLED)))
    assert session.scalar(told) == 4
    at("2021-03-01")
    assert run(app, session) == ("done", None), "once"
    assert session.scalar(told) == 4


def test_what_the_head_has_signed_or_has_no_last_day_does_not_expire(
    app: Flask, session: Session, table: Table, at: At
) -> None:
    table.bring_to(table.draft(expires_on=LAST_DAY), "signed")
    table.draft("SYT")
    at(NIGHT_AFTER)
    assert run(app, session) == ("done", None)
    assert states(session) == ["signed", "drafted"]


def test_cut_short_it_goes_on_where_it_was(
    app: Flask, session: Session, table: Table, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units of one dossier, and the process falls after the first of them."""
    for body in BODIES:
        table.draft(body, expires_on=LAST_DAY)
    at(NIGHT_AFTER)
    monkeypatch.setattr(concluding, "AT_ONCE", 1)
    with monkeypatch.context() as fallen:
        left = iter([concluding.expire])

        def once(*given: Any) -> list[int]:
            return next(left)(*given)

        fallen.setattr(concluding, "expire", once)
        assert run(app, session)[0] == "failed"
    assert states(session) == ["expired", "drafted", "drafted"]
    at("2021-02-28")
    assert run(app, session) == ("done", Remark(RemarkCode.COMMITMENTS_EXPIRED, {"expired": 2}))
    assert states(session) == ["expired"] * 3
    moved = sa.select(DossierMove.dossier_id).where(DossierMove.move == "expire").order_by(DossierMove.dossier_id)
    assert session.scalars(moved).all() == session.scalars(sa.select(Dossier.id).order_by(Dossier.id)).all()
