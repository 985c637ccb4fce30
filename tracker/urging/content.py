"""What a letter says, as the bytes that are hashed: one form for one content (RFC 8785, SHA-256). Its figures are those
of the moment at which it was numbered, and never change."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import rfc8785

from tracker.agencies.models import Agency
from tracker.core.languages import text_by_language
from tracker.signing.codes import digest
from tracker.urging.late_files import LateFiles
from tracker.urging.lateness import Late
from tracker.urging.states import Kind

FORMAT = "letter/1"
Content = Mapping[str, Any]


def canonical(content: Content) -> bytes:
    """The bytes of a letter."""
    written: bytes = rfc8785.dumps(dict(content))
    return written


def figures_of_lateness(rows: Sequence[Late]) -> list[dict[str, Any]]:
    """What is late, as a letter tells it."""
    return [
        {
            "target": one.code,
            "commitment": one.commitment,
            "title": text_by_language(one.title, "vi"),
            "what": str(one.what),
            "period": one.period,
            "due_on": one.by.isoformat(),
            "days_late": one.days,
            "status": one.status,
            "told": [{"office": str(told.office), "days": [day.isoformat() for day in told.days]} for told in one.told],
        }
        for one in rows
    ]


def figures_of_files(found: LateFiles) -> dict[str, Any]:
    """Late files, as an apology tells them."""
    return {
        "target": found.code,
        "commitment": found.commitment,
        "title": text_by_language(found.title, "vi"),
        "period": found.period,
        "late": _plain(found.late),
        "whole": _plain(found.whole),
    }


def fingerprint(figures: Any) -> str:
    """By which figures that were seen are known again."""
    return digest(rfc8785.dumps({"figures": figures}))


def compose(
    kind: Kind,
    *,
    number: str,
    on: date,
    as_of: datetime,
    place: str,
    body: Agency,
    words: Mapping[str, str],
    figures: Any,
    signatory: Mapping[str, Any],
    answer_by: date | None,
    recipients: Sequence[str],
) -> dict[str, Any]:
    """A letter with all that it says."""
    told: dict[str, Any] = {
        "format": FORMAT,
        "kind": str(kind),
        "version": 1,
        "number": number,
        "date": on.isoformat(),
        "as_of": as_of.isoformat(timespec="seconds"),
        "place": place,
        "ppc": {"name": {"vi": f"Ủy ban nhân dân tỉnh {place}"}},
        "body": {"code": body.code, "name": {"vi": text_by_language(body.name, "vi")}, "parent": f"UBND tỉnh {place}"},
        "words": dict(words),
        "figures": figures,
        "signatory": dict(signatory),
        "recipients": list(recipients),
    }
    if answer_by is not None:
        told["answer_by"] = answer_by.isoformat()
    composed: dict[str, Any] = _composed(told)
    return composed


def _plain(figure: Decimal) -> str:
    return format(figure.normalize(), "f")


def _composed(value: Any) -> Any:
    """The same with every text in Unicode's composed form."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {name: _composed(one) for name, one in value.items()}
    return [_composed(one) for one in value] if isinstance(value, list) else value
