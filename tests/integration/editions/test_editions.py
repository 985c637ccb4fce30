"""A period's ranking from the preview to the second edition: who sees what, what is refused, and what never changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import errand
from tests.integration.planning.room import Desk as Window
from tests.integration.progress.conftest import PRESS_ON, Desk, build
from tests.support.product import Scene
from tests.support.signing_in import sign_in
from tracker.agencies.offices import Office
from tracker.compliance.standings import queries as standings
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.editions import figures
from tracker.editions.models import RankingAppeal, RankingEdition, RankingPreview
from tracker.programmes.models import Programme
from tracker.progress import appraisal
from tracker.progress.corrections import service as corrections
from tracker.progress.models import Report
from tracker.rule.facts import Policy

LIST = "/ranking/editions"
CELL = "target-SXD-T01"


@pytest.fixture
def desk(session: Session, scene: Scene, at: Callable[[date | str], clock.Moment]) -> Desk:
    now = at(PRESS_ON)
    scene(build)
    return Desk(session, errand.found(session), at, now)


def window(app: Flask, desk: Desk, body: str, office: Office) -> Window:
    client = app.test_client()
    sign_in(app, client, desk.made.people[(body, office)].id)
    return Window(client)


def accepted(desk: Desk, seq: int, value: str) -> None:
    report = desk.sent(desk.slot(), value=value)
    desk.press(appraisal.accept, reader=desk.appraiser, report=report, seq=seq)


def asked(session: Session, statement: sa.Select[Any]) -> sa.ScalarResult[Any]:
    """What stands now."""
    session.rollback()
    return session.scalars(statement)


def shown(monitor: Window) -> None:
    monitor.get("/ranking/show")
    monitor.send("/ranking/show", period="2021-H1", judged_on="21/06/2021", days="5")


def test_from_the_preview_to_the_second_edition(app: Flask, session: Session, desk: Desk) -> None:
    accepted(desk, 1, "40")
    desk.go_to("2021-06-21")
    monitor, head = window(app, desk, "VP", Office.MONITOR), window(app, desk, "SXD", Office.HEAD)
    other, officer = window(app, desk, "SNV", Office.HEAD), window(app, desk, "SXD", Office.OFFICER)
    monitor.get("/ranking/show")
    monitor.send("/ranking/show", 400, period="2021-H1", judged_on="13/06/2021", days="5")
    monitor.send("/ranking/show", 400, period="2021-H1", judged_on="21/06/2021", days="0")
    assert 'value="21/06/2021"' in monitor.page, "nothing typed is lost"
    shown(monitor)
    preview = asked(session, sa.select(RankingPreview)).one()
    page = f"{LIST}/{preview.token}"
    assert preview.until == date(2021, 6, 28), "five working days"
    monitor.get("/ranking/show")
    monitor.send("/ranking/show", 400, period="2021-H1", judged_on="21/06/2021", days="5")

    # Of a preview each body sees its own figures alone, and its head alone appeals.
    assert "Sở Xây dựng" in monitor.get(page)
    assert "Sở Nội vụ" in monitor.page
    assert "Sở Nội vụ" not in head.get(page)
    assert f"{page}/cells/{CELL}" in head.page
    assert CELL not in other.get(page)
    assert f"{page}/cells/" not in officer.get(page)
    officer.get(f"{page}/cells/{CELL}", 403)
    other.get(f"{page}/cells/{CELL}", 404)
    head.get(f"{page}/cells/{CELL}")
    head.send(f"{page}/cells/{CELL}", 400, reason=" ")
    head.send(f"{page}/cells/{CELL}", reason="Thiếu 14 thủ tục đã cắt giảm")
    head.get(f"{page}/cells/{CELL}")
    assert "đang chờ trả lời" in head.send(f"{page}/cells/{CELL}", 400, reason="Nhắc lại")
    assert "Thiếu 14 thủ tục" in monitor.get(page)
    assert "Thiếu 14 thủ tục" not in other.get(page)

    # It is frozen after its days, once every appeal is answered, by a decision that has a name.
    decided: dict[str, Any] = {"decision": "15/QĐ-UBND", "decided_on": "30/06/2021"}
    monitor.get(f"{page}/freeze")
    assert "đến hết ngày 28/06/2021" in monitor.page
    assert monitor.send(f"{page}/freeze", 400, **{**decided, "decided_on": "21/06/2021"})
    desk.go_to("2021-06-30")
    monitor, head = window(app, desk, "VP", Office.MONITOR), window(app, desk, "SXD", Office.HEAD)
    head.get(f"{page}/cells/target-SXD-T02")
    assert "đã hết ngày 28/06/2021" in head.send(f"{page}/cells/target-SXD-T02", 400, reason="Muộn")
    monitor.get(f"{page}/freeze")
    assert "1 khiếu nại" in monitor.send(f"{page}/freeze", 400, **decided)
    answer = f"{page}/appeals/{asked(session, sa.select(RankingAppeal.token)).one()}"
    head.get(answer, 403)
    monitor.get(answer)
    monitor.send(answer, outcome="refused", reason="Chưa có minh chứng")
    assert "Chưa có minh chứng" in head.get(page)
    monitor.get(f"{page}/freeze")
    monitor.send(f"{page}/freeze", 400, decision=" ", decided_on="30/06/2021")
    monitor.send(f"{page}/freeze", 400, decision="15/QĐ-UBND", decided_on="01/07/2021")
    monitor.send(f"{page}/freeze", **decided)
    session.rollback()
    first = asked(session, sa.select(RankingEdition)).one()
    kept = first.content, first.sha256
    assert first.sha256 == hashlib.sha256(first.content.encode()).hexdigest()
    assert monitor.get(f"{page}.json") == first.content
    assert "Sở Nội vụ" in head.get(page), "of an edition everybody sees every body"
    assert "target-SNV-T01" not in head.page, "and the cells of the own one"
    told = {row["code"]: row for row in json.loads(first.content)["bodies"]}
    stored = {one.code: one for one in standings.bodies_on(session, preview.programme_id, date(2021, 6, 21), PRESS_ON)}
    assert {code: row["score"] for code, row in told.items()} == {code: row.score for code, row in stored.items()}

    # An upheld appeal gives a second edition, once the figure is corrected; the first one stays as it is.
    desk.go_to("2021-07-05")
    monitor, head = window(app, desk, "VP", Office.MONITOR), window(app, desk, "SXD", Office.HEAD)
    head.get(f"{page}/cells/{CELL}")
    head.send(f"{page}/cells/{CELL}", reason="Thanh tra đã kết luận")
    last = asked(session, sa.select(RankingAppeal.token).order_by(RankingAppeal.id.desc())).first()
    answer = f"{page}/appeals/{last}"
    monitor.get(answer)
    monitor.send(answer, outcome="upheld", reason="Theo kết luận thanh tra")
    again: dict[str, Any] = {"decision": "18/QĐ-UBND", "decided_on": "05/07/2021"}
    monitor.get(f"{page}/freeze")
    assert "Chưa có số liệu nào khác" in monitor.send(f"{page}/freeze", 400, **again)
    named = {"ground": "finding", "number": "12/KL-TTr", "dated_on": "1/7/2021", "reason": "Số liệu không khớp"}
    report = asked(session, sa.select(Report)).one()
    desk.press(corrections.reopen, reader=desk.appraiser, report=report, seq=1, typed=named)
    sent = desk.sent(desk.slot(), value="60")
    monitor.get(f"{page}/freeze")
    assert "1 báo cáo đang chờ" in monitor.send(f"{page}/freeze", 400, **again)
    desk.press(appraisal.accept, reader=desk.appraiser, report=sent, seq=2)
    monitor.get(f"{page}/freeze")
    assert "so với bản số 1" in monitor.send(f"{page}/freeze", **again)
    session.rollback()
    one, second = asked(session, sa.select(RankingEdition).order_by(RankingEdition.number))
    assert (one.content, one.sha256) == kept
    (changed,) = second.difference
    assert (second.number, changed["code"], [cell["code"] for cell in changed["targets"]]) == (2, "SXD", ["T01"])
    assert changed["after"]["score"] > changed["before"]["score"]
    monitor.get(f"{page}/freeze")
    assert "chưa có khiếu nại nào được chấp nhận" in monitor.send(f"{page}/freeze", 400, **again)


@pytest.mark.one_database
def test_a_withdrawn_preview_leaves_room_for_another(app: Flask, session: Session, desk: Desk) -> None:
    desk.go_to("2021-06-21")
    monitor, head = window(app, desk, "VP", Office.MONITOR), window(app, desk, "SXD", Office.HEAD)
    shown(monitor)
    page = f"{LIST}/{asked(session, sa.select(RankingPreview.token)).one()}"
    head.get(f"{page}/withdraw", 403)
    monitor.get(f"{page}/withdraw")
    monitor.send(f"{page}/withdraw", 400, reason="")
    monitor.send(f"{page}/withdraw", reason="Nhầm ngày")
    head.get(f"{page}/cells/{CELL}")
    head.send(f"{page}/cells/{CELL}", 400, reason="Sai")
    monitor.get(f"{page}/freeze")
    monitor.send(f"{page}/freeze", 400, decision="15/QĐ-UBND", decided_on="21/06/2021")
    shown(monitor)
    assert monitor.get(LIST).count(f'href="{LIST}/') == 2
    assert monitor.client.get(f"{page}.xlsx").status_code == 200


def test_the_figures_are_those_of_the_board(desk: Desk) -> None:
    """Judged from the facts target by target, they say what the stored sums say of the day."""
    accepted(desk, 1, "40")
    desk.go_to("2021-07-12")
    with unit_of_work(desk.now) as session:
        programme = session.scalars(sa.select(Programme)).one()
        content = figures.compose(session, programme, "2021-H1", desk.now.on, desk.now.on)
        ranks = standings.ranks_on(session, programme.id, None, desk.now.on, Policy())
        bodies = standings.bodies_on(session, programme.id, None, desk.now.on)
    assert {row["code"]: (row["score"], row["rank"]) for row in content["bodies"]} == {
        one.code: (one.score, ranks[one.id].rank) for one in bodies
    }
    assert figures.difference(content, content) == []
