"""The keys of the seal as they are published: each entry names the hash of the one before it, and is signed by the key
before where that was not lost. Checked from the published list alone. Pure."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tracker.signing.outside.certificates import fingerprint

FORMAT = "seal-keys/1"
FIRST, CHANGED, LOST = "first", "changed", "lost"
_TOLD = ("seq", "fingerprint", "since", "reason", "lost_since", "note", "before")

Entry = Mapping[str, Any]


def hash_of(entry: Entry) -> str:
    """The hash of an entry: of what it says, in canonical form (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps({name: entry[name] for name in _TOLD})).hexdigest()


def own_certificate(entry: Entry) -> x509.Certificate:
    """The certificate of an entry's key: the first of those that it holds."""
    return x509.load_pem_x509_certificates(entry["certificates"].encode())[0]


def faults(entries: Sequence[Entry]) -> Iterator[str]:
    """What does not hold of a published list, in English; nothing: it is whole."""
    before: Entry | None = None
    for place, entry in enumerate(entries, start=1):
        if entry["seq"] != place:
            yield f"entry {place} is missing"
        if hash_of(entry) != entry["hash"] or fingerprint(own_certificate(entry)) != entry["fingerprint"]:
            yield f"entry {place} is not what its hash says"
        if entry["before"] != (before["hash"] if before else None):
            yield f"entry {place} does not follow the one before it"
        if (entry["reason"] == FIRST) != (before is None):
            yield f"entry {place} says another reason"
        if before is not None and entry["reason"] == CHANGED and not _vouched(entry, before):
            yield f"entry {place} is not signed by the key before it"
        before = entry


def fault_at(entries: Sequence[Entry], fingerprint_: str, at: datetime) -> str | None:
    """Why a key does not count for a seal of a moment; none where it does: `unknown`, `early`, `late`, `lost`."""
    for entry, after in zip(entries, [*entries[1:], None], strict=True):
        if entry["fingerprint"] != fingerprint_:
            continue
        if at < datetime.fromisoformat(entry["since"]):
            return "early"
        if after is not None and after["lost_since"] and at >= datetime.fromisoformat(after["lost_since"]):
            return "lost"
        if after is not None and at >= datetime.fromisoformat(after["since"]):
            return "late"
        return None
    return "unknown"


def vouched(by: Callable[[bytes], bytes], hash_: str) -> str:
    """The hash of an entry, signed by the key before."""
    return base64.b64encode(by(hash_.encode())).decode()


def _vouched(entry: Entry, before: Entry) -> bool:
    key: Any = own_certificate(before).public_key()
    try:
        key.verify(base64.b64decode(entry["proof"] or ""), entry["hash"].encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
