"""Drafts: kept as typed, passed between officer and head, never overwritten unseen, sent exactly as seen."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.integration.progress.conftest import Desk
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, Forbidden, StaleEdit
from tracker.core.files.store import StoredUpload
from tracker.progress import attaching, beginning, evidence_files, queries, recalling, rules, service
from tracker.progress.models import Draft
from tracker.progress.states import DraftState, ReportState


def upload(number: int = 1) -> StoredUpload:
    return StoredUpload(f"{number:064x}", 1024, "application/pdf", f"minh-chung-{number}.pdf")


def test_what_was_typed_is_kept_right_or_wrong(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="một trăm", narrative="sẽ bổ sung")
    draft = queries.draft_of(desk.session, slot)
    assert draft is not None
    assert draft.typed == {"value": "một trăm", "narrative": "sẽ bổ sung"}
    assert set(service.check_draft(desk.session, desk.now, slot, draft)) == {"value"}
    assert draft.entered_by_id == desk.officer.person_id


def test_saving_the_same_twice_changes_nothing(desk: Desk) -> None:
    slot = desk.slot()
    assert desk.keep(slot, value="5").version == 1
    assert desk.keep(slot, 0, value="5").version == 1
    assert desk.keep(slot, 1, value="6").version == 2


def test_a_stale_edit_is_refused_with_what_stands_now(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    desk.keep(slot, 1, desk.head, value="6")
    with pytest.raises(StaleEdit) as refusal:
        desk.keep(slot, 1, value="7")
    assert isinstance(refusal.value.current, Draft)
    assert refusal.value.current.typed == {"value": "6"}
    with pytest.raises(StaleEdit):
        desk.keep(slot, 0, value="7")


def test_the_other_language_shows_the_same_figure_and_makes_nobody_its_writer(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="1.447,5")
    shown = rules.retyped({"value": "1.447,5"}, "vi", "en")
    assert shown == {"value": "1,447.5"}
    draft = desk.keep(slot, 1, desk.head, "en", **shown)
    assert (draft.version, draft.entered_by_id) == (1, desk.officer.person_id)


def test_whoever_changes_the_figure_is_its_writer(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    draft = desk.keep(slot, 1, desk.head, value="6")
    assert draft.entered_by_id == desk.head.person_id


def test_the_officer_hands_on_only_what_could_be_sent(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="nhiều")
    with pytest.raises(service.Incomplete) as refusal:
        desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=1)
    assert set(refusal.value.faults) == {"value"}
    draft = queries.draft_of(desk.session, slot)
    assert draft is not None
    assert draft.state == DraftState.EDITING


def test_while_the_head_has_it_the_officer_changes_nothing(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    draft = desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=1)
    assert draft.state == DraftState.WITH_HEAD
    again = desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version)
    assert again.version == draft.version
    with pytest.raises(DomainError):
        desk.keep(slot, draft.version, value="6")
    with pytest.raises(DomainError):
        desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload())
    assert desk.keep(slot, draft.version, desk.head, value="6").state == DraftState.WITH_HEAD


def test_the_head_hands_back_and_says_why(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    version = desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=1).version
    with pytest.raises(FieldError) as refusal:
        desk.press(service.hand_back, reader=desk.head, slot=slot, comment="  ", version=version)
    assert refusal.value.field == "comment"
    for _ in range(2):
        draft = desk.press(service.hand_back, reader=desk.head, slot=slot, comment="Kiểm tra lại", version=version)
    assert (draft.state, draft.head_comment, draft.version) == (DraftState.EDITING, "Kiểm tra lại", version + 1)
    draft = desk.keep(slot, draft.version, value="6")
    assert draft.head_comment == "Kiểm tra lại"
    assert desk.press(service.hand_to_head, reader=desk.officer, slot=slot, version=draft.version).head_comment is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("body", "office", "may_write", "may_send"),
    [
        ("SXD", Office.OFFICER, True, False),
        ("SXD", Office.HEAD, True, True),
        ("SYT", Office.OFFICER, False, False),
        ("SYT", Office.HEAD, False, False),
        ("SNV", Office.APPRAISER, False, False),
        ("VP", Office.MONITOR, False, False),
        ("VP", Office.ADMINISTRATOR, False, False),
    ],
)
def test_who_writes_and_who_sends(desk: Desk, body: str, office: Office, may_write: bool, may_send: bool) -> None:
    slot, reader = desk.slot(), desk.reader(body, office)
    if may_write:
        desk.keep(slot, reader=reader, value="5")
    else:
        with pytest.raises(Forbidden):
            desk.keep(slot, reader=reader, value="5")
        desk.keep(slot, value="5")
    if may_send:
        assert desk.press(service.send, reader=reader, slot=slot, version=1).state == ReportState.SENT
    else:
        with pytest.raises(Forbidden):
            desk.press(service.send, reader=reader, slot=slot, version=1)


@pytest.mark.parametrize(
    ("key", "period", "typed", "stored"),
    [
        ("SXD-T01", "2021-H1", {"value": "1.447,0", "as_at": "10/6/2021"}, {"value": Decimal("1447.0")}),
        ("SXD-T02", "2021-H1", {"numerator": "190", "denominator": "200"}, {"numerator": Decimal(190), "value": None}),
        ("SXD-T02", "2021-H1", {"not_applicable": "1", "narrative": "Không có hồ sơ"}, {"not_applicable": True}),
        ("SXD-T03", "2021-H1", {"value": "40"}, {"value": Decimal(40)}),
        ("SXD-T01", None, {"value": "234", "as_at": "15/6/2021"}, {"value": Decimal(234)}),
        ("SXD-T03", None, {"value": "100", "as_at": "16/6/2021"}, {"value": Decimal(100)}),
    ],
)
def test_what_is_sent_is_what_was_typed(
    desk: Desk, key: str, period: str | None, typed: dict[str, str], stored: dict[str, object]
) -> None:
    slot = desk.slot(key, period)
    report = desk.sent(slot, **typed)
    revision = queries.last_revision(desk.session, report.id)
    assert {name: getattr(revision, name) for name in stored} == stored
    assert (revision.seq, revision.submitted_on, revision.recorded_on) == (1, desk.now.on, desk.now.on)
    assert (revision.entered_by_id, revision.sent_by_id) == (desk.officer.person_id, desk.head.person_id)
    assert (report.state, report.sent_on) == (ReportState.SENT, desk.now.on)
    assert queries.draft_of(desk.session, slot) is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("key", "period", "typed", "fields"),
    [
        ("SXD-T01", "2021-Q3", {"value": "5"}, {"period"}),
        ("SXD-T01", "2021-H1", {"value": "5", "as_at": "15/6/2021"}, {"as_at"}),
        ("SXD-T01", None, {"value": "233", "as_at": "15/6/2021"}, {"value"}),
        ("SXD-T01", None, {"value": "234", "as_at": "17/6/2021"}, {"as_at"}),
        ("SXD-T03", "2021-H1", {"value": "101"}, {"value"}),
        ("SXD-T02", "2021-H1", {"numerator": "1"}, {"denominator"}),
        ("SXD-T02", "2021-H1", {"not_applicable": "1"}, {"narrative"}),
        ("SXD-T04", "2021-H1", {"value": "96"}, {"period"}),
    ],
)
def test_what_cannot_be_sent(desk: Desk, key: str, period: str | None, typed: dict[str, str], fields: set[str]) -> None:
    slot = desk.slot(key, period)
    desk.keep_form(slot, typed, reader=desk.head)
    with pytest.raises(service.Incomplete) as refusal:
        desk.press(service.send, reader=desk.head, slot=slot, version=1)
    assert set(refusal.value.faults) == fields
    assert queries.report_of(desk.session, slot) is None
    assert queries.draft_of(desk.session, slot) is not None


def test_a_keep_target_has_no_completion(desk: Desk) -> None:
    with pytest.raises(DomainError):
        desk.keep(desk.slot("SXD-T02", None), numerator="1", denominator="1")


def test_the_head_sends_the_version_seen_and_no_other(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    desk.keep(slot, 1, value="6")
    with pytest.raises(StaleEdit):
        desk.press(service.send, reader=desk.head, slot=slot, version=1)
    desk.press(service.send, reader=desk.head, slot=slot, version=2)


def test_a_second_press_of_send_sends_nothing_more(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    report = desk.press(service.send, reader=desk.head, slot=slot, version=1)
    with pytest.raises(DomainError):
        desk.press(service.send, reader=desk.head, slot=slot, version=1)
    assert len(queries.history(desk.session, report.id)) == 1


def test_evidence_moves_with_the_report_and_comes_along_after_a_recall(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    first = desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload(1))
    same = desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload(1))
    second = desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload(2))
    assert same.id == first.id
    desk.press(attaching.detach, reader=desk.officer, slot=slot, token=second.token)
    desk.press(attaching.detach, reader=desk.officer, slot=slot, token=second.token)
    draft = queries.draft_of(desk.session, slot)
    assert draft is not None
    report = desk.press(service.send, reader=desk.head, slot=slot, version=draft.version)
    (sending,) = queries.history(desk.session, report.id)
    assert [file.sha256 for file in sending.evidence] == [upload(1).sha256]
    desk.press(recalling.recall, reader=desk.head, slot=slot, seq=1)
    text = beginning.starting_text(sending.revision, "vi")
    draft = desk.keep_form(slot, text, reader=desk.head)
    assert draft.entered_by_id == desk.officer.person_id
    assert [file.sha256 for file in evidence_files.of_draft(desk.session, draft.id)] == [upload(1).sha256]
    desk.press(service.send, reader=desk.head, slot=slot, version=draft.version)
    assert [len(sending.evidence) for sending in queries.history(desk.session, report.id)] == [1, 1]


def test_a_figure_has_so_many_files_and_no_more(desk: Desk) -> None:
    slot = desk.slot()
    desk.keep(slot, value="5")
    for number in range(rules.MOST_EVIDENCE):
        desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload(number))
    with pytest.raises(FieldError):
        desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload(99))


def test_several_drafts_go_in_one_press_and_what_changed_stays(desk: Desk) -> None:
    first, second, third = desk.slot("SXD-T01"), desk.slot("SXD-T02"), desk.slot("SXD-T03")
    desk.keep(first, value="5")
    desk.keep(second, numerator="9", denominator="10")
    desk.keep(third, value="150")
    sent, left = desk.press(service.send_all, reader=desk.head, drafts=[(third, 1), (second, 7), (first, 1)])
    assert [report.target_id for report in sent] == [first.target.id]
    assert {slot.target.id for slot in left} == {second.target.id, third.target.id}


def test_sending_a_report_takes_few_statements(desk: Desk, statements: list[str]) -> None:
    """Its steps and sums included: what makes it quick is that each thing is read once, and together."""
    slot = desk.slot()
    version = desk.keep(slot).version
    reader = desk.head
    desk.session.rollback()
    statements.clear()
    with unit_of_work(desk.now) as session:
        slot = desk.slot()
        service.send(session, desk.now, reader=reader, slot=slot, version=version)
    reads = [sql for sql in statements if sql.lstrip("(").startswith("SELECT") and "pg_advisory" not in sql]
    assert len(reads) <= 15
    assert len(statements) <= 24
