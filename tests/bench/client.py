"""A small HTTP client for loopback: cookies, forms, and the time from the first byte sent to the last one read."""

from __future__ import annotations

import html
import http.client
import re
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

WARM_UP, ROUNDS = 20, 120
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


@dataclass
class Client:
    """One signed-in browser without a page. Counts on nothing but the status."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None  # kept open between requests, as a browser keeps it

    def get(self, path: str) -> str:
        """The page at a path; raises where it is no page."""
        return self._ask("GET", path, None)[1].decode()

    def post(self, path: str, values: Mapping[str, str | list[str]], expected: tuple[int, ...] = (302, 303)) -> str:
        """Send a form."""
        return self._ask("POST", path, urlencode(values, doseq=True), expected)[1].decode()

    def download(self, path: str) -> int:
        """Read a long answer to its end; returns its bytes."""
        return len(self._ask("GET", path, None)[1])

    def content(self, path: str) -> bytes:
        """A file."""
        return self._ask("GET", path, None)[1]

    def send_file(self, path: str, name: str, content: bytes) -> str:
        """Send a form whose one field is a file; returns where it leads."""
        mark, fields = "----bench", hidden_fields(self.get(path))
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}\r\n' for key in fields]
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.xlsx"\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
        answer, _page = self._ask("POST", path, body, (303,), f"multipart/form-data; boundary={mark}")
        return answer.headers["Location"]

    def sign_in(self, email: str, password: str) -> None:
        """Through the page, as a person does."""
        hidden = hidden_fields(self.get("/sign-in"))
        self.post("/sign-in", {**hidden, "email": email, "password": password})

    def _ask(
        self,
        method: str,
        path: str,
        body: str | bytes | None,
        expected: tuple[int, ...] = (200,),
        kind: str = "application/x-www-form-urlencoded",
    ) -> tuple[http.client.HTTPResponse, bytes]:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": "vi",
        }
        if body is not None:
            headers["Content-Type"] = kind
        answer, content = self._exchanged(method, path, body, headers)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status not in expected:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:800].decode(errors='replace')}")
        return answer, content

    def _exchanged(
        self, method: str, path: str, body: str | bytes | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Over the connection that was kept; over a new one where the server closed that one meanwhile."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        return answer, answer.read()


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, the first of each name."""
    found: dict[str, str] = {}
    for element in HIDDEN.findall(page):
        parts = dict(ATTRIBUTE.findall(element))
        found.setdefault(parts.get("name", ""), html.unescape(parts.get("value", "")))
    return found


def median_ms(ask: Callable[[], object], rounds: int = ROUNDS, warm_up: int = WARM_UP) -> float:
    """Median of the milliseconds that one request takes, warm."""
    for _ in range(warm_up):
        ask()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def per_second(asks: list[Callable[[], object]], seconds: float = 5) -> float:
    """Requests a second with one client for each of `asks`, all at once, for a bounded time."""
    end = time.perf_counter() + seconds

    def work(ask: Callable[[], object]) -> int:
        done = 0
        while time.perf_counter() < end:
            ask()
            done += 1
        return done

    with ThreadPoolExecutor(len(asks)) as pool:
        return sum(pool.map(work, asks)) / seconds
