"""Asking about a whole programme, and answering in small units that go on where the last one stopped.

The answers are filed as rows and sums (`models`); the two answers of one target are found in `preview` and `known`.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import service as audit
from tracker.audit.events import Event
from tracker.commitments import queries as commitments
from tracker.compliance.recalculations import filing, known, preview
from tracker.compliance.recalculations.models import BY_HAND, OF_POLICY, Kind, Recalculation, State
from tracker.compliance.records import targets
from tracker.compliance.records.facts import records_of
from tracker.compliance.records.targets import Pair as TargetOfBody
from tracker.compliance.steps import service as compliance
from tracker.core.clock import Moment, day_of
from tracker.core.db.unit_of_work import Units
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import Text, _l, format_day
from tracker.programmes import planning
from tracker.programmes import policy as policies
from tracker.programmes import queries as programmes
from tracker.rule.facts import Policy, PolicyVersion

BATCH = 200  # targets in a unit: well under a second, so that nobody else waits long to write
MOST_OPEN = 5  # recalculations of one person that wait
MOST_TRIES = 5  # runs in a row that get no further: then it is given up, and the next one is answered
MOST_AT_ONCE = 3_000  # targets whose steps are derived while somebody waits for the page
KEPT = timedelta(days=60)
NO_SUCH_RECALCULATION = _l("There is no such recalculation, or it has been tidied away.")


def ask_policy(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    programme_id: int,
    versions: Sequence[PolicyVersion],
    from_on: date,
    policy: Policy,
    reason: str | None,
) -> Recalculation:
    """Ask who would move, and how far, under a policy from a day on; the caller has found nothing against it.

    Returns the one that judges today, as the board does; the one that judges the day ahead stands beside it.
    """
    today, ahead = _new_token(), _new_token()
    parameters = {
        "from_on": from_on.isoformat(),
        "values": policies.values_of(policy),
        "versions": _kept(versions),
        "reason": reason,
    }
    of_today = parameters | {"on": now.on.isoformat()}
    programmes.hold(session, programme_id)
    waiting = _waiting(session, Kind.POLICY, actor_id, programme_id, of_today)
    if waiting is not None:
        return waiting
    of_today |= {"beside": ahead}
    asked = _ask(session, now, Kind.POLICY, actor_id, programme_id, of_today, today)
    of_ahead = parameters | {"on": from_on.isoformat(), "beside": today}
    _ask(session, now, Kind.POLICY_AHEAD, actor_id, programme_id, of_ahead, ahead)
    return asked


def ask_known_on(
    session: Session, now: Moment, *, actor_id: int, programme_id: int, on: date, known_on: date
) -> Recalculation:
    """Ask for every target's answer of a day as known on another, beside what was said. Both days have come."""
    for field, day in (("on", on), ("known_on", known_on)):
        if day > now.on:
            raise FieldError(field, _l("This day is still ahead."))
    programme = programmes.by_id(session, programme_id)
    if on > programme.ends_on:
        ended = _l("The programme ended on %(day)s, and no day after it counts.", day=format_day(programme.ends_on))
        raise FieldError("on", ended)
    if on < programme.starts_on:
        begins = _l("The programme begins on %(day)s: check the year", day=format_day(programme.starts_on))
        raise FieldError("on", begins)
    parameters = {"on": on.isoformat(), "known_on": known_on.isoformat()}
    programmes.hold(session, programme_id)
    waiting = _waiting(session, Kind.KNOWN_ON, actor_id, programme_id, parameters)
    return waiting or _ask(session, now, Kind.KNOWN_ON, actor_id, programme_id, parameters)


def follows_at_once(session: Session, now: Moment, *, actor_id: int, programme_id: int) -> bool:
    """Whether a programme is small enough that what follows of a change is derived while its author waits.

    Otherwise the scheduler is asked to derive it, before it answers anything else.
    """
    if targets.count(session, *known.of_programme(programme_id)) <= MOST_AT_ONCE:
        return True
    _ask(session, now, Kind.FOLLOW, actor_id, programme_id, {})
    return False


def day_from(text: str) -> date:
    """A day of the parameters."""
    return date.fromisoformat(text)


def versions_of(recalculation: Recalculation) -> tuple[PolicyVersion, ...]:
    """The policies that stood when it was asked."""
    stored = recalculation.parameters["versions"]
    return policies.timeline([(day_from(from_on) if from_on else None, values) for from_on, values in stored])


def proposed_by(recalculation: Recalculation) -> tuple[date, Policy]:
    """The day and the policy that it asks about."""
    return day_from(recalculation.parameters["from_on"]), policies.policy_from(recalculation.parameters["values"])


