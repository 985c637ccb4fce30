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

from tracker.commitments.terms.terms import WHOLE
from tracker.rule import NO_SCORES, Weighed, weighed
from tracker.rule.exact import half_up

PATH = Path(__file__).with_name("schema.json")
FORMAT = "commitment-document/1"

Document = Mapping[str, Any]
_TEXT = {"vi": "."}
_HEAD: Document = {  # of an assessment about which nothing but what it tells is asked
    "format": FORMAT,
    "kind": "assessment",
    "number": ".",
    "date": "2021-12-31",
    "place": ".",
    "version": 1,
    "amends": ".",
    "programme": {"code": ".", "title": _TEXT, "year": 2021, "slogan": None, "basis": []},
    "body": {"code": ".", "name": _TEXT, "parent": "."},
    "ppc": {"name": _TEXT},
    "signatories": [{"side": "ppc", "title": "."}],
}


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


def check_assessed(content: Mapping[str, Any]) -> None:
    """Raise DocumentFault where this is not what an assessment tells beside its head: its targets, and what came of
    them."""
    check({**_HEAD, "targets": content["targets"], "assessment": content["assessment"]})


def weighted(results: Mapping[str, Any], weights: Mapping[str, str]) -> Weighed:
    """The weighted scores and the weights added up, as the rule does it over what is promised."""
    scores = ((Decimal(weights[one["target"]]), one["score"]) for one in results["results"])
    return sum((weighed(Decimal(score), weight) for weight, score in scores if score is not None), NO_SCORES)


def combined(result: Mapping[str, Any], share: str) -> Decimal:
    """The score of one result from its parts, before they are rounded; `share`: the weight of reports in time."""
    delivery, reports = Fraction(result["delivery_exact"]), result.get("reports")
    if reports is None:
        return half_up(delivery)
    punctual = Fraction(100 * reports["in_time"], reports["counted"])
    return half_up((1 - Fraction(share)) * delivery + Fraction(share) * punctual)


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
    changes = document.get("changes", ())
    ended = {change["target"] for change in changes if change["term"] == WHOLE and change["to"] is None}
    if ended & targets.keys():
        yield "a target ends that stands there"
    named = [change["target"] for change in changes if change["target"] not in ended]
    assessment = document.get("assessment")
    if assessment is not None:
        named += [result["target"] for result in assessment["results"]]
    if not targets.keys() >= set(named):
        yield "a target is named that does not stand there"
    elif assessment is not None:
        if sorted(named) != sorted(targets):
            yield "not every target has one result"
        yield from _miscounted(assessment, {code: target["weight"] for code, target in targets.items()})


def _miscounted(assessment: Mapping[str, Any], weights: Mapping[str, str]) -> Iterator[str]:
    """Scores that are not what their parts make."""
    share = assessment.get("punctuality_weight", "0")
    for result in assessment["results"]:
        if "delivery_exact" in result and f"{combined(result, share):.2f}" != result["score"]:
            yield "the score of a target is not what its parts make"
    score = weighted(assessment, weights).mean
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
