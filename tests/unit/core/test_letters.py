"""Letters of a text: those of before Unicode are told by their name, honest ones are not, and what nobody sees goes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tracker.core import legacy_letters, letters
from tracker.interchange.judging import schema

VIETNAMESE = (
    "Sở Giáo dục và Đào tạo",
    "Sở Nông nghiệp và Môi trường",
    "Ủy ban nhân dân tỉnh Quảng Ngãi",
    "Nguyễn Thị Thuý Hoà",
    "Huỳnh Quốc Toản",
    "Khuỷu quýt gìn giữ giếng, khoản 2 điều 5",
    "QĐ-UBND về việc giao chỉ tiêu năm 2026",
)
# The same names as each encoding has them, seen as Unicode: as Word, Excel and mail programs paste them.
OLD = {
    "TCVN3 (ABC)": [
        "Së Gi¸o dôc vµ §µo t¹o",
        "Së N«ng nghiÖp vµ M«i tr\u00adêng",
        "NguyÔn ThÞ Thuý Hoµ",
        "UBND tØnh",
        "Hµ Néi",
        "Bé Y tÕ",  # "bé" is a syllable in Unicode too; the capital within a word tells
        "Q§-UBND vÒ viÖc giao chØ tiªu",
    ],
    "VNI": ["Sôû Giaùo duïc vaø Ñaøo taïo", "Sôû Noâng nghieäp vaø Moâi tröôøng", "ÑAËNG THÒ AÙNH", "Nguyeãn Vaên An"],
    "VISCII": [
        # As `iconv -t VISCII` writes them.
        legacy_letters.single_bytes(b"S\xb7 Gi\xe1o d\xf8c v\xe0 \xd0\xe0o t\xd5o"),
        legacy_letters.single_bytes(b"S\xb7 N\xf4ng nghi\xae\x70 v\xe0 M\xf4i tr\xdf\xb6ng"),
        legacy_letters.single_bytes(b"Nguy\xadn Th\xb8 B\xecnh"),
    ],
    "VPS": [
        legacy_letters.single_bytes(b"S\xaa Gi\xe1o d\xf8c v\xe0 \xf1\xe0o t\xe5o"),
        legacy_letters.single_bytes(b"S\xaa N\xf4ng nghi\x8cp v\xe0 M\xf4i tr\xdc\xa9ng"),
        legacy_letters.single_bytes(b"Nguy\xcdn Th\xce B\xecnh"),
        legacy_letters.single_bytes(b"\xd1y ban nh\xe2n d\xe2n t\xccnh"),
    ],
    "VIQR": ["So+? Gia'o du.c va` DDa`o ta.o", "Nguye^~n Va(n An", "Le^ Va(n"],
    "Windows-1258": [],
    "UTF-7": [],
    "UTF-8": [],
    # As forms of web pages, and programs that escape what they cannot write.
    "NCR": ["S&#7903; Y t&#7871;", "&#x1EDF;", r"S\u1edf Y t\u1ebf", r"S\x1EDF", "Nguy&#234;n"],
    # As Excel saves a CSV where Windows speaks no Vietnamese.
    "?": ["S? X?y d?ng", "Nguy?n V?n An", "?y ban nhân dân", "S? Y t?", "tr??ng h?c (c?)", "Tr??ng", "UBND t?nh"],
}
for name in VIETNAMESE:
    composed = [unicodedata.normalize("NFD", letter) for letter in name]
    shaped = "".join(
        unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in legacy_letters._TONES))
        + "".join(mark for mark in marks if mark in legacy_letters._TONES)
        for marks in composed
    )
    OLD["Windows-1258"].append(legacy_letters.single_bytes(shaped.encode("cp1258")))
    OLD["UTF-7"].append(name.encode("utf-7").decode())
    OLD["UTF-8"].append(legacy_letters.single_bytes(name.encode()))
HONEST = (
    *VIETNAMESE,
    *("Yên Bái", "Hà Giang", "Krông Nô", "Kông Chro", "Ê Đê", "Cư M'gar", "thùng", "qúy", "TÔ LÝ", "ông Bùi Gia"),
    *("José Müller", "Chloé Noël", "Zoë", "Łódź", "Curaçao", "naïve façade", "İstanbul", "日本", "Москва"),
    *("50 m²", "km², m³", "100 µm", "µg/m³", "20 °C", "5 × 3", "±5 %", "½", "1ª", "§ 5", "©", "Co., © 2020", "€5"),
    *("“Hà”", "«Nam»", "Phòng · A", "50–60 ‰", "‘a’ …", "a^2 + b^2", "e^x", "C++", "nhóm O+.", "O+.", "no.", "(a)"),
    *("Có?", "Tại sao? Khi nào?", "có?không", "nhóm B?", "a?b=1", "https://x.vn/t?q=y", "ai?", "?", "??", "x ?: y"),
    *("A&#38;B", "&amp;", r"C:\\users", r"\\unit", "#7903;", "&#1;", "(2 điểm?)", "OK?", "yes?no", "TTHC? DVC?"),
    *("T+AAAA", "A+Bcd", "1+234", "x+yz-", "C++Ab/", "+84912345678", "nhóm A+B+C+D", "E+AOs", "a+Ht", "Q+////"),
    *("name@example.vn", "12/QĐ-UBND", "1.447,5", ""),
)


@pytest.mark.parametrize(("encoding", "text"), [(name, text) for name, texts in OLD.items() for text in texts])
def test_letters_of_before_unicode_are_told_by_their_name(encoding: str, text: str) -> None:
    assert legacy_letters.encoding(text) == encoding
    assert letters.fault(text) is not None


@pytest.mark.parametrize("text", HONEST)
def test_honest_letters_are_taken(text: str) -> None:
    assert letters.fault(text) is None
    assert letters.fault(unicodedata.normalize("NFD", text)) is None


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07", "S\x85\x9d", "\ud800", "\ue123", "\ufffe", "m\ufffdt", "A" + "\u0301" * 6]
)
def test_what_cannot_be_shown_is_told(text: str) -> None:
    assert letters.fault(text) is not None


UNSEEN = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\u3164\ufe0f\ufeff\U000e0041"
)


@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_what_nobody_sees_is_taken_out(sign: str) -> None:
    assert letters.line(f"{sign}SX{sign}D{sign} ") == "SXD"
    assert letters.folded(f"sx{sign}d") == letters.folded("SXD")
    assert letters.passage(f"a{sign}\r\nb") == "a\nb"
    assert letters.taken(f"đ{sign}") == "đ"


@pytest.mark.parametrize(
    ("text", "nothing"), [(".", True), (" – … ", True), ("", True), ("a", False), ("x.", False), ("7", False)]
)
def test_dots_and_dashes_say_nothing(text: str, nothing: bool) -> None:
    assert letters.says_nothing(text) is nothing


def test_letters_that_may_be_lost_are_looked_for_in_a_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(legacy_letters, "is_syllable", asked.append)
    assert legacy_letters.encoding(" ".join(f"q{'x' * n}??z" for n in range(1_000))) is None
    assert 0 < len(asked) < 20_000


@pytest.mark.parametrize("sign", ["\u2800", "\U0001d159"], ids=["braille", "musical"])
def test_a_sign_that_is_drawn_as_a_blank_is_one(sign: str) -> None:
    assert letters.line(f"Sở{sign}Y{sign}{sign}tế{sign}") == "Sở Y tế"
    assert letters.passage(f"{sign}Sở{sign}Y tế") == "Sở Y tế"
    assert letters.code(f"SYT{sign}") == "SYT"


def test_a_gap_is_one_blank_and_a_line_ends_in_one_way() -> None:
    assert letters.line("\u00a0Sở\u3000Xây \t dựng\u2028") == "Sở Xây dựng"
    assert letters.passage(" a\u00a0 b\u2028c\r\nd\re\x0bf ") == "a  b\nc\nd\ne\nf"


def test_what_is_told_stays_as_it_was_sent() -> None:
    """In TCVN3 the ư of “trường” is the soft hyphen: taken out, nothing would tell the rest."""
    assert letters.taken("M«i tr\u00adêng") == "M«i tr\u00adêng"


@pytest.mark.parametrize(
    ("one", "other"),
    [("SXD", "sxd"), ("SXD", "ＳＸＤ"), ("STTTT-Đ", "sttTT-đ"), ("SXD", " SXD\u2060"), ("Straße", "STRASSE")],
)
def test_codes_that_differ_in_what_one_does_not_see_are_one(one: str, other: str) -> None:
    assert letters.folded(one) == letters.folded(other)


def test_other_codes_are_others() -> None:
    assert len({letters.folded(code) for code in ("SXD", "SXĐ", "SX-D", "SXD1")}) == 4
    assert letters.alphabets("SXĐ-12") == {"LATIN"}
    assert letters.alphabets("SХD") == {"LATIN", "CYRILLIC"}, "the second letter is none of ours"


@given(st.text(st.one_of(st.sampled_from("aởĐ \u00a0\u00ad\u200b\u0301\r\n\t"), st.characters()), max_size=40))
@example("Â¡\x85")  # without the end of its line it is what a wrong encoding makes of a sign
def test_what_a_form_takes_a_package_takes(text: str) -> None:
    """Whatever was typed: what is stored of it is stored so when it comes again, and no package is refused for it."""
    if letters.fault(text) is not None:
        return
    for shape, kind in ((letters.line, "line"), (letters.passage, "passage")):
        stored = shape(text)
        assert shape(stored) == stored == letters.taken(stored)
        if stored:
            assert Draft202012Validator(schema.document()["$defs"][kind]).is_valid(stored)
            assert schema.is_of_letters(stored)


@pytest.mark.parametrize(
    ("asked", "found"),
    [("PAR-2021", "PAR-2021"), ("par-2021", "par-2021"), ("Đm-1", "ĐM-1"), ("ＰＡＲ-2021", "PAR-2021"), ("x", None)],
)
def test_a_code_is_meant_in_any_case(asked: str, found: str | None) -> None:
    assert letters.meant(asked, ["PAR-2021", "par-2021", "ĐM-1"]) == found
