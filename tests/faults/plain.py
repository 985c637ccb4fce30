"""A page that costs nothing, to be served by the product's workers: whatever is slow then is they."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tracker.core import connections

Start = Callable[[str, list[tuple[str, str]]], Any]
SHORT_SECONDS = 0.5
LONG_PAGE = b"x" * 8_000_000
PAGE = b"x" * 100_000  # as long as a page may be: more than a reader who does not read takes off


def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """At /echo what was sent, at /long more than the system holds, else a page."""
    body = environ["wsgi.input"].read() if environ["REQUEST_METHOD"] == "POST" else b""
    answer = {"/echo": body, "/long": LONG_PAGE}.get(environ["PATH_INFO"], PAGE)
    start("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(answer)))])
    return [answer]


def hurried() -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """For gunicorn: the same with little patience."""
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "ANSWER_SECONDS", "CLOSING_SECONDS"):
        setattr(connections, name, SHORT_SECONDS)
    return app
