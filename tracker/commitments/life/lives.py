"""Reads of the life of commitments: whose turn it is, what is open, what happened, where a whole programme stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import FIRST, Dossier, DossierMove, DraftTarget, TermComment, TermProposal
from tracker.commitments.life.states import Move, Side, State, turn
from tracker.commitments.models import Commitment
from tracker.commitments.terms.terms import day_of, figure_of
from tracker.core.actions import Action
from tracker.core.db.database import Condition
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict

SEEING = (Action.PREPARE_PROGRAMME, Action.APPROVE_PROGRAMME, Action.SEE_COMMITMENTS)


class Turn(NamedTuple):
    """Whose turn it is (none: nobody's), and since when."""

    side: Side | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One move of a dossier with what was said or proposed by it. `person` none: the nightly job."""

    move: DossierMove
    person: str | None
    for_person: str | None
    comment: TermComment | None
    proposal: TermProposal | None


class Standing(NamedTuple):
    """Where one dossier stands."""

    id: int
    token: str
    kind: str
    agency_id: int
    agency_code: str
    agency_name: dict[str, str]
    state: State
    since: datetime
    version: int
    expires_on: date | None
    number: str | None
    commitment_id: int | None
    targets: int
    open_of_body: int  # proposals without an answer
    open_of_ppc: int

    @property
    def turn(self) -> Side | None:
        """Whose turn it is."""
        return turn(self.state)


class Cell(NamedTuple):
    """One target of one body in the table of many."""

    agency_id: int
    agency_code: str
    agency_name: dict[str, str]
    dossier_id: int
    state: State
    draft_target_id: int
    code: str
    goal: Decimal | None
    low: Decimal | None
    high: Decimal | None
    weight: Decimal | None
    due_on: date | None
    version: int


def visible(reader: Reader) -> Condition:
    """Condition: the reader may see this dossier. Until it was offered it is the PPC's own (one that was taken in was
    signed)."""
    shown = DossierMove.move.in_((str(Move.OFFER), str(Move.ASK), str(Move.TAKE_IN)))
    offered = sa.exists().where(DossierMove.dossier_id == Dossier.id, shown)
    return sa.or_(
        restrict(Dossier.agency_id, reader, Action.PREPARE_PROGRAMME),
        restrict(Dossier.agency_id, reader, Action.APPROVE_PROGRAMME),
        sa.and_(restrict(Dossier.agency_id, reader, Action.SEE_COMMITMENTS), offered),
    )


def by_token(session: Session, reader: Reader, token: str) -> Dossier | None:
    """The dossier of that name in addresses; none where the reader may not see it."""
    found = sa.select(Dossier).where(Dossier.token == token, visible(reader))
    return session.scalar(found.options(joinedload(Dossier.agency), joinedload(Dossier.programme)))


def signed_elsewhere(session: Session, reader: Reader, token: str) -> Commitment | None:
    """A commitment that came by a package, so without a life here, by its name in addresses; none out of reach."""
    own = sa.exists().where(Dossier.commitment_id == Commitment.id, Dossier.kind == FIRST)
    found: Commitment | None = session.scalar(_commitments(reader).where(Commitment.token == token, ~own))
    return found


def in_force(session: Session, reader: Reader, token: str) -> Commitment | None:
    """The commitment whose page has this name in addresses, its own or that of its dossier; none out of reach."""
    dossier = by_token(session, reader, token)
    if dossier is None:
        return signed_elsewhere(session, reader, token)
    if dossier.kind != FIRST or dossier.commitment_id is None:
        return None
    found: Commitment | None = session.scalar(_commitments(reader).where(Commitment.id == dossier.commitment_id))
    return found


def turn_of(dossier: Dossier) -> Turn:
    """Whose turn it is, since when."""
    return Turn(turn(State(dossier.state)), dossier.state_since)


def open_proposals(session: Session, dossier_id: int) -> Sequence[TermProposal]:
    """Those without an answer, the oldest first."""
    query = sa.select(TermProposal).where(TermProposal.dossier_id == dossier_id, TermProposal.outcome.is_(None))
    return session.scalars(query.order_by(TermProposal.id)).all()


def proposals_of(session: Session, dossier_id: int) -> Sequence[TermProposal]:
    """All that were ever made, the oldest first."""
    query = sa.select(TermProposal).where(TermProposal.dossier_id == dossier_id)
    return session.scalars(query.order_by(TermProposal.id)).all()


def comments_of(session: Session, dossier_id: int) -> Sequence[TermComment]:
    """All that was ever said, the oldest first."""
    return session.scalars(
        sa.select(TermComment).where(TermComment.dossier_id == dossier_id).order_by(TermComment.id)
    ).all()


def history(session: Session, dossier_id: int) -> list[Event]:
    """Everything that was done to a dossier, in order. One statement."""
    person, holder = aliased(Person), aliased(Person)
    query = (
        sa.select(DossierMove, person.name, holder.name, TermComment, TermProposal)
        .outerjoin(person, person.id == DossierMove.person_id)
        .outerjoin(holder, holder.id == DossierMove.for_person_id)
        .outerjoin(TermComment, TermComment.id == DossierMove.comment_id)
        .outerjoin(TermProposal, TermProposal.id == DossierMove.proposal_id)
        .where(DossierMove.dossier_id == dossier_id)
        .order_by(DossierMove.seq)
    )
    return [Event(*row) for row in session.execute(query)]


def standings(reader: Reader) -> sa.Select[Any]:
    """Select of where dossiers stand that the reader may see, to be narrowed and ordered; `standing` reads a row."""
    drafted = sa.and_(DraftTarget.dossier_id == Dossier.id, DraftTarget.dropped.is_(False))
    targets = sa.select(sa.func.count()).where(drafted).scalar_subquery()
    query = (
        sa.select(
            Dossier.id,
            Dossier.token,
            Dossier.kind,
            Dossier.agency_id,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            Dossier.state,
            Dossier.state_since.label("since"),
            Dossier.version,
            Dossier.expires_on,
            Dossier.number,
            Dossier.commitment_id,
            targets.label("targets"),
            _open(Side.BODY).label("open_of_body"),
            _open(Side.PPC).label("open_of_ppc"),
        )
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(visible(reader))
    )
    return cast(sa.Select[Any], query)


def standing(row: Any) -> Standing:
    """A row of `standings`."""
    return Standing(**{**row._mapping, "state": State(row.state)})


def of_programme(session: Session, reader: Reader, programme_id: int) -> list[Standing]:
    """Where the dossiers of a programme stand, by body and in the order in which they were begun. One statement."""
    query = standings(reader).where(Dossier.programme_id == programme_id)
    return [standing(row) for row in session.execute(query.order_by(Agency.sort_key, Agency.id, Dossier.id))]


def of_commitment(session: Session, reader: Reader, commitment_id: int) -> list[Standing]:
    """Its own dossier, where it has one, and those of its amendments. One statement."""
    query = standings(reader).where(Dossier.commitment_id == commitment_id)
    return [standing(row) for row in session.execute(query.order_by(Dossier.id))]


def table_of(session: Session, programme_id: int, code: str) -> list[Cell]:
    """One target of a programme in the commitments of all bodies, by body: drafted by the template of that code, or
    (where by none) of that code itself. One statement."""
    one = aliased(DraftTarget)
    by_template = sa.select(one.id).where(one.template_code == code)
    by_code = (
        sa.select(one.id)
        .join(Dossier, Dossier.id == one.dossier_id)
        .where(Dossier.programme_id == programme_id, one.code == code, one.template_code.is_(None))
    )
    query = (
        sa.select(
            Dossier.agency_id,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            Dossier.id.label("dossier_id"),
            Dossier.state,
            DraftTarget.id.label("draft_target_id"),
            DraftTarget.code,
            DraftTarget.terms,
            DraftTarget.version,
        )
        .join(Dossier, Dossier.id == DraftTarget.dossier_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .where(Dossier.programme_id == programme_id, Dossier.kind == FIRST, DraftTarget.dropped.is_(False))
        .where(DraftTarget.id.in_(sa.union_all(by_template, by_code)))
        .order_by(Agency.sort_key, Agency.id, DraftTarget.code)
    )
    return [_cell(row) for row in session.execute(query)]


def codes_of(session: Session, programme_id: int) -> list[tuple[str, int]]:
    """The templates by which targets of a programme were drafted, and codes of those by none, each with how many."""
    code = sa.func.coalesce(DraftTarget.template_code, DraftTarget.code)
    query = (
        sa.select(code, sa.func.count())
        .join(Dossier, Dossier.id == DraftTarget.dossier_id)
        .where(Dossier.programme_id == programme_id, Dossier.kind == FIRST, DraftTarget.dropped.is_(False))
        .group_by(code)
        .order_by(code)
    )
    return [(found, count) for found, count in session.execute(query)]


def _commitments(reader: Reader) -> sa.Select[Any]:
    """Those in force that the reader may see, each with its body and programme."""
    with_both = joinedload(Commitment.agency), joinedload(Commitment.programme)
    seen = sa.or_(*(restrict(Commitment.agency_id, reader, action) for action in SEEING))
    return sa.select(Commitment).where(seen).options(*with_both)


def _open(side: Side) -> Any:
    of_it = sa.and_(TermProposal.dossier_id == Dossier.id, TermProposal.outcome.is_(None))
    return sa.select(sa.func.count()).where(of_it, TermProposal.side == str(side)).scalar_subquery()


def _cell(row: Any) -> Cell:
    terms = row.terms
    return Cell(
        agency_id=row.agency_id,
        agency_code=row.agency_code,
        agency_name=row.agency_name,
        dossier_id=row.dossier_id,
        state=State(row.state),
        draft_target_id=row.draft_target_id,
        code=row.code,
        goal=figure_of(terms.get("goal")),
        low=figure_of(terms.get("low")),
        high=figure_of(terms.get("high")),
        weight=figure_of(terms.get("weight")),
        due_on=day_of(terms.get("due_on")),
        version=row.version,
    )
