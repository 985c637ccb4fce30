"""What a code is, is said in two places: in the schema that others write packages by, and where bodies are entered."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tracker.agencies.service import CODE
from tracker.interchange import schema

SCHEMA = {**schema.document()["$defs"]["code"]}


def by_schema(text: str) -> bool:
    return Draft202012Validator(SCHEMA).is_valid(text) and not text.endswith("\n")


@given(st.text(st.one_of(st.sampled_from('./ ABc1đ\\"#%&<>?\n\t\x7f\u00a0'), st.characters()), max_size=45))
@example(".")
@example("A" * 40)
@example("A" * 41)
def test_both_take_the_same(text: str) -> None:
    assert (CODE.fullmatch(text) is not None) == by_schema(text)


@pytest.mark.parametrize(
    ("code", "is_one"), [(".", False), ("..", False), ("." * 40, False), (".A", True), ("A..", True)]
)
def test_dots_alone_are_none(code: str, is_one: bool) -> None:
    assert by_schema(code) == is_one
