"""PDFium serves one thread at a time, whichever file each of them reads: whoever asks it anything does so alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2

_ONE = threading.Lock()


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else of this process asks PDFium for anything inside. Whoever has much to do comes back for each page."""
    with _ONE:
        yield


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    with alone(), pypdfium2.PdfDocument(pdf) as opened:
        return len(opened)
