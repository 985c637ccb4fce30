"""Taking over what was not met: targets of a body's ended programme become lines of the draft of a later one, each once
and with what it promised and what was reached."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import over_time
from tracker.commitments.dossiers import FIRST, Dossier
from tracker.commitments.life import closing, drafting, lineage, moving
from tracker.commitments.life.drafting import Line
from tracker.commitments.life.lineage import Successor
from tracker.commitments.life.states import Move, State
from tracker.commitments.models import Commitment, Target
from tracker.commitments.terms.term_texts import TERMS
from tracker.commitments.terms.terms import Terms, faults, stored
from tracker.compliance.closing import results
from tracker.compliance.closing.service import end_of
from tracker.core.clock import Moment
from tracker.core.errors import DomainError, NotFound
from tracker.core.languages import _l
from tracker.permissions.reader import Reader
from tracker.programmes.models import Programme
from tracker.rule.facts import Shape

# What of an earlier target its successor tells of it.
_KEPT = ("shape", "direction", "ratio", "unit", "goal", "low", "high", "due_on")


class Origin(NamedTuple):
    """A target that was not met: its terms by the last day of its programme, how it stood, as its successor will tell
    it, and what continues it already."""

    target_id: int
    token: str
    programme: Mapping[str, str]
    terms: Mapping[str, Any]
    result: Mapping[str, Any]
    told: Mapping[str, Any]
    taken: Successor | None


def origins(session: Session, dossier: Dossier, on: date) -> list[Origin]:
    """What the body of a dossier, or one from which it took over, did not meet in programmes that are over, the latest
    programme first."""
    bodies = [dossier.agency_id, *(one.agency_id for one in over_time.predecessors(session, dossier.agency_id))]
    ended = sa.select(Commitment, Programme).join(Programme, Programme.id == Commitment.programme_id)
    of_body = Commitment.agency_id.in_(bodies), Programme.id != dossier.programme_id, Programme.ends_on < on
    rows = session.execute(ended.where(*of_body).order_by(Programme.ends_on.desc(), Commitment.id)).all()
    found: list[Origin] = []
    for commitment, programme in rows:
        own = sa.select(Target.code, Target.id, Target.token).where(Target.commitment_id == commitment.id)
        targets = {row.code: row for row in session.execute(own)}
        taken = lineage.taken(session, [row.id for row in targets.values()])
        for terms, result in results.unmet(_came_of(session, commitment, on)):
            row = targets[terms["code"]]
            told = _told(commitment.number, programme, terms, result)
            found.append(Origin(row.id, row.token, programme.title, terms, result, told, taken.get(row.id)))
    return found


def take_over(
    session: Session, now: Moment, *, reader: Reader, dossier_id: int, version: int, target_ids: Sequence[int]
) -> int:
    """Add these to a draft, each as a line of its own; returns how many.

    Raises StaleEdit, NotFound, DomainError where one was taken over already or cannot stand in this programme.
    """
    dossier = moving.locked(session, dossier_id)
    actor = moving.permitted(reader, dossier, Move.CHANGE)
    moving.same_version(dossier, version)
    if dossier.kind != FIRST:
        raise DomainError(_l("What was not met is taken over into a commitment, not into an amendment."))
    locking = sa.select(Target.id).where(Target.id.in_(target_ids)).order_by(Target.id).with_for_update(key_share=True)
    session.execute(locking)  # whoever takes one of them over for another body comes after
    standing = {one.target_id: one for one in origins(session, dossier, now.on)}
    programme = session.get_one(Programme, dossier.programme_id)
    periods = moving.calendar_so_far(session, programme.id)
    codes = {one.code for one in moving.targets_of(session, dossier_id, dropped=True)}
    added = []
    for target_id in target_ids:
        origin = standing.get(target_id)
        if origin is None:
            raise NotFound(_l("There is no such target."))
        if origin.taken is not None:
            raise DomainError(_l("%(code)s was taken over already.", code=origin.terms["code"]))
        terms = _line(origin, programme, codes)
        wrong = faults(terms, periods)
        if wrong:
            said = "; ".join(f"{TERMS.get(term.split('/')[0], term)}: {message}" for term, message in wrong.items())
            raise DomainError(_l("%(code)s cannot be taken over as it is. %(why)s", code=terms.code, why=said))
        line = Line(terms, follows_id=target_id, taken_over_from=origin.told)
        drafting.new_target(session, dossier_id, line)
        codes.add(terms.code)
        added.append({"terms": terms.record(), "from": dict(origin.told)})
    if not added:
        raise DomainError(_l("Choose one target at least"))
    moving.make(session, now, actor, dossier, detail={"taken_over": added})
    return len(added)


def _came_of(session: Session, commitment: Commitment, on: date) -> results.Made:
    """As its assessment was frozen, where it was closed; else as it is known today."""
    first = Dossier.commitment_id == commitment.id, Dossier.kind == FIRST, Dossier.state == str(State.CLOSED)
    closed = session.scalar(sa.select(Dossier.id).where(*first))
    shown = closing.shown(session, closed) if closed is not None else None
    if shown is not None:
        found: results.Made = (shown[0].detail or {})["content"]
        return found
    end = end_of(session, commitment.programme_id)
    return results.of_commitment(session, commitment, end.programme.ends_on, on, end.frames)


def _told(number: str, programme: Programme, terms: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    reached = result.get("accepted", result.get("reported"))
    return {
        "number": number,
        "programme": programme.code,
        "target": terms["code"],
        "on": programme.ends_on.isoformat(),
        "status": result["status"],
        **{name: terms[name] for name in _KEPT if name in terms},
        **({"reached": reached, "as_at": result["as_at"]} if reached is not None else {}),
    }


def _line(origin: Origin, programme: Programme, codes: set[str]) -> Terms:
    """The same promise for another year: from what was reached, by the programme's last day, without milestones."""
    terms = stored(dict(origin.terms))
    values: dict[str, Any] = {
        "code": _free(terms.code, programme.starts_on.year, codes),
        "starts_on": programme.starts_on,
        "due_on": programme.ends_on,
        "milestones": (),
    }
    if terms.shape == Shape.REACH and "reached" in origin.told:
        values["baseline"] = Decimal(origin.told["reached"])
    return terms.with_values(values)


def _free(code: str, year: int, codes: set[str]) -> str:
    tries = [code, f"{code}-{year}", *(f"{code}-{year}-{number}" for number in range(2, 99))]
    return next(one for one in tries if one not in codes)
