"""What would come of a change that takes two administrators, in sentences: both see it before they decide."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.administration import hanging
from tracker.agencies import classifications, kinds, over_time
from tracker.agencies import queries as agencies
from tracker.agencies.models import Agency
from tracker.agencies.offices import LABELS
from tracker.agencies.over_time import Held
from tracker.approvals import bodies
from tracker.approvals import service as approvals
from tracker.approvals.service import ApprovalRequest
from tracker.commitments.models import Target
from tracker.compliance.standings import moving
from tracker.compliance.standings.moving import Move
from tracker.compliance.standings.queries import Rank
from tracker.core.clock import Moment
from tracker.core.languages import _, _n, format_day, format_number, text_by_language
from tracker.programmes import queries as programmes
from tracker.programmes.frames import Frames
from tracker.programmes.policy import in_force
from tracker.progress.models import Draft


def register() -> None:
    """Let the pages of what waits for a second administrator say what would come of it."""
    for code in (bodies.CLASSIFY, bodies.END, bodies.REOPEN):
        approvals.foresee(code, of_wish)


def of_wish(session: Session, now: Moment, asked: ApprovalRequest) -> list[str]:
    """What would come of it, as things stand today; nothing where somebody has decided already."""
    if asked.decided_by_id is not None:
        return []
    if bodies.ENDS in asked.detail:
        return list(_ending(session, now, bodies.ends_of(asked)))
    if asked.agency_id is None:
        return []
    if "from_on" in asked.detail:
        return list(_moving(session, now, asked.agency_id, asked))
    return list(_reopening(session, asked.agency_id))


def _moving(session: Session, now: Moment, agency_id: int, asked: ApprovalRequest) -> Iterator[str]:
    """Who moves in which ranking, programme by programme."""
    from_on, kind, peer_group = bodies.wished(asked)
    if classifications.on_day(classifications.of_agency(session, agency_id), from_on).group == (peer_group or kind):
        yield _("The body stays in its peer group, so no rank changes.")
        return
    yield _("By the scores of today, in the groups as they are on %(day)s:", day=format_day(from_on))
    nobody = True
    for programme in programmes.programmes(session):
        if programme.ends_on < from_on:
            continue
        policy = in_force(Frames(session).of([programme.id])[programme.id].policies, now.on)
        title = text_by_language(programme.title)
        for move in moving.moves(session, programme.id, from_on, policy, agency_id, peer_group or kind):
            nobody = False
            yield _moved(title, move)
    if nobody:
        yield _("No rank would be another one: the body has no target in a programme that goes on then.")


def _moved(programme: str, move: Move) -> str:
    before, after = move.ranks
    words = {
        "programme": programme,
        "body": text_by_language(move.name),
        "before": _place(before),
        "after": _place(after),
    }
    old, new = map(kinds.group_name, move.groups)
    if move.groups[0] != move.groups[1]:
        return _(
            "%(programme)s · %(body)s: from “%(old)s”, %(before)s, to “%(new)s”, %(after)s", old=old, new=new, **words
        )
    return _("%(programme)s · %(group)s · %(body)s: %(before)s → %(after)s", group=new, **words)


def _place(rank: Rank) -> str:
    if rank.rank is None:
        return _("unranked")
    return _("rank %(rank)s of %(among)s", rank=format_number(rank.rank), among=format_number(rank.among))


def _ending(session: Session, now: Moment, ends: list[tuple[int, date]]) -> Iterator[str]:
    """The offices that end, the targets that stay, and the duties that hang on the body; of each body where several."""
    named = agencies.names(session, [agency_id for agency_id, _on in ends])
    for agency_id, to_on in ends:
        name = text_by_language(named[agency_id][1])
        yield _("%(agency)s exists for the last time on %(day)s", agency=name, day=format_day(to_on))
        yield from _offices(session, agency_id, to_on)
        yield from _targets(session, agency_id, to_on)
        yield from hanging.owed(session, now, agency_id)
        yield from _duties(session, agency_id)


def _offices(session: Session, agency_id: int, to_on: date) -> Iterator[str]:
    for held in over_time.of_agency(session, agency_id):
        if held.to_on is None or held.to_on > to_on:
            yield _("The office ends with it: %(name)s, %(office)s", **_who(held))


def _targets(session: Session, agency_id: int, to_on: date) -> Iterator[str]:
    running = [one.id for one in programmes.programmes(session) if one.ends_on > to_on]
    here = (Target.agency_id == agency_id, Target.programme_id.in_(running))
    goes_on = sa.or_(Target.ended_on.is_(None), Target.ended_on > to_on)
    number = hanging.count(session, *here, goes_on)
    if number:
        yield _n(
            "%(num)s target stays with the body: nobody reports on it after that day, unless it is ended too.",
            "%(num)s targets stay with the body: nobody reports on them after that day, unless they are ended too.",
            number,
        )


def _duties(session: Session, agency_id: int) -> Iterator[str]:
    drafts = hanging.count(session, Draft.agency_id == agency_id)
    if drafts:
        yield _n("%(num)s figure of it is a draft, unsent.", "%(num)s figures of it are drafts, unsent.", drafts)
    appraised = hanging.count(session, Agency.appraised_by_id == agency_id)
    if appraised:
        yield _n(
            "Its appraisers decide on the reports of %(num)s body: say who does so afterwards.",
            "Its appraisers decide on the reports of %(num)s bodies: say who does so afterwards.",
            appraised,
        )
        yield from hanging.waiting(session, agency_id)
    if not over_time.successors(session, agency_id):
        yield _("No body that takes over from it is entered.")


def _reopening(session: Session, agency_id: int) -> Iterator[str]:
    restored = over_time.ended_with(session, agency_id)
    for held in over_time.of_agency(session, agency_id):
        if held.id in restored:
            last = restored[held.id]
            words: dict[str, Any] = _who(held)
            if last is None:
                yield _("Held again, without a last day: %(name)s, %(office)s", **words)
            else:
                yield _("Held again until %(day)s: %(name)s, %(office)s", day=format_day(last), **words)
    if not restored:
        yield _("No office is restored: none ended with the body, or they were changed since.")


def _who(held: Held) -> dict[str, Any]:
    return {"name": held.name, "office": str(LABELS[held.office])}
