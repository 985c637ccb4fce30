"""The verbs of letters, one for each move. What makes a document of one is in `issuing`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.audit import digests
from tracker.commitments.models import Target
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError
from tracker.core.files.kinds import PDF
from tracker.core.files.store import StoredUpload
from tracker.core.languages import DEFAULT, Text, _, _l, in_language, text_by_language
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frames
from tracker.signing.documents import register
from tracker.signing.models import DocumentNumber, MadeDocument
from tracker.urging import apologies, lateness, moving
from tracker.urging.late_files import LateFiles
from tracker.urging.models import Letter, LetterMove
from tracker.urging.moving import Actor
from tracker.urging.states import Kind, Move, State

PASSAGES: Mapping[Kind, tuple[str, ...]] = {
    Kind.URGING: ("opening", "demand"),
    Kind.APOLOGY: ("opening", "cause", "remedy"),
}
DAYS_TO_ANSWER = 10  # working days, where nobody says another day
NOTHING_LATE = _l("Nothing is late in this body by now.")
_MISSING: Mapping[str, Text] = {
    "opening": _l("Write what the letter begins with"),
    "demand": _l("Write what is asked of the body"),
    "cause": _l("Say why the files were late"),
    "remedy": _l("Say what is done, and by when"),
}


def draft(session: Session, now: Moment, *, reader: Reader | None, agency_id: int) -> Letter:
    """Draft the letter that urges a body (`reader` none: the nightly job). Raises Forbidden, DomainError where nothing
    is late; a second open one is a violated constraint."""
    actor = _first(reader, Kind.URGING, Move.DRAFT, agency_id)
    rows = lateness.of_body(session, now.on, agency_id)
    if not rows:
        raise DomainError(NOTHING_LATE)
    body = session.get_one(Agency, agency_id)
    letter = _new(session, now, Kind.URGING, agency_id, words=usual_words(Kind.URGING, body))
    letter.answer_by = usual_day(session, now.on, rows[0].target_id, DAYS_TO_ANSWER)
    _begin(session, now, actor, letter, {"late": len(rows)})
    return letter


def owe(session: Session, now: Moment, found: LateFiles) -> Letter:
    """Ask a body to apologise for the late files of a report, by the rule of its programme: the nightly job."""
    actor = moving.by_job(Kind.APOLOGY, Move.OWE, None)
    rule = apologies.on_day(session, now.on).get(found.programme_id, apologies.NONE)
    body = session.get_one(Agency, found.agency_id)
    letter = _new(
        session, now, Kind.APOLOGY, found.agency_id, words=usual_words(Kind.APOLOGY, body), report_id=found.report_id
    )
    letter.answer_by = usual_day(session, now.on, found.target_id, rule.days)
    _begin(session, now, actor, letter, {"late": str(found.late)})
    return letter


def write(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    letter_id: int,
    version: int,
    words: Mapping[str, str | None],
    answer_by: date | None = None,
) -> LetterMove | None:
    """Change the words of a letter, and by when it is to be answered; none where nothing differs. Raises FieldError
    beside its field."""
    letter, actor = _ready(session, reader, letter_id, version, Move.WRITE)
    kind = Kind(letter.kind)
    written = {name: moving.passage(name, words.get(name), _MISSING[name]) for name in PASSAGES[kind]}
    if kind is Kind.URGING:
        _later(now, answer_by)
    day = answer_by if kind is Kind.URGING else letter.answer_by
    if (written, day) == (letter.words, letter.answer_by) and letter.state != State.OWED:
        return None
    letter.words, letter.answer_by = written, day
    detail = {"words": written} | ({"answer_by": day.isoformat()} if day else {})
    return moving.make(session, now, actor, letter, detail=detail)


def submit(session: Session, now: Moment, *, reader: Reader, letter_id: int, version: int) -> LetterMove:
    """Put a reviewed letter before whoever signs. Raises DomainError where nothing is late any more, or its day is
    over."""
    letter, actor = _ready(session, reader, letter_id, version, Move.SUBMIT)
    if not lateness.of_body(session, now.on, letter.agency_id):
        raise DomainError(NOTHING_LATE)
    _later(now, letter.answer_by)
    return moving.make(session, now, actor, letter)


def say(
    session: Session, now: Moment, *, reader: Reader, letter_id: int, version: int, move: Move, text: str
) -> LetterMove:
    """Make a move that takes a text and nothing else: handed back, asked again, not found, closed."""
    letter, actor = _ready(session, reader, letter_id, version, move)
    return moving.make(session, now, actor, letter, text=text)


def scan(
    session: Session, now: Moment, *, reader: Reader, letter_id: int, version: int, file: StoredUpload
) -> LetterMove:
    """Take in the signed paper, as a PDF. Raises FieldError beside `file`."""
    letter, actor = _ready(session, reader, letter_id, version, Move.SCAN)
    if file.media_type != PDF:
        raise FieldError("file", _l("Send the signed paper as a PDF"))
    letter.way = "paper"
    return moving.make(session, now, actor, letter, files=[file], told={"sha256": file.sha256})


def send(session: Session, now: Moment, *, reader: Reader, letter_id: int, version: int) -> LetterMove:
    """Send a signed letter: from now on its body sees it."""
    letter, actor = _ready(session, reader, letter_id, version, Move.SEND)
    letter.sent_at = letter.sent_at or now.at
    return moving.make(session, now, actor, letter)


def answer(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    letter_id: int,
    version: int,
    text: str,
    file: StoredUpload | None = None,
) -> LetterMove:
    """The head answers: what will be done, by when, with a file if there is one."""
    letter, actor = _ready(session, reader, letter_id, version, Move.ANSWER)
    return moving.make(session, now, actor, letter, text=text, files=[file] if file else ())


def publish(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    letter_id: int,
    version: int,
    text: str,
    file: StoredUpload | None = None,
) -> LetterMove:
    """The body says where its apology was published: an address or a text, with a picture or a file of it."""
    letter, actor = _ready(session, reader, letter_id, version, Move.PUBLISH)
    return moving.make(session, now, actor, letter, text=text, files=[file] if file else ())


def withdraw(session: Session, now: Moment, *, reader: Reader, letter_id: int, version: int, text: str) -> LetterMove:
    """Withdraw a letter that was not sent; its number, where it has one, stays in the register as cancelled."""
    letter, actor = _ready(session, reader, letter_id, version, Move.WITHDRAW)
    number = number_of(session, letter)
    made = moving.make(session, now, actor, letter, text=text)
    if number is not None:
        whose = {"agency_id": letter.agency_id, "person_id": reader.person_id}
        register.cancel(session, now, number.id, reason=made.text or "", **whose)
    return made


def settle(session: Session, now: Moment, letter_id: int) -> LetterMove | None:
    """Close a letter that was sent, once all that was late is done; none where something still is."""
    letter = moving.locked(session, letter_id)
    if State(letter.state) not in (State.SENT, State.ANSWERED) or lateness.of_body(session, now.on, letter.agency_id):
        return None
    return moving.make(session, now, moving.by_job(Kind.URGING, Move.SETTLE, State(letter.state)), letter)


def usual_words(kind: Kind, body: Agency) -> dict[str, str]:
    """What a letter says, as long as nobody writes other words: official ones, in Vietnamese."""
    with in_language(DEFAULT):
        name = text_by_language(body.name)
        if kind is Kind.APOLOGY:
            opening = _(
                "On behalf of %(body)s I apologise to the organisations and persons whose files were settled late, "
                "and to all who were kept waiting.",
                body=name,
            )
            return {"opening": opening, "cause": "", "remedy": ""}
        opening = _(
            "Following how bodies carry out their commitments on administrative reform, the People's Committee sees "
            "that at %(body)s the work listed below is past its day, although it was reminded of many times.",
            body=name,
        )
        demand = _(
            "The People's Committee asks the head of %(body)s to see in person that what is listed above is reported "
            "and completed at once; to say why it is late, who answers for it, and by when each thing will be done.\n"
            "The Office of the People's Committee follows this, and reports to the Chair what comes of it.",
            body=name,
        )
        return {"opening": opening, "demand": demand}


def usual_day(session: Session, on: date, target_id: int, days: int) -> date:
    """So many working days ahead, by the calendar of a target's programme."""
    programme_id = session.get_one(Target, target_id).programme_id
    return Frames(session).of({programme_id})[programme_id].calendar.plus(on, days)


