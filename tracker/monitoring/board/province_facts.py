"""Facts of the province that were published, each with its source; they stand in a JSON file beside this one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import groupby
from pathlib import Path

from tracker.commitments.terms.units import figure_text
from tracker.core.languages import Text, _l, format_number, text_by_language

FILE = Path(__file__).with_name("province_facts.json")

SOURCES: Mapping[str, Text] = {
    "seed": _l("Directive 08 and the 2021 half-year report of the PPC of Nghệ An"),
}
_POINTS: Text = _l("points")


@dataclass(frozen=True, slots=True)
class ProvinceFact:
    """One published figure. `fact` by language; `value` as published; a rank is a place, so it has no unit to write."""

    fact: Mapping[str, str]
    value: Decimal
    unit: str
    source: str

    @property
    def text(self) -> str:
        """What is told, in the reader's language."""
        return text_by_language(self.fact)

    @property
    def figure(self) -> str:
        """The figure with its unit: 1.447 ngày, 85,28 điểm, 18/63."""
        if self.unit == "rank":
            return f"{format_number(self.value)}/63"
        if self.unit == "points":
            return f"{format_number(self.value)}\u00a0{_POINTS}"
        return figure_text(self.unit, self.value)

    @property
    def source_name(self) -> str:
        """Who published it."""
        return str(SOURCES.get(self.source, self.source))


@cache
def _all() -> Mapping[str, Sequence[ProvinceFact]]:
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        programme: tuple(ProvinceFact(one["fact"], Decimal(one["value"]), one["unit"], one["source"]) for one in facts)
        for programme, facts in read.items()
    }


def by_source(programme: str) -> list[tuple[str, list[ProvinceFact]]]:
    """The published facts of a programme's year by their source; none where there are none."""
    return [(name, list(some)) for name, some in groupby(_all().get(programme, ()), lambda fact: fact.source_name)]
