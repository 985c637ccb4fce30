"""The text of a file of which nobody says in what encoding it is written."""

import unicodedata

from tracker.core import legacy_letters
from tracker.core.files.kinds import ContentError, no_sheet
from tracker.core.languages import _l

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),  # before the mark of UTF-16, which it begins with
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_END = b"\x1a"  # of a file, as programs of DOS write it
_HEAD = 4096  # bytes by which UTF-16 without a mark is told
_MOST_LOOKED_AT = 200_000  # bytes by which letters of before Unicode are told
# What Vietnamese texts hold beside ASCII; anything else means that the bytes were not what they were taken for.
_LETTERS = frozenset("ăâđêôơưĂÂĐÊÔƠƯ")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SIGNS = frozenset("–—‘’“”…•·°§«»\u00a0")


def decoded(content: bytes) -> str:
    """The text: by its mark, else UTF-8 or UTF-16, else Windows-1258 if that gives Vietnamese.

    Letters of before Unicode come as they are, each byte one sign: whoever reads on tells them by row. Raises
    ContentError where nothing can be made of it.
    """
    content = content.removesuffix(_END)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _by(content, encoding)
    unmarked = _utf_16(content[:_HEAD])
    if unmarked is not None:
        return _by(content, unmarked)
    if b"\x00" in content[:_HEAD]:
        raise no_sheet()
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    signs = legacy_letters.single_bytes(content)
    written_in = legacy_letters.encoding(signs[:_MOST_LOOKED_AT])
    if written_in not in {None, legacy_letters.LOST, legacy_letters.WINDOWS_1258}:
        return signs
    text = unicodedata.normalize("NFC", _by(content, "cp1258"))
    if not all(map(_is_vietnamese, text)):
        raise _unknown_encoding()
    return text


def _utf_16(head: bytes) -> str | None:
    """UTF-16 without a mark, of which order: a half of most letters is zero, the second or the first. Else none."""
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[start::2].count(0) > len(head) // 6 > head[1 - start :: 2].count(0):
            return encoding
    return None


def _by(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown_encoding() from None


def _unknown_encoding() -> ContentError:
    return ContentError(
        _l("The letters cannot be read. In Excel save it as “CSV UTF-8” or as .xlsx, in a Unicode font")
    )


def _is_vietnamese(character: str) -> bool:
    if character.isascii() or character in _SIGNS:
        return True
    base = "".join(mark for mark in unicodedata.normalize("NFD", character) if mark not in _TONES)
    plain = unicodedata.normalize("NFC", base)
    return plain in _LETTERS or (plain.isascii() and plain.isalpha())
