"""The table of permissions, who can see a body's matters, and people from a sheet with one wrong row that is mended."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product

WIDTHS = (320, 720)
HEADINGS = "email;name;agency;office;from_on"


def sheet(code: str, day: str) -> FilePayload:
    """Two new people with an office each; the second one's first day is as it is given."""
    rows = [
        f"moi1@example.vn;Chuyên viên mới thứ nhất;{code};officer;01/10/2026",
        f"moi2@example.vn;Chuyên viên mới thứ hai;{code};officer;{day}",
    ]
    content = "\n".join([HEADINGS, *rows]).encode("utf-16")  # as Excel writes “Unicode text”
    return {"name": "người dùng.txt", "mimeType": "text/plain", "buffer": content}


@pytest.mark.parametrize(
    "screen", [Screen(width=390, scheme="dark", widths=WIDTHS), Screen(language="en", scripts=False)]
)
def test_people_come_from_a_sheet_with_a_wrong_row_mended(
    browser: Browser, fresh_product: Product, screen: Screen
) -> None:
    administrator = Person(browser, fresh_product.address, screen)
    words, page = administrator.words, administrator.page
    administrator.sign_in("administrator")
    administrator.press(administrator.menu(words("Permissions")))
    administrator.sees(words("Accept or return reports"))
    bodies = page.get_by_label(words("Body"), exact=True)
    code = bodies.locator("option", has_text=re.compile("Văn phòng|Office")).first.get_attribute("value") or ""
    bodies.select_option(code)
    administrator.press(administrator.button(words("Show who")))
    administrator.sees(words("Who can see this, and why"))

    administrator.go("/accounts")
    administrator.press(administrator.link(words("Import people")))
    page.locator("input[type=file]").set_input_files(sheet(code, "31/11/2026"))
    administrator.press(administrator.button(words("Show what it would change")))
    expect(administrator.row(words("What is wrong"), "31/11/2026")).to_contain_text("3")
    expect(administrator.button(words("Import"))).to_have_count(0)

    administrator.press(administrator.link(words("Choose another file")))
    page.locator("input[type=file]").set_input_files(sheet(code, "30/11/2026"))
    administrator.press(administrator.button(words("Show what it would change")))
    administrator.sees("Chuyên viên mới thứ hai")
    administrator.field("Reason").fill("Quyết định 12/QĐ-UBND")
    administrator.press(administrator.button(words("Import")))
    administrator.sees(words("The offices wait for a second administrator."))
    wrong = administrator.leave()
    assert not wrong, wrong
