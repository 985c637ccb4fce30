"""Texts as they are searched: words of letters and digits, in which case, marks, spaces and ways to write them do not
count. Pure."""

import re
import unicodedata

TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # in the order of dictionaries
# The same letter in three alphabets, which look alike as capitals (Đ, Ð, Ɖ), and as d with a stroke over it.
_STROKED = {"\u0111": "đ", "\u00f0": "đ", "\u0256": "đ", "d\u0335": "đ"}
_STROKE = re.compile("|".join(_STROKED))
_VOWELS = re.compile("(?:[aeiouy][\u0300-\u036f]*)+")
_INVISIBLE = "Cf"  # joiners, zero-width spaces, marks of direction


def composed(text: str) -> str:
    """The text in small letters, each followed by its marks, and the tone of a syllable behind its vowels: "Hoá" and
    "Hòa" are written alike whichever vowel carries it, and Đ is one letter."""
    small = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return _VOWELS.sub(_tone_last, _STROKE.sub(lambda found: _STROKED[found.group()], small))


def words(text: str) -> list[str]:
    """The words of a text with their marks, as they are compared exactly."""
    return "".join(map(_sign, composed(text))).split()


def plain(word: str) -> str:
    """A word of `words` without its marks: "đặng" → "dang"."""
    return "".join(sign for sign in word if not unicodedata.combining(sign)).replace("đ", "d")


def search_key(*texts: str | None) -> str:
    """What is stored beside texts so that they are found: their words without marks, then those with marks.

    Each word stands between spaces, so that its beginning can be asked for.
    """
    found = [word for text in texts if text for word in words(text)]
    folded = [plain(word) for word in found]
    return " ".join(["", *folded, ""] if folded == found else ["", *folded, "\n", *found, ""])


def asked(text: str) -> list[str]:
    """What is searched by a typed text: its words with their marks; what is typed without a space stands as one."""
    return [" ".join(found) for part in text.split() if (found := words(part))]


def stands_in(text: str, *texts: str | None) -> bool:
    """Whether a typed text finds these, as `searching.found_by` finds their stored key."""
    key, parts = search_key(*texts), [plain(part) for part in asked(text)]
    return bool(parts) and all(part in key for part in parts)


def _sign(sign: str) -> str:
    if sign.isalnum() or unicodedata.combining(sign):
        return sign
    return "" if unicodedata.category(sign) == _INVISIBLE else " "


def _tone_last(vowels: re.Match[str]) -> str:
    signs = vowels.group()
    return "".join(sign for sign in signs if sign not in TONES) + "".join(sign for sign in signs if sign in TONES)
