"""A message that only one browser reads (RFC 8291 over RFC 8188): encrypted with what came with its subscription."""

import base64
import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096
POINT, SECRET = 65, 16  # bytes of a public key and of a subscription's secret
PADDED = 128  # what is shorter is filled up, so that its length tells no number


def unpacked(text: str) -> bytes:
    """What is written in base64 of addresses, without its end. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def packed(content: bytes) -> str:
    """The other way round."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def are_keys(public_key: str, secret: str) -> bool:
    """Whether a browser can have given these: a point on the curve, and a secret of the right length."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unpacked(public_key))
        return len(unpacked(public_key)) == POINT and len(unpacked(secret)) == SECRET
    except ValueError:
        return False


def encrypt(
    message: bytes,
    public_key: str,
    secret: str,
    *,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    padded: int = PADDED,
) -> bytes:
    """The body of one push. `own` and `salt`: of this message alone; given in tests only."""
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(16)
    theirs = unpacked(public_key)
    ours = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    material = _derived(shared, unpacked(secret), b"WebPush: info\x00" + theirs + ours, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\x00", 12)
    record = message + b"\x02" + b"\x00" * max(0, padded - len(message))
    head = salt + struct.pack("!IB", RECORD, len(ours)) + ours
    return head + AESGCM(key).encrypt(nonce, record, None)


def _derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(material)
