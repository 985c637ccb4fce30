"""How every move of a letter is made: locked, permitted by the table of `states`, written down as a fact, recorded."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit import queries as audit
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core import letters
from tracker.core.actions import Action
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit
from tracker.core.files.store import StoredUpload
from tracker.core.languages import Text, _l
from tracker.permissions.reader import Ground, Reader
from tracker.urging.models import Letter, LetterFile, LetterMove
from tracker.urging.states import TABLE, Kind, Line, Move, Side, State, after, from_state, line_of

TOKEN_BYTES = 16
LONGEST_TEXT = 4_000
NO_LETTER = _l("There is no such letter.")
NOT_NOW = _l("As the letter stands now, this cannot be done.")
NOT_YOURS = _l("Your office does not allow this.")
CHANGED = _l("The letter was changed meanwhile. Look at it again, then decide.")
EVENTS: Mapping[Move, Event] = {
    Move.DRAFT: Event.LETTER_DRAFTED,
    Move.OWE: Event.LETTER_OWED,
    Move.WRITE: Event.LETTER_WRITTEN,
    Move.SUBMIT: Event.LETTER_SUBMITTED,
    Move.HAND_BACK: Event.LETTER_HANDED_BACK,
    Move.SIGN: Event.LETTER_SIGNED,
    Move.NUMBER: Event.LETTER_NUMBERED,
    Move.SCAN: Event.LETTER_SCANNED,
    Move.SEND: Event.LETTER_SENT,
    Move.ANSWER: Event.LETTER_ANSWERED,
    Move.ASK_AGAIN: Event.LETTER_ASKED_AGAIN,
    Move.PUBLISH: Event.LETTER_PUBLISHED,
    Move.NOT_FOUND: Event.LETTER_NOT_FOUND,
    Move.CLOSE: Event.LETTER_CLOSED,
    Move.SETTLE: Event.LETTER_SETTLED,
    Move.WITHDRAW: Event.LETTER_WITHDRAWN,
}
_WHAT_TO_SAY: Mapping[Move, Text] = {
    Move.ANSWER: _l("Say what will be done, and by when"),
    Move.PUBLISH: _l("Say where it was published: an address, or the paper or board with its day"),
    Move.CLOSE: _l("Say what came of it"),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes a move; nobody (`reader` none): the nightly job."""

    line: Line
    side: Side
    reader: Reader | None = None
    ground: Ground | None = None

    @property
    def for_id(self) -> int | None:
        """In whose name, by a stand-in."""
        return self.ground.held.for_id if self.ground else None


def locked(session: Session, letter_id: int) -> Letter:
    """The letter, locked until the transaction ends. Raises NotFound."""
    query = sa.select(Letter).where(Letter.id == letter_id).with_for_update()
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(NO_LETTER)
    return found


def same_version(letter: Letter, version: int | None) -> None:
    """Raises StaleEdit where another version stands than the one that was seen; none: any will do."""
    if version is not None and letter.version != version:
        raise StaleEdit(CHANGED, letter)


def permitted(reader: Reader, kind: Kind, move: Move, state: State | None, agency_id: int) -> Actor:
    """Whoever makes this move, by the table. Raises Forbidden where no office of the reader makes it at all,
    DomainError where it is not to be made now."""
    ways = [way for line in TABLE if line.kind is kind and line.move is move for way in line.ways]
    if not any(action is not None and reader.may(action, agency_id) for _side, action in ways):
        raise Forbidden(NOT_YOURS)
    line = line_of(kind, move, state)
    if line is None:
        raise DomainError(NOT_NOW)
    found = _way(reader, line, agency_id)
    if found is None:
        raise Forbidden(NOT_YOURS)
    return found


def possible(reader: Reader, letter: Letter) -> list[Line]:
    """The moves that the reader can make now."""
    kind, state = Kind(letter.kind), State(letter.state)
    return [line for line in from_state(kind, state) if _way(reader, line, letter.agency_id) is not None]


