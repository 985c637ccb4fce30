"""Asking about a whole programme, and answering in small units that go on where the last one stopped.

The answers are filed as rows and sums (`inquiry`); the two answers of one target are found in `preview` and `known`.
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
from tracker.compliance.recalculations.models import Inquiry, Kind, State
from tracker.compliance.records import targets
from tracker.compliance.records.facts import records_of
from tracker.compliance.records.targets import Pair as TargetOfBody
from tracker.compliance.steps import service as compliance
from tracker.core.clock import Moment, day_of
from tracker.core.db.unit_of_work import Units
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import Text, _l
from tracker.programmes import planning
from tracker.programmes import policy as policies
from tracker.programmes import queries as programmes
from tracker.rule.facts import Policy, PolicyVersion

BATCH = 200  # targets in a unit: well under a second, so that nobody else waits long to write
MOST_OPEN = 5  # inquiries of one person that wait
MOST_TRIES = 5  # runs in a row that get no further: then it is given up, and the next one is answered
MOST_AT_ONCE = 3_000  # targets whose steps are derived while somebody waits for the page
KEPT = timedelta(days=60)
NO_SUCH_INQUIRY = _l("There is no such recalculation, or it has been tidied away.")


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
) -> Inquiry:
    """Ask who would move, and how far, under a policy from a day on; the caller has found nothing against it."""
    parameters = {
        "from_on": from_on.isoformat(),
        "values": policies.values_of(policy),
        "versions": _kept(versions),
        "reason": reason,
    }
    return _ask(session, now, Kind.POLICY, actor_id, programme_id, parameters)


def ask_known_on(
    session: Session, now: Moment, *, actor_id: int, programme_id: int, on: date, known_on: date
) -> Inquiry:
    """Ask for every target's answer of a day as known on another, beside what was said. Both days have come."""
    for field, day in (("on", on), ("known_on", known_on)):
        if day > now.on:
            raise FieldError(field, _l("This day is still ahead."))
    parameters = {"on": on.isoformat(), "known_on": known_on.isoformat()}
    return _ask(session, now, Kind.KNOWN_ON, actor_id, programme_id, parameters)


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


def versions_of(inquiry: Inquiry) -> tuple[PolicyVersion, ...]:
    """The policies that stood when it was asked."""
    stored = inquiry.parameters["versions"]
    return policies.timeline([(day_from(from_on) if from_on else None, values) for from_on, values in stored])


def proposed_by(inquiry: Inquiry) -> tuple[date, Policy]:
    """The day and the policy that it asks about."""
    return day_from(inquiry.parameters["from_on"]), policies.policy_from(inquiry.parameters["values"])


def outdated(session: Session, inquiry: Inquiry, on: date) -> Text | None:
    """Why the policy that a preview asks about can be set no more; none where it can."""
    rows = programmes.policy_versions(session, inquiry.programme_id)
    message: Text | None = None
    if inquiry.state != State.ANSWERED:
        message = _l("The preview is not done yet.")
    elif proposed_by(inquiry)[0] <= on:
        message = _l("The day has come from which this policy was to count. Preview it anew from a day ahead.")
    elif policies.timeline([(row.from_on, row.values) for row in rows]) != versions_of(inquiry):
        message = _l("The policy has been changed since this was asked. Preview it anew.")
    return message


def plan(session: Session, now: Moment, *, actor_id: int, inquiry_id: int) -> None:
    """Set the policy of an answered preview from its day on. Raises FieldError where `outdated` says why not."""
    inquiry = session.get_one(Inquiry, inquiry_id, with_for_update=True)
    refusal = outdated(session, inquiry, now.on)
    if refusal is not None:
        raise FieldError("", refusal)
    from_on, policy = proposed_by(inquiry)
    planning.plan_policy(
        session,
        now,
        actor_id=actor_id,
        programme=programmes.by_id(session, inquiry.programme_id),
        from_on=from_on,
        policy=policy,
        reason=inquiry.parameters["reason"],
        first_signed_on=commitments.first_signed_on(session, inquiry.programme_id),
        follow=follows_at_once(session, now, actor_id=actor_id, programme_id=inquiry.programme_id),
    )


def days_of(inquiry: Inquiry) -> tuple[date, date]:
    """The day that is judged, and the one whose knowledge counts."""
    if inquiry.kind == Kind.KNOWN_ON:
        return day_from(inquiry.parameters["on"]), day_from(inquiry.parameters["known_on"])
    return proposed_by(inquiry)[0], _asked_on(inquiry)


def by_token(session: Session, token: str) -> Inquiry:
    """The inquiry of an address. Raises NotFound; what nobody asked (Kind.FOLLOW) has no page."""
    found = session.scalar(sa.select(Inquiry).where(Inquiry.token == token, Inquiry.kind != Kind.FOLLOW))
    if found is None:
        raise NotFound(NO_SUCH_INQUIRY)
    return found


