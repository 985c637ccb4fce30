"""How much harm a target does that stands badly: what needs attention is listed by it. Pure.

What was lost in the last 30 days counts whole, what was lacking before then half, and half again for each 30 days that
the target has stood so: a fall goes before a gap that everybody knows, and the new before the old. Both by weight.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

LATELY = timedelta(days=30)
FULL = 100_00  # scores are integer hundredths


@dataclass(frozen=True, slots=True)
class Standing:
    """How a target stands on a day: its weight, its score then and 30 days before (none: it had none), and since when
    it has had its status."""

    on: date
    weight: Decimal
    score: int
    before: int | None
    since: date

    @property
    def fall(self) -> int:
        """What it lost in the last 30 days."""
        return 0 if self.before is None else max(0, self.before - self.score)

    @property
    def harm(self) -> Fraction:
        """What it is listed by, the largest first."""
        lacking = FULL - self.score - self.fall
        # (A status that begins later, by a clock that was wrong and is right again, is as new as can be.)
        months = max(0, (self.on - self.since) // LATELY)
        return Fraction(self.weight) * (self.fall + Fraction(lacking, 2 ** (1 + months)))
