"""Every component in light and dark, on phone and desk: axe finds nothing, no sideways scroll, the policy holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import gallery, unpainted
from tests.browser.eye import OVER, RUN, RUN_COLOURS, Eye, violations

WIDTHS = (390, 1440)
NARROWEST = 320
LIGHT, DARK = "rgb(251, 250, 246)", "rgb(20, 23, 28)"
# Dark is the same page in other colours, so that there only these are looked at anew.
RUNS = {"light": RUN, "dark": RUN_COLOURS}
OPEN_ALL = "document.querySelectorAll('details:not(.t-menu)').forEach((each) => { each.open = true })"
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, header a, header summary')]
  .filter((e) => !e.closest('.govuk-tabs, .govuk-pagination'))
  .filter((e) => { const box = e.getBoundingClientRect(); return box.width && box.height < 24; })
  .map((e) => e.outerHTML.slice(0, 120))"""

FAINT_AND_SMALL = """() => {
  const faint = document.createElement("p");
  faint.className = "never-seen";
  faint.textContent = "So faint";
  faint.style.color = "#ccc";
  const small = () => Object.assign(document.createElement("button"), {className: "never-seen", textContent: "."});
  document.querySelector("main").append(faint, small(), small());
  document.querySelectorAll("button.never-seen").forEach((each) => Object.assign(
    each.style, {width: "8px", height: "8px", padding: "0", margin: "0", minHeight: "0", border: "0"}));
}"""

SCROLLS_WHERE_IT_IS_NARROW = """() => {
  const around = Object.assign(document.createElement("div"), {className: "rolls"});
  const wide = Object.assign(document.createElement("p"), {className: "rolls-within", textContent: "Word ".repeat(20)});
  around.style.overflowX = "auto";
  wide.style.whiteSpace = "nowrap";
  around.append(wide);
  document.querySelector("main").append(around);
}"""

HIDDEN = """() => {
  const button = Object.assign(document.createElement("button"), {className: "hidden-at-first"});
  button.style.cssText = "display: none; width: 40px; height: 40px";
  document.querySelector("main").append(button);
}"""

