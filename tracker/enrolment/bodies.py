"""The rows of a sheet of bodies: entered, changed, asked to end. An empty cell leaves what stands."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from tracker.agencies import classifications, kinds, service
from tracker.agencies import queries as agencies
from tracker.agencies.choices import alike
from tracker.agencies.classifications import Classified
from tracker.agencies.namesakes import namesakes
from tracker.agencies.queries import AgencyRow
from tracker.approvals import bodies as approved
from tracker.core import letters
from tracker.core.clock import Moment
from tracker.core.errors import FieldError
from tracker.core.languages import _l, format_day
from tracker.enrolment.rows import EnrolmentRow, Fault
from tracker.enrolment.work import EnrolmentResult, What


def apply(
    session: Session, now: Moment, lines: Sequence[EnrolmentRow], actor_id: int | None, outcome: EnrolmentResult
) -> None:
    """Enter and change bodies, and gather those that are to end, which takes a second administrator; then say who
    appraises whom, so that a row may name one further down."""
    seen: dict[str, int] = {}
    import_ = _Import(session, now, actor_id, outcome)
    for line in lines:
        code = letters.folded(line.values["code"])
        with outcome.beside(line, lambda name: {"to_on": "exists_to"}.get(name, name)):
            if code in seen:
                raise FieldError("code", _l("Row %(number)s is about the same body", number=seen[code]))
            seen[code] = line.number
            name = f"{letters.code(line.values['code'])} – {line.values['name']}"
            outcome.note(line, import_.take(line), code, name)
    for line in lines:
        with outcome.beside(line):
            _appraise(session, now, line, actor_id, outcome)


class _Import:
    """What each row makes of its body."""

    def __init__(self, session: Session, now: Moment, actor_id: int | None, outcome: EnrolmentResult) -> None:
        self.session, self.now, self.actor_id, self.outcome = session, now, actor_id, outcome
        self.kinds = classifications.kinds_in_use(session)
        self.groups = classifications.groups_in_use(session)
        self.told = classifications.of_agencies(session)
        self.waiting = approved.ends_waiting(session, now)

    def take(self, line: EnrolmentRow) -> What:
        """What becomes of it. Raises FieldError."""
        group = line.values.get("peer_group")
        kind = kinds.kind_of(line.values["kind"], self.kinds)
        peer_group = kinds.group_of(group, self.groups) if group else None
        found = agencies.by_code(self.session, line.values["code"])
        self._doubt(line, found)
        if found is None:
            self._register(line, kind, peer_group)
            return What.NEW
        if found.id in self.told:  # (else it was entered by a row above.)
            _keeps(classifications.on_day(self.told[found.id], self.now.on), kind, peer_group)
        changed = service.change(
            self.session,
            self.now,
            actor_id=self.actor_id,
            agency_id=found.id,
            name=_name(line, found.name),
            exists_from=line.day("exists_from") or found.exists_from,
        )
        last = line.day("exists_to")
        if last is not None and last != found.exists_to:
            return self._end(line, found, last)
        return What.CHANGED if changed else What.UNCHANGED

    def _doubt(self, line: EnrolmentRow, found: AgencyRow | None) -> None:
        """Ask whether a second body of one name is meant, unless it is called so already."""
        name, besides = letters.line(line.values["name"]), None
        first, last = line.day("exists_from"), line.day("exists_to")
        if found is not None:
            if letters.folded(found.name["vi"]) == letters.folded(name):
                return
            first, last, besides = first or found.exists_from, last or found.exists_to, found.id
        called_so = namesakes(self.session, name, first, last, besides=besides)
        if called_so:
            self.outcome.doubts.append(Fault(line.number, "name", alike(called_so)))

    def _register(self, line: EnrolmentRow, kind: str, peer_group: str | None) -> None:
        service.register(
            self.session,
            self.now,
            actor_id=self.actor_id,
            code=line.values["code"],
            name=_name(line, {}),
            kind=kind,
            peer_group=peer_group,
            exists_from=line.day("exists_from"),
            exists_to=line.day("exists_to"),
        )

    def _end(self, line: EnrolmentRow, found: AgencyRow, last: date) -> What:
        """What would refuse it at the end refuses the row now."""
        if found.exists_to is not None and last > found.exists_to:
            day = format_day(found.exists_to)
            raise FieldError("exists_to", _l("The body ended on %(day)s; that is undone on its page", day=day))
        with self.session.begin_nested() as trial:
            service.end(self.session, self.now, actor_id=self.actor_id, agency_id=found.id, to_on=last)
            trial.rollback()
        if (found.id, last) in self.waiting:
            return What.WAITING
        self.outcome.ends.append((found.id, last))
        return What.ASKED


def _keeps(stands: Classified, kind: str, peer_group: str | None) -> None:
    """Raises FieldError where a row says another kind or group than the body has."""
    refusal = _l("A body changes its kind and group on its own page, from a day on and by two administrators")
    if kind != stands.kind:
        raise FieldError("kind", refusal)
    if peer_group is not None and peer_group != stands.group:
        raise FieldError("peer_group", refusal)


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
