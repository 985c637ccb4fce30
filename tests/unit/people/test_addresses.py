"""Mail addresses are held against what mail can be sent to."""

from __future__ import annotations

import pytest

from tracker.core.errors import FieldError
from tracker.people.addresses import checked_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("binh@sởyte.vn", "binh@xn--syte-0z5a.vn"),
        ("BINH@XN--SYTE-0Z5A.vn", "binh@xn--syte-0z5a.vn"),
        ("binh@xn--fa-hia.de", "binh@xn--fa-hia.de"),
        ("binh@mail.xn--p1ai", "binh@mail.xn--p1ai"),
        ("a-b@so-y-te.vn", "a-b@so-y-te.vn"),
    ],
)
def test_a_domain_of_other_letters_is_stored_as_it_is_sent(typed: str, stored: str) -> None:
    assert checked_address(typed) == stored


@pytest.mark.parametrize(
    "domain",
    ["xn--abc.vn", "xn--.vn", "xn--a.vn", "xn--zz-zz.vn", "so.xn--99999999.vn", "ab--cd.vn", "XN--ABC.vn", "xn--a-.vn"],
)
def test_a_domain_that_only_looks_like_one_of_other_letters_is_refused(domain: str) -> None:
    with pytest.raises(FieldError) as refused:
        checked_address(f"binh@{domain}")
    assert refused.value.field == "email"


@pytest.mark.parametrize(("local", "taken"), [("o'brien", True), ("'binh", False), ("binh'", False), ("`binh", False)])
def test_an_apostrophe_at_an_end_is_no_part_of_an_address(local: str, taken: bool) -> None:
    if taken:
        assert checked_address(f"{local}@example.vn") == f"{local}@example.vn"
        return
    with pytest.raises(FieldError):
        checked_address(f"{local}@example.vn")
