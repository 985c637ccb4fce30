"""A commitment from its draft to the board: drafted from a template, argued about, signed by both sides."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product

TEMPLATE = "5.02"
BODY = {"vi": "Sở Y tế", "en": "Department of Health"}
TITLE = {"vi": "Thành lập đoàn tự kiểm tra công vụ", "en": "Set up an internal public-duty inspection team"}
ONE_AND_A_HALF = {"vi": "1,5", "en": "1.5"}
SCREENS = {
    "phone": Screen(390, "vi"),
    "desk, keyboard": Screen(1440, "en"),
    "phone without scripts": Screen(390, "vi", scripts=False),
}


@pytest.mark.parametrize("way", SCREENS)
def test_from_the_draft_to_what_is_in_force(browser: Browser, fresh_product: Product, way: str) -> None:
    people = {office: Person(browser, fresh_product.address, SCREENS[way]) for office in ("monitor", "head", "chair")}
    for office, person in people.items():
        person.sign_in(office)
    monitor, head, chair = people.values()
    words = monitor.words
    page = drafted(monitor)
    monitor.press(monitor.button(words("Offer it to the body")))
    head.go("/")
    head.press(head.link(words("commitment waits for you")))  # the only one, so its own page
    assert head.page.url.endswith(page)
    propose_a_weight(head)
    monitor.go(page)
    monitor.sees("Khối lượng lớn")
    monitor.press(monitor.button(words("Accept")))
    monitor.press(monitor.button(words("Offer it to the body")))
    for person, what in (
        (head, "Agree"),
        (monitor, "Make the document"),
        (head, "Sign for the body"),
        (chair, "Sign for the People's Committee"),
        (monitor, "Put it in force"),
    ):
        press: Callable[[Locator], None] = person.by_keyboard if "keyboard" in way else person.press
        person.go(page)
        press(person.link(words(what)))
        press(person.button(words(what)))
    monitor.sees(words("The commitment is in force."))
    monitor.press(monitor.link(words("How it stands")).first)
    expect(monitor.page.get_by_role("heading", name=TITLE[words.language])).to_be_visible()
    head.go(page)
    head.press(head.link(words("The document and its pages")))
    wrong = {address: found for person in people.values() for address, found in person.leave().items()}
    assert not wrong, "\n".join(f"{address}\n  " + "\n  ".join(found) for address, found in wrong.items())


def drafted(monitor: Person) -> str:
    """Draft for one body from one template, in next year's programme: the address of its page. The one that the demo
    offered the body there is withdrawn: of two there would be one too many."""
    words = monitor.words
    body = BODY[words.language]
    monitor.go("/commitments")
    monitor.field("Programme").select_option(index=1)
    monitor.press(monitor.button(words("Show")))
    monitor.press(monitor.list(words("Commitments")).get_by_role("link", name=body))
    monitor.press(monitor.link(words("Withdraw it")))
    monitor.field("Reason").fill("Soạn lại")
    monitor.press(monitor.button(words("Withdraw it")))
    monitor.press(monitor.link(words("Commitments")))
    monitor.field("Programme").select_option(index=1)
    monitor.press(monitor.button(words("Show")))
    monitor.press(monitor.link(words("Draft commitments")))
    monitor.page.get_by_label(TEMPLATE).check()
    one = monitor.page.get_by_label(body, exact=True)
    monitor.page.locator("details", has=one).locator("summary").click()
    one.check()
    monitor.press(monitor.button(words("Draft commitments")))
    # The one that was withdrawn stands before it.
    monitor.press(monitor.list(words("Commitments")).get_by_role("link", name=body).last)
    return monitor.page.url.removeprefix(monitor.address)


def propose_a_weight(head: Person) -> None:
    words = head.words
    head.press(head.link(words("Propose other terms")))
    head.field("Weight").fill("một rưỡi")
    head.field("Reason").fill("Khối lượng lớn")
    head.press(head.button(words("Propose it")))
    expect(head.field("Weight")).to_have_value("một rưỡi")
    expect(head.field("Reason")).to_have_value("Khối lượng lớn")
    head.field("Weight").fill(ONE_AND_A_HALF[words.language])
    head.press(head.button(words("Propose it")))
    head.sees(ONE_AND_A_HALF[words.language])
