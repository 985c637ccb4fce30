"""What two sides do until they agree: offer, comment, propose other terms, answer, agree, or not. One verb each.

Terms change by proposals alone, so who proposed what is never lost.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.commitments.dossiers import Dossier, DossierMove, DraftTarget, TermComment, TermProposal
from tracker.commitments.life import drafting, moving
from tracker.commitments.life.drafting import CODE_TWICE, Line
from tracker.commitments.life.moving import Actor, StaleTerms, make, permitted
from tracker.commitments.life.states import Move, Side
from tracker.commitments.terms.terms import NAMES, WHOLE, BadTerms, Terms, difference, faults, stored, values_of
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, FieldError, NotFound
from tracker.core.languages import _l
from tracker.permissions.reader import Reader

ACCEPTED, REFUSED, TAKEN_BACK = "accepted", "refused", "taken_back"
NO_TARGET = _l("There is no such target.")


def offer(session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int | None = None) -> DossierMove:
    """Offer what is drafted, or what was answered, to the body: it is its turn."""
    return _move(session, now, reader, dossier_id, Move.OFFER, version=version)


def agree(session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int) -> DossierMove:
    """The head agrees with the terms of exactly this version. Raises OpenTerms where one is missing or wrong."""
    return _move(session, now, reader, dossier_id, Move.AGREE, version=version)


def decline(session: Session, now: Moment, *, reader: Reader, dossier_id: int, reason: str) -> DossierMove:
    """The head declines, and says why: nothing comes of it."""
    return _move(session, now, reader, dossier_id, Move.DECLINE, reason=reason)


def withdraw(session: Session, now: Moment, *, reader: Reader, dossier_id: int, reason: str) -> DossierMove:
    """The PPC withdraws it before its own signature, and says why."""
    return _move(session, now, reader, dossier_id, Move.WITHDRAW, reason=reason)


def comment(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    text: str,
    draft_target_id: int | None = None,
    term: str | None = None,
    side: Side | None = None,
) -> TermComment:
    """Say something of a term (kept with what it is now), of a target, or of the whole."""
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.COMMENT, side)
    target = _target(session, dossier, draft_target_id) if draft_target_id is not None else None
    if term is not None and (target is None or term not in NAMES):
        raise NotFound(_l("A target has no such term."))
    text = moving.reason_of(text, "text")
    said = sa.select(TermComment).where(TermComment.dossier_id == dossier_id).order_by(TermComment.id.desc())
    last = session.scalar(said.limit(1))
    if last is not None and (last.person_id, last.draft_target_id, last.term, last.text) == (
        *(actor.person_id, draft_target_id, term, text),
    ):
        raise FieldError("text", _l("You have just said exactly this."))
    made = TermComment(
        dossier_id=dossier_id,
        draft_target_id=draft_target_id,
        term=term,
        value={term: target.terms.get(term)} if target and term else None,
        text=text,
        **_by(now, actor),
    )
    session.add(made)
    session.flush()
    make(session, now, actor, dossier, comment_id=made.id, new=(made,))
    return made


def propose(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    draft_target_id: int,
    version: int,
    values: Mapping[str, Any],
    reason: str | None = None,
    side: Side | None = None,
) -> TermProposal:
    """Propose other values for some terms of a target, as it was seen in this version.

    Raises StaleTerms (with both versions), BadTerms where a value cannot be, FieldError where nothing differs.
    """
    dossier, target = _with_target(session, draft_target_id)
    actor = permitted(reader, dossier, Move.PROPOSE, side)
    terms, values = stored(target.terms), values_of(values)
    after = terms.with_values(values)
    if target.version != version:
        raise StaleTerms(terms, after)
    found = difference(terms, after)
    if not found:
        raise FieldError("", _l("Nothing differs from the terms as they stand."))
    _judge(session, dossier, target, after)
    return _proposal(session, now, actor, dossier, target.id, [one.record() for one in found], reason)


def propose_target(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    dossier_id: int,
    terms: Terms,
    reason: str | None = None,
    side: Side | None = None,
) -> TermProposal:
    """Propose one more target. Raises BadTerms where it cannot be."""
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, Move.PROPOSE, side)
    _judge(session, dossier, None, terms)
    return _proposal(session, now, actor, dossier, None, [_whole(None, terms)], reason)


def propose_dropping(
    session: Session,
    now: Moment,
    *,
    reader: Reader,
    draft_target_id: int,
    version: int,
    reason: str,
    side: Side | None = None,
) -> TermProposal:
    """Propose to take a target out, and say why: to end it, where it is one of a commitment that is amended. Raises
    StaleTerms."""
    dossier, target = _with_target(session, draft_target_id)
    actor = permitted(reader, dossier, Move.PROPOSE, side)
    terms = stored(target.terms)
    if target.version != version:
        raise StaleTerms(terms, terms)
    return _proposal(session, now, actor, dossier, target.id, [_whole(terms, None)], moving.reason_of(reason))


def accept(session: Session, now: Moment, *, reader: Reader, proposal_id: int, side: Side | None = None) -> DraftTarget:
    """Accept what the other side proposed: the terms are changed.

    Raises StaleTerms where one of them was changed since by another proposal, BadTerms where they no longer fit.
    """
    dossier, proposal = _open(session, proposal_id)
    actor = permitted(reader, dossier, Move.ACCEPT, side)
    _of_the_other(actor, proposal)
    (first, *_others) = proposal.changes
    if proposal.draft_target_id is None:
        terms = stored(first["to"])
        _judge(session, dossier, None, terms)
        target = drafting.new_target(session, dossier.id, Line(terms))
    else:
        target = _target(session, dossier, proposal.draft_target_id)
        terms = stored(target.terms)
        if first["term"] == WHOLE:
            if difference(terms, stored(first["from"])):
                raise StaleTerms(terms, terms)
            target.dropped = True
        else:
            after = terms.with_values(values_of({one["term"]: one["to"] for one in proposal.changes}))
            was = terms.with_values(values_of({one["term"]: one["from"] for one in proposal.changes}))
            if difference(terms, was):
                raise StaleTerms(terms, after)
            _judge(session, dossier, target, after)
            target.terms, target.code = after.record(), after.code
        target.version += 1
    _answer(session, now, actor, dossier, proposal, ACCEPTED, None, {"target": target.code})
    return target


def refuse(
    session: Session, now: Moment, *, reader: Reader, proposal_id: int, reason: str, side: Side | None = None
) -> None:
    """Refuse what the other side proposed, and say why."""
    dossier, proposal = _open(session, proposal_id)
    actor = permitted(reader, dossier, Move.REFUSE, side)
    _of_the_other(actor, proposal)
    _answer(session, now, actor, dossier, proposal, REFUSED, moving.reason_of(reason))


def take_back(session: Session, now: Moment, *, reader: Reader, proposal_id: int) -> None:
    """Take one's own side's proposal back before it is answered; it stays to be read."""
    dossier, proposal = _open(session, proposal_id)
    actor = permitted(reader, dossier, Move.TAKE_BACK, Side(proposal.side))
    _answer(session, now, actor, dossier, proposal, TAKEN_BACK, None)


def _move(
    session: Session,
    now: Moment,
    reader: Reader,
    dossier_id: int,
    move: Move,
    version: int | None = None,
    reason: str | None = None,
) -> DossierMove:
    dossier = moving.locked(session, dossier_id)
    actor = permitted(reader, dossier, move)
    moving.same_version(dossier, version)
    moving.hold(session, dossier, actor, now.on)
    return make(session, now, actor, dossier, reason=reason)


def _by(now: Moment, actor: Actor) -> dict[str, Any]:
    return {"side": str(actor.side), "person_id": actor.person_id, "for_person_id": actor.for_person_id, "at": now.at}


def _target(session: Session, dossier: Dossier, draft_target_id: int) -> DraftTarget:
    target = session.get(DraftTarget, draft_target_id, populate_existing=True)
    if target is None or target.dossier_id != dossier.id or target.dropped:
        raise NotFound(NO_TARGET)
    return target


def _with_target(session: Session, draft_target_id: int) -> tuple[Dossier, DraftTarget]:
    dossier_id = session.scalar(sa.select(DraftTarget.dossier_id).where(DraftTarget.id == draft_target_id))
    if dossier_id is None:
        raise NotFound(NO_TARGET)
    dossier = moving.locked(session, dossier_id)
    return dossier, _target(session, dossier, draft_target_id)


def _open(session: Session, proposal_id: int) -> tuple[Dossier, TermProposal]:
    """A proposal that waits for an answer, and its dossier, locked."""
    dossier_id = session.scalar(sa.select(TermProposal.dossier_id).where(TermProposal.id == proposal_id))
    if dossier_id is None:
        raise NotFound(_l("There is no such proposal."))
    dossier = moving.locked(session, dossier_id)
    proposal = session.get_one(TermProposal, proposal_id, populate_existing=True)
    if proposal.outcome is not None:
        raise DomainError(_l("This proposal was answered already."))
    return dossier, proposal


def _of_the_other(actor: Actor, proposal: TermProposal) -> None:
    if proposal.side == actor.side:
        raise DomainError(_l("The other side answers this proposal; your side can take it back."))


def _whole(before: Terms | None, after: Terms | None) -> dict[str, Any]:
    """A whole target as one difference."""
    return {"term": WHOLE, "from": before and before.record(), "to": after and after.record()}


def _proposal(
    session: Session,
    now: Moment,
    actor: Actor,
    dossier: Dossier,
    draft_target_id: int | None,
    changes: list[dict[str, Any]],
    reason: str | None,
) -> TermProposal:
    waits = sa.select(TermProposal).where(TermProposal.dossier_id == dossier.id, TermProposal.outcome.is_(None))
    for one in session.scalars(waits.where(TermProposal.side == str(actor.side))):
        if (one.draft_target_id, one.changes) == (draft_target_id, changes):
            raise FieldError("", _l("Your side has proposed exactly this already. It waits for an answer."))
    made = TermProposal(
        token=moving.new_token(),
        dossier_id=dossier.id,
        draft_target_id=draft_target_id,
        changes=changes,
        reason=moving.reason_of(reason) if reason else None,
        **_by(now, actor),
    )
    session.add(made)
    session.flush()
    make(session, now, actor, dossier, proposal_id=made.id, new=(made,))
    return made


def _judge(session: Session, dossier: Dossier, target: DraftTarget | None, after: Terms) -> None:
    """Raises BadTerms where these terms cannot be, of this target or of a new one."""
    base = stored(target.base) if target and target.base else None
    wrong = faults(after, moving.calendar_so_far(session, dossier.programme_id), base)
    if (target is None or after.code != target.code) and after.code in drafting.codes_of(session, dossier):
        wrong["code"] = CODE_TWICE
    if wrong:
        raise BadTerms(wrong)


def _answer(
    session: Session,
    now: Moment,
    actor: Actor,
    dossier: Dossier,
    proposal: TermProposal,
    outcome: str,
    reason: str | None,
    detail: dict[str, Any] | None = None,
) -> None:
    proposal.outcome, proposal.answer_reason, proposal.answered_at = outcome, reason, now.at
    proposal.answered_by_id, proposal.answered_for_id = actor.person_id, actor.for_person_id
    session.flush()
    new = [fact for fact in digests.of_objects(proposal) if fact.kind == "term_answer"]
    make(session, now, actor, dossier, reason=reason, proposal_id=proposal.id, detail=detail, facts=new)
