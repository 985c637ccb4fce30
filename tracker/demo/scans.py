"""What the demo holds of the paper of 2021: the scan of one commitment, uploaded by the clerk, attested by the monitor.
The page says that it is a sample."""

from io import BytesIO

from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.core.clock import Moment
from tracker.core.files import store
from tracker.core.languages import format_day
from tracker.demo import par2021, pdf, queries
from tracker.demo.bodies import PPC_OFFICE
from tracker.demo.deeds import MOST_BYTES, Readers
from tracker.demo.seats import SHOWN_BODY
from tracker.settings import Settings
from tracker.signing.paper import paper

SCAN = "Bản quét cam kết 2021 (mẫu).pdf"


def enter(session: Session, now: Moment, readers: Readers, settings: Settings) -> None:
    """The scan, taken out of its file and attested, in one unit of work."""
    signed = queries.commitment_of(session, par2021.CODE, SHOWN_BODY)
    lines = (
        "MẪU / SAMPLE",
        f"Bản cam kết số {signed.number}, ký ngày {format_day(signed.signed_on)}",
        "Hai bên đã ký trên giấy / Signed on paper by both sides",
    )
    folder = settings.files_folder
    file = store.store(BytesIO(pdf.small_pdf(lines)), SCAN, folder, MOST_BYTES)
    clerk, monitor = readers[(PPC_OFFICE, Office.CLERK)], readers[(PPC_OFFICE, Office.MONITOR)]
    received = paper.receive(session, now, reader=clerk, file=file, codes=[None], folder=folder)
    whose = (signed.id, signed.agency_id)
    found = paper.sort_by_hand(
        session, now, reader=clerk, file=received.file, pages=[1], folder=folder, commitment=whose
    )
    paper.attest(session, now, reader=monitor, paper_id=found.id)
