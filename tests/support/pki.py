"""A certification authority that is thrown away: whoever signs in a test, and whoever should not."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = timedelta(days=1)
LIST_AT = "http://ca.example.vn/list.crl"


@dataclass
class Holder:
    """A key with its certificate, and those between it and the anchor."""

    key: Any
    certificate: x509.Certificate
    between: Sequence[x509.Certificate] = ()

    def p12(self, password: bytes) -> bytes:
        """As a file of PKCS#12."""
        sealed: bytes = pkcs12.serialize_key_and_certificates(
            b"key", self.key, self.certificate, list(self.between), _encryption(password)
        )
        return sealed

    def signer(self) -> signers.SimpleSigner:
        """As pyHanko signs with it."""
        private = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        store = SimpleCertificateStore.from_certs([_asn1(one) for one in (self.certificate, *self.between)])
        return signers.SimpleSigner(
            signing_cert=_asn1(self.certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(private),
            cert_registry=store,
        )


@dataclass
class Authority:
    """An authority with one between it and signers. `at`: when all of it was made."""

    at: datetime
    name: str = "Thử nghiệm"
    root: Holder = field(init=False)
    issuing: Holder = field(init=False)

    def __post_init__(self) -> None:
        self.root = self._made(f"Gốc {self.name}", None, ca=True)
        self.issuing = self._made(f"Cấp {self.name}", self.root, ca=True)

    def holder(self, name: str, *, since: datetime | None = None, until: datetime | None = None, **more: Any) -> Holder:
        """Somebody with a certificate of this authority."""
        made = self._made(name, self.issuing, since=since, until=until, **more)
        made.between = [self.issuing.certificate]
        return made

    def stamping(self) -> Holder:
        """Who makes timestamps."""
        made = self._made("Dấu thời gian", self.issuing, stamps=True)
        made.between = [self.issuing.certificate, self.root.certificate]
        return made

    def stamper(self) -> DummyTimeStamper:
        """A server of timestamps, without a server."""
        one = self.stamping()
        private = one.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(
            _asn1(one.certificate),
            asn1_keys.PrivateKeyInfo.load(private),
            certs_to_embed=SimpleCertificateStore.from_certs([_asn1(self.issuing.certificate)]),
        )

    def answer(self, of: x509.Certificate, at: datetime, **told: Any) -> bytes:
        """What its responder of OCSP says of a certificate. `by`: who signs it, by default somebody whom it charged;
        `until`, `revoked`, `charged`."""
        by: Holder = told.get("by") or self._made("Trả lời OCSP", self.issuing, answers=told.get("charged", True))
        revoked = told.get("revoked", False)
        built = ocsp.OCSPResponseBuilder().add_response(
            cert=of,
            issuer=told.get("issuer", self.issuing.certificate),
            algorithm=hashes.SHA1(),  # noqa: S303 - as every responder names an authority
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
            this_update=at,
            next_update=told.get("until", at + DAY),
            revocation_time=at if revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked else None,
        )
        built = built.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate).certificates([by.certificate])
        return built.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def lists(
        self, *revoked: x509.Certificate, at: datetime | None = None, lasts: timedelta = 7 * DAY
    ) -> list[x509.CertificateRevocationList]:
        """Its lists of revoked certificates: of the root, and of the one between."""
        at = at or self.at
        return [self._list(holder, revoked, at, lasts) for holder in (self.root, self.issuing)]

    def _list(
        self, of: Holder, revoked: Sequence[x509.Certificate], at: datetime, lasts: timedelta
    ) -> x509.CertificateRevocationList:
        built = x509.CertificateRevocationListBuilder().issuer_name(of.certificate.subject)
        built = built.last_update(at).next_update(at + lasts)
        for one in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(one.serial_number).revocation_date(at)
            built = built.add_revoked_certificate(entry.build())
        return built.sign(of.key, hashes.SHA256())

    def _made(
        self,
        name: str,
        by: Holder | None,
        *,
        ca: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        organisation: str | None = None,
        signs: bool = True,
        stamps: bool = False,
        answers: bool = False,
        key: Any = None,
    ) -> Holder:
        """`key`: its own, or the public half of one that never leaves its token; none: a new one of RSA."""
        key = key or rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key() if hasattr(key, "public_key") else key
        told = [x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else []
        if organisation:
            told.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
        subject = x509.Name(told)
        issuer = by.certificate.subject if by else subject
        built = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        built = built.serial_number(x509.random_serial_number())
        built = built.not_valid_before(since or self.at - 30 * DAY).not_valid_after(until or self.at + 365 * DAY)
        built = built.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        built = built.add_extension(_usage(ca=ca, signs=signs), critical=True)
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        if stamps:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            built = built.add_extension(purpose, critical=True)
        if answers:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
            built = built.add_extension(purpose, critical=False)
        vouches = by.key.public_key() if by else public
        built = built.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(vouches), critical=False)
        return Holder(key, built.sign(by.key if by else key, hashes.SHA256()))


class _Within(signers.PdfSigner):
    """A program that leaves a file at PDF 1.7, whatever it signs with."""

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        pass


def sign(pdf: bytes, holder: Holder, name: str, *, stamped: bool = False, within: bool = False, **told: Any) -> bytes:
    """The PDF signed in the field of that name, as a program outside does it. `stamped`: it writes into the field, by a
    font that it does not embed. `within`: it names no later version of PDF."""
    meta = {"md_algorithm": "sha256", "subfilter": fields.SigSeedSubFilter.PADES, **told}
    written = io.BytesIO()
    drawn = StaticStampStyle(border_width=0, background=RawContent(b"0.8 g 0 0 10 10 re f", box=BoxConstraints(10, 10)))
    signer = (_Within if within else signers.PdfSigner)(
        signers.PdfSignatureMetadata(field_name=name, **meta),
        holder.signer(),
        stamp_style=None if stamped else drawn,
    )
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=written)
    return written.getvalue()


def now() -> datetime:
    """The moment, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _usage(*, ca: bool, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs and not ca,
        content_commitment=signs and not ca,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _encryption(password: bytes) -> Any:
    return BestAvailableEncryption(password)


def _asn1(certificate: x509.Certificate) -> Any:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
