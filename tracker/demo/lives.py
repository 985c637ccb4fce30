"""The demo's next programme, with a commitment in each state of its life, through the services that its pages call.

It is approved ahead of its first day, so the figures of the year that runs stay as they are told in `current`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any

from sqlalchemy.orm import Session

from tracker.accounts.factors import passkeys
from tracker.agencies import queries as agencies
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import Dossier, DraftTarget
from tracker.commitments.life import amending, concluding, drafting, from_templates, moving, negotiating
from tracker.commitments.life.drafting import Line
from tracker.commitments.life.states import State
from tracker.commitments.terms.terms import faults
from tracker.core.clock import Moment
from tracker.core.files import store
from tracker.demo import bodies, pdf
from tracker.demo.bodies import HOME_AFFAIRS, PPC_OFFICE
from tracker.demo.deeds import MOST_BYTES, Readers
from tracker.demo.devices import Device
from tracker.demo.seats import SHOWN_BODY
from tracker.people.models import Person
from tracker.permissions.reader import Reader
from tracker.programmes import preparing, templates, ways
from tracker.programmes.models import Programme, ProgrammePlan
from tracker.rule.calendar import WorkingCalendar
from tracker.settings import Settings
from tracker.signing.confirmations import keys, proof, signatures
from tracker.signing.documents import freezing

DAYS_TO_SIGN = timedelta(days=45)
BASIS_FILE = "Kế hoạch (mẫu).pdf"
# What each body has come to; those that are not named are not drafted for.
STATES: Mapping[str, State] = {
    "SGDDT": State.DRAFTED,
    SHOWN_BODY: State.OFFERED,
    "SXD25": State.NEGOTIATED,
    "SCT": State.AGREED,
    HOME_AFFAIRS: State.FROZEN,
    "STP": State.SIGNED,
    "SKHCN25": State.COUNTERSIGNED,
    "SNNMT": State.IN_FORCE,
    "SVHTTDL": State.DECLINED,
    "SNGV": State.WITHDRAWN,
}
AMENDED, NOT_SIGNED, NOT_ATTESTED = "SNNMT", "STC25", "STP"
FILES_ON_TIME, FUNDS_SPENT, LOWERED = "3.01", "6.01", "92"  # codes of templates, and a goal instead of 95
ORDER = (State.DRAFTED, State.OFFERED, State.AGREED, State.FROZEN, State.SIGNED, State.COUNTERSIGNED, State.IN_FORCE)


@dataclass(frozen=True)
class Table:
    """Where both sides sit on the day of the first start."""

    session: Session
    now: Moment
    readers: Readers
    settings: Settings
    programme: Programme
    devices: dict[int, Device] = field(default_factory=dict)  # of each person

    @cached_property
    def asking(self) -> passkeys.Party:
        """Who asks for confirmations."""
        host = "localhost"
        name = f"Sổ cam kết {self.settings.province}"
        return passkeys.party(self.settings.base_url, name) or passkeys.Party(host, f"http://{host}", name)

    @property
    def monitor(self) -> Reader:
        """Who prepares for the People's Committee."""
        return self.readers[(PPC_OFFICE, Office.MONITOR)]

    @property
    def chair(self) -> Reader:
        """Who signs for it."""
        return self.readers[(PPC_OFFICE, Office.CHAIR)]

    @cached_property
    def form(self) -> freezing.Form:
        """As the installation's documents are written, each marked as a sample."""
        return freezing.Form.of(self.settings, sample=True)

    def head(self, body: str) -> Reader:
        """Who answers for a body."""
        return self.readers[(body, Office.HEAD)]

    def officer(self, body: str) -> Reader:
        """Who writes for a body."""
        return self.readers[(body, Office.OFFICER)]

    def target(self, dossier: Dossier, code: str) -> DraftTarget:
        """A drafted target."""
        return next(one for one in moving.targets_of(self.session, dossier.id) if one.code == code)

    def bring_to(self, dossier: Dossier, body: str, state: State) -> None:
        """Walk on, each step by whoever makes it, until it stands there."""
        for step in ORDER[ORDER.index(State(dossier.state)) + 1 : ORDER.index(state) + 1]:
            self._step(dossier, body, step)

    def _step(self, dossier: Dossier, body: str, step: State) -> None:
        session, now, one = self.session, self.now, dossier.id
        if step is State.OFFERED:
            negotiating.offer(session, now, reader=self.monitor, dossier_id=one)
        elif step is State.AGREED:
            negotiating.agree(session, now, reader=self.head(body), dossier_id=one, version=dossier.version)
        elif step is State.FROZEN:
            made = freezing.prepare(session, now, reader=self.monitor, dossier=dossier, form=self.form)
            freezing.freeze(
                session,
                now,
                reader=self.monitor,
                dossier_id=one,
                version=dossier.version,
                made=made,
                folder=self.settings.files_folder,
            )
        elif step is State.SIGNED:
            self._confirm(dossier, self.head(body))
        elif step is State.COUNTERSIGNED:
            self._confirm(dossier, self.chair)
        else:
            concluding.come_into_force(session, now, reader=self.monitor, dossier_id=one)

    def _confirm(self, dossier: Dossier, reader: Reader) -> None:
        """By an electronic confirmation, on a device that the demo pretends."""
        session, now = self.session, self.now
        device = self.devices.get(reader.person_id) or self._device(reader)
        said = signatures.statement(session, now, reader=reader, dossier=dossier)
        options, _challenge = passkeys.to_enter(self.asking, challenge=proof.challenge(said))
        given: dict[str, Any] = {"reader": reader, "dossier_id": dossier.id, "said": said, "asking": self.asking}
        signatures.confirm(session, now, **given, answer=device.sign(options))

    def _device(self, reader: Reader) -> Device:
        """Somebody makes a key; the clerk attests whose it is, and for the most part the monitor too."""
        session, now, asking = self.session, self.now, self.asking
        device = self.devices[reader.person_id] = Device(asking.origin, asking.host)
        said = keys.request(now, session.get_one(Person, reader.person_id).token)
        named: dict[str, Any] = {"handle": said["nonce"], "address": "-", "name": reader.name, "held": ()}
        options, _challenge = passkeys.to_make(asking, **named, challenge=proof.challenge(said), signs_in=False)
        key = keys.enrol(session, now, reader=reader, statement=said, asking=asking, answer=device.make(options))
        keys.attest(session, now, reader=self.readers[(PPC_OFFICE, Office.CLERK)], key_id=key.id)
        if reader is not self.head(NOT_ATTESTED):
            keys.attest(session, now, reader=self.monitor, key_id=key.id)
        return device

    def propose(self, body: str, target: DraftTarget, values: Mapping[str, Any], reason: str) -> int:
        """The body's officer proposes other terms."""
        made = negotiating.propose(
            self.session,
            self.now,
            reader=self.officer(body),
            draft_target_id=target.id,
            version=target.version,
            values=values,
            reason=reason,
        )
        return made.id


