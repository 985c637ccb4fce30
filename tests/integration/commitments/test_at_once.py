"""Two people decide at the same moment: one is first, the other hears of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask

from tests.factories.lives import SHA, Table
from tests.support.at_once import at_once
from tracker.commitments.life import concluding, lives, negotiating
from tracker.core.db.unit_of_work import unit_of_work


def both(app: Flask, table: Table, *presses: tuple[Callable[..., Any], dict[str, Any]]) -> list[str]:
    """Each press in a unit of work and a context of its own."""
    moment = table.now
    table.session.rollback()

    def run(verb: Callable[..., Any], given: dict[str, Any]) -> None:
        with unit_of_work(moment) as session:
            verb(session, moment, **given)

    return at_once(app, *(partial(run, *press) for press in presses))


def test_of_an_answer_and_its_contrary_one_counts(app: Flask, table: Table) -> None:
    dossier = table.draft()
    table.bring_to(dossier, "offered")
    proposal = table.propose(dossier, goal="200")
    given = {"reader": table.monitor, "proposal_id": proposal}
    press: list[Any] = [(negotiating.accept, given), (negotiating.refuse, {**given, "reason": "Giữ nguyên"})]
    assert both(app, table, *press) == ["DomainError", "done"]
    (found,) = lives.proposals_of(table.session, dossier)
    accepted = table.targets(dossier)["T01"].terms["goal"] == "200"
    assert accepted == (found.outcome == "accepted")


def test_what_is_withdrawn_is_not_countersigned(app: Flask, table: Table) -> None:
    dossier = table.draft()
    table.bring_to(dossier, "signed")
    signing = {"reader": table.chair, "dossier_id": dossier, "sha256": SHA}
    withdrawing = {"reader": table.monitor, "dossier_id": dossier, "reason": "Sai mẫu"}
    press: list[Any] = [(concluding.countersign, signing), (negotiating.withdraw, withdrawing)]
    assert both(app, table, *press) == ["DomainError", "done"]
    assert len(lives.history(table.session, dossier)) == 6


def test_a_commitment_comes_into_force_once(app: Flask, table: Table) -> None:
    dossier = table.draft()
    table.bring_to(dossier, "countersigned")
    press = (concluding.come_into_force, {"reader": table.monitor, "dossier_id": dossier})
    assert both(app, table, press, press) == ["DomainError", "done"]
