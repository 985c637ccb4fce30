"""Where a form may lead back to: never to another site."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.web.preferences import safe_next


@pytest.mark.parametrize(
    "target", ["/", "/targets", "/targets?sort=-due&page=abc", "/a/b#c", "/s%E1%BB%9F", "/x?next=//y"]
)
def test_paths_of_ours(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "targets",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\\..\\b",
        " /a",
        "/a b",
        "/a\x7f",
        "https://evil.example/",
        "https:evil.example",
        "javascript:alert(1)",
        "?a=b",
        "@evil.example",
        "//[",
    ],
)
def test_other_places_are_the_first_page(target: str | None) -> None:
    assert safe_next(target) == "/"


@given(target=st.text(max_size=40))
def test_whatever_is_asked_stays_here(target: str) -> None:
    found = safe_next(target)
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
