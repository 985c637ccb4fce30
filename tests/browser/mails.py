"""Takes pictures of every mail, to be judged by eye: `python -m tests.browser.mails FOLDER [name …]`.

Vietnamese and English, light and dark, as wide as a phone and as a reading pane. No server, no database.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.gallery import ARGUMENTS, CHROMIUM
from tests.factories.sample_mails import VALUES
from tracker.headless import headless_app
from tracker.mail.composing import compose
from tracker.settings import Secret, Settings

WIDTHS = {390: 844, 720: 900}
RECEIVER = {"vi": "Giám đốc Sở Tài nguyên và Môi trường", "en": "Director of Natural Resources and Environment"}


def main(folder: Path, names: list[str]) -> None:
    """Compose, open, take."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as instance, sync_playwright() as playwright:
        app = headless_app(Settings(instance=Path(instance), secret_key=Secret("k" * 40)))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for language, receiver in RECEIVER.items():
            with app.app_context():
                mails = {name: compose(name, language, receiver=receiver, **VALUES[name][0]) for name in names}
            for theme in ("light", "dark"):
                for width, height in WIDTHS.items():
                    page = browser.new_page(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if theme == "dark" else "light",
                    )
                    for name, mail in mails.items():
                        page.set_content(mail.html or "")
                        wide = page.evaluate("document.documentElement.scrollWidth")
                        if wide > width:
                            sys.stdout.write(f"{name} {language}: {wide} px on {width}\n")
                        page.screenshot(path=folder / f"{name}-{language}-{theme}-{width}.png", full_page=True)
                    page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or sorted(VALUES))
