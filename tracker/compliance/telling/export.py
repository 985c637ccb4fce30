"""The rule's answers as plain rows, for the commands: what is said of every target, and the steps that are stored."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Commitment, Target
from tracker.compliance.records.facts import BATCH, records_of
from tracker.compliance.steps.ahead import COLUMNS
from tracker.compliance.steps.spans import points
from tracker.compliance.steps.store import all_stored
from tracker.programmes.frames import Frames
from tracker.rule.assess import assess

ANSWER_COLUMNS = ("commitment", "target", "status", "score", "delivery", "punctuality", "reason", "next_change_on")
_LEFT_OUT = {"target_id", "programme_id", "agency_id"}
SPAN_COLUMNS = ("commitment", "target", *(name for name in COLUMNS if name not in _LEFT_OUT))


def assess_rows(session: Session, on: date, known_on: date | None = None) -> Iterator[dict[str, Any]]:
    """A row per target, by commitment and code: what the rule says of `on`, as known on `known_on` (else on `on`).

    Figures are text with two places, days ISO text; `reason` is {"code", "figures"}.
    """
    frames = Frames(session)
    for names in _in_order(session):
        records = {record.target_id: record for record in records_of(session, list(names), frames)}
        for target_id, (number, code) in names.items():
            found = assess(records[target_id].known_on(known_on or on), on)
            yield {
                "commitment": number,
                "target": code,
                "status": str(found.status),
                "score": _text(found.score),
                "delivery": _text(found.delivery),
                "punctuality": _text(found.punctuality),
                "reason": found.reason.as_json(),
                "next_change_on": _text(found.next_change_on),
            }


def span_rows(session: Session) -> Iterator[dict[str, Any]]:
    """Every stored step, by commitment number, target code and day, without row numbers; as text like the answers."""
    for names in _in_order(session):
        stored = all_stored(session, list(names))
        for target_id, (number, code) in names.items():
            for row in stored.get(target_id, ()):
                columns = dict(row._mapping)
                for name in ("score", "delivery", "punctuality"):
                    columns[name] = _text(points(columns[name]))
                for name in ("from_on", "to_on", "next_change_on", "wake_on", "deadline_on", "weight"):
                    columns[name] = _text(columns[name])
                yield {**{name: columns.get(name) for name in SPAN_COLUMNS}, "commitment": number, "target": code}


def _text(value: Decimal | date | None) -> str | None:
    if value is None:
        return None
    return format(value, "f") if isinstance(value, Decimal) else value.isoformat()


def _in_order(session: Session) -> Iterator[dict[int, tuple[str, str]]]:
    """Batches of target id → (commitment number, target code), in the order of these."""
    after: tuple[str, str] | None = None
    while True:
        statement = sa.select(Target.id, Commitment.number, Target.code).join(
            Commitment, Commitment.id == Target.commitment_id
        )
        if after is not None:
            statement = statement.where(sa.tuple_(Commitment.number, Target.code) > after)
        rows = session.execute(statement.order_by(Commitment.number, Target.code).limit(BATCH)).all()
        if rows:
            yield {target_id: (number, code) for target_id, number, code in rows}
        if len(rows) < BATCH:
            return
        after = (rows[-1][1], rows[-1][2])
