"""What keeps a commitment from being assessed: its programme runs, or something still waits for a decision."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import AMENDMENT, Dossier
from tracker.commitments.life.closing import UNDER_WAY
from tracker.commitments.models import Target
from tracker.core.errors import DomainError
from tracker.core.languages import _, _l, _n, format_day
from tracker.progress.models import Report, TargetRequest
from tracker.progress.states import ReportState, RequestState


class Waiting(NamedTuple):
    """What of one commitment waits: reports for an appraiser, requests for the PPC, an amendment (its token)."""

    reports: int = 0
    requests: int = 0
    amendment: str | None = None

    @property
    def any(self) -> bool:
        """Whether anything does."""
        return bool(self.reports or self.requests or self.amendment)


NOTHING = Waiting()


class StillWaiting(DomainError):
    """Something waits, so it cannot be assessed or closed yet."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__(_l("It waits for decisions: %(what)s.", what=", ".join(told(waiting))))
        self.waiting = waiting


def told(waiting: Waiting) -> list[str]:
    """What waits, in words."""
    found = []
    if waiting.reports:
        found.append(_n("%(num)s report to be appraised", "%(num)s reports to be appraised", waiting.reports))
    if waiting.requests:
        found.append(_n("%(num)s request to be decided", "%(num)s requests to be decided", waiting.requests))
    if waiting.amendment:
        found.append(_("an amendment under way"))
    return found


def of_commitments(session: Session, commitment_ids: Sequence[int]) -> dict[int, Waiting]:
    """Of each of these that has anything waiting. Three statements."""
    reports = _counted(session, Report, Report.state == ReportState.SENT, commitment_ids)
    requests = _counted(session, TargetRequest, TargetRequest.state == RequestState.WAITING, commitment_ids)
    open_one = Dossier.state.not_in([str(state) for state in UNDER_WAY])
    of_them = sa.select(Dossier.commitment_id, Dossier.token).where(
        Dossier.commitment_id.in_(commitment_ids), Dossier.kind == AMENDMENT, open_one
    )
    amendments = {commitment_id: token for commitment_id, token in session.execute(of_them) if commitment_id}
    ids = {*reports, *requests, *amendments}
    return {one: Waiting(reports[one], requests[one], amendments.get(one)) for one in ids}


def demand_nothing(session: Session, commitment_id: int) -> None:
    """Raises StillWaiting where something of it does."""
    found = of_commitments(session, [commitment_id]).get(commitment_id, NOTHING)
    if found.any:
        raise StillWaiting(found)


def demand_over(ready_on: date, on: date) -> None:
    """Raises DomainError before the first day on which a programme's commitments can be assessed."""
    if on < ready_on:
        raise DomainError(
            _l("It can be assessed from %(day)s on: then the last report was due.", day=format_day(ready_on))
        )


def _counted(session: Session, kind: type, waits: sa.ColumnElement[bool], ids: Sequence[int]) -> Counter[int]:
    model: type[Report] | type[TargetRequest] = kind
    query = (
        sa.select(Target.commitment_id, sa.func.count())
        .join(model, model.target_id == Target.id)
        .where(Target.commitment_id.in_(ids), waits)
        .group_by(Target.commitment_id)
    )
    return Counter({row[0]: row[1] for row in session.execute(query)})
