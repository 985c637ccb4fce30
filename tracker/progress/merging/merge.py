"""Three texts of one figure: as somebody took it along (base), as it stands now (theirs), as it comes back (yours).

Pure. What is compared is what was meant and not how it was written: 95 and 95,0 are one figure. The numbers of a figure
and its day belong together, so one side gives all of them; a part by one and its whole by another would be a figure
that nobody wrote. The same holds for the custom in which its numbers are written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tracker.core.numbers import NumberError, parse_day, parse_number
from tracker.progress.rules import ANSWERS as ASKED
from tracker.progress.rules import CONFIRMED, FIELDS, Typed

FIGURE = "figure"
NUMBERS = ("value", "numerator", "denominator")
OF_FIGURE = (*NUMBERS, "not_applicable", "as_at")
ANSWERS = "answers"  # to what asks about the figure, all together
OF_ANSWERS = (*ASKED, CONFIRMED)
_PART_OF = dict.fromkeys(OF_FIGURE, FIGURE) | dict.fromkeys(OF_ANSWERS, ANSWERS)


class Outcome(StrEnum):
    """What came of one part."""

    UNCHANGED = "unchanged"  # neither side touched it
    YOURS = "yours"  # only the file has it otherwise
    THEIRS = "theirs"  # only what stands was changed
    SAME = "same"  # both, to the same
    CONFLICT = "conflict"  # both, and not to the same


class Side(StrEnum):
    """Whose text is to stand."""

    YOURS = "yours"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Written:
    """One text of a figure, and the custom of its numbers."""

    typed: Typed
    language: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part with its three texts, field by field, and what comes of it."""

    name: str  # FIGURE, ANSWERS, or the one field that it has
    fields: tuple[str, ...]
    outcome: Outcome
    base: Typed
    theirs: Typed
    yours: Typed

    def side(self, choices: Mapping[str, Side]) -> Side:
        """Whose text is to stand: what changed alone; where both did, what was chosen, else what stands stays."""
        if self.outcome is Outcome.CONFLICT:
            return choices.get(self.name, Side.THEIRS)
        return Side.YOURS if self.outcome is Outcome.YOURS else Side.THEIRS


def parts(base: Written, theirs: Written, yours: Written, fields: Iterable[str] = FIELDS) -> list[Part]:
    """The parts of a figure that has these fields, in their order, each judged."""
    groups: dict[str, list[str]] = {}
    for name in fields:
        groups.setdefault(_PART_OF.get(name, name), []).append(name)
    return [_part(name, tuple(own), base, theirs, yours) for name, own in groups.items()]


def merged(found: Iterable[Part], theirs: Written, yours: Written, choices: Mapping[str, Side]) -> Written:
    """What is to stand. What has no part in the file stays as it stands."""
    typed, language = dict(theirs.typed), theirs.language
    for part in found:
        if part.side(choices) is Side.THEIRS:
            continue
        for name in part.fields:
            typed.pop(name, None)
            if yours.typed.get(name):
                typed[name] = yours.typed[name]
        language = yours.language if part.name == FIGURE else language
    return Written(typed, language)


def meant(name: str, text: str, language: str) -> Decimal | str:
    """What a field says, however it is written; of what cannot be read, its letters."""
    plain = "\n".join(line.strip() for line in text.strip().splitlines())
    if name == "not_applicable":
        return "1" if plain else ""
    try:
        if name in NUMBERS and plain:
            return parse_number(plain, language).normalize()
        if name == "as_at" and plain:
            return parse_day(plain).isoformat()
    except NumberError:
        pass
    return plain


def _part(name: str, fields: tuple[str, ...], base: Written, theirs: Written, yours: Written) -> Part:
    first, now, given = (_meaning(fields, one) for one in (base, theirs, yours))
    texts = ({field: one.typed[field] for field in fields if one.typed.get(field)} for one in (base, theirs, yours))
    return Part(name, fields, _outcome(first, now, given), *texts)


def _meaning(fields: Iterable[str], written: Written) -> tuple[Decimal | str, ...]:
    return tuple(meant(name, written.typed.get(name, ""), written.language) for name in fields)


def _outcome(base: object, theirs: object, yours: object) -> Outcome:
    if yours == theirs:
        return Outcome.UNCHANGED if yours == base else Outcome.SAME
    if yours == base:
        return Outcome.THEIRS
    return Outcome.YOURS if theirs == base else Outcome.CONFLICT
