"""A year is begun in the browser: from last year's programme, by pages alone, approved by the chair."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import Person, Screen
from tests.browser.product import Product

PDF = b"%PDF-1.7\n%%EOF\n"
CHAIR = "Chair of the People's Committee"
WIDTHS = (320,)


@pytest.mark.parametrize(
    "screen",
    [Screen(width=390, scheme="dark", widths=WIDTHS), Screen(width=1440, language="en", scripts=False)],
    ids=["phone", "desk without scripts"],
)
def test_a_year_is_begun(browser: Browser, fresh_product: Product, screen: Screen) -> None:
    monitor = Person(browser, fresh_product.address, screen)
    words, field, button = monitor.words, monitor.field, monitor.button
    monitor.sign_in("monitor")
    monitor.go("/programmes")
    monitor.press(monitor.page.locator("a[href*='from=']"))
    field("Last day to sign").fill("31/01/1999")
    monitor.press(button(words("Begin the programme")))
    monitor.sees(words("Enter a day of the programme."))
    field("Last day to sign").fill("")
    field("Responsible office").select_option(index=1)
    monitor.press(button(words("Begin the programme")))
    plan = monitor.page.url.removeprefix(fresh_product.address)
    monitor.press(monitor.link(words("Change the basis")))
    field("Number of the document").fill("12/QĐ-UBND")
    field("Dated").fill("15/11/2026")
    field("Issued by").fill("UBND tỉnh Nghệ An")
    field("Grounds").fill("Căn cứ Quyết định số 12/QĐ-UBND")
    monitor.press(button(words("Keep the basis")))
    monitor.press(monitor.link(words("Send the file")))
    field("The document as a PDF").set_input_files({"name": "QĐ 12.pdf", "mimeType": "application/pdf", "buffer": PDF})
    monitor.press(button(words("Keep the document")))
    monitor.go(f"{plan}/bodies")
    monitor.press(button(words("Keep the bodies")))
    monitor.go(f"{plan}/calendar")
    field("Usual calendar").select_option("ministry")
    monitor.press(button(words("Set it")))
    monitor.go(f"{plan}/calendar/quarterly")
    first = monitor.page.locator("#starts_on_0").input_value()
    monitor.page.locator("#starts_on_1").fill(first)
    monitor.press(button(words("Keep the periods")))
    assert monitor.page.locator("#starts_on_1-error").count() == 1
    monitor.go(plan)
    monitor.press(button(words("Hand over for approval")))
    monitor.sees(words("waits for approval"))
    wrong = monitor.leave()

    chair = Person(browser, fresh_product.address, screen)
    chair.go("/sign-in")
    chair.press(chair.button(f"{words('Go in')} – {words(CHAIR)}"))
    chair.go(plan)
    chair.press(chair.link(words("Approve and open")))
    chair.press(chair.button(words("Approve and open")))
    chair.sees(words("still ahead"))
    chair.go("/board")
    wrong |= chair.leave()
    assert not wrong
