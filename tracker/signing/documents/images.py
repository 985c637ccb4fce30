"""Pages as images, for phones, which rarely show a PDF: drawn from the file's own bytes, and kept under their hash.

What is kept is no more than a shortcut: it stands beside the store, no backup takes it, and it may be removed at any
time. What strangers sent is drawn apart: `core.files.pages`.
"""

from pathlib import Path

import pypdfium2

from tracker.core.files.pages.drawing import page_of_pdf
from tracker.core.files.pages.images import MEDIA_TYPE, keep
from tracker.signing.originals import page_images, whole
from tracker.signing.pdfium import alone

__all__ = ["MEDIA_TYPE", "page_image"]


def page_image(files: Path, instance: Path, sha256: str, page: int) -> bytes:
    """A page (the first is 1) of a stored PDF. Raises IndexError where it has no such page, and as `whole` does."""
    kept = page_images(instance, sha256) / f"{page}.webp"
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        drawn = _drawn(whole(files, sha256), page)
    keep(kept, drawn)
    return drawn


def _drawn(pdf: bytes, page: int) -> bytes:
    with alone(), pypdfium2.PdfDocument(pdf) as opened:
        if not 1 <= page <= len(opened):
            raise IndexError(page)
        return page_of_pdf(opened, page)
