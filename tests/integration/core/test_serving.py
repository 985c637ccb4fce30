"""What `tracker serve` says to whoever starts it, and to a service manager: exit codes, a taken port, nothing left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from flask.testing import FlaskClient

from tests.faults.server import free_port
from tracker.core import serving
from tracker.settings import Secret, Settings

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 240
WAITS = "import time; time.sleep(600)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); {WAITS}"
# `serve` itself, with other processes in place of the product's.
SERVE = """
import sys
from tracker.core import serving
serving.STOP_SECONDS = 1
for name, code in zip(("prepare_command", "web_command", "scheduler_command"), sys.argv[2:]):
    setattr(serving, name, lambda *_, code=code: [sys.executable, "-c", code])
sys.exit(serving.serve(sys.argv[1], lambda: None))
"""


def started(*codes: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-c", SERVE, f"127.0.0.1:{free_port()}", *codes]
    return subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def children(process: subprocess.Popen[str], count: int) -> list[psutil.Process]:
    """The processes that it started, once there are so many."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while len(found := psutil.Process(process.pid).children()) < count:
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_stops_all_and_is_no_failure(number: signal.Signals) -> None:
    """Also where one process is slow to end, and the signal comes twice."""
    process = started("pass", STUBBORN, WAITS)
    running = children(process, 2)
    assert process.stdout is not None
    process.stdout.readline()  # the stubborn one is up
    process.send_signal(number)
    time.sleep(0.2)
    process.send_signal(number)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert not any(one.is_running() for one in running)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("import sys; sys.exit('tracker: no tables')", WAITS, WAITS), "tracker: no tables"),
        (("import os; os.abort()", WAITS, WAITS), ""),
        (("pass", "pass", WAITS), "web server ended (0)"),  # nobody asked it to
        (("pass", "raise SystemExit(3)", WAITS), "web server ended (3)"),
        (("pass", "import os; os.kill(os.getpid(), 9)", WAITS), "web server ended (-9)"),
    ],
    ids=["it could not prepare", "what prepares crashed", "ended with 0", "ended with 3", "killed"],
)
def test_whatever_ends_by_itself_is_exit_code_1(codes: tuple[str, str, str], said: str) -> None:
    process = started(*codes)
    _out, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, told.strip()) == (1, said)


def test_a_scheduler_that_dies_is_started_again() -> None:
    process = started("pass", WAITS, WAITS)
    first = children(process, 2)
    psutil.Process(first[1].pid).kill()
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while {one.pid for one in children(process, 2)} == {one.pid for one in first}:
        assert time.monotonic() < give_up_at
        time.sleep(0.05)
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 0


@pytest.mark.parametrize(
    ("bind", "code", "said"),
    [
        ("127.0.0.1:{taken}", 1, "tracker: 127.0.0.1:{taken}: Address already in use; --bind says where to listen"),
        ("203.0.113.1:8000", 1, "tracker: 203.0.113.1:8000: Cannot assign requested address; --bind says where to"),
        ("8000", 2, "must be host:port"),
        (":8000", 2, "must be host:port"),
        ("127.0.0.1:http", 2, "must be host:port"),
        ("127.0.0.1:65536", 2, "must be host:port"),
    ],
)
def test_where_nobody_can_listen_is_a_line(tmp_path: Path, bind: str, code: int, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        environment |= {"TRACKER_SECRET_KEY": "k" * 40, "TRACKER_INSTANCE": str(tmp_path)}
        line = [sys.executable, "-m", "tracker.cli", "serve", "--bind", bind.format(taken=taken)]
        done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert said.format(taken=taken) in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [], "nothing is prepared before"


@pytest.mark.parametrize(
    ("address", "port"),
    [
        ("http://localhost:8123", 8123),
        ("http://camket.example.vn", 8000),
        ("https://camket.example.vn", 8000),
        ("https://camket.example.vn:8443", 8000),
    ],
)
def test_whoever_ends_tls_keeps_its_port(address: str, port: int) -> None:
    assert Settings(base_url=address, secret_key=Secret("k" * 40)).port == port


@pytest.mark.parametrize(
    ("bind", "found"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80)), ("localhost:65535", ("localhost", 65535))],
)
def test_where_to_listen_is_read(bind: str, found: tuple[str, int]) -> None:
    assert serving.address_of(bind) == found


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("sender", "headers", "told"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("203.0.113.9", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, False),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-Host": "camket.example.vn"}, False),
        ("127.0.0.1", {"X-Real-IP": "127.0.0.1"}, False),
        ("127.0.0.1", {"Via": "1.1 proxy"}, False),
        ("", {}, False),
    ],
)
def test_strangers_are_told_yes_or_no(client: FlaskClient, sender: str, headers: dict[str, str], told: bool) -> None:
    answer = client.get("/readyz", headers=headers, environ_overrides={"REMOTE_ADDR": sender})
    assert answer.status_code == 503, "no mail server answers here"
    assert (answer.text == "not ready\n") is not told
    assert ("smtp" in answer.text) is told
    assert "smtp" not in str(answer.headers)