def by_job(kind: Kind, move: Move, state: State | None) -> Actor:
    """The nightly job."""
    line = line_of(kind, move, state)
    if line is None or (Side.PRODUCT, None) not in line.ways:
        raise DomainError(NOT_NOW)
    return Actor(line, Side.PRODUCT)


def make(
    session: Session,
    now: Moment,
    actor: Actor,
    letter: Letter,
    *,
    text: str | None = None,
    detail: dict[str, Any] | None = None,
    told: dict[str, Any] | None = None,
    files: Iterable[StoredUpload] = (),
    facts: Iterable[Fact] = (),
) -> LetterMove:
    """Make the move: the letter's state and version, the fact, the record. `detail` is kept with the fact, `told` in
    the record. Raises FieldError (on `text`, `file`)."""
    move = actor.line.move
    text = said(move, text) if actor.line.says else None
    before = letter.state if letter.version else None
    letter.state = str(after(actor.line, State(before) if before else None))
    if letter.state != before:
        letter.state_since = now.at
    letter.version += 1
    session.flush()
    made = LetterMove(
        letter_id=letter.id,
        seq=letter.version,
        move=str(move),
        state_before=before,
        state_after=letter.state,
        person_id=actor.reader.person_id if actor.reader else None,
        for_person_id=actor.for_id,
        office=str(actor.ground.held.office) if actor.ground else None,
        at=now.at,
        day=now.on,
        text=text,
        detail=detail,
    )
    session.add(made)
    session.flush()
    kept = [_file(session, now, actor, letter, made, file) for file in files]
    session.flush()
    whom = {"for_person_id": actor.for_id} if actor.for_id else {}
    record(
        session,
        now,
        EVENTS[move],
        actor_id=actor.reader.person_id if actor.reader else None,
        subject=("letter", letter.id),
        agency_id=letter.agency_id,
        detail={**whom, "letter_kind": letter.kind, **(told or {}), **changes(letter_state=(before, letter.state))},
        facts=[*digests.of_objects(made, *kept), *facts],
    )
    return made


def said(move: Move, typed: str | None) -> str:
    """What is said with a move, as it is stored. Raises FieldError where it says nothing, or cannot be taken."""
    return passage("text", typed, _WHAT_TO_SAY.get(move, _l("Say why")))


def passage(field: str, typed: str | None, missing: Text) -> str:
    """A text of several lines as it is stored. Raises FieldError beside its field."""
    text, wrong = letters.passage(typed or ""), letters.fault(typed or "")
    if wrong is not None:
        raise FieldError(field, wrong)
    if letters.says_nothing(text):
        raise FieldError(field, missing)
    if len(text) > LONGEST_TEXT:
        raise FieldError(field, _l("Use %(most)s characters or fewer", most=LONGEST_TEXT))
    return text


def new_token() -> str:
    """A random name for addresses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def _file(
    session: Session, now: Moment, actor: Actor, letter: Letter, move: LetterMove, file: StoredUpload
) -> LetterFile:
    if actor.reader is None:
        raise ValueError("the nightly job brings no files")
    audit.refuse_erased(session, file.sha256, "file")
    row = LetterFile(
        token=new_token(),
        letter_id=letter.id,
        move_id=move.id,
        sha256=file.sha256,
        size=file.size,
        media_type=file.media_type,
        name=file.name,
        uploaded_by_id=actor.reader.person_id,
        uploaded_at=now.at,
    )
    session.add(row)
    return row


def _way(reader: Reader, line: Line, agency_id: int) -> Actor | None:
    for side, action in line.ways:
        if action is None:
            continue
        grounds = sorted(reader.grounds(action, agency_id), key=_own_first)
        if grounds and not (line.move is Move.SIGN and _in_anothers_name(action, grounds[0])):
            return Actor(line, side, reader, grounds[0])
    return None


def _own_first(ground: Ground) -> bool:
    return ground.held.for_id is not None


def _in_anothers_name(action: Action, ground: Ground) -> bool:
    """A body's apology is signed by its head in person."""
    return action is Action.ANSWER_LETTER and ground.held.for_id is not None
