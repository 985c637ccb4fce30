"""Documents of many commitments: killed at each step and gone on with, each is made once, with its number and no other;
what changed meanwhile is refused with its reason."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from jobs import freeze as job
from jobs import runner
from jobs.timetable import entry
from tests.factories import errand, lives
from tests.factories.lives import KEPT, REACH, Table
from tests.integration.audit.conftest import chain
from tests.support.product import Scene
from tracker.accounts.models import Account
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit import queries
from tracker.audit.verify import Verification
from tracker.commitments.dossiers import Dossier, DraftTarget
from tracker.commitments.life import negotiating
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.settings import Settings
from tracker.signing import originals
from tracker.signing.documents import bulk, bulk_queries, freezing, register
from tracker.signing.documents.canonical import read
from tracker.signing.documents.freezing import Form
from tracker.signing.documents.rendering import render
from tracker.signing.models import DocumentNumber, FreezeItem, FreezeRun, MadeDocument

ROOT = Path(__file__).parents[2]
BODIES = [f"CQ{number}" for number in range(8)]
TARGETS, SYMBOL = (REACH, KEPT), "{year}/CK"
At = Callable[[date | str], clock.Moment]


def agreed(bodies: int) -> list[int]:
    """So many bodies, each of which agreed to two targets; the ids of the dossiers, by body."""
    lives.people()
    with unit_of_work() as session:
        for number, code in enumerate(BODIES[:bodies]):
            name = {"vi": f"Cơ quan thứ {number}", "en": f"Body {number}"}
            body = Agency(code=code, kind="department", name=name, sort_key=code)
            session.add(body)
            session.flush()
            lives.add_person(session, f"head-{number}", f"Giám đốc {name['vi']}", body, Office.HEAD)
    table = Table(session, errand.found(session), lambda _day: clock.moment(), clock.moment())
    dossiers = [table.draft(code, TARGETS) for code in BODIES[:bodies]]
    for dossier_id, code in zip(dossiers, BODIES, strict=False):
        table.do(negotiating.offer, table.monitor, dossier_id=dossier_id)
        agree(table, dossier_id, code)
    return dossiers


def agree(table: Table, dossier_id: int, code: str) -> None:
    version = table.dossier(dossier_id).version
    table.do(negotiating.agree, table.reader(Office.HEAD, code), dossier_id=dossier_id, version=version)


class Bench:
    """A room where documents are asked for and made."""

    def __init__(self, app: Flask, table: Table, dossiers: list[int]) -> None:
        self.app, self.table, self.dossiers = app, table, dossiers
        self.ask()

    def ask(self) -> None:
        programme_id = self.table.made.programme.id
        chosen = {one.id: one.version for one in bulk.waiting(self.table.session, programme_id)}
        assert sorted(chosen) == self.dossiers
        self.table.do(bulk.ask, self.table.monitor, programme_id=programme_id, chosen=chosen)

    def run(self) -> object:
        line = entry("freeze")
        assert line is not None
        assert runner.run(self.app, line, clock.now()) == "done"
        return self.fresh().scalars(sa.select(JobRun.detail).order_by(JobRun.id.desc()).limit(1)).one()

    def fresh(self) -> Session:
        session = self.table.session
        session.rollback()
        session.expire_all()
        return session

    def outcomes(self) -> list[str | None]:
        return list(self.fresh().scalars(sa.select(FreezeItem.outcome).order_by(FreezeItem.id)))

    def reasons(self, language: str = "vi") -> list[str]:
        run_id = self.fresh().scalars(sa.select(FreezeRun.id)).one()
        return [one.reason[language] for one in bulk_queries.refused(self.table.session, run_id)]

    def numbers(self) -> list[int]:
        return list(self.fresh().scalars(sa.select(DocumentNumber.number).order_by(DocumentNumber.id)))


@pytest.fixture
def make(app: Flask, session: Session, scene: Scene, at: At, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Bench]:
    """All documents draw from one register, so that each gap would show."""
    now = at(lives.BEGUN_ON)
    monkeypatch.setitem(app.extensions, "settings", replace(settings_of(app), commitment_symbol=SYMBOL))

    def built(bodies: int) -> Bench:
        dossiers = scene(agreed, bodies)
        return Bench(app, Table(session, errand.found(session), at, now), dossiers)

    return built


def environment(app: Flask) -> dict[str, str]:
    settings: Settings = settings_of(app)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return clean | {
        "TRACKER_DATABASE_URL": settings.database_url,
        "TRACKER_SECRET_KEY": "a key for tests only, forty characters long",
        "TRACKER_INSTANCE": str(settings.instance),
        "TRACKER_BASE_URL": settings.base_url,
        "TRACKER_COMMITMENT_SYMBOL": SYMBOL,
    }


def test_killed_at_each_step_and_gone_on_with_by_two_each_is_made_once(
    app: Flask, make: Callable[[int], Bench]
) -> None:
    """The numbers of one register run through without a gap, in the order of the bodies; whatever is stored is whole,
    recorded, and what would have been made in one go."""
    bench = make(8)
    command = [sys.executable, "-m", "tests.jobs.cut_short", lives.BEGUN_ON.isoformat()]
    done = subprocess.run(command, cwd=ROOT, env=environment(app), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    how = json.loads(done.stdout.splitlines()[-1])
    assert {step: code for step, code in how.items() if code != -signal.SIGKILL} == {
        "one of two (0)": 0,
        "one of two (1)": 0,
    }, done.stderr
    assert len(how) == 12
    assert bench.outcomes() == ["made"] * 8
    assert bench.numbers() == list(range(1, 9))
    session, folder = bench.fresh(), settings_of(app).files_folder
    made = sa.select(MadeDocument, Agency.code, Dossier.document_sha256, Dossier.state)
    rows = session.execute(
        made.join(Agency, Agency.id == MadeDocument.agency_id)
        .join(Dossier, Dossier.agency_id == Agency.id)
        .order_by(MadeDocument.number_id)
    ).all()
    assert [row.code for row in rows] == BODIES
    for place, (document, code, sha256, state) in enumerate(rows, start=1):
        assert (document.content_sha256, state) == (sha256, "frozen")
        content = read(originals.content(document, folder))
        assert (content["number"], content["body"]["code"]) == (f"{place:02d}/2021/CK", code)
        again = render(content, settings_of(app).base_url)
        assert (again.content, again.pdf) == (originals.content(document, folder), originals.pdf(document, folder))
    assert unrecorded(bench) == []
    assert bench.fresh().scalars(sa.select(FreezeRun)).one().finished_at is not None


def unrecorded(bench: Bench) -> list[str]:
    """What of all facts does not stand in the record as it is."""
    bench.fresh()
    chain()
    return [str(one) for one in Verification(bench.table.session, queries.heads(bench.table.session)).findings()]


def reopened(bench: Bench, dossier_id: int) -> None:
    bench.table.do(freezing.reopen, bench.table.monitor, dossier_id=dossier_id, reason="Số liệu chưa đúng")


def agreed_anew(bench: Bench, dossier_id: int) -> None:
    reopened(bench, dossier_id)
    bench.table.do(negotiating.offer, bench.table.monitor, dossier_id=dossier_id)
    agree(bench.table, dossier_id, BODIES[1])


def withdrawn(bench: Bench, dossier_id: int) -> None:
    bench.table.do(freezing.withdraw, bench.table.monitor, dossier_id=dossier_id, reason="Giải thể cơ quan")


def made_by_hand(bench: Bench, dossier_id: int) -> None:
    table, form = bench.table, Form.of(settings_of(bench.app))
    dossier, monitor = table.dossier(dossier_id), table.monitor
    given: dict[str, Any] = {"version": dossier.version, "folder": settings_of(bench.app).files_folder}
    table.session.rollback()
    for _try in range(freezing.TRIES):  # as the page does: the job draws numbers too
        with suppress(freezing.NumberTaken), unit_of_work(table.now) as session:
            found = session.get_one(Dossier, dossier_id)
            made = freezing.prepare(session, table.now, reader=monitor, dossier=found, form=form)
            freezing.freeze(session, table.now, reader=monitor, dossier_id=dossier_id, made=made, **given)
            break


CHANGED = "Bản cam kết đã thay đổi sau khi yêu cầu, trạng thái hiện nay: "
MEANWHILE: dict[str, tuple[Callable[[Bench, int], None], str]] = {
    "reopened": (reopened, f"{CHANGED}Đang thương lượng"),
    "agreed anew": (agreed_anew, "Bản cam kết vừa được thay đổi. Hãy xem lại trước khi quyết định."),
    "withdrawn": (withdrawn, f"{CHANGED}Đã rút"),
    "made by hand": (made_by_hand, f"{CHANGED}Chờ người đứng đầu ký"),
}


@pytest.mark.parametrize("when", ["before it is composed", "while its file is made"])
@pytest.mark.parametrize("what", MEANWHILE)
def test_what_changed_since_the_press_is_refused_with_its_reason(
    make: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch, what: str, when: str
) -> None:
    """The second of three; no number is drawn for it, and the others are made."""
    bench, (change, reason) = make(3), MEANWHILE[what]
    if when == "before it is composed":
        change(bench, bench.dossiers[1])
    else:
        made = freezing.Composed.made

        def late(one: freezing.Composed) -> freezing.Prepared:
            if one.document["body"]["code"] == BODIES[1]:
                monkeypatch.setattr(freezing.Composed, "made", made)  # by hand it is made as ever
                change(bench, bench.dossiers[1])
            return made(one)

        monkeypatch.setattr(freezing.Composed, "made", late)
    assert bench.run() == Remark(RemarkCode.DOCUMENTS_MADE, {"made": 2, "refused": 1})
    assert bench.outcomes() == ["made", "refused", "made"]
    assert bench.reasons() == [reason]
    by_hand = what == "made by hand"
    assert bench.numbers() == ([1, 2, 3] if by_hand else [1, 2])
    cancelled = sa.select(DocumentNumber.id).where(DocumentNumber.cancelled_at.is_not(None))
    assert bench.fresh().scalars(cancelled).all() == []


def test_a_number_that_somebody_else_draws_is_not_used_twice(
    make: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, store = make(3), bulk.store
    drawn: list[str] = []
    whose: dict[str, Any] = {"agency_id": bench.table.made.bodies["SXD"].id, "person_id": None}
    bench.fresh()

    def late(session: Session, now: clock.Moment, **given: Any) -> str | None:
        if not drawn:
            drawn.append(register.draw(session, now, symbol="2021/CK", year=2021, **whose).text)
        return store(session, now, **given)

    monkeypatch.setattr(bulk, "store", late)
    bench.run()
    assert drawn == ["01/2021/CK"]
    assert bench.outcomes() == ["made"] * 3
    assert bench.numbers() == [1, 2, 3, 4]
    made = sa.select(DocumentNumber.number).join(MadeDocument, MadeDocument.number_id == DocumentNumber.id)
    assert sorted(bench.fresh().scalars(made)) == [2, 3, 4]


@pytest.mark.parametrize("lost", ["office", "account"])
def test_it_is_made_by_the_offices_of_then(make: Callable[[int], Bench], lost: str) -> None:
    bench = make(2)
    person_id = bench.table.monitor.person_id
    with unit_of_work() as session:
        if lost == "office":
            ended = sa.update(OfficeHolding).where(OfficeHolding.person_id == person_id)
            session.execute(ended.values(to_on=date(2021, 1, 31)))
        else:
            session.add(
                Account(
                    person_id=person_id, email="a@example.vn", fs_uniquifier="a", created_at=clock.now(), active=False
                )
            )
    bench.run()
    assert bench.outcomes() == ["refused"] * 2
    assert set(bench.reasons("en")) == {"Your office does not allow this."}
    assert bench.numbers() == []


def test_one_that_cannot_be_made_keeps_no_other_from_it(
    make: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, made = make(3), freezing.Composed.made

    def broken(one: freezing.Composed) -> freezing.Prepared:
        if one.document["body"]["code"] == BODIES[0]:
            raise RuntimeError("a fault of the layout")
        return made(one)

    monkeypatch.setattr(freezing.Composed, "made", broken)
    bench.run()
    assert bench.outcomes() == ["refused", "made", "made"]
    assert bench.reasons() == [str(bulk.NO_FILE)]
    assert bench.numbers() == [1, 2]


def test_one_that_the_process_ends_at_is_refused_after_some_tries(
    make: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a crash would: the run of the job fails, and the next minute's takes it up."""
    bench, store = make(3), bulk.store
    line = entry("freeze")
    assert line is not None
    (first,) = bench.fresh().scalars(sa.select(sa.func.min(FreezeItem.id)))

    def ends(session: Session, now: clock.Moment, *, item_id: int, **given: Any) -> str | None:
        if item_id == first:
            raise OSError("no room")
        return store(session, now, item_id=item_id, **given)

    monkeypatch.setattr(bulk, "store", ends)
    results = [runner.run(bench.app, line, clock.now() + timedelta(minutes=minute)) for minute in range(4)]
    assert results == ["failed"] * bulk.MOST_TRIES + ["done"]
    assert bench.outcomes() == ["refused", "made", "made"]
    assert bench.numbers() == [1, 2]


def test_terms_that_are_missing_are_named(make: Callable[[int], Bench]) -> None:
    """Whatever stands against each target is told by its code (what can only be so by a hand in the database)."""
    bench = make(1)
    with unit_of_work() as session:
        for one in session.scalars(sa.select(DraftTarget)):
            one.terms = {name: one.terms[name] for name in one.terms if name != "weight"}
    bench.run()
    (reason,) = bench.reasons()
    assert "T01 · " in reason
    assert "T03 · " in reason


def test_half_a_run_is_gone_on_with_in_the_next_minute(
    make: Callable[[int], Bench], monkeypatch: pytest.MonkeyPatch, at: At
) -> None:
    bench, store = make(3), bulk.store

    def slowly(session: Session, now: clock.Moment, **given: Any) -> str | None:
        at(clock.now() + job.LONGEST)
        return store(session, now, **given)

    monkeypatch.setattr(bulk, "AHEAD", 1)
    monkeypatch.setattr(bulk, "store", slowly)
    bench.run()
    assert bench.outcomes() == ["made", None, None]
    monkeypatch.setattr(bulk, "store", store)
    bench.run()
    assert bench.outcomes() == ["made"] * 3
