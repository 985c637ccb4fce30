"""Whose turn it is with a sign is told by mail, once: the head of a body that is asked, the monitors of an answer."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import waiting
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment
from tracker.core.languages import Text, _, _l, text_by_language
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.settings import Site
from tracker.signs.models import Sign
from tracker.signs.moves import State

KIND = "sign"
_TOLD: Mapping[State, tuple[tuple[Office, ...], Text]] = {
    State.ASKED: ((Office.HEAD,), _l("The People's Committee asks %(body)s about what it reported.")),
    State.ANSWERED: ((Office.MONITOR,), _l("%(body)s answered what was asked about its reports.")),
}


def tell(session: Session, now: Moment, sign: Sign, site: Site) -> int:
    """Queue a mail to each whose turn it is by now; how many are new."""
    if State(sign.state) not in _TOLD:
        return 0
    sentence = _TOLD[State(sign.state)][1]
    body = session.get_one(Agency, sign.agency_id)
    return waiting.tell(
        session,
        now,
        _receivers(session, now, sign),
        kind=KIND,
        key=_key(sign),
        title=lambda: _("A question about reports waits for you: %(body)s", body=text_by_language(body.name)),
        sentence=lambda: str(sentence) % {"body": text_by_language(body.name)},
        since=now.at,
        page=f"/signs/{sign.token}",
        site=site,
        ref=sign.token,
    )


def still_due(session: Session, mail: OutboxMail, now: Moment) -> Content | None:
    """What a mail that waits said, as long as nothing more was said of the sign and it is its receiver's turn."""
    sign = session.scalars(sa.select(Sign).where(Sign.token == mail.ref)).one_or_none()
    if sign is None or not mail.key.startswith(f"{KIND}:{_key(sign)}:"):
        return None
    if mail.person_id not in {one.person_id for one in _receivers(session, now, sign)}:
        return None
    return Content(mail.subject, mail.text, mail.html)


def _key(sign: Sign) -> str:
    return f"{sign.id}:v{sign.version}"


def _receivers(session: Session, now: Moment, sign: Sign) -> list[Holder]:
    if State(sign.state) not in _TOLD:
        return []
    offices = _TOLD[State(sign.state)][0]
    return waiting.receivers(session, now, offices, sign.agency_id if State(sign.state) is State.ASKED else None)
