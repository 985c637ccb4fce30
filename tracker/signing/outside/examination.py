"""What holds of the signatures in a PDF: it is our bytes with signatures appended and nothing else, each signature is
whole and by whom it should be. Pure: bytes in, what was found out; no database, no network, no clock.

It reads what strangers wrote, so it is run apart (`examiner`), with little time and memory.
"""

import dataclasses
import io
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import MultivaluedAttributeError, NonexistentAttributeError, find_unique_cms_attribute
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from tracker.signing.outside import answers
from tracker.signing.outside.certificates import Trust, described, is_known_kind, may_sign, named
from tracker.signing.outside.faults import Fault
from tracker.signing.sides import SEAL, SIDES

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it finds is told by a code
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
HASH: Final = "sha256"  # longer ones take a file out of PDF/A-3
CLOCKS_DIFFER: Final = timedelta(minutes=10)  # as far as a signer's machine may go before ours
_OURS = (*SIDES, SEAL)
_ARCHIVAL = re.compile(rb"pdfaid:part(?:>|=.)3[<\"'].*pdfaid:conformance(?:>|=.)B[<\"']", re.DOTALL)
_DEEPEST = 6  # forms that draw forms
_MEANT_FOR_SIGNING = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)
_BY_SIGNING = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),  # when it was changed, and by which program
    ],
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
)


@dataclass(slots=True)
class Signature:
    """One signature of a file. `fault`: what does not hold of it."""

    field: str
    kind: str  # signature, timestamp
    fault: Fault | None = None
    claimed_at: str | None = None  # as the signer's machine had it
    evidence: str | None = None  # what a seal of ours carries
    certificate: dict[str, str] = dataclasses.field(default_factory=dict)
    chain: list[str] = dataclasses.field(default_factory=list)  # SHA-256 of each certificate, the signer's first


@dataclass(slots=True)
class Examined:
    """What was found. `fault`: what does not hold of the whole; none: of each signature its own."""

    fault: Fault | None = None
    signatures: list[Signature] = dataclasses.field(default_factory=list)


