"""Erasing as whole commands, with transactions of their own: a preview in lines, and on a decision the deed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.privacy import ledger, queries, service
from tracker.settings import Settings


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided (a person's number or mail address), and why."""

    by: str
    reason: str


def person(settings: Settings, key: str, decision: Decision | None) -> Iterator[str]:
    """What erasing a person blanks, keeps and leaves, a line each; erased only on a decision. Raises DomainError, also
    for a preview of what would be refused."""
    session = database.session()
    found = service.erasable_person(session, clock.moment(), key)
    yield from map(str, queries.preview_person(session, found))
    session.rollback()
    if decision is not None:
        with unit_of_work() as session:
            number = service.erase_person(
                session, clock.moment(), key=key, decided_by=decision.by, reason=decision.reason
            )
        catch_up(settings)
        yield f"erased   person {number}"


def file(settings: Settings, key: str, decision: Decision | None) -> Iterator[str]:
    """What erasing a file removes and blanks, a line each; erased only on a decision. Raises DomainError, also
    for a preview of what would be refused."""
    session = database.session()
    sha256 = service.erasable_file(session, key)
    yield from map(str, queries.preview_file(session, sha256, service.size_of(settings.files_folder, sha256)))
    session.rollback()
    if decision is not None:
        with unit_of_work() as session:
            service.erase_file(session, clock.moment(), key=key, decided_by=decision.by, reason=decision.reason)
        catch_up(settings)
        yield f"erased   file {sha256}"


def again(settings: Settings, path: Path | None = None) -> int:
    """After an older state was restored: erase again what the ledger (the instance folder's, or another) tells of.

    Returns how many of them had come back. Harmless at any time. Raises LedgerError.
    """
    told = list(ledger.read(path or settings.instance / ledger.NAME))
    with unit_of_work() as session:
        back = service.erase_again(session, clock.moment(), told)
    return back + catch_up(settings)


def catch_up(settings: Settings) -> int:
    """Do what lies outside the database for each erasure in it; how many files still had their bytes."""
    with unit_of_work() as session:
        return service.catch_up(session, settings.instance, settings.files_folder)
