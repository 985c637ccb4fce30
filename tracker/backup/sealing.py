"""Sealing a stream under a key: AES-256-GCM in numbered chunks, the last one marked, so that what is cut off, exchanged
or changed is noticed. Memory is bounded by a chunk. Knows no files."""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tracker.backup.faults import BackupError

MAGIC = b"tracker sealed 1"
SALT_BYTES = 16
TAG_BYTES = 16
CHUNK = 256 * 1024
_SHOWN = 16  # signs of a fingerprint


def fingerprint(key: str) -> str:
    """Which key it is, for comparing; the key cannot be told from it."""
    return _derived(key, b"", "fingerprint").hex()[:_SHOWN]


def signature(key: str, content: bytes) -> str:
    """A signature, in hexadecimal, that only this key makes."""
    return hmac.new(_derived(key, b"", "signature"), content, hashlib.sha256).hexdigest()


def seal(chunks: Iterable[bytes], key: str, name: str) -> Iterator[bytes]:
    """A stream, sealed under a key and the name that it goes by. An empty chunk is passed on as a sign of life."""
    salt = os.urandom(SALT_BYTES)
    cipher = AESGCM(_derived(key, salt, name))
    yield MAGIC + salt
    number, waiting = 0, bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > CHUNK:  # what is left in the end is the last one, be it empty
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:CHUNK]), MAGIC)
            del waiting[:CHUNK]
            number += 1
        yield b""
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), MAGIC)


def unseal(chunks: Iterable[bytes], key: str, name: str) -> Iterator[bytes]:
    """What was sealed. Raises BackupError for another key or name, and at the chunk where something is not whole."""
    waiting, number = bytearray(), 0
    cipher: AESGCM | None = None
    for chunk in chunks:
        waiting += chunk
        if cipher is None:
            if len(waiting) < len(MAGIC) + SALT_BYTES:
                continue
            cipher = _begun(waiting, key, name)
        while len(waiting) > CHUNK + TAG_BYTES:
            yield _opened(cipher, number, waiting[: CHUNK + TAG_BYTES], name, last=False)
            del waiting[: CHUNK + TAG_BYTES]
            number += 1
    if cipher is None:
        raise BackupError(f"{name} is cut off")
    yield _opened(cipher, number, waiting, name, last=True)


def _begun(waiting: bytearray, key: str, name: str) -> AESGCM:
    """Take the head of a sealed stream off."""
    if not waiting.startswith(MAGIC):
        raise BackupError(f"{name} is not sealed")
    salt = bytes(waiting[len(MAGIC) : len(MAGIC) + SALT_BYTES])
    del waiting[: len(MAGIC) + SALT_BYTES]
    return AESGCM(_derived(key, salt, name))


def _opened(cipher: AESGCM, number: int, sealed: bytearray, name: str, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), bytes(sealed), MAGIC)
    except (InvalidTag, ValueError):
        raise BackupError(f"{name} is cut off or changed, or sealed with another key") from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _derived(key: str, salt: bytes, what: str) -> bytes:
    """A key of its own for each file and each use, so that no nonce is ever used twice with one key."""
    return HKDF(SHA256(), 32, salt or None, b"tracker backup: " + what.encode()).derive(key.encode())
