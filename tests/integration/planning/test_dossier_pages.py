"""The pages of a commitment's life: drafted, negotiated, frozen, signed, put in force, each by whoever may."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests.integration.planning.hands import signs, take_passkeys
from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.commitments.life import negotiating
from tracker.commitments.models import Target
from tracker.mail.models import OutboxMail
from tracker.signing.models import DocumentNumber, MadeDocument

pytestmark = pytest.mark.one_database


def test_from_the_draft_to_targets_that_stand_on_boards(room: Room) -> None:
    dossier = room.table.draft()
    monitor, head, officer, chair = (
        room.desk(one) for one in (Office.MONITOR, Office.HEAD, Office.OFFICER, Office.CHAIR)
    )
    page = room.address(dossier)
    officer.get(page, 404)
    monitor.get(page)
    monitor.send(f"{page}/moves/offer")
    officer.get(page)
    officer.get(f"{room.target(dossier, 'T01')}")
    told = officer.send(room.target(dossier, "T01"), goal="200", due_on="20/12/2021", reason="Khó đạt")
    assert "234,5" in told
    assert "200" in told
    assert "20/12/2021" in told
    (proposal,) = re.findall(r"/proposals/([^/]+)/take-back", told)
    monitor.get(page)
    told = monitor.send(f"{page}/proposals/{proposal}/accept")
    assert "(ban đầu" not in told
    monitor.send(f"{page}/moves/offer")
    head.get(f"{page}/moves/agree")
    head.send(f"{page}/moves/agree")
    monitor.get(f"{page}/moves/freeze")
    told = monitor.send(f"{page}/moves/freeze")
    assert "01/2021/CK-SXD" in told
    take_passkeys(room)
    head.get(f"{page}/moves/sign", 303)
    signs(room, head, page)
    signs(room, chair, page)
    monitor.get(f"{page}/moves/put-in-force")
    told = monitor.send(f"{page}/moves/put-in-force", from_on="05/02/2021")
    assert room.table.dossier(dossier).state == "in_force"
    (token,) = room.table.session.scalars(sa.select(Target.token).where(Target.code == "T01"))
    assert f"/targets/{token}" in told
    assert f"/targets/{token}" in monitor.get("/targets?status=all")
    address = room.table.session.scalar(sa.select(MadeDocument.address))
    assert f"/documents/{address}" in officer.get(page)
    officer.get(f"/documents/{address}")
    assert officer.get("/commitments").count("<tr>") == 3, "its head, this one, and one that came by a package"


def test_what_cannot_be_stands_beside_its_field_and_nothing_typed_is_lost(room: Room) -> None:
    dossier = room.table.draft()
    monitor = room.desk(Office.MONITOR)
    monitor.get(room.target(dossier, "T01"))
    told = monitor.send(room.target(dossier, "T01"), 400, goal="chín", due_on="31/02/2021", milestones="mai: 3")
    assert 'value="chín"' in told
    assert 'value="31/02/2021"' in told
    assert "mai: 3" in told
    assert told.count("govuk-error-message") == 3
    told = monitor.send(room.target(dossier, "T01"), 400, goal="0", due_on="01/01/2021", milestones="14/06/2021: 100")
    assert 'id="due_on-error"' in told


def test_a_stale_draft_shows_both_versions(room: Room) -> None:
    dossier = room.table.draft()
    first, second = room.desk(Office.MONITOR), room.desk(Office.MONITOR)
    address = room.target(dossier, "T01")
    first.get(address)
    second.get(address)
    first.send(address, goal="210")
    told = second.send(address, 400, goal="190")
    assert "210" in told
    assert 'value="190"' in told
    second.send(address)
    assert room.table.targets(dossier)["T01"].terms["goal"] == "190"


def test_a_paste_of_the_wrong_shape_names_the_cell(room: Room) -> None:
    dossier = room.table.draft()
    monitor = room.desk(Office.MONITOR)
    code = room.table.made.programme.code
    address = f"/programmes/{code}/drafts?target=M-T03"
    monitor.get(address)
    told = monitor.send(address, 400, paste="SXD\t92\t1,5\nSở Không Có\t90\t1\nSXD\tchín\nSXD")
    for place in ("Dòng 2, cột 1", "Dòng 3, cột 1", "Dòng 3, cột 2", "Dòng 4, cột 1"):
        assert place in told
    assert "Dòng 1" not in told
    assert "Sở Không Có" in told
    key = room.table.targets(dossier)["T03"].id
    assert re.search(rf'name="goal-{key}" value="95"', told)
    told = monitor.send(address, 200, paste="sở xây dựng\t92\t")
    assert re.search(rf'name="goal-{key}" value="92"', told)
    assert re.search(rf'name="weight-{key}" value="1"', told)
    assert room.table.targets(dossier)["T03"].terms["goal"] == "95"
    monitor.send(address)
    assert room.table.targets(dossier)["T03"].terms["goal"] == "92"


def test_the_table_refuses_beside_the_cell_and_shows_what_somebody_else_wrote(room: Room) -> None:
    dossier = room.table.draft()
    first, second = room.desk(Office.MONITOR), room.desk(Office.MONITOR)
    address = f"/programmes/{room.table.made.programme.code}/drafts?target=M-T03"
    key = room.table.targets(dossier)["T03"].id
    first.get(address)
    second.get(address)
    told = first.send(address, 400, **{f"goal-{key}": "0", f"weight-{key}": "hai"})
    assert told.count("govuk-error-message") == 1
    assert f'href="#c-weight-{key}"' in told
    assert f'id="c-weight-{key}"' in told, "the summary leads to the cell"
    told = first.send(address, 400, **{f"goal-{key}": "0", f"weight-{key}": "0"})
    assert told.count("govuk-error-message") == 2
    first.send(address, 303, **{f"goal-{key}": "90", f"weight-{key}": "2"})
    told = second.send(address, 400, **{f"goal-{key}": "88"})
    assert "nay là 90" in told
    assert f'name="goal-{key}" value="88"' in told
    second.send(address, 303, **{f"weight-{key}": "1,5"})
    assert room.table.targets(dossier)["T03"].terms["goal"] == "88"
    assert room.table.targets(dossier)["T03"].terms["weight"] == "1.5"


def test_each_side_answers_what_the_other_proposed_and_reads_why(room: Room) -> None:
    dossier = room.table.draft()
    room.table.do(negotiating.offer, room.table.monitor, dossier_id=dossier)
    officer, monitor = room.desk(Office.OFFICER), room.desk(Office.MONITOR)
    page = room.address(dossier)
    officer.get(f"{page}/comment")
    target = room.table.targets(dossier)["T01"].token
    told = officer.send(f"{page}/comment", about=target, term="goal", text="Cao quá")
    assert "T01, Mục tiêu: khi đó là 234,5" in told
    officer.get(room.target(dossier, "T01"))
    told = officer.send(room.target(dossier, "T01"), goal="200", reason="Khó đạt")
    (proposal,) = re.findall(r"/proposals/([^/]+)/take-back", told)
    assert "/accept" not in told
    officer.get(f"{page}/proposals/{proposal}/refuse", 403)
    monitor.get(f"{page}/proposals/{proposal}/refuse")
    monitor.send(f"{page}/proposals/{proposal}/refuse", 400, reason=" ")
    told = monitor.send(f"{page}/proposals/{proposal}/refuse", reason="Đã giao chỉ tiêu")
    assert "Đã giao chỉ tiêu" in told
    assert "Đã giao chỉ tiêu" in officer.get(page)
    assert room.table.targets(dossier)["T01"].terms["goal"] == "234.50"


def test_a_side_is_reminded_once_a_day(room: Room) -> None:
    dossier = room.table.draft()
    room.table.do(negotiating.offer, room.table.monitor, dossier_id=dossier)
    monitor = room.desk(Office.MONITOR)
    page = room.address(dossier)
    monitor.get(page)
    monitor.send(f"{page}/remind")
    room.table.session.rollback()
    mails = room.table.session.scalars(sa.select(OutboxMail)).all()
    assert {mail.person_id for mail in mails} == {room.table.head.person_id, room.table.officer.person_id}
    assert page in mails[0].text
    monitor.send(f"{page}/remind")
    assert "Hôm nay đã nhắc rồi" in monitor.page
    assert room.table.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 2


def test_what_is_reopened_gives_its_number_up(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "agreed")
    monitor, page = room.desk(Office.MONITOR), room.address(dossier)
    monitor.get(f"{page}/moves/freeze")
    monitor.send(f"{page}/moves/freeze")
    monitor.get(f"{page}/moves/reopen")
    monitor.send(f"{page}/moves/reopen", 400)
    told = monitor.send(f"{page}/moves/reopen", reason="Sai thời hạn")
    assert room.table.dossier(dossier).state == "negotiated", re.findall(r"t-flash.*?</div>", told, re.DOTALL)
    room.table.do(negotiating.offer, room.table.monitor, dossier_id=dossier)
    room.table.bring_to(dossier, "agreed")
    monitor.get(f"{page}/moves/freeze")
    assert "02/2021/CK-SXD" in monitor.send(f"{page}/moves/freeze")
    numbers = room.table.session.scalars(sa.select(DocumentNumber).order_by(DocumentNumber.number)).all()
    assert [(one.number, one.cancel_reason) for one in numbers] == [(1, "Sai thời hạn"), (2, None)]


def test_on_paper_needs_an_attested_scan(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "agreed")
    monitor, clerk, page = room.desk(Office.MONITOR), room.desk(Office.CLERK), room.address(dossier)
    monitor.get(f"{page}/moves/freeze")
    monitor.send(f"{page}/moves/freeze")
    monitor.get(f"{page}/moves/on-paper", 403)
    clerk.get(f"{page}/moves/on-paper")
    told = clerk.send(f"{page}/moves/on-paper", 400, signed_on="01/02/2021", countersigned_on="01/02/2021")
    assert "bản quét" in told
    assert room.table.dossier(dossier).state == "frozen"


def test_drafts_are_made_for_many_bodies_at_once(room: Room) -> None:
    administrator = room.desk(Office.ADMINISTRATOR)
    administrator.get("/templates")
    administrator.send("/templates/typical")
    code = room.table.made.programme.code
    monitor, address = room.desk(Office.MONITOR), f"/programmes/{code}/draft"
    told = monitor.get(address)
    monitor.send(address, 400)
    chosen = dict(re.findall(r'name="some_1"[^>]*value="([^"]+)"[^>]*>\s*<label[^>]*>\s*(1\.0\d)', told))
    by_code = {template: token for token, template in chosen.items()}
    assert "1.02 · Kỳ báo cáo" in monitor.send(address, 400, whole_0="y", some_1=by_code["1.02"])
    told = monitor.send(address, whole_0="y", some_1=by_code["1.01"])
    assert told.count("/commitments/") >= 2
    assert "Cơ quan nào cũng đã có bản cam kết" in monitor.get(address)
    monitor.get(f"/programmes/{code}/offer")
    monitor.send(f"/programmes/{code}/offer")
    assert "/commitments/" in room.desk(Office.HEAD).get("/commitments")


def test_what_became_of_a_term_stands_beside_what_was_signed(room: Room) -> None:
    table = room.table
    first = table.draft()
    table.bring_to(first, "in_force")
    table.go_to("2021-05-10")
    amending = table.amend(first)
    table.do(negotiating.offer, table.monitor, dossier_id=amending)
    proposed = table.propose(amending, "T01", goal="200", due_on="2021-12-20")
    table.do(negotiating.accept, table.monitor, proposal_id=proposed)
    table.do(negotiating.offer, table.monitor, dossier_id=amending)
    monitor = room.desk(Office.MONITOR)
    assert "ban đầu:" not in monitor.get(room.address(first))
    table.bring_to(amending, "in_force")
    told = " ".join(re.sub(r"<[^>]+>", " ", monitor.get(room.address(first))).split())
    assert re.search(r"Mục tiêu: 200 .{0,20}\(ban đầu: 234,5 .{0,20}\) · Thời hạn: 20/12/2021 \(ban đầu:", told), told
    assert "Đóng" not in told, "the programme still runs"
