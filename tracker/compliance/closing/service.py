"""Assessing commitments and closing them: what came of each is told by the rule, shown to its head, then frozen.

The verbs of the life are in `commitments.closing`; here they get what they are about.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import FIRST, Dossier, DossierMove
from tracker.commitments.life import closing, moving
from tracker.commitments.life.states import OVER, Move, State
from tracker.commitments.models import Commitment, Target
from tracker.compliance.closing import results, waiting
from tracker.core.clock import Moment
from tracker.core.errors import DomainError
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frame, Frames
from tracker.programmes.models import Programme
from tracker.signing.documents import freezing
from tracker.signing.documents.freezing import Form, Prepared

AT_ONCE = 50  # commitments that one press assesses, so that nobody waits long for an answer
ASSESSED = (State.ASSESSED, State.HEARD, State.CLOSED)
NOT_SHOWN = _l("It was not assessed yet.")


class Row(NamedTuple):
    """One commitment of a programme, its dossier where it has one, and what of it waits."""

    body: Agency
    commitment: Commitment
    dossier: Dossier | None
    waiting: waiting.Waiting
    second: bool = False  # its body has a dossier of another commitment in the programme, and there is one

    @property
    def state(self) -> State:
        """Where it stands; one that came signed is in force."""
        return State(self.dossier.state) if self.dossier else State.IN_FORCE

    @property
    def ready(self) -> bool:
        """Whether it can be assessed, once its programme is over."""
        return self.state is State.IN_FORCE and not self.waiting.any and not self.second


class Done(NamedTuple):
    """The dossiers that were assessed by one press, and how many more can be."""

    assessed: Sequence[int]
    left: int


@dataclass(frozen=True, slots=True)
class End:
    """When a programme ends, and what its commitments are judged by."""

    programme: Programme
    frames: Frames

    @property
    def frame(self) -> Frame:
        """What its targets share."""
        return self.frames.of({self.programme.id})[self.programme.id]

    @property
    def ready_on(self) -> date:
        """The first day on which its commitments can be assessed."""
        return closing.ready_on(self.programme.ends_on, self.frame)

    def least(self, on: date) -> date:
        """The earliest last day for a statement."""
        return self.frame.calendar.plus(on, closing.FEWEST_DAYS)

    def usual(self, on: date) -> date:
        """The usual one."""
        return closing.usual_until(self.frame, on)


def end_of(session: Session, programme_id: int) -> End:
    """The end of a programme."""
    return End(session.get_one(Programme, programme_id), Frames(session))


def rows_of(session: Session, programme_id: int) -> list[Row]:
    """Every commitment of a programme that has targets, by body. Some five statements."""
    first = sa.and_(Dossier.commitment_id == Commitment.id, Dossier.kind == FIRST)
    query = sa.select(Agency, Commitment, Dossier).select_from(Commitment).outerjoin(Dossier, first)
    with_targets = sa.exists().where(Target.commitment_id == Commitment.id)
    query = query.join(Agency, Agency.id == Commitment.agency_id).order_by(Agency.sort_key, Agency.id, Commitment.id)
    found = session.execute(query.where(Commitment.programme_id == programme_id, with_targets)).all()
    waits = waiting.of_commitments(session, [commitment.id for _body, commitment, _dossier in found])
    live = sa.select(Dossier.agency_id).where(Dossier.programme_id == programme_id, Dossier.kind == FIRST)
    having = set(session.scalars(live.where(Dossier.state.not_in([str(state) for state in OVER]))))
    rows = []
    for body, one, dossier in found:
        second = not dossier and body.id in having
        rows.append(Row(body, one, dossier, waits.get(one.id, waiting.NOTHING), second))
        having.add(one.agency_id)
    return rows


def assess(session: Session, now: Moment, *, reader: Reader, dossier_id: int, until: date) -> DossierMove:
    """Assess one commitment and show that to its head. Raises StillWaiting, DomainError before its programme's end, and
    as `commitments.closing.assess` does."""
    dossier = moving.locked(session, dossier_id)
    moving.permitted(reader, dossier, Move.ASSESS)
    return _assess(session, now, reader, dossier, until, end_of(session, dossier.programme_id))


def assess_all(session: Session, now: Moment, *, reader: Reader, programme_id: int, until: date) -> Done:
    """Assess what of a programme is ready, at most AT_ONCE of them; what waits for something is left."""
    end = end_of(session, programme_id)
    ready = [row for row in rows_of(session, programme_id) if row.ready]
    assessed = []
    for row in ready[:AT_ONCE]:
        dossier = row.dossier or closing.take_in(session, now, reader=reader, commitment_id=row.commitment.id)
        _assess(session, now, reader, moving.locked(session, dossier.id), until, end)
        assessed.append(dossier.id)
    return Done(assessed, len(ready) - len(assessed))


def prepare(session: Session, now: Moment, *, reader: Reader, dossier: Dossier, form: Form) -> Prepared:
    """Make the file of what the head was shown. Raises as `close` does; writes nothing."""
    moving.permitted(reader, dossier, Move.CLOSE)
    shown, said = _shown(session, dossier)
    _unchanged(session, now, dossier, shown)
    content = whole(dossier, shown, said)
    return freezing.prepare_assessment(session, now, reader=reader, dossier=dossier, form=form, content=content)


def whole(dossier: Dossier, shown: DossierMove, said: Sequence[DossierMove]) -> results.Made:
    """What the head was shown, with what was stated to it last."""
    content = (shown.detail or {})["content"]
    assessment = dict(content["assessment"])
    if dossier.statement_until is not None:
        assessment["statement_until"] = dossier.statement_until.isoformat()
    if said:
        assessment |= {"statement": said[-1].reason, "stated_on": said[-1].day.isoformat()}
    return {"targets": content["targets"], "assessment": assessment}


def close(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, made: Prepared, folder: Path
) -> DossierMove:
    """Freeze the assessment, and close the commitment with its targets: all or nothing.

    Raises StillWaiting, StaleEdit where facts came in since the head was shown it, and as `freezing.keep_assessment`.
    """
    dossier = moving.locked(session, dossier_id)
    moving.permitted(reader, dossier, Move.CLOSE)
    moving.same_version(dossier, version)
    closing.targets_of(session, dossier)  # from here on nobody reports on them
    shown, _said = _shown(session, dossier)
    _unchanged(session, now, dossier, shown)
    number = freezing.keep_assessment(session, now, reader=reader, dossier=dossier, made=made, folder=folder)
    named: dict[str, Any] = {"number": number.text, "sha256": made.rendered.sha256}
    return closing.close(session, now, reader=reader, dossier_id=dossier_id, version=version, **named)


def _assess(session: Session, now: Moment, reader: Reader, dossier: Dossier, until: date, end: End) -> DossierMove:
    waiting.demand_over(end.ready_on, now.on)
    content = _content(session, dossier, end, now.on)
    least = end.least(now.on)
    return closing.assess(session, now, reader=reader, dossier_id=dossier.id, content=content, until=until, least=least)


def _content(session: Session, dossier: Dossier, end: End, known_on: date) -> results.Made:
    if dossier.commitment_id is None:
        raise DomainError(_l("An amendment is closed with its commitment."))
    waiting.demand_nothing(session, dossier.commitment_id)
    commitment = session.get_one(Commitment, dossier.commitment_id)
    return results.of_commitment(session, commitment, end.programme.ends_on, known_on, end.frames)


def _shown(session: Session, dossier: Dossier) -> tuple[DossierMove, Sequence[DossierMove]]:
    found = closing.shown(session, dossier.id)
    if found is None:
        raise DomainError(NOT_SHOWN)
    return found


def _unchanged(session: Session, now: Moment, dossier: Dossier, shown: DossierMove) -> None:
    content = _content(session, dossier, end_of(session, dossier.programme_id), now.on)
    content["assessment"]["known_on"] = (shown.detail or {})["content"]["assessment"]["known_on"]
    closing.same_content(shown, content)
