"""One form for one content: the bytes of RFC 8785, and no document that is not of the format."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import rfc8785

from tests.factories import documents
from tracker.signing.codes import digest
from tracker.signing.documents.canonical import DocumentFault, canonical, read
from tracker.signing.words import KINDS

MADE = {
    "commitment": documents.commitment(),
    "amendment": documents.amendment(),
    "assessment": documents.assessment(),
}


@pytest.mark.parametrize("kind", MADE)
def test_the_bytes_are_those_of_rfc_8785(kind: str) -> None:
    """Keys in order, no room between, letters as they are: what json writes so, for texts and whole numbers."""
    document = MADE[kind]
    plain = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert canonical(document) == plain
    assert canonical(json.loads(json.dumps(document))) == plain
    assert read(plain) == document


def test_none_is_without_a_form() -> None:
    """Letters have one of their own: tests/integration/urging."""
    assert {*KINDS} == {*MADE, "urging", "apology"}


def test_a_content_keeps_its_hash_for_ever() -> None:
    """It is signed: another one, and every signature of before would be of something else."""
    assert digest(canonical(documents.commitment(1))) == HASH


HASH = "82a998eafbc8bd8af0359ce51fe90dba1068fe7351a76e72726a20b677550d74"


def test_keys_stand_in_the_order_of_utf_16() -> None:
    """Where code points and UTF-16 differ: a sign beyond the first plane comes before U+FB33."""
    texts = {"\ufb33": "1", "\U0001f600": "2"}
    assert rfc8785.dumps(texts) == '{"\U0001f600":"2","\ufb33":"1"}'.encode()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format":"commitment-document/1"}', b"\xff"])
def test_what_is_no_document_is_not_read(content: bytes) -> None:
    with pytest.raises(DocumentFault):
        read(content)


def test_the_same_said_otherwise_is_not_read() -> None:
    content = canonical(MADE["commitment"])
    with pytest.raises(DocumentFault, match="canonical"):
        read(content.replace(b'"version":1', b'"version": 1'))


def changed(kind: str, *path: Any, to: Any) -> dict[str, Any]:
    document: dict[str, Any] = copy.deepcopy(MADE[kind])
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return document


REFUSED: dict[str, tuple[Any, ...]] = {
    "a score that is not what its parts make": ("assessment", "assessment", "results", 1, "delivery_exact", "251/3"),
    "reports that would make another score": ("assessment", "assessment", "results", 1, "reports", "in_time", 9),
    "a status that there is none of": ("assessment", "assessment", "results", 1, "status", "done"),
    "an origin without what it promised by": ("assessment", "targets", 1, "taken_over_from", "number", ...),
    "a number instead of a figure": ("commitment", "targets", 1, "goal", 234),
    "a float": ("commitment", "version", 1.5),
    "a day that does not exist": ("commitment", "date", "2026-02-30"),
    "a key that nobody knows": ("commitment", "note", "more"),
    "a body whose deputy signs": ("commitment", "signatories", 0, "authority", "KT."),
    "an authority that there is none of": ("commitment", "signatories", 1, "authority", "Q."),
    "one side twice": ("commitment", "signatories", 0, "side", "ppc"),
    "a target twice": ("commitment", "targets", 1, "code", "T01"),
    "a goal on a piece of work": ("commitment", "targets", 0, "goal", "5"),
    "a commitment that amends": ("commitment", "amends", "02/CK-SNV"),
    "a commitment with changes": ("commitment", "changes", MADE["amendment"]["changes"]),
    "an amendment of nothing": ("amendment", "amends", None),
    "an amendment without changes": ("amendment", "changes", ...),
    "a change of a target that is not there": ("amendment", "changes", 0, "target", "T99"),
    "a target that ends and stands there": ("amendment", "changes", 3, "target", "T02"),
    "an end that is no target": ("amendment", "changes", 3, "from", "T01"),
    "an added target with a first value": ("amendment", "changes", 4, "first", "234"),
    "an assessment of nothing": ("assessment", "assessment", ...),
    "an assessment that leaves a target out": ("assessment", "assessment", "results", 0, "target", "T02"),
    "a score that its parts do not make": ("assessment", "assessment", "score", "95.64"),
    "a score of none that has one": ("assessment", "assessment", "score", None),
    "letters that are put together": ("commitment", "place", "Nghe\u0323\u0302 An"),
    "an unknown domain": ("commitment", "targets", 0, "domain", 9),
}


@pytest.mark.parametrize("which", REFUSED)
def test_what_is_not_of_the_format_gets_no_hash(which: str) -> None:
    kind, *path, to = REFUSED[which]
    with pytest.raises(DocumentFault):
        canonical(changed(kind, *path, to=to))
