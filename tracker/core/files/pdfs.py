"""What in a PDF acts by itself: JavaScript, programs that it starts, data that it sends or takes in, files inside.

No tree is walked: readers of PDF differ in what they find, so the names that every such action needs are looked for in
all bytes, and in whatever unpacks to objects. That is bounded by the size of the file, and no loop leads astray.
"""

import io
import re
import zlib
from collections.abc import Iterator

import pikepdf

from tracker.core.files.archives import CHUNK
from tracker.core.files.kinds import acting, damaged, too_large_inside, with_password

MOST_OBJECTS = 50 * 1024 * 1024  # bytes that all object streams of a file may unpack to
MOST_UNPACKED = 4 * MOST_OBJECTS  # that, and whatever only looks like one and is unpacked to see
_END = rb"(?=[\s/<>\[\](){}%]|$)"  # a name ends here
_ACTS = re.compile(
    rb"/(?:JavaScript|Launch|SubmitForm|ImportData|GoToE|Rendition|RichMedia|EmbeddedFiles?)"
    + _END
    # a form whose scripts stand in a language of its own
    + rb"|/XFA\s*(?:\[|\d+\s+\d+\s+R)"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # /Java#53cript is the same name
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OF_OBJECTS = re.compile(rb"/ObjStm" + _END)
_FIRST = re.compile(rb"/First" + _END)  # what a stream of objects cannot do without
_PREDICTED = re.compile(rb"/Predictor\s+(?!1\b)\d")


def check(content: bytes) -> None:
    """Raise ContentError where a PDF does something by itself, or hides whether it does."""
    if b"/Encrypt" in _named(content) and _asks_for_a_password(content):
        raise with_password()
    if _acts(content):
        raise acting()
    for unpacked in _objects(content):
        if _acts(unpacked):
            raise acting()


def _asks_for_a_password(content: bytes) -> bool:
    """Whether nobody could open it without one. What only forbids to print or change it opens for everybody."""
    try:
        pikepdf.open(io.BytesIO(content)).close()
    except pikepdf.PasswordError:
        return True
    except pikepdf.PdfError:
        pass  # what is wrong with it is told by others, where it matters
    return False


def _acts(content: bytes) -> bool:
    return _ACTS.search(_named(content)) is not None


def _named(content: bytes) -> bytes:
    """With every name written plainly."""
    return _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), content) if b"#" in content else content


def _objects(content: bytes) -> Iterator[bytes]:
    """What lies packed in streams of objects. One that is locked stays so: then nobody looks into the file at all."""
    locked = b"/Encrypt" in _named(content)
    before, objects, all_in_all = 0, 0, 0
    for found in _STREAM.finditer(content):
        head, before = _named(content[before : found.start()]), found.end()
        if not _FIRST.search(head):
            continue
        declared = _OF_OBJECTS.search(head) is not None
        unpacked = _unpacked(content, found.end())
        if declared and not locked and b"/Filter" in head and (not unpacked or _PREDICTED.search(head)):
            raise damaged()  # packed in a way that no program uses for objects
        is_objects = declared or len(unpacked) <= MOST_OBJECTS
        objects, all_in_all = objects + is_objects * len(unpacked), all_in_all + len(unpacked)
        if objects > MOST_OBJECTS or all_in_all > MOST_UNPACKED:
            raise too_large_inside()
        if is_objects:
            yield unpacked


def _unpacked(content: bytes, start: int) -> bytes:
    """What lies deflated from a place on, no more of it than is borne; nothing where nothing does."""
    unpacking, found = zlib.decompressobj(), bytearray()
    try:
        while not unpacking.eof and start < len(content) and len(found) <= MOST_OBJECTS:
            found += unpacking.decompress(content[start : start + CHUNK], MOST_OBJECTS + 1)
            start += CHUNK
    except zlib.error:
        pass
    return bytes(found)
