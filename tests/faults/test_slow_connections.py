"""Two hundred connections that say nothing, or say it slowly: everybody else is answered as if they were not there."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults import plain
from tests.faults.server import Server, serving_web
from tracker.core import connections, serving

COUNT = 200
ROUNDS = 15
LONGEST_SECONDS = (
    5.0  # of an answer that takes some milliseconds: a busy machine's own, and less than any of the limits
)
LONG_BODY = connections.IN_MEMORY + 1
HOST = b" HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /sign-in" + HOST
SLOW: dict[str, bytes] = {
    "say nothing": b"",
    "begin a line": b"GE",
    "end no head": b"GET /sign-in" + HOST + b"Cookie: a=b\r\n",
    "send no body": POST + b"Content-Length: 900\r\n\r\n",
    "send half a body": POST + b"Content-Length: 900\r\n\r\n" + b"a=" * 200,
    "send a long body slowly": POST + b"Content-Length: %d\r\n\r\na=" % LONG_BODY,
    "send pieces without end": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
    "read no answer": b"GET /sign-in" + HOST + b"\r\n",
}
PLAIN = "tests.faults.plain:app"


@contextmanager
def held(port: int, first: bytes, count: int = COUNT) -> Iterator[list[socket.socket]]:
    """So many connections on which so much was said."""
    with ExitStack() as stack:
        lines = []
        for _ in range(count):
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.connect(("127.0.0.1", port))
            lines.append(stack.enter_context(line))
            line.sendall(first)
        yield lines


def seconds(ask: Callable[[], object]) -> float:
    began = time.monotonic()
    ask()
    return time.monotonic() - began


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Our workers before a page that costs nothing."""
    folder = tmp_path_factory.mktemp("plain")
    with serving_web(f"sqlite:///{folder / 'none.db'}", folder, PLAIN) as running:
        yield running


@pytest.mark.one_database
def test_a_page_answers_in_its_usual_time(server: Server) -> None:
    """The product's own, with a share of each kind of slowness at once."""
    browser = server.browser()
    usual = statistics.median(browser.get("/sign-in").seconds for _ in range(ROUNDS))
    with ExitStack() as stack:
        for first in SLOW.values():
            stack.enter_context(held(server.port, first, COUNT // len(SLOW)))
        answers = [browser.get("/sign-in") for _ in range(ROUNDS)]
    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < usual + LONGEST_SECONDS


@pytest.mark.parametrize("first", SLOW.values(), ids=SLOW)
def test_slow_in_one_way(light: Server, first: bytes) -> None:
    browser = light.browser()
    with held(light.port, first):
        answers = [browser.get("/") for _ in range(ROUNDS)]  # the first comes while all of them are held
    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < LONGEST_SECONDS


def test_so_many_that_some_must_go_and_still_others_get_in(light: Server) -> None:
    with held(light.port, b"", serving.WORKERS * connections.MOST_WAITING + 50):
        assert max(light.browser().get("/").seconds for _ in range(ROUNDS)) < LONGEST_SECONDS


def test_what_comes_in_pieces_is_one_request(light: Server) -> None:
    """Letter by letter, with its body; nothing is lost between loop and thread."""
    for size in (0, 1, 500, LONG_BODY + 70_000):
        body = bytes(range(256)) * (size // 256 + 1)
        body = body[:size]
        whole = b"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % size + body
        with socket.create_connection(("127.0.0.1", light.port)) as line:
            for letter in whole[:90]:
                line.sendall(bytes([letter]))
            for start in range(90, len(whole), 30_011):
                line.sendall(whole[start : start + 30_011])
            answer = heard(line)
        assert answer.partition(b"\r\n\r\n")[2] == body


def test_whose_time_is_over_is_let_go(tmp_path: Path) -> None:
    """With a fraction of the time that they have otherwise; and nothing of it is worth a trace in the log."""
    with serving_web(f"sqlite:///{tmp_path / 'none.db'}", tmp_path, "tests.faults.plain:hurried()") as running:
        for first in SLOW.values():
            with held(running.port, first, 4) as lines:
                for line in lines:
                    line.settimeout(60)  # a line that stays open fails here
                    heard(line)
        with held(running.port, b"GET /long" + HOST + b"\r\n", 1) as (line,):
            time.sleep(4 * plain.SHORT_SECONDS)
            assert len(heard(line)) < len(plain.LONG_PAGE)
    assert "Traceback" not in (tmp_path / "web.log").read_text()


def heard(line: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    with suppress(ConnectionResetError):
        while part := line.recv(65_536):
            parts.append(part)
    return b"".join(parts)