def take(session: Session) -> int | None:
    """The oldest inquiry that waits, by id, now being worked on; one that never gets further is given up."""
    waiting = (
        sa.select(Inquiry)
        .where(Inquiry.state.in_((State.ASKED, State.WORKING)))
        .order_by(Inquiry.kind != Kind.FOLLOW, Inquiry.id)  # what others are judged by goes before what is asked
    )
    for inquiry in session.scalars(waiting.with_for_update()):
        if inquiry.tries < MOST_TRIES:
            if inquiry.state == State.ASKED:
                inquiry.total = targets.count(session, *_of(inquiry))
            inquiry.state, inquiry.tries = State.WORKING, inquiry.tries + 1
            return inquiry.id
        inquiry.state, inquiry.error = State.FAILED, f"given up after {inquiry.tries} tries: see the log"
    return None


def go_on(session: Session, inquiry_id: int, now: Moment) -> bool:
    """Answer the next batch of targets; whether more may follow. Rows, sums and the place go into one transaction."""
    inquiry = session.get(Inquiry, inquiry_id, with_for_update=True)
    if inquiry is None or inquiry.state != State.WORKING:
        return False
    targets = _next(session, inquiry)
    if targets:
        _WORK[Kind(inquiry.kind)](session, inquiry, targets, now)
        inquiry.done += len(targets)
        inquiry.cursor_agency_id, inquiry.cursor_target_id = targets[-1]
        inquiry.tries = 0
    if len(targets) == BATCH:
        return True
    filing.rank(session, inquiry.id)
    inquiry.state, inquiry.total, inquiry.answered_at = State.ANSWERED, inquiry.done, now.at
    return False


def tidy(now: Moment) -> Units[None]:
    """Remove what was asked long ago, rows in small units."""
    while (inquiry_id := (yield partial(_oldest, before=now.at - KEPT))) is not None:
        while not (yield partial(filing.remove, inquiry_id=inquiry_id)):
            pass


def _ask(
    session: Session, now: Moment, kind: Kind, actor_id: int, programme_id: int, parameters: Mapping[str, Any]
) -> Inquiry:
    waiting = sa.select(sa.func.count()).where(
        Inquiry.asked_by_id == actor_id, Inquiry.state.in_((State.ASKED, State.WORKING)), Inquiry.kind != Kind.FOLLOW
    )
    if kind != Kind.FOLLOW and (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise FieldError(
            "", _l("You have asked for several recalculations that are not done yet. Wait for these first.")
        )
    inquiry = Inquiry(
        token=secrets.token_urlsafe(16),
        kind=kind,
        programme_id=programme_id,
        parameters=dict(parameters),
        asked_by_id=actor_id,
        asked_at=now.at,
        state=State.ASKED,
        result={},
    )
    session.add(inquiry)
    session.flush()
    if kind != Kind.FOLLOW:
        detail = {"inquiry": inquiry.id, "kind": str(kind)}
        audit.record(
            session,
            now,
            Event.RECALCULATION_ASKED,
            actor_id=actor_id,
            subject=("programme", programme_id),
            detail=detail,
        )
    return inquiry


def _oldest(session: Session, before: datetime) -> int | None:
    old = sa.select(Inquiry.id).where(Inquiry.asked_at < before).order_by(Inquiry.asked_at, Inquiry.id)
    return session.scalar(old.limit(1))


def _kept(versions: Sequence[PolicyVersion]) -> list[Any]:
    return [[v.from_on.isoformat() if v.from_on else None, policies.values_of(v.policy)] for v in versions]


def _asked_on(inquiry: Inquiry) -> date:
    return day_of(inquiry.asked_at)


def _of(inquiry: Inquiry) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions: the targets that it is about."""
    if inquiry.kind == Kind.FOLLOW:
        return known.of_programme(inquiry.programme_id)
    return known.signed_by(inquiry.programme_id, min(days_of(inquiry)))


def _next(session: Session, inquiry: Inquiry) -> list[TargetOfBody]:
    after = None
    if inquiry.cursor_agency_id is not None and inquiry.cursor_target_id is not None:
        after = (inquiry.cursor_agency_id, inquiry.cursor_target_id)
    return known.next_targets(session, _of(inquiry), after, BATCH)


def _follow(session: Session, _inquiry: Inquiry, targets: list[TargetOfBody], now: Moment) -> None:
    compliance.bring_to(session, targets, now.on)


def _compare_policies(session: Session, inquiry: Inquiry, targets: list[TargetOfBody], _now: Moment) -> None:
    present = versions_of(inquiry)
    from_on, policy = proposed_by(inquiry)
    proposed = policies.with_version(present, from_on, policy)
    known_on = _asked_on(inquiry)
    records = records_of(session, [target_id for _, target_id in targets])
    filing.file(session, inquiry, [preview.under_policies(r, from_on, known_on, present, proposed) for r in records])


def _compare_days(session: Session, inquiry: Inquiry, targets: list[TargetOfBody], _now: Moment) -> None:
    filing.file(session, inquiry, known.pairs(session, [target_id for _, target_id in targets], *days_of(inquiry)))


_WORK: Mapping[Kind, Callable[[Session, Inquiry, list[TargetOfBody], Moment], None]] = {
    Kind.POLICY: _compare_policies,
    Kind.KNOWN_ON: _compare_days,
    Kind.FOLLOW: _follow,
}
