"""What the pages of programmes in preparation ask."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies import classifications
from tracker.agencies import queries as agencies
from tracker.agencies.choices import told_apart
from tracker.agencies.kinds import group_name
from tracker.agencies.models import Agency
from tracker.commitments.models import Commitment
from tracker.programmes.models import ProgrammePlan
from tracker.programmes.queries import Programme

Groups = list[tuple[str, str, Sequence[tuple[str, str]]]]


def groups_on(session: Session, on: date, also: Sequence[int] = ()) -> Groups:
    """(code, name, [(code, name) of its bodies]) of each peer group on a day, with bodies that exist no more by then
    where they are among `also`."""
    rows = agencies.listed(session)
    there = [
        one
        for one in rows
        if one.id in also
        or ((one.exists_from is None or one.exists_from <= on) and (one.exists_to is None or one.exists_to >= on))
    ]
    told = classifications.of_agencies(session)
    by_group: dict[str, list[tuple[str, str]]] = {}
    for one, named in zip(there, told_apart(there), strict=True):
        by_group.setdefault(classifications.on_day(told[one.id], on).group, []).append(named)
    return [(code, group_name(code), by_group[code]) for code in sorted(by_group, key=group_name)]


def ids_of(session: Session, codes: Sequence[str]) -> list[int]:
    """The ids of bodies by their codes."""
    return list(session.scalars(sa.select(Agency.id).where(Agency.code.in_(codes))))


def codes_of(session: Session, ids: Sequence[int]) -> list[str]:
    """The codes of bodies by their ids."""
    return list(session.scalars(sa.select(Agency.code).where(Agency.id.in_(ids))))


def code_of(session: Session, agency_id: int | None) -> str | None:
    """The code of a body, if there is one."""
    return next(iter(codes_of(session, [agency_id])), None) if agency_id is not None else None


def taking_part_again(session: Session, before: Programme, plan: ProgrammePlan | None, on: date) -> list[int]:
    """The bodies of an earlier programme that exist on a day: those that were chosen, or that signed."""
    signed = sa.select(Commitment.agency_id).where(Commitment.programme_id == before.id)
    took = Agency.id.in_(plan.agencies) if plan is not None else Agency.id.in_(signed)
    return list(session.scalars(sa.select(Agency.id).where(took, agencies.existed_on(on))))
