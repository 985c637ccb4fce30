"""Servers of timestamps (RFC 3161) for tests, over HTTP on loopback: openssl's own reading of it, and one whose answers
are what somebody wants who means no good."""

from __future__ import annotations

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import core, tsp
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps import DummyTimeStamper

from tests.support.pki import Authority, Holder

Answering = Callable[[bytes], bytes]
_POLICY = "[tsa]\ndefault_tsa = one\n[one]\nserial = {folder}/serial\ncrypto_device = builtin\nsigner_digest = sha256\n"
_POLICY += "default_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\ness_cert_id_alg = sha256\n"


@dataclass
class Behaviour:
    """How it answers. `seconds` before it does, `drops`: byte by byte."""

    answer: Answering
    status: int = 200
    seconds: float = 0.0
    drops: float = 0.0
    asked: list[bytes] = field(default_factory=list)


def by_openssl(folder: Path, holder: Holder) -> Answering:
    """openssl answers, with a certificate for timestamps; by the machine's clock."""
    (folder / "tsa.conf").write_text(_POLICY.format(folder=folder))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.pem").write_bytes(holder.certificate.public_bytes(Encoding.PEM))
    chain = b"".join(one.public_bytes(Encoding.PEM) for one in holder.between)
    (folder / "chain.pem").write_bytes(chain)
    key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(key)
    command = "openssl ts -reply -config tsa.conf -section one -queryfile asked -signer tsa.pem -inkey tsa.key"
    command += " -chain chain.pem -out answer"

    def answer(question: bytes) -> bytes:
        (folder / "asked").write_bytes(question)
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
        return (folder / "answer").read_bytes()

    return answer


def right(stamper: DummyTimeStamper) -> Answering:
    """As it should, by the clock of the test."""
    return lambda question: _stamped(stamper, tsp.TimeStampReq.load(question))


def refuses(_question: bytes) -> bytes:
    """No."""
    return bytes.fromhex("30053003020102")  # a TimeStampResp with the status “rejection” and nothing else


def other_nonce(stamper: DummyTimeStamper) -> Answering:
    """An answer to another question."""
    return lambda question: _stamped(stamper, _changed(question, nonce=core.Integer(7)))


def other_file(stamper: DummyTimeStamper) -> Answering:
    """A stamp of another file."""

    def answer(question: bytes) -> bytes:
        asked = tsp.TimeStampReq.load(question)
        other = {"hash_algorithm": asked["message_imprint"]["hash_algorithm"], "hashed_message": bytes(32)}
        return _stamped(stamper, _changed(question, message_imprint=tsp.MessageImprint(other)))

    return answer


def other_time(authority: Authority, by: timedelta) -> Answering:
    """A stamp by a clock that goes wrong."""
    stamper = authority.stamper()

    def answer(question: bytes) -> bytes:
        stamper.fixed_dt = authority.at + by
        return right(stamper)(question)

    return answer


def forged(stamper: DummyTimeStamper) -> Answering:
    """A stamp whose time was changed after it was signed."""

    def answer(question: bytes) -> bytes:
        said = right(stamper)(question)
        (year,) = {said[place : place + 2] for place in _years(said)} or {b""}
        return said.replace(b"20" + year, b"20" + (b"19" if year != b"19" else b"18"), 1)

    return answer


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """A server that answers so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_told: Any) -> None:
            pass

        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            behaviour.asked.append(question)
            time.sleep(behaviour.seconds)
            said = behaviour.answer(question)
            self.send_response(behaviour.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            try:
                for place in range(0, len(said), 1 if behaviour.drops else len(said)):
                    self.wfile.write(said[place : place + 1] if behaviour.drops else said)
                    self.wfile.flush()
                    time.sleep(behaviour.drops)
            except OSError:
                pass  # nobody waits any more

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
    server.shutdown()
    server.server_close()
    thread.join()


def _stamped(stamper: DummyTimeStamper, asked: tsp.TimeStampReq) -> bytes:
    return bytes(asyncio.run(stamper.async_request_tsa_response(asked)).dump())


def _changed(question: bytes, **told: Any) -> tsp.TimeStampReq:
    asked = tsp.TimeStampReq.load(question)
    kept = {name: asked[name] for name in ("version", "message_imprint", "nonce", "cert_req")}
    return tsp.TimeStampReq({**kept, **told})


def _years(said: bytes) -> Iterator[int]:
    """Where the year of the stamp's time stands: GeneralizedTime is tag 0x18."""
    for place in range(len(said) - 4):
        if said[place] == 0x18 and said[place + 2 : place + 4] == b"20":
            yield place + 4