def enter(
    session: Session, now: Moment, readers: Readers, before: Programme, calendar: WorkingCalendar, settings: Settings
) -> None:
    """The whole of it, in one unit of work."""
    monitor = readers[(PPC_OFFICE, Office.MONITOR)]
    administrator = readers[(PPC_OFFICE, Office.ADMINISTRATOR)]
    given: dict[str, Any] = {"actor_id": administrator.person_id, "programme": before, "from_on": None}
    ways.choose(session, now, **given, ways=ways.CHOICES)  # the next programme takes them too
    templates.write_typical(session, now, actor_id=monitor.person_id)
    programme, until = _approved(session, now, readers, before, calendar, settings)
    table = Table(session, now, readers, settings, programme)
    ids = {body.code: body.id for body in agencies.listed(session)}
    lines = _lines(table)
    drafted = drafting.draft_many(
        session,
        now,
        reader=monitor,
        programme_id=programme.id,
        bodies={ids[code]: lines for code in STATES},
        expires_on=until,
    )
    for code, state in STATES.items():
        _live(table, code, session.get_one(Dossier, drafted.dossiers[ids[code]]), state)
    _expire(table, ids[NOT_SIGNED], lines)
    _amend(table, AMENDED, session.get_one(Dossier, drafted.dossiers[ids[AMENDED]]))
    _throw_away(table)


def _live(table: Table, body: str, dossier: Dossier, state: State) -> None:
    """What befalls one body's commitment."""
    given: dict[str, Any] = {"session": table.session, "now": table.now, "dossier_id": dossier.id}
    if state in ORDER:
        table.bring_to(dossier, body, state)
        return
    table.bring_to(dossier, body, State.OFFERED)
    if state is State.DECLINED:
        reason = "Nhiệm vụ trùng với đề án đã được giao trong năm; đề nghị giao lại sau khi rà soát."
        negotiating.decline(**given, reader=table.head(body), reason=reason)
    elif state is State.WITHDRAWN:
        reason = "Giao lại sau khi sắp xếp xong tổ chức bộ máy của cơ quan."
        negotiating.withdraw(**given, reader=table.monitor, reason=reason)
    else:
        _negotiate(table, body, dossier)


def _negotiate(table: Table, body: str, dossier: Dossier) -> None:
    """Comments of both sides on one term, a change that was accepted, and one that waits for the PPC's answer."""
    given: dict[str, Any] = {"session": table.session, "now": table.now, "dossier_id": dossier.id}
    kept, spent = table.target(dossier, FILES_ON_TIME), table.target(dossier, FUNDS_SPENT)
    about: dict[str, Any] = {"draft_target_id": kept.id, "term": "goal"}
    first = table.propose(body, spent, {"weight": "2"}, "Chỉ tiêu trọng tâm của ngành, đề nghị tăng trọng số.")
    said = "Năm trước chỉ đạt thấp hơn mức này do còn hồ sơ tồn; xin giảm một chút."
    negotiating.comment(**given, **about, reader=table.officer(body), text=said)
    answer = "Đề nghị nêu rõ số hồ sơ tồn và thời gian xử lý."
    negotiating.comment(**given, **about, reader=table.monitor, text=answer)
    negotiating.accept(table.session, table.now, reader=table.monitor, proposal_id=first)
    why = "Còn nhiều hồ sơ tồn chuyển sang, cần thêm hai quý để xử lý."
    table.propose(body, kept, {"goal": LOWERED}, why)


