"""A head asks on a phone that an accepted figure be opened again, the appraiser grants it in the dark, the head sends
the right one."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product

WRONG, ANSWER = "Lấy nhầm số của bản chưa chốt, có biên bản đối chiếu.", "Có căn cứ."
# A figure of the head's body that was accepted, which nobody has asked about, counted in whole numbers.
ACCEPTED = """
    SELECT '/figures/' || target.token || '/' || period.code FROM report JOIN target ON target.id = report.target_id
    JOIN period ON period.id = report.period_id JOIN agency ON agency.id = report.agency_id
    JOIN revision ON revision.report_id = report.id LEFT JOIN correction ON correction.revision_id = revision.id
    WHERE agency.code = 'SYT' AND report.state = 'accepted' AND correction.id IS NULL AND revision.value IS NOT NULL
    ORDER BY report.sent_on DESC, target.code LIMIT 1
"""


def test_an_accepted_figure_is_opened_again_and_put_right(browser: Browser, fresh_product: Product) -> None:
    head = Person(browser, fresh_product.address, Screen(390, "vi"))
    appraiser = Person(browser, fresh_product.address, Screen(1440, "vi", "dark"))
    words, figure = head.words, fresh_product.asked(ACCEPTED)[0]
    head.sign_in("head")
    head.go(figure)
    head.press(head.link(words("Ask for a correction")))
    head.press(head.button(words("Ask for the correction")))
    expect(head.field("What is wrong with the figure")).to_have_attribute("aria-invalid", "true")
    head.field("What is wrong with the figure").fill(WRONG)
    head.press(head.button(words("Ask for the correction")))
    expect(head.button(words("Withdraw the request"))).to_be_visible()
    head.go("/")
    waiting = head.page.locator("#corrections + ul").get_by_role("listitem")
    asked = waiting.count()

    appraiser.sign_in("appraiser")
    appraiser.press(appraiser.page.locator("a.t-task[href='/corrections']"))
    appraiser.press(appraiser.page.locator("main tbody tr", has_text=WRONG).get_by_role("link"))
    appraiser.click(appraiser.field("Grant: the report is opened again"))
    appraiser.press(appraiser.button(words("Decide")))
    expect(appraiser.field("Reason for the decision")).to_have_attribute("aria-invalid", "true")
    appraiser.field("Reason for the decision").fill(ANSWER)
    appraiser.press(appraiser.button(words("Decide")))

    head.go("/")
    expect(waiting).to_have_count(asked - 1)
    head.sees(words("opened again after it was accepted"))
    head.go(figure)
    head.sees(ANSWER)
    head.field("Explanation").fill("Đính chính theo biên bản đối chiếu.")
    head.press(head.page.locator("main button[value=send]"))
    head.press(head.button(words("Send to the People's Committee")))
    head.go(figure)
    for text in (WRONG, ANSWER):
        head.sees(text)
    wrong = {**head.leave(), **appraiser.leave()}
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())
