"""Telling Vietnamese texts that are written in letters of before Unicode, were read by the wrong encoding, or lost
letters on the way.

A font of those days draws "ở" where a program reads "ë", so such a text is letters of Latin alphabets that make no
Vietnamese syllable, and makes syllables once it is read as it was written. That is how it is told from a foreign name.
"""

import base64
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain, islice, pairwise, product

TCVN3, VNI, VISCII, VPS, VIQR = "TCVN3 (ABC)", "VNI", "VISCII", "VPS", "VIQR"
WINDOWS_1258, UTF_7, UTF_8 = "Windows-1258", "UTF-7", "UTF-8"
NUMBERS, LOST = "NCR", "?"  # letters by their numbers, as UniKey calls them; letters that became question marks

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED = {"\u0301", "\u0323"}  # a syllable that ends in c, ch, p or t has one of these two tones
_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu êng
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôp uôt uơ up ut uy uya uych uyên uyêt
    uyn uynh uyt uyp uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu yn ynh yt
"""
_SYLLABLE = re.compile("(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx])?(?:" + "|".join(_RIMES.split()) + ")")
# A word: everything but blanks, digits and the signs of ASCII. The old fonts draw letters where others have ¸, § or ­.
_WORDS = re.compile(r"[^\s!-@\[-`{-~²³]+")
_SIGNS = frozenset({"µm", "ª", "º"})  # what is neither a word nor an old letter, though it could be

# What stands in the place of each letter: of the bytes A1 to FF, and 80 to FF; "?" where there is none.
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđẰ?????àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
_VISCII_LETTERS = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VPS_LETTERS = (
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ??ỀỂỄỐỒỔỖýỷỵỚỜỞ?ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự"
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ?àáâãảạă?èéêẽìí?ĩẴĐòóôõ?Ơụùúủ?ỶẼỳ"
)
# VNI writes a letter as its base and an accent behind it, or as one letter of another alphabet.
_VNI_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_SHAPES = {
    "\u0306": dict(zip("êéèúüë", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True)),
    "\u0302": dict(zip("âáàåãä", ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"), strict=True)),
}
_VNI_ALONE = {"í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "ñ": "đ", "î": "ỵ"}
_VIQR_SHAPES = {"^": "\u0302", "(": "\u0306", "+": "\u031b", "*": "\u031b"}
_VIQR_TONES = dict(zip("'`?~.", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VIQR_SHAPED = re.compile(r"([aeo])(\^)|([a])(\()|([ou])([+*])", re.IGNORECASE)
_VIQR_TONED = re.compile(r"(\w[\u0302\u0306\u031b]?)(['`?~.])")
_NUMBERED = re.compile(r"&#(\d{2,6});|(?:&#x|\\[ux])([0-9a-f]{2,5});?", re.IGNORECASE)
_SHIFTED = re.compile(r"\+([A-Za-z0-9+/]{3,})-?")
# What a program writes for a letter that its encoding lacks: a question mark within a word, or in front of one.
_WITH_LOST = re.compile(r"[\"'(\[“‘]*([^\W\d_]*(?:\?+[^\W\d_]+)+\?*|[^\W\d_]+\?+)[\"')\].,;:!”’]*")
_MOST_LOST = 2  # of one syllable: trường
_MOST_WORDS = 20  # of a text that are tried
_COULD_BE_LOST = "aăâeêioôơuưyđáấắéếíóốớúứý"  # one of each; with a tone before c, ch, p and t


def encoding(text: str) -> str | None:
    """In what a text is written, where that is not Unicode; none where it is, or where nothing tells."""
    if _NUMBERED.search(text) and any(map(_is_vietnamese, _NUMBERED.sub(_numbered, text))):
        return NUMBERS
    if any(map(_is_utf_7, _SHIFTED.findall(text))):
        return UTF_7
    if text.isascii() and _is_viqr(text):
        return VIQR
    if "?" in text and _has_lost(text.split()):
        return LOST
    if text.isascii():
        return None
    content = _bytes(text)
    if content is None:  # most texts: ở, ấ and ự stand in no old table
        return None
    if _is_utf_8(content):
        return UTF_8
    words = [word for word in _WORDS.findall(text) if not word.isascii() and word not in _SIGNS and _has_letter(word)]
    gains = {name: _gain(words, read) for name, read in _READERS.items()}
    best = max(gains, key=lambda name: gains[name])
    return best if gains[best] > 0 else None


def is_syllable(word: str) -> bool:
    """Whether a word is one Vietnamese syllable, as it is spelt."""
    marks = unicodedata.normalize("NFD", word.casefold())
    tones = [mark for mark in marks if mark in _TONES]
    plain = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
    if len(tones) > 1 or not _SYLLABLE.fullmatch(plain):
        return False
    return not plain.endswith(("c", "ch", "p", "t")) or bool(_STOPPED.intersection(tones))


def single_bytes(content: bytes) -> str:
    """The bytes as Windows shows them, each one letter: in no way a reading, but what `encoding` is asked about."""
    return content.decode("cp1252", "surrogateescape").translate(_UNNAMED)


_UNNAMED = {0xDC00 + byte: byte for byte in range(0x80, 0xA0)}  # five bytes have no sign in Windows-1252


def _gain(words: Iterable[str], read: Callable[[str], str | None]) -> int:
    """How many words become syllables by a reading, less those that are none by it."""
    gain = 0
    for word in words:
        found = read(word)
        if found is None or not is_syllable(found):
            gain -= not (found or "").isupper()  # an abbreviation, such as QĐ, is no syllable in any letters
        elif not is_syllable(word) or any(one.islower() and next_.isupper() for one, next_ in pairwise(word)):
            gain += 1  # nor is a word with a capital behind a small letter, such as tÕ
    return gain


def _has_letter(word: str) -> bool:
    """Whether it is more than one sign by itself, such as × or ·."""
    return len(word) > 1 or word.isalpha()


def _bytes(text: str) -> bytes | None:
    """The bytes that Windows-1252 shows as this text; none where it could not."""
    found = bytearray()
    for character in text:
        if ord(character) < 0x100:
            found.append(ord(character))
            continue
        try:
            found += character.encode("cp1252")
        except UnicodeEncodeError:
            return None
    return bytes(found)


def _numbered(match: re.Match[str]) -> str:
    number = int(match[1]) if match[1] else int(match[2], 16)
    return chr(number) if number < 0x2000 else "?"


def _is_vietnamese(letter: str) -> bool:
    """Whether it is a letter of Vietnamese that ASCII has not."""
    return not letter.isascii() and (letter in "đĐ" or unicodedata.normalize("NFD", letter)[0].isascii())


def _is_utf_7(shifted: str) -> bool:
    """Whether a run between + and - is letters of Vietnamese alone, as mail programs wrote them."""
    spare = len(shifted) * 6 % 16
    if spare >= 6:
        return False
    bits = int.from_bytes(base64.b64decode(shifted + "A" * (-len(shifted) % 4)), "big") >> (-len(shifted) % 4 * 6)
    if bits & ((1 << spare) - 1):
        return False
    size = (len(shifted) * 6 - spare) // 8
    letters = (bits >> spare).to_bytes(size, "big").decode("utf-16-be", "replace")
    marks = "".join(unicodedata.normalize("NFD", letter)[1:] for letter in letters)
    return all(map(_is_vietnamese, letters)) and set(marks) <= {*_TONES, *_VIQR_SHAPES.values()}


def _has_lost(words: Iterable[str]) -> bool:
    """A word that is a syllable with a letter in place of the mark; at a word's end, where questions end too, two."""
    marked = (match[1] for word in words if "?" in word and (match := _WITH_LOST.fullmatch(word)))
    lacking = [word for word in islice(dict.fromkeys(marked), _MOST_WORDS) if _lacks_a_letter(word)]
    return len(lacking) > 1 or any("?" in word.rstrip("?") for word in lacking)


