"""What is looked for on every page that a test visits: axe in light and dark, sideways scroll, scripts that failed.

axe comes in through the debugger, since the product's policy lets no other script in. It is what browser tests cost
most, so it is asked where something stands that it has not seen in this process: an element under others whose kinds,
classes and attributes are not the same, or that has text where the other had none. A row more is nothing new. The size
of what one presses is asked of the new ones alone; their contrast, of those whose look it has not passed yet, in either
scheme: text of the same colour, size and weight on the same ground. Those two rules took two thirds of its time.
"""

from __future__ import annotations

import functools
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page

from tests.browser import gallery

AXE = gallery.ROOT / "node_modules/axe-core/axe.min.js"
HAS_AXE = "'axe' in window"
RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
# In a look of the `Eye`: both rules ask the elements alone that are marked for them.
ONLY_MARKED = """axe.configure({rules: [
  {id: 'target-size', selector: '[data-axe-new]'}, {id: 'color-contrast', selector: '[data-axe-look]'}]})"""
RUN_PAGE = (
    "axe.run(document, {resultTypes: ['violations'], "
    "rules: {'target-size': {enabled: true}, 'color-contrast': {enabled: false}}})"
)
RUN_COLOURS = "axe.run(document, {resultTypes: ['violations'], runOnly: ['color-contrast']})"
KINDS_OF_ELEMENTS = """() => {
  const found = [];
  window.lookedAt = [];
  window.kindsHere = new Map();
  const number = (text, from) => [...text].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, from);
  const go = (element, above) => {
    const told = [...element.attributes].map(
      (a) => a.name + (/^(class|role|type)$/.test(a.name) ? a.value : a.value === "" ? "=" : ""));
    const here = number([element.localName, ...told.sort(), element.textContent.trim() && "text"].join(" "), above);
    found.push(here);
    window.lookedAt.push(element);
    window.kindsHere.set(element, here);
    for (const child of element.children) go(child, here);
  };
  go(document.documentElement, 7);
  return found;
}"""
MARK_NEW = "(places) => { for (const place of places) window.lookedAt[place].dataset.axeNew = ''; }"
UNMARK_NEW = "document.querySelectorAll('[data-axe-new]').forEach((element) => { delete element.dataset.axeNew; })"
# Of the elements at these places that have text: the place, and all that its contrast hangs on. What stands out of the
# flow lies on what is not above it, so there the look is the place.
LOOKS = """(places) => {
  const plain = "rgba(0, 0, 0, 0) none 1 none normal";
  const grounds = new Map([[null, ""]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const seen = getComputedStyle(element);
      const own = [seen.backgroundColor, seen.backgroundImage, seen.opacity, seen.filter, seen.mixBlendMode].join(" ");
      const away = /absolute|fixed/.test(seen.position) ? `at ${window.kindsHere.get(element)}` : "";
      grounds.set(element, ground(element.parentElement) + (own === plain ? "" : `|${own}`) + away);
    }
    return grounds.get(element);
  };
  const hasText = (element) => element.matches("input, select, textarea")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const canBeSeen = (element) => element.checkVisibility({visibilityProperty: true})
    && Math.max(element.offsetWidth ?? 2, element.offsetHeight ?? 2) > 1;
  const told = places.map((place) => [place, window.lookedAt[place]]);
  return told.filter(([, each]) => hasText(each) && canBeSeen(each)).map(
    ([place, each]) => {
      const seen = getComputedStyle(each);
      const own = [seen.color, seen.fontSize, seen.fontWeight, seen.textShadow].join(" ");
      return [place, `${own} on ${ground(each)}`];
    });
}"""
# The places of those that passed, and what did not.
CONTRAST = """async (places) => {
  const found = new Map(places.map((place) => [window.lookedAt[place], place]));
  for (const element of found.keys()) element.dataset.axeLook = "";
  const told = await axe.run(document,
    {resultTypes: ["violations", "passes"], runOnly: ["color-contrast"], elementRef: true});
  for (const element of found.keys()) delete element.dataset.axeLook;
  return {
    passed: told.passes.flatMap((rule) => rule.nodes).map((node) => found.get(node.element)),
    wrong: told.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.html}`)),
  };
}"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = 390  # nothing of a table stands beside the screen of a usual phone
CUT_TABLES = """[...document.querySelectorAll('.t-scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)
  .map(e => e.getAttribute('aria-label'))"""
HEIGHT = 900

Scheme = Literal["light", "dark"]
SEEN: set[tuple[int | None, int]] = set()
PASSED: set[str] = set()  # looks whose contrast is enough
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}


@functools.cache
def axe_source() -> str:
    """The script of axe-core."""
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, run: str = RUN) -> list[str]:
    """What axe finds, a line for each element."""
    bring_axe(page)
    found: dict[str, Any] = page.evaluate(run)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]
    ]


def bring_axe(page: Page) -> None:
    """Let the page have axe, if it has not."""
    if not page.evaluate(HAS_AXE):
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": axe_source()})
        session.detach()


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
            bring_axe(self.page)
            self.page.evaluate(ONLY_MARKED)
            self.page.evaluate(MARK_NEW, new)
            found += violations(self.page, RUN_PAGE)
            self.page.evaluate(UNMARK_NEW)
            found += self._contrast(new)
            self.page.emulate_media(color_scheme=OTHER[self.scheme])
            found += [f"{OTHER[self.scheme]}: {line}" for line in self._contrast(new)]
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

    def _contrast(self, new: list[int]) -> list[str]:
        """What axe finds of the looks among these that it has not passed yet, as the scheme is now."""
        looks: dict[int, str] = dict(self.page.evaluate(LOOKS, new))
        asked = [place for place, look in looks.items() if look not in PASSED]
        if not asked:
            return []
        told = self.page.evaluate(CONTRAST, asked)
        PASSED.update(looks[place] for place in told["passed"])
        return [line[:200] for line in told["wrong"]]

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that refuses (403, 422, …) is an error to the console alone, not to the person who reads it.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self._said.append(message.text)
