"""Language or display changed while a page answers a form: what was typed goes along, and nothing is done by it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tests.integration.home.test_nothing_lost import FROM_HERE, REASON, T01, T02, sent
from tests.support.signing_in import PASSWORD, account_of
from tracker.accounts.models import AccountSession
from tracker.agencies.models import OfficeHolding
from tracker.agencies.offices import Office
from tracker.core.db.unit_of_work import unit_of_work
from tracker.progress.models import Decision

pytestmark = pytest.mark.one_database

MENU = re.compile(r'<form class="t-menu__group" method="post" action="(/language|/theme)">(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def press(browser: Browser, address: str, **typed: Any) -> str:
    """Send the form of the page that is open, as a browser says that it is."""
    data = {**browser.hidden(), **typed}
    browser.page = browser.client.post(address, data=data, headers=FROM_HERE, follow_redirects=True).text
    return browser.page


def menu(browser: Browser, action: str, **chosen: str) -> str:
    """Press a button of the account's menu on the page that is open."""
    fields = dict(HIDDEN.findall(dict(MENU.findall(browser.page))[action]))
    data = {name: unescape(value) for name, value in fields.items()} | chosen
    answer = browser.client.post(action, data=data, headers=FROM_HERE, follow_redirects=True)
    assert answer.status_code == 200
    browser.page = answer.get_data(as_text=True)
    return browser.page


@pytest.mark.parametrize(
    "typed",
    [{"outcome": "accept", "reason": REASON}, {"outcome": "return", "reason": REASON}],
    ids=["refused", "shown before it counts"],
)
def test_a_decision_that_is_being_taken(town: Town, session: Session, typed: dict[str, str]) -> None:
    appraiser, address = sent(town)
    address = unescape(address)
    appraiser.get(address)
    press(appraiser, address, **typed)
    for action, chosen in (("/language", {"language": "en"}), ("/theme", {"theme": "dark"})):
        page = menu(appraiser, action, **chosen)
        assert 'lang="en"' in page
        assert REASON in page, action
        assert session.scalars(sa.select(Decision)).all() == []
    assert 'data-theme="dark"' in appraiser.page
    if typed["outcome"] == "accept":
        assert REASON in press(appraiser, address), "and it is sent as it was typed"
    else:
        assert 'name="seen"' in appraiser.page, "this page has an address of its own"


def test_a_figure_of_which_another_version_stands(town: Town) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    stale = officer.get(T01)
    officer.post(T01, value="5", do="save")
    officer.page = stale
    press(officer, T01, value="77", do="save")
    assert 'value="77"' in menu(officer, "/language", language="en")


def test_a_form_whose_session_has_ended(town: Town) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    account = account_of(town.app, town.made.people[("SXD", Office.OFFICER)].id)
    officer.get(T02)
    with unit_of_work() as session:
        session.execute(sa.delete(AccountSession))
    press(officer, T02, numerator="9", denominator="10", narrative=REASON, do="save")
    assert "Phiên làm việc" in officer.page
    page = menu(officer, "/language", language="en")
    assert "Your session has ended" in page
    page = menu(officer, "/theme", theme="light")
    page = press(officer, "/sign-in", email=account.email, password=PASSWORD)
    assert REASON in page


def test_what_nobody_may_have_kept_is_not(town: Town) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get("/account/password")
    press(officer, "/account/password", current="secret of mine", new="short", again="short")
    assert "secret of mine" not in menu(officer, "/language", language="en")
    assert "Your password now" in officer.page, "one is back where one was"
    answer = officer.client.post(
        "/language", data={**officer.hidden(), "language": "vi", "carried": "made up", "next": T01}
    )
    assert answer.location == T01


def test_what_somebody_typed_is_carried_for_nobody_else(town: Town) -> None:
    officer, other = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    officer.get(T02)
    press(officer, T02, numerator="9", denominator="0", narrative=REASON, do="send")
    carried = dict(HIDDEN.findall(dict(MENU.findall(officer.page))["/language"]))["carried"]
    for browser, found in ((officer, True), (other, False)):
        browser.get(T01)
        data = {**browser.hidden(), "language": "en", "carried": carried, "next": T01}
        answer = browser.client.post("/language", data=data, headers=FROM_HERE)
        assert (REASON in answer.text, answer.status_code) == (found, 200 if found else 303)


@pytest.mark.parametrize("languages", [(), ("en",)])
def test_whoever_signs_in_on_another_ones_page_does_not_send_what_that_one_typed(
    town: Town, languages: tuple[str, ...]
) -> None:
    officer = town.browser("SXD", Office.OFFICER)
    officer.get(T02)
    with unit_of_work() as session:
        session.execute(sa.delete(AccountSession))
    press(officer, T02, numerator="9", denominator="10", narrative=REASON, do="save")
    for language in languages:
        assert "Your session has ended" in menu(officer, "/language", language=language)
    town.browser("SXD", Office.HEAD)
    other = account_of(town.app, town.made.people[("SXD", Office.HEAD)].id)
    page = press(officer, "/sign-in", email=other.email, password=PASSWORD)
    assert 'name="password"' not in page
    assert REASON not in page


def test_a_page_on_the_way_in_is_asked_for_again(town: Town) -> None:
    browser = Browser(town.app.test_client())
    browser.get("/sign-in/forgotten")
    press(browser, "/sign-in/forgotten", email="nobody")
    page = menu(browser, "/language", language="en")
    assert "Your session has ended" not in page
    assert 'name="email"' in page


def test_the_address_of_a_decision_says_it_to_its_appraiser_alone(town: Town) -> None:
    appraiser, address = sent(town)
    appraiser.get(unescape(address))
    shown = appraiser.shown(unescape(address), outcome="return", reason=REASON)
    assert REASON in appraiser.get(shown)
    other = town.made.people[("SYT", Office.HEAD)]
    with unit_of_work() as session:
        agency_id = town.made.bodies["SNV"].id
        held = {"person_id": other.id, "agency_id": agency_id, "office": Office.APPRAISER}
        session.add(OfficeHolding(**held, from_on=date(2021, 1, 1)))
    page = town.browser("SYT", Office.HEAD).get(shown)
    assert REASON not in page
    assert "hãy nhập lại" in page
    assert "hãy nhập lại" in appraiser.get(shown + "x")
