"""Drafting commitments, for one body or for all at once, and changing what is drafted, while nobody was offered it.

Many are written in a few statements, and told to the record as one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit.events import Event
from tracker.audit.sealing import Bundle
from tracker.audit.service import record
from tracker.commitments.constraints import ONE_FIRST
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, DossierMove, DraftTarget
from tracker.commitments.life import moving
from tracker.commitments.life.moving import Actor, StaleTerms
from tracker.commitments.life.states import Move, State, after
from tracker.commitments.models import Target
from tracker.commitments.terms.limits import Periods
from tracker.commitments.terms.terms import BadTerms, Terms, difference, faults, stored, values_of
from tracker.core.clock import Moment
from tracker.core.db import bulk
from tracker.core.errors import DomainError, NotFound
from tracker.core.languages import Text, _l, format_day
from tracker.permissions.reader import Reader
from tracker.programmes.models import Programme

NOTHING_MORE: Mapping[str, Any] = {}
AT_ONCE = 2_000  # ids that one statement names
CODE_TWICE = _l("Two targets of one commitment have this code.")


@dataclass(frozen=True, slots=True)
class Line:
    """A target to be drafted, with the version of a template that it comes from, and the target that it continues (as
    that stood: `taken_over_from`)."""

    terms: Terms
    template_version_id: int | None = None
    template_code: str | None = None
    follows_id: int | None = None
    taken_over_from: Mapping[str, Any] | None = None


class Drafted(NamedTuple):
    """The dossiers that were drafted, by body, and the bodies that have one already."""

    dossiers: Mapping[int, int]
    left_out: Sequence[int]


class TargetChange(NamedTuple):
    """Other values for some terms of a drafted target, as typed or read; `version`: that of the target that was
    seen."""

    draft_target_id: int
    version: int
    values: Mapping[str, Any]


class ManyRefused(DomainError):
    """Some of many changes cannot be, so none is made: what is wrong by target and term, and whose terms were changed
    meanwhile (those that stand, those that were given)."""

    def __init__(self, wrong: Mapping[int, Mapping[str, Text]], stale: Mapping[int, StaleTerms]) -> None:
        super().__init__(_l("Nothing was changed: correct what is marked, then try again"))
        self.wrong, self.stale = wrong, stale


def draft(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    programme_id: int,
    agency_id: int,
    lines: Sequence[Line],
    expires_on: date | None = None,
) -> Dossier:
    """Draft the commitment of one body. Raises Forbidden, BadTerms, DomainError where the body has one already."""
    made = draft_many(
        session, now, reader=reader, programme_id=programme_id, bodies={agency_id: lines}, expires_on=expires_on
    )
    if made.left_out:
        raise DomainError(ONE_FIRST)
    return session.get_one(Dossier, made.dossiers[agency_id])


def draft_many(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    programme_id: int,
    bodies: Mapping[int, Sequence[Line]],
    expires_on: date | None = None,
) -> Drafted:
    """Draft for many bodies, each with its lines; whoever has a commitment in the programme already is left out.

    Raises Forbidden; BadTerms where a line cannot be, by its code and term (`T01/goal`).
    """
    actor = moving.permitted(reader, None, Move.DRAFT)
    _must_be_open(session, now, programme_id)
    _judge(bodies.values(), moving.calendar_so_far(session, programme_id))
    having = moving.having_one(session, programme_id)
    wanted = {agency_id: lines for agency_id, lines in bodies.items() if agency_id not in having}
    head = {"kind": FIRST, "programme_id": programme_id, "commitment_id": None, "expires_on": expires_on}
    made = write(
        session, now, actor, head, {agency_id: [_row(line) for line in lines] for agency_id, lines in wanted.items()}
    )
    return Drafted(made, sorted(having & set(bodies)))


def _must_be_open(session: Session, now: Moment, programme_id: int) -> None:
    """Raises DomainError where the programme is over: what is drafted could never come into force."""
    ends_on = session.get_one(Programme, programme_id).ends_on
    if ends_on < now.on:
        raise DomainError(_l("The programme ended on %(day)s: nothing can be signed in it.", day=format_day(ends_on)))


def add_target(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, line: Line
) -> DraftTarget:
    """Add a target to a draft. Raises as `change` does."""
    dossier, actor = _to_change(session, reader, dossier_id, version)
    wrong = faults(line.terms, moving.calendar_so_far(session, dossier.programme_id))
    if line.terms.code in codes_of(session, dossier):
        wrong["code"] = CODE_TWICE
    if wrong:
        raise BadTerms(wrong)
    target = new_target(session, dossier_id, line)
    moving.make(session, now, actor, dossier, detail={"added": line.terms.record()})
    return target


def new_target(session: Session, dossier_id: int, line: Line) -> DraftTarget:
    """One more target of a dossier, stored; whoever adds it sees that it may be."""
    target = DraftTarget(**_row(line), token=moving.new_token(), dossier_id=dossier_id, version=1, dropped=False)
    session.add(target)
    session.flush()
    return target


def codes_of(session: Session, dossier: Dossier) -> set[str]:
    """The codes that no new target of a dossier can have: of those that it has or had, and, in an amendment, of all
    that its commitment ever had."""
    found = {one.code for one in moving.targets_of(session, dossier.id, dropped=True)}
    if dossier.kind == AMENDMENT:
        found |= set(session.scalars(sa.select(Target.code).where(Target.commitment_id == dossier.commitment_id)))
    return found


def drop_target(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, draft_target_id: int
) -> None:
    """Take a target out of a draft; what it was stands in the move. A target of the commitment that is amended stays to
    be read: it ends when the amendment comes into force. Raises as `change` does."""
    dossier, actor = _to_change(session, reader, dossier_id, version)
    target = _one_of(session, dossier, draft_target_id, dropped=False)
    if target.base is None:
        session.delete(target)
    else:
        target.dropped, target.version = True, target.version + 1
    moving.make(session, now, actor, dossier, detail={"dropped": target.terms})


def _one_of(session: Session, dossier: Dossier, draft_target_id: int, *, dropped: bool) -> DraftTarget:
    target = session.get(DraftTarget, draft_target_id)
    if target is None or target.dossier_id != dossier.id or target.dropped is not dropped:
        raise NotFound(_l("There is no such target."))
    return target


def keep_target(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, draft_target_id: int
) -> None:
    """Let a target of the commitment go on that a draft of an amendment was to end. Raises as `change` does."""
    dossier, actor = _to_change(session, reader, dossier_id, version)
    target = _one_of(session, dossier, draft_target_id, dropped=True)
    target.dropped, target.version = False, target.version + 1
    moving.make(session, now, actor, dossier, detail={"kept": target.terms})


def change(
    session: Session, now: Moment, *, reader: Reader, draft_target_id: int, version: int, values: Mapping[str, Any]
) -> DraftTarget:
    """Change some terms of one drafted target. Raises NotFound, Forbidden, BadTerms, StaleTerms (with both versions),
    DomainError where it is no draft any more."""
    try:
        change_many(session, now, reader=reader, changes=[TargetChange(draft_target_id, version, values)])
    except ManyRefused as refused:
        if refused.stale:
            raise refused.stale[draft_target_id] from None
        raise BadTerms(refused.wrong[draft_target_id]) from None
    return session.get_one(DraftTarget, draft_target_id, populate_existing=True)


def change_many(session: Session, now: Moment, *, reader: Reader, changes: Sequence[TargetChange]) -> int:
    """Change some terms of many drafted targets, all or none; returns how many differ now.

    Raises ManyRefused with everything that is wrong, NotFound, Forbidden, DomainError where one is no draft any more.
    """
    wanted = {one.draft_target_id: one for one in changes}
    targets, dossiers = _locked(session, wanted)
    if not dossiers:
        return 0
    actors = {one.id: moving.permitted(reader, one, Move.CHANGE) for one in dossiers.values()}
    periods = {
        one: moving.calendar_so_far(session, one) for one in {dossier.programme_id for dossier in dossiers.values()}
    }
    wrong: dict[int, Mapping[str, Text]] = {}
    stale: dict[int, StaleTerms] = {}
    differing: dict[int, tuple[Terms, list[dict[str, Any]]]] = {}
    for target in targets:
        asked, terms = wanted[target.id], stored(target.terms)
        try:
            after = terms.with_values(values_of(asked.values))
        except BadTerms as bad:
            wrong[target.id] = bad.faults
            continue
        found = difference(terms, after)
        base = stored(target.base) if target.base else None
        told = faults(after, periods[dossiers[target.dossier_id].programme_id], base)
        if target.version != asked.version:
            stale[target.id] = StaleTerms(terms, after)
        elif found and told:
            wrong[target.id] = told
        elif found:
            differing[target.id] = after, [one.record() for one in found]
    if wrong or stale:
        raise ManyRefused(wrong, stale)
    _store(session, now, actors, dossiers, targets, differing)
    return len(differing)


def _to_change(session: Session, reader: Reader, dossier_id: int, version: int) -> tuple[Dossier, Actor]:
    """A draft of which targets are added or taken out, locked as it was seen, and who does that."""
    dossier = moving.locked(session, dossier_id)
    actor = moving.permitted(reader, dossier, Move.CHANGE)
    moving.same_version(dossier, version)
    return dossier, actor


def _judge(bodies: Iterable[Sequence[Line]], periods: Periods | None) -> None:
    """Raises BadTerms with whatever is wrong with the lines; a line that many bodies share is judged once."""
    wrong: dict[str, Text] = {}
    seen: set[int] = set()
    for lines in bodies:
        codes: set[str] = set()
        for line in lines:
            if line.terms.code in codes:
                wrong[f"{line.terms.code}/code"] = CODE_TWICE
            codes.add(line.terms.code)
            if id(line) not in seen:
                seen.add(id(line))
                found = faults(line.terms, periods)
                wrong |= {f"{line.terms.code}/{term}": told for term, told in found.items()}
    if wrong:
        raise BadTerms(wrong)


def _row(line: Line) -> dict[str, Any]:
    return target_row(line.terms) | {
        "template_version_id": line.template_version_id,
        "template_code": line.template_code,
        "follows_id": line.follows_id,
        "taken_over_from": dict(line.taken_over_from) if line.taken_over_from else None,
    }


def target_row(terms: Terms) -> dict[str, Any]:
    """A drafted target's own columns, as far as its terms say them."""
    empty = dict.fromkeys(
        ("base", "template_version_id", "template_code", "follows_id", "taken_over_from", "target_id")
    )
    return {"code": terms.code, "terms": terms.record(), **empty}


