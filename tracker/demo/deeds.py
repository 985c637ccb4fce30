"""What the people of the demo do on the day of the first start, each through the service that a page would call.

So what they wrote carries who wrote, sent and decided it, and the record of changes tells of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.agencies.offices import Office
from tracker.compliance.records.facts import known_of
from tracker.core.clock import Moment
from tracker.core.files import store
from tracker.core.languages import format_number
from tracker.demo import pdf, queries
from tracker.demo.bodies import HOME_AFFAIRS
from tracker.demo.seats import SHOWN_BODY
from tracker.permissions.reader import Reader
from tracker.progress import appraisal, attaching
from tracker.progress import service as reports
from tracker.progress.queries import Draft, Report, ReportSlot
from tracker.progress.rules import Typed
from tracker.progress.threads import comments
from tracker.rule import figures_on
from tracker.rule.exact import half_up

LANGUAGE = "vi"
EVIDENCE_NAME = "Bảng tổng hợp (mẫu).pdf"
EVIDENCE_LINES = ("SỐ LIỆU MẪU / SAMPLE", "Bảng tổng hợp của kỳ báo cáo", "Summary of the reporting period")
MOST_BYTES = 100_000

Readers = Mapping[tuple[str, Office], Reader]


@dataclass(frozen=True)
class Desk:
    """One body's people at work in one period: an officer who writes and a head who sends."""

    session: Session
    now: Moment
    officer: Reader
    head: Reader
    programme_id: int
    agency_id: int
    period: str
    folder: Path  # where evidence is kept

    def slot(self, code: str) -> ReportSlot:
        """Where the report of a target of this body for this period stands."""
        return queries.slot(self.session, self.programme_id, self.agency_id, code, self.period)

    def draft(self, code: str, typed: Typed) -> Draft:
        """The officer begins a figure."""
        return reports.keep_draft(
            self.session,
            self.now,
            reader=self.officer,
            slot=self.slot(code),
            typed=typed,
            language=LANGUAGE,
            version=0,
        )

    def hand(self, code: str, typed: Typed, evidence: bool = False) -> Draft:
        """The officer writes a figure, adds a file if there is one, and hands it to the head."""
        slot, draft = self.slot(code), self.draft(code, typed)
        if evidence:
            document = BytesIO(pdf.small_pdf(EVIDENCE_LINES))
            stored = store.store(document, EVIDENCE_NAME, self.folder, MOST_BYTES)
            attaching.attach(self.session, self.now, reader=self.officer, slot=slot, file=stored)
        return reports.hand_to_head(self.session, self.now, reader=self.officer, slot=slot, version=draft.version)

    def hand_back(self, code: str, typed: Typed, comment: str) -> None:
        """The head does not send what the officer wrote, and says why."""
        draft, slot = self.hand(code, typed), self.slot(code)
        reports.hand_back(self.session, self.now, reader=self.head, slot=slot, comment=comment, version=draft.version)

    def say(self, code: str, text: str) -> None:
        """The officer writes to the head beside a figure."""
        comments.say(self.session, self.now, reader=self.officer, slot=self.slot(code), text=text)

    def send(self, code: str, typed: Typed, evidence: bool = False) -> Report:
        """The head sends what the officer wrote."""
        draft, slot = self.hand(code, typed, evidence), self.slot(code)
        return reports.send(self.session, self.now, reader=self.head, slot=slot, version=draft.version)

    def a_little_more(self, code: str) -> str:
        """The target's last figure and a little more, short of its goal, as one would type it."""
        target = self.slot(code).target
        known = known_of(self.session, [target.id], self.now.on)[target.id]
        values = [figure.value for figure in figures_on(known, self.now.on) if figure.value is not None]
        begun_at = values[-1] if values else target.baseline
        if begun_at is None or target.goal is None:
            raise LookupError(f"the target {code} has no figure to go on from")
        last, goal = Fraction(begun_at), Fraction(target.goal)
        return format_number(half_up(last + (goal - last) / 10, 1), LANGUAGE)


def of_the_shown_body(desk: Desk, appraiser: Reader) -> None:
    """One figure with the head, one handed back, one begun, one returned, one with the appraiser; the rest is owed."""
    few_done = "Ba nhiệm vụ chậm do phải lấy ý kiến nhiều cơ quan."
    desk.hand("T04", {"numerator": "31", "denominator": "34", "narrative": few_done}, evidence=True)
    desk.draft("T10", {"numerator": "2"})
    check_again = "Số hồ sơ trực tuyến thấp hơn số liệu trên Cổng Dịch vụ công; đề nghị kiểm tra lại."
    desk.hand_back("T21", {"numerator": "215", "denominator": "402"}, check_again)
    desk.say("T21", "Đang đối chiếu với Cổng Dịch vụ công, chiều nay có số.")
    desk.send("T19", {"value": desk.a_little_more("T19")}, evidence=True)
    back = desk.send("T11", {"value": "2", "narrative": "Hai hồ sơ chờ kết quả giám định."})
    appraisal.return_report(
        desk.session,
        desk.now,
        reader=appraiser,
        report=back,
        seq=1,
        reason="Chưa nêu ngày hẹn trả lại và văn bản xin lỗi của hai hồ sơ quá hạn.",
    )


def of_home_affairs(desk: Desk) -> None:
    """Home Affairs reports like every other body: a figure with its head, one with the PPC's Office."""
    desk.hand("T09", {"numerator": "187", "denominator": "190"})
    desk.send("T04", {"numerator": "27", "denominator": "28"}, evidence=True)


def bodies_at_work() -> tuple[str, str]:
    """The bodies whose people act."""
    return SHOWN_BODY, HOME_AFFAIRS
