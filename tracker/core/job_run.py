"""What a scheduled job leaves behind: its lease, its heartbeat and its history, in one row a run."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db.database import Base, Key, LongText, Text40


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
    detail: Mapped[LongText | None]

    __table_args__ = (sa.UniqueConstraint("job", "scheduled_for"), sa.Index("ix_job_run_history", "job", "started_at"))


class SchedulerBeat(Base):
    """The last sign of life of the scheduler process; one row."""

    __tablename__ = "scheduler_beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    process: Mapped[Text40]
