"""The main menu on a desk and on a phone: all of it is on the screen, and it goes on with the programme and the day."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.pages import OFFICES, Person, Screen
from tests.browser.product import Product

MOST_ROWS = 2


def cut(person: Person, shown: Locator) -> list[str]:
    """Which of these stand outside the screen, at least in part."""
    wide = person.page.viewport_size
    assert wide
    boxes = [(one.inner_text(), one.bounding_box()) for one in shown.all() if one.is_visible()]
    assert boxes
    return [text for text, box in boxes if not box or box["x"] < 0 or box["x"] + box["width"] > wide["width"]]


@pytest.mark.parametrize("width", [390, 1440])
def test_every_office_sees_its_whole_menu(browser: Browser, product: Product, width: int) -> None:
    for office in OFFICES:
        person = Person(browser, product.address, Screen(width=width))
        person.sign_in(office)
        menu = person.page.locator(".t-nav")
        rows = {
            round((one.bounding_box() or {"y": 0})["y"]) for one in menu.locator("ul.t-nav__list > li:visible").all()
        }
        assert len(rows) <= (1 if width > 1000 else MOST_ROWS), (office, rows)
        more = menu.locator("summary:visible")
        if more.count():
            more.focus()
            person.page.keyboard.press("Enter")
            person.look()
        assert cut(person, menu.get_by_role("link")) == [], office
        wrong = person.leave()
        assert not wrong, (office, wrong)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_menu_goes_on_with_the_programme_and_the_day(browser: Browser, product: Product, width: int) -> None:
    monitor = Person(browser, product.address, Screen(width=width))
    words = monitor.words
    monitor.sign_in("monitor")
    monitor.go("/board?programme=PAR-2021&on=2021-06-30")
    monitor.press(monitor.menu(words("Changes")))
    monitor.press(monitor.menu(words("All targets")))
    assert {"programme=PAR-2021", "on=2021-06-30", "status=all"} <= set(monitor.page.url.partition("?")[2].split("&"))
    expect(monitor.menu(words("All targets"))).to_have_attribute("aria-current", "page")
    wrong = monitor.leave()
    assert not wrong, wrong
