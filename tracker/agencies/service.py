"""Changing bodies and who holds their offices: one verb per change. Whoever held an office on a day answered then."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.agencies.sorting import sort_key
from tracker.audit.service import record
from tracker.core.clock import Moment
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l
from tracker.core.unit_of_work import touch


def register(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    code: str,
    name: Mapping[str, str],
    kind: str,
    peer_group: str | None = None,
    exists_from: date | None = None,
    exists_to: date | None = None,
    appraised_by_id: int | None = None,
) -> Agency:
    """Add a body and return it with its id. `name` by language, Vietnamese required. Raises FieldError."""
    agency = Agency(
        code=code,
        kind=kind,
        peer_group=peer_group,
        name=_whole(name),
        sort_key=sort_key(name["vi"]),
        exists_from=exists_from,
        exists_to=exists_to,
        appraised_by_id=appraised_by_id,
    )
    session.add(agency)
    session.flush()
    _changed(session, now, "agency.registered", actor_id, agency)
    return agency


def rename(session: Session, now: Moment, *, actor_id: int | None, agency_id: int, name: Mapping[str, str]) -> None:
    """Give a body another name, by language. A body that takes over from another is a new body, not a renamed one."""
    agency = _get(session, agency_id)
    agency.name, agency.sort_key = _whole(name), sort_key(name["vi"])
    _changed(session, now, "agency.renamed", actor_id, agency)


def regroup(session: Session, now: Moment, *, actor_id: int | None, agency_id: int, peer_group: str | None) -> None:
    """Rank a body among other peers; none: among its kind."""
    agency = _get(session, agency_id)
    agency.peer_group = peer_group
    _changed(session, now, "agency.regrouped", actor_id, agency)


def assign_appraisal(
    session: Session, now: Moment, *, actor_id: int | None, agency_id: int, appraised_by_id: int | None
) -> None:
    """Say which body's appraisers decide on this one's reports; none: those of any other. Never its own."""
    if appraised_by_id == agency_id:
        raise FieldError("appraised_by", _l("A body does not appraise its own reports"))
    agency = _get(session, agency_id)
    agency.appraised_by_id = appraised_by_id
    _changed(session, now, "agency.appraisal_assigned", actor_id, agency)


def open_holding(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    person_id: int,
    agency_id: int,
    office: Office,
    from_on: date,
    to_on: date | None = None,
) -> OfficeHolding:
    """A person takes an office of a body, from a day to a day, both inside it.

    Raises FieldError where the days are out of order, the person holds that office then already, or the body has
    another head on one of these days.
    """
    if to_on is not None and to_on < from_on:
        raise FieldError("to_on", _l("The last day must not be before the first"))
    _get(session, agency_id)
    # A body has one head; of the other offices it may have several holders.
    same = sa.true() if office is Office.HEAD else OfficeHolding.person_id == person_id
    taken = session.scalar(
        sa.select(OfficeHolding.person_id)
        .where(OfficeHolding.agency_id == agency_id, OfficeHolding.office == office, same)
        .where(sa.or_(OfficeHolding.to_on.is_(None), OfficeHolding.to_on >= from_on))
        .where(sa.true() if to_on is None else OfficeHolding.from_on <= to_on)
        .limit(1)
    )
    if taken == person_id:
        raise FieldError("from_on", _l("This person holds this office on some of these days already"))
    if taken is not None:
        raise FieldError("from_on", _l("The body has another head on some of these days"))
    holding = OfficeHolding(person_id=person_id, agency_id=agency_id, office=office, from_on=from_on, to_on=to_on)
    session.add(holding)
    session.flush()
    _held(session, now, "holding.opened", actor_id, holding)
    return holding


def close_holding(session: Session, now: Moment, *, actor_id: int | None, holding_id: int, to_on: date) -> None:
    """A person holds an office for the last time on a day. Raises FieldError where that lies before the first day."""
    holding = session.get(OfficeHolding, holding_id)
    if holding is None:
        raise NotFound(_l("There is no such holding of an office."))
    if to_on < holding.from_on:
        raise FieldError("to_on", _l("The last day must not be before the first"))
    holding.to_on = to_on
    session.flush()
    _held(session, now, "holding.closed", actor_id, holding)


def _get(session: Session, agency_id: int) -> Agency:
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFound(_l("There is no such body."))
    return agency


def _whole(name: Mapping[str, str]) -> dict[str, str]:
    if not name.get("vi", "").strip():
        raise FieldError("name", _l("Enter the name in Vietnamese"))
    return dict(name)


def _changed(session: Session, now: Moment, event: str, actor_id: int | None, agency: Agency) -> None:
    session.flush()
    touch(session, "agency", agency.id)
    record(session, now, event, actor_id=actor_id, subject=("agency", agency.id), agency_id=agency.id)


def _held(session: Session, now: Moment, event: str, actor_id: int | None, holding: OfficeHolding) -> None:
    detail = {"person_id": holding.person_id, "office": str(holding.office), "from_on": holding.from_on.isoformat()}
    if holding.to_on is not None:
        detail["to_on"] = holding.to_on.isoformat()
    subject = ("holding", holding.id)
    record(session, now, event, actor_id=actor_id, subject=subject, agency_id=holding.agency_id, detail=detail)