class _Refused(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def examine(
    frozen: bytes, signed: bytes, trust: Trust, at: datetime, expected: Mapping[str, Sequence[str]] | None = None
) -> Examined:
    """What holds of `signed`, which is to be `frozen` with signatures appended, at a moment. `expected`: by field,
    which names its signer may have; none: whoever it is is told, and nobody is expected."""
    found = Examined()
    try:
        found.signatures.extend(_signatures(frozen, signed, trust, at, expected))
    except _Refused as refusal:
        found.fault = refusal.fault
    except MemoryError:
        found.fault = Fault.TOO_MUCH
    except Exception:  # noqa: BLE001 - whatever a stranger's file does to the library: nobody could read it the same way
        found.fault = Fault.DAMAGED
    return found


def _signatures(
    frozen: bytes, signed: bytes, trust: Trust, at: datetime, expected: Mapping[str, Sequence[str]] | None
) -> Iterator[Signature]:
    if not signed.startswith(frozen):
        raise _Refused(Fault.NOT_OURS)
    if len(signed) == len(frozen):
        raise _Refused(Fault.UNSIGNED)
    reader = PdfFileReader(io.BytesIO(signed), strict=True)
    if reader.encrypted:
        raise _Refused(Fault.ENCRYPTED)
    before = PdfFileReader(io.BytesIO(frozen))
    _only_signed(before, reader, signed)
    embedded = list(reader.embedded_signatures)
    if not embedded:
        raise _Refused(Fault.UNSIGNED)
    beside = _answers_beside(reader)
    for place, one in enumerate(embedded):
        last = place == len(embedded) - 1
        told = dataclasses.replace(trust, answers=answers.read([*_answers_in(one), *beside]))
        yield _judged(reader, one, last, told, at, expected)


def _answers_beside(reader: PdfFileReader) -> list[bytes]:
    """What stands in the file of certificates, for whoever checks signatures later."""
    try:
        return [one.get_object().data for one in DocumentSecurityStore.read_dss(reader).ocsps]
    except NoDSSFoundError:
        return []


def _answers_in(one: Any) -> Iterator[bytes]:
    """What the signature itself carries, as Adobe's programs and some of ours' do."""
    try:
        told = find_unique_cms_attribute(one.signer_info["signed_attrs"], "adobe_revocation_info_archival")
    except (NonexistentAttributeError, MultivaluedAttributeError):
        return
    yield from (answer.dump() for answer in told["ocsp"] or ())


def _only_signed(before: PdfFileReader, reader: PdfFileReader, signed: bytes) -> None:
    """Raise _Refused where anything was appended that is no signature."""
    old = before.xrefs.total_revisions - 1
    found = _BY_SIGNING.review_file(reader, old)
    if isinstance(found, SuspiciousModification) or found.modification_level > ModificationLevel.FORM_FILLING:
        raise _Refused(_what_changed(before, reader))
    form = _at(reader.root, "/AcroForm", default={})
    if "/NeedAppearances" in form or "/XFA" in form:
        raise _Refused(Fault.FIELD_CHANGED)
    if "/Version" in reader.root or not _ARCHIVAL.search(reader.root["/Metadata"].data):
        raise _Refused(Fault.NOT_ARCHIVAL)
    if not all(map(_is_embedded, _fonts(reader))):
        raise _Refused(Fault.NOT_ARCHIVAL)
    added = set(_fields(reader)) - set(_fields(before))
    for one in reader.embedded_signatures:
        seen = any(float(side) for side in _at(one.sig_field, "/Rect", default=()))
        if one.field_name in added and (seen or one.sig_object_type != "/DocTimeStamp"):
            raise _Refused(Fault.ANOTHER_FIELD)
        added.discard(one.field_name)
    if added:
        raise _Refused(Fault.ANOTHER_FIELD)
    if signed[signed.rindex(b"%%EOF") + len(b"%%EOF") :].strip(b"\r\n \0"):
        raise _Refused(Fault.DAMAGED)


def _fonts(reader: PdfFileReader) -> Iterator[Any]:
    """The fonts by which signatures write something into their fields."""
    drawn = [_at(one.sig_field, "/AP", "/N") for one in reader.embedded_signatures]
    for _depth in range(_DEEPEST):
        resources = [_at(one, "/Resources", default={}) for one in drawn if one is not None]
        for one in resources:
            yield from (font.get_object() for font in _at(one, "/Font", default={}).values())
        drawn = [form.get_object() for one in resources for form in _at(one, "/XObject", default={}).values()]
    if drawn:
        raise _Refused(Fault.DAMAGED)


def _is_embedded(font: Any) -> bool:
    if _at(font, "/Subtype") == "/Type3":
        return True
    faces = [one.get_object() for one in _at(font, "/DescendantFonts", default=[font])]
    files = ("/FontFile", "/FontFile2", "/FontFile3")
    return all(any(name in _at(face, "/FontDescriptor", default={}) for name in files) for face in faces)


def _what_changed(before: PdfFileReader, reader: PdfFileReader) -> Fault:
    """What it is that was changed, as far as it can be told."""
    try:
        if "/Perms" in reader.root:
            return Fault.LOCKS
        if {"/OpenAction", "/AA"} & set(reader.root) or "/JavaScript" in _at(reader.root, "/Names", default={}):
            return Fault.ACTS
        pages, now = list(_pages(before)), list(_pages(reader))
        if len(pages) != len(now):
            return Fault.PAGE_ADDED
        if _fields(before) != {name: one for name, one in _fields(reader).items() if name in _fields(before)}:
            return Fault.FIELD_CHANGED
        if any(len(_notes(old)) != len(_notes(new)) for old, new in zip(pages, now, strict=True)):
            return Fault.NOTE_ADDED if set(_fields(reader)) == set(_fields(before)) else Fault.ANOTHER_FIELD
    except (misc.PdfError, ValueError, KeyError, TypeError, AttributeError):
        return Fault.DAMAGED
    return Fault.CONTENT_CHANGED


def _pages(reader: PdfFileReader) -> Iterator[Any]:
    for place in range(int(reader.root["/Pages"]["/Count"])):
        yield reader.find_page_for_modification(place)[0].get_object()


def _notes(page: Any) -> Any:
    return _at(page, "/Annots", default=())


def _fields(reader: PdfFileReader) -> dict[str, str]:
    """The fields of a form with what of them never changes."""
    found = {}
    for one in _at(reader.root, "/AcroForm", "/Fields", default=()):
        kept = one.get_object()
        told = (_at(kept, key) for key in ("/FT", "/Rect", "/TU", "/Contents", "/Lock", "/SV"))
        found[str(_at(kept, "/T"))] = repr([repr(value) for value in told])
    return found


def context_of(trust: Trust, at: datetime) -> ValidationContext:
    """Who is trusted at a moment, as pyHanko wants it; what was revoked is looked up by us."""
    return ValidationContext(
        trust_roots=[_asn1(one) for one in trust.anchors],
        other_certs=[_asn1(one) for one in trust.others],
        moment=at,
        revocation_mode="soft-fail",
        allow_fetching=False,
        crls=[],
    )


def chain_of(status: Any) -> list[x509.Certificate]:
    """The certificates from a signer's up to one that is trusted; none where there is no such way."""
    path = status.validation_path
    if path is None or status.trust_problem_indic is not None:
        return []
    return [x509.load_der_x509_certificate(link.dump()) for link in reversed(list(path.iter_certs(include_root=True)))]


def _judged(
    reader: PdfFileReader,
    one: Any,
    last: bool,
    trust: Trust,
    at: datetime,
    expected: Mapping[str, Sequence[str]] | None,
) -> Signature:
    timestamp = one.sig_object_type == "/DocTimeStamp"
    found = Signature(one.field_name, "timestamp" if timestamp else "signature")
    certificate = x509.load_der_x509_certificate(one.signer_cert.dump())
    found.certificate = described(certificate)
    claimed = one.self_reported_timestamp
    found.claimed_at = claimed.isoformat() if claimed else None
    found.evidence = _evidence(one)
    context = context_of(trust, at)
    if timestamp:
        status: Any = validate_pdf_timestamp(one, context, skip_diff=True)
    else:
        status = validate_pdf_signature(one, context, skip_diff=True, key_usage_settings=_MEANT_FOR_SIGNING)
    found.fault = next(_faults(reader, one, status, last, certificate, found, trust, at, expected), None)
    return found


def _faults(
    reader: PdfFileReader,
    one: Any,
    status: Any,
    last: bool,
    certificate: x509.Certificate,
    found: Signature,
    trust: Trust,
    at: datetime,
    expected: Mapping[str, Sequence[str]] | None,
) -> Iterator[Fault]:
    if not (status.intact and status.valid):
        yield Fault.BROKEN
    least = SignatureCoverageLevel.ENTIRE_REVISION
    behind = _BY_SIGNING.review_file(reader, one.signed_revision) if last else None
    later = behind is not None and (
        isinstance(behind, SuspiciousModification) or behind.modification_level > ModificationLevel.LTA_UPDATES
    )
    if one.coverage < least or later:
        yield Fault.NOT_WHOLE
    if status.md_algorithm != HASH:
        yield Fault.OTHER_HASH
    if not is_known_kind(certificate):
        yield Fault.OTHER_KEY
    if found.kind == "signature" and found.field != SEAL and _locks(one):
        yield Fault.LOCKS
    yield from _of_chain(status, certificate, found, trust, at)
    claimed = one.self_reported_timestamp
    if claimed is not None and claimed > at + CLOCKS_DIFFER:
        yield Fault.AHEAD
    if expected is not None and found.kind == "signature":
        if found.field not in expected:
            yield Fault.ANOTHER_FIELD
        elif not named(certificate, expected[found.field]):
            yield Fault.ANOTHER_SIGNER


def _of_chain(
    status: Any, certificate: x509.Certificate, found: Signature, trust: Trust, at: datetime
) -> Iterator[Fault]:
    if trust.pinned(certificate):  # a key of ours: its history says whether it counts
        found.chain = [found.certificate["sha256"]]
        return
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        yield Fault.EXPIRED if at > certificate.not_valid_after_utc else Fault.NOT_YET
    if not may_sign(certificate):
        yield Fault.NOT_FOR_SIGNING
    chain = chain_of(status)
    if not chain:
        yield Fault.UNTRUSTED
        return
    found.chain = [described(link)["sha256"] for link in chain]
    yield from trust.of_chain(chain, at)


def _locks(one: Any) -> bool:
    """Whether a signature forbids those that are still to come."""
    if one.docmdp_level == MDPPerm.NO_CHANGES:
        return True
    locked = one.fieldmdp
    return locked is not None and any(locked.is_locked(name) for name in _OURS if name != one.field_name)


def _evidence(one: Any) -> str | None:
    told = _at(one.sig_object, "/Prop_Build", "/App", "/Evidence")
    return None if told is None else bytes(told.original_bytes).decode("utf-8", "replace")


def _at(holder: Any, *keys: str, default: Any = None) -> Any:
    """What stands behind keys, one after the other, wherever it lies."""
    for key in keys:
        if key not in holder:
            return default
        holder = holder[key]
    return holder


def _asn1(certificate: x509.Certificate) -> Any:
    """A certificate as pyHanko wants it."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
