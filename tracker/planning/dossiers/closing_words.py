"""What waits before a commitment can be assessed, each with the page on which it is decided, as far as the reader may
see that."""

from flask import url_for
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import Dossier
from tracker.compliance.closing import waiting
from tracker.compliance.closing.waiting import Waiting
from tracker.core.actions import Action
from tracker.permissions.reader import Reader
from tracker.programmes.models import Programme

Links = list[tuple[str, str | None]]


def waiting_links(session: Session, reader: Reader, dossier: Dossier) -> Links:
    """Of one commitment."""
    if dossier.commitment_id is None:
        return []
    found = waiting.of_commitments(session, [dossier.commitment_id]).get(dossier.commitment_id, waiting.NOTHING)
    body, programme = session.get_one(Agency, dossier.agency_id), session.get_one(Programme, dossier.programme_id)
    return links(reader, found, body.code, programme.code)


def links(reader: Reader, found: Waiting, body: str, programme: str) -> Links:
    """(what waits, where): whoever appraises is led to the queue, everybody else to the targets that wait."""
    sees = reader.may(Action.SEE_TARGET)
    if reader.may(Action.APPRAISE):
        reports = url_for("home.appraisals", agency=body)
    else:
        reports = url_for("monitoring.targets", programme=programme, agency=body, waiting="any")
    requests = url_for("home.requests", agency=body)
    amendment = url_for("planning.commitment", token=found.amendment) if found.amendment else None
    hrefs = [reports if sees else None] * bool(found.reports) + [requests if sees else None] * bool(found.requests)
    return list(zip(waiting.told(found), [*hrefs, *([amendment] if amendment else [])], strict=True))
