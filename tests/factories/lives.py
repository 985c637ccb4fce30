"""The small province with everybody who acts in the life of a commitment, and commitments on their way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import errand
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.service import seal
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import amending, concluding, drafting, negotiating
from tracker.commitments.life.drafting import Line
from tracker.commitments.life.moving import targets_of
from tracker.commitments.terms.terms import parse
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader

BEGUN_ON = date(2021, 2, 1)
REACH: dict[str, Any] = {
    "code": "T01",
    "title": {"vi": "Cắt giảm thời gian giải quyết thủ tục"},
    "domain": 3,
    "shape": "reach",
    "unit": "procedures",
    "weight": "1",
    "frequency": "quarterly",
    "starts_on": "2021-02-04",
    "due_on": "2021-12-14",
    "baseline": "0",
    "goal": "234.50",
    "milestones": [{"on": "2021-06-14", "value": "100"}],
    "evidence": "Quyết định công bố thủ tục",
}
WORK = {name: REACH[name] for name in REACH if name not in ("baseline", "goal", "milestones")} | {
    "code": "T02",
    "shape": "deliverable",
    "due_on": "2021-09-14",
}
KEPT = {name: REACH[name] for name in REACH if name not in ("baseline", "goal", "milestones")} | {
    "code": "T03",
    "shape": "keep",
    "goal": "95",
    "direction": "at_least",
    "ratio": True,
    "unit": "%",
}
MORE = [
    ("SXD", Office.DEPUTY, "Phó Giám đốc Sở Xây dựng"),
    ("VP", Office.CHAIR, "Chủ tịch Ủy ban nhân dân tỉnh"),
    ("VP", Office.VICE_CHAIR, "Phó Chủ tịch Ủy ban nhân dân tỉnh"),
    ("VP", Office.CLERK, "Văn thư Văn phòng UBND tỉnh"),
    ("VP", Office.AUDITOR, "Chuyên viên kiểm soát, Văn phòng UBND tỉnh"),
    ("VP", Office.INSPECTOR, "Chuyên viên kiểm tra, Văn phòng UBND tỉnh"),
]


def people() -> None:
    """The province without commitments of anybody, with all offices held."""
    with unit_of_work() as session:
        made = errand.province(session, errand.APART)
        for number, (body, office, name) in enumerate(MORE):
            add_person(session, f"more-{number}", name, made.bodies[body], office)
        seal(session, clock.moment())


def add_person(session: Session, token: str, name: str, body: Agency, office: Office | None) -> Person:
    """A person, who holds that office."""
    person = Person(token=token, name=name, email=f"{token}@example.vn", language="vi")
    session.add(person)
    session.flush()
    if office:
        held = OfficeHolding(person_id=person.id, agency_id=body.id, office=office, from_on=date(2020, 1, 1))
        session.add(held)
    return person


@dataclass
class Table:
    """Where both sides sit. Each call is committed, as a view's would be."""

    session: Session
    made: errand.Province
    at: Callable[[date | str], clock.Moment]
    now: clock.Moment

    def go_to(self, day: str) -> None:
        self.now = self.at(day)

    def reader(self, office: Office, body: str = "") -> Reader:
        body = body or ("SXD" if office in (Office.HEAD, Office.DEPUTY, Office.OFFICER) else "VP")
        if office is Office.APPRAISER:
            body = "SNV"
        person = self.made.people[(body, office)]
        return reader_of(
            self.session, self.now.on, person_id=person.id, account_id=person.id, name=person.name, language="vi"
        )

    @property
    def monitor(self) -> Reader:
        return self.reader(Office.MONITOR)

    @property
    def head(self) -> Reader:
        return self.reader(Office.HEAD)

    @property
    def officer(self) -> Reader:
        return self.reader(Office.OFFICER)

    @property
    def chair(self) -> Reader:
        return self.reader(Office.CHAIR)

    def do(self, verb: Callable[..., Any], reader: Reader | None = None, **given: Any) -> Any:
        who = {} if reader is None else {"reader": reader}
        with unit_of_work(self.now) as session:
            found = verb(session, self.now, **who, **given)
            return found.id if hasattr(found, "id") else found

    def dossier(self, dossier_id: int) -> Dossier:
        self.session.rollback()
        return self.session.get_one(Dossier, dossier_id, populate_existing=True)

    def targets(self, dossier_id: int) -> dict[str, Any]:
        self.session.rollback()
        return {one.code: one for one in targets_of(self.session, dossier_id)}

    def draft(self, body: str = "SXD", records: tuple[dict[str, Any], ...] = (REACH, WORK, KEPT), **more: Any) -> int:
        lines = [Line(parse(record), template_code=f"M-{record['code']}") for record in records]
        given = {"programme_id": self.made.programme.id, "agency_id": self.made.bodies[body].id}
        found: int = self.do(drafting.draft, self.monitor, **given, lines=lines, **more)
        return found

    def amend(self, first: int, from_on: date | None = None) -> int:
        """Begin an amendment of what came into force, from today on."""
        given = {"commitment_id": self.dossier(first).commitment_id, "reason": "Số hồ sơ tăng"}
        found: int = self.do(amending.amend, self.monitor, **given, from_on=from_on or self.now.on)
        return found

    def propose(self, dossier_id: int, code: str = "T01", **values: Any) -> int:
        """By the body, of a target as it stands."""
        target = self.targets(dossier_id)[code]
        given = {"draft_target_id": target.id, "version": target.version, "values": values, "reason": "Khó đạt"}
        found: int = self.do(negotiating.propose, self.officer, **given)
        return found

    def bring_to(self, dossier_id: int, state: str) -> None:
        """Walk on until it stands there."""
        steps = ("drafted", "offered", "agreed", "frozen", "signed", "countersigned", "in_force")
        verbs: dict[str, Callable[[], Any]] = {
            "offered": lambda: self.do(negotiating.offer, self.monitor, dossier_id=dossier_id),
            "agreed": lambda: self.do(
                negotiating.agree, self.head, dossier_id=dossier_id, version=self.dossier(dossier_id).version
            ),
            "frozen": lambda: self.freeze(dossier_id),
            "signed": lambda: self.do(concluding.sign, self.head, dossier_id=dossier_id, sha256=SHA),
            "countersigned": lambda: self.do(concluding.countersign, self.chair, dossier_id=dossier_id, sha256=SHA),
            "in_force": lambda: self.do(concluding.come_into_force, self.monitor, dossier_id=dossier_id),
        }
        here = steps.index(self.dossier(dossier_id).state)
        for step in steps[here + 1 : steps.index(state) + 1]:
            verbs[step]()

    def freeze(self, dossier_id: int, number: str = "") -> Any:
        number = number or f"{dossier_id}/CK-2021"
        version = self.dossier(dossier_id).version
        given = {"version": version, "number": number, "day": self.now.on, "sha256": SHA}
        return self.do(concluding.freeze, self.monitor, dossier_id=dossier_id, **given)


SHA = "5" * 64
