"""Asking clamd whether a file holds a virus, over INSTREAM and within a time limit. No answer is a refusal."""

import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from tracker.core.files.kinds import ContentError
from tracker.core.languages import _l

CHUNK = 64 * 1024
MOST_OF_AN_ANSWER = 4096
_CLEAN, _FOUND, _PONG = b"OK", b" FOUND", b"PONG"

log = structlog.get_logger("files")


@dataclass(frozen=True, slots=True)
class Scanner:
    """A clamd: its address (host:port, or the path of a socket), and how long one question may take."""

    address: str
    seconds: float

    def look(self, path: Path) -> None:
        """Return where the file is clean. Raises ContentError where it is not, and where there is no clear answer."""
        try:
            answer = self._ask(b"zINSTREAM\0", path)
        except OSError as fault:
            log.error("upload.not_scanned", fault=type(fault).__name__)
            raise _not_scanned() from None
        verdict = answer.rpartition(b": ")[2]
        if verdict == _CLEAN:
            return
        if verdict.endswith(_FOUND):
            log.warning("upload.virus_found", name=verdict.removesuffix(_FOUND).decode("ascii", "replace"))
            raise ContentError(_l("The file holds a virus. Have your computer checked before you send another one"))
        log.error("upload.not_scanned", fault=verdict[:200].decode("ascii", "replace"))
        raise _not_scanned()

    def answers(self) -> bool:
        """Whether it is there. Raises OSError."""
        return self._ask(b"zPING\0") == _PONG

    def _ask(self, command: bytes, path: Path | None = None) -> bytes:
        until = time.monotonic() + self.seconds
        with self._connected() as connection:
            _send(connection, command, until)
            if path is not None:
                with path.open("rb") as file:
                    while chunk := file.read(CHUNK):
                        _send(connection, struct.pack(">I", len(chunk)) + chunk, until)
                _send(connection, struct.pack(">I", 0), until)
            return _answer(connection, until)

    def _connected(self) -> socket.socket:
        if self.address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX)
            try:
                connection.settimeout(self.seconds)
                connection.connect(self.address)
            except OSError:
                connection.close()
                raise
            return connection
        host, _, port = self.address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.seconds)


def scanner(address: str, seconds: float) -> Scanner | None:
    """The clamd of an address; none for an empty one: nothing is scanned then."""
    return Scanner(address, seconds) if address else None


def _send(connection: socket.socket, content: bytes, until: float) -> None:
    connection.settimeout(_left(until))
    connection.sendall(content)


def _answer(connection: socket.socket, until: float) -> bytes:
    """What it says, up to its closing zero."""
    answer = b""
    while b"\0" not in answer and len(answer) < MOST_OF_AN_ANSWER:
        connection.settimeout(_left(until))
        piece = connection.recv(MOST_OF_AN_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _not_scanned() -> ContentError:
    return ContentError(
        _l("The file could not be checked for viruses just now, so it was not taken. Try again in a few minutes")
    )
