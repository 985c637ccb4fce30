"""The receipt of a status: the facts that were known, the answer, and the trace of the function that gave it.

Whatever stands in it follows from `facts`, `known_on` and `on`; so `differences` works it out again from these alone,
and says where the file has something else.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tracker.rule.assess import deadline, figures_on, plan_on, settled_deadline, traced
from tracker.rule.facts import RULE_VERSION, Facts
from tracker.rule.ledger import Known, Ledger
from tracker.rule.trace import Trace
from tracker.rule.written import Unreadable, facts_of, known_by, written

SCHEMA = "status-receipt-1"
WORKED_OUT = ("rule_version", "policy", "deadlines", "answer", "figures", "trace")


def receipt(facts: Facts, known_on: date, on: date) -> dict[str, Any]:
    """The receipt of a day, by what was known on another; as JSON takes it."""
    facts = known_by(facts, known_on)
    return {
        "schema": SCHEMA,
        "on": on.isoformat(),
        "known_on": known_on.isoformat(),
        **_worked_out(Ledger(facts).known(known_on), on),
        "facts": written(facts),
    }


def differences(data: Any) -> list[tuple[str, Any, Any]]:
    """(where, what the receipt says, what follows from its facts), in its order; none where it holds.

    Raises Unreadable where it is no receipt, or one of another schema.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise Unreadable("schema")
    known_on, on = (_day(data, name) for name in ("known_on", "on"))
    facts = facts_of(data.get("facts"))
    try:
        found = _worked_out(Ledger(facts).known(known_on), on)
    except (ValueError, ArithmeticError):
        raise Unreadable("facts") from None
    unknown = [one for name in WORKED_OUT for one in _apart(name, data.get(name), found[name])]
    if known_by(facts, known_on) != facts:
        unknown.append(("facts", "recorded after known_on", None))
    return unknown


def _worked_out(known: Known, on: date) -> dict[str, Any]:
    trace = Trace()
    found = traced(known, on, trace)
    policies = known.ledger.policies
    place = policies.index_on(on)
    return {
        "rule_version": RULE_VERSION,
        "policy": {
            "version": place + 1,
            "from_on": policies.changes[place - 1].isoformat() if place else None,
            "values": written(policies.policies[place]),
        },
        "deadlines": {
            "first": known.facts.due_on.isoformat(),
            "present": deadline(known).isoformat(),
            "counted": settled_deadline(known).isoformat(),
        },
        "answer": {
            "status": found.status.value,
            "score": written(found.score),
            "delivery": written(found.delivery),
            "punctuality": written(found.punctuality),
            "reason": found.reason.as_json(),
            "next_change_on": written(found.next_change_on),
        },
        "figures": [
            {
                "period": one.report.period,
                "kind": one.report.kind.value,
                "as_at": one.as_at.isoformat(),
                "revision": one.revision.seq,
                "value": None if one.value is None else str(one.value),
                "plan": written(plan_on(known, one.as_at, on)),
            }
            for one in figures_on(known, on)
        ],
        "trace": trace.as_json(),
    }


def _day(data: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(data[name])
    except (KeyError, TypeError, ValueError):
        raise Unreadable(name) from None


def _apart(where: str, said: Any, found: Any) -> Iterator[tuple[str, Any, Any]]:
    """The leaves in which two JSON values differ."""
    if isinstance(said, dict) and isinstance(found, dict):
        for name in dict.fromkeys((*found, *said)):
            yield from _apart(f"{where}.{name}", said.get(name), found.get(name))
    elif isinstance(said, list) and isinstance(found, list) and len(said) == len(found):
        for number, (one, other) in enumerate(zip(said, found, strict=True)):
            yield from _apart(f"{where}[{number}]", one, other)
    elif said != found or type(said) is not type(found):
        yield where, said, found
