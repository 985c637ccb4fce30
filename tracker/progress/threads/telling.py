"""The side whose turn it is in a thread is told by mail, once for each line."""

from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import waiting
from tracker.agencies.offices import Office
from tracker.agencies.queries import Holder
from tracker.core.clock import Moment
from tracker.core.languages import _, _l, text_by_language
from tracker.programmes.words import period_name
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.models import Report
from tracker.progress.queries import ReportSlot
from tracker.progress.threads.turns import Side
from tracker.settings import Site

KIND = "report_question"
_TITLES = {
    Side.APPRAISER: _l("A question about a report waits for your answer"),
    Side.BODY: _l("Your question about a report was answered"),
}


def tell(session: Session, now: Moment, line: QuestionLine, slot: ReportSlot, report: Report, site: Site) -> int:
    """Queue a mail to whoever's turn it is now, save the one who wrote; how many are new."""
    side = Side(line.side)
    to = [one for one in _receivers(session, now, side, slot) if one.person_id != line.said_by_id]

    def sentence() -> str:
        place = period_name(slot.period.code) if slot.period else _("the completion")
        about = f"{slot.target.code} {text_by_language(slot.target.title)}"
        body = text_by_language(slot.agency.name)
        if side is Side.APPRAISER:
            told = _("The appraiser asks about target %(target)s, %(place)s: “%(text)s”")
            return told % {"target": about, "place": place, "text": line.text}
        told = _("%(body)s answers about target %(target)s, %(place)s: “%(text)s”")
        return told % {"body": body, "target": about, "place": place, "text": line.text}

    page = f"/questions/{report.token}" if side is Side.APPRAISER else f"/appraisals/{report.token}"
    told: dict[str, Any] = {"title": _TITLES[side], "sentence": sentence, "since": line.said_at, "site": site}
    told["thread"] = ("target", slot.target.token)
    return waiting.tell(session, now, to, kind=KIND, key=str(line.id), page=page, ref=str(line.id), **told)


def _receivers(session: Session, now: Moment, side: Side, slot: ReportSlot) -> list[Holder]:
    """Asked: the body's officers and head. Answered: the appraisers of the body that appraises it (none: all), who hold
    no office in the body itself."""
    if side is Side.APPRAISER:
        return waiting.receivers(session, now, (Office.HEAD, Office.OFFICER), slot.agency.id)
    found = waiting.receivers(session, now, (Office.APPRAISER,), slot.agency.appraised_by_id)
    return [one for one in found if one.agency_id != slot.agency.id]
