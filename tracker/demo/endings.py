"""How the closed year ended for two bodies: one commitment with its assessment as a document, one whose head still has
the time to state something."""

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import closing
from tracker.compliance.closing import service
from tracker.core.clock import Moment
from tracker.demo.bodies import PPC_OFFICE
from tracker.demo.deeds import Readers
from tracker.programmes.models import Programme
from tracker.settings import Settings
from tracker.signing.documents import freezing

CLOSED, ASSESSED = "STP", "SCT"  # bodies that are the same today as in the closed year
SAID = (
    "Cơ quan nhất trí với kết quả đánh giá (mẫu).\n"
    "Một số chỉ tiêu chậm do phải chờ văn bản hướng dẫn; cơ quan đã khắc phục trong năm tiếp theo."
)


def enter(session: Session, now: Moment, readers: Readers, ended: Programme, settings: Settings) -> None:
    """Assess both, let one head state something, and close that one."""
    monitor, chair = readers[(PPC_OFFICE, Office.MONITOR)], readers[(PPC_OFFICE, Office.CHAIR)]
    ids = {body.code: body.id for body in agencies.listed(session)}
    until = service.end_of(session, ended.id).usual(now.on)
    by_body = {row.commitment.agency_id: row.commitment.id for row in service.rows_of(session, ended.id) if row.ready}
    for code in (CLOSED, ASSESSED):
        dossier = closing.take_in(session, now, reader=monitor, commitment_id=by_body[ids[code]])
        service.assess(session, now, reader=monitor, dossier_id=dossier.id, until=until)
        if code == CLOSED:
            head = readers[(code, Office.HEAD)]
            version = dossier.version
            closing.state(session, now, reader=head, dossier_id=dossier.id, version=version, text=SAID)
            form = freezing.Form.of(settings, sample=True)
            made = service.prepare(session, now, reader=chair, dossier=session.get_one(Dossier, dossier.id), form=form)
            service.close(
                session,
                now,
                reader=chair,
                dossier_id=dossier.id,
                version=dossier.version,
                made=made,
                folder=settings.files_folder,
            )
