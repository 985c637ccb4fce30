"""The nightly proof: each night a part of the bodies is held against its facts, all of them within `ROUNDS` nights.

What is proved, `verify` knows; here is whose turn it is, and the mail to the administrators where something differs.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.compliance.records import targets
from tracker.compliance.steps import verify
from tracker.compliance.steps.verify import Difference
from tracker.core.clock import Moment
from tracker.core.db import database
from tracker.permissions import administrators
from tracker.settings import Site

ROUNDS = 28
KIND = "proof"
NAMED = 20  # differences in a mail; the command names all


@dataclass(slots=True)
class Found:
    """What one run has seen so far: how much, the first differences, and how many there are."""

    parts: tuple[int, ...]
    targets: int = 0
    differences: int = 0
    first: list[Difference] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        """Count a difference; keep it if it is one of the first."""
        self.differences += 1
        if len(self.first) < NAMED:
            self.first.append(difference)


def parts(last: date | None, day: date) -> tuple[int, ...]:
    """Whose turn it is on a day: its own part (1 to ROUNDS), after those of the nights since `last` without a run."""
    nights = 1 if last is None else min(max((day - last).days, 1), ROUNDS)
    days = (day - timedelta(days=nights - 1 - n) for n in range(nights))
    return tuple(one.toordinal() % ROUNDS + 1 for one in days)


def bodies(session: Session, part: int) -> list[int]:
    """Ids of the bodies of a part that have targets."""
    return targets.bodies_of_part(session, part, ROUNDS)


def prove(agency_id: int, today: date, found: Found) -> None:
    """Hold one body's steps and sums against its facts, in a transaction of its own that only reads.

    Memory is bounded by a batch of targets; nobody who writes is kept waiting.
    """
    with _reading() as session:
        mine = targets.of_agency(agency_id)
        found.targets += targets.count(session, mine)
        for difference in verify.differences(session, today, mine):
            found.add(difference)


def tell(session: Session, now: Moment, found: Found, site: Site) -> int:
    """Queue one mail about the differences to each administrator; returns how many were queued.

    None about what the same mail of this rotation said already, however often the run is repeated.
    """
    print_of_all = hashlib.sha256("\n".join(map(str, found.first)).encode()).hexdigest()[:16]
    rotation = now.on.toordinal() // ROUNDS
    return administrators.tell(
        session,
        now,
        KIND,
        f"{rotation}:{print_of_all}",
        site,
        found=found,
        subjects=_subjects(found.first),
        more=found.differences - len(found.first),
        page=f"{site.base_url}/jobs",
    )


def _subjects(differences: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """Differences by what they are about, in the order found."""
    found: dict[str, list[Difference]] = {}
    for difference in differences:
        found.setdefault(difference.subject, []).append(difference)
    return list(found.items())


@contextmanager
def _reading() -> Iterator[Session]:
    session = database.session()
    session.rollback()
    database.read_one_state(session)  # a report that comes in meanwhile is seen with its step or not at all
    try:
        yield session
    finally:
        session.rollback()
        session.expunge_all()
