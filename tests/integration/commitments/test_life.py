"""The life of a commitment through its services, on both databases: what each verb stores, and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import errand
from tests.factories.lives import KEPT, REACH, SHA, WORK, Table
from tests.integration.audit.conftest import chain
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit import queries
from tracker.audit.verify import Verification
from tracker.commitments.life import amending, concluding, document, lives, moving, negotiating
from tracker.commitments.life.moving import OpenTerms, StaleTerms
from tracker.commitments.life.states import Side, State
from tracker.commitments.models import Amendment, Commitment, Extension, Target
from tracker.commitments.terms.terms import BadTerms, parse
from tracker.compliance.models import StatusSpan
from tracker.core.errors import DomainError, FieldError, Forbidden, NotFound, StaleEdit


def unrecorded(table: Table) -> list[str]:
    """What of all facts does not stand in the record as it is."""
    table.session.rollback()
    chain()
    found = [str(finding) for finding in Verification(table.session, queries.heads(table.session)).findings()]
    table.session.rollback()
    table.made = errand.found(table.session)
    return found


def test_from_the_first_draft_to_targets_that_are_judged(table: Table) -> None:
    dossier = table.draft()
    assert lives.turn_of(table.dossier(dossier)).side is Side.PPC
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    proposal = table.propose(dossier, goal="200", due_on="2021-12-20")
    table.do(
        negotiating.comment,
        table.officer,
        dossier_id=dossier,
        text="Số thủ tục còn ít",
        draft_target_id=table.targets(dossier)["T01"].id,
        term="goal",
    )
    assert table.dossier(dossier).state == State.NEGOTIATED
    table.do(negotiating.accept, table.monitor, proposal_id=proposal)
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    table.bring_to(dossier, "countersigned")
    frozen = {code: one.terms for code, one in table.targets(dossier).items()}
    table.go_to("2021-02-05")
    table.do(concluding.come_into_force, table.monitor, dossier_id=dossier, from_on=date(2021, 2, 10))

    found = table.dossier(dossier)
    commitment = table.session.get_one(Commitment, found.commitment_id)
    assert (commitment.number, commitment.signed_on, commitment.in_force_from, commitment.signed_how) == (
        f"{dossier}/CK-2021",
        date(2021, 2, 1),
        date(2021, 2, 10),
        "product",
    )
    targets = table.session.scalars(sa.select(Target).where(Target.commitment_id == commitment.id)).all()
    assert {one.code for one in targets} == {"T01", "T02", "T03"}
    first = next(one for one in targets if one.code == "T01")
    assert (str(first.goal), first.due_on, first.milestones) == (
        "200",
        date(2021, 12, 20),
        [{"on": "2021-06-14", "value": "100"}],
    )
    assert {code: one.terms for code, one in table.targets(dossier).items()} == frozen
    assert {one.target_id for one in table.targets(dossier).values()} == {one.id for one in targets}
    judged = table.session.scalars(sa.select(StatusSpan.target_id).distinct()).all()
    assert set(judged) == {one.id for one in targets}
    told = [str(event.move.move) for event in lives.history(table.session, dossier)]
    assert told[:5] == ["draft", "offer", "propose", "comment", "accept"]
    said = next(event.comment for event in lives.history(table.session, dossier) if event.comment)
    assert (said.term, said.value) == ("goal", {"goal": "234.50"})  # as it was, though it changed since
    assert unrecorded(table) == []


def test_nothing_is_agreed_while_a_proposal_or_a_term_is_open(table: Table) -> None:
    open_goal = {name: value for name, value in REACH.items() if name not in ("goal", "milestones")}
    dossier = table.draft(records=(open_goal, KEPT))
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)

    def agree() -> Any:
        version = table.dossier(dossier).version
        return table.do(negotiating.agree, table.head, dossier_id=dossier, version=version)

    with pytest.raises(OpenTerms) as caught:
        agree()
    assert {term for terms in caught.value.faults.values() for term in terms} == {"goal"}
    proposal = table.propose(dossier, goal="234")
    with pytest.raises(DomainError):
        agree()
    with pytest.raises(DomainError):  # the body's own proposal waits for the PPC
        table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    table.do(negotiating.accept, table.monitor, proposal_id=proposal)
    with pytest.raises(StaleEdit):
        table.do(negotiating.agree, table.head, dossier_id=dossier, version=1)
    agree()
    assert table.dossier(dossier).state == State.AGREED


def test_proposals_are_answered_once_by_the_other_side_and_stay(table: Table) -> None:
    dossier = table.draft()
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    first, second = table.propose(dossier, goal="200"), table.propose(dossier, goal="190")
    third = table.propose(dossier, code="T03", goal="90")
    with pytest.raises(DomainError):
        table.do(negotiating.accept, table.officer, proposal_id=first)
    table.do(negotiating.accept, table.monitor, proposal_id=first)
    with pytest.raises(StaleTerms):  # it was 234.50 that it would have changed
        table.do(negotiating.accept, table.monitor, proposal_id=second)
    with pytest.raises(FieldError):
        table.do(negotiating.refuse, table.monitor, proposal_id=second, reason=" … ")
    table.do(negotiating.refuse, table.monitor, proposal_id=second, reason="Đã thống nhất 200")
    table.do(negotiating.take_back, table.officer, proposal_id=third)
    with pytest.raises(DomainError):
        table.do(negotiating.take_back, table.officer, proposal_id=third)
    with pytest.raises(BadTerms):
        table.propose(dossier, goal="0")
    with pytest.raises(FieldError):
        table.propose(dossier, goal="200.0")
    assert [one.outcome for one in lives.proposals_of(table.session, dossier)] == ["accepted", "refused", "taken_back"]
    assert lives.open_proposals(table.session, dossier) == []
    assert table.targets(dossier)["T01"].terms["goal"] == "200"


def test_a_document_binds_its_bytes_and_reopening_makes_it_none(table: Table) -> None:
    dossier = table.draft()
    table.bring_to(dossier, "frozen")
    with pytest.raises(StaleEdit):
        table.do(concluding.sign, table.head, dossier_id=dossier, sha256="6" * 64)
    with pytest.raises(Forbidden):
        table.do(concluding.sign, table.chair, dossier_id=dossier, sha256=SHA)
    table.do(concluding.reopen, table.monitor, dossier_id=dossier, reason="Sai thời hạn")
    found = table.dossier(dossier)
    assert (found.state, found.number, found.document_sha256) == (State.NEGOTIATED, None, None)
    table.do(negotiating.agree, table.head, dossier_id=dossier, version=found.version)
    with pytest.raises(FieldError):
        table.freeze(dossier, "01/CK-SXD")  # that of a commitment in force
    table.freeze(dossier, "77/CK")
    assert table.dossier(dossier).document_version == 2
    numbers = [event.move.detail.get("number") for event in lives.history(table.session, dossier) if event.move.detail]
    assert numbers == [f"{dossier}/CK-2021", f"{dossier}/CK-2021", "77/CK"]


def test_paper_is_entered_by_the_clerk_with_its_days(table: Table) -> None:
    dossier = table.draft()
    table.bring_to(dossier, "frozen")
    table.go_to("2021-02-10")
    clerk = table.reader(Office.CLERK)
    on_paper = {"dossier_id": dossier, "sha256": SHA, "on_paper": True}
    for day in (date(2021, 1, 31), date(2021, 2, 11)):
        with pytest.raises(FieldError):
            table.do(concluding.sign, clerk, **on_paper, day=day)
    table.do(concluding.sign, clerk, **on_paper, day=date(2021, 2, 4))
    with pytest.raises(FieldError):
        table.do(concluding.countersign, clerk, **on_paper, day=date(2021, 2, 3))
    table.do(concluding.countersign, clerk, **on_paper, day=date(2021, 2, 5))
    with pytest.raises(FieldError):
        table.do(concluding.come_into_force, table.monitor, dossier_id=dossier, from_on=date(2021, 2, 4))
    table.do(concluding.come_into_force, table.monitor, dossier_id=dossier)
    found = table.dossier(dossier)
    assert (found.signed_on, found.countersigned_on, found.in_force_from, found.signed_how) == (
        date(2021, 2, 4),
        date(2021, 2, 5),
        date(2021, 2, 5),
        "paper",
    )
    with pytest.raises(DomainError):
        table.do(concluding.come_into_force, table.monitor, dossier_id=dossier)


def test_who_signed_for_the_body_does_not_sign_for_the_ppc(table: Table) -> None:
    dossier = table.draft("VP")
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    both = head_and_chair(table)
    table.do(negotiating.agree, both, dossier_id=dossier, version=table.dossier(dossier).version)
    table.freeze(dossier)
    table.do(concluding.sign, both, dossier_id=dossier, sha256=SHA)
    with pytest.raises(Forbidden):
        table.do(concluding.countersign, both, dossier_id=dossier, sha256=SHA)
    table.do(concluding.countersign, table.reader(Office.VICE_CHAIR), dossier_id=dossier, sha256=SHA)


def head_and_chair(table: Table) -> Any:
    """The chair, who also heads the PPC's Office."""
    chair = table.made.people[("VP", Office.CHAIR)]
    body = table.made.bodies["VP"].id
    table.session.add(OfficeHolding(person_id=chair.id, agency_id=body, office=Office.HEAD, from_on=date(2020, 1, 1)))
    table.session.commit()
    return table.chair


