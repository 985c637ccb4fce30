"""The product behind a real nginx, by the very lines of docs/operating.md: TLS, headers, files, slow connections."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.proxy import HOST, Proxied, proxying
from tests.faults.server import Server, free_port, serving_web
from tests.faults.test_slow_connections import COUNT, LONGEST_SECONDS, ROUNDS, SLOW
from tests.faults.world import PASSWORD, Figure, email
from tracker.agencies.offices import Office

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def ports() -> tuple[int, int]:
    """Of nginx, plain and with TLS."""
    return free_port(), free_port()


@pytest.fixture(scope="module")
def product(address: str, ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """As the page says: https in the address, one proxy trusted."""
    seen = {"TRACKER_BASE_URL": f"https://{HOST}:{ports[1]}", "TRACKER_TRUSTED_PROXIES": "1"}
    with serving_web(address, tmp_path_factory.mktemp("behind"), more=seen, host=HOST) as served:
        yield served


@pytest.fixture(scope="module")
def nginx(product: Server, ports: tuple[int, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running nginx, and its folder with a certificate."""
    folder = tmp_path_factory.mktemp("nginx")
    with proxying(folder, ports, product.port, 2 * COUNT):
        yield folder


@pytest.fixture
def browser(nginx: Path, ports: tuple[int, int]) -> Proxied:
    """Somebody outside."""
    return Proxied(ports[1], scheme="https", name=HOST, folder=nginx)


def test_somebody_signs_in_and_sends_a_file(browser: Proxied) -> None:
    browser.sign_in(email("SXD", Office.OFFICER), PASSWORD)
    figure = Figure("SXD", "SXD-T41", "2021-Y")
    content = b"%PDF-1.4\n" + b"0" * 9_000_000 + b"\n%%EOF\n"
    answer = browser.upload(figure.path, "a.pdf", content, version="0", language="vi", value="1", narrative="Có")
    assert answer.status == 303


@pytest.mark.parametrize(("size", "status", "said"), [(11_000_000, 422, "10 MB"), (45_000_000, 413, "quá lớn")])
def test_what_is_too_large_is_said_by_the_product(browser: Proxied, size: int, status: int, said: str) -> None:
    """Also where it reads nothing of it."""
    browser.sign_in(email("SXD", Office.OFFICER), PASSWORD)
    figure = Figure("SXD", "SXD-T42", "2021-Y")
    content = b"%PDF-1.4\n" + b"0" * size
    answer = browser.upload(figure.path, "a.pdf", content, version="0", language="vi", value="1", narrative="Có")
    assert answer.status == status
    assert said in answer.text, answer.text


def test_the_cookie_is_for_tls_alone_and_the_health_page_says_no_more_than_a_word(browser: Proxied) -> None:
    answer = browser.get("/sign-in")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers
    assert browser.get("/readyz").page == "not ready\n"


def test_another_name_is_refused_and_plain_http_led_on(nginx: Path, browser: Proxied, ports: tuple[int, int]) -> None:
    for port, name, expected in ((ports[0], HOST, 308), (ports[1], "evil.example", 400)):
        connection = http.client.HTTPConnection("127.0.0.1", port) if port == ports[0] else browser.connection()
        connection.request("GET", "/sign-in", headers={"Host": name})
        assert connection.getresponse().status == expected
        connection.close()


def test_a_page_answers_while_others_are_slow(browser: Proxied, ports: tuple[int, int]) -> None:
    context = ssl.create_default_context(cafile=browser.folder / "fullchain.pem")
    with ExitStack() as stack:
        for first in (b"", *SLOW.values()):
            for _ in range(COUNT // len(SLOW)):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", ports[1])))
                if first:
                    line = stack.enter_context(context.wrap_socket(line, server_hostname=HOST))
                    line.sendall(first.replace(b"localhost", HOST.encode()))
        answers = [browser.get("/sign-in") for _ in range(ROUNDS)]
    assert {answer.status for answer in answers} == {200}
    assert max(answer.seconds for answer in answers) < LONGEST_SECONDS
