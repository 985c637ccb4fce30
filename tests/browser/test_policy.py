"""A change of policy in the browser: prepared, previewed while the page waits by itself, set, seen by the monitor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tracker.core import clock

WIDTHS = (320, 720, 1440)


@pytest.mark.parametrize(
    "screen", [Screen(width=390, scheme="dark", widths=WIDTHS), Screen(language="en", scripts=False)]
)
def test_a_policy_is_previewed_and_set(browser: Browser, fresh_product: Product, screen: Screen) -> None:
    administrator = Person(browser, fresh_product.address, screen)
    words = administrator.words
    administrator.sign_in("administrator")
    administrator.go("/policy")
    administrator.press(administrator.link(words("Prepare a change")))
    field = administrator.field
    field("Counts from").fill(f"{clock.today() + timedelta(days=3):%d/%m/%Y}")
    administrator.page.locator("#at_risk").fill("95")
    administrator.press(administrator.button(words("Preview")))
    expect(administrator.page.locator("#at_risk")).to_have_value("95")  # refused: nothing typed is lost
    administrator.page.locator("#at_risk").fill("80")
    administrator.page.locator("#grace_days").fill("0")
    administrator.page.locator("#late_floor").fill("30")
    administrator.press(administrator.button(words("Preview")))
    answer = administrator.page.get_by_role("heading", name=words("From which status to which"))
    if screen.scripts:
        expect(administrator.page.get_by_role("progressbar")).to_be_visible()
    assert fresh_product.command("jobs", "run", "answer").returncode == 0  # which the scheduler does within a minute
    # With scripts a part of the page asks again; without, the page itself does.
    expect(answer).to_be_visible()
    administrator.look()
    card = administrator.page.locator("section").filter(has_text=words("What would change"))
    administrator.press(card.get_by_role("button"))
    administrator.sees(words("still ahead"))
    wrong = administrator.leave()
    monitor = Person(browser, fresh_product.address, screen)
    monitor.sign_in("monitor")
    monitor.go("/policy")
    monitor.sees(words("still ahead"))
    expect(monitor.link(words("Withdraw"))).to_have_count(0)
    wrong |= monitor.leave()
    assert not wrong
