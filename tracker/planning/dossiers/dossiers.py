"""What the pages of one commitment have in common: the dossier of an address, who may do what to it, and its words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, url_for
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import Dossier, DraftTarget, TermProposal
from tracker.commitments.life import lives, moving
from tracker.commitments.life.states import Move, Side, State, turn
from tracker.commitments.models import Target
from tracker.core.actions import Action
from tracker.core.db import database
from tracker.core.errors import DomainError, Forbidden, NotFound
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.permissions.guard import current_reader
from tracker.permissions.reader import Reader

_ASK, _AMEND = _l("Ask for an amendment"), _l("Amend it")
NO_SUCH = _l("There is no such commitment.")


def of_address(token: str) -> Dossier:
    """The dossier, within the reader's reach. Raises NotFound."""
    found = lives.by_token(database.session(), current_reader(), token)
    if found is None:
        raise NotFound(NO_SUCH)
    return found


def target_of(session: Session, dossier: Dossier, token: str, dropped: bool = False) -> DraftTarget:
    """One of its targets, not taken out yet (or `dropped`). Raises NotFound."""
    of_it = DraftTarget.dossier_id == dossier.id, DraftTarget.token == token, DraftTarget.dropped.is_(dropped)
    found = session.scalar(sa.select(DraftTarget).where(*of_it))
    if found is None:
        raise NotFound(_("There is no such target."))
    return found


def proposal_of(session: Session, dossier: Dossier, token: str) -> TermProposal:
    """One of its proposals. Raises NotFound."""
    of_it = TermProposal.dossier_id == dossier.id, TermProposal.token == token
    found = session.scalar(sa.select(TermProposal).where(*of_it))
    if found is None:
        raise NotFound(_("There is no such proposal."))
    return found


def tokens_of(session: Session, target_ids: Iterable[int]) -> dict[int, str]:
    """The names in addresses of targets in force, by their ids."""
    asked = sa.select(Target.id, Target.token).where(Target.id.in_(target_ids))
    return {row.id: row.token for row in session.execute(asked)}


def page_of(dossier: Dossier) -> str:
    """The address of its page."""
    return url_for("planning.commitment", token=dossier.token)


def body_of(session: Session, dossier: Dossier) -> str:
    """Its body's name."""
    return text_by_language(session.get_one(Agency, dossier.agency_id).name)


def can(reader: Reader, dossier: Dossier, move: Move, side: Side | None = None, *, on_paper: bool = False) -> bool:
    """Whether the reader could make this move now. Asks nothing of the database."""
    try:
        moving.permitted(reader, dossier, move, side, on_paper)
    except DomainError:
        return False
    return True


def demand(reader: Reader, dossier: Dossier, move: Move, side: Side) -> None:
    """Raise Forbidden where no office of the reader makes this move; that it is not to be made now its verb tells."""
    try:
        moving.permitted(reader, dossier, move, side)
    except Forbidden:
        raise
    except DomainError:
        return


def sides_of(reader: Reader, dossier: Dossier) -> Sequence[Side]:
    """The sides for which the reader negotiates now."""
    return [side for side in (Side.BODY, Side.PPC) if can(reader, dossier, Move.COMMENT, side)]


def amending_move(reader: Reader, agency_id: int) -> Move | None:
    """The move by which the reader begins an amendment of a commitment of this body: the PPC's, or the body's; none."""
    for move in (Move.DRAFT, Move.ASK):
        try:
            moving.permitted(reader, None, move, agency_id=agency_id)
        except Forbidden:
            continue
        return move
    return None


def amending_press(reader: Reader, agency_id: int, others: Iterable[Any]) -> Text | None:
    """What the press says by which the reader begins one; `others`: the amendments that there are
    (`signed_page.Other`)."""
    move = amending_move(reader, agency_id)
    if move is None or any(one.is_open for one in others):
        return None
    found: Text = _ASK if move is Move.ASK else _AMEND
    return found


def waits_for(reader: Reader, dossier: Dossier) -> bool:
    """Whether it is the turn of the reader's side."""
    side, moves = turn(State(dossier.state)), _DONE_IN_TURN.get(State(dossier.state), ())
    return any(can(reader, dossier, move, side) for move in moves)


def may_remind(reader: Reader, dossier: Dossier) -> bool:
    """Whether the reader can remind the side whose turn it is: somebody of the other one."""
    side = turn(State(dossier.state))
    if side is Side.BODY:
        return reader.may(Action.PREPARE_PROGRAMME) or reader.may(Action.APPROVE_PROGRAMME)
    return side is Side.PPC and dossier.state != State.DRAFTED and reader.may(Action.NEGOTIATE, dossier.agency_id)


def told(dossier: Dossier, form: Any, done: Any) -> Any:
    """Back on the page of the commitment after a press: what it did, or why it was refused."""
    errors = form.all_errors()
    for _field, message in errors:
        flash(str(message), "warning")
    if not errors:
        flash(str(done), "success")
    return redirect(page_of(dossier), 303)


_DONE_IN_TURN: Mapping[State, Sequence[Move]] = {
    State.DRAFTED: (Move.OFFER,),
    State.OFFERED: (Move.AGREE, Move.PROPOSE),
    State.NEGOTIATED: (Move.OFFER,),
    State.AGREED: (Move.FREEZE,),
    State.FROZEN: (Move.SIGN,),
    State.SIGNED: (Move.COUNTERSIGN,),
    State.COUNTERSIGNED: (Move.COME_INTO_FORCE,),
    State.ASSESSED: (Move.STATE,),
    State.HEARD: (Move.CLOSE,),
}
