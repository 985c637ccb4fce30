"""Targets of one programme that continue those of an earlier one: which does, from which, and how that stood."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.commitments.dossiers import Dossier, DraftTarget
from tracker.commitments.life import lives
from tracker.commitments.life.states import OVER
from tracker.commitments.models import Target
from tracker.permissions.reader import Reader
from tracker.programmes.models import Programme

_STANDS = sa.and_(DraftTarget.dropped.is_(False), Dossier.state.not_in([str(state) for state in OVER]))


class Successor(NamedTuple):
    """A drafted target that continues one: where it stands, and the target that it became, by name in addresses."""

    origin_id: int
    dossier: str
    code: str
    programme: Mapping[str, str]
    number: str | None
    target: str | None


class Kin(NamedTuple):
    """What a target was taken over from (as that stood, and its name in addresses), and what took it over."""

    origin: Mapping[str, Any] | None
    origin_token: str | None
    successor: Successor | None


def taken(session: Session, target_ids: Collection[int]) -> dict[int, Successor]:
    """What continues these targets already, by target. One statement."""
    rows = session.execute(_successors(DraftTarget.follows_id.in_(target_ids)))
    return {row[0]: Successor(*row) for row in rows}


def kin_of(session: Session, reader: Reader, target_id: int) -> Kin:
    """Of one target, as far as the reader may see it. One statement, and one more where something took it over."""
    rows = session.connection().execute(_KIN, {"id": target_id}).all()
    came = next((row for row in rows if row.follows_id != target_id), None)
    taken_over = [row for row in rows if row.follows_id == target_id]
    seen = _seen(session, reader, {row.dossier_id for row in taken_over})
    successor = next((Successor(*row[:6]) for row in taken_over if row.dossier_id in seen), None)
    return Kin(came.taken_over_from, came.origin, successor) if came else Kin(None, None, successor)


def _seen(session: Session, reader: Reader, dossier_ids: Collection[int]) -> set[int]:
    """Which of these dossiers the reader may see."""
    asked = sa.select(Dossier.id).where(Dossier.id.in_(dossier_ids), lives.visible(reader))
    return set(session.scalars(asked)) if dossier_ids else set()


def tokens_of(session: Session, target_ids: Collection[int]) -> dict[int, str]:
    """The names in addresses of targets, by their ids."""
    asked = sa.select(Target.id, Target.token).where(Target.id.in_(target_ids))
    return {row.id: row.token for row in session.execute(asked)}


def _successors(where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    became = aliased(Target)
    columns: tuple[Any, ...] = (
        *(DraftTarget.follows_id, Dossier.token, DraftTarget.code),
        *(Programme.title, Dossier.number, became.token),
    )
    return (
        sa.select(*columns)
        .select_from(DraftTarget)
        .join(Dossier, Dossier.id == DraftTarget.dossier_id)
        .join(Programme, Programme.id == Dossier.programme_id)
        .join(became, became.id == DraftTarget.target_id, isouter=True)
        .where(where, _STANDS)
        .order_by(DraftTarget.id)
    )


def _kin() -> sa.Select[Any]:
    """What a target came from, and whatever took it over. Built once, as building takes longer than asking."""
    origin, target_id = aliased(Target), sa.bindparam("id", type_=sa.BigInteger)
    own = sa.and_(DraftTarget.target_id == target_id, DraftTarget.follows_id.is_not(None))
    found = _successors(sa.or_(own, DraftTarget.follows_id == target_id))
    found = found.add_columns(DraftTarget.taken_over_from, origin.token.label("origin"), DraftTarget.dossier_id)
    return found.join(origin, origin.id == DraftTarget.follows_id)


_KIN = _kin()
