"""Renders the gallery, pages of every component with sample figures, and takes their pictures to be judged by eye.

`python -m tests.browser.gallery FOLDER [name …]`: Jinja alone, no database. What axe says of them is in test_gallery.
"""

from __future__ import annotations

import functools
import http.server
import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, select_autoescape
from playwright.sync_api import Browser, sync_playwright

from tracker.core.actions import Action
from tracker.home.sparklines import Sparkline
from tracker.permissions.navigation import Entry, Group, Item, Menu
from tracker.permissions.navigation import menu as of_items

ROOT = Path(__file__).parents[2]
PAGES = ("board", "home", "list", "target", "figure", "parts", "error")
# Without the windows and menus of a browser at a desk, which take more of the machine than the pages do.
SHELL, WHOLE = "/usr/bin/chromium-headless-shell", "/usr/bin/chromium"
CHROMIUM = SHELL if Path(SHELL).exists() else WHOLE
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
WIDTHS = {390: 844, 1440: 900}


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder under the product's policy, so that an inline style would show; no line for each request."""

    def end_headers(self) -> None:
        """Add the policy."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is the standard library's)
        """Say nothing."""


SPARKLINES = (
    Sparkline(
        lines=("3,21 11.2,14 19.4,16", "35.7,12 43.9,9 52.1,10 60.3,6 68.5,8 76.6,4 84.8,5 93,3"),
        dots=(("27.5", "15"),),
        last=("93", "3"),
        told="11 số liệu: từ 81% (tháng 1/2021) đến 96% (tháng 12/2021)",
    ),
    Sparkline(lines=(), dots=(("93", "12"),), last=("93", "12"), told="1 số liệu: 80% (tháng 12/2021)"),
)


@functools.cache
def vietnamese() -> dict[str, str]:
    """Every string of the catalogues, by its message id."""
    texts: dict[str, str] = {}
    for path in ROOT.glob("tracker/translations/*/vi/LC_MESSAGES/messages.po"):
        with path.open("rb") as file:
            texts.update({str(m.id): str(m.string) for m in read_po(file) if m.id and isinstance(m.id, str)})
    return texts


@functools.cache
def environment(language: str) -> Environment:
    """The product's templates with the gallery's beside them; translated by the catalogues."""
    texts = vietnamese() if language == "vi" else {}
    loader = ChoiceLoader(
        [
            FileSystemLoader([ROOT / "tests/browser/gallery_pages", ROOT / "templates"]),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    env = Environment(loader=loader, autoescape=select_autoescape(), extensions=["jinja2.ext.i18n"])
    translate = functools.partial(lambda text: texts.get(text, text))
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        translate, lambda one, many, n: translate(one if n == 1 else many), newstyle=True
    )
    version = json.loads((ROOT / "static/build/manifest.json").read_text())["version"]
    env.globals.update(
        asset=lambda name: f"/static/build/{version}/{name}",
        csrf_token=lambda: "sample",
        sparklines=[one.svg for one in SPARKLINES],
    )
    return env


def menu(names: Sequence[str]) -> Menu:
    """A menu of so many entries, on the page of the first."""
    items = [Item(name, "", Action.HOME, Group.FOLLOW) for name in names]
    return of_items(
        items, lambda item, only: Entry(str(item.label), "#", False, "page" if item is items[0] else "", only)
    )


def context(page: str, theme: str, language: str) -> dict[str, Any]:
    """What the product's context processors would say."""
    entries = ["Toàn tỉnh", "Cơ quan", "Xếp hạng", "Chậm trễ", "Thẩm định", "Báo cáo"]
    head = page in ("home", "figure")
    return {
        "locale": language,
        "theme": theme,
        "languages": [("vi", "Tiếng Việt"), ("en", "English")],
        "body_name": "Sở Xây dựng" if head else "UBND tỉnh Nghệ An",
        "nav": None if page == "home" else menu(entries),
        "account": {"office": "Giám đốc" if head else "Văn phòng UBND tỉnh", "agency": "Sở Xây dựng" if head else ""},
        "sample_notice": True,
        "scheduler_silent_since": "10:42 ngày 30/06/2021" if page == "parts" else None,
        "as_at": "00:15 ngày 01/07/2021",
        "app_version": "0.1.0",
        "request_id": "0b6f2c1e9d",
        "get_flashed_messages": lambda with_categories: FLASHES if page == "parts" else [],
    }


FLASHES = [
    ("success", "Đã gửi 8 số liệu đến Sở Nội vụ."),
    ("information", "Bản nháp được lưu lúc 10:42."),
    ("warning", "Kỳ 6 tháng khóa sau 2 ngày làm việc."),
    ("error", "Không gửi được: số liệu đã thay đổi từ lúc ông/bà mở trang."),
]


def render(page: str, theme: str, language: str = "vi") -> str:
    """One page of the gallery as HTML."""
    name = "errors/409.html" if page == "error" else f"{page}.html"
    return environment(language).get_template(name).render(context(page, theme, language))


def write_all(folder: Path, language: str = "vi") -> None:
    """Write every page in both themes: board-light.html, board-dark.html, …; the built files beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "static"
    if not link.exists():
        link.symlink_to(ROOT / "static")
    for page in PAGES:
        for theme in ("light", "dark"):
            (folder / f"{page}-{theme}.html").write_text(render(page, theme, language), encoding="utf-8")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a free port of this machine; gives its address."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def take_pictures(browser: Browser, address: str, folder: Path, names: list[str]) -> None:
    """A picture of each page at each width, light and dark, and one as it prints."""
    for width, height in WIDTHS.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        for name in names:
            for theme in ("light", "dark"):
                page.goto(f"{address}/{name}-{theme}.html")
                page.evaluate("document.fonts.ready")
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
        page.close()


def main() -> None:
    """Render and photograph."""
    folder = Path(sys.argv[1]).resolve()
    names = sys.argv[2:] or list(PAGES)
    write_all(folder)
    with served(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        take_pictures(browser, address, folder, names)
        browser.close()
    print(folder)


if __name__ == "__main__":
    main()
