"""Erasing a person or a file: nothing of a name is left anywhere, everything else stays, and a restore brings
nothing back."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from jobs import runner, timetable
from tests.factories import errand
from tests.support.shell import environment_of
from tests.support.signing_in import account_of
from tracker import cli
from tracker.accounts.models import Account, AccountLink, AccountSession, Passkey, RecoveryCode, ResetWish
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.audit.models import AuditEvent, Erasure
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.errors import DomainError, FieldError, NotFound
from tracker.core.extensions import settings_of
from tracker.core.files.store import StoredUpload, path_of, store
from tracker.mail import service as mail
from tracker.mail.models import OutboxMail
from tracker.people import service as people
from tracker.people.models import Person
from tracker.permissions.queries import reader_of
from tracker.privacy import ledger, queries, service, whole
from tracker.privacy.whole import Decision
from tracker.progress import attaching
from tracker.progress import queries as progress
from tracker.progress import service as drafts
from tracker.progress.models import Evidence

NAME, ADDRESS = "Người Sắp Xóa", "sap.xoa@example.vn"
WHY = "Quyết định 12/QĐ, theo yêu cầu của người có dữ liệu"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """The instance folder, without a ledger of another test's."""
    instance = settings_of(app).instance
    (instance / ledger.NAME).unlink(missing_ok=True)
    yield instance
    (instance / ledger.NAME).unlink(missing_ok=True)


@pytest.fixture
def made(app: Flask, session: Session, at: Callable[[str], clock.Moment], folder: Path) -> errand.Province:
    """The small province, and one person more who held an office once, has an account and was written to."""
    now = at("2021-06-16")
    with unit_of_work(now):
        made = errand.province(session)
        errand.target(session, made)
        person = people.register(session, now, actor_id=None, name=NAME, email=ADDRESS, language="vi")
        holding = OfficeHolding(
            person_id=person.id,
            agency_id=made.bodies["SXD"].id,
            office=Office.OFFICER,
            from_on=now.on.replace(year=2020),
            to_on=now.on.replace(day=1),
        )
        session.add(holding)
        content = mail.Content("Nhắc báo cáo", f"Kính gửi: {NAME}", f"<p>{NAME}</p>")
        for number in range(2):
            mail.queue(
                session,
                now,
                mail.Letter(
                    key=f"k{number}",
                    kind="digest",
                    person_id=person.id,
                    language="vi",
                    content=content,
                    host="localhost",
                ),
            )
    account_of(app, person.id)
    session.rollback()  # a transaction that begins as reader could not write
    return made


def the_person() -> Person:
    session = database.session()
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(Person).where(Person.token != "").order_by(Person.id.desc()).limit(1)).one()


def erase_the_person(app: Flask, reason: str = WHY, by: str = "person5@example.vn") -> list[str]:
    return list(whole.person(settings_of(app), ADDRESS, Decision(by, reason)))


def everywhere(session: Session, word: str) -> list[str]:
    session.rollback()
    return [line.where for line in queries.texts_with(session, word)]


def test_a_preview_changes_nothing_and_says_what_would_happen(app: Flask, session: Session, made: object) -> None:
    lines = list(whole.person(settings_of(app), ADDRESS, None))
    told = {tuple(line.split()[-2:]) for line in lines}
    for expected in (("account", "1"), ("outbox_mail", "2"), ("office_holding.person_id", "1"), ("person", "1")):
        assert expected in told
    assert the_person().name == NAME
    assert everywhere(session, ADDRESS) == ["person.email", "account.email"]


def test_nothing_of_the_person_is_left_but_the_number(app: Flask, session: Session, made: object) -> None:
    number = the_person().id
    before = session.scalar(sa.select(sa.func.count()).select_from(OfficeHolding))
    assert erase_the_person(app)[-1] == f"erased   person {number}"
    assert everywhere(session, NAME) == []
    assert everywhere(session, ADDRESS) == []
    person = the_person()
    assert (person.id, person.name, person.email, person.wants_mail) == (
        number,
        f"Người đã xóa số {number}",
        None,
        False,
    )
    account = session.scalars(sa.select(Account).where(Account.person_id == number)).one()
    assert (account.active, account.password) == (False, None)
    assert {row.state for row in session.scalars(sa.select(OutboxMail))} == {"dropped"}
    assert session.scalar(sa.select(sa.func.count()).select_from(OfficeHolding)) == before
    (erasure,) = session.scalars(sa.select(Erasure))
    assert (erasure.kind, erasure.subject, erasure.reason) == ("person", person.token, WHY)
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.event == "person.erased")).one()
    assert (event.subject_id, event.actor_id, event.detail) == (number, erasure.decided_by_id, {"erasure": erasure.id})


