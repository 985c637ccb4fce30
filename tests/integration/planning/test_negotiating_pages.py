"""Every other press on a commitment: a target more or less, proposals taken back, ends, stale pages, lists."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests.factories.lives import REACH
from tests.integration.planning.room import Room
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import DossierMove, TermProposal
from tracker.commitments.life import lives

pytestmark = pytest.mark.one_database


def test_a_target_more_and_one_less(room: Room) -> None:
    """Of a draft at once and without a reason; later proposed, with one."""
    dossier = room.table.draft()
    administrator, monitor, officer = (room.desk(one) for one in (Office.ADMINISTRATOR, Office.MONITOR, Office.OFFICER))
    page = room.address(dossier)
    administrator.get("/templates")
    administrator.send("/templates/typical")
    new = f"{page}/targets/new"
    templates = {code: token for token, code in re.findall(r'<option value="([^"]+)">(\d\.\d\d) ', monitor.get(new))}
    assert 'name="reason"' not in monitor.page
    monitor.send(new, 400)
    monitor.send(new, template=templates["1.01"])
    drop = f"{room.target(dossier, '1.01')}/drop"
    assert 'name="reason"' not in monitor.get(drop)
    assert '"1.01' not in monitor.get(new), "each once"
    monitor.get(drop)
    monitor.send(drop)
    assert [one.dropped for one in room.table.targets(dossier).values()] == [False] * 3
    monitor.get(room.target(dossier, "T01"))
    monitor.get(page)
    monitor.send(f"{page}/moves/offer")
    officer.get(new)
    officer.send(new, template=templates["5.02"], reason="Nhiệm vụ mới")
    officer.get(f"{room.target(dossier, 'T02')}/drop")
    officer.send(f"{room.target(dossier, 'T02')}/drop", 400, reason="")
    told = officer.send(f"{room.target(dossier, 'T02')}/drop", reason="Không thuộc thẩm quyền")
    assert ("Nhiệm vụ mới" in told, "Không thuộc thẩm quyền" in told) == (True, True)
    assert set(room.table.targets(dossier)) == {"T01", "T02", "T03"}, "nothing is changed before it is accepted"
    for number in re.findall(r"/proposals/([^/]+)/take-back", told)[:1]:
        officer.send(f"{page}/proposals/{number}/take-back")
    room.table.session.rollback()
    outcomes = room.table.session.scalars(sa.select(TermProposal.outcome).order_by(TermProposal.id)).all()
    assert outcomes == [None, "taken_back"], "the newest stands first"


def test_a_term_is_said_something_of_with_its_target(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "offered")
    officer, page = room.desk(Office.OFFICER), room.address(dossier)
    officer.get(f"{page}/comment")
    told = officer.send(f"{page}/comment", 400, about="", term="goal", text="Cao quá")
    assert ("about-error" in told, "Cao quá" in told) == (True, True)
    told = officer.send(f"{page}/comment", about="", term="", text="Cần họp")
    assert "Toàn bộ bản cam kết" in told


@pytest.mark.parametrize(
    ("state", "office", "press", "ends"),
    [
        ("offered", Office.HEAD, "decline", "declined"),
        ("offered", Office.MONITOR, "withdraw", "withdrawn"),
        ("signed", Office.MONITOR, "withdraw", "withdrawn"),
    ],
)
def test_it_ends_with_a_reason_that_everybody_reads(
    room: Room, state: str, office: Office, press: str, ends: str
) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, state)
    desk, page = room.desk(office), room.address(dossier)
    address = f"{page}/moves/{press}"
    assert press in desk.get(page)
    desk.get(address)
    desk.send(address, 400, reason="")
    if state == "offered":
        room.table.propose(dossier, goal="200")
        told = desk.send(address, 400, reason="Không khả thi")
        assert "Không khả thi" in told, "somebody moved it meanwhile: what was typed stays"
    told = desk.send(address, reason="Không khả thi")
    assert room.table.dossier(dossier).state == ends
    assert "Không khả thi" in told
    assert "/moves/" not in told, "nothing more can be pressed"
    assert "Không khả thi" in room.desk(Office.OFFICER).get(page)
    assert desk.get("/commitments?state=" + ends).count(page) == 1
    desk.get(f"{page}/moves/agree", 403 if office is not Office.HEAD else 303)


def test_what_is_missing_is_told_before_it_is_agreed(room: Room) -> None:
    dossier = room.table.draft(records=({name: REACH[name] for name in REACH if name != "goal"},))
    room.table.bring_to(dossier, "offered")
    head, page = room.desk(Office.HEAD), room.address(dossier)
    assert re.search(r"T01 · Mục tiêu · ", head.get(f"{page}/moves/agree"))
    assert "T01" in head.send(f"{page}/moves/agree", 400)
    assert room.table.dossier(dossier).state == "offered"


def test_it_is_assessed_once_its_programme_is_over(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "in_force")
    monitor, page = room.desk(Office.MONITOR), room.address(dossier)
    assert "/moves/assess" not in monitor.get(page)
    room.table.go_to("2022-01-20")
    assert "/moves/assess" in room.desk(Office.MONITOR).get(page)


def test_the_list_is_left_with_what_one_asks_for(room: Room) -> None:
    drafted, offered = room.table.draft(), room.table.draft("SNV")
    room.table.bring_to(offered, "offered")
    monitor = room.desk(Office.MONITOR)
    both, brought = [room.address(one) for one in (drafted, offered)], len(room.table.made.commitments)
    for asked, found, others in (  # those that came by a package
        ("", (1, 1), brought),
        ("?state=drafted", (1, 0), 0),
        ("?turn=body", (0, 1), 0),
        ("?agency=SNV", (0, 1), int("SNV" in room.table.made.commitments)),
        (f"?programme={room.table.made.programme.code}", (1, 1), brought),
    ):
        page = monitor.get(f"/commitments{asked}")
        assert tuple(page.count(f'"{one}"') for one in both) == found, asked
        rows = monitor.get(f"/commitments.csv{asked}").strip().splitlines()
        assert len(rows) == 1 + sum(found) + others, asked
    monitor.get("/commitments.csv?state=nonsense", 400)


def test_the_page_tells_who_does_what(room: Room) -> None:
    dossier = room.table.draft()
    room.table.bring_to(dossier, "signed")
    page = room.desk(Office.MONITOR).get(room.address(dossier))
    assert "Chủ tịch Ủy ban nhân dân tỉnh" in page, "who signs next"
    moves = room.table.session.scalars(sa.select(DossierMove)).all()
    assert page.partition('id="history-title"')[2].count("t-history__when") == len(moves)
    assert lives.turn_of(room.table.dossier(dossier))[0] == "ppc"
    assert "/moves/countersign" not in page
    assert "/moves/countersign" in room.desk(Office.CHAIR).get(room.address(dossier))


def test_a_title_is_changed_in_each_language_and_told_where_it_differs(room: Room) -> None:
    """While it is drafted at once, later proposed; what stands in a further language stays, what is emptied is gone."""
    dossier = room.table.draft()
    monitor, officer, page = room.desk(Office.MONITOR), room.desk(Office.OFFICER), room.address(dossier)
    target = room.target(dossier, REACH["code"])
    title = REACH["title"]["vi"]
    monitor.get(target)
    told = monitor.send(target, 400, title_en="…")
    assert ('id="title_en-error"' in told, "…</textarea>" in told) == (True, True)
    monitor.send(target, title_en="Shorter procedures")
    assert room.table.targets(dossier)[REACH["code"]].terms["title"] == {"vi": title, "en": "Shorter procedures"}
    room.table.bring_to(dossier, "offered")
    assert "Shorter procedures</textarea>" in officer.get(target)
    told = officer.send(target, title_en="Faster procedures", reason="Dịch lại")
    assert "Shorter procedures (English)" in told
    assert "Faster procedures (English)" in told
    accept = re.findall(r'action="([^"]*/proposals/[^"]*/accept)"', monitor.get(page))[0]
    monitor.send(accept)
    monitor.get(target)
    monitor.send(target, title=f"{title} mới", title_en="", reason="Bỏ bản dịch")
    officer.get(page)
    officer.send(re.findall(r'action="([^"]*/proposals/[^"]*/accept)"', officer.page)[0])
    assert room.table.targets(dossier)[REACH["code"]].terms["title"] == {"vi": f"{title} mới"}