FAINT_IN_ANOTHER_WAY = {
    "another ground": "background: #777",
    "half gone": "opacity: 0.3",
    "another colour": "color: #aaa",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gallery in both languages, served under the product's policy; the first page once in each theme."""
    folder: Path = tmp_path_factory.mktemp("gallery")
    for language in ("vi", "en"):
        gallery.write_all(folder / language, language)
    for theme in ("system", "light", "dark"):
        (folder / "vi" / f"chosen-{theme}.html").write_text(gallery.render("home", theme), encoding="utf-8")
    (folder / "static").symlink_to(gallery.ROOT / "static")
    with gallery.served(folder) as where:
        yield where


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all of them."""
    context, window = unpainted.device(browser)
    yield window
    context.close()


def complaints(page: Page, width: int, run: str = RUN) -> list[str]:
    """Everything that is wrong with the page as it stands at this width."""
    page.set_viewport_size({"width": width, "height": 900})
    found = violations(page, run)
    if over := page.evaluate(OVER):
        found.append(f"{over} px wider than the screen")
    found.extend(page.evaluate(SMALL))
    return found


@pytest.mark.parametrize("name", gallery.PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_is_accessible_at_every_width(page: Page, address: str, name: str, theme: str) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{address}/vi/{name}-{theme}.html")
    page.evaluate(OPEN_ALL)
    wrong = {width: found for width in WIDTHS if (found := complaints(page, width, RUNS[theme]))}
    assert not wrong
    assert not refused


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_scrolls_sideways_on_the_narrowest_screen(page: Page, address: str, language: str) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    over = {}
    for name in gallery.PAGES:
        page.goto(f"{address}/{language}/{name}-light.html")
        over[name] = page.evaluate(OVER)
    assert over == dict.fromkeys(gallery.PAGES, 0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_of_the_account_fits_and_closes(page: Page, address: str, width: int) -> None:
    page.goto(f"{address}/vi/board-light.html")
    page.set_viewport_size({"width": width, "height": 900})
    summary = page.locator(".t-account summary")
    with unpainted.Frames(page).go():
        summary.click()
    assert complaints(page, width) == []
    page.keyboard.press("Escape")
    assert not page.locator(".t-account .t-menu__panel").is_visible()
    assert summary.evaluate("e => e === document.activeElement")


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
    page: Page, address: str, device: Literal["light", "dark"], chosen: str, paper: str
) -> None:
    page.emulate_media(color_scheme=device)
    page.goto(f"{address}/vi/chosen-{chosen}.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 35, 48)"
    page.emulate_media(media="screen", color_scheme="light")


def test_without_scripts_the_menu_still_opens(browser: Browser, address: str) -> None:
    context, page = unpainted.device(browser, java_script_enabled=False)
    page.goto(f"{address}/vi/board-light.html")
    with unpainted.Frames(page).go():
        page.locator(".t-account summary").click()
    assert page.get_by_role("button", name="English").is_visible()
    context.close()


def test_the_eye_sees(page: Page, address: str) -> None:
    """What finds nothing everywhere must find something where something is wrong."""
    page.goto(f"{address}/vi/home-light.html")
    page.set_viewport_size({"width": 390, "height": 900})
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><button></button>')")
    found = " ".join(violations(page))
    assert "image-alt" in found
    assert "button-name" in found


@pytest.mark.parametrize("wrong", ["<img src=x>", "<button></button>"])
def test_the_eye_asks_again_where_anything_is_new(page: Page, address: str, wrong: str) -> None:
    """A page that was seen is not asked about anew; one thing more in it is."""
    page.goto(f"{address}/vi/home-light.html")
    eye = Eye(page)
    eye.look()
    page.evaluate("(html) => document.querySelector('main').insertAdjacentHTML('beforeend', html)", wrong)
    eye.look()
    assert eye.wrong


def test_what_is_new_on_a_page_is_looked_at_by_itself(page: Page, address: str) -> None:
    """Grey on grey, and too small to press: both are found where the rest of the page was seen before."""
    eye = Eye(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    for _ in range(2):
        page.goto(f"{address}/vi/target-light.html")
        eye.look()
    assert not eye.wrong
    page.evaluate(FAINT_AND_SMALL)
    eye.look()
    (found,) = eye.wrong.values()
    assert {line.partition(":")[0] for line in found} >= {"color-contrast", "target-size"}


@pytest.mark.parametrize("style", FAINT_IN_ANOTHER_WAY.values(), ids=FAINT_IN_ANOTHER_WAY)
def test_a_look_that_passed_is_another_on_another_ground(page: Page, address: str, style: str) -> None:
    eye = Eye(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/vi/target-light.html")
    eye.look()
    put = """(style) => {
      const around = document.createElement("div");
      const className = style.replace(/\\W/g, "-");
      const text = Object.assign(document.createElement("p"), {className, textContent: "Word"});
      around.style.cssText = style;
      around.append(text);
      document.querySelector("main").append(around);
    }"""
    page.evaluate(put, style)
    eye.look()
    (found,) = eye.wrong.values()
    assert any("color-contrast" in line for line in found)


def test_what_hangs_on_the_width_is_asked_at_each(page: Page, address: str) -> None:
    """What scrolls on a phone alone cannot be reached there by the keyboard, though at a desk nothing was wrong."""
    eye = Eye(page)
    page.goto(f"{address}/vi/target-light.html")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        eye.look()
    page.evaluate(SCROLLS_WHERE_IT_IS_NARROW)
    eye.look()
    assert not eye.wrong
    page.set_viewport_size({"width": 390, "height": 900})
    eye.look()
    (found,) = eye.wrong.values()
    assert {line.partition(":")[0] for line in found} == {"scrollable-region-focusable"}


def test_what_is_shown_later_is_looked_at_then(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/vi/target-light.html")
    page.evaluate(HIDDEN)
    eye = Eye(page)
    eye.look()
    assert not eye.wrong
    page.evaluate("document.querySelector('.hidden-at-first').style.display = 'block'")
    eye.look()
    (found,) = eye.wrong.values()
    assert {line.partition(":")[0] for line in found} == {"button-name"}


@pytest.mark.parametrize("style", ["width: 50%; margin: 0", "margin-left: 40px"])
def test_a_part_of_a_page_that_leaves_room_on_one_side_is_told(page: Page, address: str, style: str) -> None:
    """Where parts stood beside one another, one could make another wider: then each had to be seen with each."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/vi/home-light.html")
    eye = Eye(page, widths=(390,))
    eye.look()
    assert not eye.wrong
    page.evaluate("(style) => { document.querySelector('main').style.cssText = style; }", style)
    eye.look()
    (found,) = eye.wrong.values()
    assert any("beside one another at 390: ['main']" in line for line in found)