def number_of(session: Session, letter: Letter) -> DocumentNumber | None:
    """The number of a letter, where it has one."""
    of_it = sa.select(DocumentNumber).join(MadeDocument, MadeDocument.number_id == DocumentNumber.id)
    return session.scalars(of_it.where(MadeDocument.id == letter.document_id)).one_or_none()


def _later(now: Moment, day: date | None) -> None:
    if day is None or day <= now.on:
        raise FieldError("answer_by", _l("Enter a day ahead by which the body is to answer"))


def _first(reader: Reader | None, kind: Kind, move: Move, agency_id: int) -> Actor:
    if reader is None:
        return moving.by_job(kind, move, None)
    return moving.permitted(reader, kind, move, None, agency_id)


def _ready(session: Session, reader: Reader, letter_id: int, version: int, move: Move) -> tuple[Letter, Actor]:
    letter = moving.locked(session, letter_id)
    actor = moving.permitted(reader, Kind(letter.kind), move, State(letter.state), letter.agency_id)
    moving.same_version(letter, version)
    return letter, actor


def _new(
    session: Session,
    now: Moment,
    kind: Kind,
    agency_id: int,
    *,
    words: dict[str, str],
    report_id: int | None = None,
) -> Letter:
    letter = Letter(
        token=moving.new_token(),
        kind=str(kind),
        agency_id=agency_id,
        report_id=report_id,
        drafted_at=now.at,
        state=str(State.OWED if kind is Kind.APOLOGY else State.DRAFTED),
        state_since=now.at,
        version=0,
        words=words,
    )
    session.add(letter)
    session.flush()
    return letter


def _begin(session: Session, now: Moment, actor: Actor, letter: Letter, told: dict[str, Any]) -> None:
    detail = {"words": letter.words} | ({"answer_by": letter.answer_by.isoformat()} if letter.answer_by else {})
    moving.make(session, now, actor, letter, detail=detail, told=told, facts=list(digests.of_objects(letter)))
