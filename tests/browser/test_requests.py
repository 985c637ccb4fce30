"""A head asks for another deadline on a phone, the chair decides at a desk in the dark; both see what came of it."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tracker.demo.pdf import small_pdf

REASON, ANSWER = "Bộ chưa ban hành hướng dẫn, chờ từ tháng trước.", "Chỉ cần thêm ít ngày."
EVIDENCE = "Công văn.pdf"


def day(text: str, more: int) -> str:
    """A day as people write it, some days after another one."""
    parts = [int(part) for part in text.split("/")]
    later = date(parts[2], parts[1], parts[0]) + timedelta(more)
    return f"{later:%d/%m}/{later.year:04d}"


def test_a_deadline_is_asked_for_and_granted(browser: Browser, fresh_product: Product) -> None:
    head = Person(browser, fresh_product.address, Screen(390, "vi"))
    chair = Person(browser, fresh_product.address, Screen(1440, "vi", "dark"))
    head.sign_in("head")
    head.go("/targets?status=on_track")
    head.press(head.page.locator("main tbody th a").first)
    target, words = head.page.url.removeprefix(fresh_product.address), head.words
    head.press(head.link(words("Ask for another deadline, or a suspension")))
    first = head.page.locator("dl.t-facts dd").first.inner_text()
    asked, granted = day(first, 14), day(first, 7)
    head.click(head.field("Another deadline"))
    head.field("New deadline").fill("31/02/2027")
    head.field("Reason").fill(REASON)
    head.attach(EVIDENCE, small_pdf(["SAMPLE"]))
    head.press(head.button(words("Send the request")))
    expect(head.field("New deadline")).to_have_attribute("aria-invalid", "true")
    expect(head.field("Reason")).to_have_value(REASON)
    expect(head.link(EVIDENCE)).to_be_visible()
    head.field("New deadline").fill(asked)
    head.press(head.button(words("Send the request")))
    head.sees(words("Waits for a decision"))

    chair.sign_in("chair")
    chair.go("/")
    chair.press(chair.page.locator("a.t-task[href='/requests']"))
    rows = chair.list(words("Waiting for your decision")).get_by_role("row")
    waiting = rows.count()
    chair.press(rows.get_by_role("link").last)  # the oldest first: that of the demo
    expect(chair.link(EVIDENCE)).to_be_visible()
    chair.click(chair.field("Grant"))
    chair.field("New deadline").fill(granted)
    chair.field("Reason for the decision").fill(ANSWER)
    chair.press(chair.button(words("See what it changes")))
    for text in (asked, granted, ANSWER):
        chair.sees(text)
    chair.press(chair.button(words("Decide")))
    expect(rows).to_have_count(waiting - 1)

    head.go("/")
    head.press(head.page.locator("#asked + ul").get_by_role("link"))
    for text in (asked, granted, ANSWER):
        head.sees(text)
    for person in (head, chair):
        person.go(target)
        person.sees(granted)
        person.sees(first)
    wrong = {**head.leave(), **chair.leave()}
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())
