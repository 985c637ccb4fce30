"""The canonical JSON of what a dossier agrees on: whoever makes the document of it asks here. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tracker.commitments.dossiers import DraftTarget
from tracker.commitments.terms.terms import WHOLE, Difference, Terms, difference, stored


def canonical(value: Any) -> bytes:
    """As RFC 8785 writes it: texts, whole numbers, true, false and none alone, and keys of ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """The SHA-256 of it."""
    return hashlib.sha256(canonical(value)).hexdigest()


def targets(drafted: Iterable[DraftTarget], versions: Mapping[int, int] | None = None) -> list[dict[str, Any]]:
    """The targets as a document lists them, by code; `versions`: of templates, by the ids of these versions."""
    found = []
    for one in sorted(drafted, key=lambda one: one.code):
        version = (versions or {}).get(one.template_version_id or 0)
        template = {"code": one.template_code, "version": version} if one.template_code and version else None
        told = {**one.terms, "evidence": one.terms.get("evidence"), "template": template}
        found.append(told | ({"taken_over_from": one.taken_over_from} if one.taken_over_from else {}))
    return found


def changes(drafted: Iterable[DraftTarget], first: Mapping[str, Mapping[str, Any]] = {}) -> list[dict[str, Any]]:
    """What an amendment changes, term by term, and the targets that it adds or ends (`drafted` holds those too, which
    are dropped); `first`: the terms that were signed first, by code, told where an
    amendment before changed them already."""
    found = []
    for one in sorted(drafted, key=lambda one: one.code):
        if one.dropped or one.base is None:
            if one.base is not None or not one.dropped:  # else it was added and taken out again
                after = None if one.dropped else one.terms
                found.append({"target": one.code, "term": WHOLE, "from": one.base, "to": after})
            continue
        for change in difference(stored(one.base), stored(one.terms)):
            told = {"target": one.code, **change.record()}
            signed = first.get(one.code)
            if signed is not None and _other(change, stored(signed)):
                told["first"] = signed.get(change.term)
            found.append(told)
    return found


def _other(change: Difference, signed: Terms) -> bool:
    """Whether the value that is changed is another than the first one."""
    return bool(getattr(signed, change.term) != change.before)


def agreed(drafted: Iterable[DraftTarget]) -> str:
    """The fingerprint of the terms that were frozen: what comes into force is held to it. `drafted`: the targets, those
    too that were dropped."""
    return agreed_terms((one.terms, one.base, one.dropped) for one in drafted)


def agreed_terms(drafted: Iterable[tuple[Mapping[str, Any], Mapping[str, Any] | None, bool]]) -> str:
    """The same of the terms of targets, each with those that it changes, and whether it was dropped: what an amendment
    drops of its commitment has no terms any more."""
    rows = sorted(drafted, key=lambda one: str(one[0]["code"]))
    kept = [(None if dropped else terms, base) for terms, base, dropped in rows if base is not None or not dropped]
    return digest([{"terms": terms, "base": base} for terms, base in kept])
