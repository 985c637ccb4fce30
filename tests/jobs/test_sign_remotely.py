"""sign_remotely: a provider signs by the confirmation on a phone, slow or quick; what it refuses or does wrong signs
nothing, each with its sentence; killed between its steps the job goes on, and one signature comes of it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner
from jobs import sign_remotely as job
from jobs.timetable import entry
from tests.factories import errand, lives, signing_room
from tests.factories.lives import Table
from tests.factories.signing_room import authority, holder
from tests.support import pdfa
from tests.support.csc_server import ACCOUNT, CLIENT, SECRET, Phone, served
from tests.support.forked import forked, status_of
from tests.support.pki import Holder
from tests.support.product import Scene
from tests.support.signing_in import sign_in, token
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent
from tracker.commitments.dossiers import Dossier
from tracker.commitments.life import concluding, turn_mails
from tracker.core import clock
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError
from tracker.core.extensions import settings_of
from tracker.core.job_run import JobRun, Remark, RemarkCode
from tracker.mail.models import OutboxMail
from tracker.settings import Secret
from tracker.signing.confirmations import signed
from tracker.signing.elsewhere import csc, remote
from tracker.signing.elsewhere.csc import Wrong
from tracker.signing.models import MadeDocument, RemoteSigning, Signature
from tracker.signing.originals import whole
from tracker.signing.outside import signed_files
from tracker.signing.outside.fault_words import SENTENCES
from tracker.signing.outside.faults import Fault


class Room:
    """A frozen commitment, its signers with a provider."""

    def __init__(self, app: Flask, session: Session, table: Table) -> None:
        self.app, self.session, self.table, self.minute = app, session, table, 0
        self.authority = authority(table.now.at)
        self.phone = Phone(self.holder(Office.HEAD))
        signing_room.trust(settings_of(app).instance, self.authority)

    def holder(self, office: Office) -> Holder:
        return holder(self.authority.at, self.table.reader(office).name)

    def set_to(self, address: str) -> None:
        told: dict[str, Any] = {
            "csc_name": "Nhà cung cấp mẫu",
            "csc_client_id": CLIENT,
            "csc_client_secret": Secret(SECRET),
        }
        self.app.extensions["settings"] = replace(settings_of(self.app), csc_url=address, **told)

    def fresh(self) -> Session:
        self.session.rollback()
        self.session.expire_all()
        return self.session

    @property
    def made(self) -> MadeDocument:
        return self.fresh().scalars(sa.select(MadeDocument)).one()

    @property
    def row(self) -> RemoteSigning:
        return self.fresh().scalars(sa.select(RemoteSigning).order_by(RemoteSigning.id.desc()).limit(1)).one()

    @property
    def dossier(self) -> Dossier:
        return self.fresh().scalars(sa.select(Dossier)).one()

    def ask(self, office: Office = Office.HEAD, account: str = ACCOUNT) -> str:
        given: dict[str, Any] = {"reader": self.table.reader(office), "document_id": self.made.id, "account": account}
        with unit_of_work() as session:
            return remote.ask(session, clock.moment(), settings=settings_of(self.app), **given).token

    def run(self) -> str | None:
        line = entry("sign_remotely")
        assert line is not None
        self.minute += 1
        return runner.run(self.app, line, clock.now() + timedelta(minutes=self.minute))

    def remark(self) -> object:
        return self.fresh().scalars(sa.select(JobRun.detail).order_by(JobRun.id.desc()).limit(1)).one()

    def signatures(self) -> list[Signature]:
        return list(self.fresh().scalars(sa.select(Signature).order_by(Signature.id)))


@pytest.fixture
def room(
    app: Flask,
    session: Session,
    scene: Scene,
    at: Callable[[date | str], clock.Moment],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Room]:
    monkeypatch.setattr(job, "BREATH", 0.02)
    monkeypatch.setattr(job, "PAUSE", 0.02)
    now = at(lives.BEGUN_ON)
    scene(signing_room.frozen, settings_of(app))
    found = Room(app, session, Table(session, errand.found(session), at, now))
    with served(found.phone) as address:
        found.set_to(f"{address}/v2")
        yield found


def version(room: Room, name: str) -> None:
    room.set_to(f"{settings_of(room.app).csc_url.rpartition('/')[0]}/{name}")


@pytest.mark.parametrize("spoken", ["v1", "v2"])
def test_both_sides_sign_by_their_phones(room: Room, spoken: str) -> None:
    version(room, spoken)
    room.phone.pending = 2
    for office, side in ((Office.HEAD, "body"), (Office.CHAIR, "ppc")):
        room.phone.holder = room.holder(office)
        room.ask(office)
        assert room.run() == "done"
        assert (room.row.outcome, room.row.side, room.row.reason) == (remote.SIGNED, side, None)
        assert (room.row.account, room.row.prepared, room.row.value) == (None, None, None), "nothing is kept of it"
    assert room.remark() == Remark(RemarkCode.REMOTE_SIGNATURES, {"signed": 1, "refused": 0})
    assert room.dossier.state == "countersigned"
    assert [(one.side, one.way) for one in room.signatures()] == [("body", "pades"), ("ppc", "pades")]
    mails = room.session.scalars(sa.select(OutboxMail.person_id).where(OutboxMail.kind == turn_mails.KIND)).all()
    assert room.table.chair.person_id in mails, "the chair is told that the head has signed"
    told = signed.of_document(room.session, room.made)
    assert [one.person for one in told] == [room.table.head.name, room.table.chair.name]
    latest = max(whole_files(room), key=len)
    assert list(pdfa.faults(latest)) == []
    number = room.session.scalars(sa.select(Dossier.number)).one()
    assert room.phone.said == [f"Ký {number} ({room.made.content_sha256[:8]})"] * 2


def whole_files(room: Room) -> list[bytes]:
    return [
        whole(settings_of(room.app).files_folder, one.sha256)
        for one in signed_files.of_document(room.session, room.made.id)
    ]


CASES: dict[str, tuple[dict[str, Any], Any]] = {
    "refuses": ({"refuses": True}, remote.REASONS[Wrong.REFUSED]),
    "times out there": ({"times_out": True}, remote.EXPIRED),
    "answers twice at once": ({"twice": True}, remote.REASONS[Wrong.NOT_UNDERSTOOD]),
    "signs something else": ({"broken": True}, SENTENCES[Fault.BROKEN]),
    "asks for a PIN": ({"mode": "explicit"}, remote.REASONS[Wrong.ASKS_FOR_A_CODE]),
    "is blocked": ({"status": "disabled"}, remote.REASONS[Wrong.NO_CREDENTIAL]),
}


@pytest.mark.one_database
@pytest.mark.parametrize("plain", [False, True], ids=["der", "plain"])
def test_a_key_of_ecdsa_signs_and_the_file_stays_pdf_a(room: Room, plain: bool) -> None:
    name, key = room.table.head.name, ec.generate_private_key(ec.SECP256R1())
    room.phone.holder, room.phone.plain = room.authority.holder(name, key=key), plain
    room.ask()
    room.run()
    assert room.remark() == Remark(RemarkCode.REMOTE_SIGNATURES, {"signed": 1, "refused": 0})
    last = signed_files.latest(room.fresh(), room.made)
    assert list(pdfa.faults(whole(settings_of(room.app).files_folder, last.sha256))) == []


def test_what_is_refused_signs_nothing_and_says_why(room: Room) -> None:
    for name, (behaviour, reason) in CASES.items():
        for key, value in behaviour.items():
            setattr(room.phone, key, value)
        room.ask()
        assert room.run() == "done", name
        assert told(room) == str_vi(room, reason), name
        for key in behaviour:
            setattr(room.phone, key, getattr(Phone(room.phone.holder), key))
    room.phone.holder = room.holder(Office.CHAIR)
    rung = len(room.phone.said)
    room.ask()
    room.run()
    assert told(room) == str_vi(room, SENTENCES[Fault.ANOTHER_SIGNER])
    assert len(room.phone.said) == rung, "nobody's phone rings for another's signature"
    room.ask(account="ai-đó")
    room.run()
    assert told(room) == str_vi(room, remote.REASONS[Wrong.NO_ACCOUNT])
    assert room.remark() == Remark(RemarkCode.REMOTE_SIGNATURES, {"signed": 0, "refused": 1})
    assert room.dossier.state == "frozen"
    assert room.signatures() == []


def told(room: Room) -> str:
    row = room.row
    assert row.outcome == remote.REFUSED
    return str((row.reason or {})["vi"])


def str_vi(room: Room, text: Any) -> str:
    with room.app.test_request_context(headers={"Accept-Language": "vi"}):
        return str(text)


def test_another_certificate_than_was_told_is_caught_by_the_check(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider is not believed: what comes back is looked at as an upload is."""
    monkeypatch.setattr("tracker.signing.outside.certificates.named", lambda *_given: True)
    room.phone.holder = room.holder(Office.CHAIR)
    room.ask()
    room.run()
    assert told(room) == str_vi(room, SENTENCES[Fault.ANOTHER_SIGNER])
    assert room.signatures() == []


