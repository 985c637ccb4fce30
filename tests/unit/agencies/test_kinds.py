"""What somebody means who types a kind of body or a peer group: by its code, or by its name in either language."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.agencies.kinds import NAME, group_of, group_to_type, kind_of
from tracker.core import languages
from tracker.core.errors import FieldError

APP = Flask(__name__)
languages.init_app(APP)


def meant(ask: object, text: str, in_use: set[str]) -> str:
    """What is meant, or the field beside which it is refused."""
    with APP.app_context():
        try:
            return str(ask(text, in_use))  # type: ignore[operator]
        except FieldError as refusal:
            return f"! {refusal.field}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("department", "department"),
        ("Department", "department"),
        ("Sở, ban, ngành", "department"),
        ("SỞ, BAN,  NGÀNH", "department"),
        ("So\u031b\u0309, ban, ngành", "department"),
        ("Department or sector", "department"),
        ("commune or ward", "commune"),
        ("board", "board"),
        ("Board", "board"),
        ("Sở", "! kind"),
        ("departments", "! kind"),
        ("bodies", "! kind"),
        ("", "! kind"),
    ],
)
def test_a_kind(text: str, kind: str) -> None:
    assert meant(kind_of, text, {"department", "board"}) == kind


@pytest.mark.parametrize(
    ("text", "in_use", "group"),
    [
        ("departments", set(), "departments"),
        ("Departments and sectors", {"departments"}, "departments"),
        ("Sở, ban, ngành", {"department"}, "department"),
        ("Sở, ban, ngành", set(), "departments"),
        ("khoi-1", set(), "khoi-1"),
        ("KHOI-1", {"khoi-1"}, "khoi-1"),
        ("Khối 1", set(), "! peer_group"),
        ("KHOI-1", set(), "! peer_group"),
        ("k" * 41, set(), "! peer_group"),
    ],
)
def test_a_peer_group(text: str, in_use: set[str], group: str) -> None:
    assert meant(group_of, text, in_use) == group


@pytest.mark.parametrize(
    ("group", "in_use", "typed"),
    [
        ("departments", {"departments"}, "Sở, ban, ngành"),
        ("departments", {"department", "departments"}, "departments"),  # the name would mean the other one
        ("khoi-1", {"departments", "khoi-1"}, "khoi-1"),
    ],
)
def test_a_peer_group_is_shown_as_somebody_types_it(group: str, in_use: set[str], typed: str) -> None:
    with APP.app_context(), languages.in_language("vi"):
        assert group_to_type(group, in_use) == typed
    assert meant(group_of, typed, in_use) == group


@given(st.text(max_size=45))
def test_whatever_is_typed_a_package_can_carry_what_is_stored_of_it(text: str) -> None:
    for ask in (kind_of, group_of):
        found = meant(ask, text, {"department"})
        assert found.startswith("! ") or NAME.fullmatch(found)
