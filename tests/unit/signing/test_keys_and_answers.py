"""Signatures by keys of other kinds than RSA, and answers of OCSP that a signing program put into the file: taken where
they hold, and each refused for its own reason."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import time_machine
from asn1crypto import ocsp as asn1_ocsp
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from tests.factories.signed_files import frozen
from tests.support import pdfa, pki
from tests.support.pki import DAY, Authority, Holder, _asn1, sign
from tracker.signing.outside import answers
from tracker.signing.outside.certificates import Trust
from tracker.signing.outside.examination import examine
from tracker.signing.outside.faults import Fault
from tracker.signing.sides import BODY, PPC

AT = pki.now()
HEAD = "Nguyễn Văn An"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    with time_machine.travel(AT, tick=False):
        yield


@cache
def authority(name: str = "Thử nghiệm") -> Authority:
    return Authority(AT, name)


@cache
def head() -> Holder:
    return authority().holder(HEAD)


def trust(*, lists: bool = True, ca: Authority | None = None) -> Trust:
    """Without lists: only the root's own, of the authority between."""
    ca = ca or authority()
    return Trust([ca.root.certificate], [ca.issuing.certificate], ca.lists() if lists else ca.lists()[:1])


def faults(pdf: bytes, believed: Trust, at: Any = AT) -> list[Fault]:
    found = examine(frozen(), pdf, believed, at, {BODY: [HEAD]})
    return [one for one in (found.fault, *(one.fault for one in found.signatures)) if one is not None]


def by(key: Any, *, within: bool = True) -> bytes:
    return sign(frozen(), authority().holder(HEAD, key=key), BODY, within=within)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), None),
        (lambda: ec.generate_private_key(ec.SECP384R1()), None),
        (lambda: ec.generate_private_key(ec.SECP192R1()), Fault.OTHER_KEY),
        (lambda: ec.generate_private_key(ec.BrainpoolP256R1()), Fault.OTHER_KEY),
        (lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024), Fault.OTHER_KEY),  # noqa: S505
        (lambda: rsa.generate_private_key(public_exponent=65537, key_size=3072), None),
    ],
    ids=["P-256", "P-384", "P-192", "brainpool", "RSA 1024", "RSA 3072"],
)
def test_by_a_key_of_a_kind(made: Any, fault: Fault | None) -> None:
    signed = by(made())
    assert faults(signed, trust()) == ([fault] if fault else [])
    if fault is None:
        assert list(pdfa.faults(signed)) == []


def test_a_program_that_takes_the_file_to_pdf_2_is_refused() -> None:
    assert faults(by(ec.generate_private_key(ec.SECP256R1()), within=False), trust()) == [Fault.NOT_ARCHIVAL]


def test_an_authority_whose_own_keys_are_of_ecdsa() -> None:
    ca = Authority(AT, "Đường cong")
    for one in (ca.root, ca.issuing):
        one.key = ec.generate_private_key(ec.SECP384R1())
    ca.root = ca._made("Gốc Đường cong", None, ca=True, key=ca.root.key)
    ca.issuing = ca._made("Cấp Đường cong", ca.root, ca=True, key=ca.issuing.key)
    signed = sign(frozen(), ca.holder(HEAD, key=ec.generate_private_key(ec.SECP256R1())), BODY, within=True)
    assert faults(signed, trust(ca=ca)) == []
    assert faults(signed, trust(ca=ca, lists=False)) == [Fault.UNDETERMINED]


def test_a_signature_by_ecdsa_beside_one_by_rsa() -> None:
    first = by(ec.generate_private_key(ec.SECP256R1()))
    both = sign(first, authority().holder("Trần Thị Bình"), PPC)
    found = examine(frozen(), both, trust(), AT, {BODY: [HEAD], PPC: ["Trần Thị Bình"]})
    assert [(one.field, one.fault) for one in found.signatures] == [(BODY, None), (PPC, None)]


def with_answers(*given: bytes) -> bytes:
    """Signed, and what responders said put behind it (B-LT)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(sign(frozen(), head(), BODY)))
    kept = [asn1_ocsp.OCSPResponse.load(one) for one in given]
    DocumentSecurityStore.supply_dss_in_writer(writer, None, ocsps=kept)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def answer(**told: Any) -> bytes:
    return authority().answer(head().certificate, told.pop("at", AT - HOUR), **told)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, None),
        ({"by": "issuing"}, None),
        ({"until": None}, None),
        ({"revoked": True}, Fault.REVOKED),
        ({"revoked": True, "at": AT - 30 * DAY, "until": AT - 29 * DAY}, Fault.REVOKED),
        ({"at": AT - DAY - HOUR, "until": AT + DAY}, Fault.UNDETERMINED),
        ({"until": AT - timedelta(minutes=1)}, Fault.UNDETERMINED),
        ({"at": AT + HOUR, "until": AT + DAY}, Fault.UNDETERMINED),
        ({"charged": False}, Fault.UNDETERMINED),
        ({"by": "stranger"}, Fault.UNDETERMINED),
        ({"by": "stamping"}, Fault.UNDETERMINED),
        ({"by": "head"}, Fault.UNDETERMINED),
        ({"issuer": "stranger"}, Fault.UNDETERMINED),
        ({"of": "another"}, Fault.UNDETERMINED),
    ],
    ids=lambda one: "-".join(f"{key}" for key in one) or "right" if isinstance(one, dict) else str(one),
)
def test_what_a_responder_said(given: dict[str, Any], fault: Fault | None) -> None:
    told, stranger = dict(given), Authority(AT, "Người lạ")
    signers = {"issuing": authority().issuing, "stranger": stranger.issuing, "head": head()}
    signers["stamping"] = authority().stamping()  # charged with something else
    if "by" in told:
        told["by"] = signers[told["by"]]
    if "issuer" in told:
        told["issuer"] = stranger.issuing.certificate
    another = told.pop("of", None)
    said = answer(**told)
    if another:
        said = authority().answer(authority().holder("Lê Văn Khác").certificate, AT - HOUR)
    signed = with_answers(said)
    assert faults(signed, trust(lists=False)) == ([fault] if fault else [])
    listed = fault if fault is Fault.REVOKED else None
    assert faults(signed, trust()) == ([listed] if listed else []), "with a fresh list beside it"


def test_a_list_that_names_the_certificate_goes_before_an_answer() -> None:
    ca = authority()
    believed = replace(trust(), lists=ca.lists(head().certificate))
    assert faults(with_answers(answer()), believed) == [Fault.REVOKED]


def test_an_answer_in_the_signature_itself() -> None:
    said = asn1_ocsp.OCSPResponse.load(answer())
    ca = authority()
    context = ValidationContext(
        trust_roots=[_asn1(ca.root.certificate)],
        other_certs=[_asn1(ca.issuing.certificate)],
        ocsps=[said],
        crls=[one.public_bytes(Encoding.DER) for one in ca.lists()[:1]],
        allow_fetching=False,
        moment=AT,
    )
    told: dict[str, Any] = {"embed_validation_info": True, "validation_context": context}
    signed = sign(frozen(), head(), BODY, subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED, **told)
    assert faults(signed, trust(lists=False)) == []
    assert faults(signed, trust(lists=False), AT + DAY) == [Fault.UNDETERMINED]


def test_what_is_no_answer_says_nothing() -> None:
    broken = answer()[:-9]
    assert answers.read([b"", b"x", broken, answer()[:40]]) == []
    flipped = bytearray(answer())
    flipped[-300] ^= 1
    assert faults(with_answers(bytes(flipped)), trust(lists=False)) in ([Fault.UNDETERMINED], [Fault.DAMAGED])
