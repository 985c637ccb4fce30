"""Facts by the services that keep them: a programme and a template, what a head asks of the PPC and is answered, a
document and the scan of it. Each press is a unit of work of its own, of the small province's people, as of now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from tests.factories import documents as official
from tests.factories import errand
from tests.support.pki import Authority
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.rulings import Kind, Ruling
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.files.store import StoredUpload
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.programmes import moving, preparing, templates
from tracker.programmes.reporting import Days
from tracker.progress import queries
from tracker.progress.queries import ReportSlot
from tracker.progress.requests import deciding
from tracker.progress.requests import service as requests
from tracker.progress.requests.queries import open_of
from tracker.progress.requests.reading import DAYS, written
from tracker.signing.codes import PageCode
from tracker.signing.documents import documents, register
from tracker.signing.documents.rendering import render
from tracker.signing.outside import signed_files
from tracker.signing.paper import paper
from tracker.signing.sealing import seal_keys

P = ParamSpec("P")
T = TypeVar("T")

ORDER = StoredUpload("ab" * 32, 9, "application/pdf", "QĐ 12.pdf")
LETTER = StoredUpload("cd" * 32, 9, "application/pdf", "Công văn 3.pdf")
YEAR = {"starts_on": date(2022, 1, 1), "ends_on": date(2022, 12, 31), "unsigned_until": None}
QUARTERS = (
    Days("quarterly", "2022-Q1", date(2022, 1, 1), date(2022, 3, 14), date(2022, 3, 21)),
    Days("quarterly", "2022-Q2", date(2022, 3, 15), date(2022, 6, 14), date(2022, 6, 20)),
)
ADDED = Days("quarterly", "2022-Q3", date(2022, 6, 15), date(2022, 9, 14), date(2022, 9, 20))


@dataclass
class Hand:
    """Whoever presses in the province on one day."""

    made: errand.Province
    now: clock.Moment
    folder: Path

    def press(
        self, verb: Callable[Concatenate[Session, clock.Moment, P], T], *given: P.args, **arguments: P.kwargs
    ) -> T:
        """One press of a button."""
        with unit_of_work(self.now) as session:
            return verb(session, self.now, *given, **arguments)

    def reader(self, body: str, office: Office) -> Reader:
        """Somebody in an office."""
        person = self.made.people[(body, office)]
        with unit_of_work(self.now) as session:
            given: dict[str, Any] = {"person_id": person.id, "account_id": person.id, "name": person.name}
            return reader_of(session, self.now.on, **given, language="vi")

    def slot(self, key: str) -> ReportSlot:
        """One of its targets."""
        with unit_of_work(self.now) as session:
            found = queries.find_slot(session, errand.EVERYWHERE, self.made.targets[key].token, None)
            assert found is not None
            return found


def add(made: errand.Province, now: clock.Moment, folder: Path, rests: str, ends: str) -> None:
    """All of them. `rests`: a target that nothing was asked about yet, `ends`: one that ends, both by "SXD-T01"."""
    hand = Hand(made, now, folder)
    for office in (Office.CHAIR, Office.CLERK):
        _enter(hand, office)
    prepare(hand)
    ask(hand, rests, ends)
    sign(hand)


def _enter(hand: Hand, office: Office) -> None:
    """Somebody in an office of the PPC that the small province leaves empty."""
    with unit_of_work(hand.now) as session:
        person = Person(token=f"new-{office}", name=f"{office}", email=f"new-{office}@example.vn", language="vi")
        session.add(person)
        session.flush()
        agency_id = hand.made.bodies["VP"].id
        session.add(OfficeHolding(person_id=person.id, agency_id=agency_id, office=office, from_on=date(2020, 1, 1)))
        hand.made.people[("VP", office)] = person


def prepare(hand: Hand) -> None:
    """Next year's programme is prepared, approved, and moved while it is ahead; a template is written and rewritten."""
    made, actor_id = hand.made, hand.made.people[("VP", Office.MONITOR)].id
    title = {"vi": "Cải cách hành chính 2022"}
    head = {"code": "PAR-2022", "title": title, "year": 2022, "slogan": None, "responsible_id": made.bodies["SNV"].id}
    head |= {**YEAR, "calendar_id": made.programme.calendar_id}
    plan = hand.press(preparing.begin, actor_id=actor_id, values=head)
    basis = {"basis": ["Căn cứ Quyết định 12"], "basis_number": "12/QĐ-UBND", "basis_on": hand.now.on}
    steps: tuple[Callable[..., Any], ...] = (
        partial(preparing.change, values={**basis, "basis_issuer": "UBND tỉnh"}),
        partial(preparing.attach_basis, file=ORDER),
        partial(preparing.choose_bodies, agencies=[made.bodies["SXD"].id]),
        partial(preparing.set_periods, periods=QUARTERS),
        preparing.hand_over,
    )
    for step in steps:
        plan = hand.press(step, actor_id=actor_id, token=plan.token, version=plan.version)
    approved: dict[str, Any] = {"token": plan.token, "version": plan.version, "for_id": None}
    chair_id = made.people[("VP", Office.CHAIR)].id
    programme = hand.press(preparing.approve, actor_id=chair_id, **approved)
    later = QUARTERS[1]._replace(due_on=QUARTERS[1].due_on + timedelta(days=4))
    moved: dict[str, Any] = {"programme": programme, "frequency": "quarterly", "reason": "Quyết định 13"}
    hand.press(moving.move, actor_id=actor_id, periods=(QUARTERS[0], later, ADDED), **moved)
    terms = {"title": title, "domain": 1, "shape": "deliverable", "unit": "%", "weight": Decimal(1)}
    values = {**terms, "frequency": "quarterly", "source": "Quyết định 12"}
    template = hand.press(templates.write, actor_id=actor_id, code="9.01", values=values)
    again: dict[str, Any] = {"token": template.token, "version": 1, "values": {"weight": Decimal(2)}}
    hand.press(templates.rewrite, actor_id=actor_id, **again)


