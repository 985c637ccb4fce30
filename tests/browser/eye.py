"""What is looked for on every page that a test visits: axe in light and dark, sideways scroll, scripts that failed.

axe is asked where something stands that it has not seen in this process: an element under others whose kinds, classes
and attributes are not the same, or that has text where the other had none, or is shown in another way (as a table, a
block, not at all). A row more is nothing new. What hangs on the width of the screen is asked at each: whether a part
that scrolls can be reached, and two rules that need the place of everything on the page, which takes most of axe's
time, so these are asked where there is a doubt:

* how large a thing is that one presses, of new ones alone that are small and beside others, or covered in part;
* contrast, of a look that has not passed yet in either scheme: text of the same colour, size and weight on the same
  ground. A look is put up alone, on grounds as it has them, and axe judges that; what does not pass there, or stands
  out of the flow (on what, is not told by what it is in), is judged where it stands.

axe and what is asked of a page (`eye.js`) come in with it, as scripts of the browser: the product's policy lets no
other script in.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any, Literal
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser import gallery

AXE = gallery.ROOT / "node_modules/axe-core/axe.min.js"
EYE = Path(__file__).with_name("eye.js")
HAS_AXE, HAS_EYE = "'axe' in window", "'eye' in window"
RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
RUN_COLOURS = "axe.run(document, {resultTypes: ['violations'], runOnly: ['color-contrast']})"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PHONE = 390  # nothing of a table stands beside the screen of a usual phone
HEIGHT = 900
BLANK = "<!doctype html><html lang='en'><head><title>Specimens</title></head><body></body></html>"

Scheme = Literal["light", "dark"]
SEEN: set[str] = set()  # kinds of elements
SEEN_AT: set[tuple[int | None, str]] = set()  # at a width, on which their size, look and scrolling hang
PASSED: set[str] = set()  # looks whose contrast is enough
OTHER: dict[Scheme, Scheme] = {"light": "dark", "dark": "light"}
_specimens: WeakKeyDictionary[Browser, Page] = WeakKeyDictionary()


@functools.cache
def axe_source() -> str:
    """The script of axe-core."""
    return AXE.read_text(encoding="utf-8")


@functools.cache
def eye_source() -> str:
    """axe as a function that is read when it is called, and what is asked of a page."""
    return f"window.bringAxe = function () {{ {axe_source()} }};\n{EYE.read_text(encoding='utf-8')}"


def violations(page: Page, run: str = RUN) -> list[str]:
    """What axe finds, a line for each element."""
    if not page.evaluate(HAS_AXE):
        bring(page, axe_source())
    found: dict[str, Any] = page.evaluate(run)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}" for rule in found["violations"] for node in rule["nodes"]
    ]


def bring(page: Page, source: str) -> None:
    """Let the page as it stands have a script."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": source})
    session.detach()


class Eye:
    """Looks at a page's every stop, and remembers what was wrong by its address."""

    def __init__(self, page: Page, scheme: Scheme = "light", *, widths: tuple[int, ...] = ()) -> None:
        self.page = page
        self.scheme: Scheme = scheme
        self.widths = widths
        self.wrong: dict[str, list[str]] = {}
        self._said: list[str] = []
        page.emulate_media(color_scheme=scheme)
        page.add_init_script(eye_source())
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._said.append(str(error)))

    def look(self) -> None:
        """Look at the page as it stands, in both schemes."""
        if not self.page.evaluate(HAS_EYE):  # it came before this did
            bring(self.page, eye_source())
        seen = self.page.evaluate("eye.look()")
        found: list[str] = []
        if seen["over"]:
            found.append("wider than the screen")
        new, new_here = self._new(seen["kinds"].split())
        if new_here:
            found += self.page.evaluate("([places, here]) => eye.ask(places, here)", [new, new_here])
            found += self._contrast(new_here)
            self.page.emulate_media(color_scheme=OTHER[self.scheme])
            found += [f"{OTHER[self.scheme]}: {line}" for line in self._contrast(new_here)]
            self.page.emulate_media(color_scheme=self.scheme)
        found += self._sideways()
        found += self._said
        self._said.clear()
        if found:
            self.wrong.setdefault(f"{self.page.url} ({self.page.title()})", []).extend(found)

    def _new(self, kinds: list[str]) -> tuple[list[int], list[int]]:
        """The places, in the order of the page, of the elements that axe has not seen so; not at this width."""
        width = self.page.viewport_size and self.page.viewport_size["width"]
        new = [place for place, kind in enumerate(kinds) if kind not in SEEN]
        new_here = [place for place, kind in enumerate(kinds) if (width, kind) not in SEEN_AT]
        SEEN.update(kinds)
        SEEN_AT.update((width, kind) for kind in kinds)
        return new, new_here

    def _contrast(self, new: list[int]) -> list[str]:
        """What axe finds of the looks among these that it has not passed yet, as the scheme is now."""
        looks: dict[int, str] = dict(self.page.evaluate("(places) => eye.looks(places)", new))
        if asked := {look for look in looks.values() if look not in PASSED and not json.loads(look)[2]}:
            PASSED.update(passing(self.page, sorted(asked)))
        left = [place for place, look in looks.items() if look not in PASSED]
        if not left:
            return []
        told = self.page.evaluate("(places) => eye.contrast(places)", left)
        PASSED.update(looks[place] for place in told["passed"])
        return list(told["wrong"])

    def _sideways(self) -> list[str]:
        """The widths at which the page as a whole scrolls sideways, or on a phone one of its tables."""
        size = self.page.viewport_size
        found = []
        for width in self.widths:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            told = self.page.evaluate("eye.wide()")
            if told["over"]:
                found.append(f"{told['over']} px wider than {width}")
            if told["beside"]:
                found.append(f"parts of the page beside one another at {width}: {told['beside']}")
            if width == PHONE and told["cut"]:
                found.append(f"tables wider than {width}: {told['cut']}")
        if size is not None and self.widths:
            self.page.set_viewport_size(size)
        return found

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that refuses (403, 422, …) is an error to the console alone, not to the person who reads it.
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self._said.append(message.text)


def passing(page: Page, looks: list[str]) -> list[str]:
    """Those of these looks whose contrast is enough where they stand alone."""
    browser = page.context.browser
    assert browser
    if browser not in _specimens:
        blank = browser.new_page()
        blank.set_content(BLANK)
        bring(blank, eye_source())
        _specimens[browser] = blank
    found: list[str] = _specimens[browser].evaluate("(looks) => eye.specimens(looks)", looks)
    return found
