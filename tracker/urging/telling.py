"""Whoever has to do something about a letter is told by mail, once: the monitors of a draft, whoever signs, the head of
the body that it is sent to, the monitors of an answer."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import waiting
from tracker.agencies.models import Agency
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment
from tracker.core.languages import Text, _, _l, format_day, text_by_language
from tracker.mail.models import OutboxMail
from tracker.mail.service import Content
from tracker.settings import Site
from tracker.urging.models import Letter
from tracker.urging.states import Kind, State

KIND = "letter"
OF_PPC, SIGNS, HEADS = (Office.MONITOR,), (Office.CHAIR, Office.VICE_CHAIR), (Office.HEAD,)
WRITES = (Office.HEAD, Office.OFFICER)
_OFFICES: Mapping[tuple[Kind, State], tuple[Office, ...]] = {
    (Kind.URGING, State.DRAFTED): OF_PPC,
    (Kind.URGING, State.REVIEWED): SIGNS,
    (Kind.URGING, State.SIGNED): OF_PPC,
    (Kind.URGING, State.SENT): HEADS,
    (Kind.URGING, State.ANSWERED): OF_PPC,
    (Kind.APOLOGY, State.OWED): WRITES,
    (Kind.APOLOGY, State.DRAFTED): HEADS,
    (Kind.APOLOGY, State.SIGNED): WRITES,
    (Kind.APOLOGY, State.PUBLISHED): OF_PPC,
}
_TITLES: Mapping[Kind, Text] = {
    Kind.URGING: _l("A letter of urging waits for you: %(body)s"),
    Kind.APOLOGY: _l("A public apology waits for you: %(body)s"),
}
_SENTENCES: Mapping[tuple[Kind, State], Text] = {
    (Kind.URGING, State.DRAFTED): _l(
        "A letter that urges %(body)s was drafted: review it, then put it before its signatory."
    ),
    (Kind.URGING, State.REVIEWED): _l("A letter that urges %(body)s waits for your signature."),
    (Kind.URGING, State.SIGNED): _l("The letter that urges %(body)s is signed: it can be sent."),
    (Kind.URGING, State.SENT): _l(
        "The People's Committee sent %(body)s a letter of urging. It is to be answered by %(day)s."
    ),
    (Kind.URGING, State.ANSWERED): _l(
        "%(body)s answered the letter of urging: read it, then close it or ask for more."
    ),
    (Kind.APOLOGY, State.OWED): _l(
        "%(body)s owes a public apology for files that were late, to be published by %(day)s."
    ),
    (Kind.APOLOGY, State.DRAFTED): _l("The apology of %(body)s is written, and waits for your signature."),
    (Kind.APOLOGY, State.SIGNED): _l("The apology of %(body)s is signed: publish it by %(day)s, and say where."),
    (Kind.APOLOGY, State.PUBLISHED): _l("%(body)s says where its apology was published: look at it, then close it."),
}


def tell(session: Session, now: Moment, letter: Letter, site: Site, but: int | None = None) -> int:
    """Queue a mail to each whose turn it is by now, save one person; how many are new."""
    at = Kind(letter.kind), State(letter.state)
    to = [one for one in _receivers(session, now, letter) if one.person_id != but]
    if not to:
        return 0
    body = session.get_one(Agency, letter.agency_id)
    return waiting.tell(
        session,
        now,
        to,
        kind=KIND,
        key=f"{letter.id}:v{letter.version}",
        title=_said(letter, body, _TITLES[at[0]]),
        sentence=_said(letter, body, _SENTENCES[at]),
        since=letter.state_since,
        page=f"/letters/{letter.token}",  # a job knows no routes
        site=site,
        ref=letter.token,
    )


def still_due(session: Session, mail: OutboxMail, now: Moment) -> Content | None:
    """What a mail that waits said, as long as the letter stands where it stood then and its receiver can do it."""
    letter = session.scalars(sa.select(Letter).where(Letter.token == mail.ref)).one_or_none()
    if letter is None or letter.state_since > mail.created_at:
        return None
    if mail.person_id not in {one.person_id for one in _receivers(session, now, letter)}:
        return None
    return Content(mail.subject, mail.text, mail.html)


def _receivers(session: Session, now: Moment, letter: Letter) -> list[Holder]:
    offices = _OFFICES.get((Kind(letter.kind), State(letter.state)))
    if offices is None:
        return []
    return waiting.receivers(session, now, offices, letter.agency_id if offices in (HEADS, WRITES) else None)


def _said(letter: Letter, body: Agency, told: Text) -> Callable[[], str]:
    def sentence() -> str:
        day = format_day(letter.answer_by) if letter.answer_by else _("the day that was set")
        return str(told) % {"body": text_by_language(body.name), "day": day}

    return sentence