def test_whatever_hangs_on_the_account_goes(app: Flask, session: Session, made: object) -> None:
    now = clock.moment()
    account = session.scalars(sa.select(Account).where(Account.email == ADDRESS)).one()
    number = account.id
    session.rollback()
    with unit_of_work():
        session.add_all(
            [
                AccountSession(
                    token="s",
                    digest="s",
                    account_id=number,
                    means="app",
                    browser="Firefox",
                    began_at=now.at,
                    seen_at=now.at,
                ),
                Passkey(
                    token="p",
                    account_id=number,
                    credential="c",
                    public_key="k",
                    sign_count=0,
                    name="Điện thoại của tôi",
                    made_at=now.at,
                ),
                RecoveryCode(account_id=number, digest="r"),
                AccountLink(kind="reset", digest="l", account_id=number, made_at=now.at, expires_at=now.at),
                ResetWish(email=ADDRESS, language="vi", asked_at=now.at),
                ResetWish(email="another@example.vn", language="vi", asked_at=now.at),
            ]
        )
        session.execute(sa.update(Account).where(Account.id == number).values(totp="sealed", signed_in_at=now.at))
    erase_the_person(app)
    for model in (AccountSession, Passkey, RecoveryCode, AccountLink):
        assert session.scalars(sa.select(model)).all() == [], model
    assert session.scalars(sa.select(ResetWish.email)).all() == ["another@example.vn"]
    account = session.get_one(Account, number)
    session.refresh(account)
    assert (account.active, account.totp, account.signed_in_at) == (False, None, None)
    assert account.email == f"account-{number}@invalid"


@pytest.mark.parametrize(
    ("key", "by", "reason", "error", "says"),
    [
        ("nobody@example.vn", "5", WHY, NotFound, "Không có người này"),
        (ADDRESS, "", WHY, FieldError, "ai quyết định"),
        (ADDRESS, ADDRESS, WHY, DomainError, "tự quyết định"),
        (ADDRESS, "5", "  ", FieldError, "lý do"),
        (ADDRESS, "5", f"Theo đơn của {NAME.lower()}", FieldError, "không được nêu tên"),
        (ADDRESS, "5", f"Theo thư từ {ADDRESS}", FieldError, "không được nêu tên"),
        ("person3@example.vn", "5", WHY, DomainError, "đang giữ chức vụ"),
    ],
)
def test_what_is_refused(
    session: Session, made: object, key: str, by: str, reason: str, error: type[DomainError], says: str
) -> None:
    with pytest.raises(error, match=says), unit_of_work():
        service.erase_person(session, clock.moment(), key=key, decided_by=by, reason=reason)
    assert the_person().name == NAME


def test_a_person_is_erased_once(app: Flask, session: Session, made: object) -> None:
    number = the_person().id
    erase_the_person(app)
    with pytest.raises(DomainError, match="đã được xóa"), unit_of_work():
        service.erase_person(session, clock.moment(), key=str(number), decided_by="5", reason=WHY)


def test_a_restored_backup_forgets_again(app: Flask, session: Session, made: object, folder: Path) -> None:
    """The older state knows neither the erasure nor that there was one; the ledger beside the database does."""
    person = the_person()
    number, token = person.id, person.token
    erase_the_person(app)
    (told,) = ledger.read(folder / ledger.NAME)
    assert (told.kind, told.subject, told.reason) == ("person", token, WHY)
    assert NAME not in (folder / ledger.NAME).read_text()
    restore(session, number)
    assert whole.again(settings_of(app)) == 1
    assert everywhere(session, NAME) == []
    (erasure,) = session.scalars(sa.select(Erasure))
    assert (erasure.subject, erasure.reason, erasure.at) == (token, WHY, told.instant)
    assert whole.again(settings_of(app)) == 0
    assert len(list(ledger.read(folder / ledger.NAME))) == 1


def test_nobody_else_is_taken_for_an_erased_person(app: Flask, session: Session, made: object, folder: Path) -> None:
    """After a restore a number may have gone to somebody who came later: only the token tells."""
    number = the_person().id
    erase_the_person(app)
    restore(session, number, token="somebody-new")
    assert whole.again(settings_of(app)) == 0
    assert the_person().name == NAME


def restore(session: Session, number: int, token: str | None = None) -> None:
    """The state of before, as a backup would bring it."""
    session.rollback()
    with unit_of_work():
        off = "SET LOCAL session_replication_role = replica"
        if session.get_bind().dialect.name == "sqlite":
            off = "DROP TRIGGER erasure_no_delete"
        kept = (
            session.scalar(sa.text("SELECT sql FROM sqlite_master WHERE name = 'erasure_no_delete'"))
            if ("TRIGGER" in off)
            else None
        )
        session.execute(sa.text(off))
        session.execute(sa.delete(Erasure))
        if kept:
            session.execute(sa.text(kept))
        values = {"name": NAME, "email": ADDRESS, "erased_on": None} | ({"token": token} if token else {})
        session.execute(sa.update(Person).where(Person.id == number).values(**values))


