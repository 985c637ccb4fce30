"""The canonical JSON of what a dossier agrees on: whoever makes the document of it asks here. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from tracker.commitments.dossiers import DraftTarget
from tracker.commitments.terms import difference, stored


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


def changes(drafted: Iterable[DraftTarget]) -> list[dict[str, Any]]:
    """What an amendment changes, term by term."""
    return [
        {"target": one.code, **found.record()}
        for one in sorted(drafted, key=lambda one: one.code)
        if one.base
        for found in difference(stored(one.base), stored(one.terms))
    ]


def agreed(drafted: Iterable[DraftTarget]) -> str:
    """The fingerprint of the terms that were frozen: what comes into force is held to it."""
    rows = sorted(drafted, key=lambda one: one.code)
    return digest([{"terms": one.terms, "base": one.base} for one in rows])
