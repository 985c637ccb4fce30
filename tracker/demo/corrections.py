"""Accepted figures of the demo's year that turn out wrong: of three corrections that heads ask for one waits, one was
granted and one refused; and a figure was opened again after a complaint."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.core.clock import Moment
from tracker.demo import queries
from tracker.demo.bodies import HOME_AFFAIRS
from tracker.demo.deeds import Readers
from tracker.demo.seats import SHOWN_BODY
from tracker.permissions.reader import Reader
from tracker.progress import queries as progress
from tracker.progress.corrections import service
from tracker.progress.corrections.models import Correction
from tracker.progress.models import Report

WAITS, GRANTED, REFUSED, COMPLAINT = SHOWN_BODY, "STP", "SGDDT", "SXD25"  # whose figures
ASKED: Mapping[str, str] = {
    WAITS: "Số liệu gửi đi lấy theo bản tổng hợp chưa chốt; đề nghị mở lại để đính chính theo biên bản đối chiếu.",
    GRANTED: "Đơn vị tổng hợp lấy nhầm cột số liệu; số đúng có trong biên bản đối chiếu.",
    REFUSED: "Đề nghị tính thêm kết quả phát sinh sau ngày chốt số liệu.",
}
FOUND = {
    "ground": "appeal",
    "number": "15/KL-SNV (mẫu)",
    "reason": "Kiến nghị của tổ chức là đúng: có trường hợp chưa được thống kê.",
}


@dataclass(frozen=True)
class Desks:
    """Where heads ask, and the appraiser of Home Affairs decides."""

    session: Session
    now: Moment
    readers: Readers
    programme_id: int

    def ask(self, body: str) -> Correction:
        """The head asks that the body's newest accepted figure be opened again."""
        report = self.accepted(body)
        slot = progress.slot_of(self.session, report)
        seq = progress.last_revision(self.session, report.id).seq
        head = self.readers[(body, Office.HEAD)]
        return service.ask(self.session, self.now, reader=head, slot=slot, seq=seq, reason=ASKED[body])

    def decide(self, body: str, granted: bool, reason: str) -> None:
        """The appraiser decides on what a head asked."""
        asked = self.ask(body)
        service.decide(self.session, self.now, reader=self.appraiser, correction=asked, granted=granted, reason=reason)

    def reopen(self, body: str) -> None:
        """The appraiser opens a figure again after a complaint."""
        report = self.accepted(body)
        seq = progress.last_revision(self.session, report.id).seq
        day = self.now.on.strftime("%d/%m/%Y")
        service.reopen(
            self.session, self.now, reader=self.appraiser, report=report, seq=seq, typed={**FOUND, "dated_on": day}
        )

    def accepted(self, body: str) -> Report:
        """The newest accepted report of a body. Raises LookupError where there is none."""
        found = queries.accepted_report(self.session, self.programme_id, body)
        if found is None:
            raise LookupError(f"nothing of {body} was accepted")
        return found

    @property
    def appraiser(self) -> Reader:
        """Who appraises them all."""
        return self.readers[(HOME_AFFAIRS, Office.APPRAISER)]


def enter(session: Session, now: Moment, readers: Readers, programme_id: int) -> None:
    """All of it, in one unit of work."""
    desks = Desks(session, now, readers, programme_id)
    desks.decide(GRANTED, True, "Biên bản đối chiếu đầy đủ; đồng ý mở lại báo cáo.")
    desks.decide(REFUSED, False, "Kết quả phát sinh sau ngày chốt thuộc số liệu của kỳ sau.")
    desks.reopen(COMPLAINT)
    desks.ask(WAITS)
