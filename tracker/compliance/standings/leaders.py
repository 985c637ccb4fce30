"""Heads of bodies and what their body was told while they held the office: steps cut to their days, and the mean.

A stand-in or deputy does not count. The mean is over days in office with a score, each day weighing the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.compliance.standings import queries as standings
from tracker.compliance.standings.as_of import SUM
from tracker.compliance.standings.queries import ScoreStep
from tracker.compliance.steps.sums import ALL_DOMAINS
from tracker.people.models import Person
from tracker.programmes.policy import in_force
from tracker.rule import Weighed
from tracker.rule.calendar import ONE_DAY
from tracker.rule.exact import half_up
from tracker.rule.facts import PolicyVersion

HOLDING = sa.inspect(OfficeHolding).local_table.c
_PERSON = sa.inspect(Person).local_table.c


@dataclass(frozen=True, slots=True)
class Tenure:
    """One head's days in office in one programme, as of a day. Scores in hundredths; `to_on` is the last day, if any.

    `steps` are those of the body's score cut to these days, up to the day; `days` how many of them have a score, `sum`
    the scores of these days added up, `mean` the sum over the days; `score` the one on the last day.
    """

    agency_id: int
    person_id: int
    name: str
    from_on: date
    to_on: date | None
    steps: tuple[ScoreStep, ...]
    days: int
    sum: int
    score: int | None

    @property
    def mean(self) -> int | None:
        """The mean over the days in office with a score, half-up."""
        return mean_of_days((self,))

    def last_on(self, on: date) -> date:
        """The last of the days in office up to a day."""
        return on if self.to_on is None else min(on, self.to_on)


def tenures(session: Session, programme_id: int, on: date, *where: sa.ColumnElement[bool]) -> list[Tenure]:
    """All who had held a head's office by the day, body after body in the order of their days; conditions on
    `HOLDING`. Two statements.

    Left out is whose office ended before the body had anything to answer for in the programme.
    """
    held = (
        sa.select(HOLDING.agency_id, HOLDING.person_id, _PERSON.name, HOLDING.from_on, HOLDING.to_on)
        .select_from(HOLDING.id.table.join(_PERSON.id.table, _PERSON.id == HOLDING.person_id))
        .where(HOLDING.office == Office.HEAD.value, HOLDING.from_on <= on, *where)
        .order_by(HOLDING.agency_id, HOLDING.from_on, HOLDING.id)
    )
    holdings = session.connection().execute(held).all()
    steps = _steps(session, programme_id, on, where)
    found = (_tenure(row, steps[row.agency_id], on) for row in holdings if row.agency_id in steps)
    return [tenure for tenure in found if tenure.steps]


def _steps(
    session: Session, programme_id: int, on: date, where: Sequence[sa.ColumnElement[bool]]
) -> dict[int, list[ScoreStep]]:
    """The steps of each body that has had a head, up to the day."""
    headed = sa.select(HOLDING.agency_id).where(HOLDING.office == Office.HEAD.value, *where)
    statement = (
        sa.select(SUM.agency_id, SUM.from_on, SUM.to_on, SUM.total, SUM.weight, SUM.targets)
        .where(SUM.programme_id == programme_id, SUM.domain == ALL_DOMAINS, SUM.agency_id.in_(headed))
        .where(SUM.from_on <= on)
        .order_by(SUM.agency_id, SUM.from_on)
    )
    found: dict[int, list[ScoreStep]] = defaultdict(list)
    for row in session.connection().execute(statement):
        if row.targets:
            step = ScoreStep(row.from_on, row.to_on, Weighed(row.total, row.weight))
            found[row.agency_id].append(step)
    return dict(found)


def _tenure(row: Any, steps: Iterable[ScoreStep], on: date) -> Tenure:
    last = on if row.to_on is None else min(on, row.to_on)
    cut = tuple(_cut(steps, row.from_on, last))
    scored = [(_length(step, last), step.score) for step in cut if step.score is not None]
    return Tenure(
        agency_id=row.agency_id,
        person_id=row.person_id,
        name=row.name,
        from_on=row.from_on,
        to_on=row.to_on,
        steps=cut,
        days=sum(length for length, _ in scored),
        sum=sum(length * score for length, score in scored),
        score=cut[-1].score if cut else None,
    )


def mean_of_days(tenures: Iterable[Tenure]) -> int | None:
    """The mean over all days in office with a score, also of somebody who has headed several bodies; none without one.

    Of the rounded scores that were told on each day, rounded half-up once.
    """
    counted = list(tenures)
    days = sum(tenure.days for tenure in counted)
    return int(half_up(Fraction(sum(tenure.sum for tenure in counted), days), 0)) if days else None


def _cut(steps: Iterable[ScoreStep], first: date, last: date) -> Iterable[ScoreStep]:
    """The steps within days, both inside; the last one is open where it goes on after them."""
    for step in steps:
        if step.from_on > last or (step.to_on is not None and step.to_on <= first):
            continue
        to_on = None if step.to_on is None or step.to_on > last else step.to_on
        yield replace(step, from_on=max(step.from_on, first), to_on=to_on)


def _length(step: ScoreStep, last: date) -> int:
    return ((step.to_on or last + ONE_DAY) - step.from_on).days


def ranks_at_the_end(
    session: Session,
    programme_id: int,
    found: Iterable[Tenure],
    on: date,
    today: date,
    policies: Sequence[PolicyVersion],
) -> dict[Tenure, standings.Rank]:
    """Where the body of each stood among its peers on the last of the days in office; a statement for each such day."""
    by_day: dict[date, list[Tenure]] = defaultdict(list)
    for tenure in found:
        by_day[tenure.last_on(on)].append(tenure)
    ranked: dict[Tenure, standings.Rank] = {}
    for day, some in by_day.items():
        places = standings.ranks_on(session, programme_id, None if day >= today else day, day, in_force(policies, day))
        ranked |= {tenure: places[tenure.agency_id] for tenure in some if tenure.agency_id in places}
    return ranked
