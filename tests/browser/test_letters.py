"""A monitor drafts the letter that urges a body, the chair signs and numbers it, the head answers on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product

BODY, ANSWER = "SYT", "Sở sẽ báo cáo xong trước thứ Sáu; Trưởng phòng Nghiệp vụ chịu trách nhiệm."


def press_through(person: Person, name: str) -> None:
    """A press of a letter: its page first, then its button."""
    words = person.words
    person.press(person.link(words(name)))
    person.press(person.button(words(name)))


def test_a_letter_from_the_draft_to_the_answer(browser: Browser, fresh_product: Product) -> None:
    monitor = Person(browser, fresh_product.address, Screen(1440, "vi", "dark"))
    chair = Person(browser, fresh_product.address, Screen(1440, "vi"))
    head = Person(browser, fresh_product.address, Screen(390, "vi"))
    words = monitor.words
    monitor.sign_in("monitor")
    monitor.go(f"/agencies/{BODY}/letter")
    drafted_already = monitor.link(
        words("The open letter")
    )  # by the morning's job, where the day's lateness reached the top
    monitor.press(drafted_already if drafted_already.count() else monitor.button(words("Draft the letter")))
    letter = monitor.page.url.removeprefix(fresh_product.address)
    press_through(monitor, "Put it before its signatory")
    chair.sign_in("chair")
    chair.go(letter)
    press_through(chair, "Sign and number it")
    chair.sees(re.compile("0[12]/UBND-VP"))  # the first is of the demo, which in January sent it in the year before
    monitor.go(letter)
    press_through(monitor, "Send it to the body")
    head.sign_in("head")
    head.go("/")
    head.press(head.page.locator(f'a.t-task[href="{letter}"]'))
    head.press(head.link(words("Answer the letter")))
    head.press(head.button(words("Answer the letter")))
    expect(head.field("What will be done, and by when")).to_have_attribute("aria-invalid", "true")
    head.field("What will be done, and by when").fill(ANSWER)
    head.press(head.button(words("Answer the letter")))
    for person in (head, monitor):
        person.go(letter)
        person.sees(ANSWER)
    wrong = {**head.leave(), **chair.leave(), **monitor.leave()}
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())
