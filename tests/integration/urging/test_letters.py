"""The letter that urges a body, from the morning on which the ladder's top is reached to what became of it."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa

from jobs import runner
from jobs.timetable import entry
from tests.integration.planning.room import Room
from tests.support.free_hand import free_hand
from tests.support.pdfa import faults as pdfa_faults
from tracker.agencies.offices import Office
from tracker.core import clock
from tracker.core.db.unit_of_work import carry_out, unit_of_work
from tracker.core.extensions import settings_of
from tracker.demo.pdf import small_pdf
from tracker.mail.models import OutboxMail
from tracker.signing.models import DocumentNumber, MadeDocument
from tracker.urging import drafting, lateness, telling
from tracker.urging.models import Letter, LetterFile, LetterMove
from tracker.urging.states import State


def run(room: Room, *names: str) -> None:
    for name in names:
        line = entry(name)
        assert line is not None
        with room.app.app_context():
            assert runner.run(room.app, line, clock.now()) == "done"


def letter_of(room: Room, body: str = "SXD") -> Letter:
    session = room.table.session
    session.rollback()
    mine = sa.select(Letter).where(Letter.agency_id == room.table.made.bodies[body].id).order_by(Letter.id.desc())
    found = session.scalars(mine).first()
    assert found is not None
    return found


def due(letter: Letter) -> tuple[int, int]:
    """Of the mails about a letter: how many would leave now, of how many."""
    with unit_of_work() as session:
        mails = session.scalars(sa.select(OutboxMail).where(OutboxMail.ref == letter.token)).all()
        return sum(telling.still_due(session, one, clock.moment()) is not None for one in mails), len(mails)


def test_from_the_top_of_the_ladder_to_the_answer(room: Room) -> None:
    run(room, "remind", "urge")
    letter = letter_of(room)
    assert (letter.state, letter.version) == (State.DRAFTED, 1)
    at = f"/letters/{letter.token}"
    monitor, chair, head = room.desk(Office.MONITOR), room.desk(Office.CHAIR), room.desk(Office.HEAD)
    head.get(at, 404)
    page = monitor.get(at)
    assert "Báo cáo" in page
    assert "Phó Chủ tịch UBND tỉnh: " in page, "who was told, and when"
    with room.app.app_context():
        again = carry_out(drafting.units(clock.today(), clock.moment(), settings_of(room.app).site))
    assert (again.drafted, letter_of(room).id) == (0, letter.id), "one at a time"
    assert due(letter) == (1, 1), "each mail to the monitors of the draft"
    monitor.get(f"{at}/words")
    monitor.send(f"{at}/words", opening="Sở còn chậm.", demand="Báo cáo ngay.", answer_by="20/07/2021")
    monitor.get(f"{at}/moves/submit")
    monitor.send(f"{at}/moves/submit")
    assert due(letter) == (2, 3), "what waits of the draft leaves no more; chair and vice chair can sign"
    monitor.get(f"{at}/moves/sign", 403)
    chair.get(f"{at}/moves/sign")
    assert "đã được ký" in chair.send(f"{at}/moves/sign")
    letter = letter_of(room)
    made = room.table.session.get_one(MadeDocument, letter.document_id)
    number = room.table.session.get_one(DocumentNumber, made.number_id)
    assert (letter.state, letter.way, number.text) == (State.SIGNED, "product", "01/UBND-VP")
    head.get(at, 404)
    assert "Đã ban hành" in monitor.get(f"/verify/{made.address}")
    monitor.get(f"{at}/moves/send")
    monitor.send(f"{at}/moves/send")
    assert "Báo cáo ngay." in head.get(at)
    assert room.desk(Office.HEAD, "SYT").get(at, 404)
    head.get(f"{at}/moves/answer")
    assert "Nêu rõ" in head.send(f"{at}/moves/answer", 400, text=" "), "it has to say something"
    head.send(
        f"{at}/moves/answer", text="Sẽ báo cáo xong trước ngày 16/7.", file=(io.BytesIO(b"a;b\n1;2\n"), "ke-hoach.csv")
    )
    page = monitor.get(at)
    assert "trước ngày 16/7" in page
    assert "ke-hoach.csv" in page
    monitor.get(f"{at}/moves/ask-again")
    monitor.send(f"{at}/moves/ask-again", text="Chưa nêu trách nhiệm.")
    head.get(f"{at}/moves/answer")
    head.send(f"{at}/moves/answer", text="Trưởng phòng chịu trách nhiệm.")
    monitor.get(f"{at}/moves/close")
    monitor.send(f"{at}/moves/close", text="Đã trả lời đủ.")
    assert letter_of(room).state == State.CLOSED
    assert "Đã trả lời đủ." in monitor.get("/letters?state=closed")
    own = sa.select(LetterMove).where(LetterMove.letter_id == letter.id)
    moves = [one.move for one in room.table.session.scalars(own.order_by(LetterMove.seq))]
    assert moves == [
        *("draft", "write", "submit", "sign", "send", "answer", "ask_again", "answer", "close"),
    ]


def test_what_is_signed_on_paper(room: Room) -> None:
    monitor, clerk = room.desk(Office.MONITOR), room.desk(Office.CLERK)
    page = monitor.get("/agencies/SXD/letter")
    assert "T02" in page
    monitor.send("/agencies/SXD/letter")
    at = f"/letters/{letter_of(room).token}"
    word = monitor.client.get(f"{at}/draft.docx")
    assert word.status_code == 200
    with zipfile.ZipFile(io.BytesIO(word.data)) as opened:
        written = opened.read("word/document.xml").decode()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in written
    assert "Kính gửi" in written
    pdf = monitor.client.get(f"{at}/draft.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert list(pdfa_faults(pdf.data)) == []
    monitor.get("/agencies/SXD/letter")
    assert "Mở công văn" in monitor.page or "đang mở" in monitor.page
    monitor.get(f"{at}/moves/submit")
    monitor.send(f"{at}/moves/submit")
    clerk.get(f"{at}/moves/number")
    clerk.send(f"{at}/moves/number", signatory=str(room.table.made.people[("VP", Office.VICE_CHAIR)].id))
    letter = letter_of(room)
    made = room.table.session.get_one(MadeDocument, letter.document_id)
    assert (letter.state, letter.way) == (State.NUMBERED, None)
    assert "Chưa ký" in monitor.get(f"/verify/{made.address}")
    clerk.get(f"{at}/moves/scan")
    clerk.send(f"{at}/moves/scan", 400, file=(io.BytesIO(b"a;b\n"), "anh.csv"))
    clerk.get(f"{at}/moves/scan")
    clerk.send(f"{at}/moves/scan", file=(io.BytesIO(small_pdf(("MẪU",))), "ban-ky.pdf"))
    assert (letter_of(room).state, letter_of(room).way) == (State.SIGNED, "paper")
    assert room.table.session.scalars(sa.select(LetterFile.name)).all() == ["ban-ky.pdf"]
    monitor.get(f"{at}/moves/withdraw")
    monitor.send(f"{at}/moves/withdraw", text="Ký nhầm bản")
    room.table.session.rollback()
    number = room.table.session.get_one(DocumentNumber, made.number_id, populate_existing=True)
    assert number.cancel_reason == "Ký nhầm bản"
    assert letter_of(room).state == State.WITHDRAWN


@pytest.mark.parametrize("sent", [False, True])
def test_what_is_done_meanwhile(room: Room, sent: bool) -> None:
    """A draft whose lateness is gone says so; a letter that was sent is closed by the nightly job."""
    monitor, chair = room.desk(Office.MONITOR), room.desk(Office.CHAIR)
    monitor.get("/agencies/SXD/letter")
    monitor.send("/agencies/SXD/letter")
    at = f"/letters/{letter_of(room).token}"
    if sent:
        for desk, press in ((monitor, "submit"), (chair, "sign"), (monitor, "send")):
            desk.get(f"{at}/moves/{press}")
            desk.send(f"{at}/moves/{press}")
    with_nothing_late(room)
    if not sent:
        assert "không còn nội dung nào quá hạn" in monitor.get(at)
        assert "Có thể rút" in monitor.page
        monitor.get(f"{at}/moves/submit")
        assert "không còn nội dung nào quá hạn" in monitor.send(f"{at}/moves/submit", 400)
        return
    run(room, "urge")
    assert letter_of(room).state == State.CLOSED
    assert "đã hoàn thành" in monitor.get(at)


def with_nothing_late(room: Room) -> None:
    """Its targets are closed."""
    session = room.table.session
    session.rollback()
    with free_hand(session.connection()):
        session.execute(sa.text("UPDATE target SET closed_on = '2021-07-12'"))
    session.commit()
    assert lateness.of_body(session, clock.today(), room.table.made.bodies["SXD"].id) == []
    session.rollback()


def test_signing_holds_what_was_seen(room: Room) -> None:
    monitor, chair, vice = room.desk(Office.MONITOR), room.desk(Office.CHAIR), room.desk(Office.VICE_CHAIR)
    monitor.get("/agencies/SXD/letter")
    monitor.send("/agencies/SXD/letter")
    at = f"/letters/{letter_of(room).token}"
    monitor.get(f"{at}/moves/submit")
    monitor.send(f"{at}/moves/submit")
    chair.get(f"{at}/moves/sign")
    assert "số liệu đã thay đổi" in chair.send(f"{at}/moves/sign", 400, seen="x").lower()
    assert letter_of(room).state == State.REVIEWED
    chair.get(f"{at}/moves/sign")
    vice.get(f"{at}/moves/sign")
    vice.send(f"{at}/moves/sign")
    assert "không thực hiện được việc này" in chair.send(f"{at}/moves/sign"), "somebody else signed it meanwhile"
    room.table.session.rollback()
    assert room.table.session.scalars(sa.select(DocumentNumber.number)).all() == [1]