def test_a_crash_after_the_commit_is_made_up_at_night(
    app: Flask, session: Session, made: object, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work():
        service.erase_person(session, clock.moment(), key=ADDRESS, decided_by="5", reason=WHY)
    assert not (folder / ledger.NAME).exists()
    line = timetable.entry("tidy")
    assert line is not None
    assert runner.run(app, line, clock.now()) == "done"
    assert len(list(ledger.read(folder / ledger.NAME))) == 1


def attached(app: Flask, session: Session, made: errand.Province) -> tuple[StoredUpload, progress.ReportSlot, object]:
    """A file of an officer's draft."""
    settings, now = settings_of(app), clock.moment()
    file = store(io.BytesIO(PDF), "Đơn của Nguyễn.pdf", settings.files_folder, settings.upload_max_bytes)
    officer = made.people[("SXD", Office.OFFICER)]
    session.refresh(officer)
    reader = reader_of(session, now.on, person_id=officer.id, account_id=1, name=officer.name, language="vi")
    session.rollback()
    with unit_of_work(now):
        slot = progress.find_slot(session, sa.true(), "target-SXD-T01", "2021-H1")
        assert slot is not None
        drafts.keep_draft(session, now, reader=reader, slot=slot, typed={"value": "12"}, language="vi", version=0)
        attaching.attach(session, now, reader=reader, slot=slot, file=file)
    return file, slot, reader


def test_a_file_loses_bytes_and_name_and_keeps_its_hash(
    app: Flask, session: Session, made: errand.Province, folder: Path
) -> None:
    file, slot, reader = attached(app, session, made)
    stored = path_of(settings_of(app).files_folder, file.sha256)
    lines = list(whole.file(settings_of(app), file.sha256, None))
    assert lines[0].split() == ["remove", "bytes", str(len(PDF))]
    assert stored.exists()
    assert list(whole.file(settings_of(app), file.sha256, Decision("5", WHY)))[-1] == f"erased   file {file.sha256}"
    assert not stored.exists()
    row = session.scalars(sa.select(Evidence)).one()
    assert (row.sha256, row.size, row.name, row.erased_on) == (file.sha256, file.size, "", clock.today())
    assert everywhere(session, "Nguyễn") == []
    session.rollback()

    again = store(io.BytesIO(PDF), "again.pdf", settings_of(app).files_folder, 10_000)
    with pytest.raises(FieldError, match="không được nhận lại"), unit_of_work():
        attaching.attach(session, clock.moment(), reader=reader, slot=slot, file=again)  # type: ignore[arg-type]  # a reader
    assert whole.catch_up(settings_of(app)) == 1, "what was sent again goes again"
    assert not stored.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("file", "0" * 64), "Không có tệp này"),
        (("file", "../../etc/passwd"), "Không có tệp này"),
        (("file", ""), "Không có tệp này"),
        (("file", "A" * 64), "Không có tệp này"),
        (("person", "nobody@example.vn"), "Không có người này"),
        (("person", "0"), "Không có người này"),
        (("person", "9" * 40), "Không có người này"),
        (("person", "person3@example.vn"), "đang giữ chức vụ"),
    ],
)
def test_what_cannot_be_erased_is_said_in_a_line_before_any_preview(
    app: Flask, session: Session, made: object, words: tuple[str, str], says: str
) -> None:
    for more in ((), ("--preview",), ("--yes", "--by", "5", "--reason", WHY)):
        done = CliRunner().invoke(cli.tracker, ["erase", *words, *more], env=environment_of(settings_of(app)))
        told = done.output or str(done.exception)
        assert done.exit_code == 1
        assert says in told
        assert "\n" not in told.strip()
        assert "bytes" not in told


def test_what_is_erased_is_not_previewed_again(app: Flask, session: Session, made: errand.Province) -> None:
    file, _slot, _reader = attached(app, session, made)
    list(whole.file(settings_of(app), file.sha256.upper(), Decision("5", WHY)))
    erase_the_person(app)
    for again in (
        whole.file(settings_of(app), file.sha256, None),
        whole.person(settings_of(app), str(the_person().id), None),
    ):
        with pytest.raises(DomainError, match="đã được xóa"):
            list(again)


def test_the_commands(app: Flask, session: Session, made: object, folder: Path) -> None:
    environment = environment_of(settings_of(app))

    def run(*words: str) -> str:
        done = CliRunner().invoke(cli.tracker, ["erase", *words], env=environment)
        return done.output if done.exception is None else str(done.exception)

    session.rollback()
    decision = ("--by", "person5@example.vn", "--reason", WHY)
    assert "blank    account" in run("person", ADDRESS)
    assert "erased" not in run("person", ADDRESS, "--preview", "--yes", *decision)
    assert "ai quyết định" in run("person", ADDRESS, "--yes")
    assert "erased   person" in run("person", ADDRESS, "--yes", *decision)
    assert run("again") == "Nothing had come back.\n"
    (line,) = (folder / ledger.NAME).read_text().splitlines()
    assert json.loads(line)["kind"] == "person"


@pytest.mark.parametrize("line", ["rubbish", '{"kind": "person"}', '{"kind": "x", "subject": "y"}', "[1]"])
def test_a_ledger_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "erasures.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(ledger.LedgerError, match=r"erasures\.jsonl, line 1"):
        list(ledger.read(path))
