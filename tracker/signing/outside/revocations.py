"""Lists of revoked certificates, fetched from their authorities: kept only where one that is trusted here made it, and
it is newer than the one that stands."""

import hashlib
import os
import urllib.request
from datetime import datetime
from pathlib import Path

import structlog

from tracker.signing.outside import certificates
from tracker.signing.outside.trusted import LISTS, folder, trusted

MOST_BYTES = 32 * 1024 * 1024
SECONDS = 30.0
_SCHEMES = ("http://", "https://")

log = structlog.get_logger("signing")


def fetch(instance: Path, address: str, at: datetime) -> bool:
    """Whether the list of that address stands here now, fresh."""
    try:
        content = _fetched(address)
        one = certificates.list_in(content)
    except (OSError, ValueError) as fault:
        log.error("revocations.not_fetched", address=address, fault=type(fault).__name__)
        return False
    stands = certificates.of_files(trusted(instance).certificates, ())
    if not any(certificates.is_signed_by(one, issuer) for issuer in (*stands.anchors, *stands.others)):
        log.error("revocations.of_strangers", address=address)
        return False
    if not certificates.is_fresh(one, at):
        log.error("revocations.stale", address=address)
        return False
    path = path_of(instance, address)
    if path.is_file() and certificates.list_in(path.read_bytes()).last_update_utc > one.last_update_utc:
        return True
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_suffix(f".{os.getpid()}")
    made.write_bytes(content)
    made.replace(path)
    return True


def path_of(instance: Path, address: str) -> Path:
    """Where the list of an address stands."""
    return folder(instance) / LISTS / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}.crl"


def _fetched(address: str) -> bytes:
    if not address.startswith(_SCHEMES):
        raise ValueError("no address of http")
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - held against the schemes above
        content: bytes = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("too large")
    return content