def write(
    session: Session,
    now: Moment,
    actor: Actor,
    head: Mapping[str, Any],
    bodies: Mapping[int, Sequence[Mapping[str, Any]]],
    first: Mapping[str, Any] = NOTHING_MORE,
) -> dict[int, int]:
    """Dossiers of bodies with their targets and first moves, as the table has these; the ids by body. `first`: what
    these moves say beside."""
    if not bodies:
        return {}
    begun = after(actor.line, None)
    signed = ("signed_how", "signed_on", "countersigned_on", "in_force_from", "statement_until")
    none = ("number", "document_on", "document_sha256", "terms_sha256", *signed)
    whole = {**head, **dict.fromkeys(none), "state": str(begun), "state_since": now.at, "version": 1}
    bundle = Bundle(session)
    with bulk.hearing(session, bundle.take):
        rows = [{**whole, "document_version": 0, "token": moving.new_token(), "agency_id": body} for body in bodies]
        ids = bulk.insert(session, Dossier, rows)
        targets = [
            {**row, "token": moving.new_token(), "dossier_id": dossier_id, "version": 1, "dropped": False}
            for dossier_id, rows_of_it in zip(ids, bodies.values(), strict=True)
            for row in rows_of_it
        ]
        bulk.insert(session, DraftTarget, targets)
        moves = [{**_move_row(_Stands(dossier_id, 1, begun), now, actor, None), **first} for dossier_id in ids]
        bulk.insert(session, DossierMove, moves)
    one = ids[0] if len(ids) == 1 else None
    subject = ("dossier", one) if one else ("programme", head["programme_id"])
    detail = {**bundle.counts, "draft_target": len(targets), **bundle.close()}
    body = next(iter(bodies)) if one else None
    record(
        session,
        now,
        moving.EVENTS[actor.line.move],
        actor_id=actor.person_id,
        subject=subject,
        agency_id=body,
        detail=detail,
    )
    return dict(zip(bodies, ids, strict=True))


