"""A device that makes a key and signs with it, in software: for the demo's people, who have none. Its key is thrown
away when the demo has begun; what it signed is sample data."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

ORIGIN, HOST = "http://localhost", "localhost"
PRESENT, RECOGNISED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """Makes one passkey and signs with it. `recognises`: whether it asks for a finger, a face or a PIN."""

    origin: str = ORIGIN
    host: str = HOST
    recognises: bool = True
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, options: str) -> str:
        """What a browser sends for a new passkey."""
        data = self._data("webauthn.create", options)
        numbers = self.key.public_key().public_numbers()
        point = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.identity).to_bytes(2, "big") + self.identity + cbor2.dumps(point)
        told = {"fmt": "none", "attStmt": {}, "authData": self._authenticator(ATTESTED) + attested}
        return self._answer(clientDataJSON=data, attestationObject=cbor2.dumps(told))

    def sign(self, options: str) -> str:
        """What a browser sends for signing in."""
        data = self._data("webauthn.get", options)
        self.count += 1
        authenticator = self._authenticator(0)
        signature = self.key.sign(authenticator + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=data, authenticatorData=authenticator, signature=signature)

    def _data(self, kind: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator(self, flags: int) -> bytes:
        flags |= PRESENT | (RECOGNISED if self.recognises else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, **parts: bytes) -> str:
        name = bytes_to_base64url(self.identity)
        response: dict[str, Any] = {part: bytes_to_base64url(value) for part, value in parts.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
