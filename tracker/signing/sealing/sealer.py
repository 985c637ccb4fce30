"""The seal itself: the key by which it is made (a file of PKCS#12, a token of PKCS#11, the demo's own), and a signature
over the whole file that carries what proves it (PAdES-B-LT; B-LTA where a timestamp server is set)."""

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_byterange import BuildProps
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tracker.settings import Settings
from tracker.signing.outside import certificates
from tracker.signing.sealing import demo_seal, token
from tracker.signing.sealing.unsealed import NoKey, Why
from tracker.signing.sides import SEAL

logging.getLogger("pyhanko").setLevel(logging.ERROR)
HASH = "sha256"
NAME = "Commitments"
Vouching = Callable[[bytes], bytes]  # by a key, of the one that follows it


@dataclass(frozen=True, slots=True)
class Sealer:
    """An open key: who signs with it, and its certificates, its own first."""

    signer: signers.Signer
    certificates: Sequence[x509.Certificate]


@dataclass(frozen=True)
class _Evidence(BuildProps):
    """What the seal carries, in the dictionary in which a program says of a signature how it was made."""

    evidence: bytes = b""

    def as_pdf_object(self) -> generic.DictionaryObject:
        """With what proves it."""
        told = super().as_pdf_object()
        told[generic.pdf_name("/Evidence")] = generic.ByteStringObject(self.evidence)
        return told


@contextmanager
def opened(settings: Settings) -> Iterator[Sealer]:
    """The key of the seal, as it is set. Raises NoKey."""
    if settings.seal_module:
        with token.opened(settings) as signer:
            yield _of_rsa(signer)
    elif settings.seal_key is not None:
        yield of_file(settings.seal_key, settings.seal_password.get_secret_value())
    elif settings.demo:
        yield of_file(demo_seal.key(settings.instance), demo_seal.PASSWORD)
    else:
        raise NoKey(Why.NOT_SET)


def of_file(path: Path, password: str) -> Sealer:
    """A key in a file of PKCS#12. Raises NoKey."""
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(path.read_bytes(), (), password.encode() or None)
    except (OSError, ValueError):
        raise NoKey(Why.UNREADABLE) from None
    if signer is None:
        raise NoKey(Why.UNREADABLE)
    return _of_rsa(signer)


def vouching_of_file(path: Path, password: str) -> Vouching:
    """By the key in a file of PKCS#12. Raises NoKey."""
    try:
        key = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode() or None)[0]
    except (OSError, ValueError):
        raise NoKey(Why.UNREADABLE) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise NoKey(Why.NOT_RSA)
    return lambda said: key.sign(said, padding.PKCS1v15(), hashes.SHA256())


def vouching_of_token(settings: Settings, name: str, label: str) -> Vouching:
    """By a key on the token that is set, or on the one of another name beside it."""
    return lambda said: token.vouch(settings, name, label, said)


def _of_rsa(signer: Any) -> Sealer:
    """Its own certificate, then those above it, as far as they are known. Raises NoKey where it is of another kind."""
    own = x509.load_der_x509_certificate(signer.signing_cert.dump())
    if not isinstance(own.public_key(), rsa.RSAPublicKey):
        raise NoKey(Why.NOT_RSA)
    others = [x509.load_der_x509_certificate(one.dump()) for one in signer.cert_registry]
    return Sealer(signer, [own, *certificates.above(own, others)])


def seal(
    pdf: bytes,
    sealer: Sealer,
    evidence: Mapping[str, Any],
    *,
    known: Sequence[x509.Certificate] = (),
    lists: Sequence[x509.CertificateRevocationList] = (),
    stamper: TimeStamper | None = None,
) -> bytes:
    """The file, sealed. `known`, `lists`: certificates and lists that stand in the file for whoever checks the
    signatures when their authorities are gone; `stamper`: a server of timestamps, if there is one. Raises NotSealed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in (*sealer.certificates, *known)],
        crls=[asn1_crl.CertificateList.load(one.public_bytes(Encoding.DER)) for one in lists],
    )
    told = json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    meta = signers.PdfSignatureMetadata(
        field_name=SEAL,
        md_algorithm=HASH,
        subfilter=fields.SigSeedSubFilter.PADES,
        app_build_props=_Evidence(NAME, None, told),
    )
    sealed = io.BytesIO()
    try:
        signers.PdfSigner(meta, sealer.signer, timestamper=stamper).sign_pdf(
            writer, existing_fields_only=True, output=sealed
        )
    except PKCS11Error:
        raise NoKey(Why.TOKEN_FAILED) from None
    return _archived(sealed.getvalue(), stamper) if stamper is not None else sealed.getvalue()


def _archived(sealed: bytes, stamper: TimeStamper) -> bytes:
    """With a timestamp over all of it."""
    written = io.BytesIO()
    signers.PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(sealed)), HASH, output=written)
    return written.getvalue()
