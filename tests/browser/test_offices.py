"""Offices in a browser: one given by two administrators, and a stand-in who sends in the head's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.core import clock

Enter = Callable[..., Person]
SECOND = "quan-tri-2@example.invalid"
BODY, OTHER = "Sở Y tế", "Sở Công Thương"
HEAD, OFFICER, OTHER_HEAD = "Giám đốc Sở Y tế", "Chuyên viên Sở Y tế", "Giám đốc Sở Công Thương"
REASON, PAPER = "Quyết định 12/QĐ-UBND", "Giấy ủy quyền 5/UQ-SYT"
TITLE = "Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn và trước hạn"
PHONE, DESK = Screen(390, widths=(320,)), Screen(1440, scheme="dark", widths=(720,))


@pytest.fixture
def enter(browser: Browser, fresh_product: Product) -> Iterator[Enter]:
    """Somebody comes in on a device of their own; at the end, nothing was wrong with what they saw."""
    people: list[Person] = []

    def come(office: str | None, screen: Screen = DESK) -> Person:
        people.append(Person(browser, fresh_product.address, screen))
        person = people[-1]
        if office is not None:
            person.sign_in(office)
            return person
        person.go("/sign-in")
        person.field("Mail address").fill(SECOND)
        person.field("Password").fill(DEMO_PASSWORD)
        person.press(person.button(person.words("Sign in")))
        return person

    yield come
    wrong = {page: found for person in people for page, found in person.leave().items()}
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())


def open_body(person: Person, name: str) -> None:
    person.press(person.menu(person.words("Bodies")))
    person.field("Name or code").fill(name)
    person.press(person.button(person.words("Show")))
    person.press(person.link(name))


def confirm(person: Person, sentence: str) -> None:
    person.go("/accounts/requests")
    person.press(person.page.get_by_role("link", name=sentence).first)
    person.press(person.button(person.words("Confirm, and do it")))
    person.sees(person.words("Confirmed, and done."))


def test_an_office_is_given_by_two_and_its_holder_finds_the_body(enter: Enter) -> None:
    first, second = enter("administrator", PHONE), enter(None)
    words = first.words
    open_body(first, OTHER)
    now = words("Holders now and ahead")
    first.press(first.row(now, OTHER_HEAD).get_by_role("link", name=words("End"), exact=False).first)
    first.field("Last day").fill(f"{clock.today() - timedelta(days=1):%d/%m/%Y}")
    first.press(first.button(words("End the office")))
    first.press(first.button(words("End the office all the same")))  # once what hangs on it was shown
    expect(first.row(words("Holders of the past"), OTHER_HEAD)).to_be_visible()

    first.press(first.link(words("Give an office")))
    first.field("Person").select_option(label=f"{OFFICER} · chuyen-vien.syt@example.invalid")
    first.field("Office").select_option(label=words("Head of the body"))
    first.press(first.button(words("Ask a second administrator")))
    expect(first.field("Reason")).to_have_attribute("aria-invalid", "true")
    first.field("Reason").fill(REASON)
    first.press(first.button(words("Ask a second administrator")))
    first.sees(words("It waits for a second administrator now."))

    confirm(second, OFFICER)
    holder = enter("officer")
    holder.sees(OTHER)
    open_body(second, OTHER)
    expect(second.row(now, OFFICER)).to_contain_text(words("Head of the body"))
    second.press(second.row(now, OFFICER).get_by_role("link", name=OFFICER, exact=True))
    expect(second.row(words("Offices of this person"), BODY)).to_be_visible()


def test_a_stand_in_sends_and_both_names_are_shown(enter: Enter) -> None:
    first, second = enter("administrator"), enter(None)
    words = first.words
    open_body(first, BODY)
    row = first.row(words("Holders now and ahead"), HEAD)
    first.press(row.get_by_role("link", name=words("Name a stand-in"), exact=False))
    first.field("Who stands in").select_option(label=f"{OFFICER} · chuyen-vien.syt@example.invalid")
    first.field("Last day").fill(f"{clock.today() + timedelta(days=5):%d/%m/%Y}")
    first.field("Paper that says so").fill(PAPER)
    first.press(first.button(words("Ask a second administrator")))
    confirm(second, OFFICER)

    officer = enter("officer", PHONE)
    both = words("%(name)s (for %(holder)s)", name=OFFICER, holder=HEAD)
    expect(officer.page.get_by_text(both).first).to_be_attached()
    officer.press(officer.row(words("With your officer"), TITLE).get_by_role("link"))
    officer.type_ratio("95", "96")
    officer.press(officer.button(words("Go on to send")))
    officer.press(officer.button(words("Send to the People's Committee")))
    officer.sees(words("The report was sent to the People's Committee."))
    officer.press(officer.row(words("Sent, waiting for the appraiser"), TITLE).get_by_role("link").first)
    officer.sees(both)

    auditor = enter("auditor")
    auditor.press(auditor.menu(words("Audit record")))
    auditor.sees(both)
