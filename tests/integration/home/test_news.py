"""What was decided reaches the body: on its first page since each one's last visit, and in the next digest."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tests.support.signing_in import account_of
from tracker.accounts.models import Account
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import Report
from tracker.reminders import service as reminders
from tracker.settings import Site

HEADING = "Quyết định từ lần truy cập trước"
SITE = Site("https://so.example.vn", "so.example.vn")


def sent(town: Town, session: Session, code: str, value: str) -> str:
    """A report that the head sent; its token."""
    head, figure = town.browser("SXD", Office.HEAD), f"/figures/target-SXD-{code}/2021-H1"
    head.get(figure)
    head.post(figure, value=value, do="send")
    head.get(figure + "/send")
    head.post(figure + "/send")
    session.rollback()
    of_target = Report.target_id == town.made.targets[f"SXD-{code}"].id
    token: str = session.scalars(sa.select(Report.token).where(of_target)).one()
    session.rollback()
    return token


def news(browser: Browser) -> str:
    """What a first page tells of it."""
    return browser.get("/").partition(HEADING)[2].partition("</section>")[0]


def test_each_one_reads_what_was_decided_since_they_were_here(town: Town, session: Session) -> None:
    first, second = sent(town, session, "T01", "120"), sent(town, session, "T03", "60")
    officer = town.browser("SXD", Office.OFFICER)
    assert HEADING not in officer.get("/")
    town.at("2021-06-17")
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{first}", outcome="accept_with_value", value="117", reason="Ba thủ tục tính trùng")
    again = town.browser("SXD", Office.OFFICER)
    told = news(again)
    for words in ("chấp nhận với số liệu khác: 117", "Ba thủ tục tính trùng", "/figures/target-SXD-T01/2021-H1"):
        assert words in told, words
    assert news(again) == told, "as long as this visit lasts"
    assert HEADING not in town.browser("SYT", Office.OFFICER).get("/"), "nobody else's"
    town.at("2021-06-18")
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{second}", outcome="return", reason="Thiếu minh chứng")
    later = news(town.browser("SXD", Office.OFFICER))
    assert "Thiếu minh chứng" in later
    assert "Ba thủ tục tính trùng" not in later, "that was told already"
    assert "Ba thủ tục tính trùng" in news(town.browser("SXD", Office.HEAD)), "who was not here since reads both"


def test_a_decision_that_was_taken_back_is_none(town: Town, session: Session) -> None:
    token = sent(town, session, "T01", "120")
    town.at("2021-06-17")
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{token}", outcome="return", reason="Nhầm")
    appraiser.get(f"/appraisals/{token}/withdraw")
    appraiser.post(f"/appraisals/{token}/withdraw", reason="Trả nhầm báo cáo")
    assert HEADING not in town.browser("SXD", Office.OFFICER).get("/")


def test_a_visit_ends_when_somebody_signs_out(town: Town, session: Session) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get("/")
    town.at("2021-06-17")
    account = account_of(town.app, town.made.people["SXD", Office.OFFICER].id)
    again = town.browser("SXD", Office.OFFICER)
    again.get("/")
    again.client.post("/sign-out", data=again.hidden())
    session.rollback()
    left = session.get_one(Account, account.id, populate_existing=True).left_at
    assert left is not None
    assert left.astimezone().date().isoformat() >= "2021-06-16"


def test_the_next_digest_tells_what_was_decided_and_none_of_today(town: Town, session: Session) -> None:
    first, second = sent(town, session, "T01", "120"), sent(town, session, "T03", "60")
    town.at("2021-06-17")
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{first}", outcome="accept_with_value", value="117", reason="Ba thủ tục tính trùng")
    now = town.at("2021-06-18")
    appraiser = town.browser("SNV", Office.APPRAISER)
    appraiser.decide(f"/appraisals/{second}", outcome="accept")
    texts = digests(town, session, "2021-06-18")
    assert len(texts) >= 1, "T02 is due"
    for text in texts:
        assert "chấp nhận với số liệu khác: 117" in text
        assert "Ba thủ tục tính trùng" in text
        assert "/figures/target-SXD-T01/2021-H1" in text
        assert "target-SXD-T03" not in text, "it can still be taken back"
    assert now.on.isoformat() == "2021-06-18"
    texts = digests(town, session, "2021-06-21")
    assert len(texts) >= 1
    assert all("117" not in text and "target-SXD-T03" in text for text in texts), "each is told once"


def digests(town: Town, session: Session, day: str) -> list[str]:
    """What the digests of a day tell the body's people of decisions."""
    now = town.at(day)
    with town.app.app_context():
        units = reminders.units(now.on, now, SITE)
        step = next(units)
        while True:
            with unit_of_work(now) as writing:
                came = step(writing)
            try:
                step = units.send(came)
            except StopIteration:
                break
    session.rollback()
    ids = {person.id for (body, _office), person in town.made.people.items() if body == "SXD"}
    key = f"digest:{day}:%"
    query = sa.text("SELECT person_id, text FROM outbox_mail WHERE key LIKE :key").bindparams(key=key)
    texts = [row.text for row in session.execute(query) if row.person_id in ids]
    with unit_of_work(now) as writing:  # they leave: what had not would be told anew
        writing.execute(sa.text("UPDATE outbox_mail SET state = 'sent'"))
    return [text.partition("Tin mới từ thư trước")[2] for text in texts]
