"""The demo's first start on its own database: what each person then finds, and that a second start changes nothing.

SQLite alone: demo mode refuses PostgreSQL.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import first_start
from tests.factories.first_start import HALF, SAID, WHOLE, close, demo_app
from tests.support.product import cheap_passwords
from tests.support.signing_in import sign_in, token
from tracker import create_app
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.accounts.models import Account
from tracker.accounts.queries import one_of_each_office
from tracker.agencies.models import Agency, OfficeHolding
from tracker.agencies.offices import Office
from tracker.commitments.dossiers import AMENDMENT, FIRST, Dossier, TermComment, TermProposal
from tracker.commitments.life.states import Side, State
from tracker.commitments.models import Amendment, Commitment, Target
from tracker.compliance.models import StatusSpan
from tracker.compliance.steps import verify
from tracker.core import clock
from tracker.core.db import database, migrating
from tracker.core.files import store
from tracker.demo import seats, service
from tracker.home.desk import desks
from tracker.home.work import Hand
from tracker.interchange import service as interchange
from tracker.mail.models import OutboxMail
from tracker.permissions.queries import reader_of
from tracker.permissions.reader import Reader
from tracker.programmes.models import Programme
from tracker.progress.corrections.models import Correction, CorrectionEnd, Reopening
from tracker.progress.models import Decision, Evidence, Report, Revision, TargetDecision, TargetRequest
from tracker.progress.states import RequestState
from tracker.reminders import queries as reminders
from tracker.rule.facts import Status
from tracker.settings import Secret, Settings
from tracker.signing.models import MadeDocument, Paper

At = Callable[[date | str], clock.Moment]

HOLIDAY = "2026-11-24"
# A Monday, a Sunday, the first and the last day of a year, a day of Tết.
DAYS = ("2026-06-15", "2026-11-22", "2027-01-01", "2026-12-31", "2026-02-20")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first start from nothing, half-way and at its end."""
    return first_start.first_start(tmp_path_factory)


@pytest.fixture(autouse=True, scope="module")
def _cheap_passwords() -> Iterator[None]:
    with cheap_passwords():
        yield


def _moment(day: str) -> clock.Moment:
    moment = clock.moment()
    return clock.Moment(moment.at, date.fromisoformat(day))


@dataclass
class Demo:
    """The demo after its first start on a day."""

    app: Flask
    settings: Settings
    now: clock.Moment
    session: Session
    said: list[str]

    def reader(self, body: str, office: Office) -> Reader:
        email = next(seat.email for seat in seats.seats() if (seat.body, seat.office) == (body, office))
        account = self.session.query(Account).filter_by(email=email).one()
        person = account.person
        return reader_of(
            self.session, self.now.on, person_id=person.id, account_id=account.id, name=person.name, language="vi"
        )

    def desk(self, body: str, office: Office) -> desks.BodyDesk:
        found = desks.body_desks(self.session, self.reader(body, office), self.now)
        assert len(found) == 1
        return found[0]


@contextmanager
def started(first: Path, folder: Path, day: str) -> Iterator[Demo]:
    """The first start, made up for on a day (to which the clock is set)."""
    shutil.copytree(first / (WHOLE if day == first_start.DAY else HALF), folder)
    app = demo_app(folder)
    with app.app_context():
        said: list[str] = []
        service.prepare(app.extensions["settings"], said.append)
        yield Demo(app, app.extensions["settings"], _moment(day), database.session(), said)
        close()


