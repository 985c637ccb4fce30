"""Two bodies of the small province with one of everything that an address can name, and somebody in each office of the
first. Whatever the second has carries a mark, and every text of both begins as a formula would."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.orm import Session

from tests.factories import conclusions, errand, letters, lives, rankings, signs
from tests.factories import documents as official
from tests.integration.permissions.names import OTHER, OWN, Names
from tests.support.free_hand import free_hand
from tests.support.signing_in import PASSWORD
from tracker.accounts import keys, service
from tracker.accounts.factors import totp
from tracker.accounts.models import Account, AccountLink, AccountSession, Passkey
from tracker.accounts.sessions import service as sessions
from tracker.accounts.sessions.devices import Device
from tracker.agencies.models import Agency, OfficeHolding, StandIn
from tracker.agencies.offices import Office
from tracker.approvals.models import Approval
from tracker.audit.models import AuditEvent
from tracker.channels.models import CalendarFeed, PushSubscription
from tracker.commitments.life import drafting, moving, negotiating
from tracker.commitments.life.drafting import Line
from tracker.commitments.models import Target
from tracker.commitments.terms.terms import parse
from tracker.compliance.recalculations.models import Recalculation
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload, store
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.programmes import preparing, templates
from tracker.progress import attaching, queries
from tracker.progress import service as progress
from tracker.progress.appraising import reasons
from tracker.progress.appraising.models import QuestionLine
from tracker.progress.corrections.models import Correction
from tracker.progress.models import ReportReceipt
from tracker.progress.queries import ReportSlot
from tracker.progress.requests import service as requests
from tracker.progress.threads import comments
from tracker.signing.codes import PageCode
from tracker.signing.documents import documents, register
from tracker.signing.documents.rendering import render
from tracker.signing.models import FreezeRun, ScanReading, SigningKey
from tracker.signing.paper import paper

BODIES: Mapping[str, str] = {OWN: "SXD", OTHER: "SYT"}
MARK = "dấu-kín-SYT"  # stands in everything of the other body that is for nobody else
INSIDE = "điều-nói-trong-cơ-quan"  # stands in what is said inside a body, and nowhere else
FORMULA = '=HYPERLINK("http://evil.example")'
NOBODY, NO_OFFICE = "nobody", "no office"
ROLES = (NO_OFFICE, *(str(office) for office in Office))
NOW = datetime(2021, 6, 16, 9, 0, tzinfo=clock.VIETNAM)
PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass
class Town:
    """Ids of persons by role (all in the first body), and what each side has in addresses."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    sides: dict[str, Names] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)


def build(app: Flask) -> Town:
    """The town, committed, as of NOW (the clock must stand there)."""
    now, town = clock.moment(), Town(app)
    with app.app_context(), unit_of_work(now) as session:
        made = errand.province(session)
        town.bodies = {side: made.bodies[code].id for side, code in BODIES.items()}
        with free_hand(session.connection()):
            made.programme.title = {"vi": "@SUM(1) Cải cách hành chính", "en": "@SUM(1) Administrative reform"}
            session.flush()
        town.people = {role: _person(session, made, role, number) for number, role in enumerate(ROLES)}
        town.people[Office.HEAD] = made.people[("SXD", Office.HEAD)].id
        app_secret = totp.new(settings_of(app).secret_key.get_secret_value())
        of_person: dict[tuple[str, str], str] = {}
        for role, person_id in town.people.items():
            of_person |= _own_things(session, now, role, person_id, app_secret)
        stranger = _person(session, made, None, 90)
        of_stranger = _own_things(session, now, OTHER, stranger, app_secret)
        theirs = {(kind, role): name for (kind, _of), name in of_stranger.items() for role in (NOBODY, *ROLES)}
        for side, code in BODIES.items():
            names = _commitment(session, now, made, side, code)  # before the body has targets by another road
            names |= _figures(session, now, made, side, code) | _accounts(session, now, made, side, code)
            names |= _document(session, now, made, code, town.people[Office.CLERK])
            names |= _plans(session, now, made, side)
            names |= letters.sent(session, now, made, code, partial(text_of, side))
            names |= signs.asked(session, now, made, code, partial(text_of, side))
            names |= conclusions.of_body(session, now, made, code, text_of(side, "Báo cáo lại"))
            names |= rankings.shown(session, now, made, code, partial(text_of, side))
            town.sides[side] = Names(names, {**theirs, **of_person} if side == OWN else theirs)
    return town


def text_of(side: str, what: str) -> str:
    """A text that somebody of a body wrote."""
    return f"{FORMULA} {what}" + (f" {MARK}" if side == OTHER else "")


