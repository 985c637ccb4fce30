"""A commitment from its draft to the board: drafted from a template, argued about, signed by both sides."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect

from tests.browser.confirming import confirmed
from tests.browser.pages import Person, Screen
from tests.browser.product import Product

TEMPLATE = "5.02"
BODY = {"vi": "Sở Y tế", "en": "Department of Health"}
TITLE = {"vi": "Thành lập đoàn tự kiểm tra công vụ", "en": "Set up an internal public-duty inspection team"}
ONE_AND_A_HALF = {"vi": "1,5", "en": "1.5"}
MOST_TRIES = 100
SCREENS = {
    "phone": Screen(390, "vi"),
    "desk, keyboard": Screen(1440, "en"),
    "phone without scripts": Screen(390, "vi", scripts=False),
}


@pytest.mark.parametrize("way", SCREENS)
def test_from_the_draft_to_what_is_in_force(browser: Browser, fresh_product: Product, way: str) -> None:
    offices = ("monitor", "head", "chair", "clerk") if "without" in way else ("monitor", "head", "chair")
    people = {office: Person(browser, fresh_product.address, SCREENS[way]) for office in offices}
    for office, person in people.items():
        person.sign_in(office)
    monitor, head, chair = people["monitor"], people["head"], people["chair"]
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
    for person, what in ((head, "Agree"), (monitor, "Make the document")):
        pressed(person, page, what, way)
    for person, what in ((head, "Sign for the body"), (chair, "Sign for the People's Committee")):
        if "without" not in way:
            confirmed(person, page, what)
    if "without" in way:
        signed_on_paper(fresh_product, head, people["clerk"], monitor, page)
    pressed(monitor, page, "Put it in force", way)
    monitor.sees(words("The commitment is in force."))
    monitor.press(monitor.link(words("How it stands")).first)
    expect(monitor.page.get_by_role("heading", name=TITLE[words.language])).to_be_visible()
    head.go(page)
    head.press(head.link(words("The document and its pages")))
    wrong = {address: found for person in people.values() for address, found in person.leave().items()}
    assert not wrong, "\n".join(f"{address}\n  " + "\n  ".join(found) for address, found in wrong.items())


def pressed(person: Person, page: str, what: str, way: str) -> None:
    """Asked once more on a page of its own, and pressed there."""
    press: Callable[[Locator], None] = person.by_keyboard if "keyboard" in way else person.press
    person.go(page)
    press(person.link(person.words(what)))
    press(person.button(person.words(what)))


def signed_on_paper(product: Product, head: Person, clerk: Person, monitor: Person, page: str) -> None:
    """Without scripts a device confirms nothing: the page says so, and the other ways are there."""
    words = head.words
    head.go(page)
    head.press(head.link(words("Sign for the body")))
    told = words(
        "An electronic confirmation takes a script, and this browser runs none here. Sign in another of these ways."
    )
    assert told in head.page.content()
    expect(head.button(words("Confirm and sign"))).to_be_hidden()
    file = head.page.request.get(head.link(words("Download the file")).first.get_attribute("href") or "").body()
    clerk.go("/papers")
    scan: FilePayload = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": scanned(file)}
    clerk.field("File of scans").set_input_files(scan)
    clerk.press(clerk.button(words("Upload and sort")))
    waiting = monitor.list(words("Scans that wait for a second person"))
    for _try in range(MOST_TRIES):  # the product's own scheduler may be at it just now
        assert product.job("sort_scans").exit_code == 0
        monitor.go("/papers")
        if waiting.count():
            break
    monitor.press(waiting.get_by_role("link").first)
    monitor.press(monitor.button(words("It shows what was signed: attest it")))
    clerk.go(page)
    clerk.press(clerk.link(words("Enter what was signed on paper")))
    clerk.field("Signed for the People's Committee on").fill(clerk.field("Signed by the head on").input_value())
    clerk.press(clerk.button(words("Enter what was signed on paper")))
    clerk.sees(words("On paper"))


def scanned(file: bytes) -> bytes:
    """The pages of a PDF as a scanner makes them: pictures alone."""
    with pypdfium2.PdfDocument(file) as opened:
        first, *others = (page.render(scale=150 / 72, grayscale=True).to_pil() for page in opened)
    written = io.BytesIO()
    first.save(written, "PDF", save_all=True, append_images=others, resolution=150)
    return written.getvalue()


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
    monitor.click(monitor.page.get_by_label(TEMPLATE))
    one = monitor.page.get_by_label(body, exact=True)
    monitor.click(monitor.page.locator("details", has=one).locator("summary"))
    monitor.click(one)
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
