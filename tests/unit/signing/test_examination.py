"""What holds of a file that was signed outside: one table of cases, by an authority that is thrown away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
import time_machine

from tests.factories import signed_files
from tests.factories.signed_files import appended, frozen
from tests.support import pdfa, pki
from tests.support.pki import DAY, Authority, Holder, sign
from tracker.signing.outside.certificates import Trust
from tracker.signing.outside.examination import Examined, examine
from tracker.signing.outside.faults import Fault
from tracker.signing.sides import BODY, PPC

AT = pki.now()
HEAD, CHAIR = "Nguyễn Văn An", "Trần Thị Bình"
EXPECTED = {BODY: [HEAD, "Sở Nội vụ"], PPC: [CHAIR]}


OURS, STRANGERS = "Thử nghiệm", "Người lạ"


@pytest.fixture(autouse=True)
def _at() -> Iterator[None]:
    """All of it is signed at the instant at which it is looked at, however long the suite has run by then."""
    with time_machine.travel(AT, tick=False):
        yield


@cache
def authority(name: str) -> Authority:
    return Authority(AT, name)


@cache
def _holder(name: str, by: str, **told: Any) -> Holder:
    return authority(by).holder(name, **told)


def holder(name: str = HEAD, by: str = OURS, **told: Any) -> Holder:
    return _holder(name, by, **told)


@cache
def trust() -> Trust:
    ca = authority(OURS)
    return Trust([ca.root.certificate], [ca.issuing.certificate], ca.lists(holder("Lê Bị Thu Hồi").certificate))


@cache
def signed(name: str = HEAD, side: str = BODY, **told: Any) -> bytes:
    return sign(frozen(), holder(name, **told), side)


@cache
def signed_twice() -> bytes:
    return sign(signed(), holder(CHAIR), PPC)


def flipped(pdf: bytes, place: int) -> bytes:
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def over(change: Callable[[Any], None]) -> bytes:
    """Changed first, and signed over it: the signature itself is whole."""
    return sign(appended(frozen(), change), holder(), BODY)


def after(change: Callable[[Any], None]) -> bytes:
    """Signed first, and changed then."""
    return appended(signed(), change)


def of_another() -> bytes:
    """The head's signature of another document, put behind this one."""
    other = frozen(4)
    return frozen() + sign(other, holder(), BODY)[len(other) :]


def locked() -> bytes:
    from pyhanko.sign.fields import MDPPerm  # noqa: PLC0415

    return sign(frozen(), holder(), BODY, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)


def given(fault: Fault) -> Any:
    """Who signs it with a certificate that does not hold."""
    made = {
        Fault.ANOTHER_SIGNER: lambda: holder("Phạm Văn Cường"),
        Fault.EXPIRED: lambda: holder(since=AT - 20 * DAY, until=AT - DAY),
        Fault.NOT_YET: lambda: holder(since=AT + DAY),
        Fault.REVOKED: lambda: holder("Lê Bị Thu Hồi"),
        Fault.UNTRUSTED: lambda: holder(by=STRANGERS),
        Fault.NOT_FOR_SIGNING: lambda: holder(signs=False),
    }
    return lambda: sign(frozen(), made[fault](), BODY)


