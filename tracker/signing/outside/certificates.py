"""Certificates that are trusted, and lists of those that were revoked: read, held against each other. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtensionOID, NameOID

from tracker.signing.outside import answers
from tracker.signing.outside.faults import Fault

SMALLEST_RSA = 2048
CURVES = ("secp256r1", "secp384r1")  # P-256, P-384
_PEM = b"-----BEGIN "
_WHO = {"name": NameOID.COMMON_NAME, "organisation": NameOID.ORGANIZATION_NAME}


@dataclass(frozen=True, slots=True)
class Trust:
    """Authorities that are trusted, those between them and signers, their lists of revoked certificates, the
    fingerprints of our own keys; and what responders said of certificates."""

    anchors: Sequence[x509.Certificate] = ()
    others: Sequence[x509.Certificate] = ()
    lists: Sequence[x509.CertificateRevocationList] = ()
    pins: frozenset[str] = field(default_factory=frozenset)
    answers: Sequence[ocsp.OCSPResponse] = ()  # as a file brings them

    def pinned(self, certificate: x509.Certificate) -> bool:
        """Whether it is one of our own keys."""
        return fingerprint(certificate) in self.pins

    def of_chain(self, chain: Sequence[x509.Certificate], at: datetime) -> Iterator[Fault]:
        """Whether any of a chain was revoked, each by the one above it."""
        for below, above_it in pairwise(chain):
            yield from self.revoked(below, above_it, at)

    def revoked(self, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Iterator[Fault]:
        """Whether a fresh list of its issuer names a certificate, or its responder says so; neither a list nor an
        answer: that is undetermined."""
        fresh = [one for one in self.lists if _is_of(one, certificate, issuer) and is_fresh(one, at)]
        said = list(answers.said_of(self.answers, certificate, issuer, at))
        if any(_names(one, certificate) for one in fresh) or not all(said):
            yield Fault.REVOKED
        elif not fresh and not said:
            yield Fault.UNDETERMINED


def of_files(certificates: Sequence[Path], lists: Sequence[Path], pins: Sequence[str] = ()) -> Trust:
    """What files hold: an authority that signed itself is an anchor. Raises ValueError where one holds something
    else."""
    found = [one for path in certificates for one in certificates_in(path.read_bytes())]
    anchors = [one for one in found if is_anchor(one)]
    others = [one for one in found if not is_anchor(one)]
    return Trust(anchors, others, [list_in(path.read_bytes()) for path in lists], frozenset(pins))


def certificates_in(content: bytes) -> list[x509.Certificate]:
    """The certificates in a file, PEM or DER. Raises ValueError where it holds none."""
    if _PEM in content:
        return x509.load_pem_x509_certificates(content)
    return [x509.load_der_x509_certificate(content)]


def list_in(content: bytes) -> x509.CertificateRevocationList:
    """The list in a file, PEM or DER. Raises ValueError."""
    return x509.load_pem_x509_crl(content) if _PEM in content else x509.load_der_x509_crl(content)


def is_anchor(certificate: x509.Certificate) -> bool:
    """Whether an authority vouches for itself."""
    return certificate.subject == certificate.issuer


def is_fresh(one: x509.CertificateRevocationList, at: datetime) -> bool:
    """Whether a list speaks of a moment."""
    return one.next_update_utc is not None and one.last_update_utc <= at < one.next_update_utc


def is_signed_by(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether an authority made a list."""
    try:
        return one.issuer == issuer.subject and one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (InvalidSignature, TypeError, ValueError):
        return False


def above(own: x509.Certificate, known: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The certificates by which one is vouched for, as far as they are among those that are known: its authority's
    first."""
    found: list[x509.Certificate] = []
    below = own
    while not is_anchor(below):
        issuer = next((one for one in known if one not in found and is_given_by(below, one)), None)
        if issuer is None:
            break
        found.append(issuer)
        below = issuer
    return found


def is_given_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether an authority gave a certificate."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def described(certificate: x509.Certificate) -> dict[str, str]:
    """A certificate in words: whose it is, who gave it, its number, until when it counts."""
    told = {key: value for key, oid in _WHO.items() if (value := _text(certificate.subject, oid))}
    return {
        **told,
        "issuer": name_of(certificate.issuer),
        "serial": f"{certificate.serial_number:x}",
        "until": certificate.not_valid_after_utc.isoformat(),
        "sha256": fingerprint(certificate),
    }


def name_of(name: x509.Name) -> str:
    """What somebody is called in a certificate."""
    return _text(name, NameOID.COMMON_NAME) or _text(name, NameOID.ORGANIZATION_NAME) or name.rfc4514_string()


def named(certificate: x509.Certificate, names: Sequence[str]) -> bool:
    """Whether a certificate is of one of these: a person by the common name, an office by it or by its organisation's
    where no person is named."""
    common, organisation = (_text(certificate.subject, oid) for oid in _WHO.values())
    wanted = {_plain(name) for name in names}
    return _plain(common or organisation) in wanted


def is_known_kind(certificate: x509.Certificate) -> bool:
    """Whether its key is of a kind that keeps a signed file within PDF/A-3, and strong enough."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= SMALLEST_RSA
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether a certificate is meant for signing, where it says what it is meant for."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.content_commitment or usage.digital_signature


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def _text(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return next((str(one.value) for one in name.get_attributes_for_oid(oid)), "")


def _is_of(one: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether a list is its issuer's, and speaks of all that it gave, or of the part in which this one is."""
    if not is_signed_by(one, issuer):
        return False
    try:
        part = one.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    if part.indirect_crl or part.only_some_reasons or part.only_contains_attribute_certs or part.only_contains_ca_certs:
        return False
    places = {str(name.value) for name in part.full_name or ()}
    return not places or bool(places & set(lists_of(certificate)))


def lists_of(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that the list of revoked ones is."""
    try:
        points: Any = certificate.extensions.get_extension_for_oid(ExtensionOID.CRL_DISTRIBUTION_POINTS).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for point in points for name in point.full_name or ()]


def _names(one: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    return one.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
