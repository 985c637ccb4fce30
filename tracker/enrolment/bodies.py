"""The rows of a sheet of bodies: entered, changed, ended. An empty cell leaves what stands."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tracker.agencies import kinds, service
from tracker.agencies import queries as agencies
from tracker.agencies.queries import AgencyRow
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.errors import FieldError
from tracker.core.languages import _l
from tracker.enrolment.rows import EnrolmentRow
from tracker.enrolment.work import EnrolmentResult, What


def apply(
    session: Session, now: Moment, lines: Sequence[EnrolmentRow], actor_id: int | None, outcome: EnrolmentResult
) -> None:
    """Enter, change and end bodies; then say who appraises whom, so that a row may name one further down."""
    seen: dict[str, int] = {}
    known = (agencies.kinds_in_use(session), agencies.groups_in_use(session))
    for line in lines:
        code = letters.folded(line.values["code"])
        with outcome.beside(line, lambda name: {"to_on": "exists_to"}.get(name, name)):
            if code in seen:
                raise FieldError("code", _l("Row %(number)s is about the same body", number=seen[code]))
            seen[code] = line.number
            what = _apply(session, now, line, actor_id, *_meant(line, *known))
            outcome.note(line, what, code, f"{letters.code(line.values['code'])} – {line.values['name']}")
    for line in lines:
        with outcome.beside(line):
            _appraise(session, now, line, actor_id, outcome)


def _meant(line: EnrolmentRow, known_kinds: set[str], known_groups: set[str]) -> tuple[str, str | None]:
    """The kind and the peer group that a row means; none of the latter where it says nothing."""
    group = line.values.get("peer_group")
    return kinds.kind_of(line.values["kind"], known_kinds), kinds.group_of(group, known_groups) if group else None


def _apply(
    session: Session, now: Moment, line: EnrolmentRow, actor_id: int | None, kind: str, group: str | None
) -> What:
    values, found = line.values, agencies.by_code(session, line.values["code"])
    if found is None:
        service.register(
            session,
            now,
            actor_id=actor_id,
            code=values["code"],
            name=_name(line, {}),
            kind=kind,
            peer_group=group,
            exists_from=line.day("exists_from"),
            exists_to=line.day("exists_to"),
        )
        return What.NEW
    last = line.day("exists_to")
    ends = last is not None and (found.exists_to is None or last < found.exists_to)
    changed = _change(session, now, line, found, actor_id, kind=kind, group=group or found.peer_group, ends=ends)
    if ends and last is not None:
        service.end(session, now, actor_id=actor_id, agency_id=found.id, to_on=last)
        return What.ENDED
    return What.CHANGED if changed else What.UNCHANGED


def _change(
    session: Session,
    now: Moment,
    line: EnrolmentRow,
    found: AgencyRow,
    actor_id: int | None,
    *,
    kind: str,
    group: str | None,
    ends: bool,
) -> bool:
    return service.change(
        session,
        now,
        actor_id=actor_id,
        agency_id=found.id,
        name=_name(line, found.name),
        kind=kind,
        peer_group=group,
        exists_from=line.day("exists_from") or found.exists_from,
        exists_to=found.exists_to if ends else line.day("exists_to") or found.exists_to,
    )


def _name(line: EnrolmentRow, standing: dict[str, str]) -> dict[str, str]:
    name = {**standing, "vi": line.values["name"]}
    return {**name, "en": line.values["name_en"]} if "name_en" in line.values else name


def _appraise(
    session: Session, now: Moment, line: EnrolmentRow, actor_id: int | None, outcome: EnrolmentResult
) -> None:
    code = line.values.get("appraised_by")
    body = agencies.by_code(session, line.values["code"])
    if code is None or body is None:
        return
    appraising = agencies.by_code(session, code)
    if appraising is None:
        raise FieldError("appraised_by", _l("There is no body of this code"))
    if appraising.id == body.appraised_by_id:
        return
    service.assign_appraisal(session, now, actor_id=actor_id, agency_id=body.id, appraised_by_id=appraising.id)
    for place, change in enumerate(outcome.changes):
        if change.number == line.number and change.what is What.UNCHANGED:
            outcome.changes[place] = type(change)(change.number, What.CHANGED, change.key, change.text)