def test_terms_changed_behind_the_document_do_not_come_into_force(table: Table) -> None:
    dossier = table.draft()
    table.bring_to(dossier, "countersigned")
    target = table.targets(dossier)["T01"]
    target.terms = target.terms | {"goal": "1"}
    table.session.commit()
    with pytest.raises(DomainError):
        table.do(concluding.come_into_force, table.monitor, dossier_id=dossier)


def test_what_is_not_signed_in_time_expires(table: Table) -> None:
    dossier = table.draft(expires_on=date(2021, 2, 28))
    signed = table.draft("SYT", expires_on=date(2021, 2, 28))
    table.do(negotiating.withdraw, table.monitor, dossier_id=signed, reason="Trùng")
    table.go_to("2021-02-28")
    assert table.do(concluding.expire) == []
    table.go_to("2021-03-01")
    assert table.do(concluding.expire) == [dossier]
    assert table.do(concluding.expire) == []
    (event,) = lives.history(table.session, dossier)[1:]
    assert (event.person, event.move.side, table.dossier(dossier).state) == (None, Side.PRODUCT, State.EXPIRED)


def test_an_amendment_changes_what_differs_and_keeps_the_target(table: Table) -> None:
    first = table.draft()
    table.bring_to(first, "in_force")
    commitment_id = table.dossier(first).commitment_id
    assert commitment_id is not None
    table.go_to("2021-05-10")
    amendment = table.amend(first, date(2021, 5, 15))
    drafted = table.targets(amendment)
    assert {code: one.terms for code, one in drafted.items()} == {
        code: {name: value for name, value in one.terms.items() if name != "evidence"}
        for code, one in table.targets(first).items()
    }
    with pytest.raises(DomainError):
        table.amend(first)
    table.do(negotiating.offer, table.monitor, dossier_id=amendment)
    for code, values in (("T01", {"goal": "200", "due_on": "2021-12-20"}), ("T03", {"goal": "92"})):
        table.do(negotiating.accept, table.monitor, proposal_id=table.propose(amendment, code, **values))
    for term, value in (("unit", "files"), ("due_on", "2021-11-01"), ("goal", None)):
        with pytest.raises(BadTerms):
            table.propose(amendment, "T01", **{term: value})
    table.do(negotiating.offer, table.monitor, dossier_id=amendment)
    table.bring_to(amendment, "countersigned")
    table.do(concluding.come_into_force, table.monitor, dossier_id=amendment, from_on=date(2021, 5, 15))
    amendments = table.session.scalars(sa.select(Amendment).order_by(Amendment.target_id)).all()
    changed = [(one.target_id, str(one.goal), one.weight, one.milestones, one.from_on) for one in amendments]
    assert changed == [
        (drafted["T01"].target_id, "200", None, None, date(2021, 5, 15)),
        (drafted["T03"].target_id, "92", None, None, date(2021, 5, 15)),
    ]
    (extension,) = table.session.scalars(sa.select(Extension)).all()
    assert (extension.target_id, extension.due_on) == (drafted["T01"].target_id, date(2021, 12, 20))
    assert table.session.scalar(sa.select(sa.func.count()).select_from(Commitment).where(Commitment.id > 3)) == 1
    table.session.rollback()
    assert unrecorded(table) == []
    with pytest.raises(FieldError):
        table.amend(first, date(2021, 5, 14))
    again = table.amend(first, date(2021, 5, 15))
    terms = table.targets(again)["T01"].terms
    assert (terms["goal"], terms["due_on"]) == ("200", "2021-12-20")
    table.do(amending.offer, table.monitor, dossier_id=again)
    version = table.dossier(again).version
    with pytest.raises(OpenTerms):  # nothing is changed yet
        table.do(negotiating.agree, table.head, dossier_id=again, version=version)
    table.do(negotiating.accept, table.monitor, proposal_id=table.propose(again, "T01", goal="190"))
    changed_again = moving.targets_of(table.session, again)
    first_terms = amending.first_terms(table.session, table.dossier(again))
    assert document.changes(changed_again, first_terms) == [
        {"target": "T01", "term": "goal", "from": "200", "to": "190", "first": "234.50"}
    ]
    table.go_to("2021-05-16")
    with pytest.raises(FieldError):  # the day is over
        table.do(amending.offer, table.monitor, dossier_id=again)
    table.do(amending.offer, table.monitor, dossier_id=again, from_on=date(2021, 5, 17))
    table.bring_to(again, "countersigned")
    for day in (16, 18):
        with pytest.raises(FieldError):
            table.do(concluding.come_into_force, table.monitor, dossier_id=again, from_on=date(2021, 5, day))
    table.do(concluding.come_into_force, table.monitor, dossier_id=again)
    last = table.session.scalars(sa.select(Amendment).order_by(Amendment.id.desc())).first()
    assert last is not None
    assert (last.from_on, last.reason) == (date(2021, 5, 17), "Số hồ sơ tăng")