def _amend(table: Table, body: str, dossier: Dossier) -> None:
    """An amendment in force: a goal is lowered, as the body proposed it."""
    session, now, monitor = table.session, table.now, table.monitor
    if dossier.commitment_id is None:
        raise RuntimeError("what is amended is in force")
    why = "Số hồ sơ tăng sau khi sáp nhập, mức đã cam kết không còn phù hợp."
    given: dict[str, Any] = {"reader": monitor, "commitment_id": dossier.commitment_id, "reason": why}
    amendment = amending.amend(session, now, **given, from_on=dossier.in_force_from)
    table.bring_to(amendment, body, State.OFFERED)
    proposal = table.propose(body, table.target(amendment, FILES_ON_TIME), {"goal": LOWERED}, why)
    negotiating.accept(session, now, reader=monitor, proposal_id=proposal)
    amending.offer(session, now, reader=monitor, dossier_id=amendment.id)
    table.bring_to(amendment, body, State.IN_FORCE)


def _throw_away(table: Table) -> None:
    """The pretended devices are gone, so their keys end: whoever looks around makes one on a device that there is."""
    for person_id in table.devices:
        for key in keys.of_person(table.session, person_id):
            reason = "Khóa của thiết bị mẫu, không còn thiết bị."
            keys.end(table.session, table.now, reader=table.monitor, key_id=key.id, reason=reason)


def _expire(table: Table, body_id: int, lines: list[Line]) -> None:
    """One that was not signed in time: its last day is over."""
    given: dict[str, Any] = {"programme_id": table.programme.id, "agency_id": body_id, "lines": lines}
    before = table.now.on - timedelta(days=1)
    drafting.draft(table.session, table.now, reader=table.monitor, **given, expires_on=before)
    concluding.expire(table.session, table.now)


def _lines(table: Table) -> list[Line]:
    """One target of each domain, of those templates that leave nothing open."""
    programme = table.programme
    periods = moving.periods_of(table.session, programme.id)
    found: dict[int, Line] = {}
    for template, version in templates.in_use(table.session):
        line = from_templates.line(template, version, programme.starts_on, programme.ends_on, periods)
        if version.domain not in found and not faults(line.terms, periods, complete=True):
            found[version.domain] = line
    return list(found.values())


def _approved(
    session: Session, now: Moment, readers: Readers, before: Programme, calendar: WorkingCalendar, settings: Settings
) -> tuple[Programme, date]:
    """Next year's programme, prepared from the one that runs and approved by the chair; and the last day to sign."""
    monitor, chair = readers[(PPC_OFFICE, Office.MONITOR)], readers[(PPC_OFFICE, Office.CHAIR)]
    by: dict[str, Any] = {"session": session, "now": now, "actor_id": monitor.person_id}
    codes = [body.code for body in bodies.of_today()]
    ids = {one.code: one.id for one in agencies.listed(session) if one.code in codes}
    year = preparing.year_of(before, None) + 1
    head = preparing.proposed(before, None, year, calendar)
    until = calendar.roll(head["starts_on"] + DAYS_TO_SIGN)
    slogan = {
        "vi": "Kỷ cương, trách nhiệm, phục vụ người dân và doanh nghiệp",
        "en": "Discipline, responsibility, service to people and business",
    }
    head |= {"slogan": slogan, "unsigned_until": until, "responsible_id": ids[PPC_OFFICE]}
    plan = preparing.begin_from(**by, values=head, before=before, agencies=list(ids.values()), calendar=calendar)
    basis = {
        "basis": [f"Căn cứ Kế hoạch cải cách hành chính năm {year} của Ủy ban nhân dân tỉnh (mẫu)."],
        "basis_number": f"01/KH-UBND ({year}, mẫu)",
        "basis_on": now.on,
        "basis_issuer": f"UBND tỉnh {settings.province}",
    }
    plan = preparing.change(**by, **_seen(plan), values=basis)
    lines = ("SỐ LIỆU MẪU / SAMPLE", f"Kế hoạch năm {year}", f"Plan of {year}")
    file = store.store(BytesIO(pdf.small_pdf(lines)), BASIS_FILE, settings.files_folder, MOST_BYTES)
    plan = preparing.attach_basis(**by, **_seen(plan), file=file)
    plan = preparing.hand_over(**by, **_seen(plan))
    by["actor_id"] = chair.person_id
    return preparing.approve(**by, **_seen(plan), for_id=None), until


def _seen(plan: ProgrammePlan) -> dict[str, Any]:
    return {"token": plan.token, "version": plan.version}
