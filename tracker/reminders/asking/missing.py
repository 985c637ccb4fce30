"""Who has not reported for a period: body by body what was reported, and in whose hands the rest lies."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.models import Target
from tracker.compliance.telling.owed import OwedFigure, WhyOwed, owed_of_period
from tracker.core.db.database import Condition
from tracker.programmes.models import Period
from tracker.progress import hands
from tracker.progress.hands import Hand
from tracker.progress.models import Draft, Report
from tracker.progress.states import ReportState

GIVEN = (ReportState.SENT, ReportState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Missing:
    """One report that is owed, and in whose hands it lies."""

    figure: OwedFigure
    hand: Hand

    @property
    def is_owed(self) -> bool:
        """Whether somebody can be asked for it: its cut-off has come, or it came back."""
        return self.figure.why is not WhyOwed.COMING


@dataclass
class OfBody:
    """How a body stands with a period. `missing`: the most urgent first."""

    agency_id: int
    reported: int = 0
    missing: list[Missing] = field(default_factory=list)

    @property
    def owed(self) -> int:
        """How many reports are asked for in all."""
        return self.reported + len(self.missing)

    @property
    def counts(self) -> Mapping[Hand, int]:
        """How many of those that are missing lie in whose hands."""
        return Counter(one.hand for one in self.missing)

    @property
    def to_ask(self) -> list[OwedFigure]:
        """What somebody can be asked for."""
        return [one.figure for one in self.missing if one.is_owed]

    @property
    def nearest(self) -> OwedFigure | None:
        """What was due first of it."""
        return self.missing[0].figure if self.missing else None


def of_period(session: Session, on: date, period: Period, *where: Condition) -> dict[int, OfBody]:
    """By body, how its targets that meet the conditions (on Target) stand with a period. Few statements."""
    found: dict[int, OfBody] = {}
    for agency_id, count in session.execute(_reported(period.id, where)):
        found[agency_id] = OfBody(agency_id, reported=count)
    owed = owed_of_period(session, on, period, Target.closed_on.is_(None), *where)
    drafts = _drafts(session, period.id, where) if owed else {}
    for figure in sorted(owed, key=lambda one: (one.by, one.commitment, one.target_code)):
        body = found.setdefault(figure.agency_id, OfBody(figure.agency_id))
        body.missing.append(Missing(figure, _hand(figure, drafts.get(figure.target_id))))
    return found


def periods(session: Session, programme_id: int, on: date) -> list[Period]:
    """The periods of a programme in which a target reports: those whose last day has come, and the next of each
    frequency; the latest first."""
    frequencies = sa.select(Target.frequency).where(Target.programme_id == programme_id).distinct()
    asked = sa.select(Period).where(Period.programme_id == programme_id, Period.frequency.in_(frequencies))
    by_frequency: dict[str, list[Period]] = defaultdict(list)
    for period in sorted(session.scalars(asked), key=lambda one: one.cut_off):
        by_frequency[period.frequency].append(period)
    found = []
    for some in by_frequency.values():
        begun = [one for one in some if one.cut_off <= on]
        found += some[: len(begun) + 1]
    return sorted(found, key=lambda one: (one.cut_off, one.starts_on, one.id), reverse=True)


def usual(found: Sequence[Period], on: date) -> Period | None:
    """The period that is looked at when none is chosen: the latest whose last day has come, else the next."""
    return next((one for one in found if one.cut_off <= on), found[-1] if found else None)


def _reported(period_id: int, where: Sequence[Condition]) -> sa.Select[int, int]:
    given = (Report.period_id == period_id, Report.kind == "periodic", Report.state.in_(GIVEN))
    counted = sa.select(Report.agency_id, sa.func.count()).join(Target, Target.id == Report.target_id)
    return counted.where(*given, *where).group_by(Report.agency_id)


def _drafts(session: Session, period_id: int, where: Sequence[Condition]) -> dict[int, Draft]:
    found = sa.select(Draft).join(Target, Target.id == Draft.target_id).where(Draft.period_id == period_id, *where)
    return {one.target_id: one for one in session.scalars(found)}


def _hand(figure: OwedFigure, draft: Draft | None) -> Hand:
    written = hands.of_draft(draft, came_back=figure.why is WhyOwed.RETURNED)
    return written or (Hand.COMING if figure.why is WhyOwed.COMING else Hand.OWED)
