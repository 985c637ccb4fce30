"""Reading mails that did not leave."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.mail.models import FAILED, OutboxMail
from tracker.mail.words import CAME_BACK, Why

MOST = 5  # of one person, the latest


# How many failed for good.
FAILED_COUNT = sa.select(sa.func.count()).select_from(OutboxMail).where(FAILED).scalar_subquery()

_SAID = sa.func.coalesce(OutboxMail.last_error, "")
_CAME_BACK, _REFUSED = _SAID.startswith(CAME_BACK), _SAID.like("5__: %")
WHY: Mapping[str, sa.ColumnElement[bool]] = {  # of a mail that failed for good
    Why.REFUSED: _REFUSED,
    Why.RETURNED: _CAME_BACK,
    Why.GIVEN_UP: ~sa.or_(_REFUSED, _CAME_BACK),
}


def troubles_of(session: Session, person_id: int) -> Sequence[OutboxMail]:
    """The mails to a person that failed for good, or were tried in vain so far; the latest first."""
    not_left = sa.and_(OutboxMail.state.in_(("pending", "claimed")), OutboxMail.last_error.is_not(None))
    wanted = sa.or_(OutboxMail.state == "failed", not_left)
    found = sa.select(OutboxMail).where(OutboxMail.person_id == person_id, wanted)
    return session.scalars(found.order_by(OutboxMail.id.desc()).limit(MOST)).all()
