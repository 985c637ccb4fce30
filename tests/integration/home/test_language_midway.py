"""Language or display changed while a page answers a form: what was typed goes along, and nothing is done by it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tests.integration.home.test_nothing_lost import FROM_HERE, REASON, T01, T02, sent
from tests.support.signing_in import PASSWORD, account_of
from tracker.accounts.models import AccountSession
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
