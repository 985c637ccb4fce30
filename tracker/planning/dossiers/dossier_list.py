"""The list of commitments on their way: what it can be filtered and sorted by, and what its columns say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, DossierMove, DraftTarget, TermProposal
from tracker.commitments.life.life_words import SIDES, STATES
from tracker.commitments.life.states import Move, Side, State, turn
from tracker.commitments.models import Commitment, Target
from tracker.core.actions import Action
from tracker.core.db.sorting import by_name
from tracker.core.languages import NOTHING, Text, _, _l, format_day, format_instant, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.permissions.reader import Reader
from tracker.permissions.scope import restrict
from tracker.programmes.models import Programme

MARKS: Mapping[State, tuple[str, str]] = {  # tone and shape of a state
    State.DRAFTED: ("silent", "ring"),
    State.OFFERED: ("info", "ring"),
    State.NEGOTIATED: ("info", "ring"),
    State.AGREED: ("info", "check"),
    State.FROZEN: ("warn", "ring"),
    State.SIGNED: ("warn", "ring"),
    State.COUNTERSIGNED: ("good", "ring"),
    State.IN_FORCE: ("good", "check"),
    State.ASSESSED: ("info", "ring"),
    State.HEARD: ("warn", "ring"),
    State.CLOSED: ("silent", "check"),
    State.DECLINED: ("bad", "square"),
    State.WITHDRAWN: ("silent", "dash"),
    State.EXPIRED: ("bad", "square"),
}
KINDS: Mapping[str, Text] = {FIRST: _l("Commitment"), AMENDMENT: _l("Amendment")}
TURNS: Mapping[str, Text] = {str(side): SIDES[side] for side in (Side.BODY, Side.PPC)}
_STATES_OF = {str(side): [str(one) for one in State if turn(one) is side] for side in (Side.BODY, Side.PPC)}


def turn_label(state: State) -> str:
    """Whose turn it is, in words."""
    side = turn(state)
    return str(SIDES[side]) if side else NOTHING


def since(row: Any) -> str:
    """Since when it stands there; of what came by a package its first day."""
    return format_day(row.in_force_from) if row.since is None else format_instant(row.since)


def origin(row: Any) -> str:
    """Where a commitment came from that has no life here."""
    if row.signed_on is None:
        return ""
    return _("came by a package, signed on paper on %(day)s", day=format_day(row.signed_on))


def _none(column: Any) -> Any:
    return sa.cast(sa.null(), column.type)


def _all() -> Any:
    """Every commitment and amendment that has a life here; and, by a number below zero, those that came by a package
    and have none."""
    own = sa.exists().where(Dossier.commitment_id == Commitment.id, Dossier.kind == FIRST)
    signed, in_force = Commitment.signed_on, Commitment.in_force_from
    same = ("token", "agency_id", "programme_id", "number", "signed_how")
    here = [Dossier.id, Dossier.kind, Dossier.state, Dossier.state_since.label("since")]
    came: list[Any] = [(-Commitment.id).label("id"), sa.literal(FIRST).label("kind")]
    came += [sa.literal(str(State.IN_FORCE)).label("state"), _none(Dossier.state_since).label("since")]
    here += [_none(signed).label("signed_on"), _none(in_force).label("in_force_from")]
    return sa.union_all(
        sa.select(*here, *(getattr(Dossier, name) for name in same)),
        sa.select(*came, signed, in_force, *(getattr(Commitment, name) for name in same)).where(~own),
    ).subquery("life")


LISTED: Any = _all().c
LISTING = Listing(
    columns=(
        Column(
            "agency", _l("Body"), (by_name(Agency.__table__.c.sort_key),), lambda row: text_by_language(row.agency_name)
        ),
        Column("programme", _l("Programme"), value=lambda row: text_by_language(row.programme_title)),
        Column("kind", _l("Commitment or amendment"), value=lambda row: str(KINDS[row.kind])),
        Column("origin", _l("Came by"), value=origin),
        Column("state", _l("State"), value=lambda row: str(STATES[State(row.state)])),
        Column("turn", _l("Whose turn"), value=lambda row: turn_label(State(row.state))),
        Column(
            "since",
            _l("Since"),
            (SortKey(LISTED.since, datetime, nullable=True),),
            value=lambda row: row.since or row.in_force_from,
        ),
        Column("number", _l("Number"), value=lambda row: row.number),
        Column("signed", _l("How it was signed")),
        Column("targets", _l("Targets"), numeric=True),
    ),
    default_sort="agency",
    identity=SortKey(LISTED.id, int),
    filters=(
        Filter(
            "programme",
            _l("Programme"),
            lambda code: Programme.code == code,
            exists=lambda code: Programme.code == code,
        ),
        Filter("state", _l("State"), lambda state: LISTED.state == state, choices=tuple(STATES.items())),
        Filter("agency", _l("Body"), lambda code: Agency.code == code, exists=lambda code: Agency.code == code),
        Filter("turn", _l("Whose turn"), lambda side: LISTED.state.in_(_STATES_OF[side]), choices=tuple(TURNS.items())),
    ),
)


def rows(reader: Reader) -> sa.Select[Any]:
    """Select of the rows that the reader may see, each with its targets and open proposals."""
    return (
        sa.select(
            *LISTED,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            Programme.code.label("programme_code"),
            Programme.title.label("programme_title"),
            sa.case((LISTED.id < 0, _signed_targets()), else_=_drafted_targets()).label("targets"),
            _open_proposals().label("open"),
        )
        .join(Agency, Agency.id == LISTED.agency_id)
        .join(Programme, Programme.id == LISTED.programme_id)
        .where(_visible(reader))
    )


def bodies(session: Session, reader: Reader) -> Sequence[Any]:
    """The bodies that have a commitment which the reader may see."""
    having = sa.select(LISTED.agency_id).where(_visible(reader))
    asked = sa.select(Agency.code, Agency.name, Agency.exists_from, Agency.exists_to).where(Agency.id.in_(having))
    return session.execute(asked.order_by(Agency.sort_key, Agency.id)).all()


def _visible(reader: Reader) -> Any:
    """As `lives.visible`; what came by a package was offered and signed before."""
    offered = sa.exists().where(DossierMove.dossier_id == LISTED.id, DossierMove.move == str(Move.OFFER))
    return sa.or_(
        restrict(LISTED.agency_id, reader, Action.PREPARE_PROGRAMME),
        restrict(LISTED.agency_id, reader, Action.APPROVE_PROGRAMME),
        sa.and_(restrict(LISTED.agency_id, reader, Action.SEE_COMMITMENTS), sa.or_(LISTED.id < 0, offered)),
    )


def _signed_targets() -> Any:
    return sa.select(sa.func.count()).where(Target.commitment_id == -LISTED.id).scalar_subquery()


def _drafted_targets() -> Any:
    of_it = DraftTarget.dossier_id == LISTED.id, DraftTarget.dropped.is_(False)
    return sa.select(sa.func.count()).where(*of_it).scalar_subquery()


def _open_proposals() -> Any:
    of_it = TermProposal.dossier_id == LISTED.id, TermProposal.outcome.is_(None)
    return sa.select(sa.func.count()).where(*of_it).scalar_subquery()