def test_killed_between_its_steps_one_signature_comes_of_it(room: Room) -> None:
    room.ask()
    for verb in ("note_prepared", "note_sent", "note_handle", "note_value", "take_in"):
        for after_commit in (False, True):
            child = forked(room.app, lambda at=(verb, after_commit): killed(room, *at), out=1, err=2)  # type: ignore[misc]
            assert status_of(child) == -signal.SIGKILL, verb
    assert room.row.outcome == remote.SIGNED, "the last kill came after the commit"
    assert room.run() == "done"
    assert len(room.signatures()) == 1
    assert room.phone.asked.count("signatures/signHash") == 2, "it signed again what nobody had noted"
    events = sa.select(sa.func.count()).where(AuditEvent.event == "signature.kept")
    assert room.session.scalar(events) == 1


def killed(room: Room, verb: str, after_commit: bool) -> None:
    """A scheduler that is killed by that step, before its commit or behind it."""
    real, commit, reached = getattr(remote, verb), Session.commit, []

    def dying(*given: Any, **named: Any) -> Any:
        found = real(*given, **named)
        if not after_commit:
            os.kill(os.getpid(), signal.SIGKILL)
        reached.append(verb)
        return found

    def committed(session: Session) -> None:
        commit(session)
        if reached:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(remote, verb, dying)
    Session.commit = committed  # type: ignore[method-assign, assignment]
    room.minute = 100 + 10 * len(verb) + after_commit
    room.run()


