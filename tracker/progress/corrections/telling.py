"""Mails about corrections: to whoever decides on what a head asked, to the body on what was decided."""

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies import waiting
from tracker.agencies.offices import Office
from tracker.core.clock import Moment
from tracker.core.languages import _, _l, text_by_language
from tracker.progress.corrections import words
from tracker.progress.corrections.models import Correction, CorrectionEnd
from tracker.progress.corrections.service import Named, Outcome
from tracker.progress.queries import ReportSlot
from tracker.settings import Site

WAITS, DECIDED, REOPENED = "correction_waits", "correction_decided", "figure_reopened"


def tell_deciders(session: Session, now: Moment, slot: ReportSlot, asked: Correction, site: Site) -> None:
    """One mail to each appraiser of the body who holds no office in it, once."""

    def sentence() -> str:
        body, target = text_by_language(slot.agency.name), _target(slot)
        return _(
            "%(body)s asks that an accepted figure be opened again: %(target)s. Why: %(reason)s",
            body=body,
            target=target,
            reason=asked.reason,
        )

    own = agencies.persons_of(session, slot.agency.id, now.on)
    to = waiting.receivers(session, now, (Office.APPRAISER,), slot.agency.appraised_by_id)
    waiting.tell(
        session,
        now,
        [one for one in to if one.person_id not in own],
        kind=WAITS,
        key=str(asked.id),
        title=_l("A correction waits for your decision"),
        sentence=sentence,
        since=asked.asked_at,
        page=f"/corrections/{asked.token}",
        site=site,
        thread=("target", slot.target.token),
    )


def tell_decided(session: Session, now: Moment, slot: ReportSlot, end: CorrectionEnd, site: Site) -> None:
    """One mail to whoever heads the body, or acts for them."""
    granted = end.outcome == Outcome.GRANTED

    def sentence() -> str:
        if granted:
            told = _("%(target)s is open again, and waits for the right figure. The appraiser: %(why)s")
        else:
            told = _("%(target)s stands as it was accepted. The appraiser: %(why)s")
        return told % {"target": _target(slot), "why": end.reason}

    waiting.tell(
        session,
        now,
        waiting.receivers(session, now, (Office.HEAD,), slot.agency.id),
        kind=DECIDED,
        key=str(end.id),
        title=_l("Your correction was granted") if granted else _l("Your correction was refused"),
        sentence=sentence,
        since=end.ended_at,
        page=f"/figures/{slot.target.token}/{slot.code}",
        site=site,
        thread=("target", slot.target.token),
    )


def tell_reopened(session: Session, now: Moment, slot: ReportSlot, decision_id: int, named: Named, site: Site) -> None:
    """One mail to each head and officer of the body: what was accepted is to be answered anew."""

    def sentence() -> str:
        by = words.named(named.ground, named.number, named.dated_on)
        return _(
            "%(target)s is open again and to be answered as a returned report. On what: %(named)s. Why: %(why)s",
            target=_target(slot),
            named=by,
            why=named.reason,
        )

    waiting.tell(
        session,
        now,
        waiting.receivers(session, now, (Office.HEAD, Office.OFFICER), slot.agency.id),
        kind=REOPENED,
        key=str(decision_id),
        title=_l("An accepted figure was opened again"),
        sentence=sentence,
        since=now.at,
        page=f"/figures/{slot.target.token}/{slot.code}",
        site=site,
        thread=("target", slot.target.token),
    )


def _target(slot: ReportSlot) -> str:
    return f"{slot.target.code} {text_by_language(slot.target.title)}"
