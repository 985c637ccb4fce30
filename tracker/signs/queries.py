"""Signs as they are looked for: within a reader's reach, listed, by the one that a page shows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.agencies.models import Agency
from tracker.agencies.queries import called
from tracker.commitments.models import Target
from tracker.core.actions import Action
from tracker.core.db.database import Condition
from tracker.core.languages import Text, _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.people.models import Person
from tracker.permissions.policy import Reach
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.signs.finders import Kind
from tracker.signs.models import Sign, SignWord
from tracker.signs.moves import State
from tracker.signs.words import KINDS, STATES, sentence

OPEN, ALL = "open", "all"
_S = sa.inspect(Sign).local_table.c


def visible(reader: Reader) -> Condition:
    """Condition on Sign: the reader may see it. A body sees those about which it was asked."""
    within = restrict(Sign.agency_id, reader, Action.SEE_SIGNS)
    if any(ground.grant.reach is Reach.ALL for ground in reader.grounds(Action.SEE_SIGNS)):
        return within
    return sa.and_(within, sa.exists().where(SignWord.sign_id == Sign.id, SignWord.move == "ask").correlate(Sign))


def by_token(session: Session, token: str, within: Condition) -> Sign | None:
    """A sign with its body and target; `within` is a condition on Sign."""
    asked = sa.select(Sign).where(Sign.token == token, within).options(joinedload(Sign.agency), joinedload(Sign.target))
    found: Sign | None = session.scalars(asked).one_or_none()
    return found


def words_of(session: Session, sign_id: int) -> Sequence[Any]:
    """(SignWord, who, in whose name) of all that was said about it, the first first."""
    holder = aliased(Person)
    asked = (
        sa.select(SignWord, Person.name.label("who"), holder.name.label("whose"))
        .join(Person, Person.id == SignWord.person_id)
        .outerjoin(holder, holder.id == SignWord.for_person_id)
        .where(SignWord.sign_id == sign_id)
        .order_by(SignWord.seq)
    )
    return session.execute(asked).all()


def bodies(session: Session, within: Condition) -> Sequence[Any]:
    """(code, name) of each body that has a sign within reach."""
    asked = sa.select(Agency.code, Agency.name).where(Agency.id.in_(sa.select(Sign.agency_id).where(within)))
    return session.execute(asked.order_by(Agency.sort_key, Agency.id)).all()


def listed(within: Condition) -> sa.Select[Any]:
    """The columns of the list."""
    last = (
        sa.select(SignWord.text)
        .where(SignWord.sign_id == Sign.id)
        .order_by(SignWord.seq.desc())
        .limit(1)
        .correlate(Sign)
        .scalar_subquery()
    )
    columns: tuple[Any, ...] = (
        *(_S.id, _S.token, _S.kind, _S.state, _S.found_on, _S.detail),
        Agency.code.label("agency_code"),
        Agency.name.label("agency_name"),
        Target.code.label("target_code"),
        Target.title.label("target_title"),
        last.label("said"),
    )
    joined = sa.select(*columns).select_from(Sign).join(Agency, Agency.id == Sign.agency_id)
    return joined.outerjoin(Target, Target.id == Sign.target_id).where(within)


def about(row: Any) -> str:
    """What a listed sign says."""
    return sentence(Kind(row.kind), row.detail)


def _title(row: Any) -> str:
    return text_by_language(row.target_title) if row.target_title else ""


def listing(offered: Sequence[tuple[str, str]]) -> Listing:
    """The list of signs: those that are open, the latest first, unless the address asks for others."""
    return Listing(
        columns=(
            Column("found", _l("Found on"), (SortKey(_S.found_on, date),), value=lambda row: row.found_on),
            Column("kind", _l("What raises a question"), value=lambda row: str(KINDS[Kind(row.kind)])),
            Column("code", _l("Code"), value=lambda row: row.agency_code),
            Column("agency", _l("Body"), value=lambda row: text_by_language(row.agency_name)),
            Column("target", _l("Target"), value=lambda row: row.target_code or ""),
            Column("title", _l("Title"), value=_title),
            Column("about", _l("What it rests on"), value=about),
            Column("state", _l("State"), value=lambda row: str(STATES[State(row.state)])),
            Column("said", _l("Said last"), value=lambda row: row.said or ""),
        ),
        default_sort="-found",
        identity=SortKey(_S.id, int),
        filters=(
            Filter("state", _l("State"), where=_in_state, choices=((ALL, _l("All")), *_labels(STATES))),
            Filter("kind", _l("What raises a question"), where=lambda kind: Sign.kind == kind, choices=_labels(KINDS)),
            Filter("agency", _l("Body"), where=called, exists=called, offered=offered),
        ),
    )


def is_open() -> Condition:
    """Condition on Sign: it is not closed."""
    found: Condition = Sign.state != State.CLOSED
    return found


def _labels(labels: Any) -> tuple[tuple[str, Text], ...]:
    return tuple((one.value, label) for one, label in labels.items())


def _in_state(state: str) -> Condition:
    return sa.true() if state == ALL else Sign.state == state
