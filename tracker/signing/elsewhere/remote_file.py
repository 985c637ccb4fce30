"""A file that waits for a signature made elsewhere: prepared with room for it, then filled. Between the two it is data,
so whoever is killed goes on with the same. Pure."""

import asyncio
import base64
import hashlib
import io
import zlib
from collections.abc import Sequence
from typing import Any, Self

from asn1crypto import algos, cms
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tracker.signing.elsewhere.csc import ALGORITHMS, Credential

HASH = "sha256"
ROOM = 16 * 1024  # bytes for a signature with its certificates
# What is drawn in the field: a frame and no letters, whose font would have to be embedded.
_MARK = StaticStampStyle(
    border_width=0,
    background=RawContent(b"0.1 0.35 0.6 RG 0.1 w 0.1 0.1 9.8 9.8 re S", box=BoxConstraints(10, 10)),
    background_opacity=1,
)
_MOST_VALUE = 1024  # bytes of a signature by itself


class _Signer(signers.PdfSigner):
    """It leaves the file at PDF 1.7: ECDSA needs no later one to be read, and a later one is no PDF/A-3."""

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:
        """PAdES alone."""
        pdf_out.register_extension(ESIC_EXTENSION_1)


class Prepared:
    """What was appended to a file, with room for the signature; what is signed; by whom."""

    def __init__(
        self, added: bytes, place: tuple[int, int], attributes: bytes, digest: bytes, credential: Credential
    ) -> None:
        self.added, self.place, self.attributes, self.digest = added, place, attributes, digest
        self.credential = credential

    @property
    def hashed(self) -> bytes:
        """What the provider signs."""
        return hashlib.sha256(self.attributes).digest()

    def kept(self) -> dict[str, Any]:
        """As data."""
        return {
            "added": _text(zlib.compress(self.added)),
            "place": list(self.place),
            "attributes": _text(self.attributes),
            "digest": _text(self.digest),
            "credential": self.credential.name,
            "algorithm": self.credential.algorithm,
            "certificates": [_text(one) for one in self.credential.certificates],
        }

    @classmethod
    def of(cls, kept: Any) -> Self:
        """As it was kept."""
        certificates = [base64.b64decode(one) for one in kept["certificates"]]
        return cls(
            zlib.decompress(base64.b64decode(kept["added"])),
            (kept["place"][0], kept["place"][1]),
            base64.b64decode(kept["attributes"]),
            base64.b64decode(kept["digest"]),
            Credential(kept["credential"], certificates, kept["algorithm"]),
        )


def prepare(pdf: bytes, field: str, credential: Credential) -> Prepared:
    """Append a signature to a file that is still to be made. Raises ValueError where the certificate is none."""
    signer = _signer(credential, bytes(_MOST_VALUE))
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm=HASH, subfilter=fields.SigSeedSubFilter.PADES)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    making = _Signer(meta, signer, stamp_style=_MARK).async_digest_doc_for_signing(
        writer, existing_fields_only=True, bytes_reserved=ROOM
    )
    found, _document, written = asyncio.run(making)
    signed = asyncio.run(signer.signed_attrs(found.document_digest, HASH, use_pades=True))
    place = (found.reserved_region_start, found.reserved_region_end)
    written.seek(len(pdf))
    return Prepared(written.read(), place, signed.dump(), found.document_digest, credential)


def filled(pdf: bytes, prepared: Prepared, value: bytes) -> bytes:
    """The file with the signature in it."""
    attributes = cms.CMSAttributes.load(prepared.attributes)
    value = _as_der(value) if ALGORITHMS[prepared.credential.algorithm] == "sha256_ecdsa" else value
    making = _signer(prepared.credential, value).async_sign_prescribed_attributes(HASH, signed_attrs=attributes)
    made = asyncio.run(making)
    written = io.BytesIO(pdf + prepared.added)
    PreparedByteRangeDigest(prepared.digest, *prepared.place).fill_with_cms(written, made)
    return written.getvalue()


def _signer(credential: Credential, value: bytes) -> Any:
    own, *others = _certificates(credential.certificates)
    return signers.ExternalSigner(
        signing_cert=own,
        cert_registry=SimpleCertificateStore.from_certs(others),
        signature_value=value,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": ALGORITHMS[credential.algorithm]}),
    )


def _as_der(value: bytes) -> bytes:
    """A signature by ECDSA as CMS has it; some providers give its two numbers one behind the other."""
    try:
        decode_dss_signature(value)
    except ValueError:
        half = len(value) // 2
        return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
    return value


def _certificates(given: Sequence[bytes]) -> list[Any]:
    found = [asn1.Certificate.load(one) for one in given]
    for one in found:
        _ = one.subject.native  # what cannot be read is refused here
    return found


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
