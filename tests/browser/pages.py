"""A person in front of the product: what each page lets them do, found by role and label as they would find it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import turbohtml
from playwright.sync_api import Browser, FilePayload, Locator, expect

from tests.browser import unpainted
from tests.browser.eye import Eye, Scheme
from tests.browser.words import Words

MOST_TABS = 150
MOST_MS = 120_000  # the machine may be busy with the other tests
OFFICES = {
    "head": "Head of the body",
    "officer": "Officer",
    "monitor": "Monitor",
    "appraiser": "Appraiser",
    "administrator": "Administrator",
    "auditor": "Auditor",
    "chair": "Chair of the People's Committee",
    "clerk": "Office clerk",
}
HAS_FOCUS = "e => e === document.activeElement"
SHOWS_FOCUS = "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' || s.boxShadow !== 'none' }"


@dataclass(frozen=True)
class Screen:
    """How somebody reads the product: how wide, in which language and colours, with or without scripts."""

    width: int = 1440
    language: str = "vi"
    scheme: Scheme = "light"
    scripts: bool = True
    widths: tuple[int, ...] = ()  # at which each page must not scroll sideways, besides its own


_SIGNED_IN: set[Screen] = set()  # screens on which the sign-in page was looked at and pressed


class Person:
    """Somebody with a device of their own. Every page that a press leads to is looked at (`wrong` tells what of it)."""

    def __init__(self, browser: Browser, address: str, screen: Screen) -> None:
        self.address = address
        self.screen = screen
        self.words = Words(screen.language)
        self.device, self.page = unpainted.device(
            browser,
            viewport={"width": screen.width, "height": 844 if screen.width < 600 else 900},
            locale={"vi": "vi-VN", "en": "en-GB"}[screen.language],
            java_script_enabled=screen.scripts,
            base_url=address,
        )
        self.device.set_default_timeout(MOST_MS)
        self.frames = unpainted.Frames(self.page)
        self.eye = Eye(self.page, screen.scheme, widths=screen.widths) if screen.scripts else None

    def leave(self) -> dict[str, list[str]]:
        """Close the device; returns what was wrong with which page."""
        self.device.close()
        return self.eye.wrong if self.eye else {}

    def look(self) -> None:
        """Look at the page as it stands."""
        if self.eye:
            self.eye.look()

    def go(self, path: str) -> str:
        """Open an address; returns the page as it was sent."""
        answer = self.page.goto(path)
        self.look()
        return answer.text() if answer else ""

    def press(self, what: Locator) -> None:
        """Press a link or a button, and look at the page it leads to."""
        with self.page.expect_navigation():
            self.click(what)
        self.look()

    def click(self, what: Locator) -> None:
        """Press what leads to no other page; a box or a choice is ticked by it."""
        with self.frames.go():
            what.click()

    def sign_in(self, office: str) -> None:
        """One press on the sign-in page of the demo; where such a screen has shown it, what the press would send."""
        offer = f"{self.words('Go in')} – {self.words(OFFICES[office])}"
        if self.screen in _SIGNED_IN and self._enter(offer):
            return
        self.go("/sign-in")
        self.press(self.button(offer))
        _SIGNED_IN.add(self.screen)

    def _enter(self, offer: str) -> bool:
        for form in turbohtml.parse(self.read("/sign-in")).select("form"):
            button = form.select("button")[0]
            if " ".join(button.text.split()) != offer:
                continue
            fields = [*form.select("input[name]"), *form.select("button[name]")]
            sent: dict[str, str | float | bool] = {
                str(each.attrs["name"]): str(each.attrs.get("value") or "") for each in fields
            }
            answer = self.device.request.post(
                str(form.attrs.get("action") or "/sign-in"),
                form=sent,
                headers={"Referer": f"{self.address}/sign-in"},
                max_redirects=0,
            )
            self.go(answer.headers["location"])
            return True
        return False

    def sign_out(self) -> None:
        """By the menu of the account."""
        self.click(self.page.locator(".t-account > summary"))
        self.press(self.button(self.words("Sign out")))

    def link(self, name: str | re.Pattern[str]) -> Locator:
        """A link of the page's own part."""
        return self.page.get_by_role("main").get_by_role("link", name=name)

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button anywhere."""
        return self.page.get_by_role("button", name=name, exact=True)

    def menu(self, name: str) -> Locator:
        """An entry of the main menu; the one beside the bar is opened where it stands in that."""
        around = self.page.get_by_role("navigation", name=self.words("Main"))
        entry = around.get_by_role("link", name=name, exact=True)
        if not entry.count():
            self.click(around.locator("summary"))
        return entry

    def list(self, name: str) -> Locator:
        """The frame of a list or table that carries this name."""
        return self.page.get_by_role("region", name=name, exact=True)

    def row(self, listed: str, text: str | re.Pattern[str]) -> Locator:
        """The row with a text in a list."""
        return self.list(listed).get_by_role("row").filter(has_text=text).first

    def field(self, label: str) -> Locator:
        """A field by its label."""
        return self.page.get_by_label(self.words(label), exact=True)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """The text stands on the page."""
        expect(self.page.get_by_role("main").get_by_text(text).first).to_be_visible()

    def type_ratio(self, part: str, whole: str) -> None:
        """The two numbers of a ratio."""
        self.field("Part").fill(part)
        self.field("Whole").fill(whole)

    def attach(self, name: str, content: bytes) -> None:
        """A PDF as evidence."""
        file: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": content}
        self.field("Add files as evidence").set_input_files(file)

    def by_keyboard(self, what: Locator) -> None:
        """Go to something by the Tab key alone, see where one is, and press Enter."""
        for _step in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if what.evaluate(HAS_FOCUS):
                break
        expect(what).to_be_focused()
        assert what.evaluate(SHOWS_FOCUS), "the focus cannot be seen"
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()

    def read(self, path: str) -> str:
        """The page at an address as it is sent, without opening it."""
        return self.device.request.get(path).text()
