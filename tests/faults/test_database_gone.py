"""The database frozen, stopped, or held by another: a clear page in the reader's language, and back without hands."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.faults import impatient, world
from tests.faults.browser import Answer
from tests.faults.outage import Postgres, own_postgres
from tests.faults.server import PRODUCT, Server, serving_web
from tests.faults.world import FIGURES, reading
from tracker import create_app
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core import patience

LONG = bool(os.environ.get("FAULTS_LONG"))
OUTAGE_SECONDS = 30 if LONG else 3
FIGURE = FIGURES[0]
TYPED = {"language": "vi", "value": "120", "narrative": "Đã đối chiếu sổ gốc & biên bản"}
NOT_NOW = {"vi": "Hệ thống chưa sẵn sàng", "en": "The service is not ready yet"}
# In the short form the same promise with smaller numbers.
APPLICATION = PRODUCT if LONG else "tests.faults.impatient:app()"
LIMITS = patience if LONG else impatient
# A frozen server: the ping of a connection that was kept, then a new one, and the page itself.
LONGEST_ANSWER = LIMITS.STATEMENT_SECONDS + LIMITS.CONNECT_SECONDS + 5


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with own_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def server(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    instance = tmp_path_factory.mktemp("instance")
    address = postgres.server.url(postgres.server.new_database())
    world.fill(create_app(world.settings(address, instance)))
    with serving_web(address, instance, APPLICATION) as running:
        yield running


def ready(server: Server) -> Answer:
    """What the health page says to a machine that watches."""
    return server.browser().get("/readyz")


def saves(server: Server) -> int:
    with reading(server.database, server.instance) as session:
        return session.scalar(sa.select(sa.func.count()).where(AuditEvent.event == "draft.saved")) or 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_stopped_it_is_told_at_once_with_what_was_typed_and_the_same_press_gets_through_later(
    server: Server, postgres: Postgres, language: str
) -> None:
    """The reader's own language is not the browser's: it is known without asking the database."""
    officer = server.person("SXD", Office.OFFICER, "en" if language == "vi" else "vi")
    officer.post("/language", language=language)
    officer.cookies.pop("language")  # chosen on another device
    officer.get(FIGURE.path)
    figure = FIGURES[0] if language == "vi" else FIGURES[4]
    before = saves(server)
    with postgres.gone():
        page, press = officer.get(figure.path), officer.post(figure.path, version="0", **TYPED)
        for answer in (page, press):
            assert answer.status == 503
            assert NOT_NOW[language] in answer.text
            assert answer.headers["Retry-After"]
            assert answer.seconds < 5
        assert TYPED["narrative"] in press.text
        assert 'name="value" value="120"' in press.page
        health = ready(server)
        assert health.status == 503
        assert '"check": "database", "ok": false' in health.page
        time.sleep(OUTAGE_SECONDS)
    assert '"check": "database", "ok": true' in ready(server).page
    assert officer.post(figure.path, version="0", **TYPED).status == 303
    assert saves(server) == before + 1


def test_frozen_nobody_waits_longer_than_is_said_and_what_is_saved_then_is_saved_once(
    server: Server, postgres: Postgres
) -> None:
    """A frozen server takes what is sent and answers nothing, so only whoever waits can give up."""
    officer, figure = server.person("SYT", Office.OFFICER), FIGURES[2]
    assert officer.get(figure.path).status == 200
    before = saves(server)
    with ThreadPoolExecutor(3) as pool, postgres.frozen():
        press = pool.submit(officer.post, figure.path, version="0", **TYPED)
        health = pool.submit(ready, server)
        for answer in (press.result(), health.result()):
            assert answer.status == 503
            assert answer.seconds < LONGEST_ANSWER
        assert TYPED["narrative"] in press.result().text
    assert officer.until_answered(figure.path, version="0", **TYPED).status == 303
    assert saves(server) == before + 1
