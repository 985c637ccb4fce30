"""Verifying a file, on a phone: without sending it, and without a script by sending it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Request, expect

from tests.browser.pages import Person, Screen
from tests.browser.product import Product
from tracker.core.files.store import path_of

GENUINE = "This file is genuine"
SEND, KEEP = "Send it and have it verified", "Verify without sending it"


def document(product: Product) -> FilePayload:
    """A document of the demo, as it was frozen."""
    sha256 = product.asked("SELECT pdf_sha256 FROM document ORDER BY id LIMIT 1")[0]
    content = path_of(product.instance / "files", sha256).read_bytes()
    return {"name": "van-ban.pdf", "mimeType": "application/pdf", "buffer": content}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_verified(browser: Browser, product: Product, scripts: bool) -> None:
    reader = Person(browser, product.address, Screen(width=390, scripts=scripts, widths=(320,)))
    asked: list[Request] = []

    def hear(one: Request) -> None:
        asked.append(one)

    reader.page.on("request", hear)
    reader.go("/verify")
    reader.page.get_by_label(reader.words("The file (PDF)")).set_input_files(document(product))
    kept = reader.button(reader.words(KEEP))
    expect(kept).to_be_visible(visible=scripts)
    asked.clear()
    reader.press(kept if scripts else reader.button(reader.words(SEND)))
    expect(reader.page.get_by_role("main")).to_contain_text(reader.words(GENUINE))
    sent = [one for one in asked if one.method == "POST"]
    assert bool(sent) is not scripts, "the file stays on the machine"
    if scripts:
        (url,) = {one.url for one in asked if "/verify/file" in one.url}
        assert re.fullmatch(r".*/verify/file\?whole=[0-9a-f]{64}&begin=[0-9a-f]{64}", url)
    assert reader.leave() == {}
