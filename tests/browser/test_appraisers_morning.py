"""An appraiser's morning in a browser: 42 sheets of 22 figures, a few of them worse than last month, one returned. What
is pressed is counted, and held to what issue 13 allows: one press for each figure that nothing asks about, five for one
that is returned."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tests.factories import morning
from tracker.core import clock

BY_FIGURE, BY_RETURN = 1, 5  # presses
QUICK = Screen(1440, "vi", scripts=False)  # the pages are looked at in the two tests below


class Counting(Person):
    """Counts what is pressed, scripts or none."""

    def __init__(self, browser: Browser, address: str, screen: Screen) -> None:
        super().__init__(browser, address, screen)
        self.presses = 0

    def click(self, what: Locator) -> None:
        self.presses += 1
        super().click(what)


@pytest.fixture
def month(fresh_product: Product, tmp_path: Path) -> Product:
    """The demo with a month of 42 more bodies, sent longest ago of all."""
    path = tmp_path / "month.json"
    path.write_text(json.dumps(morning.package(clock.today())), encoding="utf-8")
    fresh_product.cli("package", "load", str(path))
    return fresh_product


def waiting(product: Product) -> int:
    found = product.asked(
        "SELECT count(*) FROM report JOIN agency a ON a.id = agency_id WHERE state = 'sent' AND a.code LIKE 'MB%'"
    )
    return int(found[0])


def test_forty_two_sheets_of_twenty_two_figures(browser: Browser, month: Product) -> None:
    person = Counting(browser, month.address, QUICK)
    person.sign_in("appraiser")
    person.go("/appraisals/sheets")
    person.presses = 0
    words, whole = person.words, morning.BODIES * morning.FIGURES
    assert waiting(month) == whole
    person.press(person.page.get_by_role("row").filter(has_text="Sở mẫu 00").get_by_role("link"))
    returned = alone = 0
    for number in range(morning.BODIES):
        assert f"/MB{number:02}/" in person.page.url
        flagged = person.page.locator("article.t-appraise")
        if number % morning.WORSE == 0:
            assert flagged.count() == 1
            before = person.presses
            if number == 0:  # one is returned, with a usual reason
                person.click(flagged.locator("summary").first)
                person.click(flagged.get_by_role("checkbox").first)
                person.press(flagged.get_by_role("button", name=words("Return to the body")))
                returned = person.presses - before
            else:
                person.press(flagged.get_by_role("button", name=words("Accept as reported")))
                alone += person.presses - before
        person.press(person.button(words("Accept what is ticked")))
        if number + 1 < morning.BODIES:
            person.press(person.link(re.compile(words("Next body: %(body)s", body="").strip())))
    assert person.leave() == {}
    assert waiting(month) == 0
    outcomes = "SELECT d.outcome || ' ' || count(*) FROM decision d WHERE d.decided_at IS NOT NULL GROUP BY d.outcome"
    assert returned <= BY_RETURN, returned
    flagged_figures = len(range(0, morning.BODIES, morning.WORSE))
    plain = person.presses - returned - alone
    assert plain <= BY_FIGURE * (whole - flagged_figures)
    # In truth: one press a sheet, and one on to the next.
    assert (plain, alone, returned) == (2 * morning.BODIES, flagged_figures - 1, 3), month.asked(outcomes)


@pytest.mark.parametrize("screen", [Screen(390, "vi", "dark"), Screen(1440, "en", widths=(320, 390))], ids=str)
def test_each_page_of_an_appraiser_and_what_a_body_sees_of_it(
    browser: Browser, fresh_product: Product, screen: Screen
) -> None:
    """Looked at by axe; what is refused stands beside its field; a question goes to the body and back."""
    (sheet,) = fresh_product.asked(
        "SELECT '/appraisals/sheets/' || a.code || '/' || p.code FROM report r JOIN agency a ON a.id = r.agency_id"
        " JOIN period p ON p.id = r.period_id WHERE r.state = 'sent' AND a.code LIKE 'SYT%' ORDER BY r.id LIMIT 1"
    )
    people = [Person(browser, fresh_product.address, screen) for _person in range(2)]
    appraiser, officer = people
    words = appraiser.words
    appraiser.sign_in("appraiser")
    appraiser.press(appraiser.menu(words("Appraisal")))
    appraiser.press(appraiser.link(words("Sheet by sheet")))
    appraiser.press(appraiser.link(words("Usual reasons for a return")))
    appraiser.press(appraiser.link(words("Write a usual reason")))
    appraiser.field("In Vietnamese").fill("Thiếu phụ lục.")
    appraiser.press(appraiser.button(words("Keep the reason")))
    appraiser.sees(words("Write the reason in this language too"))
    appraiser.field("In English").fill("The annex is missing.")
    appraiser.press(appraiser.button(words("Keep the reason")))
    appraiser.press(appraiser.page.get_by_role("button", name=re.compile(words("Move up"))).last)

    appraiser.go(sheet)
    if not appraiser.page.locator("article.t-appraise").count():  # nothing asks about any: one is opened in place
        appraiser.press(appraiser.page.locator("tbody th[scope=row] a").first)
    alone = appraiser.page.locator("article.t-appraise").first
    identity = alone.get_attribute("id")
    assert identity is not None
    alone = appraiser.page.locator(f"[id='{identity}']")
    appraiser.click(alone.locator("summary").nth(0))
    appraiser.press(alone.get_by_role("button", name=words("Return to the body")))
    appraiser.sees(words("Say what the body shall change"))
    appraiser.click(alone.locator("summary").nth(1))
    alone.get_by_label(words("Question"), exact=True).fill("Danh mục ở đâu?")
    appraiser.press(alone.get_by_role("button", name=words("Send the question")))
    appraiser.sees(words("Your question waits for an answer"))

    officer.sign_in("officer")
    asked = officer.page.locator("#to-answer + ul").get_by_role("link")
    officer.press(asked)
    officer.sees("Danh mục ở đâu?")
    officer.press(officer.button(words("Send the answer")))
    officer.sees(words("Write your answer"))
    officer.field("Your answer").fill("Ở phụ lục 2.")
    officer.press(officer.button(words("Send the answer")))

    appraiser.go("/")
    appraiser.press(appraiser.page.locator("#to-read + ul").get_by_role("link"))
    appraiser.sees("Ở phụ lục 2.")
    appraiser.press(appraiser.link(words("Ask without returning")))
    file = fresh_product.asked("SELECT token FROM evidence WHERE revision_id IS NOT NULL ORDER BY id LIMIT 1")
    for token in file:
        appraiser.go(f"/evidence/{token}/pages")
        shown = appraiser.page.locator("img.t-pages__page").first
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500
    assert file
    wrong = {page: found for person in people for page, found in person.leave().items()}
    assert not wrong, wrong
