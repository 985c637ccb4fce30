"""A block pasted into a sheet: which figure each cell belongs to, and what it says, for a reader of each language."""

from __future__ import annotations

import pytest

from tracker.home.sheet.pasting import Line, Pasted, read, reread
from tracker.progress.limits import Limits

FILES = Limits.of("keep", "hồ sơ", ratio=True, direction="at_least", terms=())
DAYS = Limits.of("reach", "days", ratio=False, direction="at_most", terms=())
SHARE = Limits.of("reach", "percent", ratio=False, direction="at_least", terms=())
COUNTED = Limits.of("reach", "procedures", ratio=False, direction="at_least", terms=())
LINES = [
    Line("t1", "T01", ("Hồ sơ đúng hạn", "Files on time"), True, FILES),
    Line("t2", "T02", ("Ngày giải quyết", "Days"), False, DAYS),
    Line("t3", "T03", ("Mức hài lòng", "Satisfaction"), False, SHARE),
    Line("t4", "T04", ("Thủ tục cắt giảm", "Procedures cut"), False, COUNTED),
    Line("t5", "T05", ("Đã gửi", "Sent"), False, SHARE, locked="it was sent"),
]


def taken(found: Pasted) -> dict[str, dict[str, str]]:
    """What would be typed, by figure and field."""
    return {token: {cell.name: cell.typed for cell in cells if cell.typed} for token, cells in found.cells.items()}


def faults(found: Pasted) -> dict[str, str]:
    return {token: str(cell.fault) for token, cells in found.cells.items() for cell in cells if cell.fault}


def test_a_column_goes_down_the_sheet_from_the_row_that_was_chosen() -> None:
    found = read("12\n33,3\n\n", LINES, language="vi", start="t2")
    assert taken(found) == {"t2": {"value": "12"}, "t3": {"value": "33,3"}}
    assert not found.strangers


def test_an_empty_cell_changes_nothing_and_holds_its_place() -> None:
    found = read("12\n\n234", LINES, language="vi", start="t2")
    assert taken(found) == {"t2": {"value": "12"}, "t4": {"value": "234"}}


def test_names_and_codes_find_their_rows_in_any_order() -> None:
    found = read("t04\t234\nMức  hài LÒNG\t85\nFiles on time\t95\t100", LINES, language="vi")
    assert taken(found) == {
        "t4": {"value": "234"},
        "t3": {"value": "85"},
        "t1": {"numerator": "95", "denominator": "100"},
    }


def test_what_belongs_nowhere_is_shown_with_its_row() -> None:
    found = read("T04\t234\nSở Không Có\t5\tghi chú\nT04\t235\nT02\t3\t4", LINES, language="vi")
    assert [(one.row, one.text) for one in found.strangers] == [
        (2, "Sở Không Có · 5 · ghi chú"),
        (3, "T04 · 235"),
        (4, "4"),
    ]
    assert taken(found) == {"t4": {"value": "234"}, "t2": {"value": "3"}}
    found = read("1\n2\n3", LINES, language="vi", start="t4")
    assert [one.row for one in found.strangers] == [2, 3], "what cannot be written, and what lies below the sheet"


def test_figures_that_are_called_alike_are_told_by_their_codes() -> None:
    alike = [*LINES, Line("t6", "T06", ("Ngày giải quyết",), False, DAYS)]
    found = read("Ngày giải quyết\t3\nT06\t4", alike, language="vi")
    assert "code" in str(found.strangers[0].why)
    assert taken(found) == {"t6": {"value": "4"}}


def test_headings_say_what_stands_in_the_columns() -> None:
    text = "Target\tNote of ours\tExplanation\tWhole\tPart\nT01\tx\tchậm\t96\t80"
    found = read(text, LINES, language="vi")
    assert taken(found) == {"t1": {"narrative": "chậm", "denominator": "96", "numerator": "80"}}
    assert [one.text for one in found.strangers] == ["x"]
    found = read("Figure\n3", LINES, language="vi", start="t2")
    assert taken(found) == {"t2": {"value": "3"}}


def test_a_second_column_of_words_is_the_explanation() -> None:
    found = read('3\t"vì mưa\nvà lũ"\n85\t', LINES, language="vi", start="t2")
    assert taken(found) == {"t2": {"value": "3", "narrative": "vì mưa\nvà lũ"}, "t3": {"value": "85"}}
    found = read("80\t96\tchậm", LINES, language="vi")
    assert taken(found) == {"t1": {"numerator": "80", "denominator": "96", "narrative": "chậm"}}
    assert taken(read("96\tchậm", LINES, language="vi", start="t1", name="denominator")) == {
        "t1": {"denominator": "96", "narrative": "chậm"}
    }


