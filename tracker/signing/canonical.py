"""What a document says, as the bytes that are hashed and signed: one form for one content (RFC 8785, SHA-256).

Whoever holds the file can make the same bytes again from what it says; nothing that is not in the schema gets in.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import rfc8785

from tracker.rule.exact import half_up

PATH = Path(__file__).with_name("schema.json")
FORMAT = "commitment-document/1"

Document = Mapping[str, Any]


class DocumentFault(ValueError):
    """No document of this format: what is wrong with it, for whoever builds documents."""


def canonical(document: Document) -> bytes:
    """The bytes of a document. Raises DocumentFault where it is none."""
    check(document)
    written: bytes = rfc8785.dumps(dict(document))
    return written


def read(content: bytes) -> Document:
    """The document that bytes say. Raises DocumentFault where they are not the canonical bytes of one."""
    try:
        found = json.loads(content)
    except ValueError:
        raise DocumentFault("not JSON") from None
    if not isinstance(found, dict) or canonical(found) != content:
        raise DocumentFault("not in canonical form")
    return found


def check(document: Document) -> None:
    """Raise DocumentFault where a document is not as the schema says, or does not agree with itself."""
    try:
        _judge()(document)
    except fastjsonschema.JsonSchemaValueException as fault:
        raise DocumentFault(str(fault)) from None
    for wrong in _disagreements(document):
        raise DocumentFault(wrong)


def weighted(results: Mapping[str, Any], weights: Mapping[str, str]) -> tuple[Fraction, Fraction, Decimal | None]:
    """(sum of the weighted scores, sum of their weights, score): the arithmetic of rule.md over what is promised."""
    pairs = [
        (Fraction(weights[result["target"]]), Fraction(result["score"]))
        for result in results["results"]
        if result["score"] is not None
    ]
    total, weight = sum((w * s for w, s in pairs), Fraction()), sum((w for w, _s in pairs), Fraction())
    return total, weight, half_up(total / weight) if weight else None


@cache
def _judge() -> Callable[[Document], object]:
    schema = json.loads(PATH.read_text(encoding="utf-8"))
    judge: Callable[[Document], object] = fastjsonschema.compile(schema, formats={"date": _is_day}, use_default=False)
    return judge


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _disagreements(document: Document) -> Iterator[str]:
    """What no schema can say."""
    targets = {target["code"]: target for target in document["targets"]}
    if len(targets) != len(document["targets"]):
        yield "a code of a target stands there twice"
    sides = [signatory["side"] for signatory in document["signatories"]]
    if len(sides) != len(set(sides)):
        yield "one side signs twice"
    if any(text != unicodedata.normalize("NFC", text) for text in _texts(document)):
        yield "a text is not in Unicode's composed form (NFC)"
    named = [change["target"] for change in document.get("changes", ())]
    assessment = document.get("assessment")
    if assessment is not None:
        named += [result["target"] for result in assessment["results"]]
    if not targets.keys() >= set(named):
        yield "a target is named that does not stand there"
    elif assessment is not None:
        if sorted(named) != sorted(targets):
            yield "not every target has one result"
        weights = {code: target["weight"] for code, target in targets.items()}
        score = weighted(assessment, weights)[2]
        if (None if score is None else f"{score:.2f}") != assessment["score"]:
            yield "the score is not what its parts make"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
