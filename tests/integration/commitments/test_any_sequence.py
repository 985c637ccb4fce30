"""Whatever both sides do in whatever order: nothing said or proposed is lost, nothing open is frozen, and what comes
into force is what was frozen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.lives import REACH, SHA, WORK, Table
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier, DossierMove
from tracker.commitments.life import concluding, drafting, lives, negotiating
from tracker.commitments.life.states import OVER, State
from tracker.commitments.models import Target
from tracker.commitments.terms.terms import difference, stored
from tracker.core.errors import DomainError

STEPS = 45
SEEDS = (1, 2)
FORWARD = {
    State.DRAFTED: "offer",
    State.OFFERED: "agree",
    State.NEGOTIATED: "agree",
    State.AGREED: "freeze",
    State.FROZEN: "sign",
    State.SIGNED: "countersign",
    State.COUNTERSIGNED: "enter",
}
SIGNED = (State.FROZEN, State.SIGNED, State.COUNTERSIGNED, State.IN_FORCE)


class Play:
    """One dossier, and a throw of the dice for each step."""

    def __init__(self, table: Table, seed: int) -> None:
        self.table, self.dice = table, random.Random(seed)
        self.readers = {
            office: table.reader(office) for office in (Office.HEAD, Office.OFFICER, Office.MONITOR, Office.CHAIR)
        }
        self.dossier = table.draft(records=(REACH, WORK))
        self.said: dict[Any, Any] = {}
        self.frozen: dict[str, Any] = {}
        self.done: Counter[str] = Counter()
        self.numbers = 0

    def step(self) -> None:
        """One verb by somebody; refused ones change nothing."""
        verbs = self.verbs()
        name = FORWARD[State(self.row().state)] if self.dice.random() < 0.1 else self.dice.choice(list(verbs))
        verb, given = verbs[name]
        reader = self.readers[self.dice.choice(self.offices(name))]
        before = self.everything()
        try:
            self.table.do(verb, reader, **given())
        except DomainError:
            self.table.session.rollback()
            assert self.everything() == before, name
        else:
            self.done[name] += 1
        self.hold()

    def offices(self, name: str) -> list[Office]:
        """Mostly who may, now and then somebody else."""
        if self.dice.random() < 0.05:
            return list(self.readers)
        return self.meant(name)

    def meant(self, name: str) -> list[Office]:
        if name in ("agree", "sign", "decline"):
            return [Office.HEAD]
        if name in ("comment", "propose", "accept", "refuse", "take_back"):
            return [Office.OFFICER, Office.MONITOR]
        return [Office.CHAIR] if name == "countersign" else [Office.MONITOR]

    def verbs(self) -> dict[str, tuple[Callable[..., Any], Callable[[], dict[str, Any]]]]:
        one = {"dossier_id": self.dossier}
        why = {**one, "reason": "Theo đề nghị"}
        signed = {**one, "sha256": SHA}
        found: dict[str, tuple[Callable[..., Any], Callable[[], dict[str, Any]]]] = {
            "change": (drafting.change, lambda: self.other_goal(versions=1)),
            "offer": (negotiating.offer, lambda: one),
            "comment": (negotiating.comment, lambda: {**one, "text": f"Ý kiến {self.dice.random()}"}),
            "propose": (negotiating.propose, self.other_goal),
            "accept": (negotiating.accept, self.proposal),
            "refuse": (negotiating.refuse, lambda: {**self.proposal(), "reason": "Không phù hợp"}),
            "take_back": (negotiating.take_back, self.proposal),
            "agree": (negotiating.agree, lambda: {**one, "version": self.row().version}),
            "reopen": (concluding.reopen, lambda: why),
            "freeze": (concluding.freeze, self.document),
            "sign": (concluding.sign, lambda: signed),
            "countersign": (concluding.countersign, lambda: signed),
            "enter": (concluding.come_into_force, lambda: one),
        }
        if self.dice.random() < 0.05:
            found |= {"decline": (negotiating.decline, lambda: why), "withdraw": (negotiating.withdraw, lambda: why)}
        return found

    def row(self) -> Dossier:
        return self.table.dossier(self.dossier)

    def other_goal(self, versions: int = 2) -> dict[str, Any]:
        target = self.table.targets(self.dossier)["T01"]
        version = target.version - (self.dice.random() < 0.1)
        return {"draft_target_id": target.id, "version": version, "values": {"goal": str(self.dice.randint(99, 400))}}

    def proposal(self) -> dict[str, Any]:
        ids = [one.id for one in lives.proposals_of(self.table.session, self.dossier)] or [0]
        return {"proposal_id": self.dice.choice(ids[-3:])}

    def document(self) -> dict[str, Any]:
        self.numbers += 1
        number, row = f"{self.dossier}.{self.numbers}/CK", self.row()
        return {
            "dossier_id": row.id,
            "version": row.version,
            "number": number,
            "day": self.table.now.on,
            "sha256": SHA,
        }

    def everything(self) -> Any:
        row = self.row()
        targets = {code: (one.version, one.terms) for code, one in self.table.targets(self.dossier).items()}
        return row.state, row.version, row.number, targets, self.words()

    def words(self) -> dict[Any, Any]:
        """All that was said and proposed, with the answers."""
        comments = {("c", one.id): one.text for one in lives.comments_of(self.table.session, self.dossier)}
        proposals = lives.proposals_of(self.table.session, self.dossier)
        return comments | {("p", one.id): (one.changes, one.person_id, one.outcome) for one in proposals}

    def hold(self) -> None:
        """What holds after each step."""
        words, row = self.words(), self.row()
        for key, told in self.said.items():
            kept = words[key]
            assert kept == told or (key[0] == "p" and told[2] is None and kept[:2] == told[:2]), key
        self.said = words
        moves = self.table.session.scalars(
            sa.select(DossierMove.seq).where(DossierMove.dossier_id == row.id).order_by(DossierMove.seq)
        ).all()
        assert list(moves) == list(range(1, row.version + 1))
        state, terms = State(row.state), {c: one.terms for c, one in self.table.targets(self.dossier).items()}
        if state in SIGNED:
            assert lives.open_proposals(self.table.session, row.id) == []
            self.frozen = self.frozen or terms
            assert terms == self.frozen
        else:
            self.frozen = {}
        if state is State.IN_FORCE:
            self.compare(row)

    def compare(self, row: Dossier) -> None:
        """The facts that came into force are the terms that were frozen."""
        targets = self.table.session.scalars(sa.select(Target).where(Target.commitment_id == row.commitment_id)).all()
        assert {one.code for one in targets} == set(self.frozen)
        for one in targets:
            terms = stored(self.frozen[one.code])
            same = terms.with_values(
                {name: getattr(one, name) for name in ("goal", "baseline", "weight", "due_on", "starts_on", "shape")}
            )
            assert difference(terms, same) == ()

    def finish(self) -> None:
        """Answer what is open, and go straight on."""
        for one in lives.open_proposals(self.table.session, self.dossier):
            self.table.do(negotiating.take_back, self.readers[self.side_of(one.side)], proposal_id=one.id)
        while (state := State(self.row().state)) in FORWARD:
            name = FORWARD[state]
            verb, given = self.verbs()[name]
            self.table.do(verb, self.readers[self.meant(name)[0]], **given())
            self.done[name] += 1
            self.hold()

    def side_of(self, side: str) -> Office:
        return Office.OFFICER if side == "body" else Office.MONITOR


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_done(table: Table, seed: int) -> None:
    play = Play(table, seed)
    for _ in range(STEPS):
        if play.row().state in (*OVER, State.IN_FORCE):
            break
        play.step()
    said = dict(play.said)
    if play.row().state not in OVER:
        play.dice = random.Random(0)
        play.finish()
        assert play.row().state == State.IN_FORCE
        assert play.done["enter"] == 1
    assert set(said) <= set(play.words())
    assert len(play.done) > 6, play.done
