"""Verifying a sealed file by itself and the published keys of the seal, offline: what it says, who signed it, what does
not hold. Pure: no database, no network."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pikepdf
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from tracker.signing.codes import digest, frozen_part
from tracker.signing.confirmations import proof
from tracker.signing.outside import certificates
from tracker.signing.outside.certificates import Trust
from tracker.signing.outside.examination import examine
from tracker.signing.outside.faults import Fault
from tracker.signing.sealing import key_history
from tracker.signing.sides import SEAL

ATTACHED = "noi-dung.json"


@dataclass(slots=True)
class Verified:
    """What was found: nothing in `faults`: it holds."""

    faults: list[str] = field(default_factory=list)
    sealed_at: str | None = None
    key: str | None = None
    number: str | None = None
    content_sha256: str | None = None
    signatures: list[dict[str, Any]] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As data."""
        return {
            "holds": not self.faults,
            "faults": self.faults,
            "number": self.number,
            "content_sha256": self.content_sha256,
            "sealed_at": self.sealed_at,
            "key": self.key,
            "signatures": self.signatures,
        }

    def lines(self) -> Iterator[str]:
        """In words."""
        yield "The file holds." if not self.faults else "The file does not hold:"
        yield from (f"  - {one}" for one in self.faults)
        if self.number:
            yield f"Document {self.number}, content {self.content_sha256}"
        if self.sealed_at:
            yield f"Sealed at {self.sealed_at} by key {self.key}"
        for one in self.signatures:
            held = "" if one["checked"] is None else " (checked)" if one["checked"] else " (does NOT hold)"
            yield f"Signed for {one['side']}: {one['person'] or 'on paper'}, {one['way']}, {one['day']}{held}"
            if one["sheet"]:
                yield f"  The sheet that the key's owner signed by hand was on file: SHA-256 {one['sheet']}"


def verify(content: bytes, entries: Sequence[Mapping[str, Any]], now: datetime) -> Verified:
    """What holds of a file; `now`: no seal is of later."""
    found = Verified()
    found.faults.extend(f"published keys: {one}" for one in key_history.faults(entries))
    frozen = frozen_part(content)
    if not frozen or len(frozen) == len(content):
        found.faults.append("this is no sealed document")
        return found
    pins = frozenset(str(one["fingerprint"]) for one in entries)
    examined = examine(frozen, content, Trust(pins=pins), now)
    if examined.fault is not None:
        found.faults.append(f"the file: {examined.fault}")
        return found
    sealed = next((one for one in examined.signatures if one.field == SEAL), None)
    if sealed is None:
        found.faults.append("it is not sealed")
        return found
    if sealed.fault is not None:
        found.faults.append(f"the seal: {sealed.fault}")
        return found
    _read_seal(found, content, frozen, sealed.evidence or "", sealed.certificate["sha256"], entries)
    return found


def _read_seal(
    found: Verified, content: bytes, frozen: bytes, evidence: str, key: str, entries: Sequence[Mapping[str, Any]]
) -> None:
    told = json.loads(evidence)
    at = datetime.fromisoformat(told["sealed_at"])
    found.number, found.content_sha256 = told["number"], told["document"]
    found.sealed_at, found.key = told["sealed_at"], key
    wrong = key_history.fault_at(entries, key, at)
    if wrong is not None:
        found.faults.append(f"the key of the seal: {wrong}")
    if digest(frozen) != told["file"]:
        found.faults.append("the seal is of another file")
    with pikepdf.open(io.BytesIO(frozen)) as pdf:
        inside = pdf.attachments[ATTACHED].get_file().read_bytes()
    if digest(inside) != told["document"]:
        found.faults.append("the content in the file is another one than was signed")
    trust = _in_the_file(content)
    again = {one.field: one for one in examine(frozen, content, trust, at).signatures}
    for one in told["signatures"]:
        kept = {name: one[name] for name in ("side", "way", "day", "at", "person", "for", "office", "authority")}
        kept["sheet"] = one.get("sheet")  # none in seals of before it was kept
        kept["checked"] = _checked(one, told, again.get(one["side"]))
        found.signatures.append(kept)
        if kept["checked"] is False:
            found.faults.append(f"the signature for {one['side']}")


def _checked(one: Mapping[str, Any], told: Mapping[str, Any], outside: Any) -> bool | None:
    """Whether the file proves a signature; none: it says that there is one, and proves no more (paper)."""
    if outside is not None:
        return outside.fault in (None, Fault.UNDETERMINED)
    if one["way"] == "passkey" and one["proof"]:
        checked = proof.verify(json.loads(one["proof"]), document=told["document"], role=one["side"])
        return not checked.wrong
    return None


def _in_the_file(content: bytes) -> Trust:
    """What stands in a file for whoever checks signatures later."""
    try:
        store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(content)))
    except NoDSSFoundError:
        return Trust()
    held = [x509.load_der_x509_certificate(one.dump()) for one in store.load_certs()]
    lists = [x509.load_der_x509_crl(one.get_object().data) for one in store.crls]
    anchors = [one for one in held if certificates.is_anchor(one)]
    return Trust(anchors, [one for one in held if not certificates.is_anchor(one)], lists)