def _person(session: Session, made: errand.Province, role: str | None, number: int, body: str = "SXD") -> int:
    """Somebody with an account; in an office of the first body, where the role is one."""
    name, email = f"+{role or number}", f"p{number}@example.org"
    person = Person(token=f"somebody-{number}", name=name, email=email, language="vi")
    session.add(person)
    session.flush()
    if role in {str(office) for office in Office} - {Office.HEAD}:
        agency_id = made.bodies[body].id
        session.add(OfficeHolding(person_id=person.id, agency_id=agency_id, office=str(role), from_on=date(2020, 1, 1)))
    session.flush()
    found: int = person.id
    return found


def _own_things(
    session: Session, now: clock.Moment, role: str, person_id: int, app_secret: str
) -> dict[tuple[str, str], str]:
    """An account with an authenticator app, a passkey, another device's session and a browser that is told."""
    account = _account(session, now, person_id)
    account.totp = app_secret
    session.add(
        Passkey(
            token=f"passkey-{person_id}",
            account_id=account.id,
            credential=f"credential{person_id:02}",
            public_key="x",
            sign_count=0,
            name=FORMULA,
            made_at=now.at,
        )
    )
    given = {
        "endpoint": f"https://push.example/{person_id}",
        "digest": str(person_id),
        "public_key": "x",
        "secret": "x",
    }
    browser = {"token": f"browser-{person_id}", "browser": FORMULA, "system": "", "made_at": now.at}
    session.add(PushSubscription(person_id=person_id, **given, **browser))
    bodies = session.scalars(sa.select(Agency.id).order_by(Agency.id).limit(2))
    for agency_id, name in zip(bodies, (f"calendar-of-{person_id}", f"calendar-{person_id}"), strict=True):
        feed = CalendarFeed(person_id=person_id, agency_id=agency_id, token=name, made_at=now.at)
        feed.digest = hashlib.sha256(name.encode()).hexdigest()
        session.add(feed)
    sessions.begin(session, now, account, means="password", device=Device("Firefox", "Linux"))
    token = session.query(AccountSession.token).filter_by(account_id=account.id).scalar()
    own = {"passkey": f"passkey-{person_id}", "browser": f"browser-{person_id}", "session": str(token)}
    own |= {"calendar": f"calendar-{person_id}", "secret of a calendar": f"calendar-of-{person_id}"}
    return {(kind, role): name for kind, name in own.items()}


def _account(session: Session, now: clock.Moment, person_id: int, password: str | None = None) -> Account:
    return service.register(session, now, session.get_one(Person, person_id), password)


def _figures(session: Session, now: clock.Moment, made: errand.Province, side: str, code: str) -> dict[str, str]:
    """A report that was sent and a draft, each with a file; what they are called in addresses."""
    title = {"vi": text_of(side, "Chỉ tiêu"), "en": text_of(side, "Target")}
    sent = errand.target(session, made, code, "T01", title=title)
    drafted = errand.target(session, made, code, "T02", title=title)
    officer, head = (_reader(session, now, made, code, office) for office in (Office.OFFICER, Office.HEAD))
    evidence = {}
    for target in (sent, drafted):
        slot = queries.find_slot(session, errand.EVERYWHERE, target.token, "2021-H1")
        assert slot is not None
        evidence[target.token] = _draft(session, now, slot, officer, side)
    slot = queries.find_slot(session, errand.EVERYWHERE, sent.token, "2021-H1")
    assert slot is not None
    draft = queries.draft_of(session, slot)
    assert draft is not None
    report = progress.send(session, now, reader=head, slot=slot, version=draft.version)
    revision_id = queries.last_revision(session, report.id).id
    correction = Correction(
        token=f"correction-{side}",
        revision_id=revision_id,
        target_id=sent.id,
        agency_id=sent.agency_id,
        reason=text_of(side, "Sai số"),
        asked_on=now.on,
        asked_at=now.at,
    )
    session.add(correction)
    for target in (sent, drafted):
        about = queries.find_slot(session, errand.EVERYWHERE, target.token, "2021-H1")
        assert about is not None
        comments.say(session, now, reader=officer, slot=about, text=text_of(side, INSIDE))
    receipt = session.scalars(sa.select(ReportReceipt.code).order_by(ReportReceipt.id.desc()).limit(1)).one()
    last = queries.last_revision(session, report.id)
    said = {"revision_id": last.id, "seq": 1, "side": "appraiser", "text": text_of(side, "Câu hỏi"), "said_at": now.at}
    session.add(QuestionLine(report_id=report.id, said_by_id=made.people[("VP", Office.APPRAISER)].id, **said))
    _drafted, of_request = _request(session, now, sent, head, side)
    asked, _file = _request(session, now, drafted, head, side)
    typed = {"kind": "extension", "due_on": "10/1/2022", "reason": text_of(side, "Lý do")}
    of_target = queries.find_slot(session, errand.EVERYWHERE, drafted.token, None)
    assert of_target is not None
    assert requests.keep_and_ask(session, now, reader=head, slot=of_target, typed=typed, version=1) == {}
    return {
        "agency": code,
        "target": sent.token,
        "target with a draft": drafted.token,
        "period": "2021-H1",
        "report": report.token,
        "receipt": receipt,
        "correction": correction.token,
        "target request": asked,
        "evidence of the request": of_request,
        "evidence": evidence[sent.token],
        "evidence of the draft": evidence[drafted.token],
        "file of ours": "css/app.scss",
        "record": str(session.query(sa.func.max(AuditEvent.id)).scalar()),
    }