CASES: dict[str, tuple[Callable[[], bytes], Fault | None]] = {
    "right": (signed, None),
    "right, both": (signed_twice, None),
    "right, the other order": (lambda: sign(signed(CHAIR, PPC), holder(), BODY), None),
    "right, of the office": (lambda: sign(frozen(), holder("", organisation="Sở  Nội Vụ"), BODY), None),
    "unsigned": (frozen, Fault.UNSIGNED),
    "nothing but a change that says nothing": (lambda: appended(frozen(), lambda w: w.update_root()), Fault.UNSIGNED),
    **{str(one): (given(one), one) for one in (
        Fault.ANOTHER_SIGNER, Fault.EXPIRED, Fault.NOT_YET, Fault.REVOKED, Fault.UNTRUSTED, Fault.NOT_FOR_SIGNING,
    )},
    "in the other's field": (lambda: signed(HEAD, PPC), Fault.ANOTHER_SIGNER),
    "in a field of its own": (lambda: sign(frozen(), holder(), "Signature1"), Fault.ANOTHER_FIELD),
    "another hash": (lambda: sign(frozen(), holder(), BODY, md_algorithm="sha512"), Fault.OTHER_HASH),
    "locks": (locked, Fault.LOCKS),
    "a byte of the content": (lambda: flipped(signed(), 5_000), Fault.NOT_OURS),
    "a byte of what was signed besides": (lambda: flipped(signed(), signed().index(b"/M (D") + 20), Fault.BROKEN),
    "another document's signature": (of_another, Fault.DAMAGED),
    "another document": (lambda: sign(frozen(4), holder(), BODY), Fault.NOT_OURS),
    "a note over it, signed": (lambda: over(signed_files.note), Fault.NOTE_ADDED),
    "a note after it (hide)": (lambda: after(signed_files.note), Fault.NOTE_ADDED),
    "a page, signed": (lambda: over(signed_files.further_page), Fault.PAGE_ADDED),
    "a page after it": (lambda: after(signed_files.further_page), Fault.PAGE_ADDED),
    "a field moved, signed": (lambda: over(signed_files.moved_field), Fault.FIELD_CHANGED),
    "a field moved after it": (lambda: after(signed_files.moved_field), Fault.FIELD_CHANGED),
    "a field filled in": (lambda: after(signed_files.text_field), Fault.ANOTHER_FIELD),
    "other content, signed": (lambda: over(signed_files.other_content), Fault.CONTENT_CHANGED),
    "other content after it (replace)": (lambda: after(signed_files.other_content), Fault.CONTENT_CHANGED),
    "other letters after it (replace)": (lambda: after(signed_files.other_letters), Fault.CONTENT_CHANGED),
    "other pages after it (hide and replace)": (lambda: after(signed_files.other_catalogue), Fault.PAGE_ADDED),
    "a font that is not embedded": (lambda: sign(frozen(), holder(), BODY, stamped=True), Fault.NOT_ARCHIVAL),
    "another standard": (lambda: over(signed_files.not_archival), Fault.NOT_ARCHIVAL),
    "a program in it": (lambda: over(signed_files.action), Fault.ACTS),
    "behind its end": (lambda: signed() + b"<html>", Fault.DAMAGED),
    "cut off": (lambda: signed()[:-300], Fault.DAMAGED),
}  # fmt: skip


def found(pdf: bytes, believed: Trust | None = None, later: timedelta = timedelta()) -> Examined:
    return examine(frozen(), pdf, believed or trust(), AT + later, EXPECTED)


def faults(result: Examined) -> list[Fault]:
    return [fault for fault in (result.fault, *(one.fault for one in result.signatures)) if fault is not None]


@pytest.mark.parametrize("case", CASES)
def test_each_file_is_taken_or_refused_for_its_own_reason(case: str) -> None:
    made, fault = CASES[case]
    assert faults(found(made())) == ([fault] if fault else [])


def test_who_signed_is_told() -> None:
    head, chair = found(signed_twice()).signatures
    assert (head.field, head.certificate["name"], head.certificate["issuer"]) == (BODY, HEAD, "Cấp Thử nghiệm")
    assert (chair.field, chair.certificate["name"], len(chair.chain)) == (PPC, CHAIR, 3)


@pytest.mark.parametrize(
    ("lists", "later", "fault"),
    [
        ((), timedelta(), Fault.UNDETERMINED),
        ("fresh", 8 * DAY, Fault.UNDETERMINED),
        ("fresh", timedelta(), None),
        ("of strangers", timedelta(), Fault.UNDETERMINED),
    ],
)
def test_without_a_fresh_list_it_is_undetermined(lists: str, later: timedelta, fault: Fault | None) -> None:
    ca = authority(OURS)
    held = {"fresh": ca.lists(), "of strangers": authority(STRANGERS).lists()}.get(lists, ())
    believed = Trust([ca.root.certificate], [ca.issuing.certificate], held)
    assert faults(found(signed(), believed, later)) == ([fault] if fault else [])


def test_a_list_of_the_same_name_by_another_key_says_nothing() -> None:
    ca, other = authority(OURS), Authority(AT)
    believed = Trust([ca.root.certificate], [ca.issuing.certificate], other.lists())
    assert faults(found(signed(), believed)) == [Fault.UNDETERMINED]


def test_a_clock_that_goes_a_day_before() -> None:
    assert faults(found(signed(), later=-DAY)) == [Fault.UNDETERMINED]


def test_each_signature_leaves_it_pdf_a() -> None:
    assert list(pdfa.faults(signed())) == []
    assert list(pdfa.faults(signed_twice())) == []


@pytest.mark.parametrize("end", range(40, 17_000, 1_262))
def test_whatever_is_cut_off_or_flipped_is_refused(end: int) -> None:
    """No broken file is an error of ours. What stands in the signature's own place and is not signed (padding, a copy
    of the authority's certificate) may be another: who signed is told all the same."""
    place = len(frozen()) + end
    if place < len(signed()):
        assert faults(found(signed()[:place]))
        result = found(flipped(signed(), place))
        (right,) = found(signed()).signatures
        assert faults(result) or (_in_signature(place) and result.signatures == [right])


def _in_signature(place: int) -> bool:
    (told,) = re.findall(rb"/ByteRange \[0 (\d+) (\d+)", signed())
    begin, end = map(int, told)
    return begin < place < end
