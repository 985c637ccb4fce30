"""Signatures in the reader's words: who signed for which side, when, by which way, and what that rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.commitments.life.life_words import SIDES
from tracker.core.languages import Text, _, _l, format_day, format_instant
from tracker.signing.confirmations.signed import Told

AUTHORITIES: Mapping[str, Text] = {
    "TM.": _l("in the name of the People's Committee"),
    "KT.": _l("in the place of the chair"),
    "TUQ.": _l("by authority given on paper"),
}


def lines(found: Iterable[Told]) -> list[dict[str, Any]]:
    """Each signature for a page."""
    return [
        {
            "side": str(SIDES[one.side]),
            "way": one.way,
            "strength": one.strength,
            "when": format_instant(one.at) if one.at else format_day(one.day),
            "who": _who(one),
            "verifiable": one.signature is not None and one.how == "passkey",
        }
        for one in found
    ]


def _who(one: Told) -> str | None:
    if one.person is None:
        return None
    who = _("%(name)s for %(holder)s", name=one.person, holder=one.for_person) if one.for_person else one.person
    authority = one.signature.authority if one.signature else None
    told = AUTHORITIES.get(authority or "")
    return f"{who} ({authority} {told})" if told else who
