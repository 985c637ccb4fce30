"""The bytes of documents and scans in the store, held against their hashes whenever they are read."""

from pathlib import Path

from tracker.core.files import store
from tracker.signing.codes import digest
from tracker.signing.models import MadeDocument

PAGE_IMAGES = "page-images"  # in the instance folder


def content(made: MadeDocument, folder: Path) -> bytes:
    """What a document says, byte for byte. Raises FileNotFoundError or ValueError where that is not there or not
    whole."""
    return whole(folder, made.content_sha256)


def pdf(made: MadeDocument, folder: Path) -> bytes:
    """Its file. Raises as `content` does."""
    return whole(folder, made.pdf_sha256)


def whole(folder: Path, sha256: str) -> bytes:
    """The bytes of that hash in the store. Raises FileNotFoundError where there are none, ValueError where they are
    others."""
    found = store.path_of(folder, sha256).read_bytes()
    if digest(found) != sha256:
        raise ValueError("the file was changed in the store")
    return found


def page_images(instance: Path, sha256: str) -> Path:
    """The folder of the images of a file's pages, which are a shortcut and may be removed."""
    return instance / PAGE_IMAGES / sha256[:2] / sha256
