"""A provider of remote signatures for tests, after the specification of the Cloud Signature Consortium: its own reading
of it, over HTTP. What it does wrong is told to it."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding

from tests.support.pki import Holder

ACCOUNT, CLIENT, SECRET, CREDENTIAL = "0912000001", "so-cam-ket", "bí-mật-của-ứng-dụng", "GX0112348"
SHA256, RSA, ECDSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1", "1.2.840.10045.4.3.2"


@dataclass
class Phone:
    """Whose key it is, and how the provider behaves. `pending`: so many checks are answered before the signer has."""

    holder: Holder
    pending: int = 0
    seconds: float = 0.0
    refuses: bool = False
    times_out: bool = False
    silent: bool = False
    twice: bool = False
    broken: bool = False
    plain: bool = False  # a signature by ECDSA as its two numbers, one behind the other
    mode: str = "implicit"
    status: str = "enabled"
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    confirmed: dict[str, str] = field(default_factory=dict)  # activation data -> the hash that was confirmed


class _Handler(BaseHTTPRequestHandler):
    phone: Phone

    def log_message(self, *_told: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        version, _, method = self.path.removeprefix("/csc/").partition("/")
        self.phone.asked.append(method)
        if method == "oauth2/token":
            given = {name: value[0] for name, value in parse_qs(body.decode()).items()}
            right = given["client_id"] == CLIENT and given["client_secret"] == SECRET
            return (
                self._say(200, {"access_token": "4-CKN69L8gdSYp5"}) if right else self._no("invalid_client", status=401)
            )
        if self.headers["Authorization"] != "Bearer 4-CKN69L8gdSYp5":
            return self._no("invalid_token", status=401)
        answer = getattr(self, "_" + method.rpartition("/")[2].lower())
        answer(json.loads(body), second=version.startswith("v2"))
        return None

    def _list(self, asked: dict[str, Any], *, second: bool) -> None:
        self._say(200, {"credentialIDs": [CREDENTIAL] if asked["userID"] == ACCOUNT else []})

    def _info(self, asked: dict[str, Any], *, second: bool) -> None:
        assert asked["credentialID"] == CREDENTIAL
        chain = (self.phone.holder.certificate, *self.phone.holder.between)
        told: dict[str, Any] = {
            "key": {"status": self.phone.status, "algo": [self._algorithm], "len": self.phone.holder.key.key_size},
            "cert": {"status": "valid", "certificates": [_text(one.public_bytes(Encoding.DER)) for one in chain]},
            "multisign": 1,
            "SCAL": "2",
        }
        mode = self.phone.mode
        objects = [{"type": "Password", "id": "PIN"}] if mode == "explicit" else []
        told |= {"auth": {"mode": "explicit", "objects": objects}} if second else {"authMode": mode}
        self._say(200, told)

    def _authorize(self, asked: dict[str, Any], *, second: bool) -> None:
        (hashed,) = asked["hashes" if second else "hash"]
        assert asked["numSignatures"] == 1
        assert not second or asked["hashAlgorithmOID"] == SHA256
        self.phone.said.append(asked["description"])
        if second:
            return self._say(202, {"handle": hashed})
        time.sleep(self.phone.seconds)
        return self._decided(hashed)

    def _authorizecheck(self, asked: dict[str, Any], *, second: bool) -> None:
        assert second
        if self.phone.pending:
            self.phone.pending -= 1
            return self._say(202, {"handle": asked["handle"]})
        return self._decided(asked["handle"])

    def _decided(self, hashed: str) -> None:
        if self.phone.silent:
            self.close_connection = True
            return None
        if self.phone.refuses:
            return self._no("access_denied", "The user denied the authorization")
        if self.phone.times_out:
            return self._no("invalid_request", "The authorization expired")
        activation = f"SAD-{len(self.phone.confirmed)}"
        self.phone.confirmed[activation] = hashed
        return self._say(200, {"SAD": activation, "expiresIn": 60})

    def _signhash(self, asked: dict[str, Any], *, second: bool) -> None:
        (hashed,) = asked["hashes" if second else "hash"]
        assert asked["hashAlgorithmOID" if second else "hashAlgo"] == SHA256
        assert asked["signAlgo"] == self._algorithm
        if self.phone.confirmed.pop(asked["SAD"], None) != hashed:
            return self._no("invalid_request", "Hash is not authorized by the SAD")
        raw = base64.b64decode(hashed)
        signed = self._signed(raw)
        made = _text(signed[::-1] if self.phone.broken else signed)
        return self._say(200, {"signatures": [made, made] if self.phone.twice else [made]})

    @property
    def _algorithm(self) -> str:
        return RSA if isinstance(self.phone.holder.key, rsa.RSAPrivateKey) else ECDSA

    def _signed(self, hashed: bytes) -> bytes:
        key, way = self.phone.holder.key, Prehashed(hashes.SHA256())
        if self._algorithm == RSA:
            return bytes(key.sign(hashed, padding.PKCS1v15(), way))
        signed = bytes(key.sign(hashed, ec.ECDSA(way)))
        if not self.phone.plain:
            return signed
        return b"".join(number.to_bytes(key.key_size // 8) for number in decode_dss_signature(signed))

    def _no(self, error: str, said: str = "", status: int = 400) -> None:
        self._say(status, {"error": error, "error_description": said})

    def _say(self, status: int, told: dict[str, Any]) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def served(phone: Phone) -> Iterator[str]:
    """A provider that behaves so, and its address without the version."""
    handler = type("Handler", (_Handler,), {"phone": phone})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/csc"
    finally:
        server.shutdown()
        server.server_close()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