@pytest.mark.one_database
def test_a_provider_that_is_away_is_asked_until_it_is_too_late(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    address = settings_of(room.app).csc_url
    room.set_to("http://127.0.0.1:9/csc/v2")
    real, seen = remote.note_away, []

    def away(session: Session, now: clock.Moment, **given: Any) -> None:
        real(session, now, **given)
        seen.append(now)
        if len(seen) % 3 == 0:
            session.execute(sa.update(RemoteSigning).values(expires_at=now.at))

    monkeypatch.setattr(remote, "note_away", away)
    room.ask()
    room.run()
    assert told(room) == str_vi(room, remote.REASONS[Wrong.AWAY])
    assert len(seen) == 3
    room.set_to(address)
    room.phone.silent = True
    room.ask()
    room.run()
    assert told(room) == str_vi(room, remote.REASONS[Wrong.AWAY])


@pytest.mark.one_database
def test_a_document_that_is_replaced_ends_it_at_once(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the phone is asked the document is opened again: the page says so, and the answer signs nothing."""
    room.phone.pending = 10_000
    name, monitor = room.ask(), room.table.monitor
    real, seen = remote.note_handle, []

    def reopened(session: Session, now: clock.Moment, **given: Any) -> None:
        real(session, now, **given)
        dossier = session.scalars(sa.select(Dossier)).one()
        concluding.reopen(session, now, reader=monitor, dossier_id=dossier.id, reason="Sửa lại một chỉ tiêu")
        seen.append(name)

    monkeypatch.setattr(remote, "note_handle", reopened)
    assert room.run() == "done"
    assert seen
    assert told(room) == str_vi(room, remote.REPLACED)
    assert room.signatures() == []
    with pytest.raises(DomainError):
        room.ask()


@pytest.mark.one_database
def test_the_page_waits_without_a_script_and_is_found_again(room: Room) -> None:
    client, made = room.app.test_client(), room.made
    sign_in(room.app, client, room.table.head.person_id)
    ask = f"/documents/{made.address}/remote"
    empty = client.post(ask, data={"csrf_token": token(client), "account": " "})
    assert empty.status_code == 400
    sent = client.post(ask, data={"csrf_token": token(client), "account": ACCOUNT})
    assert sent.status_code == 303
    page = client.get(sent.location).get_data(as_text=True)
    assert 'http-equiv="refresh"' in page
    assert "hx-get" in page
    assert client.get(ask).location == sent.location, "whoever comes back is led there"
    other = room.app.test_client()
    sign_in(room.app, other, room.table.chair.person_id)
    assert other.get(sent.location).status_code == 404
    stopped = client.post(f"{sent.location}/stop", data={"csrf_token": token(client)})
    assert stopped.status_code == 303
    assert 'http-equiv="refresh"' not in client.get(sent.location).get_data(as_text=True)
    assert room.run() == "done"
    assert room.phone.asked == [], "what was stopped is asked of nobody"
    client.post(ask, data={"csrf_token": token(client), "account": ACCOUNT})
    room.run()
    assert room.row.outcome == remote.SIGNED
    assert "Chữ ký hợp lệ" in client.get(f"{ask}/{room.row.token}").get_data(as_text=True)


def test_its_secret_is_not_told(room: Room, capfd: pytest.CaptureFixture[str]) -> None:
    told = replace(settings_of(room.app), csc_client_secret=Secret("một-bí-mật-khác"))
    provider = csc.Provider.of(told)
    assert provider is not None
    with pytest.raises(csc.Fault) as caught:
        provider.credential(ACCOUNT)
    assert caught.value.wrong is Wrong.NOT_ADMITTED
    assert "một-bí-mật-khác" not in f"{provider!r} {caught.value!r} {told!r} {capfd.readouterr()}"
