"""What is laid before a meeting on paper: A4, black on white, nothing cut off, nothing that can only be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.eye import OVER
from tests.browser.pages import Person, Screen
from tests.browser.product import Product

A4_WIDTH = 794 - 125  # px at 96 dpi, less the margins of our @page
A4_HEIGHT = 1123 - 136  # the same
MOST_PAGES = 3
PAGE = re.compile(rb"/Type /Page\b(?!s)")


@pytest.fixture(scope="module")
def monitor(browser: Browser, product: Product) -> Iterator[Person]:
    """The monitor, whose device prefers dark."""
    person = Person(browser, product.address, Screen(scheme="dark"))
    person.sign_in("monitor")
    yield person
    person.leave()


CONTROLS = """() => [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 1).map((one) => one.outerHTML)"""
LISTS = ("changes", "forecast", "leaders", "domains", "targets", "inquiries", "policy", "jobs")


@pytest.mark.parametrize("page", LISTS)
def test_nothing_is_cut_off_a_list_on_paper_and_nothing_asks_to_be_pressed(monitor: Person, page: str) -> None:
    monitor.go(f"/{page}")
    on_paper(monitor)


@pytest.mark.parametrize("office", ["head", "officer", "appraiser", "chair", "administrator", "auditor"])
def test_so_are_the_first_pages_of_all_offices(browser: Browser, product: Product, office: str) -> None:
    person = Person(browser, product.address, Screen())
    person.sign_in(office)
    person.go("/")
    on_paper(person)
    person.leave()


def on_paper(person: Person) -> None:
    """The page that is open, as it is printed."""
    screen = person.page
    screen.emulate_media(media="print")
    screen.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    try:
        assert screen.evaluate(OVER) == 0
        assert screen.evaluate(CONTROLS) == []
    finally:
        screen.emulate_media(media="screen")
        screen.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("page", ["board", "target"])
def test_a_page_prints_on_a4(monitor: Person, page: str) -> None:
    monitor.go("/board")
    if page == "target":
        monitor.press(monitor.page.locator(".t-attention__who").first)
    screen = monitor.page
    screen.emulate_media(media="print")
    screen.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    try:
        assert screen.evaluate(OVER) == 0
        assert screen.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not screen.get_by_role("navigation", name=monitor.words("Main")).is_visible()
        paper = screen.pdf(format="A4", prefer_css_page_size=True)
        assert 1 <= len(PAGE.findall(paper)) <= MOST_PAGES
    finally:
        screen.emulate_media(media="screen")
        screen.set_viewport_size({"width": 1440, "height": 900})


def test_a_document_begins_on_the_first_page_of_paper(monitor: Person, product: Product) -> None:
    """Its first page stands below what is said of it, and is not pushed to the next one."""
    (address,) = product.asked("SELECT address FROM document WHERE kind = 'commitment' ORDER BY id LIMIT 1")
    monitor.go(f"/documents/{address}")
    screen = monitor.page
    screen.emulate_media(media="print")
    screen.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    try:
        first = screen.locator(".t-pages__page").first.bounding_box()
        assert first is not None
        assert first["height"] > A4_HEIGHT / 2, "and can be read"
        assert first["y"] + first["height"] <= A4_HEIGHT
    finally:
        screen.emulate_media(media="screen")
        screen.set_viewport_size({"width": 1440, "height": 900})