def _lacks_a_letter(word: str) -> bool:
    parts = word.split("?")
    if (is_syllable(parts[0]) and not any(parts[1:])) or len(parts) - 1 > _MOST_LOST:
        return False
    tried = product(_COULD_BE_LOST, repeat=len(parts) - 1)
    return any(is_syllable("".join(chain(*zip(parts, (*letters, ""), strict=True)))) for letters in tried)


def _is_utf_8(content: bytes) -> bool:
    try:
        return not content.decode().isascii()
    except UnicodeDecodeError:
        return False


def _by_bytes(first: int, letters: str) -> Callable[[str], str | None]:
    def read(word: str) -> str | None:
        found = [chr(byte) if byte < 0x80 else _at(letters, byte - first) for byte in _bytes(word) or b""]
        return None if "?" in found else "".join(found)

    return read


def _at(letters: str, place: int) -> str:
    return letters[place] if 0 <= place < len(letters) else "?"


def _by_windows_1258(word: str) -> str | None:
    try:
        return unicodedata.normalize("NFC", (_bytes(word) or b"").decode("cp1258"))
    except UnicodeDecodeError:
        return None


def _by_vni(word: str) -> str | None:
    """The word; none where it holds what VNI has not."""
    pairs, pattern = _vni()
    lower = word.lower()
    if any(not part.isascii() for part in pattern.split(lower)):
        return None
    return unicodedata.normalize("NFC", pattern.sub(lambda match: pairs[match.group()], lower))


@cache
def _vni() -> tuple[dict[str, str], re.Pattern[str]]:
    pairs = dict(_VNI_ALONE)
    for base, letter in [*zip("aeouy", "aeouy", strict=True), ("ô", "ơ"), ("ö", "ư")]:
        pairs |= {base + accent: letter + tone for accent, tone in _VNI_TONES.items()}
    for base, shape in (("a", "\u0306"), ("a", "\u0302"), ("e", "\u0302"), ("o", "\u0302")):
        pairs |= {base + accent: base + shape + tone for accent, tone in _VNI_SHAPES[shape].items()}
    return pairs, re.compile("|".join(sorted(pairs, key=len, reverse=True)))


def _is_viqr(text: str) -> bool:
    """Two words that VIQR alone explains, or one with a shape and a tone on it: "a^n" may stand in a formula."""
    shaped = [token.strip('"!,;:') for token in text.split() if _VIQR_SHAPED.search(token)]
    read = [(token, _by_viqr(token)) for token in shaped]
    sure = [token for token, word in read if is_syllable(word) and not word.isascii()]
    return len(sure) > 1 or any(set(_VIQR_TONES).intersection(token.rstrip(".")) for token in sure)


def _by_viqr(token: str) -> str:
    def shape(match: re.Match[str]) -> str:
        base, mark = (part for part in match.groups() if part)
        return base + _VIQR_SHAPES[mark]

    shaped = _VIQR_SHAPED.sub(shape, token.lower().replace("dd", "đ"))
    return unicodedata.normalize("NFC", _VIQR_TONED.sub(lambda m: m[1] + _VIQR_TONES[m[2]], shaped))


_READERS: dict[str, Callable[[str], str | None]] = {
    TCVN3: _by_bytes(0xA1, _TCVN3_LETTERS),
    VNI: _by_vni,
    VISCII: _by_bytes(0x80, _VISCII_LETTERS),
    VPS: _by_bytes(0x80, _VPS_LETTERS),
    WINDOWS_1258: _by_windows_1258,
}
