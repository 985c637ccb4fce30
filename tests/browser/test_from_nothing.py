"""A province begins with nothing but two administrators, and ends with two signed commitments, by pages alone, on a
phone."""

from __future__ import annotations

from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.confirming import confirmed
from tests.browser.pages import Person, Screen
from tests.browser.product import ADMINISTRATORS, Product
from tests.browser.test_accounts import NEW, by_password, mailed
from tracker.accounts.demo import DEMO_PASSWORD
from tracker.core import clock

BODIES = "code,name,kind\nSNV,Sở Nội vụ,department\nSYT,Sở Y tế,department\n"
HEADS = {"SNV": "Giám đốc Sở Nội vụ", "SYT": "Giám đốc Sở Y tế"}
MONITOR, CHAIR = "Người theo dõi", "Chủ tịch Ủy ban nhân dân tỉnh"
TEMPLATE, SLOGAN = "1.01", "Kỷ cương, trách nhiệm"
PDF = b"%PDF-1.7\n%%EOF\n"


def people() -> str:
    rows = [(MONITOR, "VPUBND", "monitor"), (CHAIR, "VPUBND", "chair")]
    rows += [(name, code, "head") for code, name in HEADS.items()]
    today = f"{clock.today():%d/%m/%Y}"
    lines = [f"{address(name)},{name},vi,{code},{office},{today}" for name, code, office in rows]
    return "\n".join(["email,name,language,agency,office,from_on", *lines])


def address(name: str) -> str:
    places = {MONITOR: "theo-doi", CHAIR: "chu-tich"} | {who: f"lanh-dao.{code.lower()}" for code, who in HEADS.items()}
    return f"{places[name]}@tinh.example"


def test_from_nothing_to_two_signed_commitments(browser: Browser, empty_product: Product) -> None:
    entered: list[Person] = []

    def enter(email: str, password: str = DEMO_PASSWORD) -> Person:
        person = Person(browser, empty_product.address, Screen(390))
        entered.append(person)
        by_password(person, email, password)
        return person

    def invited(name: str) -> Person:
        person = Person(browser, empty_product.address, Screen(390))
        entered.append(person)
        person.go(mailed(empty_product, address(name)))
        for label in ("New password", "The new password again"):
            person.field(label).fill(NEW)
        person.press(person.button(person.words("Set the password")))
        by_password(person, address(name), NEW)
        return person

    administrator, another = (enter(email) for email in ADMINISTRATORS.values())
    bodies_and_people(administrator, another)
    monitor, chair = invited(MONITOR), invited(CHAIR)
    plan = programme_prepared(monitor)
    chair.go(plan)
    chair.press(chair.link(chair.words("Approve and open")))
    chair.press(chair.button(chair.words("Approve and open")))
    confirmations_count(administrator)
    pages = drafted_and_offered(monitor)
    words = monitor.words
    for page, name in zip(pages, HEADS.values(), strict=True):
        head = invited(name)
        pressed(head, page, "Agree")
        pressed(monitor, page, "Make the document")
        confirmed(head, page, "Sign for the body")
        confirmed(chair, page, "Sign for the People's Committee")
        pressed(monitor, page, "Put it in force")
    monitor.sees(words("The commitment is in force."))
    assert empty_product.asked("SELECT number FROM commitment ORDER BY id") == [
        f"01/{clock.today().year}/CK-{code}" for code in HEADS
    ]
    assert empty_product.asked("SELECT count(*) FROM target") == ["2"]
    wrong = {page: found for person in entered for page, found in person.leave().items()}
    assert not wrong, "\n".join(f"{page}\n  " + "\n  ".join(found) for page, found in wrong.items())


def pressed(person: Person, page: str, what: str) -> None:
    """Asked once more on a page of its own, and pressed there."""
    person.go(page)
    person.press(person.link(person.words(what)))
    person.press(person.button(person.words(what)))


def confirmations_count(administrator: Person) -> None:
    """Besides PAdES and paper, which count unless somebody says otherwise."""
    words = administrator.words
    administrator.go("/programmes/CCHC/signing")
    administrator.click(administrator.field("Electronic confirmation (passkey)"))
    administrator.press(administrator.button(words("Set the ways of signing")))


