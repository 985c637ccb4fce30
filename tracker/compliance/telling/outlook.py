"""What a decision on one target would make of it and of its body, before it counts: today's answer without and with it.

The body's sum is the stored one, less what the target gives to it now, more what it would give: exactly what will be
stored.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments import rulings
from tracker.commitments.rulings import Ruling
from tracker.commitments.terms import words
from tracker.compliance.models import AgencySum
from tracker.compliance.records.facts import Record
from tracker.compliance.steps.queries import SPAN
from tracker.compliance.steps.spans import hundredths, points
from tracker.compliance.steps.sums import ALL_DOMAINS
from tracker.core.clock import Moment
from tracker.rule import NO_SCORES, Known, Ledger, Weighed, assess, weighed, weight_on

_SUM = sa.inspect(AgencySum).local_table.c


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands on a day, its deadline in words, and its body with it. Scores in hundredths, as stored."""

    status: str
    score: int | None
    deadline: str
    body: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Before the decision and after it, as today sees both."""

    before: Standing
    after: Standing


def outlook(session: Session, now: Moment, record: Record, ruling: Ruling | None) -> Outlook:
    """What a ruling (none: a refusal, which changes nothing) would make of a target. Nothing is written."""
    known = record.known_on(now.on)
    then = known if ruling is None else Ledger(rulings.decided(record.facts, ruling, now.on)).known(now.on)
    others = _others(session, record)
    return Outlook(_standing(known, now.on, others), _standing(then, now.on, others))


def _standing(known: Known, on: date, others: Weighed) -> Standing:
    found, weight = assess(known, on), weight_on(known, on)
    body = (others + weighed(found.score, weight)).mean
    until = words.deadline(known, on, found.status.value).text
    return Standing(found.status.value, hundredths(found.score), until, hundredths(body))


def _others(session: Session, record: Record) -> Weighed:
    """The scores of the body's other targets, as they are stored today."""
    sums = (_SUM.programme_id == record.programme_id, _SUM.agency_id == record.agency_id, _SUM.domain == ALL_DOMAINS)
    run = session.connection().execute
    whole = run(sa.select(_SUM.total, _SUM.weight).where(*sums, _SUM.to_on.is_(None))).one_or_none()
    own = run(sa.select(SPAN.score, SPAN.weight).where(SPAN.target_id == record.target_id, SPAN.to_on.is_(None)))
    if whole is None:
        return NO_SCORES
    here = own.one_or_none()
    return Weighed(whole.total, whole.weight) - (
        NO_SCORES if here is None else weighed(points(here.score), Decimal(here.weight))
    )
