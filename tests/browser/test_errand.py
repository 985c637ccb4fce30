"""The main job in a browser: officer → head → appraiser → officer again → board → the reminder in the mailbox.

Walked on a phone and on a desk, in both languages, in light and dark, and once without scripts; axe looks at each page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tracker.demo.pdf import small_pdf

TITLES = {
    "vi": "Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn và trước hạn",
    "en": "Share of procedure files settled on time or early",
}
ALSO_OWED = {
    "vi": "Tỷ lệ văn bản ban hành đúng thẩm quyền, trình tự, thể thức",
    "en": "Share of legal documents issued with correct authority, procedure and form",
}
BODY = {"vi": "Sở Y tế", "en": "Department of Health"}
WRONG_NUMBER, REASON, EXPLANATION = "chín mươi", "Thiếu số hồ sơ trả chậm.", "Số hồ sơ từ Cổng Dịch vụ công."
OFFICER_DIGEST = re.compile(r"việc chờ ông/bà hôm nay.*chuyen-vien\.syt@example\.invalid", re.DOTALL)
EVIDENCE = "Bảng kê.pdf"

SCREENS = {
    "phone, Vietnamese": Screen(390, "vi"),
    "desk, English, dark": Screen(1440, "en", "dark"),
    "phone, English, without scripts": Screen(390, "en", scripts=False),
}


@dataclass
class Office:
    """The people of the errand: who has signed in stays signed in on their own device."""

    browser: Browser
    product: Product
    screen: Screen
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, office: str) -> Person:
        if office not in self.people:
            self.people[office] = Person(self.browser, self.product.address, self.screen)
            self.people[office].sign_in(office)
        return self.people[office]

    @property
    def title(self) -> str:
        """The target of the errand."""
        return TITLES[self.screen.language]

    def leave(self) -> dict[str, list[str]]:
        """All go home; what was wrong with the pages they saw."""
        return {page: found for person in self.people.values() for page, found in person.leave().items()}


@pytest.mark.parametrize("screen", SCREENS.values(), ids=list(SCREENS))
def test_the_errand(browser: Browser, fresh_product: Product, screen: Screen) -> None:
    office = Office(browser, fresh_product, screen)
    officer_writes(office)
    head_sends_by_keyboard(office)
    appraiser_returns(office)
    officer_corrects(office)
    head_sends(office)
    appraiser_accepts(office)
    monitor_sees_it(office)
    administrator_sees_it(office)
    reminder_came(office)
    office["officer"].sign_out()
    wrong = office.leave()
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())


def officer_writes(office: Office) -> None:
    officer = office["officer"]
    words = officer.words
    officer.press(officer.row(words("To be written"), office.title).get_by_role("link"))
    officer.type_ratio(WRONG_NUMBER, "96")
    officer.field("Explanation").fill(EXPLANATION)
    officer.press(officer.button(words("Hand to the head")))
    part = officer.field("Part")
    expect(part).to_have_attribute("aria-invalid", "true")
    expect(part).to_have_value(WRONG_NUMBER)
    expect(officer.field("Explanation")).to_have_value(EXPLANATION)
    expect(officer.page.get_by_role("alert").get_by_role("link")).to_have_count(1)
    officer.type_ratio("80", "96")
    officer.attach(EVIDENCE, small_pdf(["SAMPLE"]))
    officer.press(officer.button(words("Hand to the head")))
    officer.sees(words("The figure is with the head."))
    expect(officer.row(words("With the head"), office.title)).to_be_visible()


def head_sends_by_keyboard(office: Office) -> None:
    head = office["head"]
    words = head.words
    head.by_keyboard(head.row(words("Waiting for you to send"), office.title).get_by_role("link"))
    expect(head.link(EVIDENCE)).to_be_visible()
    head.by_keyboard(head.button(words("Go on to send")))
    head.by_keyboard(head.button(words("Send to the People's Committee")))
    head.sees(words("The report was sent to the People's Committee."))


def open_in_queue(office: Office) -> Person:
    appraiser = office["appraiser"]
    appraiser.press(appraiser.menu(appraiser.words("Appraisal")))
    appraiser.field("Body").select_option(label=BODY[office.screen.language])
    appraiser.press(appraiser.button(appraiser.words("Show")))
    queue = appraiser.words("Reports that wait for a decision")
    appraiser.press(appraiser.row(queue, office.title).get_by_role("link"))
    return appraiser


def appraiser_returns(office: Office) -> None:
    appraiser = open_in_queue(office)
    words = appraiser.words
    appraiser.click(appraiser.field("Return to the body"))
    appraiser.press(appraiser.button(words("See what it changes")))
    expect(appraiser.field("Reason")).to_have_attribute("aria-invalid", "true")
    expect(appraiser.field("Return to the body")).to_be_checked()
    appraiser.field("Reason").fill(REASON)
    appraiser.press(appraiser.button(words("See what it changes")))
    appraiser.sees(REASON)
    appraiser.press(appraiser.button(words("Decide")))
    appraiser.sees(words("returned to the body"))


def officer_corrects(office: Office) -> None:
    officer = office["officer"]
    words = officer.words
    officer.go("/")
    back = officer.row(words("Came back to you"), office.title)
    expect(back).to_contain_text(REASON)
    officer.press(back.get_by_role("link"))
    officer.sees(words.like("Returned on %(day)s: %(reason)s"))
    expect(officer.field("Part")).to_have_value("80")
    officer.type_ratio("95", "96")
    officer.press(officer.button(words("Hand to the head")))
    officer.sees(words("The figure is with the head."))


def head_sends(office: Office) -> None:
    head = office["head"]
    words = head.words
    head.go("/")
    head.press(head.row(words("Waiting for you to send"), office.title).get_by_role("link"))
    head.press(head.button(words("Go on to send")))
    head.press(head.button(words("Send to the People's Committee")))
    expect(head.row(words("Sent, waiting for the appraiser"), office.title)).to_be_visible()


def appraiser_accepts(office: Office) -> None:
    appraiser = open_in_queue(office)
    words = appraiser.words
    appraiser.click(appraiser.field("Accept as reported"))
    appraiser.press(appraiser.button(words("See what it changes")))
    appraiser.press(appraiser.button(words("Decide")))
    appraiser.sees(words("accepted as reported"))


def monitor_sees_it(office: Office) -> None:
    monitor = office["monitor"]
    words = monitor.words
    monitor.go("/board")
    expect(monitor.list(words("Bodies × domains"))).to_be_visible()
    monitor.press(monitor.list(words("Bodies × domains")).get_by_role("link", name=BODY[office.screen.language]))
    monitor.press(monitor.link(office.title))
    for heading in ("Why this status", "Plan and figures", "Figures by period", "How it stood"):
        expect(monitor.page.get_by_role("heading", name=words(heading))).to_be_visible()
    expect(monitor.page.get_by_role("img", name=office.title)).to_be_visible()
    monitor.sees(REASON)
    monitor.sees(words.like("%(report)s accepted"))
    with monitor.page.expect_download() as evidence:
        monitor.click(monitor.link(EVIDENCE).first)
    assert evidence.value.path().read_bytes().startswith(b"%PDF")
    late_list(monitor)


def late_list(monitor: Person) -> None:
    words = monitor.words
    monitor.press(monitor.menu(words("Late targets")))
    late = monitor.list(words("Overdue and unreported targets"))
    expect(late).to_contain_text(words("Overdue"))
    monitor.press(late.get_by_role("link", name=words("Score"), exact=True))
    with monitor.page.expect_download() as csv:
        monitor.click(monitor.link(words("Download CSV")))
    lines = csv.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == late.get_by_role("row").count()


def administrator_sees_it(office: Office) -> None:
    administrator = office["administrator"]
    words = administrator.words
    for job in ("Statuses are updated", "Reminders are prepared", "Mails are sent"):
        expect(administrator.list(words("Last run of each job"))).to_contain_text(words(job))
    administrator.press(administrator.menu(words("Audit record")))
    expect(administrator.list(words("Audit record"))).to_contain_text(words("Report accepted"))
    administrator.press(administrator.menu(words("Working calendar")))
    expect(administrator.page.get_by_role("heading", name=words("Working calendar"))).to_be_visible()


def reminder_came(office: Office) -> None:
    assert office.product.job("remind").exit_code == 0
    assert office.product.job("deliver").exit_code == 0
    officer = office["officer"]
    words = officer.words
    officer.press(officer.menu(words("Mailbox")))
    officer.press(officer.row(words("Mails"), OFFICER_DIGEST).get_by_role("link"))
    officer.sees(ALSO_OWED["vi"])  # a mail is in its receiver's language
    leads_to = officer.link("/figures/").first.get_attribute("href") or ""
    officer.go(urlsplit(leads_to).path)  # the demo was filled under another port
    expect(officer.button(words("Hand to the head"))).to_be_visible()
