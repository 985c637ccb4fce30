"""A real nginx before the product, by the configuration that operating.md gives, and a browser that trusts it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.browser import Browser
from tests.faults.server import ROOT, running
from tests.support import debian

HOST = "camket.example.vn"
START_SECONDS = 240
FRAME = (
    "daemon off; pid {folder}/pid; error_log {folder}/error.log; {user} events {{ }} http {{ access_log off; {paths}"
)
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass
class Proxied(Browser):
    """A browser that trusts the certificate, and asks by the public name."""

    folder: Path = Path()

    def connection(self) -> http.client.HTTPConnection:
        """Over TLS, to this machine."""
        return Local(self.port, ssl.create_default_context(cafile=self.folder / "fullchain.pem"))


class Local(http.client.HTTPSConnection):
    """To this machine, whatever the name says."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(HOST, port, timeout=90, context=context)
        self.trust = context

    def connect(self) -> None:
        """The certificate is that of the name."""
        self.sock = self.trust.wrap_socket(socket.create_connection(("127.0.0.1", self.port)), server_hostname=HOST)


def from_the_page() -> str:
    """The configuration that operating.md gives."""
    found: str
    (found,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs/operating.md").read_text(), re.DOTALL)
    return found


@contextmanager
def proxying(folder: Path, ports: tuple[int, int], port: int, most: int) -> Iterator[None]:
    """nginx with a certificate of its own: plain and with TLS on `ports`, before what listens on `port`.

    `most`: connections of one address; all of a test come from one.
    """
    program = debian.program("nginx", "nginx")
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*made, *files, *names], check=True, capture_output=True)
    text = from_the_page()
    for there, here in (
        ("/etc/ssl/camket", str(folder)),
        ("listen 80;", f"listen 127.0.0.1:{ports[0]};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{ports[1]} ssl;"),
        ("127.0.0.1:8000", f"127.0.0.1:{port}"),
        ("limit_conn camket 100", f"limit_conn camket {most}"),
    ):
        assert there in text
        text = text.replace(there, here)
    paths = " ".join(f"{name}_temp_path {folder}/{name};" for name in TEMPORARY)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"{FRAME.format(folder=folder, user=user, paths=paths)}\n{text}\n}}\n")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with running(command, dict(os.environ), folder / "said.log") as process:
        give_up_at = time.monotonic() + START_SECONDS
        while socket.socket().connect_ex(("127.0.0.1", ports[1])):
            assert process.poll() is None, (folder / "said.log").read_text()
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
        yield
