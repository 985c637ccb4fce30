"""Reads what format 3 has more than those before: templates, plans of programmes, numbers of the registers, what was
asked and decided on targets; and what such records are judged against. Dossiers stand in `dossier_queries`."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, DossierMove, DraftTarget
from tracker.commitments.life.states import OVER, Move, State
from tracker.commitments.models import Commitment, Extension, Suspension, Target
from tracker.interchange.dumping.values import Found, record_of, written
from tracker.interchange.dumping.writing import arranged
from tracker.interchange.judging.known import Signed
from tracker.programmes.models import Programme, ProgrammePlan, TargetTemplate, TargetTemplateVersion, WorkingCalendar
from tracker.progress.models import TargetDecision, TargetRequest
from tracker.signing.models import DocumentNumber

AT_ONCE = 1_000
_ENDED = [str(state) for state in OVER]
_AMENDED = [*_ENDED, str(State.IN_FORCE), str(State.CLOSED)]


def known(session: Session) -> dict[str, Any]:
    """What stands here of it, as the checks of a package need it: by the names of `known.Known`."""
    whose = sa.select(Programme.code, Agency.code).select_from(Dossier)
    whose = whose.join(Programme, Programme.id == Dossier.programme_id).join(Agency, Agency.id == Dossier.agency_id)
    amended = sa.select(Commitment.number).join(Dossier, Dossier.commitment_id == Commitment.id)
    number = DocumentNumber
    return {
        "templates": {record["code"]: arranged("template", record) for record in templates(session)},
        "plans": set(session.scalars(sa.select(ProgrammePlan.code))),
        "drawn": {tuple(row) for row in session.execute(sa.select(number.symbol, number.year, number.number))},
        "dossiers": {
            tuple(row) for row in session.execute(whose.where(Dossier.kind == FIRST, Dossier.state.not_in(_ENDED)))
        },
        "amended": set(session.scalars(amended.where(Dossier.kind == AMENDMENT, Dossier.state.not_in(_AMENDED)))),
        "frozen": set(session.scalars(sa.select(Dossier.number).where(Dossier.number.is_not(None)))),
        "signed": lambda text: _signed(session, text),
    }


def _signed(session: Session, number: str) -> Signed | None:
    columns = (Programme.code, Agency.code, Commitment.signed_on, Commitment.in_force_from, Commitment.id)
    query = sa.select(*columns).join(Programme, Programme.id == Commitment.programme_id)
    query = query.join(Agency, Agency.id == Commitment.agency_id).where(Commitment.number == number)
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    codes = session.scalars(sa.select(Target.code).where(Target.commitment_id == found[4]))
    return Signed(found[0], found[1], written(found[2]), written(found[3]), frozenset(codes))


def templates(session: Session, programme_id: int | None = None) -> list[Found]:
    """All templates with their versions; or those by which targets of a programme were drafted."""
    template, version = TargetTemplate, TargetTemplateVersion
    query = sa.select(template.id, template.code, template.retired_at)
    if programme_id is not None:
        drafted = sa.select(version.template_id).join(DraftTarget, DraftTarget.template_version_id == version.id)
        drafted = drafted.join(Dossier, Dossier.id == DraftTarget.dossier_id)
        query = query.where(template.id.in_(drafted.where(Dossier.programme_id == programme_id)))
    versions: dict[int, list[Found]] = defaultdict(list)
    for row in session.execute(sa.select(*version.__table__.c).order_by(version.template_id, version.version)):
        versions[row.template_id].append(record_of(row))
    return [{**record_of(row), "versions": versions[row.id]} for row in session.execute(query)]


def version_ids(session: Session) -> dict[tuple[str, int], int]:
    """The versions of all templates, by code and number."""
    version = TargetTemplateVersion
    query = sa.select(TargetTemplate.code, version.version, version.id)
    query = query.join(version, version.template_id == TargetTemplate.id)
    return {(row[0], row[1]): row[2] for row in session.execute(query)}


def planned(session: Session) -> list[Any]:
    """Code and calendar (id, name) of the programmes in preparation."""
    plan, calendar = ProgrammePlan, WorkingCalendar
    query = sa.select(plan.code, calendar.id.label("calendar_id"), calendar.name.label("calendar"))
    query = query.join(calendar, calendar.id == plan.calendar_id)
    return list(session.execute(query.where(plan.programme_id.is_(None))))


def plans(session: Session, programme_id: int | None = None) -> list[Found]:
    """Programmes as they are prepared or were approved; or what was approved of one."""
    query = sa.select(*ProgrammePlan.__table__.c)
    query = query if programme_id is None else query.where(ProgrammePlan.programme_id == programme_id)
    codes = {row.id: row.code for row in session.execute(sa.select(Agency.id, Agency.code))}
    programmes = {row.id: row.code for row in session.execute(sa.select(Programme.id, Programme.code))}
    return [_plan(row, codes, programmes) for row in session.execute(query)]


def _plan(row: Any, codes: dict[int, str], programmes: dict[int, str]) -> Found:
    file = {"name": row.basis_name, "size": row.basis_size, "sha256": row.basis_sha256}
    return {
        **record_of(row),
        "basis_file": file if row.basis_sha256 is not None else None,
        "responsible": codes.get(row.responsible_id),
        "agencies": [codes[one] for one in row.agencies],
        "based_on": programmes.get(row.based_on_id),
    }


def agency_codes(session: Session, programme_id: int) -> set[str]:
    """Codes of the bodies with a dossier in a programme, and of those that its plan names."""
    drafted = sa.select(Agency.code).join(Dossier, Dossier.agency_id == Agency.id)
    found = set(session.scalars(drafted.where(Dossier.programme_id == programme_id).distinct()))
    for plan in plans(session, programme_id):
        found |= {*plan["agencies"], plan["responsible"]} - {None}
    return found


def numbers(session: Session, programme_id: int | None = None) -> list[Found]:
    """Every number of the registers; or those that were drawn for documents of a programme."""
    found = session.execute(sa.select(*DocumentNumber.__table__.c)).all()
    if programme_id is None:
        return [record_of(row) for row in found]
    frozen = sa.select(DossierMove.detail).join(Dossier, Dossier.id == DossierMove.dossier_id)
    frozen = frozen.where(Dossier.programme_id == programme_id, DossierMove.move == str(Move.FREEZE))
    drawn = {(told["number"], int(told["day"][:4])) for told in session.scalars(frozen)}
    return [record_of(row) for row in found if (f"{row.number:02d}/{row.symbol}", row.year) in drawn]


def asked(session: Session, own: sa.Select[int]) -> dict[str, dict[int, list[Found]]]:
    """What was asked and decided on targets, by target."""
    decision, request = TargetDecision, TargetRequest
    query = sa.select(
        *decision.__table__.c, Extension.due_on.label("extension"), Suspension.from_on.label("suspension")
    )
    query = query.outerjoin(Extension, Extension.id == decision.extension_id)
    query = query.outerjoin(Suspension, Suspension.id == decision.suspension_id)
    answers: dict[int, Found] = {}
    found: dict[str, dict[int, list[Found]]] = {"requests": defaultdict(list), "rulings": defaultdict(list)}
    for row in session.execute(query.where(decision.target_id.in_(own)).order_by(decision.decided_at, decision.id)):
        if row.request_id is not None:
            answers[row.request_id] = record_of(row)
        else:
            found["rulings"][row.target_id].append(record_of(row))
    sent = sa.select(*request.__table__.c).where(request.target_id.in_(own), request.asked_at.is_not(None))
    for row in session.execute(sent.order_by(request.asked_at, request.id)):
        days = {"from": written(row.from_on), "to": written(row.to_on)}
        found["requests"][row.target_id].append({**record_of(row), **days, "answer": answers.get(row.id)})
    return found


def signed_ids(session: Session, numbers: Collection[str]) -> tuple[dict[str, int], dict[tuple[int, str], int]]:
    """Commitments by their numbers, and their targets by (commitment, code)."""
    signed: dict[str, int] = {}
    targets: dict[tuple[int, str], int] = {}
    wanted = sorted(numbers)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        query = sa.select(Commitment.number, Commitment.id).where(Commitment.number.in_(some))
        signed |= {row.number: row.id for row in session.execute(query)}
        of_them = sa.select(Target.commitment_id, Target.code, Target.id).join(
            Commitment, Commitment.id == Target.commitment_id
        )
        for row in session.execute(of_them.where(Commitment.number.in_(some))):
            targets[row.commitment_id, row.code] = row.id
    return signed, targets
