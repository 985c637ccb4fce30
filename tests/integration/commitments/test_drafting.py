"""Drafting for one body and for many, and changing what is drafted, before anybody was offered it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.factories.lives import KEPT, REACH, WORK, Table
from tests.support.product import Statements
from tracker.agencies.offices import Office
from tracker.commitments.life import drafting, lives, negotiating
from tracker.commitments.life.drafting import Line, ManyRefused, TargetChange
from tracker.commitments.life.moving import StaleTerms
from tracker.commitments.life.states import Side
from tracker.commitments.terms.terms import BadTerms, parse
from tracker.core.errors import DomainError, NotFound, StaleEdit


def test_a_body_has_one_commitment_in_a_programme_until_nothing_came_of_it(table: Table) -> None:
    dossier = table.draft()
    with pytest.raises(DomainError):
        table.draft()
    table.do(negotiating.withdraw, table.monitor, dossier_id=dossier, reason="Sai mẫu")
    assert table.draft() != dossier


def test_many_bodies_are_drafted_at_once_and_who_has_one_is_left_out(table: Table) -> None:
    table.draft("SYT")
    lines = [Line(parse(REACH)), Line(parse(KEPT))]
    bodies = {table.made.bodies[code].id: lines for code in ("SXD", "SYT", "SNV")}
    given = {"programme_id": table.made.programme.id, "bodies": bodies}
    made = table.do(drafting.draft_many, table.monitor, **given)
    assert made.left_out == [table.made.bodies["SYT"].id]
    assert set(made.dossiers) == {table.made.bodies["SXD"].id, table.made.bodies["SNV"].id}
    assert [one.targets for one in lives.of_programme(table.session, table.monitor, table.made.programme.id)] == [
        2,
        2,
        3,
    ]


def test_what_is_wrong_with_many_is_told_and_nothing_is_drafted(table: Table) -> None:
    lines = [Line(parse(REACH | {"goal": "0"})), Line(parse(KEPT)), Line(parse(KEPT))]
    with pytest.raises(BadTerms) as caught:
        table.do(
            drafting.draft_many,
            table.monitor,
            programme_id=table.made.programme.id,
            bodies={table.made.bodies["SXD"].id: lines},
        )
    assert set(caught.value.faults) == {"T01/goal", "T03/code"}
    assert lives.of_programme(table.session, table.monitor, table.made.programme.id) == []


def test_a_column_of_goals_is_changed_at_once_or_not_at_all(table: Table) -> None:
    for body in ("SXD", "SYT", "SNV"):
        table.draft(body)
    cells = lives.table_of(table.session, table.made.programme.id, "M-T01")
    assert [(cell.agency_code, str(cell.goal), cell.version) for cell in cells] == [
        ("SNV", "234.50", 1),
        ("SXD", "234.50", 1),
        ("SYT", "234.50", 1),
    ]
    good = [TargetChange(cell.draft_target_id, cell.version, {"goal": "300", "weight": "2"}) for cell in cells]
    bad = [*good[:1], good[1]._replace(values={"goal": "x"}), good[2]._replace(version=7)]
    with pytest.raises(ManyRefused) as caught:
        table.do(drafting.change_many, table.monitor, changes=bad)
    assert set(caught.value.wrong) == {cells[1].draft_target_id}
    stale = caught.value.stale[cells[2].draft_target_id]
    assert (stale.current.goal, stale.given.goal) == (Decimal("234.50"), Decimal(300))
    assert table.do(drafting.change_many, table.monitor, changes=good) == 3
    cells = lives.table_of(table.session, table.made.programme.id, "M-T01")
    assert {(str(cell.goal), str(cell.weight), cell.version) for cell in cells} == {("300", "2", 2)}
    (event,) = lives.history(table.session, cells[0].dossier_id)[1:]
    assert event.move.detail == {
        "targets": [
            {
                "target": "T01",
                "changes": [
                    {"term": "weight", "from": "1", "to": "2"},
                    {"term": "goal", "from": "234.50", "to": "300"},
                ],
            }
        ]
    }


def test_one_target_is_changed_added_and_dropped_and_a_stale_one_refused(table: Table) -> None:
    dossier = table.draft(records=(REACH, WORK))
    target = table.targets(dossier)["T01"]
    table.do(drafting.change, table.monitor, draft_target_id=target.id, version=1, values={"goal": "240"})
    with pytest.raises(StaleTerms) as caught:
        table.do(drafting.change, table.monitor, draft_target_id=target.id, version=1, values={"goal": "250"})
    assert caught.value.current.goal == Decimal(240)
    assert caught.value.given.goal == Decimal(250)
    with pytest.raises(BadTerms):
        table.do(drafting.change, table.monitor, draft_target_id=target.id, version=2, values={"weight": "0"})
    version = table.dossier(dossier).version
    table.do(drafting.add_target, table.monitor, dossier_id=dossier, version=version, line=Line(parse(KEPT)))
    dropped = table.targets(dossier)["T02"].id
    with pytest.raises(StaleEdit):
        table.do(drafting.drop_target, table.monitor, dossier_id=dossier, version=version, draft_target_id=dropped)
    table.do(drafting.drop_target, table.monitor, dossier_id=dossier, version=version + 1, draft_target_id=dropped)
    assert set(table.targets(dossier)) == {"T01", "T03"}


def test_a_draft_is_the_ppcs_own_until_it_is_offered(table: Table) -> None:
    dossier = table.draft()
    token = table.dossier(dossier).token
    assert lives.by_token(table.session, table.officer, token) is None
    assert lives.by_token(table.session, table.reader(Office.AUDITOR), token) is None
    assert lives.by_token(table.session, table.chair, token) is not None
    with pytest.raises(NotFound):
        table.do(negotiating.comment, table.officer, dossier_id=dossier, text="Xin ý kiến")
    table.go_to("2021-02-03")
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    assert lives.by_token(table.session, table.officer, token) is not None
    assert lives.by_token(table.session, table.reader(Office.HEAD, "SYT"), token) is None
    table.go_to("2021-02-05")
    table.do(negotiating.comment, table.monitor, dossier_id=dossier, text="Đề nghị trả lời sớm")
    turn = lives.turn_of(table.dossier(dossier))
    assert (turn.side, turn.since.date()) == (Side.BODY, date(2021, 2, 3))


def test_a_programme_is_read_in_one_statement_however_many(table: Table, statements: Statements) -> None:
    for body in ("SXD", "SYT"):
        table.draft(body)
    programme_id, reader = table.made.programme.id, table.monitor
    statements.clear()
    lives.of_programme(table.session, reader, programme_id)
    lives.table_of(table.session, programme_id, "M-T01")
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