@pytest.fixture(scope="module")
def demo(first: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on the day of its first start, for tests that only read."""
    folder = tmp_path_factory.mktemp("demo") / "instance"
    with time_machine.travel(f"{HOLIDAY}T02:00:00Z", tick=False), started(first, folder, HOLIDAY) as made:
        yield made


def everything(session: Session) -> dict[str, list[str]]:
    """Every row of every table."""
    tables = sa.inspect(session.get_bind()).get_table_names()
    found = {name: sorted(map(str, session.execute(sa.text(f'SELECT * FROM "{name}"')))) for name in tables}
    session.rollback()
    return found


def find_something_due_late_returned_and_waiting(demo: Demo) -> None:
    for body in ("SYT", "SNV25"):
        for office in (Office.OFFICER, Office.HEAD):
            desk = demo.desk(body, office)
            owed = [item.left for item in desk.of(Hand.OWED) if item.left is not None]
            assert any(1 <= left <= 3 for left in owed), "due"
            assert any(left < 0 for left in owed), "late"
            assert desk.of(Hand.RETURNED)
            assert desk.of(Hand.SENT)
            assert desk.of(Hand.WITH_HEAD)
    for body in ("SNV25", "VPUBND"):
        appraisal = desks.appraisal_desk(demo.session, demo.reader(body, Office.APPRAISER))
        assert appraisal is not None
        assert appraisal.count >= 2
        assert appraisal.oldest_on is not None
        assert appraisal.oldest_on < demo.now.on


def find_every_status_and_no_difference(demo: Demo) -> None:
    """In the year that runs. The closed one is the same copy on every day (`first_start`)."""
    programme = demo.session.query(Programme).filter_by(code=f"PAR-{demo.now.on.year}").one()
    stored = sa.select(StatusSpan.status).where(StatusSpan.programme_id == programme.id, StatusSpan.to_on.is_(None))
    assert set(demo.session.scalars(stored)) == {status.value for status in Status}
    assert list(verify.differences(demo.session, demo.now.on, Target.programme_id == programme.id)) == []


@pytest.mark.parametrize("day", DAYS)
def test_whatever_the_day_each_finds_something_to_do_and_every_status_is_proved(
    day: str, first: Path, tmp_path: Path, at: At
) -> None:
    at(day)
    with started(first, tmp_path / "instance", day) as demo:
        find_something_due_late_returned_and_waiting(demo)
        find_every_status_and_no_difference(demo)


def test_on_a_holiday_too(demo: Demo) -> None:
    find_something_due_late_returned_and_waiting(demo)
    find_every_status_and_no_difference(demo)
    assert list(verify.differences(demo.session, demo.now.on)) == [], "in the year that is closed, neither"


def test_a_start_from_nothing_makes_all_years_and_a_second_one_changes_nothing(
    first: Path, tmp_path: Path, at: At
) -> None:
    at(first_start.DAY)
    app = demo_app(shutil.copytree(first / WHOLE, tmp_path / "instance"))
    said: list[str] = json.loads((first / SAID).read_text(encoding="utf-8"))
    assert len(said) == 3
    with app.app_context():
        before = everything(database.session())
        assert len(before["programme"]) == 3, "the closed one, the one that runs, the next"
        service.prepare(app.extensions["settings"], said.append)
        at("2027-02-01")
        service.prepare(app.extensions["settings"], said.append)
        assert everything(database.session()) == before
        close()
    assert len(said) == 3, "what stands is not told again"


def test_outside_demo_mode_it_does_nothing(app: Flask, session: Session) -> None:
    with pytest.raises(RuntimeError, match="demo mode only"):
        service.prepare(app.extensions["settings"], lambda message: None)
    assert session.scalar(sa.select(sa.func.count()).select_from(Agency)) == 0


def test_the_sign_in_page_offers_one_account_of_each_role(demo: Demo) -> None:
    offered = {one.office: one.person_name for one in one_of_each_office(demo.session, demo.now.on)}
    assert offered == {
        Office.ADMINISTRATOR: "Quản trị hệ thống, Văn phòng UBND tỉnh",
        Office.MONITOR: "Chuyên viên theo dõi, Văn phòng UBND tỉnh",
        Office.APPRAISER: "Chuyên viên thẩm định, Sở Nội vụ",
        Office.HEAD: "Giám đốc Sở Y tế",
        Office.OFFICER: "Chuyên viên Sở Y tế",
        Office.CHAIR: "Chủ tịch UBND tỉnh",
        Office.AUDITOR: "Chuyên viên kiểm soát, Văn phòng UBND tỉnh",
        Office.CLERK: "Văn thư, Văn phòng UBND tỉnh",
    }


def test_each_account_signs_in_and_every_page_says_that_its_figures_are_samples(demo: Demo) -> None:
    for seat in (seat for seat in seats.seats() if seat.account):
        client: FlaskClient = demo.app.test_client()
        typed = {"csrf_token": token(client), "email": seat.email, "password": DEMO_PASSWORD}
        assert client.post("/sign-in", data=typed).status_code == 303, seat.email
        page = client.get("/", follow_redirects=True)
        assert page.status_code == 200, seat.email
        assert "t-strip--sample" in page.get_data(as_text=True)


def test_the_board_of_both_years_and_the_record_are_there_to_be_read(demo: Demo) -> None:
    accounts = {account.email: account.person_id for account in demo.session.query(Account)}
    demo.session.rollback()
    pages = {"theo-doi": ("/board", "/board?programme=PAR-2021", "/targets"), "quan-tri": ("/record", "/jobs")}
    for address, paths in pages.items():
        client: FlaskClient = demo.app.test_client()
        sign_in(demo.app, client, accounts[f"{address}@{seats.DOMAIN}"])
        known = {rule.rule for rule in demo.app.url_map.iter_rules()}
        for path in (path for path in paths if path.partition("?")[0] in known):
            assert client.get(path).status_code == 200, path


def test_nobody_decides_on_the_reports_of_their_own_body(demo: Demo) -> None:
    bodies = {row.id: row for row in demo.session.query(Agency)}
    decided_by = {row.code: bodies[row.appraised_by_id].code for row in bodies.values() if row.appraised_by_id}
    assert len(decided_by) == len(bodies)
    assert decided_by["SNV"] == decided_by["SNV25"] == "VPUBND"
    assert decided_by["VPUBND"] == decided_by["SYT"] == decided_by["PCUALO"] == "SNV25"
    assert decided_by["412"] == decided_by["SKHDT"] == "SNV"


def test_what_people_did_carries_their_names_and_files(demo: Demo) -> None:
    sent = demo.session.query(Revision).filter(Revision.sent_at.is_not(None)).all()
    officer, head = demo.reader("SYT", Office.OFFICER), demo.reader("SYT", Office.HEAD)
    own = [revision for revision in sent if revision.sent_by_id == head.person_id]
    assert len(sent) == 3
    assert {revision.entered_by_id for revision in own} == {officer.person_id}
    decisions = demo.session.query(Decision).filter(Decision.decided_at.is_not(None)).all()
    assert Counter(made.outcome for made in decisions) == {"returned": 1, "reopened": 2}
    assert {made.decided_by_id for made in decisions} == {demo.reader("SNV25", Office.APPRAISER).person_id}
    evidence = demo.session.query(Evidence).all()
    assert {file.media_type for file in evidence} == {"application/pdf"}
    assert all(store.path_of(demo.settings.files_folder, file.sha256).is_file() for file in evidence)
    states = set(demo.session.scalars(sa.select(Report.state)))
    assert states >= {"sent", "accepted", "returned"}


def test_reminders_reach_a_head_and_an_officer_of_every_body(demo: Demo) -> None:
    assert reminders.plan_of(demo.session, demo.now.on) == {}, "nobody is told anything on a day off"
    queued = demo.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail))
    assert queued, "but the mails of the last working day are there to be read"
    plan = reminders.plan_of(demo.session, demo.now.on + timedelta(days=1))
    told = {receiver.person_id for receiver in plan}
    held = demo.session.query(OfficeHolding).filter(OfficeHolding.office.in_((Office.HEAD, Office.OFFICER)))
    above = (Office.DEPUTY, Office.APPRAISER, Office.MONITOR, Office.VICE_CHAIR, Office.CHAIR)
    more = demo.session.query(OfficeHolding).filter(OfficeHolding.office.in_(above))
    assert {holding.person_id for holding in held} <= told
    assert told <= {holding.person_id for holding in (*held, *more)}, "what waits is known above, too"
    assert all(holding.from_on <= demo.now.on - timedelta(days=30) for holding in held)


def test_there_is_a_commitment_in_each_state_and_each_document_is_a_sample(demo: Demo) -> None:
    dossiers = {(one.kind, one.state) for one in demo.session.query(Dossier)}
    passed = set(State) - {State.HEARD}  # whoever was heard is closed in the same hour
    assert dossiers == {(FIRST, str(state)) for state in passed} | {(AMENDMENT, str(State.IN_FORCE))}
    assert {one.outcome for one in demo.session.query(TermProposal)} == {"accepted", None}
    assert {one.side for one in demo.session.query(TermComment)} == {Side.BODY, Side.PPC}
    documents = demo.session.query(MadeDocument).all()
    assert Counter(one.kind for one in documents) == {"commitment": 4, "amendment": 1, "assessment": 1}
    assert all(one.sample for one in documents)
    for one in documents:
        with pypdfium2.PdfDocument(store.path_of(demo.settings.files_folder, one.pdf_sha256)) as opened:
            assert len(opened) == one.pages
            assert all("MẪU" in page.get_textpage().get_text_range() for page in opened)
    programme = demo.session.query(Programme).filter_by(code=f"PAR-{demo.now.on.year + 1}").one()
    amended = demo.session.query(Target, Amendment).join(Amendment, Amendment.target_id == Target.id)
    goals = [(target.goal, made.goal) for target, made in amended.where(Target.programme_id == programme.id)]
    assert goals == [(Decimal(95), Decimal(92))], "the first goal stands"
    assert programme.starts_on > demo.now.on


def test_a_scan_of_2021_was_attested_by_a_second_person_and_says_that_it_is_a_sample(demo: Demo) -> None:
    paper = demo.session.query(Paper).one()
    signed = demo.session.get_one(Commitment, paper.commitment_id)
    assert (paper.attested, signed.signed_on.year) == (True, 2021)
    assert paper.judged_by_id not in (None, paper.sorted_by_id)
    with pypdfium2.PdfDocument(store.path_of(demo.settings.files_folder, paper.sha256)) as opened:
        assert "MẪU / SAMPLE\r\nBản cam kết số" in opened[0].get_textpage().get_text_range()


def test_of_three_requests_one_waits_and_a_target_rests(demo: Demo) -> None:
    states = Counter(one.state for one in demo.session.query(TargetRequest))
    assert states == {RequestState.WAITING: 1, RequestState.GRANTED: 1, RequestState.REFUSED: 1}
    decided = Counter((made.kind, made.granted, made.request_id is None) for made in demo.session.query(TargetDecision))
    assert decided == {("extension", True, False): 1, ("extension", False, False): 1, ("suspension", True, True): 1}


def test_of_three_corrections_one_waits_and_a_figure_is_open_after_a_complaint(demo: Demo) -> None:
    ends = Counter(one.outcome for one in demo.session.query(CorrectionEnd))
    assert ends == {"granted": 1, "refused": 1}
    assert demo.session.query(Correction).count() == 3
    assert Counter(one.ground for one in demo.session.query(Reopening)) == {"correction": 1, "appeal": 1}


def test_the_next_year_with_all_its_lives_travels_by_a_package(demo: Demo, tmp_path: Path) -> None:
    """Dumped, loaded elsewhere and dumped alike; the programme that it was begun from stays here."""
    code = f"PAR-{demo.now.on.year + 1}"
    demo.session.rollback()
    once = "".join(interchange.dump(code))
    path = tmp_path / "package.json"
    path.write_text(once, encoding="utf-8")
    instance = tmp_path / "elsewhere"
    settings = Settings(database_url=f"sqlite:///{tmp_path / 't.db'}", secret_key=Secret("k" * 40), instance=instance)
    with create_app(settings).app_context():
        migrating.upgrade()
        said: list[str] = []
        assert [str(fault) for fault in interchange.load(path, said.append)] == []
        assert len([text for text in said if "/plans/0/based_on" in text]) == 1
        database.session().rollback()
        begun_from = f'"based_on": "PAR-{demo.now.on.year}", '
        assert "".join(interchange.dump()) == once.replace(begun_from, "")
        assert len(json.loads(once)["dossiers"]) > len(State) - 3
        close()
