"""The pages of a stored file as images: drawn apart when somebody looks at them, some at a time, and kept beside the
store. What is kept is a shortcut: no backup takes it, and it may be removed at any time."""

import fcntl
import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.core.files.kinds import JPEG, PDF, PNG
from tracker.core.files.pages import office
from tracker.core.files.pages.apart import Ended, of_module
from tracker.core.languages import Text, _l, format_number

MEDIA_TYPE = "image/webp"
PICTURES = (PNG, JPEG)
AT_A_TIME = 5  # pages: to start a process takes as long as to draw two
WAIT = 40.0  # by the clock: of whoever asks within a request
_MOST_AT_ONCE = threading.BoundedSemaphore(2)  # of this process: the rest of a worker's threads answer others
_TOLD, _CONVERTED = "told.json", "converted.pdf"
_DRAWING = "tracker.core.files.pages.drawing"
GIVEN_UP, NO_OFFICE = "given_up", "no_office"


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages a file has, or why none of them can be shown here."""

    count: int = 0
    fault: str | None = None

    @property
    def why(self) -> Text | None:
        """The sentence for it."""
        if self.fault is None:
            return None
        return _WHY.get(self.fault, _WHY["damaged"])(self.count)


_WHY: dict[str, Callable[[int], Text]] = {
    "damaged": lambda _count: _l("The file is damaged, and its pages cannot be shown. Ask the body for a sound one."),
    "locked": lambda _count: _l("The file is protected by a password, so its pages cannot be shown."),
    "too_many": lambda count: _l(
        "The file has %(pages)s pages, too many to be looked through here. Download it.", pages=format_number(count)
    ),
    "too_large": lambda _count: _l("The picture is too large to be shown here. Download it."),
    GIVEN_UP: lambda _count: _l("To show this file takes too long or too much. Download it."),
    NO_OFFICE: lambda _count: _l("Files of this kind are not shown here. Download it."),
}


@dataclass(frozen=True, slots=True)
class Viewed:
    """A stored file: its path, its kind, the folder of its images, and the program for files of Office, if any."""

    path: Path
    kind: str
    folder: Path
    program: str | None = None

    @property
    def can_be_shown(self) -> bool:
        """Whether files of this kind are shown as pages at all, on this server."""
        return self.kind == PDF or self.kind in PICTURES or (self.kind in office.OFFICE and self.program is not None)


def pages(file: Viewed) -> Pages:
    """How many pages there are. The first of them are drawn by the way."""
    if not file.can_be_shown:
        return Pages(fault=NO_OFFICE)
    told = _told(file)
    if told is None:
        with _alone(file.folder):
            told = _told(file) or _drawn(file, 1)
    return Pages(told.get("pages", 0), told.get("fault"))


def page(file: Viewed, number: int) -> bytes:
    """A page (the first is 1), as WebP. Raises IndexError where there is none, or it cannot be drawn."""
    kept = file.folder / f"{number}.webp"
    found = pages(file)
    if found.fault is not None or not 1 <= number <= found.count:
        raise IndexError(number)
    if not kept.is_file():
        with _alone(file.folder):
            if not kept.is_file():
                _drawn(file, number)
    try:
        return kept.read_bytes()
    except FileNotFoundError:
        raise IndexError(number) from None


def keep(path: Path, content: bytes) -> None:
    """Put what was drawn where it is looked for; nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as written:
        written.write(content)
    Path(name).replace(path)


def _told(file: Viewed) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((file.folder / _TOLD).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found


def _drawn(file: Viewed, first: int) -> dict[str, Any]:
    """Draw some pages from this one on, and say how many there are; what is found for good is kept."""
    with _MOST_AT_ONCE, tempfile.TemporaryDirectory(prefix="pages-") as name:
        source, kind = file.path, file.kind
        if kind in office.OFFICE and file.program is not None:
            source, kind = file.folder / _CONVERTED, PDF
            if not source.is_file():
                made = Path(name) / _CONVERTED
                if not office.as_pdf(file.program, file.path, file.kind, made):
                    return {"fault": GIVEN_UP}
                keep(source, made.read_bytes())
        running = of_module(_DRAWING, source, kind, name, first, first + AT_A_TIME - 1)
        try:
            told = running.told(WAIT)
        except Ended:
            told = None
        finally:
            running.end()
        if not isinstance(told, dict):
            return {"fault": GIVEN_UP}
        for drawn in Path(name).glob("*.webp"):
            keep(file.folder / drawn.name, drawn.read_bytes())
    keep(file.folder / _TOLD, json.dumps(told).encode())
    return told


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One draws the pages of a file, on this machine; whoever comes meanwhile finds them drawn."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
