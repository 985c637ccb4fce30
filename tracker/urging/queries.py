"""Letters as they are looked for: within a reader's reach, listed, by the one that a page shows."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from tracker.agencies.models import Agency
from tracker.agencies.queries import called
from tracker.core.actions import Action
from tracker.core.db.database import Condition
from tracker.core.languages import Text, _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person
from tracker.permissions.policy import Reach
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.signing.models import DocumentNumber, MadeDocument
from tracker.urging.models import Letter, LetterFile, LetterMove
from tracker.urging.states import Kind, Side, State, turn
from tracker.urging.words import KINDS, STATES

OPEN, ALL = "open", "all"
_L = sa.inspect(Letter).local_table.c
_ENDED = (str(State.CLOSED), str(State.WITHDRAWN))
_SAYS = (str(State.ANSWERED), str(State.CLOSED), str(State.WITHDRAWN), str(State.PUBLISHED))


def visible(reader: Reader) -> Condition:
    """Condition on Letter: the reader may see it. A body sees its apologies, and of letters those that were sent."""
    within = restrict(Letter.agency_id, reader, Action.SEE_LETTERS)
    if any(ground.grant.reach is Reach.ALL for ground in reader.grounds(Action.SEE_LETTERS)):
        return within
    return sa.and_(within, sa.or_(Letter.kind == Kind.APOLOGY, Letter.sent_at.is_not(None)))


def by_token(session: Session, token: str, within: Condition) -> Letter | None:
    """A letter with its body and document; `within` is a condition on Letter."""
    made = joinedload(Letter.document).joinedload(MadeDocument.number)
    asked = sa.select(Letter).where(Letter.token == token, within).options(made, joinedload(Letter.agency))
    found: Letter | None = session.scalars(asked).one_or_none()
    return found


def of_document(session: Session, document_id: int) -> Letter | None:
    """The letter that a document is of."""
    return session.scalars(sa.select(Letter).where(Letter.document_id == document_id)).one_or_none()


def moves_of(session: Session, letter_id: int) -> Sequence[Any]:
    """(LetterMove, who, in whose name) of every move, the first first."""
    holder = sa.orm.aliased(Person)
    asked = (
        sa.select(LetterMove, Person.name.label("who"), holder.name.label("whose"))
        .outerjoin(Person, Person.id == LetterMove.person_id)
        .outerjoin(holder, holder.id == LetterMove.for_person_id)
        .where(LetterMove.letter_id == letter_id)
        .order_by(LetterMove.seq)
    )
    return session.execute(asked).all()


def files_of(session: Session, letter_id: int) -> Sequence[LetterFile]:
    """The files that came with its moves."""
    return session.scalars(sa.select(LetterFile).where(LetterFile.letter_id == letter_id).order_by(LetterFile.id)).all()


def stored_files(session: Session) -> Sequence[str]:
    """The SHA-256 of every file in the store that came with a letter."""
    return session.scalars(sa.select(LetterFile.sha256).distinct()).all()


def open_of_body(session: Session, agency_id: int, within: Condition) -> Sequence[Letter]:
    """The letters and apologies of a body that are not over, the latest first."""
    asked = sa.select(Letter).where(Letter.agency_id == agency_id, Letter.state.not_in(_ENDED), within)
    return session.scalars(asked.order_by(Letter.id.desc())).all()


def last_of_body(session: Session, agency_id: int, within: Condition, most: int) -> Sequence[Any]:
    """The last letters of a body, the latest first, as they are listed."""
    return session.execute(listed(within).where(Letter.agency_id == agency_id).order_by(_L.id.desc()).limit(most)).all()


def bodies(session: Session, within: Condition) -> Sequence[Any]:
    """(code, name) of each body that has a letter within reach."""
    asked = sa.select(Agency.code, Agency.name).where(Agency.id.in_(sa.select(Letter.agency_id).where(within)))
    return session.execute(asked.order_by(Agency.sort_key, Agency.id)).all()


def standing_on(session: Session, on: date) -> Sequence[Any]:
    """(Letter, code and name of its body, its state, since when) of every letter as it stood at the end of a day and
    was not over, the one that stood so longest first."""
    last = sa.select(sa.func.max(LetterMove.seq)).where(LetterMove.letter_id == Letter.id, LetterMove.day <= on)
    asked = (
        sa.select(Letter, Agency.code, Agency.name, LetterMove.state_after.label("state"), LetterMove.day)
        .join(LetterMove, LetterMove.letter_id == Letter.id)
        .join(Agency, Agency.id == Letter.agency_id)
        .where(LetterMove.seq == last.correlate(Letter).scalar_subquery(), LetterMove.state_after.not_in(_ENDED))
        .order_by(LetterMove.day, Letter.id)
    )
    return session.execute(asked).all()


def listed(within: Condition) -> sa.Select[Any]:
    """The columns of the list."""
    said = (
        sa.select(LetterMove.text)
        .where(LetterMove.letter_id == Letter.id, LetterMove.text.is_not(None), LetterMove.state_after.in_(_SAYS))
        .order_by(LetterMove.seq.desc())
        .limit(1)
        .correlate(Letter)
        .scalar_subquery()
    )
    return (
        sa.select(
            *(_L.id, _L.token, _L.kind, _L.state, _L.state_since, _L.drafted_at, _L.sent_at, _L.answer_by, _L.way),
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            DocumentNumber.symbol,
            DocumentNumber.number,
            MadeDocument.dated_on,
            said.label("said"),
        )
        .select_from(Letter)
        .join(Agency, Agency.id == Letter.agency_id)
        .outerjoin(MadeDocument, MadeDocument.id == Letter.document_id)
        .outerjoin(DocumentNumber, DocumentNumber.id == MadeDocument.number_id)
        .where(within)
    )


def number_text(row: Any) -> str:
    """The number of a listed letter."""
    return f"{row.number:02d}/{row.symbol}" if row.symbol else ""


def late_answer(row: Any, on: date) -> bool:
    """Whether the body has let the day go by."""
    body = turn(Kind(row.kind), State(row.state)) is Side.BODY
    return body and row.answer_by is not None and row.answer_by < on


def listing(bodies: Sequence[tuple[str, str]]) -> Listing:
    """The list of letters: those that are open, the latest first, unless the address asks for others."""
    return Listing(
        columns=(
            Column("drafted", _l("Begun on"), (SortKey(_L.drafted_at, datetime),), value=lambda row: row.drafted_at),
            Column("kind", _l("Kind of letter"), value=lambda row: str(KINDS[Kind(row.kind)])),
            Column("code", _l("Code"), value=lambda row: row.agency_code),
            Column("agency", _l("Body"), value=lambda row: text_by_language(row.agency_name)),
            Column("number", _l("Number"), value=number_text),
            Column("dated_on", _l("Day of the document")),
            Column("sent_at", _l("Sent at")),
            Column("answer_by", _l("To be done by")),
            Column("state", _l("State"), value=lambda row: str(STATES[State(row.state)])),
            Column("since", _l("Since"), value=lambda row: row.state_since),
            Column("said", _l("What became of it")),
        ),
        default_sort="-drafted",
        identity=SortKey(_L.id, int),
        filters=(
            Filter("state", _l("State"), where=_in_state, choices=((ALL, _l("All")), *_states())),
            Filter("kind", _l("Kind of letter"), where=lambda kind: Letter.kind == kind, choices=_kinds()),
            Filter("agency", _l("Body"), where=called, exists=called, offered=bodies),
        ),
    )


def _states() -> list[tuple[str, Text]]:
    return [(state.value, label) for state, label in STATES.items()]


def _kinds() -> list[tuple[str, Text]]:
    return [(kind.value, label) for kind, label in KINDS.items()]


def _in_state(state: str) -> sa.ColumnElement[bool]:
    return sa.true() if state == ALL else Letter.state == state


def is_open() -> sa.ColumnElement[bool]:
    """Condition on Letter: it is not over."""
    return Letter.state.not_in(_ENDED)
