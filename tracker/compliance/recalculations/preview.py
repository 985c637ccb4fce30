"""One target's two answers: under the programme's policy and under another, the facts of a day held fixed.

Pure: reads and writes no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.compliance.records.facts import Record
from tracker.compliance.steps.spans import hundredths
from tracker.rule import Known, Ledger, weight_on
from tracker.rule.changes import Answer, judge
from tracker.rule.facts import PolicyVersion
from tracker.rule.reasons import reason
from tracker.rule.stretch import Stretches


@dataclass(frozen=True, slots=True)
class Said:
    """One answer on a target, less what nobody compares. Scores in hundredths."""

    status: str
    score: int | None
    punctuality: int | None
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers on a target; the first is none where nothing was said. `reason`: why the second, as JSON."""

    target_id: int
    agency_id: int
    before: Said | None
    after: Said
    reason: dict[str, Any] | None = None

    @property
    def differs(self) -> bool:
        """Whether status or score differ."""
        if self.before is None:
            return True
        return (self.before.status, self.before.score) != (self.after.status, self.after.score)

    @property
    def shift(self) -> int:
        """How far the score moves, either way: what orders those who move. No score stands as nothing here."""
        before = self.before.score if self.before is not None else None
        return abs((self.after.score or 0) - (before or 0))


def said(known: Known, on: date) -> Said:
    """What the rule says of a day, without looking for the next change: that costs more than the answer."""
    answer, _found = judge(Stretches().at(known, on), on)
    return _said(known, on, answer)


def said_why(known: Known, on: date) -> tuple[Said, dict[str, Any]]:
    """The same with the reason, told for that day."""
    at = Stretches().at(known, on)
    answer, found = judge(at, on)
    return _said(known, on, answer), reason(at, on, found).as_json()


def under_policies(
    record: Record, on: date, known_on: date, present: Sequence[PolicyVersion], proposed: Sequence[PolicyVersion]
) -> Pair:
    """The answers of a day under two timelines of policies, by what is known on `known_on`."""
    before, after = (
        said(Ledger(replace(record.facts, policies=tuple(versions))).known(known_on), on)
        for versions in (present, proposed)
    )
    return Pair(record.target_id, record.agency_id, before, after)


def _said(known: Known, on: date, answer: Answer) -> Said:
    return Said(str(answer.status), hundredths(answer.score), hundredths(answer.punctuality), weight_on(known, on))
