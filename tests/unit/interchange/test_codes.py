"""What a code is, is said in two places: in the schema that others write packages by, and where bodies are entered."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tracker.agencies.kinds import GROUPS, KINDS, NAME
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


@given(st.text(st.one_of(st.sampled_from("abz09-_A đ"), st.characters()), max_size=45))
@example("a" * 40)
@example("a" * 41)
@example("department\n")
def test_kinds_and_groups_are_named_alike(text: str) -> None:
    by_package = Draft202012Validator(schema.document()["$defs"]["name_of_kind"]).is_valid(text)
    assert (NAME.fullmatch(text) is not None) == (by_package and not text.endswith("\n"))


def test_those_that_the_product_offers_can_be_carried() -> None:
    assert all(NAME.fullmatch(code) for code in [*KINDS, *GROUPS])
