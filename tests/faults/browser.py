"""Somebody at a browser, over real HTTP to a real server on loopback: pages, forms, files, and what came back."""

from __future__ import annotations

import contextlib
import html
import http.client
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.client import hidden_fields

PATIENCE_SECONDS = 90
PRESSES_SECONDS = 120
FORM = "application/x-www-form-urlencoded"
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Answer:
    """What a server answered; status 0: nothing at all, the connection was cut."""

    status: int
    page: str = ""
    seconds: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The words of the page, as one reads them."""
        return " ".join(html.unescape(_TAGS.sub(" ", self.page)).split())


@dataclass
class Browser:
    """One browser with its cookies. Threads may share one that is signed in: reading changes nothing."""

    port: int
    language: str = "vi"
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    scheme: str = "http"
    name: str = "localhost"

    @property
    def host(self) -> str:
        """The name that it asks by."""
        return f"{self.name}:{self.port}"

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, **values: str) -> Answer:
        """Send a form, with the token of this session."""
        body = urlencode({"csrf_token": self.token, **values}).encode()
        return self._ask("POST", path, body, {"Content-Type": FORM})

    def upload(self, path: str, name: str, content: bytes, **values: str) -> Answer:
        """Send a form with a file in its field `evidence`."""
        between = secrets.token_hex(8)
        parts = [
            f'--{between}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {"csrf_token": self.token, **values}.items()
        ]
        head = f'--{between}\r\nContent-Disposition: form-data; name="evidence"; filename="{name}"\r\n\r\n'.encode()
        body = b"".join([*parts, head, content, f"\r\n--{between}--\r\n".encode()])
        return self._ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={between}"})

    def sign_in(self, email: str, password: str) -> Browser:
        """Through the page, as a person does."""
        hidden = hidden_fields(self.get("/sign-in").page)
        self.token = hidden.pop("csrf_token")
        answer = self.post("/sign-in", **hidden, email=email, password=password)
        assert answer.status == 303, answer.text
        self.token = hidden_fields(self.get("/account").page)["csrf_token"]
        return self

    def until_answered(self, path: str, **values: str) -> Answer:
        """Press again for as long as the connection is cut or the server says that it is not ready."""
        give_up_at = time.monotonic() + PRESSES_SECONDS
        while (answer := self.post(path, **values)).status in {0, 503} and time.monotonic() < give_up_at:
            time.sleep(0.2)
        return answer

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        began = time.monotonic()
        headers |= {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept-Language": self.language,
            "Origin": f"{self.scheme}://{self.host}",
            "Referer": f"{self.scheme}://{self.host}{path}",
            "Host": self.host,
        }
        with self._connection() as connection:
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                page = answer.read().decode(errors="replace")
            except (OSError, http.client.HTTPException):
                return Answer(0, seconds=time.monotonic() - began)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, page, time.monotonic() - began, dict(answer.headers))

    def connection(self) -> http.client.HTTPConnection:
        """A new one."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        connection = self.connection()
        try:
            yield connection
        finally:
            connection.close()
