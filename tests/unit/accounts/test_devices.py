"""A browser in two words."""

from __future__ import annotations

import pytest

from tracker.accounts.sessions.devices import Device, read

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile Safari/604.1"


@pytest.mark.parametrize(
    ("said", "browser", "system"),
    [
        (CHROME, "Chrome", "Windows"),
        (CHROME + " Edg/126.0", "Edge", "Windows"),
        (CHROME.replace("Chrome/", "coc_coc_browser/126 Chrome/"), "CocCoc", "Windows"),
        (ANDROID, "Chrome", "Android"),
        (IPHONE, "Safari", "iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "Firefox", "Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit Version/17 Safari/605", "Safari", "macOS"),
        ("curl/8.0", None, None),
        ("<script>alert(1)</script>", None, None),
        (" " * 100_000 + "Firefox/", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_a_device_is_told_in_two_words(said: str | None, browser: str | None, system: str | None) -> None:
    assert read(said) == Device(browser, system)