def _plans(session: Session, now: clock.Moment, made: errand.Province, side: str) -> dict[str, str]:
    """A programme in preparation, with a file that is not there, and a template. They are of no body."""
    actor_id = made.people[("VP", Office.ADMINISTRATOR)].id
    title, programme = {"vi": FORMULA}, made.programme
    head = {"title": title, "slogan": title, "responsible_id": None, "unsigned_until": None, "year": 2022}
    days = {"starts_on": date(2022, 1, 1), "ends_on": date(2022, 12, 31), "calendar_id": programme.calendar_id}
    plan = preparing.begin(session, now, actor_id=actor_id, values={**head, **days, "code": f"P-{side}"})
    terms = {"title": title, "domain": 1, "shape": "deliverable", "unit": "%", "weight": Decimal(1)}
    values = {**terms, "frequency": "quarterly"}
    template = templates.write(session, now, actor_id=actor_id, code=f"9.{side}", values=values)
    whose = {"asked_by_id": actor_id, "office": Office.ADMINISTRATOR, "asked_at": now.at, "finished_at": now.at}
    run = FreezeRun(token=f"freeze-{side}", programme_id=programme.id, **whose)
    session.add(run)
    text = {"vi": FORMULA, "en": FORMULA}
    usual = {"usual reason": reasons.write(session, now, actor_id=actor_id, text=text).token}
    names = usual | {"plan": plan.token, "template": template.token, "run of documents": run.token}
    return names | {"programme": programme.code, "frequency": "quarterly"}


def _reader(session: Session, now: clock.Moment, made: errand.Province, code: str, office: Office) -> Reader:
    person = made.people[(code, office)]
    return reader_of(session, now.on, person_id=person.id, account_id=person.id, name=person.name, language="vi")


def _draft(session: Session, now: clock.Moment, slot: ReportSlot, officer: Reader, side: str) -> str:
    """A draft with a narrative and a file; the file's token."""
    typed = {"value": "120", "narrative": text_of(side, "Thuyết minh")}
    progress.keep_draft(session, now, reader=officer, slot=slot, typed=typed, language="vi", version=0)
    folder = settings_of(current_app).files_folder
    content = PDF + slot.target.token.encode()
    stored = store(io.BytesIO(content), f"{text_of(side, 'tệp')}.pdf", folder, 10_000)
    return str(attaching.attach(session, now, reader=officer, slot=slot, file=stored).token)


def _document(session: Session, now: clock.Moment, made: errand.Province, code: str, clerk: int) -> dict[str, str]:
    """A document of the body, a page of it, and a scan of it that the clerk uploaded."""
    agency_id = made.bodies[code].id
    number = register.draw(session, now, symbol=f"CK-{code}", year=2021, agency_id=agency_id, person_id=None)
    content = official.commitment(1, number=number.text, date="2021-02-04")
    kept = documents.keep(
        session,
        now,
        document=content,
        rendered=render(content, official.BASE_URL),
        number=number,
        agency_id=agency_id,
        person_id=None,
        folder=settings_of(current_app).files_folder,
    )
    asked: dict[str, Any] = {"person_id": clerk, "account_id": clerk, "name": "clerk", "language": "vi"}
    reader = reader_of(session, now.on, **asked)
    codes = [PageCode(official.BASE_URL, kept.address, page, kept.pages) for page in range(1, kept.pages + 1)]
    file, folder = StoredUpload(kept.pdf_sha256, kept.pdf_size, "application/pdf", "scan.pdf"), _folder()
    received = paper.receive(session, now, reader=reader, file=file, codes=codes, folder=folder)
    waiting = {"sha256": kept.content_sha256, "size": 1, "pages": 1, "read": []}
    reading = ScanReading(token=f"reading-{code}", asked_by_id=clerk, asked_at=now.at, **waiting)
    session.add(reading)
    scans = {"paper file": received.file.token, "paper": received.papers[0].token, "reading": reading.token}
    scans["remote signing"] = f"remote-{code}"  # whoever asked for one sees it, and nobody else
    return {"document": kept.address, "page": "1", "place of a page": "1-1", **scans}


