"""What responders of OCSP said of certificates, as programs that sign put it into a file: read, and believed only where
the certificate's own authority, or whom it charged with answering, signed it a short while ago. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

OLDEST = timedelta(days=1)  # whoever was revoked since keeps an older answer
AHEAD = timedelta(minutes=10)  # that a responder's clock may go before ours
MOST = 50  # of one file
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def read(contents: Sequence[bytes]) -> list[ocsp.OCSPResponse]:
    """The answers that can be read."""
    return [one for one in map(_read, contents[:MOST]) if one is not None]


def said_of(
    found: Sequence[ocsp.OCSPResponse], certificate: x509.Certificate, issuer: x509.Certificate, at: datetime
) -> Iterator[bool]:
    """Of each answer that speaks of a certificate at a moment: whether it is good. One that was revoked is no matter
    when it was said."""
    for answer in found:
        for one in answer.responses:
            if not _is_of(one, certificate, issuer) or not _is_by(answer, issuer, at):
                continue
            if one.certificate_status is ocsp.OCSPCertStatus.REVOKED:
                yield False
            elif one.certificate_status is ocsp.OCSPCertStatus.GOOD and _is_fresh(one, at):
                yield True


def _read(content: bytes) -> ocsp.OCSPResponse | None:
    try:
        found = ocsp.load_der_ocsp_response(content)
        whole = found.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
        return found if whole and list(found.responses) else None
    except (ValueError, TypeError):
        return None


def _is_fresh(one: ocsp.OCSPSingleResponse, at: datetime) -> bool:
    until = one.next_update_utc
    return one.this_update_utc - AHEAD <= at <= one.this_update_utc + OLDEST and (until is None or at < until)


def _is_of(one: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if one.serial_number != certificate.serial_number:
        return False
    spki = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key: Any = asn1_keys.PublicKeyInfo.load(spki)
    hashed = {"sha1": key.sha1, "sha256": key.sha256}.get(one.hash_algorithm.name)
    return hashed is not None and one.issuer_key_hash == hashed


def _is_by(answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> bool:
    """Whether the authority signed it, or somebody whom it charged with answering."""
    if _fits(answer, issuer):
        return True
    return any(_is_charged(one, issuer, at) and _fits(answer, one) for one in answer.certificates)


def _is_charged(one: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        one.verify_directly_issued_by(issuer)
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, TypeError, ValueError, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in purposes and one.not_valid_before_utc <= at <= one.not_valid_after_utc


def _fits(answer: ocsp.OCSPResponse, by: x509.Certificate) -> bool:
    algorithm, key = answer.signature_hash_algorithm, by.public_key()
    if not isinstance(algorithm, _HASHES):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True