def test_a_body_proposes_a_target_of_its_own_and_to_drop_another(table: Table) -> None:
    dossier = table.draft(records=(REACH, WORK))
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    own = table.do(
        negotiating.propose_target, table.officer, dossier_id=dossier, terms=parse(KEPT), reason="Việc riêng"
    )
    work = table.targets(dossier)["T02"]
    why = {"reason": "Đã xong năm trước", "version": 1}
    dropping = table.do(negotiating.propose_dropping, table.officer, draft_target_id=work.id, **why)
    with pytest.raises(BadTerms):
        table.do(negotiating.propose_target, table.officer, dossier_id=dossier, terms=parse(REACH))
    for proposal in (own, dropping):
        table.do(negotiating.accept, table.monitor, proposal_id=proposal)
    assert set(table.targets(dossier)) == {"T01", "T03"}
    with pytest.raises(NotFound):
        table.do(
            negotiating.propose, table.officer, draft_target_id=work.id, version=2, values={"due_on": "2021-10-01"}
        )
    table.do(negotiating.offer, table.monitor, dossier_id=dossier)
    table.bring_to(dossier, "in_force")
    codes = table.session.scalars(sa.select(Target.code).order_by(Target.code)).all()
    assert codes == ["T01", "T03"]
    assert [one.draft_target_id for one in lives.proposals_of(table.session, dossier)] == [None, work.id]


def test_a_document_says_the_terms_figure_by_figure(table: Table) -> None:
    first = table.draft(records=(REACH, KEPT))
    table.bring_to(first, "in_force")
    amendment = table.amend(first)
    table.do(negotiating.offer, table.monitor, dossier_id=amendment)
    table.do(negotiating.accept, table.monitor, proposal_id=table.propose(amendment, "T03", goal="92.0"))
    drafted = moving.targets_of(table.session, amendment)
    assert [one["goal"] for one in document.targets(drafted)] == ["234.50", "92.0"]
    assert document.changes(drafted) == [{"target": "T03", "term": "goal", "from": "95", "to": "92.0"}]