class _Stands(NamedTuple):
    """What a move's row needs of a dossier."""

    id: int
    version: int
    state: State


def _move_row(stands: _Stands, now: Moment, actor: Actor, before: str | None, detail: Any = None) -> dict[str, Any]:
    empty = dict.fromkeys(("reason", "comment_id", "proposal_id"))
    return {**moving.move_row(stands, now, actor, before), **empty, "detail": detail}


def _locked(session: Session, ids: Collection[int]) -> tuple[list[DraftTarget], dict[int, Dossier]]:
    """These targets and their dossiers, which are locked until the transaction ends. Raises NotFound."""
    targets: list[DraftTarget] = []
    dossiers: dict[int, Dossier] = {}
    waiting = iter(sorted(ids))
    while some := list(islice(waiting, AT_ONCE)):
        of_them = sa.select(DraftTarget.dossier_id).where(DraftTarget.id.in_(some))
        query = sa.select(Dossier).where(Dossier.id.in_(of_them)).order_by(Dossier.id).with_for_update()
        dossiers |= {one.id: one for one in session.scalars(query.execution_options(populate_existing=True))}
        found = sa.select(DraftTarget).where(DraftTarget.id.in_(some)).order_by(DraftTarget.id)
        targets.extend(session.scalars(found.execution_options(populate_existing=True)))
    if len(targets) != len(ids):
        raise NotFound(_l("There is no such target."))
    return targets, dossiers


