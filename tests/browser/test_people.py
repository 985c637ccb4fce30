"""What each person comes for besides the errand: nothing typed is lost, one press for many, a link that comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tracker.core import clock

Enter = Callable[[str], Person]
LATE = "Tỷ lệ văn bản ban hành đúng thẩm quyền, trình tự, thể thức"
WITH_HEAD = "Tỷ lệ nhiệm vụ UBND tỉnh, Chủ tịch UBND tỉnh giao hoàn thành đúng hạn"


@pytest.fixture
def enter(browser: Browser, fresh_product: Product) -> Iterator[Enter]:
    """Somebody of an office comes in on a device of their own; at the end, nothing was wrong with what they saw."""
    people: list[Person] = []

    def come(office: str) -> Person:
        person = Person(browser, fresh_product.address, Screen())
        people.append(person)
        person.sign_in(office)
        return person

    yield come
    wrong = {page: found for person in people for page, found in person.leave().items()}
    assert not wrong


def test_an_officer_loses_nothing_that_was_typed(enter: Enter) -> None:
    first, second = enter("officer"), enter("officer")
    words = first.words
    for officer in (first, second):
        officer.press(officer.row(words("To be written"), LATE).get_by_role("link"))
    first.type_ratio("10", "20")
    first.press(first.button(words("Keep as draft")))
    second.type_ratio("11", "20")
    second.press(second.button(words("Keep as draft")))
    second.sees(words("What you typed, not kept yet"))
    second.sees(words("What stands now"))
    expect(second.field("Part")).to_have_value("11")

    first.field("Part").fill("12")
    first.device.clear_cookies()
    first.press(first.button(words("Keep as draft")))
    first.sees(words("Your session has ended. What you typed is kept: sign in, then send it."))
    first.press(first.button(f"{words('Go in')} – {words('Officer')}"))
    first.press(first.button(words("Send it now")))
    first.sees(words("The draft was kept."))
    expect(first.field("Part")).to_have_value("12")


def test_a_head_sends_the_sheet_in_one_press_and_recalls(enter: Enter) -> None:
    head = enter("head")
    words = head.words
    head.press(head.link(words("figure waits for you to send it")))
    expect(head.row(words("Figures that will be sent"), WITH_HEAD)).to_be_visible()
    head.press(head.button(words("Send to the People's Committee")))
    head.go("/")
    head.press(head.row(words("Sent, waiting for the appraiser"), WITH_HEAD).get_by_role("link"))
    head.press(head.link(words("Recall the report")))
    head.press(head.button(words("Recall the report")))
    head.sees(words("The report was recalled. It counts as never sent, and can be sent anew."))


def test_an_appraiser_accepts_together_what_is_ticked(enter: Enter) -> None:
    appraiser = enter("appraiser")
    words = appraiser.words
    appraiser.press(appraiser.menu(words("Appraisal")))
    before = appraiser.page.get_by_role("checkbox")
    for row in range(2):
        appraiser.click(before.nth(row))
    reports = [before.nth(row).get_attribute("value") for row in range(2)]
    appraiser.press(appraiser.button(words("Accept what is ticked")))
    appraiser.press(appraiser.button(words("Accept %(num)s reports", num=2)))
    appraiser.sees(words("%(num)s reports were accepted.", num=2))
    for report in reports:
        expect(appraiser.page.locator(f'input[value="{report}"]')).to_have_count(0)


def test_a_monitor_sends_a_page_as_a_link(enter: Enter) -> None:
    monitor, other = enter("monitor"), enter("monitor")
    words = monitor.words
    monitor.go("/board")
    monitor.click(monitor.page.get_by_role("main").locator("summary").filter(has_text=words.like("As of %(day)s")))
    monitor.field("Another day").first.fill((clock.today() - timedelta(days=40)).isoformat())
    monitor.press(monitor.button(words("Show")).first)
    monitor.press(monitor.link(words("By status")))
    monitor.press(monitor.link(words("Departments and sectors")))
    table = monitor.list(words("Bodies × statuses"))
    address = monitor.page.url.removeprefix(monitor.address)
    other.go(address)
    assert other.list(words("Bodies × statuses")).inner_text() == table.inner_text()

    body = table.get_by_role("row").filter(has=monitor.page.get_by_role("rowheader")).nth(1)
    count = body.get_by_role("link").nth(1)
    promised = int(count.inner_text())
    monitor.press(count)
    expect(monitor.page.locator("main tbody tr")).to_have_count(promised)


def test_an_administrator_swaps_a_day_and_takes_it_back(enter: Enter) -> None:
    administrator = enter("administrator")
    words = administrator.words
    saturday = clock.today() + timedelta(days=(5 - clock.today().weekday()) % 7 + 7)
    day = saturday.strftime("%d/%m/%Y")
    administrator.press(administrator.menu(words("Working calendar")))
    administrator.field("Day").fill("31/02/2021")
    administrator.press(administrator.button(words("See what would move")))
    expect(administrator.field("Day")).to_have_attribute("aria-invalid", "true")
    administrator.field("Day").fill(day)
    administrator.page.get_by_label(words("Why")).fill("Thông báo hoán đổi")
    administrator.press(administrator.button(words("See what would move")))
    administrator.press(administrator.button(words("Change the day")))
    differing = administrator.list(words("Days of %(year)s that differ", year=saturday.year))
    row = differing.get_by_role("row").filter(has_text=day)
    expect(row).to_contain_text(words("worked instead"))
    administrator.press(row.get_by_role("link"))
    administrator.press(administrator.button(words("Take it back")))
    expect(row).to_have_count(0)
