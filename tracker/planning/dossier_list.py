"""The list of commitments on their way: what it can be filtered and sorted by, and what its columns say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments import lives
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier
from tracker.commitments.life_words import SIDES, STATES
from tracker.commitments.states import Side, State, turn
from tracker.core.db.sorting import by_name
from tracker.core.languages import NOTHING, Text, _l, text_by_language
from tracker.core.tables import Column, Filter, Listing, SortKey
from tracker.permissions.reader import Reader
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


LISTING = Listing(
    columns=(
        Column(
            "agency", _l("Body"), (by_name(Agency.__table__.c.sort_key),), lambda row: text_by_language(row.agency_name)
        ),
        Column("programme", _l("Programme"), value=lambda row: text_by_language(row.programme_title)),
        Column("kind", _l("Kind"), value=lambda row: str(KINDS[row.kind])),
        Column("state", _l("State"), value=lambda row: str(STATES[State(row.state)])),
        Column("turn", _l("Whose turn"), value=lambda row: turn_label(State(row.state))),
        Column("since", _l("Since"), (SortKey(Dossier.__table__.c.state_since, datetime),)),
        Column("number", _l("Number"), value=lambda row: row.number),
        Column("targets", _l("Targets"), numeric=True),
    ),
    default_sort="agency",
    identity=SortKey(Dossier.__table__.c.id, int),
    filters=(
        Filter(
            "programme",
            _l("Programme"),
            lambda code: Programme.code == code,
            exists=lambda code: Programme.code == code,
        ),
        Filter("state", _l("State"), lambda state: Dossier.state == state, choices=tuple(STATES.items())),
        Filter("agency", _l("Body"), lambda code: Agency.code == code, exists=lambda code: Agency.code == code),
        Filter(
            "turn", _l("Whose turn"), lambda side: Dossier.state.in_(_STATES_OF[side]), choices=tuple(TURNS.items())
        ),
    ),
)


def rows(reader: Reader) -> sa.Select[Any]:
    """Select of the rows that the reader may see."""
    with_programme = lives.standings(reader).join(Programme, Programme.id == Dossier.programme_id)
    return with_programme.add_columns(Programme.code.label("programme_code"), Programme.title.label("programme_title"))


def bodies(session: Session, reader: Reader) -> Sequence[Any]:
    """The bodies that have a commitment which the reader may see."""
    having = sa.select(Dossier.agency_id).where(lives.visible(reader))
    asked = sa.select(Agency.code, Agency.name, Agency.exists_from, Agency.exists_to).where(Agency.id.in_(having))
    return session.execute(asked.order_by(Agency.sort_key, Agency.id)).all()
