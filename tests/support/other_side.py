"""Another side that is spoken to by HTTP, real and on this machine: it answers, refuses, stalls, leads elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request that came."""

    path: str
    headers: dict[str, str]  # by names in small letters
    body: bytes


@dataclass
class OtherSide:
    """What came, and how it is answered: a status for each request, or `None` to say nothing at all."""

    address: str = ""
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int | None] = lambda _request: 204
    leads_to: str = ""
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def listening() -> Iterator[OtherSide]:
    """Listens on a free port of this machine."""
    side = OtherSide()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            request = Received(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            side.received.append(request)
            status = side.answer(request)
            if status is None:
                side.over.wait(60)
                return
            self.send_response(status)
            if side.leads_to:
                self.send_header("Location", side.leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_given: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    side.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield side
    finally:
        side.over.set()
        server.shutdown()
        server.server_close()
