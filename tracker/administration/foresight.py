"""What would come of a change that takes two administrators, in sentences: both see it before they decide."""

from collections import defaultdict
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
from tracker.programmes.models import Programme
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
    nobody, frames = True, Frames(session)
    for programme in programmes.programmes(session):
        if programme.ends_on < from_on:
            continue
        policy = in_force(frames.of([programme.id])[programme.id].policies, now.on)
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
    """The offices that end, the targets that stay, and the duties that hang on the body; of each body where several.

    Read of all at once: many bodies take no more statements than one.
    """
    ids = [agency_id for agency_id, _on in ends]
    named, held = agencies.names(session, ids), over_time.of_agencies(session, ids)
    stays, owed = _staying(session, ids), hanging.owed(session, now, ids)
    drafts = hanging.counts(session, Draft.agency_id, Draft.agency_id.in_(ids))
    appraised = hanging.counts(session, Agency.appraised_by_id, Agency.appraised_by_id.in_(ids))
    waiting, taken_over = hanging.waiting(session, ids), over_time.taken_over(session, ids)
    for agency_id, to_on in ends:
        name = text_by_language(named[agency_id][1])
        yield _("%(agency)s exists for the last time on %(day)s", agency=name, day=format_day(to_on))
        yield from _offices(held[agency_id], to_on)
        yield from _targets(stays[agency_id], to_on)
        yield from hanging.owes(owed[agency_id])
        yield from _duties(drafts[agency_id], appraised[agency_id])
        yield from hanging.waits(waiting[agency_id])
        if agency_id not in taken_over:
            yield _("No body that takes over from it is entered.")


def _offices(offices: list[Held], to_on: date) -> Iterator[str]:
    for held in offices:
        if held.to_on is None or held.to_on > to_on:
            yield _("The office ends with it: %(name)s, %(office)s", **_who(held))


def _staying(session: Session, agency_ids: list[int]) -> dict[int, list[tuple[date, int]]]:
    """Until when targets of each of these bodies go on, the last day of their programme or their own, and how many."""
    last = sa.func.coalesce(Target.ended_on, Programme.ends_on)
    until = sa.case((last < Programme.ends_on, last), else_=Programme.ends_on)
    statement = sa.select(Target.agency_id, until, sa.func.count()).join(Programme, Programme.id == Target.programme_id)
    found = defaultdict[int, list[tuple[date, int]]](list)
    for agency_id, day, number in session.execute(
        statement.where(Target.agency_id.in_(agency_ids)).group_by(Target.agency_id, until)
    ):
        found[agency_id].append((day, number))
    return found


def _targets(stay: list[tuple[date, int]], to_on: date) -> Iterator[str]:
    number = sum(number for until, number in stay if until > to_on)
    if number:
        yield _n(
            "%(num)s target stays with the body: nobody reports on it after that day, unless it is ended too.",
            "%(num)s targets stay with the body: nobody reports on them after that day, unless they are ended too.",
            number,
        )


def _duties(drafts: int, appraised: int) -> Iterator[str]:
    if drafts:
        yield _n("%(num)s figure of it is a draft, unsent.", "%(num)s figures of it are drafts, unsent.", drafts)
    if appraised:
        yield _n(
            "Its appraisers decide on the reports of %(num)s body: say who does so afterwards.",
            "Its appraisers decide on the reports of %(num)s bodies: say who does so afterwards.",
            appraised,
        )


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
