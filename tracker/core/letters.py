"""What letters a text may hold, at whatever door it comes in: forms, sheets, packages, commands.

What nobody sees is taken out, each letter is written in one way, and what cannot be shown or is not Unicode is told.
"""

import re
import unicodedata
from collections.abc import Iterable

from tracker.core import legacy_letters
from tracker.core.languages import Text, _l

# Signs without a width: soft hyphens, joiners, marks of direction and order, selectors, fillers, marks of files.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Control signs, halves of letters, what each font draws as it likes, and the mark that stands for a lost letter.
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffc-\uffff\U000f0000-\U0010ffff]"
)
# More marks on one letter than any alphabet has: they cover the lines above and below.
_HEAPED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5}")
_ENDS_OF_LINES = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What a code is made of, at every door (a test compares the schema of packages): it stands in addresses, in names of
# files, and first in a cell of a sheet, where signs of formulas count.
CODE = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ][0-9A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ._-]{0,39}")
_BLANKS = re.compile(r"[^\S\t\n]")
_GAPS = re.compile(r"[^\S ]|\A | \Z|  ")  # what a line or a passage is stored without, or otherwise
_DRAWN_BLANK = dict.fromkeys(map(ord, "\u2800\U0001d159"), " ")  # signs of other writings that one takes for a blank


def fault(text: str) -> Text | None:
    """Why a text cannot be taken for its letters, or none: as it was typed, and as it would be stored."""
    seen = visible(text)
    stored = (line(seen), passage(seen)) if _GAPS.search(seen) else ()
    return next(filter(None, map(_fault, dict.fromkeys((text, seen, *stored)))), None)


def _fault(text: str) -> Text | None:
    found: Text | None = None
    written_in = legacy_letters.encoding(text)
    if written_in == legacy_letters.UTF_8:
        found = _l("The letters were read by a wrong encoding. Open the text anew as UTF-8, or type it anew")
    elif written_in == legacy_letters.LOST:
        found = _l(
            "Letters of it were lost and became question marks. Save it anew as UTF-8 (Excel: “CSV UTF-8”), or type "
            "it anew"
        )
    elif written_in is not None:
        found = _l(
            "These are letters of %(encoding)s, not of Unicode. Convert the text to Unicode first (UniKey: "
            "Ctrl+Shift+F6)",
            encoding=written_in,
        )
    elif _NOT_SHOWN.search(text) or _HEAPED.search(text):
        found = _l("Some signs of it cannot be shown. Type it anew")
    return found


def visible(text: str) -> str:
    """The text without what nobody sees, each letter written in one way (NFC)."""
    return text if text.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", text.translate(_DRAWN_BLANK)))


def line(text: str) -> str:
    """A text of one line: what is visible of it, every gap one blank."""
    return " ".join(visible(text).split())


def passage(text: str) -> str:
    """A text of several lines with "\\n" between them: what is visible of it, blanks as they are typed."""
    return _BLANKS.sub(" ", _ENDS_OF_LINES.sub("\n", visible(text))).strip()


def taken(text: str) -> str:
    """A text as a package brings it: what is visible of it. One that has a fault stays as it is, to be shown."""
    return text if text.isascii() or fault(text) else visible(text)


def taken_line(text: str) -> str:
    """A line as a form takes it: what is visible of it, every gap one blank. One that has a fault stays as it is."""
    return text if fault(text) is not None else line(text)


def says_nothing(text: str) -> bool:
    """Whether there is no letter and no digit in it: a name or a reason of dots and dashes alone is none."""
    return not any(map(str.isalnum, text))


def shown(text: str) -> str:
    """A text to be shown with its fault: what cannot be shown is the mark of a lost letter."""
    return _NOT_SHOWN.sub("\ufffd", text)


def code(text: str) -> str:
    """A code as it is stored: what is visible of it, letters of full width as usual ones."""
    return unicodedata.normalize("NFKC", line(text))


def folded(text: str) -> str:
    """What a code is compared by: two that differ in case alone are one."""
    return unicodedata.normalize("NFKC", code(text).casefold())


def meant(asked: str, codes: Iterable[str]) -> str | None:
    """Which of these codes is asked for, whatever its case; the one that is written so, where there are two."""
    same = [one for one in codes if folded(one) == folded(asked)]
    return asked if asked in same else next(iter(same), None)


def alphabets(text: str) -> set[str]:
    """The alphabets of a text's letters. A Cyrillic С among Latin letters looks like one of them, and is none."""
    return {unicodedata.name(character, "?").partition(" ")[0] for character in text if character.isalpha()}
