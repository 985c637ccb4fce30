"""Changing bodies: one verb per change. Who holds their offices is changed by `holdings`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import classifications, holdings, kinds, over_time
from tracker.agencies.classifications import classify as classify
from tracker.agencies.holdings import close_holding as close_holding
from tracker.agencies.holdings import open_holding as open_holding
from tracker.agencies.models import Agency, AgencySuccession
from tracker.audit import digests
from tracker.audit.digests import Fact
from tracker.audit.events import Event
from tracker.audit.service import changes, record
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.db.sorting import sort_key
from tracker.core.db.unit_of_work import touch
from tracker.core.errors import FieldError, NotFound
from tracker.core.languages import _l, format_day
from tracker.core.numbers import OUT_OF_ORDER

LONGEST_NAME = 255


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
    whole = _whole(name)
    _check_days(exists_from, exists_to)
    kinds.check_codes(kind, peer_group)
    agency = Agency(
        code=_code(code),
        kind=kind,
        peer_group=peer_group,
        name=whole,
        sort_key=sort_key(whole["vi"]),
        exists_from=exists_from,
        exists_to=exists_to,
        appraised_by_id=appraised_by_id,
    )
    session.add(agency)
    session.flush()
    classified = classifications.first(agency, now, actor_id)
    session.add(classified)
    session.flush()
    _changed(session, now, Event.AGENCY_REGISTERED, actor_id, agency, digests.of_objects(classified))
    return agency


def assign_appraisal(
    session: Session, now: Moment, *, actor_id: int | None, agency_id: int, appraised_by_id: int | None
) -> None:
    """Say which body's appraisers decide on this one's reports; none: those of any other. Never its own."""
    if appraised_by_id == agency_id:
        raise FieldError("appraised_by", _l("A body does not appraise its own reports"))
    agency = _get(session, agency_id)
    if appraised_by_id is not None:
        _get(session, appraised_by_id)
    if agency.appraised_by_id == appraised_by_id:
        return
    before, agency.appraised_by_id = agency.appraised_by_id, appraised_by_id
    told = changes(appraised_by_id=(before, appraised_by_id))
    _changed(session, now, Event.AGENCY_APPRAISAL_ASSIGNED, actor_id, agency, (), **told)


def change(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    agency_id: int,
    name: Mapping[str, str],
    exists_from: date | None,
) -> bool:
    """Enter what a body is called and its first day; returns whether anything of it is new. Raises FieldError.

    Its kind and peer group are changed by `classify`, its last day by `end` and `reopen`, which take two
    administrators.
    """
    agency = _get(session, agency_id)
    if exists_from is not None and agency.exists_to is not None and agency.exists_to < exists_from:
        raise FieldError("exists_from", _l("The body ended on %(day)s", day=format_day(agency.exists_to)))
    held = [one.from_on for one in over_time.of_agency(session, agency_id)]
    if exists_from is not None and exists_from != agency.exists_from and held and min(held) < exists_from:
        raise FieldError("exists_from", _l("An office of the body is held from %(day)s on", day=format_day(min(held))))
    whole = _whole(name)
    new: dict[str, Any] = {"name": whole, "exists_from": exists_from}
    told = changes(**{field: (getattr(agency, field), value) for field, value in new.items()})
    if not told:
        return False
    for field, value in new.items():
        setattr(agency, field, value)
    agency.sort_key = sort_key(whole["vi"])
    _changed(session, now, Event.AGENCY_CHANGED, actor_id, agency, (), **told)
    return True


def end(session: Session, now: Moment, *, actor_id: int | None, agency_id: int, to_on: date) -> list[int]:
    """A body exists for the last time on a day, and its offices end with it; returns which of them ended.

    Raises FieldError where it has ended by then, begins later, or nobody would be administrator.
    """
    agency = _get(session, agency_id)
    if agency.exists_from is not None and to_on < agency.exists_from:
        raise FieldError("to_on", _l("The body began on %(day)s", day=format_day(agency.exists_from)))
    if agency.exists_to is not None and agency.exists_to <= to_on:
        raise FieldError("to_on", _l("The body ended on %(day)s", day=format_day(agency.exists_to)))
    ended = holdings.end_all(session, now, actor_id=actor_id, agency_id=agency_id, to_on=to_on)
    before, agency.exists_to = agency.exists_to, to_on
    told = changes(exists_to=(before, to_on))
    offices = {str(holding_id): last.isoformat() if last else None for holding_id, last in ended.items()}
    _changed(session, now, Event.AGENCY_ENDED, actor_id, agency, (), **told, **{over_time.ENDED_WITH_IT: offices})
    return list(ended)


def reopen(session: Session, now: Moment, *, actor_id: int | None, agency_id: int) -> list[int]:
    """Undo the end of a body: it exists without a last day, and the offices that its end ended are held again as they
    were; returns which. Those that somebody corrected since, or whose holder was erased, stay ended.

    Raises FieldError where it has no last day, and where an office stands in the way.
    """
    agency = _get(session, agency_id)
    if agency.exists_to is None:
        raise FieldError("", _l("The body has no last day"))
    restored = over_time.ended_with(session, agency_id)
    before, agency.exists_to = agency.exists_to, None
    session.flush()
    for holding_id, last in restored.items():
        holdings.restore_holding(session, now, actor_id=actor_id, holding_id=holding_id, to_on=last)
    told = changes(exists_to=(before, None))
    _changed(session, now, Event.AGENCY_REOPENED, actor_id, agency, (), **told)
    return list(restored)


def succeed(
    session: Session,
    now: Moment,
    *,
    actor_id: int | None,
    agency_id: int,
    successor_ids: Sequence[int],
    from_on: date,
) -> None:
    """Other bodies take over from one from a day on. Whether it ends then is `end`'s.

    Its targets and past scores stay with it: duties pass target by target. Raises FieldError where a successor is the
    body itself, took over already, came before it, or does not exist on that day.
    """
    agency = _get(session, agency_id)
    if not successor_ids:
        raise FieldError("successors", _l("Choose who takes over"))
    known = {one.agency_id for one in over_time.successors(session, agency_id)}
    before = _all_before(session, agency_id)
    for successor_id in successor_ids:
        successor = _get(session, successor_id)
        if successor_id == agency_id or successor_id in before:
            raise FieldError("successors", _l("A body does not take over from itself, or from one that came after it"))
        if successor_id in known:
            raise FieldError("successors", _l("%(name)s took over from it already", name=successor.name["vi"]))
        if successor.exists_to is not None and successor.exists_to < from_on:
            raise FieldError("from_on", _l("%(name)s has ended by then", name=successor.name["vi"]))
        if successor.exists_from is not None and successor.exists_from > from_on:
            raise FieldError("from_on", _l("%(name)s begins later", name=successor.name["vi"]))
    successions = [
        AgencySuccession(predecessor_id=agency_id, successor_id=successor_id, position=position, from_on=from_on)
        for position, successor_id in enumerate(successor_ids, len(known))
    ]
    session.add_all(successions)
    session.flush()
    detail = {"successors": list(successor_ids), "from_on": from_on.isoformat()}
    _changed(session, now, Event.AGENCY_SUCCEEDED, actor_id, agency, digests.of_objects(*successions), **detail)


def _get(session: Session, agency_id: int) -> Agency:
    agency = session.get(Agency, agency_id)
    if agency is None:
        raise NotFound(_l("There is no such body."))
    return agency


def _code(text: str) -> str:
    code = letters.code(text)
    wrong = letters.fault(text)
    if wrong is None and len(letters.alphabets(code)) > 1:
        wrong = _l("The code mixes letters of several alphabets, some of which look alike. Type it anew")
    elif wrong is None and not letters.CODE.fullmatch(code):
        wrong = _l("Use up to 40 letters, digits and the signs - _ . and begin with a letter or a digit")
    if wrong is not None:
        raise FieldError("code", wrong)
    return code


def _whole(name: Mapping[str, str]) -> dict[str, str]:
    for language, text in name.items():
        wrong = letters.fault(text)
        if wrong is not None:
            raise FieldError("name" if language == "vi" else f"name_{language}", wrong)
    visible = {language: letters.line(text) for language, text in name.items()}
    if letters.says_nothing(visible.get("vi", "")):
        raise FieldError("name", _l("Enter the name in Vietnamese"))
    for language, text in visible.items():
        field = "name" if language == "vi" else f"name_{language}"
        if text and letters.says_nothing(text):
            raise FieldError(field, _l("Enter a name, or leave it empty"))
        if len(text) > LONGEST_NAME:
            raise FieldError(field, _l("Use %(most)s characters or fewer", most=LONGEST_NAME))
    return {language: text for language, text in visible.items() if text}


def _check_days(exists_from: date | None, exists_to: date | None) -> None:
    if exists_from is not None and exists_to is not None and exists_to < exists_from:
        raise FieldError("exists_to", OUT_OF_ORDER)


def _all_before(session: Session, agency_id: int) -> set[int]:
    """Every body from which this one took over, however long ago."""
    found: set[int] = set()
    waiting = [agency_id]
    while waiting:
        new = {one.agency_id for one in over_time.predecessors(session, waiting.pop())} - found
        found |= new
        waiting += sorted(new)
    return found


def _changed(
    session: Session,
    now: Moment,
    event: Event,
    actor_id: int | None,
    agency: Agency,
    facts: Iterable[Fact] = (),
    **detail: object,
) -> None:
    session.flush()
    touch(session, "agency", agency.id)
    subject, held = ("agency", agency.id), detail or None
    record(session, now, event, actor_id=actor_id, subject=subject, agency_id=agency.id, detail=held, facts=facts)
