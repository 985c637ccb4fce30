"""Amendments that add targets and end some, and those that a body asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.lives import KEPT, REACH, WORK, Table
from tests.integration.commitments.test_life import unrecorded
from tracker.agencies.offices import Office
from tracker.commitments import present
from tracker.commitments.dossiers import DossierMove, DraftTarget
from tracker.commitments.life import amending, concluding, document, drafting, lives, moving, negotiating
from tracker.commitments.life.drafting import Line
from tracker.commitments.life.moving import OpenTerms
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import signed
from tracker.commitments.terms.limits import SENTENCES, TermCode
from tracker.commitments.terms.terms import BadTerms, parse
from tracker.compliance.closing import results
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound
from tracker.programmes.frames import Frames
from tracker.rule import Ledger, assess
from tracker.signing.documents import canonical

MORE: dict[str, Any] = {**WORK, "code": "T09", "title": {"vi": "Việc bổ sung"}, "starts_on": "2021-05-01"}
FROM = date(2021, 5, 15)


def in_force(table: Table, *records: dict[str, Any]) -> tuple[int, int]:
    """A commitment in force by its dossier and itself."""
    first = table.draft(records=records or (REACH, WORK))
    table.bring_to(first, "in_force")
    commitment_id = table.dossier(first).commitment_id
    assert commitment_id is not None
    table.go_to("2021-05-10")
    return first, commitment_id


def change(table: Table, verb: Any, dossier_id: int, **given: Any) -> Any:
    version = table.dossier(dossier_id).version
    return table.do(verb, table.monitor, dossier_id=dossier_id, version=version, **given)


def target_of(table: Table, code: str) -> Target:
    table.session.rollback()
    return table.session.scalars(sa.select(Target).where(Target.code == code)).one()


def test_an_amendment_adds_a_target_and_ends_one(table: Table) -> None:
    """The new one counts from its day and not from the commitment's; the other ends on that day, and stays to be
    read. All of it stands in the record, in what is signed, and in the steps."""
    first, commitment_id = in_force(table)
    amendment = table.amend(first, FROM)
    change(table, drafting.add_target, amendment, line=Line(parse(MORE)))
    for record, wrong in (
        (WORK, "code"),
        ({**KEPT, "due_on": "2021-01-01"}, "due_on"),
        ({**WORK, "code": "T01"}, "code"),
    ):
        with pytest.raises(BadTerms) as refused:  # as a new commitment's
            change(table, drafting.add_target, amendment, line=Line(parse(record)))
        assert wrong in refused.value.faults
    work = table.targets(amendment)["T02"].id
    change(table, drafting.drop_target, amendment, draft_target_id=work)
    with pytest.raises(NotFound):
        change(table, drafting.drop_target, amendment, draft_target_id=work)
    change(table, drafting.keep_target, amendment, draft_target_id=work)
    assert set(table.targets(amendment)) == {"T01", "T02", "T09"}
    change(table, drafting.drop_target, amendment, draft_target_id=work)
    drafted = moving.targets_of(table.session, amendment, dropped=True)
    told = [
        (one["target"], one["term"], one["from"] and one["from"]["code"], one["to"] and one["to"]["code"])
        for one in document.changes(drafted)
    ]
    assert told == [("T02", "target", "T02", None), ("T09", "target", None, "T09")]
    assert [one["code"] for one in document.targets(moving.targets_of(table.session, amendment))] == ["T01", "T09"]
    table.session.rollback()
    table.bring_to(amendment, "countersigned")
    table.do(concluding.come_into_force, table.monitor, dossier_id=amendment)
    ended, added = target_of(table, "T02"), target_of(table, "T09")
    days = (ended.ended_on, ended.end_decided_on, ended.end_recorded_on, ended.end_reason)
    assert days == (FROM, date(2021, 5, 10), date(2021, 5, 10), "Số hồ sơ tăng")
    assert (added.added_on, added.commitment_id, added.ended_on) == (FROM, commitment_id, None)
    facts = signed(table.session, added, present.of_commitment(table.session, commitment_id, FROM)[0].target.commitment)
    assert facts.in_force_from == FROM
    before, after = (assess(Ledger(facts).known(date(2021, 6, 1)), date(2021, 5, day)) for day in (14, 15))
    assert (before.status, after.status != "not_started") == ("not_started", True)
    gone = signed(table.session, ended, added.commitment)
    last, none = (assess(Ledger(gone).known(date(2021, 6, 1)), date(2021, 5, day)) for day in (14, 15))
    assert (last.status != "void", none.status) == (True, "void")
    table.session.rollback()
    assert unrecorded(table) == []
    again = table.amend(first, date(2021, 5, 20))
    assert set(table.targets(again)) == {"T01", "T09"}
    with pytest.raises(BadTerms):  # a code stays what it was, also of one that ended
        change(table, drafting.add_target, again, line=Line(parse({**WORK, "code": "T02"})))


def test_the_assessment_tells_what_was_added_and_what_ended(table: Table) -> None:
    """Each by what was promised of it, the goal that was lowered beside the first one; it becomes a document."""
    first, commitment_id = in_force(table)
    amendment = table.amend(first, FROM)
    change(table, drafting.add_target, amendment, line=Line(parse(MORE)))
    change(table, drafting.drop_target, amendment, draft_target_id=table.targets(amendment)["T02"].id)
    target = table.targets(amendment)["T01"]
    given = {"draft_target_id": target.id, "version": target.version, "values": {"goal": "200"}}
    table.do(drafting.change, table.monitor, **given)
    table.bring_to(amendment, "in_force")
    table.session.rollback()
    commitment = table.session.get_one(Commitment, commitment_id)
    last = date(2021, 12, 31)
    told = results.of_commitment(table.session, commitment, last, last, Frames(table.session))
    canonical.check_assessed(told)
    came = {one["target"]: one for one in told["assessment"]["results"]}
    assert {code: one["status"] for code, one in came.items()} == {"T01": "overdue", "T02": "void", "T09": "overdue"}
    assert came["T01"]["first"]["goal"] == "234.50"
    assert came["T02"]["score"] is None, "what ended is not scored"


def test_no_amendment_is_before_a_target_that_one_added(table: Table) -> None:
    first, _commitment_id = in_force(table)
    amendment = table.amend(first, FROM)
    change(table, drafting.add_target, amendment, line=Line(parse(MORE)))
    table.bring_to(amendment, "in_force")
    with pytest.raises(FieldError):
        table.amend(first, date(2021, 5, 14))
    table.amend(first, FROM)


def test_a_target_that_is_over_when_it_would_begin_to_count_is_not_offered(table: Table) -> None:
    first, _commitment_id = in_force(table)
    amendment = table.amend(first, FROM)
    over = {**MORE, "starts_on": "2021-02-04", "due_on": "2021-05-14"}
    change(table, drafting.add_target, amendment, line=Line(parse(over)))
    with pytest.raises(DomainError, match="T09: Thời hạn"):
        table.do(amending.offer, table.monitor, dossier_id=amendment)
    target = table.targets(amendment)["T09"]
    given = {"draft_target_id": target.id, "version": target.version, "values": {"due_on": "2021-05-15"}}
    table.do(drafting.change, table.monitor, **given)
    table.do(amending.offer, table.monitor, dossier_id=amendment)


def test_one_that_ended_meanwhile_is_not_ended_again(table: Table) -> None:
    first, commitment_id = in_force(table)
    amendment = table.amend(first, FROM)
    change(table, drafting.drop_target, amendment, draft_target_id=table.targets(amendment)["T02"].id)
    table.bring_to(amendment, "countersigned")
    table.session.rollback()
    table.session.execute(
        sa.update(Target)
        .where(Target.commitment_id == commitment_id, Target.code == "T02")
        .values(ended_on=date(2021, 5, 11), end_decided_on=table.now.on, end_recorded_on=table.now.on)
    )
    table.session.commit()
    table.do(concluding.come_into_force, table.monitor, dossier_id=amendment)
    assert target_of(table, "T02").ended_on == date(2021, 5, 11)


def test_what_was_signed_is_what_ends(table: Table) -> None:
    """Whoever changes what is frozen, by a hand in the database, brings nothing into force."""
    first, _commitment_id = in_force(table)
    amendment = table.amend(first, FROM)
    change(table, drafting.drop_target, amendment, draft_target_id=table.targets(amendment)["T02"].id)
    table.bring_to(amendment, "countersigned")
    table.session.rollback()
    table.session.execute(sa.update(DraftTarget).where(DraftTarget.dossier_id == amendment).values(dropped=False))
    table.session.commit()
    with pytest.raises(DomainError, match="văn bản"):
        table.do(concluding.come_into_force, table.monitor, dossier_id=amendment)


def test_all_targets_are_not_ended_by_an_amendment(table: Table) -> None:
    first, _commitment_id = in_force(table, WORK)
    amendment = table.amend(first, FROM)
    change(table, drafting.drop_target, amendment, draft_target_id=table.targets(amendment)["T02"].id)
    table.do(amending.offer, table.monitor, dossier_id=amendment)
    with pytest.raises(OpenTerms):
        table.do(negotiating.agree, table.head, dossier_id=amendment, version=table.dossier(amendment).version)


def test_a_body_asks_for_an_amendment_and_the_other_side_answers(table: Table) -> None:
    """Its head, with a reason; it is the PPC's turn at once. Proposals are answered as ever."""
    _first, commitment_id = in_force(table)
    asked: dict[str, Any] = {"commitment_id": commitment_id, "from_on": FROM}
    for office, body in ((Office.OFFICER, ""), (Office.HEAD, "SYT"), (Office.MONITOR, ""), (Office.CHAIR, "")):
        with pytest.raises(Forbidden):
            table.do(amending.ask, table.reader(office, body), **asked, reason="Khó đạt")
    with pytest.raises(FieldError):
        table.do(amending.ask, table.head, **asked, reason=" ")
    amendment = table.do(amending.ask, table.head, **asked, reason="Khó đạt")
    standing = table.dossier(amendment)
    assert (standing.kind, standing.state, lives.turn_of(standing).side) == ("amendment", "negotiated", "ppc")
    assert lives.by_token(table.session, table.officer, standing.token) is not None, "its own side sees it"
    for again, reader in ((amending.ask, table.head), (amending.amend, table.monitor)):
        with pytest.raises(DomainError):
            table.do(again, reader, **asked, reason="Khó đạt")
    goal = table.propose(amendment, "T01", goal="200")
    more = table.do(
        negotiating.propose_target, table.officer, dossier_id=amendment, terms=parse(MORE), reason="Việc mới được giao"
    )
    work = table.targets(amendment)["T02"]
    why = {"version": work.version, "reason": "Không còn nhiệm vụ"}
    end = table.do(negotiating.propose_dropping, table.officer, draft_target_id=work.id, **why)
    with pytest.raises(DomainError):  # before these are answered it is not offered
        table.do(amending.offer, table.monitor, dossier_id=amendment)
    table.do(negotiating.refuse, table.monitor, proposal_id=goal, reason="Còn đủ thời gian")
    for proposal in (more, end):
        table.do(negotiating.accept, table.monitor, proposal_id=proposal)
    table.do(amending.offer, table.monitor, dossier_id=amendment)
    table.bring_to(amendment, "in_force")
    assert (target_of(table, "T09").added_on, target_of(table, "T02").ended_on) == (FROM, FROM)
    assert unrecorded(table) == []
    first_move = table.session.scalars(sa.select(DossierMove).where(DossierMove.dossier_id == amendment)).first()
    assert first_move is not None
    assert (first_move.move, first_move.reason, first_move.detail) == ("ask", "Khó đạt", {"from_on": "2021-05-15"})
    assert target_of(table, "T02").end_reason == "Khó đạt"


