"""What is asked and decided on single targets of the demo's year: of three requests one waits, one was granted and one
refused; and a target rests without any."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments import deciding as limits
from tracker.commitments.rulings import Kind, Ruling
from tracker.core.clock import Moment
from tracker.demo import queries
from tracker.demo.bodies import HOME_AFFAIRS, PPC_OFFICE
from tracker.demo.deeds import Readers
from tracker.progress.models import TargetRequest
from tracker.progress.queries import ReportSlot
from tracker.progress.requests import deciding, service
from tracker.progress.requests.queries import open_of
from tracker.progress.requests.reading import written

LATER, RESTS = timedelta(days=10), timedelta(days=20)
WAITS, GRANTED, REFUSED, RESTING = HOME_AFFAIRS, "STC25", "SNNMT", "SDTTG"  # whose targets
ASKED: Mapping[str, str] = {
    WAITS: "Bộ chưa ban hành văn bản hướng dẫn, cần thêm thời gian để thực hiện.",
    GRANTED: "Đơn vị tư vấn bàn giao sản phẩm chậm, đã có biên bản làm việc kèm theo.",
    REFUSED: "Khối lượng công việc nhiều, chưa bố trí được người thực hiện.",
}


@dataclass(frozen=True)
class Counter:
    """Where heads ask, and the chair decides."""

    session: Session
    now: Moment
    readers: Readers
    programme_id: int

    def ask(self, body: str) -> tuple[ReportSlot, TargetRequest, Ruling]:
        """The head asks for another deadline of the body's first target that can have one."""
        slot, ruling = next(self._possible(body, Kind.EXTENSION))
        typed = {"kind": str(Kind.EXTENSION), "due_on": written(ruling.due_on), "reason": ASKED[body]}
        head = self.readers[(body, Office.HEAD)]
        found = service.keep_and_ask(self.session, self.now, reader=head, slot=slot, typed=typed, version=0)
        request = open_of(self.session, slot.target.id)
        if found or request is None:
            raise RuntimeError(f"the demo's own request is refused: {found}")
        return slot, request, ruling

    def decide(self, body: str, grants: bool, reason: str) -> None:
        """The chair decides on what a head asked."""
        slot, request, ruling = self.ask(body)
        deciding.decide(
            self.session,
            self.now,
            reader=self.readers[(PPC_OFFICE, Office.CHAIR)],
            slot=slot,
            request=request,
            ruling=ruling if grants else None,
            reason=reason,
        )

    def suspend(self, body: str, reason: str) -> None:
        """The chair lets a target rest that nobody asked about."""
        slot, ruling = next(self._possible(body, Kind.SUSPENSION))
        chair = self.readers[(PPC_OFFICE, Office.CHAIR)]
        deciding.rule(self.session, self.now, reader=chair, slot=slot, ruling=ruling, reason=reason)

    def _possible(self, body: str, kind: Kind) -> Iterator[tuple[ReportSlot, Ruling]]:
        """The targets of a body of which this can be decided today, with the days."""
        agency = agencies.by_code(self.session, body)
        if agency is None:
            raise RuntimeError(f"there is no body {body}")
        today = self.now.on
        for slot in queries.slots(self.session, self.programme_id, agency.id, today + LATER):
            ruling = _ruling(kind, slot.target.due_on, today)
            if not limits.faults(self.session, self.now, slot.target, slot.commitment, ruling):
                yield slot, ruling


def enter(session: Session, now: Moment, readers: Readers, programme_id: int) -> None:
    """All of it, in one unit of work."""
    counter = Counter(session, now, readers, programme_id)
    counter.decide(GRANTED, True, "Lý do khách quan, có hồ sơ kèm theo; đồng ý gia hạn.")
    counter.decide(REFUSED, False, "Lý do chủ quan của cơ quan; tiếp tục thực hiện theo thời hạn đã cam kết.")
    counter.suspend(RESTING, "Tạm dừng chờ hướng dẫn mới của cơ quan có thẩm quyền.")
    counter.ask(WAITS)


def _ruling(kind: Kind, due_on: date, today: date) -> Ruling:
    if kind is Kind.EXTENSION:
        return Ruling(kind, due_on=due_on + LATER)
    return Ruling(kind, from_on=today, to_on=today + RESTS)
