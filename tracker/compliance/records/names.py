"""What targets are called: codes and titles, with those of commitment and body, for rows that are shown or sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import UNIT

_IDS: sa.BindParameter[int] = sa.bindparam("ids", expanding=True)
_NAMED = (
    sa.select(
        Target.id,
        Target.token,
        Target.code,
        Target.title,
        UNIT,
        Target.domain,
        Commitment.number,
        Agency.id,
        Agency.code,
        Agency.name,
    )
    .join(Commitment, Commitment.id == Target.commitment_id)
    .join(Agency, Agency.id == Target.agency_id)
    .where(Target.id.in_(_IDS))
)


@dataclass(frozen=True, slots=True)
class Named:
    """A target with its commitment and body. Titles and names by language; `unit` as it is stored ("%" for a ratio)."""

    id: int
    token: str
    code: str
    title: dict[str, str]
    unit: str
    domain: int
    commitment: str
    agency_id: int
    agency_code: str
    agency_name: dict[str, str]


def of(session: Session, target_ids: Sequence[int]) -> dict[int, Named]:
    """The names of these targets (a page or a batch of them), by id. One statement."""
    if not target_ids:
        return {}
    rows = session.connection().execute(_NAMED, {"ids": list(target_ids)})
    return {row[0]: Named(*row) for row in rows}
