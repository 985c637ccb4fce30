"""Connections before a thread is given to them: who says nothing, or says it slowly, costs no thread.

Gunicorn's own worker lends a thread to each connection and lets it wait there for the request. Here the worker's loop
receives the request; a thread reads a long body only. Each connection has one request: what is kept open lies with one
worker while the other one is idle.
"""

import errno
import re
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10.0
BODY_SECONDS = 30.0  # and a second more for so many bytes that came:
SLOWEST_BYTES = 4096
ANSWER_SECONDS = 30.0  # for what an answer is written in at once
CLOSING_SECONDS = 2.0  # for the other side to close first: else it may lose the end of its answer
LONGEST_HEAD = 64 * 1024
IN_MEMORY = 256 * 1024  # of a request; a longer one is read by its thread
LONG_AT_ONCE = 2  # of a worker's threads
MOST_LONG = 50  # that wait for one of them; the next is refused
MOST_WAITING = 400  # of a worker; then the one goes that has the least time left
ANSWER_BUFFER = 256 * 1024  # the system's, so that a page needs no thread while it is read slowly
_PART = 64 * 1024
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_READ_BY_ITS_THREAD = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)
_NOBODY_YET = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED})


class Line(socket.socket):
    """A connection on which nothing waits for ever: neither what is read from it nor what is written."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        self.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ANSWER_BUFFER)
        self.until = time.monotonic() + HEAD_SECONDS
        self.ahead = bytearray()  # received by the loop
        self.is_long = False
        self._wanted = 0  # bytes of head and body; 0: the head is not there yet

    def come(self) -> bytes:
        """What has come, without waiting. Raises OSError where the other side is gone."""
        part = super().recv(_PART)
        if not part:
            raise ConnectionResetError(errno.ECONNRESET, "closed")
        return part

    def take(self) -> bool:
        """Take what has come; whether a thread can go on now. Raises OSError where the other side is gone."""
        part = self.come()
        self.ahead += part
        if not self._wanted:
            end = self.ahead.find(_END, max(0, len(self.ahead) - len(part) - len(_END)))
            if end < 0:
                return len(self.ahead) > LONGEST_HEAD  # the parser refuses it
            self._read_head(bytes(self.ahead[: end + 2]))
        return len(self.ahead) >= self._wanted

    def setblocking(self, flag: bool) -> None:
        """Waiting has an end."""
        self.settimeout(ANSWER_SECONDS if flag else 0)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """What the loop received, then what comes, until its time is over."""
        if self.ahead:
            part = bytes(self.ahead[:size])
            del self.ahead[:size]
            return part
        patience = self.gettimeout()
        with _slow_is_gone():
            self.settimeout(max(0.001, self.until - time.monotonic()))
            try:
                part = super().recv(size, flags)
            finally:
                self.settimeout(patience)
        self.until += len(part) / SLOWEST_BYTES
        return part

    def sendall(self, content: Any, flags: int = 0) -> None:
        """All of it in its time, or the reader is gone."""
        with _slow_is_gone():
            super().sendall(content, flags)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """The same of a file."""
        with _slow_is_gone():
            return super().sendfile(file, offset, count)

    def _read_head(self, head: bytes) -> None:
        length = _LENGTH.search(head)
        whole = len(head) + 2 + (int(length[1]) if length else 0)
        self.is_long = whole > IN_MEMORY or _READ_BY_ITS_THREAD.search(head) is not None
        self._wanted = len(head) + 2 if self.is_long else whole
        self.until = time.monotonic() + BODY_SECONDS


class PatientWorker(ThreadWorker):  # type: ignore[misc] # it comes without types
    """Gunicorn's worker with threads, whose loop receives what comes before a thread goes to work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[Line, TConn] = {}
        self.long: deque[TConn] = deque()
        self.long_at_work = 0

    def accept(self, listener: socket.socket) -> None:
        """Take a connection in, and wait for what it says."""
        try:
            accepted, address = listener.accept()
        except OSError as fault:
            if fault.errno not in _NOBODY_YET:  # too many open files
                self._let_slowest_go()
            return
        if len(self.waiting) >= MOST_WAITING:
            self._let_slowest_go()
        self.nr_conns += 1
        conn = TConn(self.cfg, Line(accepted), address, listener.getsockname())
        conn.parser, conn.initialized = http.get_parser(self.cfg, conn.sock, address), True
        self._wait(conn, self._receive)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """It is answered: wait a little for the other side to close, in the loop too."""
        line = conn.sock
        if line.is_long:
            self.long_at_work -= 1
            self._begin_long()
        try:
            line.shutdown(socket.SHUT_WR)
            line.setblocking(False)
        except OSError:  # closed already
            self._close(conn)
            return
        line.until = time.monotonic() + CLOSING_SECONDS
        self._wait(conn, self._hear_out)

    def murder_pending(self) -> None:
        """Close those whose time is over; where the worker ends, those that have said nothing too."""
        now = time.monotonic()
        over = [line for line in self.waiting if line.until < now or not (self.alive or line.ahead)]
        for line in over:
            self._close(self._no_longer(line))

    def _wait(self, conn: TConn, act: Callable[[TConn, Line], None]) -> None:
        self.waiting[conn.sock] = conn
        self.poller.register(conn.sock, EVENT_READ, partial(act, conn))

    def _no_longer(self, line: Line) -> TConn:
        self.poller.unregister(line)
        return self.waiting.pop(line)

    def _receive(self, conn: TConn, line: Line) -> None:
        try:
            if not line.take():
                return
        except BlockingIOError:
            return
        except OSError:
            self._close(self._no_longer(line))
            return
        self._no_longer(line)
        if not line.is_long:
            self.enqueue_req(conn)
        elif len(self.long) < MOST_LONG:
            self.long.append(conn)
            self._begin_long()
        else:
            self._close(conn)

    def _begin_long(self) -> None:
        """A slow body holds its thread, so some are always left for everything else."""
        while self.long and self.long_at_work < LONG_AT_ONCE:
            self.long_at_work += 1
            conn = self.long.popleft()
            conn.sock.until = time.monotonic() + BODY_SECONDS
            self.enqueue_req(conn)

    def _hear_out(self, _conn: TConn, line: Line) -> None:
        try:
            line.come()
        except BlockingIOError:
            return
        except OSError:
            self._close(self._no_longer(line))

    def _let_slowest_go(self) -> None:
        if self.waiting:
            self._close(self._no_longer(min(self.waiting, key=lambda line: line.until)))

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


@contextmanager
def _slow_is_gone() -> Iterator[None]:
    """To gunicorn who is too slow is as who has gone: not worth a trace in the log."""
    try:
        yield
    except TimeoutError:
        raise ConnectionResetError(errno.ECONNRESET, "too slow") from None
