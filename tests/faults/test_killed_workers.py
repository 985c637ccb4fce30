"""Web workers killed in the middle of saves: what was answered stands, what was not is whole or not there at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import sqlalchemy as sa

from tests.faults.server import Server
from tests.faults.world import DRAFTS, faults_in, leases, reading
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.models import Target
from tracker.core import serving
from tracker.core.db.unit_of_work import unit_of_work
from tracker.programmes.models import Period
from tracker.progress.models import Draft

SAVERS = 12
KILLS, EVERY_SECONDS = 3, 0.3
AT_ONCE_SECONDS, RESTART_SECONDS = 60.0, 240.0


@contextmanager
def killing(server: Server) -> Iterator[set[int]]:
    """Kill one worker after another, by its id, while the block runs; gives the ids of the killed."""
    killed: set[int] = set()
    over = threading.Event()

    def kill() -> None:
        while len(killed) < KILLS and not over.wait(EVERY_SECONDS):
            victim = next((worker for worker in server.workers if worker.pid not in killed), None)
            if victim is not None:
                victim.kill()
                killed.add(victim.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
        killer.join(240)
    finally:
        over.set()


def test_people_who_press_again_get_through_and_each_save_is_there_once(server: Server) -> None:
    """Whose connection was cut presses again; where the first press had got through, the second changes nothing."""
    people = {body: server.person(body, Office.OFFICER) for body in ("SXD", "SYT")}

    def save(number: int) -> int:
        figure = DRAFTS[number]
        own, text = people[figure.body], f"Số {number}"
        return own.until_answered(figure.path, version="0", language="vi", value=str(number), narrative=text).status

    with killing(server) as killed, ThreadPoolExecutor(SAVERS) as pool:
        statuses = list(pool.map(save, range(len(DRAFTS))))
    assert len(killed) == KILLS
    assert set(statuses) == {303}
    with reading(server.database, server.instance) as session:
        kept = sa.select(Target.token, Period.code, Draft.typed).join(Draft.target).join(Draft.period)
        kept = kept.where(Period.code == DRAFTS[0].period)
        stored = {(token, code, typed["value"], typed["narrative"]) for token, code, typed in session.execute(kept)}
        saves = session.scalars(sa.select(AuditEvent.detail).where(AuditEvent.event == "draft.saved"))
        assert sum(detail["place"] == DRAFTS[0].period for detail in saves) == len(DRAFTS)
        assert faults_in(session, server.instance) == []
    assert stored == {
        (f"target-{figure.target}", figure.period, str(number), f"Số {number}") for number, figure in enumerate(DRAFTS)
    }


def test_the_master_starts_new_workers_and_nothing_is_held(server: Server) -> None:
    """Killed while it held the lock of its figure: the next one to write does not wait for the dead."""
    officer, figure = server.person("SXD", Office.OFFICER), DRAFTS[0]
    before = {worker.pid for worker in server.workers}
    with ThreadPoolExecutor(SAVERS) as pool:
        presses = [
            pool.submit(officer.until_answered, figure.path, version="1", language="vi", value=str(number))
            for number in range(SAVERS)
        ]
        time.sleep(0.05)
        for worker in server.workers:
            worker.kill()
        statuses = [press.result().status for press in presses]
    assert sorted(set(statuses)) in ([303], [303, 409])
    give_up_at = time.monotonic() + RESTART_SECONDS
    while len(server.workers) < serving.WORKERS and time.monotonic() < give_up_at:
        time.sleep(0.1)
    assert len(server.workers) == serving.WORKERS
    assert before.isdisjoint(worker.pid for worker in server.workers)
    began = time.monotonic()
    with reading(server.database, server.instance) as session:
        session.rollback()
        with unit_of_work() as writing:
            writing.scalar(sa.select(Target.id).order_by(Target.id).with_for_update())
        assert leases(session) == []
        assert faults_in(session, server.instance) == []
    assert time.monotonic() - began < AT_ONCE_SECONDS
