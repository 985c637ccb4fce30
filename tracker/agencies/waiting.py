"""Mails to those for whom something waits: whoever holds an office today, and whoever acts in it for its holder. Once,
in each one's language, with the link to it."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment
from tracker.core.languages import DEFAULT, Text, format_instant, in_language
from tracker.mail import service as outbox
from tracker.mail.composing import compose
from tracker.settings import Site


def receivers(session: Session, now: Moment, offices: Collection[Office], agency_id: int | None = None) -> list[Holder]:
    """Holders and who acts for them, each once; of one body or of all."""
    found = agencies.holders(session, now.on, agency_id=agency_id, offices=offices)
    found += agencies.stand_ins(session, now.on, agency_id=agency_id, offices=offices)
    return list({one.person_id: one for one in found}.values())


def tell(
    session: Session,
    now: Moment,
    to: Iterable[Holder],
    *,
    kind: str,
    key: str,
    title: Text | Callable[[], str],
    sentence: Callable[[], str],
    since: datetime,
    page: str,
    site: Site,
    ref: str | None = None,
    thread: tuple[str, str] | None = None,
) -> int:
    """Queue a mail to each who has an address, at most one of this key; how many are new. `sentence` is asked in the
    receiver's language; `thread`: the one thing that it is about."""
    letters = []
    for one in to:
        if one.email is None:
            continue
        language = one.language or DEFAULT
        with in_language(language):
            told, when = sentence(), format_instant(since)
            subject = title() if callable(title) else str(title)
        values = {"receiver": one.name, "title": subject, "sentence": told, "when": when, "home": site.base_url + page}
        letters.append(
            outbox.Letter(
                key=f"{kind}:{key}:{one.person_id}",
                kind=kind,
                person_id=one.person_id,
                language=language,
                content=compose("waiting", language, **values),
                host=site.host,
                ref=ref,
                thread=thread,
            )
        )
    return sum(one is not None for one in outbox.queue_all(session, now, letters))
