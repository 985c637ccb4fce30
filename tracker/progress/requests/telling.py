"""Whoever asked, or heads the body, is told by mail what the PPC decided on a target."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies import waiting
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.commitments.rulings import Ruling
from tracker.core.clock import Moment
from tracker.core.languages import DEFAULT, _, _l, in_language, text_by_language
from tracker.mail import service as outbox
from tracker.mail.composing import compose
from tracker.people import queries as people
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.progress.queries import ReportSlot
from tracker.progress.requests import queries, words
from tracker.progress.states import RequestState
from tracker.settings import Site

KIND, WAITS = "target_decision", "request_waits"
DECIDERS = (Office.CHAIR, Office.VICE_CHAIR)


def tell(
    session: Session,
    now: Moment,
    target: Target,
    decision: TargetDecision,
    ruling: Ruling | None,
    request: TargetRequest | None,
    site: Site,
) -> None:
    """One mail to each of them, once. Nobody without an address."""
    if request is not None:
        to = {one for one in (request.asked_by_id, request.asked_for_id) if one is not None}
    else:
        heads = agencies.holders(session, now.on, agency_id=target.agency_id, offices=(Office.HEAD,))
        to = {one.person_id for one in heads}
    letters = [_letter(session, person_id, target, decision, ruling, request, site) for person_id in sorted(to)]
    outbox.queue_all(session, now, [letter for letter in letters if letter is not None])


def tell_deciders(session: Session, now: Moment, slot: ReportSlot, site: Site) -> None:
    """One mail to each who decides on the request about this target that waits, once; none where none does."""
    request = queries.open_of(session, slot.target.id)
    if request is None or request.state != RequestState.WAITING or request.asked_at is None:
        return

    def sentence() -> str:
        return _(
            "%(body)s asks for a decision on target %(target)s: %(what)s.",
            body=text_by_language(slot.agency.name),
            target=f"{slot.target.code} {text_by_language(slot.target.title)}",
            what=words.wanted(request),
        )

    waiting.tell(
        session,
        now,
        waiting.receivers(session, now, DECIDERS),
        kind=WAITS,
        key=str(request.id),
        title=_l("A request waits for your decision"),
        sentence=sentence,
        since=request.asked_at,
        page=f"/requests/{request.token}",
        site=site,
        thread=("target", slot.target.token),
    )


def _letter(
    session: Session,
    person_id: int,
    target: Target,
    decision: TargetDecision,
    ruling: Ruling | None,
    request: TargetRequest | None,
    site: Site,
) -> outbox.Letter | None:
    person: Any = people.by_id(session, person_id)
    if person is None or person.email is None:
        return None
    language = person.language or DEFAULT
    page = f"/requests/{request.token}" if request is not None else f"/targets/{target.token}"
    with in_language(language):
        title, sentence = text_by_language(target.title), words.told(ruling, request)
    content = compose(
        "target_decision",
        language,
        receiver=person.name,
        target=f"{target.code} {title}",
        sentence=sentence,
        reason=decision.reason,
        link=f"{site.base_url}{page}",
    )
    return outbox.Letter(
        key=f"{KIND}:{decision.id}:{person_id}",
        kind=KIND,
        person_id=person_id,
        language=language,
        content=content,
        host=site.host,
        thread=("target", target.token),
    )
