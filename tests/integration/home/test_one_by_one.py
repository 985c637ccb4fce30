"""The sheet one figure after the other, by address alone: how far one has come, keeping and going on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.integration.home.conftest import Browser, Town
from tracker.agencies.offices import Office
from tracker.progress.models import Draft

pytestmark = pytest.mark.one_database

SHEET = "/sheets/SXD/2021-H1"
T01, T02, T03 = (f"target-SXD-T0{number}" for number in (1, 2, 3))


def at(key: str) -> str:
    return f"{SHEET}?figure={key}"


def opened(browser: Browser, key: str) -> str:
    page = browser.get(at(key))
    return unescape(page[page.index("<main") :])


def kept(browser: Browser, key: str, **typed: str) -> str:
    """Save and next: where it leads."""
    sent: dict[str, Any] = stood(browser) | {f"{name}:{key}": text for name, text in typed.items()}
    location: str = browser.post(at(key), 303, **sent).location
    return location


def stood(browser: Browser) -> dict[str, str]:
    """What the next press is told by."""
    return dict(re.findall(r'<input type="hidden" form="sheet" name="([^"]+)" value="([^"]*)">', browser.page))


def test_one_goes_through_the_sheet_by_one_press_a_figure(town: Town, session: Session) -> None:
    browser = town.browser("SXD", Office.OFFICER)
    first = re.search(rf'href="({re.escape(SHEET)}\?figure=[^"]+)"', browser.get(SHEET))
    assert first is not None
    assert first[1] == at(T01)
    assert "1 trên 3" in opened(browser, T01)
    assert kept(browser, T01, value="120", narrative="đúng kế hoạch") == at(T02)
    page = opened(browser, T02)
    assert "2 trên 3" in page
    assert f'href="{at(T01)}"' in page
    assert f'href="{at(T03)}"' in page
    assert kept(browser, T02, numerator="97", denominator="100") == at(T03)
    opened(browser, T03)
    assert kept(browser, T03, value="60", narrative="đúng kế hoạch") == SHEET, "after the last one the sheet"
    typed = [draft.typed for draft in session.scalars(sa.select(Draft).order_by(Draft.target_id))]
    assert [one.get("value") or one.get("numerator") for one in typed] == ["120", "97", "60"]


def test_what_is_wrong_or_asks_is_seen_before_one_goes_on(town: Town) -> None:
    browser = town.browser("SXD", Office.OFFICER)
    opened(browser, T01)
    assert kept(browser, T01, value="một trăm") == at(T01)
    page = opened(browser, T01)
    assert 'value="một trăm"' in page
    assert 'aria-invalid="true"' in page
    assert kept(browser, T01, value="một trăm") == at(T02), "pressed again it goes on"
    opened(browser, T02)
    assert kept(browser, T02) == at(T03), "nothing typed is no fault"


def test_a_figure_that_changed_meanwhile_is_refused_with_both_shown(town: Town) -> None:
    browser, head = town.browser("SXD", Office.OFFICER), town.browser("SXD", Office.HEAD)
    opened(browser, T01)
    opened(head, T01)
    kept(head, T01, value="130", narrative="đúng kế hoạch")
    sent: dict[str, Any] = stood(browser) | {f"value:{T01}": "120"}
    browser.post(at(T01), 409, **sent)
    page = unescape(browser.page)
    assert 'value="120"' in page
    assert "130" in page


def test_a_figure_that_the_sheet_has_not_is_none(town: Town) -> None:
    town.browser("SXD", Office.OFFICER).get(at("target-SNV-T01"), 404)
