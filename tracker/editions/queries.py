"""Rankings of periods as they are looked for: listed, by the one that a page shows, with appeals and editions."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency
from tracker.commitments.models import Target
from tracker.editions.models import RankingAnswer, RankingAppeal, RankingEdition, RankingMove, RankingPreview
from tracker.editions.words import UPHELD
from tracker.people.models import Person
from tracker.programmes.models import Period, Programme
from tracker.progress.models import Report
from tracker.progress.states import ReportState


def listed(session: Session) -> Sequence[Any]:
    """(RankingPreview without its figures, Programme, how many editions, how many appeals wait), the latest first."""
    editions = sa.select(sa.func.count()).where(RankingEdition.preview_id == RankingPreview.id).scalar_subquery()
    asked = (
        sa.select(RankingPreview, Programme, editions.label("editions"), _waiting().label("waiting"))
        .join(Programme, Programme.id == RankingPreview.programme_id)
        .options(sa.orm.defer(RankingPreview.content))
        .order_by(RankingPreview.judged_on.desc(), RankingPreview.id.desc())
    )
    return session.execute(asked).all()


def by_token(session: Session, token: str) -> Any:
    """(RankingPreview, Programme) of an address; none where there is none."""
    asked = sa.select(RankingPreview, Programme).join(Programme, Programme.id == RankingPreview.programme_id)
    return session.execute(asked.where(RankingPreview.token == token)).one_or_none()


def editions_of(session: Session, preview_id: int) -> Sequence[RankingEdition]:
    """Its editions, the last one first."""
    asked = sa.select(RankingEdition).where(RankingEdition.preview_id == preview_id)
    return session.scalars(asked.order_by(RankingEdition.number.desc())).all()


def moves_of(session: Session, preview_id: int) -> Sequence[Any]:
    """(RankingMove, who, in whose name, Agency) of every move, the last one first."""
    holder = aliased(Person)
    asked = (
        sa.select(RankingMove, Person.name.label("who"), holder.name.label("whose"))
        .join(Person, Person.id == RankingMove.person_id)
        .outerjoin(holder, holder.id == RankingMove.for_person_id)
        .where(RankingMove.preview_id == preview_id)
    )
    return session.execute(asked.order_by(RankingMove.seq.desc())).all()


def appeals_of(session: Session, preview_id: int, token: str | None = None) -> Sequence[Any]:
    """Every appeal with its body, target, reason and answer, the oldest first; or the one of an address."""
    answered = aliased(RankingMove)
    asked = (
        sa.select(
            RankingAppeal,
            Agency.code.label("agency_code"),
            Agency.name.label("agency_name"),
            Target.token.label("target"),
            Target.title,
            RankingMove.text.label("reason"),
            RankingMove.at,
            RankingAnswer.outcome,
            answered.text.label("answer"),
            answered.at.label("answered_at"),
        )
        .join(Agency, Agency.id == RankingAppeal.agency_id)
        .join(Target, Target.id == RankingAppeal.target_id)
        .join(RankingMove, RankingMove.id == RankingAppeal.move_id)
        .outerjoin(RankingAnswer, RankingAnswer.appeal_id == RankingAppeal.id)
        .outerjoin(answered, answered.id == RankingAnswer.move_id)
        .where(RankingAppeal.preview_id == preview_id)
    )
    if token is not None:
        asked = asked.where(RankingAppeal.token == token)
    return session.execute(asked.order_by(RankingAppeal.id)).all()


def agencies(session: Session, codes: Sequence[str]) -> dict[str, int]:
    """The ids of bodies by their codes."""
    return {code: one for one, code in session.execute(sa.select(Agency.id, Agency.code).where(Agency.code.in_(codes)))}


def reports_waiting(session: Session, preview: RankingPreview) -> int:
    """How many reports of the days up to the judged one wait for an appraiser."""
    begun = sa.or_(Period.first_cut_off <= preview.judged_on, Report.period_id.is_(None))
    asked = (
        sa.select(sa.func.count())
        .select_from(Report)
        .outerjoin(Period, Period.id == Report.period_id)
        .where(Report.programme_id == preview.programme_id, Report.state == ReportState.SENT, begun)
    )
    return session.scalar(asked) or 0


def appeals_waiting(session: Session, preview_id: int) -> int:
    """How many appeals wait for an answer."""
    answered = sa.exists().where(RankingAnswer.appeal_id == RankingAppeal.id)
    return _counted(session, RankingAppeal.preview_id == preview_id, ~answered)


def upheld_since(session: Session, preview_id: int, seq: int) -> int:
    """How many appeals were upheld after a move."""
    asked = (
        sa.select(sa.func.count())
        .select_from(RankingAnswer)
        .join(RankingMove, RankingMove.id == RankingAnswer.move_id)
        .where(RankingMove.preview_id == preview_id, RankingMove.seq > seq, RankingAnswer.outcome == UPHELD)
    )
    return session.scalar(asked) or 0


def periods_of(session: Session, programme_id: int, on: date) -> Sequence[Period]:
    """The periods of a programme whose reports were due by a day, the latest first."""
    asked = sa.select(Period).where(Period.programme_id == programme_id)
    found = [one for one in session.scalars(asked) if one.due_on <= on]
    return sorted(found, key=lambda one: (one.cut_off, one.code), reverse=True)


def figures_of(row: RankingPreview | RankingEdition) -> dict[str, Any]:
    """The figures that are kept."""
    found: dict[str, Any] = json.loads(row.content)
    return found


def _counted(session: Session, *where: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(RankingAppeal).where(*where)) or 0


def _waiting() -> sa.ScalarSelect[int]:
    answered = sa.exists().where(RankingAnswer.appeal_id == RankingAppeal.id)
    here = (RankingAppeal.preview_id == RankingPreview.id, ~answered)
    return sa.select(sa.func.count()).where(*here).scalar_subquery()
