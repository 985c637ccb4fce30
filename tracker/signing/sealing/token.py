"""The key of the seal on a token (PKCS#11): opened by its labels, never by a PIN that it has refused."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pkcs11
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import (
    NoSuchKey,
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
    TokenNotPresent,
    TokenNotRecognised,
)
from pyhanko.sign.pkcs11 import PKCS11Signer

from tracker.settings import Settings
from tracker.signing.outside import certificates
from tracker.signing.sealing.unsealed import NoKey, Why

_CERTIFICATES = {Attribute.CLASS: ObjectClass.CERTIFICATE}
_NO_PIN = (PinIncorrect, PinInvalid, PinLenRange)
_refused: set[str] = set()  # what tokens have refused in this process: some lock themselves at the third try


@contextmanager
def opened(settings: Settings) -> Iterator[PKCS11Signer]:
    """Who signs with the key on the token. Raises NoKey."""
    with _session(settings, settings.seal_token) as session:
        label = settings.seal_label
        try:
            own = x509.load_der_x509_certificate(PKCS11Signer(session, cert_label=label).signing_cert.dump())
            known = [x509.load_der_x509_certificate(one[Attribute.VALUE]) for one in session.get_objects(_CERTIFICATES)]
            chain = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in certificates.above(own, known)]
            session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
        except (PKCS11Error, ValueError):
            raise NoKey(Why.NOT_ON_TOKEN) from None
        yield PKCS11Signer(session, cert_label=label, key_label=label, ca_chain=chain)


def vouch(settings: Settings, token: str, label: str, said: bytes) -> bytes:
    """What the key of that label says of its successor. Raises NoKey."""
    with _session(settings, token or settings.seal_token) as session:
        try:
            key: Any = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=label)
            signed: bytes = key.sign(said, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
        except NoSuchKey:
            raise NoKey(Why.NOT_ON_TOKEN) from None
        except PKCS11Error:
            raise NoKey(Why.TOKEN_FAILED) from None
    return signed


@contextmanager
def _session(settings: Settings, label: str) -> Iterator[Any]:
    """A token that is open. Raises NoKey."""
    pin = settings.seal_password.get_secret_value()
    tried = hashlib.sha256(f"{settings.seal_module}\x00{label}\x00{pin}".encode()).hexdigest()
    if tried in _refused:
        raise NoKey(Why.WRONG_PIN)
    try:
        session = _found(settings.seal_module, label).open(user_pin=pin or None)
    except _NO_PIN:
        _refused.add(tried)
        raise NoKey(Why.WRONG_PIN) from None
    except (PinLocked, PinExpired):
        raise NoKey(Why.PIN_LOCKED) from None
    except (TokenNotPresent, TokenNotRecognised):
        raise NoKey(Why.NO_TOKEN) from None
    except PKCS11Error:
        raise NoKey(Why.TOKEN_FAILED) from None
    with session:
        yield session


def _found(module: str, label: str) -> pkcs11.Token:
    """The token of that label; without one, the only one that there is."""
    try:
        library = pkcs11.lib(module)
    except PKCS11Error:
        raise NoKey(Why.NO_LIBRARY) from None
    for again in (False, True):
        if again:  # a library that was loaded before it was plugged in may know of it no other way
            library.reinitialize()
        found = [one for one in map(_token, library.get_slots(token_present=True)) if one is not None]
        named = [one for one in found if one.label == label] if label else found
        if len(named) == 1:
            return named[0]
    raise NoKey(Why.NO_TOKEN)


def _token(slot: pkcs11.Slot) -> pkcs11.Token | None:
    try:
        token = slot.get_token()
    except PKCS11Error:
        return None
    return token if pkcs11.TokenFlag.TOKEN_INITIALIZED in token.flags else None
