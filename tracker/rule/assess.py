"""The one function that decides everything the product says about a target, and what other rooms may ask of the same facts."""
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.rule.changes import judge, next_change_on
from tracker.rule.facts import Facts, Status
from tracker.rule.ledger import known


@dataclass(frozen=True, slots=True)
class Assessment:
    status: Status
    score: Decimal | None
    delivery: Decimal | None
    punctuality: Decimal | None
    next_change_on: date | None


def assess(facts: Facts, on: date) -> Assessment:
    of = known(facts)
    answer, found = judge(of, on)
    return Assessment(*answer, next_change_on(of, on, answer))
