"""Every fact that the product adds stands in the record by its digest; one that was altered, taken away or added past
it is named."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from tests.factories import errand, letters, new_facts, returned_mails, signing, signing_keys, signs
from tests.factories.lives import REACH
from tests.integration.audit.conftest import chain
from tests.integration.progress.conftest import PRESS_ON, Desk
from tests.integration.progress.test_drafts import upload
from tests.support.factors import Device
from tests.support.free_hand import free_hand
from tests.support.product import Scene
from tests.unit.interchange.sample import package
from tracker.agencies import service as agencies
from tracker.agencies.offices import Office
from tracker.approvals import offices
from tracker.approvals import service as approvals
from tracker.audit import digests, queries, service
from tracker.audit.events import Event
from tracker.audit.verify import Verification
from tracker.commitments.life import drafting, negotiating
from tracker.commitments.life.moving import targets_of
from tracker.commitments.terms.terms import parse
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.interchange import service as packages
from tracker.mail import bounces
from tracker.mail import service as outbox
from tracker.mail.service import Content, Letter
from tracker.privacy import service as privacy
from tracker.progress import appraisal, attaching, recalling, withdrawing
from tracker.progress.corrections import service as corrections
from tracker.progress.merging.merge import Written, parts
from tracker.progress.merging.service import Meeting, keep_merged
from tracker.progress.threads import comments, questions
from tracker.reminders.asking import promises
from tracker.reminders.asking import service as asking
from tracker.reminders.queries import was_told

ALTERED = {
    "address_bounce": "status = '5.2.2'",
    "amendment": "recorded_on = '2039-01-01'",
    "approval": "reason = 'x'",
    "approval_decision": "decided_at = '2020-01-01 00:00:00+00'",
    "cell_merge": "side = 'theirs'",
    "classification": "kind = 'x'",
    "commitment": "signed_on = '2019-01-01'",
    "cell_comment": "text = 'x'",
    "correction": "reason = 'x'",
    "correction_end": "reason = 'x'",
    "reopening": "number = 'x'",
    "decision": "reason = 'x'",
    "document": "version = 99",
    "document_number": "drawn_at = '2020-01-01 00:00:00+00'",
    "dossier": "token = token || 'x'",
    "dossier_move": "reason = 'x'",
    "evidence": "sha256 = 'x'",
    "extension": "recorded_on = '2039-01-01'",
    "apology_rule": "reason = 'x'",
    "sign": "key = 'x'",
    "sign_word": "text = 'x'",
    "letter": "token = token || 'x'",
    "letter_file": "name = 'x'",
    "letter_move": "text = 'x'",
    "number_cancelled": "cancel_reason = 'x'",
    "paper": "size = 1",
    "paper_file": "pages = 99",
    "paper_judged": "judged_at = '2020-01-01 00:00:00+00'",
    "signed_file": "size = 1",
    "seal_key": "note = 'x'",
    "period": "due_on = '2039-01-01'",
    "period_change": "reason = 'x'",
    "programme": "ends_on = '2039-01-01'",
    "programme_plan": "basis_number = 'x'",
    "question_line": "text = 'x'",
    "report": "token = token || 'x'",
    "check_answer": "answer = 'x'",
    "report_receipt": "content = 'x'",
    "request_evidence": "size = 1",
    "revision": "value = '99'",
    "sending_confirmation": "evidence = 'x'",
    "signature": "evidence = 'x'",
    "signing_key": "public_key = 'x'",
    "signing_key_attestation": "office = 'x'",
    "signing_key_sheet": "size = 99",
    "signing_key_end": "end_reason = 'x'",
    "signing_ways": "reason = 'x'",
    "ladder_version": "reason = 'x'",
    "asking": "sentence = 'x'",
    "promise": "sentence = 'x'",
    "succession": "position = 9",
    "suspension": "reason = 'x'",
    "target": "weight = '99'",
    "target_decision": "reason = 'x'",
    "target_end": "end_reason = 'x'",
    "target_request": "reason = 'x'",
    "target_request_end": "withdrawn_at = '2020-01-01 00:00:00+00'",
    "target_template": "token = token || 'x'",
    "template_version": "source = 'x'",
    "term_answer": "answer_reason = 'x'",
    "term_comment": "text = 'x'",
    "term_proposal": "reason = 'x'",
    "withdrawal": "reason = 'x'",
}

# That nothing points at; of an extension and a suspension, once the decision is gone that made them.
LEAVES = (
    "address_bounce",
    "target_decision",
    "amendment",
    "decision",
    "evidence",
    "extension",
    "suspension",
    "period_change",
)
ADDED = {
    "revision": """(report_id, seq, submitted_on, recorded_on, value, not_applicable)
        SELECT report_id, 9, submitted_on, recorded_on, value, not_applicable FROM revision""",
    "decision": """(revision_id, seq, outcome, decided_on, recorded_on)
        SELECT revision_id, 9, outcome, decided_on, recorded_on FROM decision""",
    "extension": """(target_id, granted_on, due_on, recorded_on)
        SELECT target_id, granted_on, '2039-01-01', recorded_on FROM extension""",
    "evidence": """(token, revision_id, agency_id, sha256, size, media_type, name, uploaded_by_id, uploaded_at)
        SELECT 'other', revision_id, agency_id, sha256, size, media_type, name, uploaded_by_id, uploaded_at
        FROM evidence""",
}


@pytest.fixture
def worked(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Session:
    """A province in which everything that adds a fact was done, by its own road."""
    at(PRESS_ON)
    scene(build)
    return session


def asked_for(desk: Desk, made: errand.Province) -> None:
    """A report is promised, and asked for by hand."""
    slot, period = desk.slot("SXD-T02"), made.periods["2021-H1"]
    desk.press(promises.make, reader=desk.officer, slot=slot, will_send_on=desk.now.on, sentence="Gửi trong ngày")
    of_t02: dict[str, Any] = {"period": period, "target_ids": [made.targets["SXD-T02"].id]}
    monitor, site = desk.reader("VP", Office.MONITOR), settings_of(current_app).site
    desk.press(asking.ask, reader=monitor, **of_t02, sentence="Đề nghị gửi sớm", site=site)


def build() -> None:
    """Facts of before, then a package, then people at work."""
    with unit_of_work() as session:
        made = errand.province(session)
        for code in ("T01", "T02"):
            errand.target(session, made, "SXD", code)
        errand.target(session, made, "SXD", "T03", shape="keep", ratio=True)  # of which files can be late
        assert service.seal(session, clock.moment()) > 0
        assert service.seal(session, clock.moment()) == 0, "each is taken once"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.json"
        text = json.dumps(package(), ensure_ascii=False)
        for code in ("VN 2021", "PAR-2021", "01/CK", '"SNV'):  # which stand there already
            text = text.replace(code, f"{code}-B")
        path.write_text(text, encoding="utf-8")
        assert packages.load(path) == []
    session = database.session()
    desk = Desk(session, made, clock.moment, clock.moment())  # type: ignore[arg-type]  # it stays on its day
    slot = desk.slot()
    desk.keep(slot)
    desk.press(attaching.attach, reader=desk.officer, slot=slot, file=upload())
    report = desk.sent(slot)
    desk.press(questions.ask, reader=desk.appraiser, report=report, text="Danh mục ở đâu?", seen=0)
    again: dict[str, Any] = {"reader": desk.appraiser, "report": report, "seq": 1, "reason": "Thiếu minh chứng"}
    desk.press(appraisal.return_report, **again)
    desk.press(withdrawing.withdraw, **again, told=was_told)
    desk.press(appraisal.return_report, **again)
    report = desk.sent(slot, value="121")
    desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=2)
    asked = desk.press(corrections.ask, reader=desk.head, slot=slot, seq=2, reason="Tính trùng một thủ tục")
    desk.press(corrections.withdraw, reader=desk.head, slot=slot, token=asked.token)
    named = {"ground": "finding", "number": "12/KL-TTr", "dated_on": "1/6/2021", "reason": "Số liệu không khớp"}
    desk.press(corrections.reopen, reader=desk.appraiser, report=report, seq=2, typed=named)
    desk.press(comments.say, reader=desk.officer, slot=slot, text="Đang đối chiếu lại")
    by_key(desk, made)
    comes_back(desk)
    desk.press(recalling.recall, reader=desk.head, slot=desk.slot("SXD-T02"), seq=1)
    asked_for(desk, made)
    empty, filled = Written({}, "vi"), Written({"value": "5"}, "vi")
    meeting = Meeting(desk.slot("SXD-T02"), 0, parts(empty, empty, filled), empty, filled, {})
    desk.press(keep_merged, reader=desk.officer, meetings=[meeting], sha256="ab" * 32)
    negotiate(desk, made)
    new_facts.add(made, desk.now, settings_of(current_app).files_folder, rests="SXD-T02", ends="SXD-T01")
    signing.add(new_facts.Hand(made, desk.now, settings_of(current_app).files_folder))
    signs.add(desk, made)
    letters.add(new_facts.Hand(made, desk.now, settings_of(current_app).files_folder))
    administrator = made.people[("VP", Office.ADMINISTRATOR)].id
    given = desk.press(
        offices.ask_to_give,
        actor_id=administrator,
        person_id=made.people[("SXD", Office.OFFICER)].id,
        agency_id=made.bodies["SXD"].id,
        office=Office.DEPUTY,
        from_on=desk.now.on,
        to_on=None,
        reason="Quyết định 5",
    )
    desk.press(approvals.withdraw, token=given.token, actor_id=administrator)
    bodies = {code: body.id for code, body in made.bodies.items()}
    desk.press(
        agencies.succeed,
        actor_id=administrator,
        agency_id=bodies["SYT"],
        successor_ids=[bodies["SNV"]],
        from_on=desk.now.on,
    )
    chain()


def comes_back(desk: Desk) -> None:
    """A mail that came back: nobody is at its address."""
    letter = Letter("mail", "test", desk.officer.person_id, "vi", Content("Chào", "Kính gửi"), "camket.example.vn")
    mail = desk.press(outbox.queue, letter=letter)
    assert mail is not None
    mail.state, mail.sent_at = "sent", desk.now.at
    desk.session.commit()
    desk.press(bounces.take_in, content=returned_mails.postfix(mail.message_id))


def by_key(desk: Desk, made: errand.Province) -> None:
    """A report that its head confirms by a key, as the programme asks on that day."""
    device, slot, programme_id = Device(), desk.slot("SXD-T02"), made.programme.id
    desk.press(signing_keys.ask_to_send, programme_id)
    desk.press(signing_keys.enrol, desk.head, device)
    draft = desk.keep_form(slot, {"value": "5", "answer:blank_explanation": "Chờ hướng dẫn"})  # behind its plan
    desk.press(signing_keys.send, reader=desk.head, device=device, drafts=[(slot, draft.version)])
    desk.press(signing_keys.ask_to_send, programme_id, asks=False)


def negotiate(desk: Desk, made: errand.Province) -> None:
    """A commitment on its way, of a body that has none yet, with what was said and proposed."""
    monitor, lines = desk.reader("VP", Office.MONITOR), [drafting.Line(parse(REACH))]
    programme_id, agency_id = made.programme.id, made.bodies["SYT"].id
    officer = desk.reader("SYT", Office.OFFICER)
    dossier = desk.press(drafting.draft, reader=monitor, programme_id=programme_id, agency_id=agency_id, lines=lines)
    desk.press(negotiating.offer, reader=monitor, dossier_id=dossier.id)
    desk.press(negotiating.comment, reader=officer, dossier_id=dossier.id, text="Khó đạt")
    (target,) = targets_of(desk.session, dossier.id)
    values: dict[str, Any] = {"draft_target_id": target.id, "version": 1, "values": {"goal": "200"}, "reason": "Khó"}
    proposal = desk.press(negotiating.propose, reader=officer, **values)
    desk.press(negotiating.refuse, reader=monitor, proposal_id=proposal.id, reason="Giữ nguyên")


def found(session: Session) -> list[str]:
    session.rollback()
    texts = [str(finding) for finding in Verification(session, queries.heads(session)).findings()]
    session.rollback()
    return texts


def past_the_product(session: Session, *statements: str) -> None:
    with unit_of_work(), free_hand(session.connection()):
        for statement in statements:
            session.connection().exec_driver_sql(statement)


def test_each_fact_of_each_kind_stands_in_the_record(worked: Session) -> None:
    assert found(worked) == []
    for kind in digests.kinds().values():
        some = worked.execute(kind.select()).mappings().all()
        assert some, f"nothing here shows whether {kind.name} is recorded"
        names = {name for row in some for name, value in row.items() if value is not None}
        assert len(names) > 2, kind.name


def numbers(session: Session, kind: str) -> list[int]:
    """The first of a kind, which came in a package or before digests were kept, and the last."""
    fact = digests.kinds()[kind]
    ids = [row["id"] for row in session.execute(fact.select()).mappings()]
    return sorted({ids[0], ids[-1]})


def test_what_was_altered_is_named(worked: Session) -> None:
    assert set(ALTERED) == set(digests.kinds())
    some = {kind: numbers(worked, kind) for kind in ALTERED}
    table_of = {kind: digests.kinds()[kind].table.name for kind in ALTERED}
    past_the_product(
        worked,
        *(
            f"UPDATE {table_of[kind]} SET {ALTERED[kind]} WHERE id IN ({', '.join(map(str, some[kind]))})"
            for kind in ALTERED
        ),
    )
    told = {line.split(" is not what")[0] for line in found(worked)}
    assert told == {f"altered: {kind.replace('_', ' ')} {number}" for kind in ALTERED for number in some[kind]}


def test_what_was_taken_away_is_named(worked: Session) -> None:
    some = {kind: numbers(worked, kind)[-1] for kind in LEAVES}
    table_of = {kind: digests.kinds()[kind].table.name for kind in LEAVES}
    past_the_product(worked, *(f"DELETE FROM {table_of[kind]} WHERE id = {some[kind]}" for kind in LEAVES))
    told = [line.split(" stands in record")[0] for line in found(worked)]
    assert sorted(told) == sorted(f"missing: {kind.replace('_', ' ')} {number}" for kind, number in some.items())


def test_what_was_put_in_is_named(worked: Session) -> None:
    """For that nobody needs a free hand: the product's own role may add."""
    with unit_of_work():
        for kind, row in ADDED.items():
            worked.connection().exec_driver_sql(f"INSERT INTO {kind} {row} WHERE id = {numbers(worked, kind)[-1]}")
    new = {kind: numbers(worked, kind)[-1] for kind in ADDED}
    assert sorted(found(worked)) == sorted(
        f"added: {kind} {number} stands in no record" for kind, number in new.items()
    )
    with unit_of_work() as session:
        assert service.seal(session, clock.moment()) == len(ADDED)
    assert found(worked) == []


