"""What the parts of a figure are called where two texts of it meet."""

from collections.abc import Mapping

from tracker.core.languages import Text, _, _l, format_day
from tracker.core.numbers import NumberError, parse_day
from tracker.progress.merging.merge import ANSWERS, FIGURE
from tracker.progress.rules import CONFIRMED, Typed

PARTS: Mapping[str, Text] = {
    FIGURE: _l("Figure"),
    "narrative": _l("Explanation"),
    "obstacles": _l("Obstacles"),
    ANSWERS: _l("Answer to what asks"),
}


def part_name(name: str) -> str:
    """A part in the reader's language."""
    return str(PARTS.get(name, name))


def told(typed: Typed) -> str:
    """What stands in the fields of one part, in a line; nothing where they are empty."""
    found = []
    if typed.get("not_applicable"):
        found.append(_("Does not apply"))
    if typed.get("value"):
        found.append(typed["value"])
    if typed.get("numerator") or typed.get("denominator"):
        found.append(f"{typed.get('numerator') or '…'} / {typed.get('denominator') or '…'}")
    if typed.get("as_at"):
        found.append(_("as at %(day)s", day=_day(typed["as_at"])))
    found += dict.fromkeys(text for name, text in typed.items() if name not in _BY_FIELD and text)
    return ", ".join(found)


_BY_FIELD = frozenset({"not_applicable", "value", "numerator", "denominator", "as_at", CONFIRMED})


def _day(text: str) -> str:
    try:
        return format_day(parse_day(text))
    except NumberError:
        return text