def bodies_and_people(first: Person, second: Person) -> None:
    """From two sheets; the second administrator confirms the offices."""
    words = first.words
    for kind, sheet in (("agencies", BODIES), ("people", people())):
        first.go(f"/accounts/import/{kind}")
        file: FilePayload = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": sheet.encode()}
        first.page.locator("input[type=file]").set_input_files(file)
        first.press(first.button(words("Show what it would change")))
        if kind == "people":
            first.field("Reason").fill("Quyết định 1/QĐ-UBND")
        first.press(first.button(words("Import")))
    second.go("/accounts/requests")
    second.press(second.page.get_by_role("main").locator("tbody a").first)
    second.press(second.button(words("Confirm, and do it")))
    second.sees(words("Confirmed, and done."))
    for name in (MONITOR, CHAIR, *HEADS.values()):
        first.go("/accounts")
        first.press(first.link(name))
        first.press(first.button(words("Send an invitation")))


def programme_prepared(monitor: Person) -> str:
    """Next year's programme, handed over for approval; the address of its page."""
    words, field, button, today = monitor.words, monitor.field, monitor.button, clock.today()
    year = today.year + 1
    monitor.go("/programmes")
    monitor.press(monitor.link(words("Begin from nothing")))
    for label, typed in {
        "Title": "Cam kết cải cách hành chính",
        "Code": "CCHC",
        "Year": str(year),
        "Slogan of the year": SLOGAN,
        "First day": f"01/01/{year}",
        "Last day": f"31/12/{year}",
    }.items():
        field(label).fill(typed)
    field("Responsible office").select_option(index=1)
    monitor.press(button(words("Begin the programme")))
    plan = monitor.page.url.removeprefix(monitor.address)
    monitor.press(monitor.link(words("Change the basis")))
    for label, typed in {
        "Number of the document": "12/QĐ-UBND",
        "Dated": f"{today:%d/%m/%Y}",
        "Issued by": "UBND tỉnh",
        "Grounds": "Căn cứ Quyết định số 12/QĐ-UBND",
    }.items():
        field(label).fill(typed)
    monitor.press(button(words("Keep the basis")))
    monitor.press(monitor.link(words("Send the file")))
    field("The document as a PDF").set_input_files({"name": "QĐ.pdf", "mimeType": "application/pdf", "buffer": PDF})
    monitor.press(button(words("Keep the document")))
    monitor.go(f"{plan}/bodies")
    choose_bodies(monitor)
    monitor.press(button(words("Keep the bodies")))
    monitor.go(f"{plan}/calendar")
    field("Usual calendar").select_option("quarters")
    monitor.press(button(words("Set it")))
    monitor.go(plan)
    monitor.press(button(words("Hand over for approval")))
    monitor.sees(words("waits for approval"))
    return plan


def choose_bodies(monitor: Person) -> None:
    """The two, one by one: the office of the People's Committee promises nothing."""
    for name in ("Sở Nội vụ", "Sở Y tế"):
        one = monitor.page.get_by_label(name, exact=True)
        if not one.is_visible():
            monitor.click(monitor.page.locator("details", has=one).locator("summary"))
        monitor.click(one)


def drafted_and_offered(monitor: Person) -> list[str]:
    """A target of the typical ones for each body; the addresses of their pages."""
    words = monitor.words
    monitor.go("/templates")
    monitor.press(monitor.button(words("Add the typical targets")))
    monitor.go("/programmes/CCHC/draft")
    monitor.click(monitor.page.get_by_label(TEMPLATE))
    choose_bodies(monitor)
    monitor.press(monitor.button(words("Draft commitments")))
    monitor.go("/programmes/CCHC/offer")
    monitor.press(
        monitor.page.get_by_role("main").get_by_role("button").last,
    )
    rows = monitor.page.locator("main tbody th a[href^='/commitments/']")
    expect(rows).to_have_count(len(HEADS))
    return [str(one.get_attribute("href")) for one in rows.all()]
