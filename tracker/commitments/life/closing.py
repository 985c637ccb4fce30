"""The end of a commitment: assessed, stated upon by the head, closed. What the assessment says comes from above.

The head is shown exactly what will be the document: it is kept with the move, and closing is held to it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, DossierMove, DraftTarget
from tracker.commitments.life import moving
from tracker.commitments.life.document import digest
from tracker.commitments.life.moving import Actor, make, permitted
from tracker.commitments.life.states import JOB, OVER, TABLE, Move, State
from tracker.commitments.models import Commitment, Target
from tracker.commitments.queries import milestones_of
from tracker.commitments.terms.terms import NAMES, Terms
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, StaleEdit
from tracker.core.languages import _l, format_day
from tracker.permissions.reader import Reader
from tracker.programmes.frames import Frame
from tracker.rule.calendar import ONE_DAY

USUAL_DAYS, FEWEST_DAYS = 10, 5  # working days that a head has for a statement
LONGEST = timedelta(days=90)  # until then at most: a later day is a slip of the year
AT_ONCE = 100  # dossiers whose time is over in one unit of work
UNDER_WAY = (State.IN_FORCE, State.CLOSED, *OVER)  # of an amendment: those that nothing more comes of
(LAPSING,) = (line for line in TABLE if line.move is Move.LAPSE)
(WITH_ITS_COMMITMENT,) = (line for line in TABLE if line.move is Move.CLOSE and JOB in line.ways)
Content = Mapping[str, Any]  # {"targets": […], "assessment": {…}}, as a document holds them


def ready_on(ends_on: date, frame: Frame) -> date:
    """The first day on which commitments of a programme can be assessed: it is over, and its last report was due."""
    due = [frame.calendar.roll(period.due_on) for periods in frame.periods.values() for period in periods]
    return max([ends_on, *due]) + ONE_DAY


def usual_until(frame: Frame, on: date) -> date:
    """By when a head usually says what there is to say."""
    return frame.calendar.plus(on, USUAL_DAYS)


def take_in(session: Session, now: Moment, *, reader: Reader, commitment_id: int) -> Dossier:
    """Give a commitment that came signed (in a package, on paper) the dossier that its end is entered in.

    What stands is given back. Raises DomainError where the body has a dossier of another commitment in the programme.
    """
    commitment = session.get_one(Commitment, commitment_id, with_for_update=True)
    first = sa.and_(Dossier.commitment_id == commitment_id, Dossier.kind == FIRST)
    standing = session.scalar(sa.select(Dossier).where(first))
    if standing is not None:
        return standing
    actor = permitted(reader, None, Move.TAKE_IN)
    dossier = Dossier(
        token=moving.new_token(),
        kind=FIRST,
        programme_id=commitment.programme_id,
        agency_id=commitment.agency_id,
        commitment_id=commitment.id,
        state=str(State.IN_FORCE),
        state_since=now.at,
        version=0,
        number=commitment.number,
        signed_how=commitment.signed_how,
        signed_on=commitment.signed_on,
        in_force_from=commitment.in_force_from,
    )
    session.add(dossier)
    session.flush()
    targets = session.scalars(sa.select(Target).where(Target.commitment_id == commitment_id).order_by(Target.code))
    session.add_all(
        DraftTarget(
            token=moving.new_token(),
            dossier_id=dossier.id,
            code=target.code,
            terms=signed_terms(target).record(),
            target_id=target.id,
        )
        for target in targets
    )
    told = {"number": commitment.number}
    days = {"day": commitment.signed_on.isoformat(), "from_on": commitment.in_force_from.isoformat()}
    detail = {**told, **days, "signed_how": commitment.signed_how}
    make(session, now, actor, dossier, detail=detail, told=told, new=(dossier,))
    return dossier


def signed_terms(target: Target) -> Terms:
    """The terms of a target as they were signed."""
    values = {name: getattr(target, name) for name in NAMES if name not in ("evidence", "milestones")}
    return Terms(**values, milestones=milestones_of(target.milestones) or ())


def assess(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, content: Content, until: date, least: date
) -> DossierMove:
    """Show the head what came of it, and until when something can be said to it; again, where facts came in since.

    Raises FieldError of a day before `least`, DomainError of amendments and where an amendment is under way.
    """
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.ASSESS)
    _whole(session, dossier)
    if until < least:
        told = _l("The head has until %(day)s at least", day=format_day(least))
        raise FieldError("until", told)
    if until > now.on + LONGEST:
        most = format_day(now.on + LONGEST)
        raise FieldError("until", _l("Nothing can be closed before that day: name one until %(day)s", day=most))
    dossier.statement_until = until
    shown = {"until": until.isoformat(), "sha256": digest(content)}
    return make(session, now, actor, dossier, detail={**shown, "content": dict(content)}, told=shown)


def state(session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, text: str) -> DossierMove:
    """The head says something to the assessment as it was shown; the last word counts. Raises StaleEdit, FieldError,
    DomainError where the day is over."""
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.STATE)
    moving.same_version(dossier, version)
    until = dossier.statement_until
    if until is None or now.on > until:
        raise DomainError(_l("Statements could be made until %(day)s.", day=format_day(until)))
    return make(session, now, actor, dossier, reason=moving.reason_of(text, "text"))


def lapse(session: Session, now: Moment, day: date | None = None) -> list[int]:
    """Whatever the head had the time to state upon before `day` (none: today) is ready: at most AT_ONCE; the ids."""
    waiting = sa.select(Dossier.id).where(
        Dossier.state == str(State.ASSESSED), Dossier.statement_until < (day or now.on)
    )
    lapsed = []
    for dossier_id in session.scalars(waiting.order_by(Dossier.id).limit(AT_ONCE)).all():
        dossier = moving.locked(session, dossier_id)
        if dossier.state == State.ASSESSED:  # the head may have said something meanwhile
            make(session, now, Actor(LAPSING, JOB, None), dossier)
            lapsed.append(dossier_id)
    return lapsed


def close(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, number: str, sha256: str
) -> DossierMove:
    """It is over, with the document of this number and hash: its targets and its amendments too.

    Raises StaleEdit where another assessment was shown meanwhile, DomainError where an amendment is under way.
    """
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.CLOSE)
    moving.same_version(dossier, version)
    _whole(session, dossier)
    for target in targets_of(session, dossier):
        target.closed_on = now.on
    amended = sa.select(Dossier.id).where(Dossier.commitment_id == dossier.commitment_id, Dossier.kind == AMENDMENT)
    for amendment_id in session.scalars(amended.where(Dossier.state == str(State.IN_FORCE)).order_by(Dossier.id)).all():
        make(session, now, Actor(WITH_ITS_COMMITMENT, JOB, None), moving.locked(session, amendment_id))
    told = {"number": number, "sha256": sha256, "day": now.on.isoformat()}
    return make(session, now, actor, dossier, detail=told, told=told)


def targets_of(session: Session, dossier: Dossier) -> list[Target]:
    """The targets of its commitment, locked until the transaction ends: nothing is reported on them meanwhile."""
    query = sa.select(Target).where(Target.commitment_id == dossier.commitment_id).order_by(Target.id)
    locking = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return list(session.scalars(locking))


def ids_by_code(session: Session, dossier: Dossier) -> dict[str, int]:
    """The targets of its commitment, by code."""
    own = sa.select(Target.code, Target.id).where(Target.commitment_id == dossier.commitment_id)
    return {row.code: row.id for row in session.execute(own)}


def amendment_under_way(session: Session, commitment_id: int | None) -> Dossier | None:
    """The amendment of a commitment that is not in force yet, and not given up."""
    of_it = Dossier.commitment_id == commitment_id, Dossier.kind == AMENDMENT
    return session.scalar(sa.select(Dossier).where(*of_it, Dossier.state.not_in([str(one) for one in UNDER_WAY])))


def shown(session: Session, dossier_id: int) -> tuple[DossierMove, list[DossierMove]] | None:
    """The assessment that was shown last, and what was stated to it since then, in order; none before the first."""
    moves = sa.select(DossierMove).where(DossierMove.dossier_id == dossier_id).order_by(DossierMove.seq)
    found = session.scalars(moves.where(DossierMove.move.in_((str(Move.ASSESS), str(Move.STATE))))).all()
    places = [place for place, one in enumerate(found) if one.move == Move.ASSESS]
    return (found[places[-1]], list(found[places[-1] + 1 :])) if places else None


def same_content(move: DossierMove, content: Content) -> None:
    """Raises StaleEdit where what is known by now makes another assessment than the head was shown."""
    if (move.detail or {}).get("sha256") != digest(content):
        told = _l("Facts came in since the assessment was shown to the head. Assess it again, so that it is seen anew.")
        raise StaleEdit(told, move)


def _whole(session: Session, dossier: Dossier) -> None:
    if dossier.kind != FIRST or dossier.commitment_id is None:
        raise DomainError(_l("An amendment is closed with its commitment."))
    if amendment_under_way(session, dossier.commitment_id) is not None:
        raise DomainError(_l("An amendment of this commitment is under way: finish it, or withdraw it."))
