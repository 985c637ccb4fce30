"""What proves an electronic confirmation: the statement that was confirmed, the key and how it was made, what the
device signed. Checked from that record alone. Pure: no database, no web, no clock.

The challenge that a device signs is the SHA-256 of the statement in canonical form (RFC 8785). A statement names the
document by the hashes of its content and of its file, the role, the signer by a token, the office, the authority, a
number that is used once, and the time; one of reports that are sent, in place of a document, the hashes of what each
receipt says but for its time.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import rfc8785
from cryptography.exceptions import InvalidSignature
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_attestation_object,
    parse_authenticator_data,
    verify_signature,
)
from webauthn.helpers.exceptions import WebAuthnException

EVIDENCE, STATEMENT, SENDING = "passkey-evidence/1", "commitment-signature/1", "report-sending/1"
SENDER = "sender"  # the role of who sends reports
ENROLMENT, REQUEST = "signing-key/1", "signing-key-request/1"
LONGEST_ANSWER = 20_000  # characters
ENOUGH = 2  # people who attest whose key it is
_MADE, _USED = "webauthn.create", "webauthn.get"
# What is raised over a record that somebody made up: by the library, and by the parsers below it.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, LookupError, EOFError, RecursionError, OverflowError)

Record = Mapping[str, Any]


class Wrong(StrEnum):
    """Why a confirmation does not hold. The value is stable: programs may act on it."""

    UNREADABLE = "unreadable"
    OTHER_DOCUMENT = "other_document"
    OTHER_ROLE = "other_role"
    OTHER_SIGNER = "other_signer"
    OTHER_STATEMENT = "other_statement"  # the device signed another one
    OTHER_USE = "other_use"  # it signed something else, such as signing in
    OTHER_PLACE = "other_place"  # at another address than the product's
    NOT_PRESENT = "not_present"
    NOT_RECOGNISED = "not_recognised"  # nobody's finger, face or PIN was asked
    BAD_SIGNATURE = "bad_signature"
    OTHER_KEY = "other_key"  # than the one of the enrolment, or another one's
    BAD_ENROLMENT = "bad_enrolment"


class Proof(NamedTuple):
    """What came of checking: what is wrong, the statement that was confirmed, and what the key tells."""

    wrong: tuple[Wrong, ...]
    statement: Record
    fingerprint: str
    sign_count: int
    attested: int  # by how many people, when it was signed

    @property
    def holds(self) -> bool:
        """Whether exactly this statement was confirmed with exactly this key, by somebody whom the device knew."""
        return not self.wrong


def canonical(record: Record) -> bytes:
    """A record as it is hashed and stored."""
    written: bytes = rfc8785.dumps(dict(record))
    return written


def challenge(statement: Record) -> bytes:
    """What the device is asked to sign for a statement."""
    return hashlib.sha256(canonical(statement)).digest()


def fingerprint_of(public_key: str) -> str:
    """The SHA-256 of a public key, as the enrolment's sheet of paper has it."""
    return hashlib.sha256(base64url_to_bytes(public_key)).hexdigest()


def instant(at: datetime) -> str:
    """An instant as a statement writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def enrolment(statement: Record, party: Record, answer: str) -> dict[str, Any]:
    """The record of how a key was made, from a browser's answer. Raises ValueError where that is none."""
    given = _response(answer)
    return {
        "format": ENROLMENT,
        "statement": dict(statement),
        "party": dict(party),
        "client_data": given["clientDataJSON"],
        "attestation": given["attestationObject"],
    }


def evidence(statement: Record, party: Record, key: Record, answer: str) -> dict[str, Any]:
    """The record of a confirmation, from a browser's answer. Raises ValueError where that is none."""
    given = _response(answer)
    return {
        "format": EVIDENCE,
        "statement": dict(statement),
        "party": dict(party),
        "key": dict(key),
        "client_data": given["clientDataJSON"],
        "authenticator_data": given["authenticatorData"],
        "signature": given["signature"],
    }


def enrolled(record: Record, *, signer: str | None = None) -> tuple[tuple[Wrong, ...], str, str]:
    """Check how a key was made: (what is wrong, the credential's name, its public key)."""
    try:
        data = parse_attestation_object(base64url_to_bytes(record["attestation"])).auth_data
        made = data.attested_credential_data
        if record["format"] != ENROLMENT or record["statement"]["format"] != REQUEST or made is None:
            return (Wrong.UNREADABLE,), "", ""
        told = _told(record["client_data"])
        wrong = [*_of_client(told, record, _MADE), *_of_device(data, record["party"]["host"])]
        if signer is not None and record["statement"]["signer"] != signer:
            wrong.append(Wrong.OTHER_SIGNER)
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
    except _UNREADABLE:
        return (Wrong.UNREADABLE,), "", ""
    return tuple(wrong), bytes_to_base64url(made.credential_id), bytes_to_base64url(made.credential_public_key)


