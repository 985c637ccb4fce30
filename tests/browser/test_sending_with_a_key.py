"""A programme that asks for a key at sending: an administrator says so, a head on a phone makes a key and sends."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.confirming import sent_with_a_key
from tests.browser.pages import Person, Screen
from tests.browser.product import Product

HANDED = """SELECT target.token || ' ' || period.code || ' ' || programme.code FROM draft
    JOIN target ON target.id = draft.target_id JOIN period ON period.id = draft.period_id
    JOIN programme ON programme.id = target.programme_id JOIN agency ON agency.id = draft.agency_id
    WHERE draft.state = 'with_head' AND agency.code = 'SYT'"""
CONFIRMED = "SELECT code FROM report_receipt WHERE confirmation_id IS NOT NULL"


def test_what_a_head_sends_is_confirmed_with_a_key(browser: Browser, fresh_product: Product) -> None:
    target, period, programme = fresh_product.asked(HANDED)[0].split()
    administrator = Person(browser, fresh_product.address, Screen(1440, "en"))
    administrator.sign_in("administrator")
    administrator.go(f"/programmes/{programme}/signing")
    asks = administrator.words("A head confirms with a signing key what is sent")
    administrator.click(administrator.page.get_by_label(asks))
    administrator.press(administrator.button(administrator.words("Set the ways of signing")))
    administrator.sees(administrator.words("Reports are sent with the signing key of whoever sends them."))
    head = Person(browser, fresh_product.address, Screen(390, "vi"))
    head.sign_in("head")
    sent_with_a_key(head, f"/figures/{target}/{period}/send")
    head.sees(head.words("The report was sent to the People's Committee."))
    anybody = Person(browser, fresh_product.address, Screen(390, "vi"))
    anybody.go(f"/verify/reports/{fresh_product.asked(CONFIRMED)[0]}?lang=ru")
    expect(anybody.page.get_by_role("heading", name="Подтверждение ключом")).to_be_visible()
    anybody.press(anybody.link("English"))
    expect(anybody.page.get_by_role("heading", name="Confirmed with a key")).to_be_visible()
    wrong = {page: found for person in (administrator, head, anybody) for page, found in person.leave().items()}
    assert wrong == {}