def outdated(session: Session, recalculation: Recalculation, on: date) -> Text | None:
    """Why the policy that a preview asks about can be set no more; none where it can."""
    rows = programmes.policy_versions(session, recalculation.programme_id)
    message: Text | None = None
    if recalculation.state != State.ANSWERED:
        message = _l("The preview is not done yet.")
    elif proposed_by(recalculation)[0] <= on:
        message = _l("The day has come from which this policy was to count. Preview it anew from a day ahead.")
    elif policies.timeline([(row.from_on, row.values) for row in rows]) != versions_of(recalculation):
        message = _l("The policy has been changed since this was asked. Preview it anew.")
    return message


def plan(session: Session, now: Moment, *, actor_id: int, recalculation_id: int) -> None:
    """Set the policy of an answered preview from its day on. Raises FieldError where `outdated` says why not."""
    recalculation = session.get_one(Recalculation, recalculation_id, with_for_update=True)
    refusal = outdated(session, recalculation, now.on)
    if refusal is not None:
        raise FieldError("", refusal)
    from_on, policy = proposed_by(recalculation)
    planning.plan_policy(
        session,
        now,
        actor_id=actor_id,
        programme=programmes.by_id(session, recalculation.programme_id),
        from_on=from_on,
        policy=policy,
        reason=recalculation.parameters["reason"],
        first_signed_on=commitments.first_signed_on(session, recalculation.programme_id),
        follow=follows_at_once(session, now, actor_id=actor_id, programme_id=recalculation.programme_id),
    )


def days_of(recalculation: Recalculation) -> tuple[date, date]:
    """The day that is judged, and the one whose knowledge counts."""
    parameters = recalculation.parameters
    if recalculation.kind == Kind.KNOWN_ON:
        return day_from(parameters["on"]), day_from(parameters["known_on"])
    # (A preview that an earlier version kept judged the day ahead alone.)
    return day_from(parameters.get("on", parameters["from_on"])), _asked_on(recalculation)


def policies_of(session: Session, recalculation: Recalculation) -> tuple[Policy, Policy]:
    """The policies of the two sides: the present and the proposed one, or that of the judged day on both."""
    if recalculation.kind in OF_POLICY:
        on, _known_on = days_of(recalculation)
        return policies.in_force(versions_of(recalculation), on), proposed_by(recalculation)[1]
    rows = programmes.policy_versions(session, recalculation.programme_id)
    stored = policies.timeline([(row.from_on, row.values) for row in rows])
    here = policies.in_force(stored, days_of(recalculation)[0])
    return here, here


def by_token(session: Session, token: str) -> Recalculation:
    """The recalculation of an address. Raises NotFound; what nobody asked (Kind.FOLLOW) has no page."""
    found = _named(session, token)
    if found is None:
        raise NotFound(NO_SUCH_RECALCULATION)
    return found


def beside(session: Session, recalculation: Recalculation) -> Recalculation | None:
    """The preview of the same policy that judges the other day; none where there is none (any more)."""
    return _named(session, recalculation.parameters.get("beside"))


def take(session: Session) -> int | None:
    """The oldest recalculation that waits, by id, now being worked on; one that never gets further is given up."""
    waiting = (
        sa.select(Recalculation)
        .where(Recalculation.state.in_((State.ASKED, State.WORKING)))
        .order_by(
            Recalculation.kind != Kind.FOLLOW, Recalculation.id
        )  # what others are judged by goes before what is asked
    )
    for recalculation in session.scalars(waiting.with_for_update()):
        if recalculation.tries < MOST_TRIES:
            if recalculation.state == State.ASKED:
                recalculation.total = targets.count(session, *_of(recalculation))
            recalculation.state, recalculation.tries = State.WORKING, recalculation.tries + 1
            return recalculation.id
        recalculation.state, recalculation.error = (
            State.FAILED,
            f"given up after {recalculation.tries} tries: see the log",
        )
    return None


def go_on(session: Session, recalculation_id: int, now: Moment) -> bool:
    """Answer the next batch of targets; whether more may follow. Rows, sums and the place go into one transaction."""
    recalculation = session.get(Recalculation, recalculation_id, with_for_update=True)
    if recalculation is None or recalculation.state != State.WORKING:
        return False
    targets = _next(session, recalculation)
    if targets:
        _WORK[Kind(recalculation.kind)](session, recalculation, targets, now)
        recalculation.done += len(targets)
        recalculation.cursor_agency_id, recalculation.cursor_target_id = targets[-1]
        recalculation.tries = 0
    if len(targets) == BATCH:
        return True
    if recalculation.kind != Kind.FOLLOW:
        filing.rank(session, recalculation.id, policies_of(session, recalculation), days_of(recalculation)[0])
    recalculation.state, recalculation.total, recalculation.answered_at = State.ANSWERED, recalculation.done, now.at
    return False