def verify(record: Record, *, document: str | None = None, role: str | None = None, signer: str | None = None) -> Proof:
    """Check a confirmation from its record; `document`: the SHA-256 of the content that it should be of, and so on."""
    wanted = (
        (Wrong.OTHER_DOCUMENT, "document", document),
        (Wrong.OTHER_ROLE, "role", role),
        (Wrong.OTHER_SIGNER, "signer", signer),
    )
    return _checked(record, STATEMENT, wanted)


def verify_sending(record: Record, *, report: str | None = None, signer: str | None = None) -> Proof:
    """The same of what was sent; `report`: the hash of one report that it should be of."""
    found = _checked(record, SENDING, ((Wrong.OTHER_ROLE, "role", SENDER), (Wrong.OTHER_SIGNER, "signer", signer)))
    if report is not None and report not in found.statement.get("reports", ()):
        return found._replace(wrong=(*found.wrong, Wrong.OTHER_DOCUMENT))
    return found


def _checked(record: Record, kind: str, wanted: Iterable[tuple[Wrong, str, str | None]]) -> Proof:
    try:
        if record["format"] != EVIDENCE or record["statement"]["format"] != kind:
            return _unreadable()
        statement, key = record["statement"], record["key"]
        wrong = [fault for fault, name, value in wanted if value is not None and statement[name] != value]
        told = _told(record["client_data"])
        signed = base64url_to_bytes(record["authenticator_data"])
        device = parse_authenticator_data(signed)
        wrong += [*_of_client(told, record, _USED), *_of_device(device, record["party"]["host"])]
        wrong += _of_key(key, statement["signer"])
        if not _is_signed(key["public_key"], signed, record["client_data"], record["signature"]):
            wrong.append(Wrong.BAD_SIGNATURE)
        found = fingerprint_of(key["public_key"])
        attested = len({one["by"] for one in key.get("attested", ())})
    except _UNREADABLE:
        return _unreadable()
    return Proof(tuple(dict.fromkeys(wrong)), statement, found, device.sign_count, attested)


def _unreadable() -> Proof:
    return Proof((Wrong.UNREADABLE,), {}, "", 0, 0)


def _response(answer: str) -> Mapping[str, str]:
    """What a browser sent. Raises ValueError."""
    try:
        given = json.loads(answer if len(answer) <= LONGEST_ANSWER else "")["response"]
        texts = {name: value for name, value in given.items() if isinstance(value, str)}
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise ValueError("no answer of a browser") from None
    return _Texts(texts)


class _Texts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        raise ValueError(f"no {key}")


def _told(client_data: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(base64url_to_bytes(client_data))
    return found


def _of_client(told: Mapping[str, Any], record: Record, use: str) -> Iterator[Wrong]:
    """What the browser says it asked for: this statement, for this use, on our page."""
    if told["type"] != use:
        yield Wrong.OTHER_USE
    if not hmac.compare_digest(base64url_to_bytes(told["challenge"]), challenge(record["statement"])):
        yield Wrong.OTHER_STATEMENT
    if told["origin"] != record["party"]["origin"] or told.get("crossOrigin"):
        yield Wrong.OTHER_PLACE


def _of_device(data: Any, host: str) -> Iterator[Wrong]:
    """What the device says: for our host, with somebody there, and that one recognised."""
    if data.rp_id_hash != hashlib.sha256(host.encode()).digest():
        yield Wrong.OTHER_PLACE
    if not data.flags.up:
        yield Wrong.NOT_PRESENT
    if not data.flags.uv:
        yield Wrong.NOT_RECOGNISED


def _of_key(key: Record, signer: str) -> Iterator[Wrong]:
    """That the key is the one of its enrolment, which was the signer's."""
    wrong, credential, public_key = enrolled(key["enrolment"])
    if wrong:
        yield Wrong.BAD_ENROLMENT
    elif (credential, public_key) != (key["credential"], key["public_key"]):
        yield Wrong.OTHER_KEY
    if key["enrolment"]["statement"]["signer"] != signer:
        yield Wrong.OTHER_KEY


def _is_signed(public_key: str, authenticator_data: bytes, client_data: str, signature: str) -> bool:
    decoded = decode_credential_public_key(base64url_to_bytes(public_key))
    what = authenticator_data + hashlib.sha256(base64url_to_bytes(client_data)).digest()
    try:
        verify_signature(
            public_key=decoded_public_key_to_cryptography(decoded),
            signature_alg=decoded.alg,
            signature=base64url_to_bytes(signature),
            data=what,
        )
    except InvalidSignature:
        return False
    return True


def read(text: str) -> dict[str, Any]:
    """A record as it was stored."""
    found: dict[str, Any] = json.loads(text)
    return found
