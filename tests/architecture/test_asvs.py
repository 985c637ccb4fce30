"""The checklist docs/asvs.md: every requirement of levels 1 and 2 stands in it, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
PAGE = (HOME / "docs" / "asvs.md").read_text()
# How many requirements of levels 1 and 2 each chapter of the standard (4.0.3) has.
CHAPTERS = {1: 38, 2: 53, 3: 18, 4: 9, 5: 30, 6: 13, 7: 12, 8: 15, 9: 7, 10: 5, 11: 8, 12: 15, 13: 13, 14: 23}
LINE = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| L([12]) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
LINES = [match.groups() for match in LINE.finditer(PAGE)]
TESTS = sorted({(match[1], match[2]) for match in TEST.finditer(PAGE)}, key=str)


def test_every_requirement_stands_there_once_and_in_order() -> None:
    numbers = [(int(chapter), int(section), int(item)) for chapter, section, item, *_rest in LINES]
    assert numbers == sorted(set(numbers))
    found = {chapter: sum(number[0] == chapter for number in numbers) for chapter in CHAPTERS}
    assert found == CHAPTERS
    assert PAGE.count("\n| ") == len(LINES) + len(CHAPTERS), "each line can be read; each chapter has a head"


def test_every_answer_is_a_test_a_reason_or_open() -> None:
    for *number, _level, _what, answer in LINES:
        assert TEST.search(answer) or answer.startswith(("reason: ", "n/a: ", "open: ")), number


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_the_tests_exist(path: str, name: str | None) -> None:
    tree = ast.parse((HOME / path).read_text())
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert name is None or name in names
    assert any(found.startswith("test_") for found in names)
