"""Disabling and enabling accounts, by one administrator alone. Where the account is an administrator's, whoever watches
over them is told at once, and what takes two goes on to take two who are let in."""

from sqlalchemy.orm import Session

from tracker.accounts import keys, letters, service
from tracker.accounts.letters import Reader
from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.approvals.queries import STOP_NOTICE, TOLD
from tracker.core.clock import Moment
from tracker.core.languages import DEFAULT, Text, _l, in_language
from tracker.mail import service as outbox
from tracker.people import queries as people
from tracker.settings import Site

_DISABLED = _l(
    "%(actor)s disabled the account of the administrator %(name)s. Until it is enabled again, nobody confirms what "
    "%(name)s asked for."
)
_ENABLED = _l("%(actor)s enabled the account of the administrator %(name)s again.")


def disable(session: Session, now: Moment, *, account_id: int, actor_id: int, site: Site) -> None:
    """Let nobody in with an account any more. Raises what `accounts.service.disable` does."""
    if service.disable(session, now, account_id=account_id, actor_id=actor_id):
        _tell(session, now, account_id, actor_id, site, _DISABLED)


def enable(session: Session, now: Moment, *, account_id: int, actor_id: int, site: Site) -> None:
    """Let somebody in again."""
    if service.enable(session, now, account_id=account_id, actor_id=actor_id):
        _tell(session, now, account_id, actor_id, site, _ENABLED)


def is_watched(session: Session, now: Moment, person_id: int) -> bool:
    """Whether others are told when this person is no longer let in: an administrator."""
    return agencies.holds(session, person_id, now.on, Office.ADMINISTRATOR)


def _tell(session: Session, now: Moment, account_id: int, actor_id: int, site: Site, sentence: Text) -> None:
    person_id = service.get(session, account_id).person_id
    if not is_watched(session, now, person_id):
        return
    names, event = people.names(session, [person_id, actor_id]), keys.new_token()
    told = {one.person_id: one for one in agencies.holders(session, now.on, offices=TOLD)}
    told.pop(person_id, None)
    outbox.queue_all(
        session, now, [_letter(one, now, site, event, sentence, names, person_id, actor_id) for one in told.values()]
    )


def _letter(
    to: Holder,
    now: Moment,
    site: Site,
    event: str,
    sentence: Text,
    names: dict[int, str],
    person_id: int,
    actor_id: int,
) -> outbox.Letter:
    """It leaves whatever the receiver's wishes are."""
    reader = Reader(to.name, to.language or DEFAULT)
    with in_language(reader.language):
        told = str(sentence) % {"actor": names.get(actor_id, "–"), "name": names.get(person_id, "–")}
    return outbox.Letter(
        key=f"{STOP_NOTICE}:{event}:{to.person_id}",
        kind=STOP_NOTICE,
        person_id=to.person_id,
        language=reader.language,
        content=letters.stop_notice(reader, site, told, now.at),
        host=site.host,
        carries_token=True,
    )
