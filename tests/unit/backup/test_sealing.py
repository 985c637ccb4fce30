"""Sealed streams: what goes in comes out; whatever is cut, changed, exchanged or opened with another key does not."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.backup import sealing
from tracker.backup.faults import BackupError
from tracker.backup.sealing import CHUNK, MAGIC, SALT_BYTES, TAG_BYTES, seal, unseal

KEY, OTHER = "a key of forty letters and more, for tests", "another key of forty letters, also for tests"
NAME = "files/ab/cd/abcd"
HEAD = len(MAGIC) + SALT_BYTES
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]


def sealed(content: bytes, key: str = KEY, name: str = NAME) -> bytes:
    return b"".join(seal([content], key, name))


def opened(content: bytes, key: str = KEY, name: str = NAME, cut: int = 10_000) -> bytes:
    pieces: Iterable[bytes] = (content[start : start + cut] for start in range(0, len(content), cut))
    return b"".join(unseal(pieces, key, name))


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(content[:size])) == content[:size]


@given(pieces=st.lists(st.binary(max_size=40), max_size=8), cut=st.integers(1, 70))
def test_in_whatever_pieces_it_comes(pieces: list[bytes], cut: int) -> None:
    assert opened(b"".join(seal(pieces, KEY, NAME)), cut=cut) == b"".join(pieces)


@pytest.mark.parametrize("size", SIZES)
def test_every_cut_is_noticed(size: int) -> None:
    content = sealed(b"x" * size)
    ends = {0, 1, HEAD - 1, HEAD, HEAD + 1, HEAD + CHUNK + TAG_BYTES, HEAD + 2 * (CHUNK + TAG_BYTES), len(content) - 1}
    for end in sorted(end for end in ends if end < len(content)):
        with pytest.raises(BackupError, match="cut off"):
            opened(content[:end])


@pytest.mark.parametrize("place", [0, len(MAGIC), HEAD, HEAD + 5, -TAG_BYTES, -1])
def test_every_changed_byte_is_noticed(place: int) -> None:
    content = bytearray(sealed(b"x" * 50))
    content[place] ^= 1
    with pytest.raises(BackupError):
        opened(bytes(content))


def test_chunks_in_another_order_are_noticed() -> None:
    content = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    size = CHUNK + TAG_BYTES
    first, second = content[HEAD : HEAD + size], content[HEAD + size : HEAD + 2 * size]
    for wrong in (second + first, second, first + first, first):
        with pytest.raises(BackupError):
            opened(content[:HEAD] + wrong + content[HEAD + 2 * size :])


def test_what_is_put_behind_it_is_noticed() -> None:
    with pytest.raises(BackupError):
        opened(sealed(b"x") + b"y")


@pytest.mark.parametrize(("key", "name"), [(OTHER, NAME), (KEY, "files/ab/cd/other")])
def test_another_key_or_name_opens_nothing(key: str, name: str) -> None:
    with pytest.raises(BackupError, match="another key"):
        opened(sealed(b"x"), key, name)


def test_the_same_content_never_looks_the_same() -> None:
    assert sealed(b"x") != sealed(b"x")
    assert "Giám đốc".encode() not in sealed("Giám đốc".encode())


def test_a_fingerprint_tells_keys_apart() -> None:
    assert sealing.fingerprint(KEY) == sealing.fingerprint(KEY) != sealing.fingerprint(OTHER)
    assert len(sealing.fingerprint(KEY)) == 16
    assert sealing.signature(KEY, b"x") != sealing.signature(OTHER, b"x")


def test_signs_of_life_pass_through_and_are_no_content() -> None:
    pieces = list(seal(iter([b"", b"a", b"", b"b"]), KEY, NAME))
    assert pieces.count(b"") == 4
    assert opened(b"".join(pieces)) == b"ab"
