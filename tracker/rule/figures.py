"""Figures in force in their order, the latest of them, since when the goal is met, and how well a target was kept.

Section "Words" (figure in force, latest figure) and "Shapes of target" (met_on) of docs/rule.md.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction

from tracker.rule.exact import HUNDRED, exact, total
from tracker.rule.plan import Measure
from tracker.rule.records import record
from tracker.rule.reports import Sent

Order = tuple[date, date, bool, date, int]


@record(frozen=True, slots=True, eq=False)  # itself the key of what is kept of it
class Figure:
    """A figure in force from its as-at day on; without a value it is not applicable.

    `order`: as-at, submitted_on, completion before periodic, period's cut-off, revision number.
    """

    as_at: date
    sent: Sent
    order: Order


@record(frozen=True, slots=True, eq=False)
class Applicable(Figure):
    """A figure with a value."""

    value: Fraction


class Reckoned:
    """The figures of a target, and what each is worth under a measure: reckoned once, since the same come back."""

    __slots__ = ("_figures", "_met", "_ratios")

    def __init__(self) -> None:
        self._figures: dict[tuple[Sent, date], Figure] = {}
        self._met: dict[tuple[Measure, Figure], bool] = {}
        self._ratios: dict[tuple[Measure, Figure], Fraction] = {}

    def figure(self, sent: Sent, as_at: date) -> Figure:
        """The figure that a report in force gives, as at a day."""
        found = self._figures.get((sent, as_at))
        if found is None:
            found = self._figures[(sent, as_at)] = _figure(sent, as_at)
        return found

    def meets(self, measure: Measure, figure: Applicable) -> bool:
        """Whether the figure meets the goal."""
        found = self._met.get((measure, figure))
        if found is None:
            found = self._met[(measure, figure)] = measure.meets(figure.value)
        return found

    def ratio(self, measure: Measure, figure: Applicable) -> Fraction:
        """r of the figure."""
        found = self._ratios.get((measure, figure))
        if found is None:
            found = self._ratios[(measure, figure)] = measure.ratio(figure.value, figure.as_at)
        return found


def early_days(sent: Sequence[Sent], measure: Measure) -> dict[str, date]:
    """By period, the earlier as-at day that a report in force names, where it counts: while its value meets the goal.

    Not while a completion as at a later day of the same period falls short of it (docs/decisions/0010): a figure good
    enough to go back in time must not bring a worse one to the front.
    """
    if all(s.period is None or s.last.as_at is None for s in sent):
        return {}
    in_force = [s for s in sent if s.in_force and s.amount is not None and s.amount.value is not None]
    short = [s.latest_as_at for s in in_force if s.completion and not _meets(s, measure)]
    found = {}
    for s in in_force:
        named = s.last.as_at
        if s.period is None or named is None or not _meets(s, measure):
            continue
        if not any(named <= day <= s.period.cut_off for day in short):
            found[s.period.code] = named
    return found


def _meets(sent: Sent, measure: Measure) -> bool:
    return sent.amount is not None and sent.amount.value is not None and measure.meets(sent.amount.value)


class Figures:
    """The figures in force under one set of terms. Those of a day are the first so many: `upto(on)` counts them."""

    __slots__ = ("as_at", "early", "in_order", "latest")

    def __init__(self, sent: Iterable[Sent], early: dict[str, date], reckoned: Reckoned) -> None:
        self.early = early
        figures = (reckoned.figure(s, self.day_of(s)) for s in sent if s.in_force)
        self.in_order = sorted(figures, key=lambda f: f.order)
        self.as_at = [f.as_at for f in self.in_order]
        self.latest: list[Applicable | None] = [None]  # by how many figures stand: the last applicable of them
        for figure in self.in_order:
            self.latest.append(figure if isinstance(figure, Applicable) else self.latest[-1])

    def day_of(self, sent: Sent) -> date:
        """The as-at day of a report's last revision."""
        return self.early.get(sent.period.code, sent.period.cut_off) if sent.period is not None else sent.latest_as_at

    def upto(self, on: date) -> int:
        return bisect_right(self.as_at, on)

    def any_after(self, day: date, count: int) -> bool:
        """Whether one of the first so many figures is as at a later day than this."""
        return count > 0 and self.as_at[count - 1] > day


class Progress(Figures):
    """Figures of a reach or deliverable: each report gives one."""

    __slots__ = ("met_on",)

    def __init__(self, sent: Sequence[Sent], measure: Measure, reckoned: Reckoned) -> None:
        super().__init__(sent, early_days(sent, measure), reckoned)
        # By how many figures stand: the as-at day of the first of the unbroken run of meeting ones up to the latest.
        self.met_on: list[date | None] = [None]
        for figure in self.in_order:
            if not isinstance(figure, Applicable):
                self.met_on.append(self.met_on[-1])
            elif not reckoned.meets(measure, figure):
                self.met_on.append(None)
            else:
                self.met_on.append(self.met_on[-1] or figure.as_at)


class Record(Figures):
    """Figures of a keep target: those of its own periods only, each judged by the terms in force on its as-at day."""

    __slots__ = ("_means", "_totals", "ratios")

    def __init__(self, sent: Iterable[Sent], measure_on: Callable[[date], Measure], reckoned: Reckoned) -> None:
        super().__init__(sent, {}, reckoned)
        self.ratios: list[Fraction | None] = [
            reckoned.ratio(measure_on(f.as_at), f) if isinstance(f, Applicable) else None for f in self.in_order
        ]
        self._means: dict[int, Fraction] = {}
        self._totals: dict[int, Fraction] = {}

    def mean_ratio(self, count: int) -> Fraction:
        """The mean r of the applicable ones among the first so many; there is at least one."""
        found = self._means.get(count)
        if found is None:
            applicable = [r for r in self.ratios[:count] if r is not None]
            found = self._means[count] = total(applicable) / len(applicable)
        return found

    def total(self, count: int) -> Fraction:
        """100 × Σ numerators / Σ denominators of the applicable ones among the first so many; there is at least one."""
        found = self._totals.get(count)
        if found is None:
            amounts = [f.sent.amount for f in self.in_order[:count] if isinstance(f, Applicable)]
            above = total(exact(a.numerator) for a in amounts if a is not None and a.numerator is not None)
            below = total(exact(a.denominator) for a in amounts if a is not None and a.denominator is not None)
            found = self._totals[count] = HUNDRED * above / below
        return found


def _figure(sent: Sent, as_at: date) -> Figure:
    cut_off = sent.period.cut_off if sent.period is not None else date.min
    order = (as_at, sent.last.submitted_on, not sent.completion, cut_off, sent.last.seq)
    if sent.amount is None or sent.amount.value is None:
        return Figure(as_at, sent, order)
    return Applicable(as_at, sent, order, sent.amount.value)