def tidy(now: Moment) -> Units[None]:
    """Remove what was asked long ago, rows in small units."""
    while (recalculation_id := (yield partial(_oldest, before=now.at - KEPT))) is not None:
        while not (yield partial(filing.remove, recalculation_id=recalculation_id)):
            pass


def _named(session: Session, token: str | None) -> Recalculation | None:
    named = (Recalculation.token == token, Recalculation.kind != Kind.FOLLOW)
    return session.scalar(sa.select(Recalculation).where(*named))


def _waiting(
    session: Session, kind: Kind, actor_id: int, programme_id: int, parameters: Mapping[str, Any]
) -> Recalculation | None:
    """The same question of the same person, not answered yet: a button pressed twice asks once."""
    asked = sa.select(Recalculation).where(
        Recalculation.asked_by_id == actor_id,
        Recalculation.programme_id == programme_id,
        Recalculation.kind == kind,
        Recalculation.state.in_((State.ASKED, State.WORKING)),
    )
    found = session.scalars(asked.order_by(Recalculation.id))
    return next((one for one in found if {**one.parameters, **parameters} == one.parameters), None)


def _new_token() -> str:
    return secrets.token_urlsafe(16)


def _ask(
    session: Session,
    now: Moment,
    kind: Kind,
    actor_id: int,
    programme_id: int,
    parameters: Mapping[str, Any],
    token: str | None = None,
) -> Recalculation:
    waiting = sa.select(sa.func.count()).where(
        Recalculation.asked_by_id == actor_id,
        Recalculation.state.in_((State.ASKED, State.WORKING)),
        Recalculation.kind.in_(BY_HAND),
    )
    if kind in BY_HAND and (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise FieldError(
            "", _l("You have asked for several recalculations that are not done yet. Wait for these first.")
        )
    recalculation = Recalculation(
        token=token or _new_token(),
        kind=kind,
        programme_id=programme_id,
        parameters=dict(parameters),
        asked_by_id=actor_id,
        asked_at=now.at,
        state=State.ASKED,
        result={},
    )
    session.add(recalculation)
    session.flush()
    if kind in BY_HAND:
        detail = {"inquiry": recalculation.id, "kind": str(kind)}
        audit.record(
            session,
            now,
            Event.RECALCULATION_ASKED,
            actor_id=actor_id,
            subject=("programme", programme_id),
            detail=detail,
        )
    return recalculation


def _oldest(session: Session, before: datetime) -> int | None:
    old = (
        sa.select(Recalculation.id)
        .where(Recalculation.asked_at < before)
        .order_by(Recalculation.asked_at, Recalculation.id)
    )
    return session.scalar(old.limit(1))


def _kept(versions: Sequence[PolicyVersion]) -> list[Any]:
    return [[v.from_on.isoformat() if v.from_on else None, policies.values_of(v.policy)] for v in versions]


def _asked_on(recalculation: Recalculation) -> date:
    return day_of(recalculation.asked_at)


def _of(recalculation: Recalculation) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions: the targets that it is about."""
    if recalculation.kind == Kind.FOLLOW:
        return known.of_programme(recalculation.programme_id)
    return known.signed_by(recalculation.programme_id, min(days_of(recalculation)))


def _next(session: Session, recalculation: Recalculation) -> list[TargetOfBody]:
    after = None
    if recalculation.cursor_agency_id is not None and recalculation.cursor_target_id is not None:
        after = (recalculation.cursor_agency_id, recalculation.cursor_target_id)
    return known.next_targets(session, _of(recalculation), after, BATCH)


def _follow(session: Session, _recalculation: Recalculation, targets: list[TargetOfBody], now: Moment) -> None:
    compliance.bring_to(session, targets, now.on)


def _compare_policies(
    session: Session, recalculation: Recalculation, targets: list[TargetOfBody], _now: Moment
) -> None:
    """As if the proposed policy counted from the judged day on, which may come before its own."""
    present, (on, known_on) = versions_of(recalculation), days_of(recalculation)
    proposed = policies.with_version(present, on, proposed_by(recalculation)[1])
    records = records_of(session, [target_id for _, target_id in targets])
    filing.file(session, recalculation, [preview.under_policies(r, on, known_on, present, proposed) for r in records])


def _compare_days(session: Session, recalculation: Recalculation, targets: list[TargetOfBody], _now: Moment) -> None:
    filing.file(
        session, recalculation, known.pairs(session, [target_id for _, target_id in targets], *days_of(recalculation))
    )


_WORK: Mapping[Kind, Callable[[Session, Recalculation, list[TargetOfBody], Moment], None]] = {
    Kind.POLICY: _compare_policies,
    Kind.POLICY_AHEAD: _compare_policies,
    Kind.KNOWN_ON: _compare_days,
    Kind.FOLLOW: _follow,
}
