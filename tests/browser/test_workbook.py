"""A sheet filled in as a workbook on the way: at a phone without scripts and at a desk in the dark, with a choice
between what the file has and what somebody else wrote meanwhile."""

from __future__ import annotations

from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tests.factories.filled_workbooks import filled, table

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_of(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType=KIND, buffer=content)


def first_open(content: bytes) -> tuple[str, int]:
    """The cell of the first figure in one number that nobody wrote yet, and its row."""
    rows = table(content)
    names = rows[0]
    value, title, state = (names.index(key) for key in ("value", "title", "state"))
    for number, row in enumerate(rows, start=1):
        counted = row[names.index("unit")] not in ("", "%") and row[value] == ""
        if number > 3 and counted and row[title] and "." not in str(row[state]):
            return f"{chr(ord('A') + value)}{number}", number
    raise AssertionError("the demo has a figure that is still to be written")


def test_a_workbook_is_filled_in_seen_and_kept(browser: Browser, fresh_product: Product) -> None:
    officer = Person(browser, fresh_product.address, Screen(390, "vi", scripts=False))
    desk = Person(browser, fresh_product.address, Screen(1440, "vi", "dark"))
    officer.sign_in("officer")
    officer.go("/")
    addresses = officer.page.locator('a[href*="/sheets/"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
    sheet, place, content = "", "", b""
    for address in addresses:
        content = officer.device.request.get(f"{fresh_product.address}{address.split('?')[0]}/workbook.xlsx").body()
        try:
            place, _row = first_open(content)
        except AssertionError:
            continue
        sheet = address.split("?")[0]
        break
    assert sheet, addresses
    officer.go(sheet)
    officer.press(officer.link(officer.words("Fill in with Excel")))
    file = officer.page.locator('input[type="file"]')
    file.set_input_files(file_of("x.xlsx", b"no workbook"))
    officer.press(officer.button(officer.words("Show what it comes to")))
    expect(file).to_have_attribute("aria-invalid", "true")
    given = filled(content, {place: 3, "C90": "Ghi chú của tôi"})
    file.set_input_files(file_of("x.xlsx", given))
    officer.press(officer.button(officer.words("Show what it comes to")))
    officer.sees(officer.words("What the file comes to"))
    officer.sees("Ghi chú của tôi")
    officer.press(officer.page.locator("main form button"))
    expect(officer.page).to_have_url(fresh_product.address + sheet)

    desk.sign_in("officer")  # with the file as it was downloaded first, and another figure in it
    desk.go(sheet + "/workbook")
    again = filled(content, {place: 4})
    desk.page.locator('input[type="file"]').set_input_files(file_of("y.xlsx", again))
    desk.press(desk.button(desk.words("Show what it comes to")))
    stays, taken = desk.page.get_by_role("radio").all()
    expect(stays).to_be_checked()
    desk.click(taken)
    desk.press(desk.page.locator("main form button"))
    expect(desk.page).to_have_url(fresh_product.address + sheet)
    wrong = {**officer.leave(), **desk.leave()}
    assert wrong == {}, wrong
