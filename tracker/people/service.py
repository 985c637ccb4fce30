"""Changing persons: one verb per change. Accounts and offices have their own rooms."""

import secrets

from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import LANGUAGES, _l
from tracker.people.models import Person
from tracker.people.queries import has_broken_address

TOKEN_BYTES = 16


def register(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    name: str,
    email: str | None = None,
    language: str | None = None,
    wants_mail: bool = True,
) -> Person:
    """Add a person and return it with its id. The mail address is kept in lower case.

    Raises FieldError for an empty name, an address that is not of plain letters, and an unknown language.
    """
    person = Person(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        name=_whole(name),
        email=of_plain_letters(normal_address(email)) if email else None,
        language=_known(language),
        wants_mail=wants_mail,
    )
    session.add(person)
    session.flush()
    record(session, now, Event.PERSON_REGISTERED, actor_id=actor_id, subject=("person", person.id))
    return person


def change(
    session: Session, now: Moment, *, actor_id: int | None, person_id: int, name: str, language: str | None
) -> bool:
    """Enter another name or language of a person; returns whether anything is new. Raises FieldError."""
    person = _get(session, person_id)
    new = {"name": _whole(name), "language": _known(language)}
    differing = sorted(field for field, value in new.items() if getattr(person, field) != value)
    if not differing:
        return False
    detail = {"fields": differing, **changes(language=(person.language, new["language"]))}
    person.name, person.language = str(new["name"]), new["language"]
    session.flush()
    subject = ("person", person_id)
    record(session, now, Event.PERSON_CHANGED, actor_id=actor_id, subject=subject, detail=detail)
    return True


def choose_language(session: Session, now: Moment, *, actor_id: int, language: str) -> None:
    """A person chooses the language of their pages and mails. Raises FieldError for an unknown one."""
    person = _get(session, actor_id)
    if person.language != _known(language):
        before, person.language = person.language, language
        session.flush()
        subject, detail = ("person", actor_id), changes(language=(before, language))
        record(session, now, Event.PERSON_LANGUAGE_CHOSEN, actor_id=actor_id, subject=subject, detail=detail)


def wish_for_mail(session: Session, now: Moment, *, actor_id: int, wants_mail: bool) -> None:
    """A person says whether reminders shall come by mail."""
    person = _get(session, actor_id)
    if person.wants_mail != wants_mail:
        person.wants_mail = wants_mail
        session.flush()
        detail = changes(wants_mail=(not wants_mail, wants_mail))
        record(session, now, Event.PERSON_MAIL_WISHED, actor_id=actor_id, subject=("person", actor_id), detail=detail)


def trust_address(session: Session, now: Moment, *, actor_id: int, person_id: int) -> bool:
    """Somebody says that mails reach a person's address again, though one came back: from now on it counts as a new
    one. Returns whether one had come back."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or not has_broken_address(session, person_id):
        return False
    person.address_since = now.at
    session.flush()
    record(session, now, Event.PERSON_ADDRESS_TRUSTED, actor_id=actor_id, subject=("person", person_id))
    return True


def erase(session: Session, now: Moment, person_id: int) -> None:
    """Blank a person: name, mail address and wishes. The row and its number stay, so that the record stays whole.

    The name is stored, and in Vietnamese, so that every page and sheet that shows a name says what happened.
    """
    person = _get(session, person_id)
    person.name, person.email, person.language = f"Người đã xóa số {person_id}", None, None
    person.wants_mail, person.address_since, person.erased_on = False, None, now.on
    session.flush()


def normal_address(email: str) -> str:
    """A mail address as it is stored and compared: trimmed, in lower case, signs of full width as usual ones, the
    domain in the letters of the network (`xn--…`). What is no address stays none."""
    visible = letters.code(email).lower()
    local, at, domain = visible.rpartition("@")
    try:
        return local + at + (domain if domain.isascii() else domain.encode("idna").decode())
    except UnicodeError:
        return visible


def of_plain_letters(address: str) -> str:
    """The address itself. Raises FieldError for one with letters that few mail servers take before the @."""
    if not address.isascii():
        raise FieldError(
            "email", _l("Before the @ stands a letter with a mark, perhaps a slip of the keyboard. Type it without")
        )
    return address


def _get(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(_l("There is no such person."))
    return person


def _whole(name: str) -> str:
    wrong = letters.fault(name)
    if wrong is not None:
        raise FieldError("name", wrong)
    whole = letters.line(name)
    if letters.says_nothing(whole):
        raise FieldError("name", _l("Enter a name"))
    return whole


def _known(language: str | None) -> str | None:
    if language is not None and language not in LANGUAGES:
        raise FieldError("language", _l("Choose one of the languages"))
    return language
