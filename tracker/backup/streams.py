"""Files as streams of chunks: reading, writing to the disk, hashing. An empty chunk is a sign of life, no content."""

import hashlib
import os
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

CHUNK = 256 * 1024


def chunks_of(path: Path) -> Iterator[bytes]:
    """The content of a file."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def write(path: Path, content: Iterable[bytes]) -> Generator[None, None, tuple[int, str]]:
    """Write a new file, for its owner alone, on the disk when this ends. Yields with each chunk.

    Returns size in bytes and SHA-256. Raises FileExistsError, OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in content:
            digest.update(chunk)
            file.write(chunk)
            size += len(chunk)
            yield
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def measure(path: Path) -> Generator[None, None, tuple[int, str]]:
    """Size in bytes and SHA-256 of a file. Yields with each chunk. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks_of(path):
        digest.update(chunk)
        size += len(chunk)
        yield
    return size, digest.hexdigest()


def settle(folder: Path) -> None:
    """Bring what a folder holds by name onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
