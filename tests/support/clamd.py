"""A clamd of the tests': a real socket that speaks INSTREAM and PING, and can be slow, rude or gone."""

from __future__ import annotations

import socket
import socketserver
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VIRUS = b"%PDF-1.4\n% a harmless mark that the tests' clamd takes for a virus\n%%EOF\n"
NAME = "Test.Mark-1"
PATIENCE_SECONDS = 120  # longer than anybody waits for an answer


@dataclass
class Clamd:
    """`behaviour`: "scans", "hangs" (reads all, never answers), "stops" (never reads), "closes", or an answer to give.

    `seen` holds what it was asked to scan; `asked` is set when a scan begins; `go_on` lets one that hangs end.
    """

    address: str = ""
    behaviour: str = "scans"
    seen: list[bytes] = field(default_factory=list)
    asked: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def serve(self, connection: socket.socket) -> None:
        """One question."""
        command = self._up_to_zero(connection)
        if command == b"zPING":
            connection.sendall(b"PONG\0" if self.behaviour == "scans" else b"220 mail\0")
            return
        self.asked.set()
        if self.behaviour == "closes":
            return
        if self.behaviour == "stops":
            self.go_on.wait(PATIENCE_SECONDS)
            return
        content = b"".join(self._chunks(connection))
        self.seen.append(content)
        if self.behaviour == "hangs":
            self.go_on.wait(PATIENCE_SECONDS)
            return
        found = f"stream: {NAME} FOUND" if content == VIRUS else "stream: OK"
        answer = found if self.behaviour == "scans" else self.behaviour
        for piece in (answer[:5], answer[5:], "\0"):  # as a network may cut it
            connection.sendall(piece.encode())

    def _chunks(self, connection: socket.socket) -> Iterator[bytes]:
        while size := struct.unpack(">I", self._exactly(connection, 4))[0]:
            yield self._exactly(connection, size)

    def _up_to_zero(self, connection: socket.socket) -> bytes:
        word = b""
        while not word.endswith(b"\0"):
            word += self._exactly(connection, 1)
        return word[:-1]

    def _exactly(self, connection: socket.socket, size: int) -> bytes:
        content = b""
        while len(content) < size:
            piece = connection.recv(size - len(content))
            if not piece:
                raise ConnectionError
            content += piece
        return content


@contextmanager
def clamd(*, on_file: bool = False) -> Iterator[Clamd]:
    """One that listens on a free port of this machine, or on a socket in a folder."""
    state = Clamd()

    class Handler(socketserver.BaseRequestHandler):
        """Hands the connection on."""

        def handle(self) -> None:
            """Answer, whatever the other side does."""
            try:
                state.serve(self.request)
            except OSError:
                return

    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        kind: Any = socketserver.ThreadingUnixStreamServer if on_file else socketserver.ThreadingTCPServer
        server = kind(str(Path(folder) / "s") if on_file else ("127.0.0.1", 0), Handler)
        server.daemon_threads, server.block_on_close = True, False
        state.address = server.server_address if on_file else f"127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield state
        finally:
            state.go_on.set()
            server.shutdown()
            server.server_close()
