"""The sheet's errand in a browser: a month of one body by keyboard, counted; a paste; one after the other on a phone;
without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, FilePayload, Locator, expect
from sqlalchemy.orm import Session

from tests.browser.pages import Person, Screen
from tests.browser.product import SECRET, Product, Scenes
from tests.factories import month
from tracker import create_app
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.commitments.models import Target
from tracker.core import clock
from tracker.core.db import database
from tracker.core.db.unit_of_work import unit_of_work
from tracker.core.languages import format_figure
from tracker.demo.pdf import small_pdf
from tracker.people.models import Person as Somebody
from tracker.permissions.queries import reader_of
from tracker.progress import queries, service
from tracker.progress.models import Draft
from tracker.settings import Secret, Settings

BODIES = "code,name,kind\nSNV,Sở Nội vụ,department\nSYT,Sở Y tế,department\n"
PEOPLE = (("officer", "SYT"), ("head", "SYT"), ("appraiser", "SNV"))
MOST_A_FIGURE, MOST_A_RETURNED, MOST_OF_HEAD = 1, 5, 3
MOST_WITH_EVIDENCE = 1  # choosing the file
PASTE = """([box, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  box.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def month_product(empty_product: Product, scenes: Scenes) -> Product:
    """A body whose month waits to be filled in, its officer and head, and who appraises."""
    scenes.enter(f"the month of {clock.today()}", lambda: entered(empty_product))
    return empty_product


def entered(product: Product) -> None:
    sheet = product.instance / "bodies.csv"
    sheet.write_text(BODIES, encoding="utf-8")
    product.cli("import", "agencies", str(sheet))
    for office, agency in PEOPLE:
        account = ("--name", f"{office} {agency}", "--email", f"{office}@tinh.example", "--password", DEMO_PASSWORD)
        product.cli("add-account", *account, "--office", office, "--agency", agency)
    with inside(product) as session:
        month.enter(session, clock.today())


@contextmanager
def inside(product: Product) -> Iterator[Session]:
    """A unit of work on its database, in this process."""
    address = f"sqlite:///{product.instance}/tracker.db"
    app = create_app(Settings(database_url=address, secret_key=Secret(SECRET), instance=product.instance))
    with app.app_context():
        with unit_of_work() as session:
            yield session
        database.db.session.remove()
        database.db.engine.dispose()


def handed_over(product: Product) -> None:
    """What is complete lies with the head."""
    with inside(product) as session:
        now, who = clock.moment(), session.scalars(sa.select(Somebody).where(Somebody.name == "officer SYT")).one()
        reader = reader_of(session, now.on, person_id=who.id, account_id=who.id, name=who.name, language="vi")
        for draft in session.scalars(sa.select(Draft)).all():
            token = session.scalars(sa.select(Target.token).where(Target.id == draft.target_id)).one()
            slot = queries.find_slot(session, sa.true(), token, month.code_of(clock.today(), 0))
            assert slot is not None
            service.hand_to_head(session, now, reader=reader, slot=slot, version=draft.version)


@dataclass
class Hand:
    """A person's hand on keyboard and mouse: what it presses besides the digits and words themselves."""

    person: Person
    presses: int = 0
    of: dict[str, int] = field(default_factory=dict)  # by figure

    def type(self, text: str) -> None:
        """Digits and words: they are what is told, by whatever means."""
        self.person.page.keyboard.type(text)

    def key(self, name: str) -> None:
        """A key that only moves, keeps or sends."""
        self.presses += 1
        self.person.page.keyboard.press(name)

    def press(self, what: Locator) -> None:
        """A press that leads to another page."""
        self.presses += 1
        self.person.press(what)

    def click(self, what: Locator) -> None:
        """A press on the page."""
        self.presses += 1
        self.person.click(what)


def sheet_of(person: Person) -> str:
    return f"/sheets/{month.BODY}/{month.code_of(clock.today(), 0)}"


def typed(number: int, turn: int = 0) -> str:
    """A figure as one writes it down: 84,5, or 181/200."""
    return "/".join(format_figure(one, "vi") for one in month.figure_of(number, month.MONTHS - 1 + turn).values())


def box(person: Person, number: int, name: str = "") -> Locator:
    own = name or ("numerator" if number % 4 == 0 else "value")
    return person.page.locator(f".t-cellbox[name='{own}:month-{number:02d}']")


def saved(person: Person, count: int) -> None:
    """So many figures are complete, by the page's own count."""
    with person.frames.go():
        expect(person.page.locator("[data-t-count-done]")).to_have_text(str(count))


def test_a_month_of_a_body_by_keyboard(browser: Browser, month_product: Product) -> None:
    officer = Person(browser, month_product.address, Screen(1440, "vi"))
    officer.sign_in("officer")
    hand = Hand(officer)
    officer.go(sheet_of(officer))
    officer.click(box(officer, 1))
    for number in range(1, month.FIGURES + 1):
        before = hand.presses
        expect(box(officer, number)).to_be_focused()
        hand.type(typed(number))
        if number == month.RETURNED:
            hand.key("ArrowRight")
            hand.type("Đã bổ sung số hồ sơ trả chậm.")
            hand.key("Enter")
            hand.key("ArrowLeft")
        else:
            hand.key("Enter")
        hand.of[f"T{number:02d}"] = hand.presses - before
    saved(officer, month.FIGURES)
    assert hand.of.pop(f"T{month.RETURNED:02d}") <= MOST_A_RETURNED
    assert max(hand.of.values()) <= MOST_A_FIGURE, hand.of
    for number in month.WITH_EVIDENCE:
        before = hand.presses
        row = officer.page.locator(f"#r\\:month-{number:02d}")
        file: FilePayload = {"name": f"Bảng kê {number}.pdf", "mimeType": "application/pdf", "buffer": small_pdf(["S"])}
        hand.presses += 1
        with officer.frames.go():
            row.locator("input[type=file]").set_input_files(file)
            expect(row.get_by_role("link", name=officer.words("%(num)s file", num=1))).to_be_visible()
        assert hand.presses - before <= MOST_WITH_EVIDENCE
    officer.go(sheet_of(officer))
    for number in range(1, month.FIGURES + 1):
        expect(box(officer, number)).to_have_value(typed(number).partition("/")[0])
    handed_over(month_product)
    head = Person(browser, month_product.address, Screen(390, "vi"))
    head.sign_in("head")
    head.go("/")
    of_head, words = Hand(head), head.words
    of_head.press(head.link(words.like("Send %(count)s reports for %(period)s together")))
    of_head.press(head.button(words("Send to the People's Committee")))
    assert of_head.presses <= MOST_OF_HEAD
    assert month_product.asked("SELECT count(*) FROM report WHERE state = 'sent'") == [str(month.FIGURES)]
    assert month_product.asked("SELECT count(*) FROM evidence WHERE revision_id IS NOT NULL") == ["3"]
    assert not officer.leave() | head.leave()


def test_a_block_is_pasted_looked_at_and_taken(browser: Browser, month_product: Product) -> None:
    officer = Person(browser, month_product.address, Screen(1440, "vi", "dark"))
    officer.sign_in("officer")
    words = officer.words
    officer.go(sheet_of(officer))
    first = box(officer, 1)
    first.focus()
    block = f"33,3\n{typed(2)}\n1.447\n190\t200\tchậm do lũ\n#DIV/0!\n"
    with officer.frames.go():
        first.evaluate("(box, text) => (" + PASTE + ")([box, text])", block)
        window = officer.page.get_by_role("dialog", name=words("Paste into the sheet"))
        expect(window).to_be_visible()
    officer.look()
    wrong = window.locator('[aria-invalid="true"]')
    expect(wrong).to_have_count(1)
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("#DIV/0!")
    expect(first).to_have_value("")
    wrong.fill("85")
    officer.press(window.get_by_role("button", name=words("Take %(num)s figure", num=4)))
    expect(first).to_be_focused()
    expect(first).to_have_value("33,3")
    expect(box(officer, 3)).to_have_value("1.447")
    expect(box(officer, 4, "denominator")).to_have_value("200")
    expect(box(officer, 4, "narrative")).to_have_value("chậm do lũ")
    expect(box(officer, 5)).to_have_value("85")
    assert not officer.leave()


def test_the_keys_of_a_spreadsheet(browser: Browser, month_product: Product) -> None:
    officer = Person(browser, month_product.address, Screen(1440, "vi"))
    officer.sign_in("officer")
    officer.go(sheet_of(officer))
    press, last = officer.page.keyboard.press, box(officer, month.FIGURES)
    box(officer, 1).focus()
    for key, where in (
        ("ArrowDown", box(officer, 2)),
        ("ArrowRight", box(officer, 2, "narrative")),
        ("ArrowRight", box(officer, 2, "obstacles")),
        ("ArrowDown", box(officer, 3, "obstacles")),
        ("ArrowLeft", box(officer, 3, "narrative")),
        ("ArrowLeft", box(officer, 3)),
        ("ArrowDown", box(officer, 4)),
        ("/", box(officer, 4, "denominator")),
        ("ArrowDown", box(officer, 8, "denominator")),
        ("ArrowUp", box(officer, 4, "denominator")),
        ("Enter", box(officer, 5)),
        ("Shift+Enter", box(officer, 4)),
        ("ArrowUp", box(officer, 3)),
    ):
        press(key)
        expect(where).to_be_focused()
    officer.page.keyboard.type("12")
    press("ArrowLeft")
    expect(box(officer, 3)).to_be_focused()  # within what is typed it moves the caret
    press("Escape")
    expect(box(officer, 3)).to_have_value("")
    help_ = officer.page.locator("[data-t-keyhelp] dl")
    expect(help_).to_be_hidden()
    press("?")
    expect(help_).to_be_visible()
    officer.look()
    press("?")
    expect(help_).to_be_hidden()
    last.focus()
    officer.page.keyboard.type(typed(month.FIGURES))
    press("Enter")
    saved(officer, 1)
    expect(last).to_be_focused()
    assert not officer.leave()


def test_an_answer_keeps_the_focus_while_its_row_is_saved(browser: Browser, month_product: Product) -> None:
    """The figure of last time, to the digit, is asked about; what is typed as the answer outlives what is put in."""
    officer = Person(browser, month_product.address, Screen(1440, "vi"))
    officer.sign_in("officer")
    officer.go(sheet_of(officer))
    box(officer, 1).focus()
    officer.page.keyboard.type(typed(1, -1))
    officer.page.keyboard.press("Enter")
    answer = officer.page.locator("[name='answer:same_as_last:month-01']")
    with officer.frames.go():
        expect(answer).to_be_visible()
    answer.focus()
    officer.page.keyboard.type("đã kiểm tra lại")
    officer.page.keyboard.press("Enter")
    expect(box(officer, 2)).to_be_focused()
    saved(officer, 1)
    assert not officer.leave()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_one_after_the_other_on_a_phone(browser: Browser, month_product: Product, scripts: bool) -> None:
    officer = Person(browser, month_product.address, Screen(390, "vi", scripts=scripts))
    officer.sign_in("officer")
    words = officer.words
    officer.go(sheet_of(officer))
    officer.press(officer.link(words("One after the other")))
    for number in range(1, 5):
        officer.sees(words("%(number)s of %(count)s", number=number, count=month.FIGURES))
        part, _sign, whole = typed(number).partition("/")
        box(officer, number).fill(part)
        if whole:
            box(officer, number, "denominator").fill(whole)
        officer.press(officer.button(words("Save and next")))
    officer.sees(words("%(number)s of %(count)s", number=5, count=month.FIGURES))
    officer.sees(month.REASON)
    officer.press(officer.link(words("The one before")))
    expect(box(officer, 4)).to_have_value(typed(4).partition("/")[0])
    box(officer, 4).fill("rất nhiều")
    officer.press(officer.button(words("Save and next")))
    expect(box(officer, 4)).to_have_attribute("aria-invalid", "true")
    expect(box(officer, 4)).to_have_value("rất nhiều")
    assert not officer.leave()


def test_without_scripts_the_whole_errand_of_the_sheet(browser: Browser, month_product: Product) -> None:
    officer = Person(browser, month_product.address, Screen(1440, "vi", scripts=False))
    officer.sign_in("officer")
    words = officer.words
    officer.go(sheet_of(officer))
    box(officer, 1).fill(typed(1))
    box(officer, 2).fill("hai ngày")
    officer.press(officer.button(words("Save")))
    expect(box(officer, 1)).to_have_value(typed(1))
    expect(box(officer, 2)).to_have_attribute("aria-invalid", "true")
    officer.press(officer.link(words("Paste from a spreadsheet")))
    officer.field("Paste from a spreadsheet").fill(f"T02\t{typed(2)}\nT04\t181\t200\nT03\t1.447,5%")
    officer.press(officer.button(words("Show what is read")))
    officer.press(officer.page.get_by_role("button", name=words("Take %(num)s figure", num=2)))
    officer.page.get_by_role("main").get_by_label(words("Figure")).first.fill(typed(3))
    officer.press(officer.page.get_by_role("button", name=words.like("Take %(num)s figure")))
    expect(box(officer, 2)).to_have_value(typed(2))
    expect(box(officer, 3)).to_have_value(typed(3))
    expect(box(officer, 4)).to_have_value("181")
    officer.leave()