@pytest.mark.parametrize(
    ("language", "text", "typed"),
    [
        ("vi", "33,3", "33,3"),
        ("vi", "12,5", "12,5"),
        ("en", "33.3", "33.3"),
        ("vi", "1\u00a0447", "1.447"),
        ("vi", "0,125", "0,125"),
    ],
)
def test_a_number_is_read_by_the_custom_of_the_reader(language: str, text: str, typed: str) -> None:
    assert taken(read(text, LINES, language=language, start="t2")) == {"t2": {"value": typed}}


@pytest.mark.parametrize(("language", "text"), [("vi", "33.3"), ("en", "33,3"), ("en", "12,5"), ("vi", "12.5")])
def test_a_number_of_another_custom_is_told_and_never_becomes_another_one(language: str, text: str) -> None:
    found = read(text, LINES, language=language, start="t2")
    assert taken(found) == {"t2": {}}
    assert "for decimals" in faults(found)["t2"]
    assert found.custom == {"vi": "en", "en": "vi"}[language]
    shown = {"vi": text.replace(".", ","), "en": text.replace(",", ".")}[language]
    assert taken(read(text, LINES, language=language, custom=found.custom, start="t2")) == {"t2": {"value": shown}}


def test_what_can_be_read_in_two_ways_is_asked_and_the_block_can_answer() -> None:
    found = read("1.447", LINES, language="vi", start="t2")
    assert found.asks
    assert taken(found) == {"t2": {}}
    assert "1447 or 1.447" in faults(found)["t2"].replace("1,447", "1.447")
    answered = read("1.447", LINES, language="vi", custom="vi", start="t2")
    assert taken(answered) == {"t2": {"value": "1.447"}}
    other = read("1.447", LINES, language="vi", custom="en", start="t2")
    assert taken(other) == {"t2": {"value": "1,447"}}
    by_its_neighbour = read("1.447\n33,3", LINES, language="vi", start="t2")
    assert taken(by_its_neighbour) == {"t2": {"value": "1.447"}, "t3": {"value": "33,3"}}
    against = read("1.447\n33.3", LINES, language="vi", start="t2")
    assert against.asks
    assert taken(against) == {"t2": {}, "t3": {}}


def test_what_is_counted_in_whole_numbers_answers_too() -> None:
    assert taken(read("1.447", LINES, language="vi", start="t4")) == {"t4": {"value": "1.447"}}
    assert read("1,447", LINES, language="vi", start="t4").asks, "1,447 procedures cannot be: perhaps 1447 are meant"


def test_the_marks_of_names_say_nothing_of_numbers() -> None:
    lines = [Line("t2", "1.2", ("Ngày",), False, DAYS), Line("t3", "1.3", ("Mức",), False, SHARE)]
    assert read("1.2\t1.447\n1.3\t5", lines, language="vi").asks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#DIV/0!", "error of the sheet"),
        ("#N/A", "error of the sheet"),
        ("########", "error of the sheet"),
        ("95%", "without the percent sign"),
        ("01/05/2021", "A day stands there"),
        ("–", "no number"),
        ("chín mươi", "in digits"),
        ("=A1+1", "formula"),
        ("1,2E+05", "in digits"),
    ],
)
def test_what_says_nothing_is_told_beside_its_cell(text: str, said: str) -> None:
    found = read(f"{text}\n85", LINES, language="vi", start="t2")
    assert said in faults(found)["t2"]
    assert taken(found) == {"t2": {}, "t3": {"value": "85"}}
    assert found.cells["t2"][0].text == text, "as it was pasted"


def test_what_cannot_be_written_is_told_why() -> None:
    found = read("5\n6", LINES, language="vi", start="t4")
    assert taken(found) == {"t4": {"value": "5"}}
    assert [(one.text, str(one.why)) for one in found.strangers] == [("6", "it was sent")]


def test_what_was_shown_comes_back_as_it_is_typed_now() -> None:
    sent = {("t2", "value"): "1.447", ("t3", "value"): "95%", ("t1", "narrative"): "chậm", ("t5", "value"): "5"}
    cells = reread(LINES, sent, "vi")
    assert {token: [(cell.typed, bool(cell.fault)) for cell in found] for token, found in cells.items()} == {
        "t1": [("chậm", False)],
        "t2": [("1.447", False)],
        "t3": [("", True)],
        "t5": [("", True)],
    }
