"""lists: revoked certificates are known by lists that an authority which is trusted here made, and that are fresh."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.factories import signing_room
from tests.support import pki
from tests.support.pki import DAY, Authority
from tracker.signing.outside import revocations, trusted
from tracker.signing.outside.certificates import of_files

AT = pki.now()


@contextmanager
def served(content: bytes) -> Iterator[str]:
    """An authority's address, at which that stands."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_told: Any) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/list.crl"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(AT)


def test_what_is_fetched_stands_and_what_is_wrong_leaves_the_last_one(authority: Authority, tmp_path: Path) -> None:
    signing_room.trust(tmp_path, authority, lists=False)
    revoked = authority.holder("Lê Bị Thu Hồi")
    good = authority.lists(revoked.certificate)[1].public_bytes(Encoding.DER)
    stale = authority.lists(at=AT - 20 * DAY, lasts=DAY)[1].public_bytes(Encoding.DER)
    strangers = Authority(AT, "Người lạ").lists()[1].public_bytes(Encoding.DER)
    with served(good) as address:
        assert revocations.fetch(tmp_path, address, AT)
        stands = trusted.trusted(tmp_path)
        found = of_files(stands.certificates, stands.lists)
        assert list(found.revoked(revoked.certificate, authority.issuing.certificate, AT)) == ["revoked"]
    kept = revocations.path_of(tmp_path, address)
    for wrong in (stale, strangers, b"<html>", b""):
        with served(wrong) as other:
            assert not revocations.fetch(tmp_path, other, AT)
            assert not revocations.path_of(tmp_path, other).exists()
    assert not revocations.fetch(tmp_path, address, AT), "the server is gone"
    assert not revocations.fetch(tmp_path, "file:///etc/hostname", AT)
    assert kept.read_bytes() == good


def test_addresses_stand_in_a_file(tmp_path: Path) -> None:
    assert trusted.addresses(tmp_path) == []
    (tmp_path / "trust").mkdir()
    (tmp_path / "trust/lists.txt").write_text("# cấp\n\nhttp://ca.example.vn/a.crl\n  http://ca.example.vn/b.crl \n")
    assert trusted.addresses(tmp_path) == ["http://ca.example.vn/a.crl", "http://ca.example.vn/b.crl"]
