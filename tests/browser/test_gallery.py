"""Every component in light and dark, on phone and desk: axe finds nothing, no sideways scroll, the policy holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import gallery

WIDTHS = (390, 1440)
NARROWEST = 320
LIGHT, DARK = "rgb(251, 250, 246)", "rgb(20, 23, 28)"
AXE = gallery.ROOT / "node_modules/axe-core/axe.min.js"
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, header a, header summary')]
  .filter((e) => !e.closest('.govuk-tabs, .govuk-pagination'))
  .filter((e) => { const box = e.getBoundingClientRect(); return box.width && box.height < 24; })
  .map((e) => e.outerHTML.slice(0, 120))"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=gallery.CHROMIUM, args=gallery.ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gallery, served under the product's policy."""
    folder: Path = tmp_path_factory.mktemp("gallery")
    gallery.write_all(folder)
    with gallery.served(folder) as where:
        yield where


def violations(page: Page) -> list[str]:
    """What axe finds, one line each. It comes through the debugger, since the page's policy lets no other script in."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in found["violations"]]


def complaints(page: Page, width: int) -> list[str]:
    """Everything that is wrong with the page as it stands at this width."""
    page.set_viewport_size({"width": width, "height": 900})
    found = violations(page)
    if over := page.evaluate(OVER):
        found.append(f"{over} px wider than the screen")
    found.extend(page.evaluate(SMALL))
    return found


@pytest.mark.parametrize("name", gallery.PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_accessible_at_every_width(browser: Browser, address: str, name: str, theme: str) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{address}/{name}-{theme}.html")
    page.evaluate("document.querySelectorAll('details:not(.t-menu)').forEach((each) => { each.open = true })")
    wrong = {width: found for width in WIDTHS if (found := complaints(page, width))}
    page.close()
    assert not wrong
    assert not refused


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_scrolls_sideways_on_the_narrowest_screen(browser: Browser, tmp_path: Path, language: str) -> None:
    gallery.write_all(tmp_path, language)
    page = browser.new_page(viewport={"width": NARROWEST, "height": 800})
    with gallery.served(tmp_path) as where:
        over = {}
        for name in gallery.PAGES:
            page.goto(f"{where}/{name}-light.html")
            over[name] = page.evaluate(OVER)
    page.close()
    assert over == dict.fromkeys(gallery.PAGES, 0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_of_the_account_fits_and_closes(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page()
    page.goto(f"{address}/board-light.html")
    page.set_viewport_size({"width": width, "height": 900})
    summary = page.locator(".t-account summary")
    summary.click()
    assert complaints(page, width) == []
    page.keyboard.press("Escape")
    assert not page.locator(".t-account .t-menu__panel").is_visible()
    assert summary.evaluate("e => e === document.activeElement")
    page.close()


@pytest.mark.parametrize(
    ("device", "chosen", "paper"),
    [
        ("light", "system", LIGHT),
        ("dark", "system", DARK),
        ("dark", "light", LIGHT),
        ("light", "dark", DARK),
    ],
)
def test_the_theme_follows_the_device_unless_the_person_chose(
    browser: Browser, tmp_path: Path, device: Literal["light", "dark"], chosen: str, paper: str
) -> None:
    gallery.write_all(tmp_path)
    (tmp_path / "home.html").write_text(gallery.render("home", chosen), encoding="utf-8")
    page = browser.new_page(color_scheme=device)
    with gallery.served(tmp_path) as where:
        page.goto(f"{where}/home.html")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 35, 48)"
    page.close()


def test_without_scripts_the_menu_still_opens(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/board-light.html")
    page.locator(".t-account summary").click()
    assert page.get_by_role("button", name="English").is_visible()
    context.close()
