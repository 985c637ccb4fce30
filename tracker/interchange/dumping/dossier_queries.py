"""Reads dossiers as a dump holds them: drafted targets, moves, and what was said and proposed by them. Of persons their
offices alone are told."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from tracker.agencies.models import Agency, OfficeHolding
from tracker.commitments.dossiers import AMENDMENT, Dossier, DossierMove, DraftTarget, TermComment, TermProposal
from tracker.commitments.life.states import Move, Side
from tracker.commitments.models import Commitment, Target
from tracker.interchange.dumping.values import Found, record_of
from tracker.interchange.judging import dossier_checks
from tracker.programmes.models import Programme, TargetTemplateVersion

AT_ONCE = 200
Holdings = dict[int, list[Any]]  # of a person


def dossiers(session: Session, programme_ids: Sequence[int]) -> Iterator[Found]:
    """The dossiers of these programmes with all that belongs to them, a batch at a time: by programme, body, the
    commitment that they amend, and the order in which they were begun."""
    amended = sa.case((Dossier.kind == AMENDMENT, Commitment.number), else_="").label("amends")
    columns = (Dossier.id, Programme.code.label("programme"), Agency.code.label("agency"), amended, Dossier.agency_id)
    query = (
        sa.select(*columns, Dossier.expires_on)
        .join(Programme, Programme.id == Dossier.programme_id)
        .join(Agency, Agency.id == Dossier.agency_id)
        .outerjoin(Commitment, Commitment.id == Dossier.commitment_id)
        .where(Dossier.programme_id.in_(programme_ids))
    )
    # Sorted here: databases sort texts each in its own way.
    rows = sorted(session.execute(query), key=lambda row: (row.programme, row.agency, row.amends, row.id))
    for start in range(0, len(rows), AT_ONCE):
        yield from _batch(session, rows[start : start + AT_ONCE])


def _batch(session: Session, rows: Sequence[Any]) -> Iterator[Found]:
    ids = [row.id for row in rows]
    targets = _targets(session, ids)
    moves = _moves(session, ids, {row.id: row.agency_id for row in rows})
    for row in rows:
        found = {**record_of(row), "amends": row.amends or None}
        yield {**found, "targets": targets[row.id], "moves": moves[row.id]}


def _targets(session: Session, ids: Sequence[int]) -> dict[int, list[Found]]:
    followed, whose = aliased(Target), aliased(Commitment)
    columns = (TargetTemplateVersion.version.label("pinned"), whose.number, followed.code.label("followed"))
    query = (
        sa.select(*DraftTarget.__table__.c, *columns)
        .outerjoin(TargetTemplateVersion, TargetTemplateVersion.id == DraftTarget.template_version_id)
        .outerjoin(followed, followed.id == DraftTarget.follows_id)
        .outerjoin(whose, whose.id == followed.commitment_id)
        .where(DraftTarget.dossier_id.in_(ids))
    )
    found: dict[int, list[Found]] = defaultdict(list)
    for row in session.execute(query):
        named: Found = {}
        if row.template_code is not None:
            named["template"] = {"code": row.template_code, "version": row.pinned}
        if row.follows_id is not None:
            named["follows"] = {"commitment": row.number, "target": row.followed}
        found[row.dossier_id].append({**record_of(row), **named})
    return found


def _moves(session: Session, ids: Sequence[int], bodies: dict[int, int]) -> dict[int, list[Found]]:
    codes = {row.id: row.code for row in _of(session, DraftTarget, ids)}
    comments = {row.id: _comment(row, codes) for row in _of(session, TermComment, ids)}
    proposals = {row.id: _proposal(row, codes) for row in _of(session, TermProposal, ids)}
    rows = session.execute(
        sa.select(*DossierMove.__table__.c)
        .where(DossierMove.dossier_id.in_(ids))
        .order_by(DossierMove.dossier_id, DossierMove.seq)
    ).all()
    holdings = _holdings(session, {one for row in rows for one in (row.person_id, row.for_person_id) if one})
    found: dict[int, list[Found]] = defaultdict(list)
    proposed: dict[int, int] = {}  # the place of the move that made a proposal
    for row in rows:
        more: Found = {"comment": comments.get(row.comment_id)}
        if row.move == Move.PROPOSE:
            proposed[row.proposal_id] = row.seq
            more["proposal"] = proposals[row.proposal_id]
        elif row.proposal_id is not None:
            more["answers"] = proposed[row.proposal_id]
        told = dict(row.detail or {})
        more["office"] = told.pop("office", None) or _office(row, holdings, bodies[row.dossier_id])
        found[row.dossier_id].append({**record_of(row), **more, "detail": told or None})
    return found


def _of(session: Session, model: Any, ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(sa.select(*model.__table__.c).where(model.dossier_id.in_(ids))).all()


def _comment(row: Any, codes: dict[int, str]) -> Found:
    value = row.value[row.term] if row.term is not None and row.value else None
    return {"target": codes.get(row.draft_target_id), "term": row.term, "value": value, "text": row.text}


def _proposal(row: Any, codes: dict[int, str]) -> Found:
    return {"target": codes.get(row.draft_target_id), "changes": row.changes, "reason": row.reason}


def _holdings(session: Session, person_ids: set[int]) -> Holdings:
    found: Holdings = defaultdict(list)
    for row in session.execute(sa.select(*OfficeHolding.__table__.c).where(OfficeHolding.person_id.in_(person_ids))):
        found[row.person_id].append(row)
    return found


def _office(row: Any, holdings: Holdings, agency_id: int) -> str | None:
    """The office by which somebody made a move that day, by the table of moves; in whose name, where in another's."""
    able = dossier_checks.offices({"move": row.move, "side": row.side, "detail": row.detail or {}})
    held = {
        one.office
        for one in holdings[row.for_person_id or row.person_id or 0]
        if _counts(one, row.day) and (row.side != Side.BODY or one.agency_id == agency_id)
    }
    return next((str(office) for office in able if office in held), None)


def _counts(holding: Any, on: date) -> bool:
    return bool(holding.from_on <= on and (holding.to_on is None or holding.to_on >= on))
