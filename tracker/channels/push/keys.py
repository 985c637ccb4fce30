"""The key by which push services know this installation (VAPID, RFC 8292): a file that the operator makes once, and the
demo by itself."""

import json
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from tracker.channels.push.encryption import CURVE, packed
from tracker.settings import Settings

GOOD_FOR = timedelta(hours=12)  # push services take a day at most
_OF_THE_DEMO = "push-key.pem"


def make(path: Path) -> None:
    """A new key in a file that only its owner reads. Raises FileExistsError: a key that is used is not lost so."""
    key = ec.generate_private_key(CURVE)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def place(settings: Settings) -> Path | None:
    """Where the key stands; none: this installation tells no browser."""
    return settings.push_key or (settings.instance / _OF_THE_DEMO if settings.demo else None)


def own(settings: Settings) -> ec.EllipticCurvePrivateKey | None:
    """The key; none where there is none, or none that can be read."""
    path = place(settings)
    if path is None:
        return None
    if settings.demo and settings.push_key is None and not path.exists():
        with suppress(OSError):  # another process was quicker, or the disk is full
            make(path)
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name == CURVE.name else None


def public_of(key: ec.EllipticCurvePrivateKey) -> str:
    """Its public half, as a browser wants it."""
    return packed(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(key: ec.EllipticCurvePrivateKey, endpoint: str, contact: str, at: datetime) -> str:
    """What a push service wants to see: who calls, until when, and a signature."""
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((at + GOOD_FOR).timestamp()), "sub": contact}
    said = ".".join(packed(json.dumps(one, separators=(",", ":")).encode()) for one in (_HEAD, claims))
    numbers = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(SHA256())))
    signature = packed(b"".join(number.to_bytes(32, "big") for number in numbers))
    return f"vapid t={said}.{signature}, k={public_of(key)}"


_HEAD = {"typ": "JWT", "alg": "ES256"}
