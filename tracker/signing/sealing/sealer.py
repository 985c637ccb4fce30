"""The seal itself: the key by which it is made (a file of PKCS#12, a token of PKCS#11, the demo's own), and a signature
over the whole file that carries what proves it (PAdES-B-LT; B-LTA where a timestamp server is set)."""

import io
import json
import logging
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers.pdf_byterange import BuildProps
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tracker.settings import Settings
from tracker.signing.sealing import demo_seal
from tracker.signing.sides import SEAL

logging.getLogger("pyhanko").setLevel(logging.ERROR)
HASH = "sha256"
NAME = "Commitments"
_SECONDS = 20.0
_MOST_OF_AN_ANSWER = 64 * 1024


class NoKey(Exception):
    """The key of the seal cannot be opened; the text says why, and nothing of it."""


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


class _Server(TimeStamper):
    """A timestamp server (RFC 3161) by its address."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.address = address

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """What it answers. Raises OSError where it does not."""
        return tsp.TimeStampResp.load(self._answer(req.dump()))

    def _answer(self, question: bytes) -> bytes:
        told = {"Content-Type": "application/timestamp-query"}
        asked = urllib.request.Request(self.address, question, told)  # noqa: S310 - the settings let in http alone
        with urllib.request.urlopen(asked, timeout=_SECONDS) as answer:  # noqa: S310
            found: bytes = answer.read(_MOST_OF_AN_ANSWER)
            return found


@contextmanager
def opened(settings: Settings) -> Iterator[Sealer]:
    """The key of the seal, as it is set. Raises NoKey."""
    if settings.seal_module:
        with _of_token(settings) as sealer:
            yield sealer
    elif settings.seal_key is not None:
        yield of_file(settings.seal_key, settings.seal_password.get_secret_value())
    elif settings.demo:
        yield of_file(demo_seal.key(settings.instance), demo_seal.PASSWORD)
    else:
        raise NoKey("no key of the seal is set: TRACKER_SEAL_KEY or TRACKER_SEAL_MODULE")


def of_file(path: Path, password: str) -> Sealer:
    """A key in a file of PKCS#12. Raises NoKey."""
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(path.read_bytes(), (), password.encode() or None)
    except (OSError, ValueError) as fault:
        raise NoKey(f"the key of the seal cannot be read: {type(fault).__name__}") from None
    if signer is None:
        raise NoKey("the key of the seal cannot be read: another password, or no PKCS#12")
    return Sealer(signer, _chain(signer))


@contextmanager
def _of_token(settings: Settings) -> Iterator[Sealer]:
    try:
        session = open_pkcs11_session(
            settings.seal_module,
            token_criteria=TokenCriteria(label=settings.seal_token) if settings.seal_token else None,
            user_pin=settings.seal_password.get_secret_value() or None,
        )
    except PKCS11Error as fault:
        raise NoKey(f"the token of the seal cannot be opened: {type(fault).__name__}") from None
    with session:
        signer = PKCS11Signer(session, cert_label=settings.seal_label, key_label=settings.seal_label)
        yield Sealer(signer, _chain(signer))


def _chain(signer: Any) -> list[x509.Certificate]:
    """The signer's certificate, then whatever else is known of its authority."""
    own = signer.signing_cert.dump()
    others = [one.dump() for one in signer.cert_registry if one.dump() != own]
    return [x509.load_der_x509_certificate(one) for one in (own, *others)]


def seal(
    pdf: bytes,
    sealer: Sealer,
    evidence: Mapping[str, Any],
    *,
    certificates: Sequence[x509.Certificate] = (),
    lists: Sequence[x509.CertificateRevocationList] = (),
    timestamps: str = "",
    timestamper: TimeStamper | None = None,
) -> bytes:
    """The file, sealed. `certificates`, `lists`: what stands in the file for whoever checks the signatures when their
    authorities are gone; `timestamps`: the address of a server, if there is one. Raises OSError where it is away."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in (*sealer.certificates, *certificates)],
        crls=[asn1_crl.CertificateList.load(one.public_bytes(Encoding.DER)) for one in lists],
    )
    told = json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    meta = signers.PdfSignatureMetadata(
        field_name=SEAL,
        md_algorithm=HASH,
        subfilter=fields.SigSeedSubFilter.PADES,
        app_build_props=_Evidence(NAME, None, told),
    )
    stamper = timestamper or (_Server(timestamps) if timestamps else None)
    signer = signers.PdfSigner(meta, sealer.signer, timestamper=stamper)
    sealed = io.BytesIO()
    signer.sign_pdf(writer, existing_fields_only=True, output=sealed)
    return _archived(sealed.getvalue(), stamper) if stamper is not None else sealed.getvalue()


def _archived(sealed: bytes, stamper: TimeStamper) -> bytes:
    """With a timestamp over all of it."""
    written = io.BytesIO()
    signers.PdfTimeStamper(stamper).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(sealed)), HASH, output=written)
    return written.getvalue()