@pytest.mark.parametrize(("end", "state"), [("withdraw", "withdrawn"), ("decline", "declined")])
def test_what_a_body_asked_for_is_refused_or_taken_back(table: Table, end: str, state: str) -> None:
    _first, commitment_id = in_force(table)
    asked: dict[str, Any] = {"commitment_id": commitment_id, "reason": "Khó đạt", "from_on": FROM}
    amendment = table.do(amending.ask, table.head, **asked)
    if end == "withdraw":
        table.do(negotiating.withdraw, table.monitor, dossier_id=amendment, reason="Không sửa đổi trong năm")
    else:
        table.do(negotiating.decline, table.head, dossier_id=amendment, reason="Không còn cần")
    assert table.dossier(amendment).state == state
    table.do(amending.ask, table.head, **asked)


def test_a_head_begins_no_commitment(table: Table) -> None:
    given: dict[str, Any] = {"programme_id": table.made.programme.id, "agency_id": table.made.bodies["SXD"].id}
    with pytest.raises(Forbidden):
        table.do(drafting.draft, table.head, **given, lines=[Line(parse(REACH))])


LATE = {**KEPT, "due_on": "2021-06-30"}


@pytest.mark.parametrize("state", ["drafted", "offered", "agreed", "frozen", "signed"])
def test_a_target_to_keep_that_nobody_could_report_on_is_refused_in_time(table: Table, state: str) -> None:
    """When it is offered, agreed, frozen, and before each signature: its package would be refused."""
    dossier = table.draft(records=(LATE,))
    table.bring_to(dossier, state)
    table.go_to("2021-08-02")
    steps = ("drafted", "offered", "agreed", "frozen", "signed", "countersigned")
    with pytest.raises(DomainError) as refused:
        table.bring_to(dossier, steps[steps.index(state) + 1])
    assert str(refused.value.message) == f"T03: {SENTENCES[TermCode.KEEP_WITHOUT_PERIOD]}"
    table.session.rollback()
    assert table.dossier(dossier).state == state