def _store(
    session: Session,
    now: Moment,
    actors: Mapping[int, Actor],
    dossiers: Mapping[int, Dossier],
    targets: Sequence[DraftTarget],
    differing: Mapping[int, tuple[Terms, list[dict[str, Any]]]],
) -> None:
    changed = [one for one in targets if one.id in differing]
    if not changed:
        return
    details: dict[int, list[dict[str, Any]]] = {}
    rows = []
    for target in changed:
        terms, found = differing[target.id]
        details.setdefault(target.dossier_id, []).append({"target": target.code, "changes": found})
        rows.append({"id": target.id, "code": terms.code, "terms": terms.record(), "version": target.version + 1})
    session.execute(sa.update(DraftTarget), rows)
    numbers = [{"id": one, "version": dossiers[one].version + 1} for one in details]
    session.execute(sa.update(Dossier), numbers)
    bundle = Bundle(session)
    with bulk.hearing(session, bundle.take):
        moves = []
        for row in numbers:
            state = State(dossiers[row["id"]].state)
            stands = _Stands(row["id"], row["version"], state)
            moves.append(_move_row(stands, now, actors[row["id"]], state, {"targets": details[row["id"]]}))
        bulk.insert(session, DossierMove, moves)
    only = dossiers[numbers[0]["id"]] if len(numbers) == 1 else None
    first = dossiers[numbers[0]["id"]]
    record(
        session,
        now,
        Event.DOSSIER_CHANGED,
        actor_id=actors[first.id].person_id,
        subject=("dossier", only.id) if only else ("programme", first.programme_id),
        agency_id=only.agency_id if only else None,
        detail={**bundle.counts, "draft_target": len(rows), **bundle.close()},
    )
    session.expire_all()
