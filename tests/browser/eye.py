"""What is looked for on every page that a test visits: axe in light and dark, sideways scroll, scripts that failed.

axe comes in through the debugger, since the product's policy lets no other script in. It is what browser tests cost
most, so it is asked where something stands that it has not seen in this process: an element under others whose kinds,
classes and attributes are not the same, or that has text where the other had none. A row more is nothing new. What is
told of each element by itself, its colours and the size of what one presses, is asked of the new ones alone: that took
two thirds of its time.
"""

from __future__ import annotations

import functools
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page

from tests.browser import gallery

AXE = gallery.ROOT / "node_modules/axe-core/axe.min.js"
HAS_AXE = "'axe' in window"
RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
# Of the elements that `NEW` found alone; all below such an element are new too.
RUN_PAGE = "axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: false}}})"
_OF_NEW = "axe.run({include: window.newHere}, {resultTypes: ['violations'], runOnly: [%s]})"
RUN_NEW = _OF_NEW % "'color-contrast', 'target-size'"
RUN_NEW_COLOURS = _OF_NEW % "'color-contrast'"
RUN_COLOURS = "axe.run(document, {resultTypes: ['violations'], runOnly: ['color-contrast']})"
KINDS_OF_ELEMENTS = """() => {
  const found = [];
  window.lookedAt = [];
  const number = (text, from) => [...text].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, from);
  const go = (element, above) => {
    const told = [...element.attributes].map(
      (a) => a.name + (/^(class|role|type)$/.test(a.name) ? a.value : a.value === "" ? "=" : ""));
    const here = number([element.localName, ...told.sort(), element.textContent.trim() && "text"].join(" "), above);
    found.push(here);
    window.lookedAt.push(element);
    for (const child of element.children) go(child, here);
  };
  go(document.documentElement, 7);
  return found;
}"""
NEW = """(places) => {
  const found = new Set(places.map((place) => window.lookedAt[place]));
  window.newHere = [...found].filter((each) => !found.has(each.parentElement) && !document.head.contains(each));
  return window.newHere.length;
}"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = 390  # nothing of a table stands beside the screen of a usual phone
CUT_TABLES = """[...document.querySelectorAll('.t-scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => e.getAttribute('aria-label'))"""
HEIGHT = 900

Scheme = Literal["light", "dark"]
SEEN: set[tuple[int | None, int]] = set()
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}


@functools.cache
def axe_source() -> str:
    """The script of axe-core."""
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, run: str = RUN) -> list[str]:
    """What axe finds, a line for each element."""
    if not page.evaluate(HAS_AXE):
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": axe_source()})
        session.detach()
    found: dict[str, Any] = page.evaluate(run)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]
    ]


def sideways(page: Page, *widths: int) -> list[str]:
    """The widths at which the page as a whole scrolls sideways, or on a phone one of its tables."""
    size = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if over := page.evaluate(OVER):
            found.append(f"{over} px wider than {width}")
        if width == PHONE and (cut := page.evaluate(CUT_TABLES)):
            found.append(f"tables wider than {width}: {cut}")
    if size is not None and widths:
        page.set_viewport_size(size)
    return found


class Eye:
    """Looks at a page's every stop, and remembers what was wrong by its address."""

    def __init__(self, page: Page, scheme: Scheme = "light", *, widths: tuple[int, ...] = ()) -> None:
        self.page = page
        self.scheme: Scheme = scheme
        self.widths = widths
        self.wrong: dict[str, list[str]] = {}
        self._said: list[str] = []
        page.emulate_media(color_scheme=scheme)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._said.append(str(error)))

    def look(self) -> None:
        """Look at the page as it stands, in both schemes."""
        found: list[str] = []
        if new := self._new():
            found += violations(self.page, RUN_PAGE)
            if self.page.evaluate(NEW, new):
                found += violations(self.page, RUN_NEW)
                self.page.emulate_media(color_scheme=OTHER[self.scheme])
                found += [f"{OTHER[self.scheme]}: {line}" for line in violations(self.page, RUN_NEW_COLOURS)]
                self.page.emulate_media(color_scheme=self.scheme)
        found += sideways(self.page, *self.widths)
        if self.page.evaluate(OVER):
            found.append("wider than the screen")
        found += self._said
        self._said.clear()
        if found:
            self.wrong.setdefault(f"{self.page.url} ({self.page.title()})", []).extend(found)

    def _new(self) -> list[int]:
        """The places, in the order of the page, of the elements that axe has not seen so at this width."""
        width = self.page.viewport_size and self.page.viewport_size["width"]
        kinds = [(width, kind) for kind in self.page.evaluate(KINDS_OF_ELEMENTS)]
        new = [place for place, kind in enumerate(kinds) if kind not in SEEN]
        SEEN.update(kinds)
        return new

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that refuses (403, 422, …) is an error to the console alone, not to the person who reads it.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self._said.append(message.text)