def _folder() -> Path:
    return settings_of(current_app).files_folder


def _request(session: Session, now: clock.Moment, target: Target, head: Reader, side: str) -> tuple[str, str]:
    """The draft of a request about a target, with a file; the tokens of both."""
    slot = queries.find_slot(session, errand.EVERYWHERE, target.token, None)
    assert slot is not None
    typed = {"kind": "extension", "due_on": "10/1/2022", "reason": text_of(side, "Lý do")}
    draft = requests.keep_draft(session, now, reader=head, slot=slot, typed=typed, version=0)
    content = PDF + target.token.encode() + b"request"
    stored = store(io.BytesIO(content), f"{text_of(side, 'tệp')}.pdf", settings_of(current_app).files_folder, 10_000)
    file = requests.attach(session, now, reader=head, slot=slot, file=stored)
    return draft.token, file.token


def _commitment(session: Session, now: clock.Moment, made: errand.Province, side: str, code: str) -> dict[str, str]:
    """A commitment on its way that was offered, with a proposal of the body and a comment."""
    monitor = _reader(session, now, made, "VP", Office.MONITOR)
    officer = _reader(session, now, made, code, Office.OFFICER)
    title = {"vi": text_of(side, "Chỉ tiêu"), "en": text_of(side, "Target")}
    line = Line(parse({**lives.REACH, "title": title}))
    given: dict[str, Any] = {"programme_id": made.programme.id, "agency_id": made.bodies[code].id}
    dossier = drafting.draft(session, now, reader=monitor, **given, lines=[line])
    negotiating.offer(session, now, reader=monitor, dossier_id=dossier.id)
    (target,) = moving.targets_of(session, dossier.id)
    proposal = negotiating.propose(
        session,
        now,
        reader=officer,
        draft_target_id=target.id,
        version=target.version,
        values={"goal": "200"},
        reason=text_of(side, "Lý do"),
    )
    negotiating.comment(session, now, reader=officer, dossier_id=dossier.id, text=text_of(side, "Ý kiến"))
    names = {"commitment on its way": dossier.token, "drafted target": target.token, "proposal": proposal.token}
    return names | {"press": "withdraw"}


def _accounts(session: Session, now: clock.Moment, made: errand.Province, side: str, code: str) -> dict[str, str]:
    """Persons with accounts, an invitation, a link, something that takes two administrators, and a recalculation."""
    officer = made.people[(code, Office.OFFICER)]
    account = _account(session, now, officer.id, PASSWORD)
    account.totp = "kept"
    number = 91 if side == OWN else 92
    invited = _person(session, made, None, number)
    link = AccountLink(
        kind="invitation",
        digest=keys.digest(f"link-{side}"),
        account_id=_account(session, now, invited).id,
        made_at=now.at,
        expires_at=now.at + timedelta(days=1),
    )
    asked_by = made.people[("VP", Office.ADMINISTRATOR)].id
    say = Approval(
        token=f"request-{side}",
        kind="factors.remove",
        about_id=officer.id,
        detail={"account_id": account.id},
        reason=FORMULA,
        asked_by_id=asked_by,
        asked_at=now.at,
        expires_at=now.at + timedelta(days=1),
        open_key=f"open-{side}",
    )
    recalculation = Recalculation(
        token=f"recalculation-{side}",
        kind="known_on",
        programme_id=made.programme.id,
        parameters={"on": "2021-06-15", "known_on": "2021-06-15"},
        asked_by_id=asked_by,
        asked_at=now.at,
        state="asked",
    )
    head = made.people[(code, Office.HEAD)]
    holding = session.query(OfficeHolding).filter_by(person_id=head.id, office="head").one()
    days = {"from_on": date(2020, 2, 3), "to_on": date(2020, 2, 7)}
    stand_in = StandIn(holding_id=holding.id, person_id=officer.id, paper=FORMULA, **days)
    key = SigningKey(
        token=f"key-{side}",
        person_id=head.id,
        credential=f"credential-{side}",
        public_key="AA",
        fingerprint="5" * 64,
        enrolment="{}",
        made_at=now.at,
    )
    session.add_all([link, say, recalculation, stand_in, key])
    session.flush()
    return {
        "person": officer.token,
        "invited person": f"somebody-{number}",
        "link": f"link-{side}",
        "request": say.token,
        "recalculation": recalculation.token,
        "holding": holding.token,
        "signing key": key.token,
        "stand-in": stand_in.token,
    }