def test_an_erased_file_is_whole_and_one_that_only_says_so_is_not(worked: Session) -> None:
    number = numbers(worked, "evidence")[0]
    blank = f"UPDATE evidence SET name = '', erased_on = '2021-06-16' WHERE id = {number}"
    past_the_product(worked, blank)
    assert found(worked) == [f"altered: evidence {number} says that it is erased, and no erasure of it stands"]
    past_the_product(worked, f"UPDATE evidence SET name = 'a.pdf', erased_on = NULL WHERE id = {number}")
    head = worked.scalar(sa.text("SELECT id FROM person ORDER BY id LIMIT 1"))
    with unit_of_work() as session:
        privacy.erase_file(session, clock.moment(), key=upload().sha256, decided_by=str(head), reason="Quyết định 3")
    assert found(worked) == []


def test_digests_that_were_altered_are_told(worked: Session) -> None:
    """Whoever changes a fact and its digest in a package's bundle is betrayed by the record, which holds the hash."""
    bundle = worked.execute(sa.text("SELECT id, bundle FROM fact_digests WHERE kind = 'decision'")).first()
    assert bundle is not None
    past_the_product(worked, f"DELETE FROM fact_digests WHERE id = {bundle[0]}")
    told = found(worked)
    assert [line.split(" record")[0] for line in told if line.startswith("altered")] == [
        "altered: the digests that came with"
    ]
    assert any(line.startswith("added: decision") for line in told)


def test_what_has_not_the_form_of_digests_stops_nobody(session: Session) -> None:
    for detail in (
        {"facts": {"revision": {"9" * 30: "00"}}},
        {"facts": {"revision": {"1": "no digest"}}},
        {"facts": {"revision": [1, 2]}},
        {"facts": {"unheard": {"1": "00"}}},
        {"facts": 7},
        {"bundle": {"name": "x"}},
        {"bundle": "x"},
        {"note": '"facts":'},
    ):
        with unit_of_work():
            service.record(session, clock.moment(), Event.REPORT_SENT, actor_id=1, subject=("report", 1), detail=detail)
        assert found(session) == []
    with unit_of_work():
        assert service.seal(session, clock.moment()) == 0
