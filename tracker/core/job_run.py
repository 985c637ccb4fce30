"""What a scheduled job leaves behind: its lease, its heartbeat and its history, in one row a run.

What came of a run stands there as a remark: a code and its figures, which the page words in the reader's language.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, Key, Text40

LONGEST_FIGURE = 800  # letters: what a fault or a difference is called is no story


class RemarkCode(Enum):
    """What a run can say of itself, and the figures that go with it."""

    STEPS_FOLLOWED = "steps_followed", "followed"
    COMMITMENTS_EXPIRED = "commitments_expired", "expired"
    DOCUMENTS_SEALED = "documents_sealed", "sealed"
    NOT_SEALED = "not_sealed", "sealed", "why"
    REMOTE_SIGNATURES = "remote_signatures", "signed", "refused"
    LISTS_FETCHED = "lists_fetched", "fetched", "failed"
    DOCUMENTS_MADE = "documents_made", "made", "refused"
    SCANS_SORTED = "scans_sorted", "sorted", "refused"
    RECORDS_LINKED = "records_linked", "linked"
    HEAD_PUBLISHED = "head_published", "seq"
    RUNS_REMOVED = "runs_removed", "removed"
    PART_PROVED = "part_proved", "part", "parts", "targets"
    PART_DIFFERS = "part_differs", "part", "parts", "targets", "differ", "first"
    BACKED_UP = "backed_up", "files", "megabytes", "kept"
    BACKED_UP_WITH_GAPS = "backed_up_with_gaps", "missing", "first"
    DEMO_NOT_BACKED_UP = ("demo_not_backed_up",)
    SIGNS_NOTED = "signs_noted", "noted"
    LETTERS_DRAFTED = "letters_drafted", "drafted", "owed", "closed"
    MAILS_QUEUED = "mails_queued", "queued"
    MAILS_SENT = "mails_sent", "sent", "waiting", "refused"
    MAIL_SERVER_AWAY = "mail_server_away", "sent", "waiting", "refused", "error", "times", "minutes"
    WORDS_SENT = "words_sent", "sent", "waiting", "refused"
    BOUNCES_READ = "bounces_read", "broken", "failed", "other"
    RECALCULATIONS_ANSWERED = "recalculations_answered", "answered"
    FAILED = "failed", "error"

    def __init__(self, key: str, *figures: str) -> None:
        self.key, self.figures = key, figures  # the key is what is stored


@dataclass(frozen=True, slots=True)
class Remark:
    """What came of one run. Raises ValueError where the figures are not those of the code."""

    code: RemarkCode
    figures: Mapping[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.figures) != set(self.code.figures):
            raise ValueError(f"{self.code.key} goes with {self.code.figures}, not with {tuple(self.figures)}")


class RemarkText(sa.types.TypeDecorator[Remark | str]):
    """A remark as JSON. Whatever else stands there, such as the sentences of earlier versions, is read as it is."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Remark | str | None, dialect: sa.Dialect) -> str | None:
        if not isinstance(value, Remark):
            return value
        figures = {name: one[:LONGEST_FIGURE] if isinstance(one, str) else one for name, one in value.figures.items()}
        return json.dumps({"code": value.code.key, **figures}, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Remark | str | None:
        if value is None or not value.startswith("{"):
            return value
        try:
            figures = json.loads(value)
            return Remark(_BY_KEY[figures.pop("code")], figures)
        except (KeyError, ValueError):  # of another version
            return value


_BY_KEY = {code.key: code for code in RemarkCode}


class JobRun(Base):
    """One run of a job for the time it was scheduled for. Whoever holds the lease works; after a crash it runs out and
    the run is redone."""

    __tablename__ = "job_run"

    id: Mapped[Key]
    job: Mapped[Text40]
    scheduled_for: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=1)
    leased_until: Mapped[datetime | None]  # none: finished
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[Text40]  # running, done, failed
    units: Mapped[int] = mapped_column(default=0)  # units of work that were committed
    detail: Mapped[Remark | str | None] = mapped_column(RemarkText)

    __table_args__ = (sa.UniqueConstraint("job", "scheduled_for"), sa.Index("ix_job_run_history", "job", "started_at"))


class SchedulerBeat(Base):
    """The last sign of life of the scheduler process; one row."""

    __tablename__ = "scheduler_beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    process: Mapped[Text40]


LAST_BEAT = sa.select(sa.func.max(SchedulerBeat.at)).scalar_subquery()

_NAMES = sa.select(sa.func.min(JobRun.job).label("job")).cte("name", recursive=True)
_NEXT = sa.select(sa.func.min(JobRun.job)).where(JobRun.job > _NAMES.c.job).scalar_subquery()
_NAMES = _NAMES.union_all(sa.select(_NEXT).where(_NAMES.c.job.is_not(None)))
_ENDED = (
    sa.select(JobRun)
    .where(JobRun.job == _NAMES.c.job, JobRun.finished_at.is_not(None))
    .order_by(JobRun.started_at.desc())
    .limit(1)
)


def _last(column: Any, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return _ENDED.with_only_columns(column).where(*where).scalar_subquery()


# For each job that ever ran: what its last run ended with and when, and when one was last done. By seeks in the index
# of their history, from name to name, however long that is.
LAST_RUNS = (
    sa.select(
        _NAMES.c.job,
        _last(JobRun.result).label("result"),
        _last(JobRun.finished_at).label("ended_at"),
        _last(JobRun.finished_at, JobRun.result == "done").label("done_at"),
    )
    .where(_NAMES.c.job.is_not(None))
    .order_by(_NAMES.c.job)
)
