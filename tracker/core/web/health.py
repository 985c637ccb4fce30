"""Whether the process lives (`/healthz`), can do its work (`/readyz`), and whether the scheduler is silent."""

import json
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, current_app, g, request

from tracker.core import clock
from tracker.core.actions import Action, action
from tracker.core.db import migrating
from tracker.core.db.database import db
from tracker.core.extensions import settings_of
from tracker.core.files.viruses import scanner
from tracker.core.job_run import LAST_BEAT, LAST_RUNS
from tracker.settings import Settings, is_loopback

SMTP_TIMEOUT_SECONDS = 2.0
CLOCKS_DIFFER = timedelta(minutes=5)
CLAMD_TIMEOUT_SECONDS = 2.0
SMTP_GREETING = b"220"
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}

blueprint = Blueprint("health", __name__)


class NotReadyError(Exception):
    """A check failed; the text says why, without secrets."""


@dataclass(frozen=True)
class Check:
    """One thing that the product needs. `look` returns a word on what it found, or raises.

    One that is asked of the database is not asked where that does not answer: each would wait for it anew.
    """

    name: str
    look: Callable[[Settings], str]
    required: bool = True
    of_database: bool = False


def init_app(app: Flask) -> None:
    """Remember when this process began, and answer both addresses."""
    app.extensions["started_at"] = clock.now()
    migrating.init_app(app)
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@action(Action.PUBLIC)
def healthz() -> Response:
    """The process lives and answers. Asks nobody else, so that a slow database does not get it killed."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@action(Action.PUBLIC)
def readyz() -> Response:
    """Whether the product can do its work: 200 and a word, or 503. Whoever asks on this machine itself is told why: a
    line of JSON for each check."""
    settings = settings_of(current_app)
    lines: list[dict[str, object]] = []
    for check in CHECKS:
        in_vain = check.of_database and not lines[0]["ok"]
        lines.append(_run(replace(check, look=_not_asked) if in_vain else check, settings))
    if lines[0]["ok"] and _asked_here():
        lines += [_run(check, settings) for check in _jobs()]
    failed = any(line["required"] and not line["ok"] for line in lines)
    status = 503 if failed else 200
    if not _asked_here():
        return Response("not ready\n" if failed else "ready\n", status, mimetype="text/plain")
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return Response(body, status, mimetype="application/x-ndjson")


def _asked_here() -> bool:
    """Whether whoever asks is on this machine, and not behind a proxy that is: that one says for whom it asks."""
    handed_on = any(name in request.headers for name in FORWARDED)
    return not handed_on and is_loopback(request.remote_addr or "")


def _run(check: Check, settings: Settings) -> dict[str, object]:
    began = time.perf_counter()
    try:
        ok, detail = True, check.look(settings)
    except NotReadyError as fault:
        ok, detail = False, str(fault)
    except (OSError, sa.exc.SQLAlchemyError) as fault:
        # The kind alone: its text may hold addresses.
        ok, detail = False, type(fault).__name__
        current_app.logger.warning("not ready: %s", check.name, exc_info=fault)
        db.session.rollback()
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    return {"check": check.name, "ok": ok, "required": check.required, "detail": detail, "ms": milliseconds}


def _database(_settings: Settings) -> str:
    db.session.execute(sa.select(1)).one()
    return str(db.engine.dialect.name)


def _not_asked(_settings: Settings) -> str:
    raise NotReadyError("not asked, since the database does not answer")


def _migrations(_settings: Settings) -> str:
    seen = migrating.seen()
    if seen != migrating.heads():
        raise NotReadyError("the tables are not those of this version: run `tracker db upgrade`")
    return ", ".join(sorted(seen)) or "none yet"


def _smtp(settings: Settings) -> str:
    if settings.demo:
        return "demo mode writes mails as files"
    if settings.smtp_url is None:
        raise NotReadyError("TRACKER_SMTP_URL is not set")
    parts = urlsplit(settings.smtp_url.get_secret_value())
    address = (parts.hostname or "", parts.port or _PORTS[parts.scheme])
    with socket.create_connection(address, SMTP_TIMEOUT_SECONDS) as plain:
        if parts.scheme != "smtps":
            return _greeted(plain)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname) as secured:
            return _greeted(secured)


def _clamd(settings: Settings) -> str:
    clamd = scanner(settings.clamd, CLAMD_TIMEOUT_SECONDS)
    if clamd is None:
        return "not set: files are not checked for viruses"
    if not clamd.answers():
        raise NotReadyError("what answers there is no clamd")
    return "reachable"


def _greeted(connection: socket.socket) -> str:
    """An open port may be anything; a mail server greets with 220."""
    if not connection.recv(512).startswith(SMTP_GREETING):
        raise NotReadyError("what answers there is no mail server")
    return "reachable"


def _scheduler(settings: Settings) -> str:
    silent_since = scheduler_silent_since(settings)
    if silent_since:
        raise NotReadyError(f"silent since {silent_since.isoformat(timespec='seconds')}")
    return "alive"


def _jobs() -> list[Check]:
    """A check for each job that ever ran: whether its last run failed, and when it was last done."""
    rows = db.session.execute(LAST_RUNS)
    return [Check(f"job {row.job}", partial(_job, row), required=False) for row in rows]


def _job(row: Any, _settings: Settings) -> str:
    done = f"last done {row.done_at.isoformat(timespec='seconds')}" if row.done_at else "never done"
    if row.result == "failed":
        raise NotReadyError(f"failed {row.ended_at.isoformat(timespec='seconds')}, {done}")
    return done


def _clock(_settings: Settings) -> str:
    """The clock of this machine against the database's, where that is another program's."""
    if db.engine.dialect.name == "sqlite":
        return "no other clock to compare with"
    off = clock.now() - db.session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    if abs(off) > CLOCKS_DIFFER:
        raise NotReadyError(f"this machine's clock is off the database's by {round(off.total_seconds())} seconds")
    return "as the database's"


def note_beat(at: datetime | None) -> None:
    """Keep for the rest of this request when the scheduler last gave a sign of life, as somebody has read already."""
    g.scheduler_beat = at


def last_beat() -> datetime | None:
    """When the scheduler last gave a sign of life; none where it never did."""
    if "scheduler_beat" not in g:
        note_beat(db.session.scalar(sa.select(LAST_BEAT)))
    return cast(datetime | None, g.scheduler_beat)


def scheduler_silent_since(settings: Settings) -> datetime | None:
    """Since when (UTC) the scheduler has given no sign of life, if that is longer than it may be; else none.

    Where it never gave one, it is silent since this process began.
    """
    last = last_beat()
    if last is None or last > clock.now() + CLOCKS_DIFFER:  # given by a clock that ran ahead
        last = current_app.extensions["started_at"]
    longest = timedelta(minutes=settings.scheduler_silent_after_minutes)
    return last if clock.now() - last > longest else None


CHECKS = (  # the database first
    Check("database", _database),
    Check("migrations", _migrations, of_database=True),
    Check("smtp", _smtp),
    Check("clamd", _clamd, required=False),
    Check("scheduler", _scheduler, required=False, of_database=True),
    Check("clock", _clock, required=False, of_database=True),
)
