"""Background work: whether the scheduler lives, what each job did last, and every run."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template, request, url_for
from sqlalchemy.orm import Session

from tracker.core.actions import Action, action
from tracker.core.db import database
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun
from tracker.core.languages import _l, format_number
from tracker.core.tables import Column, Filter, Listing, SortKey, counted, fetch_page, read_query
from tracker.core.web.health import last_beat, scheduler_silent_since
from tracker.mail.queries import FAILED_COUNT
from tracker.monitoring import words
from tracker.monitoring.blueprint import blueprint
from tracker.monitoring.settings import remarks
from tracker.people import queries as people
from tracker.permissions.guard import current_reader

RUN = sa.inspect(JobRun).local_table.c
COLUMNS = (RUN.job, RUN.scheduled_for, RUN.attempt, RUN.started_at, RUN.finished_at, RUN.result, RUN.units, RUN.detail)

LISTING = Listing(
    columns=(
        Column("started", _l("Started"), (SortKey(RUN.started_at, datetime),)),
        Column("job", _l("Job")),
    ),
    default_sort="-started",
    identity=SortKey(RUN.id, int),
    filters=(
        Filter("job", _l("Job"), where=lambda job: RUN.job == job, choices=tuple(words.JOBS.items())),
        Filter(
            "result",
            _l("Result"),
            where=lambda result: RUN.result == result,
            choices=tuple((key, label) for key, (_tone, _shape, label) in words.RESULTS.items()),
        ),
    ),
)


@blueprint.get("/jobs")
@action(Action.SEE_JOBS)
def jobs() -> str:
    """The scheduler's sign of life, the last run of each job, and the history of runs."""
    session = database.session()
    failed, broken = _unreached(session)
    query = read_query(LISTING, request.args, url_for("monitoring.jobs"))
    statement = sa.select(*COLUMNS)
    page = fetch_page(session, statement, query)
    return render_template(
        "monitoring/jobs.html",
        query=query,
        page=page,
        count=counted(session, statement, query),
        runs=[_run(row) for row in page.rows],
        last=_last(session),
        beat=last_beat(),
        silent_since=scheduler_silent_since(settings_of(current_app)),
        choices=_choices(),
        failed=failed,
        broken=broken,
    )


def _unreached(session: Session) -> tuple[int, int]:
    """How many mails failed and how many persons cannot be reached, for who can mend it."""
    if not current_reader().may(Action.MANAGE_ACCOUNTS):
        return 0, 0
    failed, broken = session.execute(sa.select(FAILED_COUNT, people.BROKEN_COUNT)).one()
    return failed, broken


def _choices() -> dict[str, Sequence[tuple[str, Any]]]:
    return {one.key: one.choices for one in LISTING.filters}


def _last_of(job: str) -> sa.Select[Any]:
    """The last run of a job: one seek in the index of its history."""
    latest = sa.select(*COLUMNS).where(RUN.job == job).order_by(RUN.started_at.desc()).limit(1)
    return sa.select(latest.subquery())


_LAST = sa.union_all(*map(_last_of, words.JOBS))


def _last(session: Session) -> list[dict[str, Any]]:
    """The last run of each job."""
    runs = {row.job: _run(row) for row in session.connection().execute(_LAST)}
    return [runs.get(job) or {"job": label, "code": job, "started_at": None} for job, label in words.JOBS.items()]


def _run(row: Any) -> dict[str, Any]:
    tone, shape, label = words.RESULTS.get(row.result, ("silent", "ring", row.result))
    return {
        "job": words.JOBS.get(row.job, row.job),
        "code": row.job,
        "scheduled_for": row.scheduled_for,
        "started_at": row.started_at,
        "took": _took(row.started_at, row.finished_at),
        "mark": (tone, shape, label),
        "units": format_number(row.units),
        "attempt": row.attempt,
        "detail": remarks.told(row.detail),
    }


def _took(started_at: datetime, finished_at: datetime | None) -> str:
    """How long a run took, to the tenth of a second; a dash while it runs."""
    if finished_at is None:
        return format_number(None)
    tenths = max(0, round((finished_at - started_at).total_seconds() * 10))
    return f"{format_number(tenths // 10)}{_decimal()}{tenths % 10}\u00a0s"


def _decimal() -> str:
    """The decimal sign of the reader's language."""
    return format_number("0.5")[1]
