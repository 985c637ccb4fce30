"""What was typed into the lines of a sheet, as one form brings it: `value:KEY`, `narrative:KEY`, … for each line.

What a door does not show (`as_at`, mostly) stays as the draft has it; what it shows and was not touched is left alone.
"""

from collections.abc import Mapping
from zlib import crc32

from tracker.core import letters
from tracker.progress import rules

NUMBERS = ("value", "numerator", "denominator")
LINES = frozenset({*NUMBERS, "as_at"})  # of one line of text
VERSION, SEEN = "version", "seen"
_LONGEST_NUMBER = 9


def name(field: str, key: str) -> str:
    """What a field of a line is called in the form."""
    return f"{field}:{key}"


def seen(typed: rules.Typed) -> str:
    """What stood in a line as it was shown: by it one sees that nobody touched it."""
    return format(crc32(repr(sorted(rules.kept(typed).items())).encode()), "x")


def posted(form: Mapping[str, str], key: str, stands: rules.Typed, *, keep: bool) -> dict[str, str]:
    """A line as it was sent, over what stands in it. `keep`: its target can be not applicable, by a tick."""
    typed = dict(stands)
    for field in (*rules.FIELDS, *rules.ANSWERS):
        given = form.get(name(field, key))
        if given is not None:
            typed[field] = _shaped(field, given)
    if keep and name(SEEN, key) in form:
        typed["not_applicable"] = "1" if form.get(name("not_applicable", key)) else ""
    answered = form.get(name(rules.ANSWER + "odd", key))
    if answered is not None:
        # The answer holds for the figure that was asked about, and for no other.
        typed[rules.CONFIRMED] = form.get(name(rules.CONFIRMED, key), "") if answered.strip() else ""
    return rules.kept(typed)


def version(form: Mapping[str, str], key: str) -> int:
    """Which draft was seen; -1, which none is, where that cannot be read."""
    text = form.get(name(VERSION, key), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else -1


def untouched(form: Mapping[str, str], key: str, typed: rules.Typed) -> bool:
    """Whether a line was sent as it was shown."""
    return form.get(name(SEEN, key)) == seen(typed)


def _shaped(field: str, text: str) -> str:
    """As every form takes a text; one with letters that cannot be taken stays as it was typed."""
    if field in LINES or field.startswith(rules.ANSWER):
        return letters.taken_line(text)
    return text if letters.fault(text) is not None else letters.passage(text)
