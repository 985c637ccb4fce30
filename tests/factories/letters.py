"""What letters keep: one that urges a body, sent and answered with a file; and a programme that asks for apologies."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.factories.new_facts import Hand
from tracker.agencies.offices import Office
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload, store
from tracker.programmes.models import Programme
from tracker.urging import apologies, issuing, service
from tracker.urging.issuing import Letterhead
from tracker.urging.models import Letter, LetterFile, LetterMove
from tracker.urging.states import Kind, Move

HEAD = Letterhead({Kind.URGING: "UBND-VP", Kind.APOLOGY: "TXL-{body}"}, "Nghệ An", "https://example.vn", sample=False)
PLAN = StoredUpload("cd" * 32, 9, "application/pdf", "Kế hoạch.pdf")


def add(hand: Hand, body: str = "SXD") -> int:
    """The letter is drafted, reviewed, signed, sent and answered; returns its id."""
    monitor, chair, head = (
        hand.reader(*one) for one in (("VP", Office.MONITOR), ("VP", Office.CHAIR), (body, Office.HEAD))
    )
    letter_id = hand.press(service.draft, reader=monitor, agency_id=hand.made.bodies[body].id).id
    press(hand, letter_id, service.submit, monitor)
    sign(hand, letter_id, chair)
    press(hand, letter_id, service.send, monitor)
    press(hand, letter_id, service.answer, head, text="Sẽ xong trong tuần này", file=PLAN)
    ask_for_apologies(hand)
    return letter_id


def press(hand: Hand, letter_id: int, verb: Any, reader: Any, **given: Any) -> None:
    """One press on the letter as it stands."""
    hand.press(verb, reader=reader, letter_id=letter_id, version=version(hand, letter_id), **given)


def sign(hand: Hand, letter_id: int, reader: Any) -> None:
    """Numbered, made and signed."""
    with unit_of_work(hand.now) as session:
        letter = session.get_one(Letter, letter_id)
        given: dict[str, Any] = {"reader": reader, "move": Move.SIGN}
        made = issuing.compose(session, hand.now, letter=letter, head=HEAD, **given).made()
    press(hand, letter_id, issuing.issue, reader, made=made, move=Move.SIGN, seen=None, folder=hand.folder)


def version(hand: Hand, letter_id: int) -> int:
    """Which one stands."""
    with unit_of_work(hand.now) as session:
        return session.get_one(Letter, letter_id).version


def ask_for_apologies(hand: Hand, codes: tuple[str, ...] = ()) -> None:
    """The programme asks for apologies for the late files of these targets, or of the first whose figures are two
    numbers."""
    with unit_of_work(hand.now) as session:
        programme = session.get_one(Programme, hand.made.programme.id)
        session.expunge(programme)
        of_it = (Target.programme_id == programme.id, Target.ratio.is_(True))
        found = codes or tuple(session.scalars(sa.select(Target.code).where(*of_it).limit(1)))
    chosen: dict[str, Any] = {"actor_id": hand.made.people[("VP", Office.ADMINISTRATOR)].id, "programme": programme}
    hand.press(apologies.choose, **chosen, from_on=hand.now.on, targets=found, days=7, reason="QĐ 9")


def sent(
    session: Session, now: clock.Moment, made: errand.Province, code: str, text_of: Callable[[str], str]
) -> dict[str, str]:
    """A letter that urges the body, sent, with a file: what of it stands in addresses. `text_of`: what somebody of the
    body writes."""
    person_id = made.people[(code, Office.HEAD)].id
    words = {"opening": text_of("Sở còn chậm"), "demand": text_of("Báo cáo ngay")}
    letter = Letter(
        token=f"letter-{code}",
        kind="urging",
        agency_id=made.bodies[code].id,
        drafted_at=now.at,
        state="sent",
        state_since=now.at,
        version=1,
        words=words,
        sent_at=now.at,
    )
    session.add(letter)
    session.flush()
    move = LetterMove(letter_id=letter.id, seq=1, move="send", state_after="sent", at=now.at, day=now.on)
    session.add(move)
    session.flush()
    file = store(io.BytesIO(b"%PDF-1.7\n%%EOF\n"), text_of("ke-hoach.pdf"), settings_of(current_app).files_folder, 1000)
    session.add(
        LetterFile(
            token=f"file-{code}",
            letter_id=letter.id,
            move_id=move.id,
            sha256=file.sha256,
            size=file.size,
            media_type=file.media_type,
            name=file.name,
            uploaded_by_id=person_id,
            uploaded_at=now.at,
        )
    )
    session.flush()
    return {"letter": letter.token, "file of a letter": f"file-{code}", "press on a letter": "answer"}
