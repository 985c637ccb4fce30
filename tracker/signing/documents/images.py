"""Pages as images, for phones, which rarely show a PDF: drawn from the file's own bytes, and kept under their hash.

What is kept is no more than a shortcut: it stands beside the store, no backup takes it, and it may be removed at any
time.
"""

import io
import os
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2

from tracker.signing.originals import page_images, whole
from tracker.signing.pdfium import alone

MEDIA_TYPE = "image/webp"
DOTS_PER_INCH = 150  # on a phone held upright a page is read without zooming in


def page_image(files: Path, instance: Path, sha256: str, page: int) -> bytes:
    """A page (the first is 1) of a stored PDF. Raises IndexError where it has no such page, and as `whole` does."""
    kept = page_images(instance, sha256) / f"{page}.webp"
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        drawn = _drawn(whole(files, sha256), page)
    kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=kept.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(drawn)
    Path(name).replace(kept)
    return drawn


def _drawn(pdf: bytes, page: int) -> bytes:
    with alone(), pypdfium2.PdfDocument(pdf) as opened:
        if not 1 <= page <= len(opened):
            raise IndexError(page)
        image: Any = opened[page - 1].render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil()
    written = io.BytesIO()
    image.save(written, "WEBP", lossless=True, method=2)
    return written.getvalue()
