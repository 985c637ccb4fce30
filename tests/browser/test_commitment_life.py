"""A commitment from its draft to the board, on a phone: drafted from a template, argued about, signed by both sides."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product

BODY, TEMPLATE, TITLE = "Sở Y tế", "5.02", "Thành lập đoàn tự kiểm tra công vụ"
PHONE = Screen(390, "vi")


def test_from_the_draft_to_what_is_in_force(browser: Browser, fresh_product: Product) -> None:
    people = {office: Person(browser, fresh_product.address, PHONE) for office in ("monitor", "head", "chair")}
    for office, person in people.items():
        sign_in(person, office)
    monitor, head, chair = people.values()
    words = monitor.words
    page = drafted(monitor)
    monitor.press(monitor.button(words("Offer it to the body")))
    head.go("/")
    head.press(head.link(words("commitment waits for you")))
    head.press(head.page.locator(f"main a[href='{page}']"))  # beside the one of the demo's next programme
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
        person.go(page)
        person.press(person.link(words(what)))
        person.press(person.button(words(what)))
    monitor.sees(words("The commitment is in force."))
    monitor.press(monitor.link(words("How it stands")).first)
    expect(monitor.page.get_by_role("heading", name=TITLE)).to_be_visible()
    head.go(page)
    head.press(head.link(words("The document and its pages")))
    wrong = {address: found for person in people.values() for address, found in person.leave().items()}
    assert not wrong, "\n".join(f"{address}\n  " + "\n  ".join(found) for address, found in wrong.items())


def sign_in(person: Person, office: str) -> None:
    if office != "chair":
        person.sign_in(office)
        return
    person.go("/sign-in")
    person.press(person.page.get_by_role("button", name="Chủ tịch UBND tỉnh"))


def drafted(monitor: Person) -> str:
    """Draft for one body from one template; the address of its page."""
    words = monitor.words
    monitor.go("/commitments")
    monitor.field("Programme").select_option(index=2)  # this year's: in next year's the body has one already
    monitor.press(monitor.button(words("Show")))
    monitor.press(monitor.link(words("Draft commitments")))
    monitor.page.get_by_label(TEMPLATE).check()
    monitor.page.get_by_text(words.like("Only some: %(group)s")).first.click()
    monitor.page.get_by_label(BODY, exact=True).check()
    monitor.press(monitor.button(words("Draft commitments")))
    # The one of this year that came by a package stands before it.
    monitor.press(monitor.list(words("Commitments")).get_by_role("link", name=BODY).last)
    return monitor.page.url.removeprefix(monitor.address)


def propose_a_weight(head: Person) -> None:
    words = head.words
    head.press(head.link(words("Propose other terms")))
    head.field("Weight").fill("một rưỡi")
    head.field("Reason").fill("Khối lượng lớn")
    head.press(head.button(words("Propose it")))
    expect(head.field("Weight")).to_have_value("một rưỡi")
    expect(head.field("Reason")).to_have_value("Khối lượng lớn")
    head.field("Weight").fill("1,5")
    head.press(head.button(words("Propose it")))
    head.sees("1,5")
