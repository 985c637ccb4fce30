"""The order of Vietnamese names as a stored key of digits, which every database and collation orders alike."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from tracker.core.db.folding import TONES, composed
from tracker.core.tables import SortKey

LONGEST_KEY = 255
_MOST_SIGNS = 80  # two digits each, then at most one digit of tone each: 242 with the mark between them
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_SHAPES = {"\u0306", "\u0302", "\u031b"}  # the marks that make another letter: ă, â ê ô, ơ ư
_GAP, _FOREIGN = "10", "90"
_END = "00"  # lower than any sign, so that "An" comes before "An Hòa"
_CODES = {letter: str(40 + place) for place, letter in enumerate(_LETTERS)}
_LAST = "я" * 3  # letters that Vietnamese does not have stand behind all others
_PARTS = re.compile(r"\d+|[^\W\d_][\u0300-\u036f]*|[\W_]+")


def sort_key(text: str) -> str:
    """Key by which names stand in Vietnamese order: letters first (đ after d, ê after e), tones only between equals.

    Case does not count, numbers stand by their size ("Khối 2" before "Khối 10"), punctuation counts as a gap.
    """
    signs: list[str] = []
    tones: list[str] = []
    for part in _PARTS.findall(composed(text.strip())):
        if part.isdecimal():
            _add_number(part, signs, tones)
        elif part[0].isalpha():
            code, tone = _letter(part)
            signs.append(code)
            tones.append(tone)
        elif signs and signs[-1] != _GAP:
            signs.append(_GAP)
            tones.append("0")
    key = "".join(signs[:_MOST_SIGNS]) + _END + "".join(tones[:_MOST_SIGNS]).rstrip("0")
    return key[:LONGEST_KEY]


def code_key(*codes: str) -> tuple[str, ...]:
    """Key by which codes and numbers of commitments stand in a list that is read whole: T2 before T10."""
    return (*map(_kept_key, codes), *codes)


_kept_key = lru_cache(maxsize=1 << 13)(sort_key)  # codes come back on every page


def by_name(column: Any) -> SortKey:
    """To order a list by such a key, and to jump to the names that begin with a text."""
    return SortKey(column, reads=lambda text, descending: sort_key(text + _LAST if descending else text))


def _add_number(digits: str, signs: list[str], tones: list[str]) -> None:
    """How many digits there are comes first, so that the longer number is the larger one."""
    digits = str(int(digits))[:9]
    for code in (str(20 + len(digits)), *(str(30 + int(digit)) for digit in digits)):
        signs.append(code)
        tones.append("0")


def _letter(marks: str) -> tuple[str, str]:
    """(two digits of a letter with its marks, one digit of its tone). One that Vietnamese does not have comes last."""
    tone = next((TONES[mark] for mark in marks if mark in TONES), "0")
    shaped = unicodedata.normalize("NFC", "".join(m for m in marks if m not in TONES))
    plain = "".join(m for m in marks if m in _SHAPES or not unicodedata.combining(m))
    return _CODES.get(shaped) or _CODES.get(unicodedata.normalize("NFC", plain), _FOREIGN), tone
