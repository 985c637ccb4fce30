"""Erasing a person or a file, for good: also from what a backup brings back. Rows stay, with numbers and hashes."""

import re
import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.accounts import erasing as accounts
from tracker.audit import queries as audit
from tracker.audit import service as record
from tracker.audit.events import Event
from tracker.channels import choosing as channels
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, NotFound
from tracker.core.files.store import path_of
from tracker.core.languages import _l
from tracker.mail import service as mail
from tracker.people import queries as people
from tracker.people import service as persons
from tracker.people.models import Person
from tracker.privacy import ledger, queries
from tracker.privacy.ledger import Told
from tracker.progress import erasing as evidence
from tracker.signing import originals

PERSON, FILE = "person", audit.FILE
ERASED = {PERSON: Event.PERSON_ERASED, FILE: Event.FILE_ERASED}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def erasable_person(session: Session, now: Moment, key: str) -> Person:
    """Whom an erasure of this key would blank. Raises NotFound, DomainError where nobody can be erased by it."""
    person = queries.find_person(session, key)
    if person is None:
        raise NotFound(_l("There is no such person."))
    if person.erased_on is not None:
        raise DomainError(_l("This person is erased already."))
    if queries.holds_office(session, now, person.id):
        raise DomainError(_l("This person holds an office. End that first: whoever answers for a body must be known."))
    return person


def erasable_file(session: Session, key: str) -> str:
    """The SHA-256 of the file that an erasure of this key would remove. Raises NotFound, DomainError as above."""
    sha256 = key.lower()
    if queries.is_document(session, sha256):
        raise DomainError(_l("This is a document that was made here: official documents are kept."))
    if not _SHA256.fullmatch(sha256) or not queries.places(session, sha256):
        raise NotFound(_l("There is no such file."))
    if audit.is_erased(session, FILE, sha256):
        raise DomainError(_l("This file is erased already."))
    return sha256


def erase_person(session: Session, now: Moment, *, key: str, decided_by: str, reason: str) -> int:
    """Blank a person (by number or mail address), with account and mails; the number stays wherever it stands.

    Returns the number. Raises NotFound, DomainError where the person holds an office or is erased already, and
    FieldError for a reason that is empty or names the person.
    """
    person = erasable_person(session, now, key)
    decider = _decider(session, decided_by)
    if decider == person.id:
        raise DomainError(_l("Nobody decides on their own erasure."))
    names = [name for name in (person.name, person.email) if name]
    _keep(session, now, PERSON, person.token, _reason(reason, names), decider, number=person.id)
    _blank(session, now, person.id, person.email)
    return person.id


def erase_file(session: Session, now: Moment, *, key: str, decided_by: str, reason: str) -> int:
    """Say of a file (by its SHA-256) that it is erased, and take its name away; `catch_up` then removes the bytes.

    Returns in how many places it stood. Raises NotFound, DomainError where it is erased already or kept, FieldError.
    """
    sha256 = erasable_file(session, key)
    _keep(session, now, FILE, sha256, _reason(reason, ()), _decider(session, decided_by))
    evidence.erase(session, now, sha256)
    return queries.places(session, sha256)


def catch_up(session: Session, instance: Path, files: Path) -> int:
    """Do what lies outside the database for each erasure in it: its line in the ledger, and a file's bytes removed.

    Called after the commit and again each night, so that neither a crash nor the same file sent again undoes one.
    Returns how many files were removed.
    """
    known = {(told.kind, told.subject) for told in ledger.read(instance / ledger.NAME)}
    erasures = list(audit.erasures(session))
    tokens = people.tokens(session, {one.decided_by_id for one in erasures if one.decided_by_id is not None})
    new = [
        Told(one.kind, one.subject, one.reason, tokens.get(one.decided_by_id or 0), one.at.isoformat())
        for one in erasures
        if (one.kind, one.subject) not in known
    ]
    ledger.append(instance / ledger.NAME, new)
    return sum(_remove(instance, files, one.subject) for one in erasures if one.kind == FILE)


def erase_again(session: Session, now: Moment, told: list[Told]) -> int:
    """After an older state was restored: erase again what was erased since. Returns how many of them were back.

    A person is known by the token, so that nobody else is taken for one who came after the backup.
    """
    back = 0
    for one in told:
        if not audit.is_erased(session, one.kind, one.subject):
            decider = queries.by_token(session, one.decided_by) if one.decided_by else None
            then = Moment(one.instant, now.on)
            _keep(session, then, one.kind, one.subject, one.reason, decider.id if decider else None)
        if one.kind == FILE:
            back += evidence.erase(session, now, one.subject) > 0
            continue
        person = queries.by_token(session, one.subject)
        if person is not None and person.erased_on is None:
            _blank(session, now, person.id, person.email)
            back += 1
    return back


def _blank(session: Session, now: Moment, person_id: int, email: str | None) -> None:
    accounts.erase(session, person_id=person_id, email=email)
    channels.forget(session, person_id)
    mail.forget(session, person_id)
    persons.erase(session, now, person_id)
    session.flush()


def _keep(
    session: Session,
    now: Moment,
    kind: str,
    subject: str,
    reason: str,
    decider: int | None,
    number: int | None = None,
) -> None:
    erasure = record.record_erasure(session, now, kind=kind, subject=subject, reason=reason, decided_by_id=decider)
    detail: dict[str, object] = {"erasure": erasure.id}
    if kind == FILE:
        detail["sha256"] = subject
    record.record(session, now, ERASED[kind], actor_id=decider, subject=(kind, number), detail=detail)


def _decider(session: Session, key: str) -> int:
    person = queries.find_person(session, key)
    if person is None or person.erased_on is not None:
        raise FieldError("by", _l("Say who decided: a person's number or mail address."))
    return person.id


def _reason(text: str, names: list[str] | tuple[str, ...]) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise FieldError("reason", _l("Say why: the decision, and the rule that it follows."))
    if any(name.casefold() in reason.casefold() for name in names):
        raise FieldError("reason", _l("The reason is kept for ever, so it must not name the person."))
    return reason


def _remove(instance: Path, files: Path, sha256: str) -> bool:
    path = path_of(files, sha256)
    there = path.exists()
    shutil.rmtree(originals.page_images(instance, sha256), ignore_errors=True)
    path.unlink(missing_ok=True)
    return there


def size_of(files: Path, sha256: str) -> int | None:
    """How many bytes of a file are stored; none where they are gone."""
    path = path_of(files, sha256)
    return path.stat().st_size if path.exists() else None
