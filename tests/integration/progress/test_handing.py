"""A figure on its way to the head: taken back before it was opened, and never handed to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.integration.progress.conftest import Desk
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, StaleEdit
from tracker.core.files.store import StoredUpload
from tracker.progress import attaching, evidence_files, handing, queries, service
from tracker.progress.models import Draft, Evidence
from tracker.progress.queries import ReportSlot
from tracker.progress.service import Incomplete
from tracker.progress.states import DraftState


def handed(desk: Desk, slot: ReportSlot) -> Draft:
    draft = desk.keep(slot)
    return desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version)


def end_the_head(desk: Desk) -> None:
    """Since yesterday nobody heads the body."""
    head = sa.and_(OfficeHolding.office == Office.HEAD, OfficeHolding.agency_id == desk.made.bodies["SXD"].id)
    with unit_of_work(desk.now) as session:
        session.execute(sa.update(OfficeHolding).where(head).values(to_on=desk.now.on - timedelta(days=1)))


def test_what_the_head_has_not_opened_is_taken_back_once(desk: Desk) -> None:
    slot = desk.slot()
    seen = handed(desk, slot).version
    for _ in range(2):
        draft = desk.press(handing.take_back, reader=desk.officer, slot=slot, version=seen)
        assert draft.state == DraftState.EDITING
    draft = desk.keep(slot, draft.version, value="121")
    with pytest.raises(StaleEdit):  # the head's page, as it was
        desk.press(service.send, reader=desk.head, slot=slot, version=seen)
    desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version)
    with pytest.raises(StaleEdit):
        desk.press(handing.take_back, reader=desk.officer, slot=slot, version=seen)
    events = desk.session.scalars(sa.select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events.count("draft.taken_back") == 1


def test_what_the_head_opened_stays_until_it_is_handed_back(desk: Desk) -> None:
    slot = desk.slot()
    draft = handed(desk, slot)
    desk.press(handing.note_opened, draft_id=draft.id)
    with pytest.raises(DomainError, match="đã mở số liệu này"):
        desk.press(handing.take_back, reader=desk.officer, slot=slot, version=draft.version)
    back = desk.press(service.hand_back, reader=desk.head, slot=slot, comment="Sửa", version=draft.version)
    assert (back.state, back.opened_at) == (DraftState.EDITING, None)
    again = desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=back.version)
    desk.press(handing.take_back, reader=desk.officer, slot=slot, version=again.version)


def test_nothing_is_handed_to_nobody_and_what_was_handed_on_comes_back(desk: Desk) -> None:
    slot, other = desk.slot(), desk.slot("SXD-T03")
    opened = handed(desk, slot)
    desk.press(handing.note_opened, draft_id=opened.id)
    end_the_head(desk)
    draft = desk.keep(other, value="50")
    with pytest.raises(Incomplete):
        desk.press(service.hand_to_head, reader=desk.officer, slot=other, version=draft.version)
    typed = {"value": "60"}
    faults = desk.press(
        service.keep_and_hand, reader=desk.officer, slot=other, typed=typed, language="vi", version=draft.version
    )
    assert "không có người đứng đầu" in str(faults[""])
    kept = queries.draft_of(desk.session, other)
    assert kept is not None
    assert (kept.state, kept.typed) == (DraftState.EDITING, typed)
    back = desk.press(handing.take_back, reader=desk.officer, slot=slot, version=opened.version)
    assert back.state == DraftState.EDITING


def test_a_file_that_was_taken_off_is_put_back_until_the_report_is_sent(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot)
    first, second = (StoredUpload(sign * 64, 9, "application/pdf", f"{sign}.pdf") for sign in "ab")
    for file in (first, second):
        desk.press(attaching.attach, reader=desk.officer, slot=slot, file=file)
    same = desk.press(attaching.attach, reader=desk.officer, slot=slot, file=StoredUpload("a" * 64, 9, "x", "c.pdf"))
    assert same.name == "a.pdf", "the same content stays one file"
    for _ in range(2):
        desk.press(attaching.detach, reader=desk.officer, slot=slot, token=same.token)
    draft = queries.draft_of(desk.session, slot)
    assert draft is not None
    files = evidence_files.ever_of_draft(desk.session, draft.id)
    assert [(one.name, one.removed_at is not None) for one in files] == [("a.pdf", True), ("b.pdf", False)]
    for _ in range(2):
        desk.press(attaching.put_back, reader=desk.officer, slot=slot, token=same.token)
    desk.press(attaching.detach, reader=desk.officer, slot=slot, token=same.token)
    desk.press(attaching.attach, reader=desk.officer, slot=slot, file=first)  # the same as putting it back
    b = evidence_files.ever_of_draft(desk.session, draft.id)[1]
    desk.press(attaching.detach, reader=desk.officer, slot=slot, token=b.token)
    draft = queries.draft_of(desk.session, slot)
    assert draft is not None
    report = desk.press(service.send, reader=desk.head, slot=slot, version=draft.version)
    sent = queries.history(desk.session, report.id)[0].evidence
    assert [one.name for one in sent] == ["a.pdf"]
    assert desk.session.scalars(sa.select(Evidence.name)).all() == ["a.pdf"], "what was taken off is nowhere"
