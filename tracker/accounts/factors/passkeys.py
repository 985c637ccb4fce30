"""Passkeys (WebAuthn): what a browser is asked, and whether its answer is right. Knows neither the web nor a database.

A passkey demands that its holder be recognised by the device (a finger, a face, a PIN), so it is two factors in one.
"""

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER = 20_000  # characters
LONGEST_CREDENTIAL = 1400
_DEMANDED = UserVerificationRequirement.REQUIRED
# What a library raises over an answer that somebody made up: its own words, and those of the parsers below it.
_WRONG = (WebAuthnException, ValueError, TypeError, LookupError, EOFError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: our host (the relying party), the origin of our pages, and our name."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a browser has made, as it is stored."""

    credential: str
    public_key: str
    sign_count: int


def party(base_url: str, name: str) -> Party | None:
    """Who asks at this public address; none where it is an IP address, which WebAuthn knows no passkeys for."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Party(host, f"{parts.scheme}://{parts.netloc}", name)
    return None


def to_make(
    asking: Party,
    *,
    handle: str,
    address: str,
    name: str,
    held: Iterable[str],
    challenge: bytes | None = None,
    signs_in: bool = True,
) -> tuple[str, str]:
    """(what the browser is asked for a new passkey, as JSON; the challenge in it). `held`: credentials made before;
    `challenge`: one that is no random number; `signs_in`: whether a device should offer it where nobody is named."""
    options = webauthn.generate_registration_options(
        rp_id=asking.host,
        rp_name=asking.name,
        user_id=handle.encode(),
        user_name=address,
        user_display_name=name,
        exclude_credentials=_described(held),
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED if signs_in else ResidentKeyRequirement.DISCOURAGED,
            user_verification=_DEMANDED,
        ),
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def to_enter(asking: Party, *, held: Iterable[str] = (), challenge: bytes | None = None) -> tuple[str, str]:
    """(what the browser is asked for signing in, as JSON; the challenge in it). `held`: whose it is, where known."""
    options = webauthn.generate_authentication_options(
        rp_id=asking.host, allow_credentials=_described(held), user_verification=_DEMANDED, challenge=challenge
    )
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def made(asking: Party, challenge: str, answer: str) -> NewPasskey | None:
    """The passkey in a browser's answer; none where the answer is not right."""
    parsed = _parsed(answer)
    if parsed is None:
        return None
    try:
        found = webauthn.verify_registration_response(
            credential=parsed,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=asking.host,
            expected_origin=asking.origin,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    credential = bytes_to_base64url(found.credential_id)
    if len(credential) > LONGEST_CREDENTIAL:
        return None
    return NewPasskey(credential, bytes_to_base64url(found.credential_public_key), found.sign_count)


def credential_in(answer: str) -> str | None:
    """Which passkey an answer is of; none where it is no answer."""
    credential = (_parsed(answer) or {}).get("id")
    return credential if isinstance(credential, str) and len(credential) <= LONGEST_CREDENTIAL else None


def count_in(asking: Party, challenge: str, answer: str, *, public_key: str, sign_count: int) -> int | None:
    """The new count of signatures, where the answer was signed by that passkey for this challenge; else none.

    A count that went back means that there are two copies of a key that should be one: that is refused.
    """
    parsed = _parsed(answer)
    if parsed is None:
        return None
    try:
        found = webauthn.verify_authentication_response(
            credential=parsed,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=asking.host,
            expected_origin=asking.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    return found.new_sign_count


def _parsed(answer: str) -> dict[str, Any] | None:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _described(credentials: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in credentials]
