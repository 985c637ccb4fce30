"""Drawing pages of a file that somebody sent, in a process of its own.

    python -m tracker.core.files.pages.drawing FILE KIND FOLDER FIRST LAST

Writes FOLDER/N.webp for each of these pages that there is, and prints how many there are in all, or what is wrong, as
one line of JSON. Knows neither the database nor any secret.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any, Final

import pypdfium2
from PIL import Image

from tracker.core.files.kinds import PDF
from tracker.core.files.pages.apart import confine

MOST_PAGES = 1_000  # of one file: nobody looks through more on a screen
MEMORY: Final = 1 << 30
SECONDS, SECONDS_A_PAGE = 15, 3  # of the processor: a page takes a tenth of one, at the worst half of one
LARGEST = 20 * 1024 * 1024  # bytes of one image
MOST_DOTS = 50_000_000  # of a picture: a photograph has twelve million
DOTS_PER_INCH, LONGEST_SIDE = 150, 2_400  # a page may say that it is as large as a house
DAMAGED, LOCKED, TOO_MANY, TOO_LARGE = "damaged", "locked", "too_many", "too_large"
_NEEDS_A_PASSWORD = 4  # FPDF_ERR_PASSWORD


def page_of_pdf(
    opened: pypdfium2.PdfDocument, number: int, *, longest: float | None = None, grey: bool = True
) -> bytes:
    """A page (the first is 1) as WebP; `longest`: no side has more dots than these."""
    page = opened[number - 1]
    try:
        scale = DOTS_PER_INCH / 72
        if longest is not None:
            scale = min(scale, longest / max(1, *page.get_size()))
        image: Any = page.render(scale=scale, grayscale=grey).to_pil()
    finally:
        page.close()
    written = io.BytesIO()
    if grey:
        image.save(written, "WEBP", lossless=True, method=2)
    else:
        image.save(written, "WEBP", quality=80, method=2)
    return written.getvalue()


def _pdf(path: Path, folder: Path, first: int, last: int) -> dict[str, Any]:
    try:
        opened = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        return {"fault": LOCKED if getattr(fault, "err_code", None) == _NEEDS_A_PASSWORD else DAMAGED}
    pages = len(opened)
    if pages > MOST_PAGES:
        return {"fault": TOO_MANY, "pages": pages}
    if not pages:
        return {"fault": DAMAGED}
    for number in range(first, min(last, pages) + 1):
        drawn = page_of_pdf(opened, number, longest=LONGEST_SIDE, grey=False)
        (folder / f"{number}.webp").write_bytes(drawn)
    return {"pages": pages}


def _picture(path: Path, folder: Path) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = None  # asked here, before anything is unpacked
    with Image.open(path) as image:
        if image.width * image.height > MOST_DOTS:
            return {"fault": TOO_LARGE}
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        shown = image.convert("RGB")
        shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        shown.save(folder / "1.webp", "WEBP", quality=80, method=2)
    return {"pages": 1}


def _main(path: Path, kind: str, folder: Path, first: int, last: int) -> None:
    confine(MEMORY, SECONDS + SECONDS_A_PAGE * max(1, last - first + 1), LARGEST)
    found: dict[str, Any]
    try:
        found = _pdf(path, folder, first, last) if kind == PDF else _picture(path, folder)
    except (pypdfium2.PdfiumError, OSError, ValueError, SyntaxError):  # a page, or a picture, that cannot be drawn
        found = {"fault": DAMAGED}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