def ask(hand: Hand, rests: str, ends: str) -> None:
    """A request with a file is withdrawn, one refused, one granted; a target ends that nobody asked about."""
    head, chair = hand.reader("SXD", Office.HEAD), hand.reader("VP", Office.CHAIR)
    end = Ruling(Kind.END, ended_on=hand.now.on)
    hand.press(deciding.rule, reader=chair, slot=hand.slot(ends), ruling=end, reason="Thôi thực hiện")
    later = date(2022, 1, 10)
    rest = Ruling(Kind.SUSPENSION, later, hand.now.on, hand.now.on + timedelta(days=20))
    token = _asked(hand, head, rests, Ruling(Kind.EXTENSION, later))
    hand.press(requests.withdraw, reader=head, slot=hand.slot(rests), token=token)
    for ruling in (None, rest):  # what is granted comes last: only its decision points at what it made
        _asked(hand, head, rests, ruling or Ruling(Kind.EXTENSION, later))
        slot = hand.slot(rests)
        with unit_of_work(hand.now) as session:
            request = open_of(session, slot.target.id)
            assert request is not None
            given: dict[str, Any] = {"slot": slot, "request": request, "ruling": ruling, "reason": "Đã xem xét"}
            deciding.decide(session, hand.now, reader=chair, **given)


def _asked(hand: Hand, head: Reader, key: str, ruling: Ruling) -> str:
    """The token of a request that was written, given a file, and asked."""
    typed = {"kind": ruling.kind.value, "reason": "Chờ hướng dẫn"}
    typed |= {name: written(getattr(ruling, name)) for name in DAYS[ruling.kind]}
    draft = hand.press(requests.keep_draft, reader=head, slot=hand.slot(key), typed=typed, version=0)
    hand.press(requests.attach, reader=head, slot=hand.slot(key), file=LETTER)
    asking: dict[str, Any] = {"typed": typed, "version": draft.version}
    assert hand.press(requests.keep_and_ask, reader=head, slot=hand.slot(key), **asking) == {}
    return draft.token


def sign(hand: Hand) -> None:
    """A document is made under a number, its scan attested, another scan of it refused; a number is cancelled."""
    agency_id, person_id = hand.made.bodies["SXD"].id, hand.made.people[("VP", Office.MONITOR)].id
    own: dict[str, Any] = {"agency_id": agency_id, "person_id": person_id}
    number = hand.press(register.draw, symbol="CK-SXD", year=2021, **own)
    wasted = hand.press(register.draw, symbol="CK-SXD", year=2021, **own)
    hand.press(register.cancel, wasted.id, reason="Mở lại để thương lượng", **own)
    content = official.commitment(1, number=number.text, date="2021-06-16")
    rendered = render(content, official.BASE_URL)
    given: dict[str, Any] = {"document": content, "rendered": rendered, "number": number, "folder": hand.folder}
    kept = hand.press(documents.keep, **given, **own)
    codes = [PageCode(official.BASE_URL, kept.address, page, kept.pages) for page in range(1, kept.pages + 1)]
    clerk, monitor = hand.reader("VP", Office.CLERK), hand.reader("VP", Office.MONITOR)
    file = StoredUpload(kept.pdf_sha256, kept.pdf_size, "application/pdf", "scan.pdf")
    received = hand.press(paper.receive, reader=clerk, file=file, codes=codes, folder=hand.folder)
    hand.press(paper.refuse, reader=monitor, paper_id=received.papers[0].id, reason="Thiếu chữ ký")
    pages: dict[str, Any] = {"pages": list(range(1, kept.pages + 1)), "document": kept}
    again = hand.press(paper.sort_by_hand, reader=clerk, file=received.file, folder=hand.folder, **pages)
    hand.press(paper.attest, reader=monitor, paper_id=again.id)
    grown: dict[str, Any] = {"made": kept, "number": number.text, "kind": "body", "content": rendered.pdf + b"signed"}
    grown |= {"begins_with": kept.pdf_sha256, "found": [], "person_id": person_id, "folder": hand.folder}
    hand.press(signed_files.keep, **grown)
    hand.press(seal_keys.current, certificates=[Authority(clock.now()).root.certificate])
