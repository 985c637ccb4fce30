"""The demo's own authority and key of the seal, made in its instance folder when they are first asked for. Whatever is
sealed by it says that it is a sample."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from tracker.core import clock

PASSWORD = "mau"  # noqa: S105 - of a sample, which signs nothing that counts
FOLDER, KEY, LIST = "seal", "demo.p12", "demo.crl"
_NOT_MEANT_FOR = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
_YEARS = timedelta(days=3650)


def key(instance: Path) -> Path:
    """The file of the key, with the authority's certificate in it; beside it the authority's list of revoked ones."""
    path = instance / FOLDER / KEY
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own, none_revoked = _made(clock.now())
        _put(path.with_name(LIST), none_revoked)
        _put(path, own)
    return path


def revoked(instance: Path) -> Path:
    """The file of the authority's list."""
    return key(instance).with_name(LIST)


def _put(path: Path, content: bytes) -> None:
    made = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    made.replace(path)


def _made(at: datetime) -> tuple[bytes, bytes]:
    authority, own = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    above, name = _name("Tổ chức chứng thực mẫu"), _name("Dấu điện tử mẫu")
    root = _certificate(above, above, authority.public_key(), at, ca=True).sign(authority, hashes.SHA256())
    leaf = _certificate(name, above, own.public_key(), at, ca=False).sign(authority, hashes.SHA256())
    sealed: bytes = pkcs12.serialize_key_and_certificates(
        b"seal", own, leaf, [root], BestAvailableEncryption(PASSWORD.encode())
    )
    listed = x509.CertificateRevocationListBuilder(above, at, at + _YEARS).sign(authority, hashes.SHA256())
    return sealed, listed.public_bytes(Encoding.DER)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: Any, at: datetime, *, ca: bool) -> x509.CertificateBuilder:
    since = at - timedelta(days=1)
    built = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), since, since + _YEARS)
    built = built.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    none = dict.fromkeys(_NOT_MEANT_FOR, False)
    usage = x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, crl_sign=ca, **none)
    return built.add_extension(usage, critical=True)
