"""Preparing a programme: begun from nothing or from last year's, changed, handed over, approved. Nothing of it counts
before the approval; from then on it never changes."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker.audit import digests
from tracker.audit import queries as audit
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.db import bulk
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import DomainError, FieldError, NotFound, StaleEdit
from tracker.core.files.store import StoredUpload
from tracker.core.languages import Text, _l
from tracker.programmes import plans, reporting, ways
from tracker.programmes.constraints import CODE_USED
from tracker.programmes.models import Period, PolicyVersion, Programme, ProgrammePlan
from tracker.programmes.reporting import Days
from tracker.programmes.words import CODE_SIGNS
from tracker.rule.calendar import WorkingCalendar

# What one enters of a programme, but for its bodies, its calendar and the file of its basis.
HEAD = (
    *("code", "title", "year", "slogan", "responsible_id", "starts_on", "ends_on", "unsigned_until", "calendar_id"),
)
BASIS = ("basis", "basis_number", "basis_on", "basis_issuer")
_TOKEN_BYTES = 16


def refusals(session: Session, plan: ProgrammePlan | None, values: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """(field, message) of everything that stands against the head of a programme."""
    found: list[tuple[str, Text]] = []
    code = values["code"]
    if not letters.CODE.fullmatch(code):
        found.append(("code", CODE_SIGNS))
    elif _code_used(session, plan, code):
        found.append(("code", CODE_USED))
    return [*found, *wrong_days(values)]


def wrong_days(values: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """(field, message) of what is wrong with the days and the year of a programme."""
    found: list[tuple[str, Text]] = []
    starts_on, ends_on = values["starts_on"], values["ends_on"]
    if ends_on < starts_on:
        found.append(("ends_on", _l("The last day lies before the first one.")))
    elif (ends_on - starts_on).days > 800:
        found.append(("ends_on", _l("A programme lasts two years at most: check the year.")))
    if not starts_on.year <= values["year"] <= ends_on.year:
        found.append(("year", _l("No day of the programme lies in this year.")))
    until = values["unsigned_until"]
    if until is not None and not starts_on <= until <= ends_on:
        found.append(("unsigned_until", _l("Enter a day of the programme.")))
    return found


def begin(session: Session, now: Moment, *, actor_id: int, values: Mapping[str, Any]) -> ProgrammePlan:
    """A programme in preparation, from nothing: `values` of all that HEAD names. Raises FieldError."""
    return _begun(session, now, actor_id, values)


def begin_from(
    session: Session,
    now: Moment,
    *,
    actor_id: int,
    values: Mapping[str, Any],
    before: Programme,
    agencies: Collection[int],
    calendar: WorkingCalendar,
) -> ProgrammePlan:
    """The same with the bodies and the reporting calendar of an earlier programme, as many years on as its `year` says.

    `agencies`: those of them that take part again; `calendar`: by whose working days reports fall due.
    """
    years = values["year"] - year_of(before, plans.of_programme(session, before.id))
    periods = reporting.shifted(periods_of(session, before.id), years, calendar)
    return _begun(
        session,
        now,
        actor_id,
        values,
        agencies=sorted(agencies),
        periods=[one.stored() for one in reporting.in_order(periods)],
        based_on_id=before.id,
    )


def change(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, values: Mapping[str, Any]
) -> ProgrammePlan:
    """Change fields of HEAD or of BASIS. Raises FieldError, StaleEdit, DomainError where it is handed over."""
    plan = _open(session, token, version)
    if "code" in values:
        for field, message in refusals(session, plan, values):
            raise FieldError(field, message)
    return _changed(session, now, actor_id, plan, **values)


def attach_basis(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, file: StoredUpload | None
) -> ProgrammePlan:
    """Name the stored file of the document that orders the programme; none: take it off."""
    plan = _open(session, token, version)
    if file is not None:
        audit.refuse_erased(session, file.sha256, "file")
    return _changed(
        session,
        now,
        actor_id,
        plan,
        basis_sha256=file.sha256 if file else None,
        basis_size=file.size if file else None,
        basis_name=file.name if file else None,
    )


def choose_bodies(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, agencies: Iterable[int]
) -> ProgrammePlan:
    """Say which bodies take part."""
    return _changed(session, now, actor_id, _open(session, token, version), agencies=sorted(set(agencies)))


def set_periods(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, periods: Sequence[Days]
) -> ProgrammePlan:
    """Set the whole reporting calendar. Raises DomainError where one clashes with another."""
    plan = _open(session, token, version)
    if any(reporting.clashes(periods)):
        raise DomainError(_l("Periods of this reporting calendar clash: mend them first."))
    return _changed(session, now, actor_id, plan, periods=[one.stored() for one in reporting.in_order(periods)])


def choose_ways(
    session: Session, now: Moment, *, actor_id: int, token: str, version: int | None, ways_: Iterable[str]
) -> ProgrammePlan:
    """Say by which ways commitments are to be signed. Raises FieldError where none is named."""
    plan = _open(session, token, version)
    return _changed(session, now, actor_id, plan, ways=list(ways.demanded(ways_)))


def missing(plan: ProgrammePlan) -> list[str]:
    """What has to stand before it can be handed over: names of its parts."""
    parts = {
        "basis": bool(plan.basis) and plan.basis_number and plan.basis_on and plan.basis_issuer,
        "file": plan.basis_sha256,
        "responsible": plan.responsible_id,
        "bodies": plan.agencies,
        "calendar": plan.periods,
    }
    return [name for name, stands in parts.items() if not stands]


def hand_over(session: Session, now: Moment, *, actor_id: int, token: str, version: int | None) -> ProgrammePlan:
    """Hand it to whoever approves it; from then on it stays as it is, or is taken back first."""
    plan = _open(session, token, version)
    if missing(plan):
        raise DomainError(_l("Parts of the programme are still missing."))
    plan.handed_by_id, plan.handed_at = actor_id, now.at
    return _told(session, now, actor_id, plan, Event.PROGRAMME_HANDED_OVER)


def take_back(session: Session, now: Moment, *, actor_id: int, token: str, version: int | None) -> ProgrammePlan:
    """Open it again for changes: by who prepares it, or as a return by who should approve it."""
    plan = _unapproved(session, token, version)
    if plan.handed_at is None:
        raise DomainError(_l("The programme is in preparation again already."))
    plan.handed_by_id = plan.handed_at = None
    return _told(session, now, actor_id, plan, Event.PROGRAMME_TAKEN_BACK)


def approve(
    session: Session, now: Moment, *, actor_id: int, for_id: int | None, token: str, version: int | None
) -> Programme:
    """Open the programme: exactly what was handed over becomes the programme, its first policy and its periods.

    Raises StaleEdit where another version stands by now, DomainError where it was not handed over.
    """
    plan = _unapproved(session, token, version)
    if plan.handed_at is None:
        raise DomainError(_l("The programme was taken back to be changed. Wait until it is handed over again."))
    if _code_used(session, plan, plan.code):
        raise DomainError(CODE_USED)
    programme = Programme(
        code=plan.code,
        title=plan.title,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        calendar_id=plan.calendar_id,
    )
    session.add(programme)
    session.flush()
    periods = add_periods(session, programme.id, plans.periods(plan))
    session.add(PolicyVersion(programme_id=programme.id, from_on=None, values={}))
    plan.programme_id, plan.approved_by_id = programme.id, actor_id
    plan.approved_for_id, plan.approved_at = for_id, now.at
    session.flush()
    record(
        session,
        now,
        Event.PROGRAMME_OPENED,
        actor_id=actor_id,
        subject=("programme", programme.id),
        detail={"for_person_id": for_id, "periods": len(periods), "agencies": plan.agencies},
        facts=[*digests.of_objects(programme, plan), *digests.of_rows(Period, periods)],
    )
    ways.begin_with(session, now, actor_id=actor_id, programme=programme, plan=plan)
    touch(session, "programme", programme.id)
    return programme


def discard(session: Session, now: Moment, *, actor_id: int, token: str, version: int | None) -> None:
    """Give a preparation up; nothing of it has counted."""
    plan = _open(session, token, version)
    _record(session, now, actor_id, plan, Event.PROGRAMME_DISCARDED, {"code": plan.code, "title": plan.title})
    session.delete(plan)
    session.flush()


def periods_of(session: Session, programme_id: int) -> list[Days]:
    """The reporting calendar of a programme in force."""
    columns = (Period.frequency, Period.code, Period.starts_on, Period.cut_off, Period.due_on)
    found = session.execute(sa.select(*columns).where(Period.programme_id == programme_id))
    return reporting.in_order(Days(*row) for row in found)


def add_periods(session: Session, programme_id: int, periods: Iterable[Days]) -> list[dict[str, Any]]:
    """Add periods to a programme; returns their rows."""
    rows = [{"programme_id": programme_id, **one._asdict()} for one in periods]
    return [{**row, "id": row_id} for row, row_id in zip(rows, bulk.insert(session, Period, rows), strict=True)]


def _begun(session: Session, now: Moment, actor_id: int, values: Mapping[str, Any], **more: Any) -> ProgrammePlan:
    for field, message in refusals(session, None, values):
        raise FieldError(field, message)
    plan = ProgrammePlan(
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        version=1,
        prepared_by_id=actor_id,
        prepared_at=now.at,
        **{"basis": [], "agencies": [], "periods": [], **values, **more},
    )
    session.add(plan)
    session.flush()
    return _told(session, now, actor_id, plan, Event.PROGRAMME_BEGUN, {"code": plan.code})


def _code_used(session: Session, plan: ProgrammePlan | None, code: str) -> bool:
    others = sa.select(ProgrammePlan.code).where(ProgrammePlan.id != (plan.id if plan is not None else 0))
    known = session.scalars(sa.union_all(sa.select(Programme.code), others))
    return letters.folded(code) in map(letters.folded, known)


def _unapproved(session: Session, token: str, version: int | None) -> ProgrammePlan:
    found = session.scalar(sa.select(ProgrammePlan).where(ProgrammePlan.token == token).with_for_update())
    if found is None:
        raise NotFound(_l("There is no such programme in preparation."))
    if found.programme_id is not None:
        raise DomainError(_l("The programme is approved: what was approved never changes."))
    if found.version != version:
        raise StaleEdit(_l("Somebody else changed the programme meanwhile."), found)
    return found


def _open(session: Session, token: str, version: int | None) -> ProgrammePlan:
    plan = _unapproved(session, token, version)
    if plan.handed_at is not None:
        raise DomainError(_l("The programme is handed over for approval. Take it back before you change it."))
    return plan


def _changed(session: Session, now: Moment, actor_id: int, plan: ProgrammePlan, **new: Any) -> ProgrammePlan:
    turns = {name: (getattr(plan, name), value) for name, value in new.items()}
    told = changes(**turns)
    if not told:
        return plan
    for name, value in new.items():
        setattr(plan, name, value)
    return _told(session, now, actor_id, plan, Event.PROGRAMME_CHANGED, told)


def _told(
    session: Session,
    now: Moment,
    actor_id: int,
    plan: ProgrammePlan,
    event: Event,
    detail: dict[str, Any] | None = None,
) -> ProgrammePlan:
    if event is not Event.PROGRAMME_BEGUN:
        plan.version += 1
    plan.prepared_by_id, plan.prepared_at = actor_id, now.at
    session.flush()
    _record(session, now, actor_id, plan, event, detail)
    return plan


def _record(
    session: Session, now: Moment, actor_id: int, plan: ProgrammePlan, event: Event, detail: dict[str, Any] | None
) -> None:
    record(session, now, event, actor_id=actor_id, subject=("programme_plan", plan.id), detail=detail)


def year_of(programme: Programme, plan: ProgrammePlan | None) -> int:
    """The year that a programme is of: of one that came with a package, in which the middle of it lies."""
    middle = programme.starts_on + (programme.ends_on - programme.starts_on) / 2
    return plan.year if plan is not None else middle.year


def proposed(before: Programme, plan: ProgrammePlan | None, year: int, calendar: WorkingCalendar) -> dict[str, Any]:
    """What the head of a programme would be in another year: titles and codes with that year, its days moved."""
    years = year - year_of(before, plan)
    return {
        "code": reporting.another_year(before.code, years),
        "title": _texts(before.title, years),
        "year": year,
        "slogan": _texts(plan.slogan, years) if plan is not None and plan.slogan else None,
        "responsible_id": plan.responsible_id if plan is not None else None,
        "starts_on": reporting.years_on(before.starts_on, years),
        "ends_on": reporting.years_on(before.ends_on, years),
        "unsigned_until": _rolled(plan.unsigned_until if plan is not None else None, years, calendar),
        "calendar_id": before.calendar_id,
    }


def _texts(texts: Mapping[str, str], years: int) -> dict[str, str]:
    return {language: reporting.another_year(text, years) for language, text in texts.items()}


def _rolled(day: date | None, years: int, calendar: WorkingCalendar) -> date | None:
    return calendar.roll(reporting.years_on(day, years)) if day is not None else None
