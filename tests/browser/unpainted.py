"""A page that is laid out, styled and scripted as ever, and never painted: the browser draws no frame by itself.

What tests ask is where something stands, not what it looks like on a screen; painting, and drawing what was painted,
took two fifths of what it costs to open a page. Only a press waits for frames, as a mouse is aligned to them:
there the browser is told to go through them (`frames`), and draws none. Of Debian's two Chromiums only the headless
shell can be told so; with the other one, pages are painted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from greenlet import greenlet
from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from tests.browser import gallery

CAN = gallery.CHROMIUM == gallery.SHELL
ARGUMENTS = ["--enable-begin-frame-control", "--run-all-compositor-stages-before-draw"] if CAN else []
EVERY = 0.02  # seconds from one frame to the next, where somebody waits for them


def device(browser: Browser, **settings: object) -> tuple[BrowserContext, Page]:
    """A device of somebody's own, with a page that is not painted."""
    if not CAN:
        context = browser.new_context(**settings)  # type: ignore[arg-type] # they are named where they are given
        return context, context.new_page()
    debugger = browser.new_browser_cdp_session()
    known = _devices(debugger)
    context = browser.new_context(**settings)  # type: ignore[arg-type]
    (own,) = _devices(debugger) - known
    with context.expect_page() as page:
        debugger.send(
            "Target.createTarget", {"url": "about:blank", "browserContextId": own, "enableBeginFrameControl": True}
        )
    debugger.detach()
    return context, page.value


def _devices(debugger: CDPSession) -> set[str]:
    return set(debugger.send("Target.getBrowserContexts")["browserContextIds"])


class Frames:
    """The frames of a page that draws none by itself."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page) if CAN else None
        self._going = False

    @contextmanager
    def go(self) -> Iterator[None]:
        """Let the page go through its frames while something is waited for."""
        if self._session is None or self._going:
            yield
            return
        self._going = True
        asyncio.get_running_loop().call_soon(self._next)
        try:
            yield
        finally:
            self._going = False

    def _next(self) -> None:
        # Playwright's own way for what is called while it waits: a thread of work beside the one that waits.
        greenlet(self._frame).switch()

    def _frame(self) -> None:
        if not self._going or self._session is None:
            return
        with suppress(Error):  # the page is just going to another address, or was closed
            self._session.send("HeadlessExperimental.beginFrame", {"noDisplayUpdates": True})
        if self._going:
            asyncio.get_running_loop().call_later(EVERY, self._next)
